"""The plan of shards: every page once, in order, of bounded size, and steady under edits."""

from __future__ import annotations

import datetime as dt
import random
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from builder.search import Page, plan_shards
from builder.search.shards import MOST_TEXT_BYTES, full_size, text_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.search import Shard

FIRST: Final = dt.date(1987, 1, 1).toordinal()


def newspaper(
    count: int, *, a_day: float, undated: int = 0, lang: str = "en", size_bytes: int = 7_000
) -> list[Page]:
    """Return pages of a paper with so many articles a day, more on some days than on others."""
    chance = random.Random(7)
    pages = [Page(f"undated/{n}.html", lang, None, size_bytes) for n in range(undated)]
    day = FIRST
    while len(pages) < count:
        today = range(round(chance.uniform(0.2, 1.8) * a_day))
        pages += [Page(f"{day}/{n:04}.html", lang, day, size_bytes) for n in today]
        day += 1
    return pages[:count]


pages_of_any_kind = st.lists(
    st.builds(
        Page,
        st.integers(0, 10_000).map("a/{}.html".format),
        st.sampled_from(("en", "ru", "pt-BR", "pt-br")),
        st.one_of(st.none(), st.integers(FIRST, FIRST + 40)),
        st.sampled_from((0, 5_000, 6_000_000)),
    ),
    unique_by=lambda page: page.url,
    max_size=60,
)


def check(pages: Sequence[Page], shards: Sequence[Shard]) -> None:
    """Hold a plan against what it promises."""
    assert sorted(page for shard in shards for page in shard.pages) == sorted(pages)
    assert len({shard.path for shard in shards}) == len(shards)
    counts = {
        lang: sum(page.lang.lower() == lang for page in pages)
        for lang in {page.lang.lower() for page in pages}
    }
    for shard in shards:
        assert shard.pages
        assert {page.lang.lower() for page in shard.pages} == {shard.lang}
        assert shard.path.startswith(f"{shard.lang}-")
        keys = [(page.day or 0, page.url) for page in shard.pages]
        assert keys == sorted(keys)
        assert len(shard.pages) <= full_size(counts[shard.lang]) <= 5_000
        size = sum(text_bytes(page.size_bytes) for page in shard.pages)
        assert size <= MOST_TEXT_BYTES or len(shard.pages) == 1
    for one, two in pairwise(shards):
        if one.lang == two.lang:
            assert (one.pages[-1].day or 0) <= (two.pages[0].day or 0)


@settings(max_examples=150, deadline=None)
@given(pages_of_any_kind, st.randoms(use_true_random=False))
def test_any_pages_are_planned_once_and_in_order(pages: list[Page], chance: random.Random) -> None:
    shards = plan_shards(pages)
    check(pages, shards)
    shuffled = list(pages)
    chance.shuffle(shuffled)
    assert plan_shards(shuffled) == shards


@pytest.mark.parametrize("count", [1, 799, 800, 801, 19_999, 20_001, 50_001, 70_000])
@pytest.mark.parametrize("a_day", [3, 90, 1_100])
def test_shards_are_full_and_the_newest_is_small(count: int, a_day: int) -> None:
    pages = newspaper(count, a_day=a_day)
    shards = plan_shards(pages)
    check(pages, shards)
    full = full_size(count)
    recent = max(800, full // 5)
    settled = shards[:-2] if recent < full else shards[:-1]
    for shard in settled:
        assert len(shard.pages) >= 0.95 * full
    assert len(shards[-1].pages) < recent


def test_days_stay_whole_where_that_can_be() -> None:
    shards = plan_shards(newspaper(12_000, a_day=20))
    for one, two in pairwise(shards):
        assert one.pages[-1].day != two.pages[0].day


def test_the_roundest_day_of_a_window_is_the_cut() -> None:
    """Two articles a day: a window of 32 articles has the beginning of a month every other time."""
    pages = newspaper(9_000, a_day=2)
    cuts = [dt.date.fromordinal(shard.pages[0].day or 0) for shard in plan_shards(pages)[1:]]
    assert sum(day.day == 1 or day.isoweekday() == 1 for day in cuts) == len(cuts)


def test_a_day_larger_than_a_shard_is_cut_within() -> None:
    pages = [Page(f"{n:05}.html", "en", FIRST, 5_000) for n in range(3_000)]
    pages += [Page(f"u{n:05}.html", "en", None, 5_000) for n in range(900)]
    shards = plan_shards(pages)
    check(pages, shards)
    paths = [shard.path for shard in shards]
    assert paths[:2] == ["en-undated", "en-undated-2"]
    assert paths[2:] == ["en-1987-01-01", "en-1987-01-01-2", "en-1987-01-01-3"]


def test_undated_pages_stand_before_the_others() -> None:
    (shard,) = plan_shards(newspaper(20, a_day=3, undated=4))
    assert shard.path == "en-undated"
    assert [page.day is None for page in shard.pages] == [True] * 4 + [False] * 16


@pytest.mark.parametrize("a_day", [1, 3, 9, 40])
def test_one_article_more_or_less_moves_the_cuts_near_it_alone(a_day: int) -> None:
    chance = random.Random(a_day)
    pages = newspaper(18_000, a_day=a_day)
    before = {shard.pages for shard in plan_shards(pages)}
    moved = []
    for number in chance.sample(range(len(pages)), 12):
        added = Page(f"{pages[number].day}/{chance.random()}.html", "en", pages[number].day, 7_000)
        moved += [
            len({shard.pages for shard in plan_shards(changed)} - before)
            for changed in ([*pages, added], pages[:number] + pages[number + 1 :])
        ]
    # Once in a while cuts fall into step again only some round dates later.
    assert sum(moved) / len(moved) < 2, "its own shard, and now and then a few more"


def test_articles_that_come_one_by_one_touch_the_newest_shard_alone() -> None:
    pages = newspaper(21_000, a_day=40)
    touched = []
    before = {shard.pages for shard in plan_shards(pages[:20_500])}
    for count in range(20_501, 20_900):
        after = {shard.pages for shard in plan_shards(pages[:count])}
        touched.append(sum(len(shard) for shard in after - before))
        before = after
    assert sum(touched) / len(touched) < 900
    assert sorted(touched)[len(touched) // 2] < 800


def test_long_articles_make_shorter_shards() -> None:
    pages = newspaper(3_000, a_day=5, size_bytes=108_000)
    shards = plan_shards(pages)
    check(pages, shards)
    assert {len(shard.pages) for shard in shards[:-1]} <= set(range(150, 161))
    assert {shard.slack for shard in shards[:-1]} == {-1}
    (huge,) = plan_shards([Page("a.html", "en", FIRST, 90_000_000)])
    assert huge.pages[0].url == "a.html"


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2_499), st.randoms(use_true_random=False))
def test_within_its_slack_a_shard_may_grow_and_the_plan_stays(
    number: int, chance: random.Random
) -> None:
    pages = newspaper(2_500, a_day=9, size_bytes=21_000)
    shards = plan_shards(pages)
    place = next(n for n, shard in enumerate(shards) if pages[number] in shard.pages)
    slack = min(shard.slack for shard in shards[max(0, place - 1) : place + 1])
    assert slack > 0
    more = chance.randint(0, slack)
    grown = [
        page._replace(size_bytes=page.size_bytes + (more if n == number else 0))
        for n, page in enumerate(pages)
    ]

    def cut(plan: Sequence[Shard]) -> list[list[str]]:
        return [[page.url for page in shard.pages] for shard in plan]

    assert cut(plan_shards(grown)) == cut(shards)
