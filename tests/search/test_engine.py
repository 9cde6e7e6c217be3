"""The search engine in Chromium: what it finds, in which order, what it shows and what it loads.

What it shares with Pagefind's own engine is in test_agreement.py, where it differs on purpose in
test_differences.py.
"""

from __future__ import annotations

import gzip
import json
import shutil
from typing import TYPE_CHECKING, Any, Final

import pytest

from builder.search import CATALOGUE, as_script
from builder.search.formats import pack, unpack
from builder.search.scripts import from_script
from tests.browsing import Gate, serve
from tests.search.bundles import STATIC, Asker, Text, days, write_bundle

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser

EARLY: Final = (
    Text(
        url="1987/oil.html",
        title="Oil prices rise",
        body="The bank said that oil prices rose in the café quarter. Runners were running.",
        date="1987-03-01",
        topics=("crude", "Islands & sea"),
        section="World",
    ),
    Text(
        url="1987/cocoa.html",
        title="Cocoa",
        body="Cocoa exports of Bahia fell, and cafe owners paid for it.",
        date="1987-03-02",
        topics=("cocoa",),
        names="Владимир Путин Poutine bfpeople0vladimir0putin9 bftopics0cocoa9",
    ),
    Text(url="undated.html", title="A leaflet", body="Nobody knows when this bank closed."),
)
LATE: Final = (
    Text(
        url="1988/banks.html",
        title="Bankruptcy",
        body="Banking on bankers is no way to run a bank, " + "they wrote again and again " * 30,
        date="1988-01-02",
        topics=("crude",),
    ),
    Text(
        url="1988/new.html",
        title="The newest",
        body="An oil tanker came in.\n\nNothing more was heard of it.",
        html='<h2 id="why">Why it came</h2><p>The captain had lost his compass in a storm.</p>',
        date="1988-12-31",
        section="World",
    ),
)
RUSSIAN: Final = (
    Text(
        url="ru/gazeta.html",
        lang="ru",
        title="Газета на маяке",
        body="Смотритель печатал газеты; её читали все. Ёлка стояла у маяка.",
        date="1987-06-01",
    ),
)
ARABIC: Final = (
    Text(
        url="ar/manara.html",
        lang="ar",
        title="جريدة المنارة",
        body="كان الحارس يطبع الجريدة في المنارة ويقرؤها الناس في المقهى. أحمد هناك.",
        date="1987-06-02",
    ),
)
CHINESE: Final = (
    Text(
        url="zh/dengta.html",
        lang="zh",
        title="灯塔 报纸",
        body="守塔人 在 灯塔 里 印刷 报纸。" + "海风吹过岛屿和渔村的每一个清晨" * 40,
        date="1987-06-03",
    ),
)
GROUPS: Final = (EARLY, LATE, RUSSIAN, ARABIC, CHINESE)
ENGLISH: Final = {text.url for text in (*EARLY, *LATE)}

WAYS: Final = [
    (engine, is_scripts) for engine in ("worker", "page") for is_scripts in (False, True)
]


@pytest.fixture(scope="module")
def sites(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[bool, str]]:
    """The address of the small bundle, by whether it is in scripts mode."""
    folder = tmp_path_factory.mktemp("engine")
    for is_scripts in (False, True):
        write_bundle(folder / str(is_scripts), GROUPS, is_scripts=is_scripts)
    with serve(folder) as root:
        yield {is_scripts: f"{root}{is_scripts}/" for is_scripts in (False, True)}


@pytest.fixture(scope="module")
def asker(browser: Browser, sites: dict[bool, str]) -> Iterator[Asker]:
    """The engine as a worker over plain files."""
    asker = Asker(browser, sites[False])
    yield asker
    assert asker.said == []
    asker.close()


QUERIES: Final = [
    ("bank", ["1987/oil.html", "1988/banks.html", "undated.html"]),
    ("banks", ["1987/oil.html", "1988/banks.html", "undated.html"]),
    ("bank oil", ["1987/oil.html"]),
    ("run", ["1987/oil.html", "1988/banks.html"]),
    ("tank", ["1988/new.html"]),
    ("oil -cocoa", ["1987/oil.html", "1988/new.html"]),
    ("oil -bank", ["1988/new.html"]),
    (
        "-bank -oil -leaflet",
        ["1987/cocoa.html", "ar/manara.html", "ru/gazeta.html", "zh/dengta.html"],
    ),
    ('"oil prices"', ["1987/oil.html"]),
    ('"prices oil"', []),
    ('"the bank"', ["1987/oil.html"]),
    ("“oil prices”", ["1987/oil.html"]),
    ('bank -"oil prices"', ["1988/banks.html", "undated.html"]),
    ("oil,", ["1987/oil.html", "1988/new.html"]),
    ("CAFÉ", ["1987/cocoa.html", "1987/oil.html"]),
    ("year:1988", ["1988/banks.html", "1988/new.html"]),
    ("year:1986-1987 bank", ["1987/oil.html"]),
    ("bank before:1987-03-02", ["1987/oil.html"]),
    ("after:1987-03-02 before:1987-06", ["1987/cocoa.html"]),
    ("after:1988-12", ["1988/new.html"]),
    ("oil after:1988-12-31", ["1988/new.html"]),
    ("oil before:1988-12-31", ["1987/oil.html"]),
    ("after:", None),
    ("person:vladimir-putin", ["1987/cocoa.html"]),
    ('person:"Vladimir Putin"', ["1987/cocoa.html"]),
    ("-person:vladimir-putin cafe", ["1987/oil.html"]),
    ("person:vladimir", []),
    ("person:Мавр", []),
    ("topic:cocoa", ["1987/cocoa.html"]),
    ("путин", ["1987/cocoa.html"]),
    ("ПУТИН", ["1987/cocoa.html"]),
    ("poutine", ["1987/cocoa.html"]),
    ("газета", ["ru/gazeta.html"]),
    ("газетою", ["ru/gazeta.html"]),
    ("елка", ["ru/gazeta.html"]),
    ("ее", ["ru/gazeta.html"]),
    ("جرائد", []),
    ("الجريدة", ["ar/manara.html"]),
    ("احمد", ["ar/manara.html"]),
    ("灯塔", ["zh/dengta.html"]),
    ("灯塔报纸", ["zh/dengta.html"]),
    ("?!", []),
    ("zzz", []),
    ("", "all"),
]


@pytest.mark.parametrize(("engine", "is_scripts"), WAYS)
def test_a_query_finds_its_pages_in_every_way_to_run(
    engine: str,
    is_scripts: bool,  # noqa: FBT001 - a parameter of the test
    browser: Browser,
    sites: dict[bool, str],
) -> None:
    asker = Asker(browser, sites[is_scripts], engine=engine)
    every = sorted(text.url for group in GROUPS for text in group)
    wrong = {}
    for query, expected in QUERIES:
        if expected is None:
            continue
        found = sorted(asker.urls(query))
        if found != (every if expected == "all" else sorted(expected)):
            wrong[query] = found
    assert wrong == {}
    assert asker.said == []
    asker.close()


def test_opening_tells_what_there_is(asker: Asker) -> None:
    opened = asker.ask({"do": "open"})["opened"]
    assert opened == {
        "version": "1.5.2",
        "pages": 8,
        "languages": [
            {"lang": "en", "pages": 5},
            {"lang": "zh", "pages": 1},
            {"lang": "ar", "pages": 1},
            {"lang": "ru", "pages": 1},
        ],
        "known": True,
    }


def test_the_name_that_only_a_hidden_field_has_is_never_shown(asker: Asker) -> None:
    (item,) = asker.items(asker.search("poutine")["top"])
    shown = json.dumps(item, ensure_ascii=False)
    assert "Poutine" not in shown
    assert "bfpeople" not in shown
    assert item["title"] == "Cocoa"


def test_an_item_says_all_that_a_result_shows(asker: Asker) -> None:
    (item,) = asker.items(asker.search("oil prices")["top"])
    assert item == {
        "url": f"{asker.root}1987/oil.html",
        "title": "Oil prices rise",
        "date": "1987-03-01",
        "lang": "en",
        "dir": "ltr",
        "excerpt": [
            ["Oil prices", True],
            [" rise. The bank said that ", False],
            ["oil prices", True],
            [" rose in the café quarter. Runners were running.", False],
        ],
        "parts": [],
    }


def test_an_excerpt_is_thirty_words_around_what_was_asked_for(asker: Asker) -> None:
    (item,) = [
        one
        for one in asker.items(asker.search("bankers")["top"])
        if one["url"].endswith("banks.html")
    ]
    text = "".join(part for part, _ in item["excerpt"])
    assert ["bankers", True] in [[part.strip(), hit] for part, hit in item["excerpt"] if hit]
    assert text.endswith(" …")
    assert len(text.split()) == 31


def test_an_excerpt_without_spaces_is_not_the_whole_text(asker: Asker) -> None:
    (item,) = asker.items(asker.search("灯塔")["top"])
    assert len("".join(part for part, _ in item["excerpt"])) < 340
    assert item["lang"] == "zh"


def test_each_result_has_its_own_direction(asker: Asker) -> None:
    (item,) = asker.items(asker.search("الجريدة")["top"])
    assert (item["lang"], item["dir"]) == ("ar", "rtl")


def test_a_hit_below_a_heading_is_a_part_of_the_page(asker: Asker) -> None:
    (item,) = asker.items(asker.search("compass")["top"])
    (part,) = item["parts"]
    assert part["title"] == "Why it came"
    assert part["url"] == f"{asker.root}1988/new.html#why"
    assert ["compass", True] in [[text.strip(), hit] for text, hit in part["excerpt"]]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("newest", ["1988/banks.html", "1987/oil.html", "undated.html"]),
        ("oldest", ["1987/oil.html", "1988/banks.html", "undated.html"]),
    ],
)
def test_by_date_all_shards_are_one_list_and_the_undated_come_last(
    sort: str, expected: list[str], asker: Asker
) -> None:
    assert asker.urls("bank", sort=sort) == expected


def test_by_date_languages_are_one_list(asker: Asker) -> None:
    assert asker.urls("", sort="newest") == [
        "1988/new.html",
        "1988/banks.html",
        "zh/dengta.html",
        "ar/manara.html",
        "ru/gazeta.html",
        "1987/cocoa.html",
        "1987/oil.html",
        "undated.html",
    ]


def test_without_words_the_newest_come_first(asker: Asker) -> None:
    assert asker.urls("")[0] == "1988/new.html"


def test_a_language_narrows(asker: Asker) -> None:
    assert set(asker.urls("", lang=["en"])) == ENGLISH
    assert asker.urls("", lang=["ru", "ar"]) == ["ar/manara.html", "ru/gazeta.html"]
    assert asker.urls("газета", lang=["en"]) == []


def test_filters_narrow_each_other_and_widen_themselves(asker: Asker) -> None:
    def found(**filters: list[str]) -> set[str]:
        return set(asker.urls("", filters=filters))

    assert found(topic=["cocoa"]) == {"1987/cocoa.html"}
    assert found(topic=["cocoa", "crude"]) == {
        "1987/cocoa.html",
        "1987/oil.html",
        "1988/banks.html",
    }
    assert found(topic=["Islands & sea"]) == {"1987/oil.html"}
    assert found(topic=["crude"], year=["1988"]) == {"1988/banks.html"}
    assert found(section=["World"], year=["1987", "1988"]) == {"1987/oil.html", "1988/new.html"}
    assert found(topic=["none such"]) == set()


def test_counts_say_what_a_choice_would_find(asker: Asker) -> None:
    def counts(text: str, **query: Any) -> Any:  # noqa: ANN401 - JSON
        return asker.ask({"do": "count", "query": {"text": text, **query}})["counts"]

    assert counts("bank") == {
        "year": {"1987": 1, "1988": 1},
        "topic": {"crude": 2, "Islands & sea": 1},
        "section": {"World": 1},
        "lang": {"en": 3},
    }
    chosen = counts("", filters={"year": ["1987"], "topic": ["crude"]}, lang=["en"])
    assert chosen["year"] == {"1987": 1, "1988": 1}, "years: of what is crude"
    assert chosen["topic"] == {"crude": 1, "Islands & sea": 1, "cocoa": 1}, "topics: of 1987"
    assert chosen["lang"] == {"en": 1}
    assert chosen["section"] == {"World": 1}
    # Each number is what the choice finds.
    for value, number in chosen["topic"].items():
        found = asker.urls("", filters={"year": ["1987"], "topic": [value]}, lang=["en"])
        assert len(found) == number


def test_a_word_in_the_title_outranks_one_in_the_text(browser: Browser, tmp_path: Path) -> None:
    texts = [
        Text(url=f"{n}.html", body="a fire burned " + "and burned on " * n, date=date)
        for n, date in enumerate(days(20))
    ]
    named = Text(url="named.html", title="Fire", body="It went out. " * 9, date="1986-01-01")
    write_bundle(tmp_path, [texts, [named]])
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        assert asker.urls("fire")[0] == "named.html"
        assert asker.urls("fire")[1] == "0.html", "and the shorter before the longer"
        asker.close()


def test_how_rare_a_word_is_is_counted_over_all_shards(browser: Browser, tmp_path: Path) -> None:
    """In the newer shard "strike" stands on every page, in the older on one. Ranked within each,
    the older would win by far."""
    newer = [
        Text(url=f"new{n}.html", body="A strike again.", date=d) for n, d in enumerate(days(9))
    ]
    older = [
        Text(url=f"old{n}.html", body="A strike again." if n == 3 else "Calm.", date=d)
        for n, d in enumerate(days(9, start="1980-01-01"))
    ]
    write_bundle(tmp_path, [newer, older])
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        found = asker.urls("strike")
        assert len(found) == 10
        assert found[:9] == [f"new{n}.html" for n in reversed(range(9))], "equals: the newer first"
        assert found[9] == "old3.html"
        asker.close()


def test_recent_pages_can_be_preferred(browser: Browser, tmp_path: Path) -> None:
    old = Text(url="old.html", body="A strike, a strike.", date="1980-01-01")
    new = Text(url="new.html", body="A strike began at noon in the docks.", date="1987-01-01")
    write_bundle(tmp_path, [[old, new]])
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        assert asker.urls("strike") == ["old.html", "new.html"]
        assert asker.urls("strike", recency=True) == ["new.html", "old.html"]
        asker.close()


def test_the_spelling_that_was_asked_for_comes_first(browser: Browser, tmp_path: Path) -> None:
    texts = [
        Text(url="plain.html", body="One cafe.", date="1987-01-01"),
        Text(url="accent.html", body="One café.", date="1987-01-01"),
        Text(url="e.html", lang="ru", body="Стояла елка.", date="1987-01-01"),
        Text(url="yo.html", lang="ru", body="Стояла ёлка.", date="1987-01-01"),
    ]
    write_bundle(tmp_path, [texts[:2], texts[2:]])
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        assert asker.urls("cafe") == ["plain.html", "accent.html"]
        assert asker.urls("café") == ["accent.html", "plain.html"]
        assert asker.urls("ёлка") == ["yo.html", "e.html"]
        assert asker.urls("елка") == ["e.html", "yo.html"]
        asker.close()


def test_slices_go_on_where_the_first_ended(asker: Asker) -> None:
    first = asker.search("")["top"]
    assert asker.ask({"do": "slice", "from": 2, "to": 4})["refs"] == first[2:4]
    assert asker.ask({"do": "slice", "from": 99, "to": 109})["refs"] == []


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Twelve shards of a few pages, each with words of its own."""
    site = tmp_path_factory.mktemp("many")
    groups = [
        [
            Text(
                url=f"{1980 + year}/{day}.html",
                body=" ".join(f"word{year}{letter * 3}{day}" for letter in "abcdefgh") + " common",
                date=f"{1980 + year}-01-{day:02}",
                topics=("all",),
            )
            for day in range(1, 8)
        ]
        for year in range(12)
    ]
    write_bundle(site, groups)
    return site


def test_only_what_a_query_needs_is_asked_for(browser: Browser, many: Path) -> None:
    with serve(many) as root:
        asker = Asker(browser, root)
        asker.ask({"do": "open"})
        # The stemmer of the page's language comes at the same time as the catalogue.
        assert _below(asker, many, "") == [f"pagefind/{CATALOGUE}", "static/stemmers/en.js"]
        asker.search("common year:1983")
        assert len(_below(asker, many, "")) == 3, "one shard, one file"
        asker.search("common")
        assert len(_below(asker, many, "/index/")) == 12
        asker.search("common")
        assert len(_below(asker, many, "/index/")) == 12, "and all are at hand now"
        assert _below(asker, many, "/fragment/") == []
        assert _below(asker, many, "/filter/") == []
        asker.search("common", filters={"year": ["1983"]})
        assert _below(asker, many, "/filter/") == [], "years are known from the catalogue"
        asker.search("common", filters={"topic": ["all"], "year": ["1983"]})
        assert len(_below(asker, many, "/filter/")) == 1
        asker.close()


def _below(asker: Asker, site: Path, part: str) -> list[str]:
    """Return what was asked for, but for the page itself."""
    paths = [url.removeprefix(asker.root) for url in asker.asked]
    own = {"ask.html", "static/search-engine.js", "data:,"}
    return sorted(path for path in paths if path not in own and part in f"/{path}")


def test_a_word_costs_one_file_of_all_shards_that_are_bound(
    browser: Browser, tmp_path: Path
) -> None:
    groups = [
        [
            Text(
                url=f"{year}/{n}.html",
                body=f"common own{year} n{n}",
                date=f"{year}-01-0{n}",
                topics=(f"t{n}",),
                section="All" if year > 1985 else "",
            )
            for n in range(1, 8)
        ]
        for year in range(1980, 1992)
    ]
    write_bundle(tmp_path, groups, is_bound=True)
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        assert asker.search("common")["found"] == 84
        assert len(_below(asker, tmp_path, ".pf_postings")) == 1, "of four series"
        assert _below(asker, tmp_path, ".pf_index") == [], "places are for phrases"
        assert asker.urls("own1985 n3") == ["1985/3.html"]
        assert asker.urls("common year:1983 -n1", sort="oldest")[:2] == [
            "1983/2.html",
            "1983/3.html",
        ]
        assert len(asker.urls("", filters={"topic": ["t3"]})) == 12
        assert len(asker.urls("", filters={"section": ["All"], "topic": ["t3", "t4"]})) == 12
        assert len(_below(asker, tmp_path, ".pf_filter")) == 6, "of four series"
        counts = asker.ask({"do": "count", "query": {"text": "own1987", "filters": {}}})["counts"]
        assert (counts["topic"]["t1"], counts["section"]) == (1, {"All": 7})
        assert ["own1985", True] in asker.items(asker.search("own1985")["top"])[0]["excerpt"]
        assert _below(asker, tmp_path, ".pf_index") == [], "for excerpts neither"
        assert asker.urls('"common own1985" n3') == ["1985/3.html"]
        assert len(_below(asker, tmp_path, ".pf_index")) == 4
        assert ["common own1985 n3.", True] in asker.items(
            asker.search('"common own1985" n3')["top"]
        )[0]["excerpt"]
        asker.close()


def test_memory_stays_within_its_bound(browser: Browser, many: Path) -> None:
    with serve(many) as root:
        asker = Asker(browser, root, engine="page")
        bound = 20_000
        asker.ask({"do": "open"}, {"memory": bound})
        for query in ("common", "word3", "word11", "word5hhh", "common"):
            asker.items(asker.search(query)["top"])
            size = asker.page.evaluate("() => engines.get('page').port.engine.shelf.size()")
            assert 0 < size <= bound
        assert asker.search("common")["found"] == 84
        asker.close()


def test_results_are_told_shard_by_shard_the_newest_first(browser: Browser, many: Path) -> None:
    with serve(many) as root:
        asker = Asker(browser, root)
        asker.ask({"do": "open"})
        # Each file of the index is held back until what came before it has been told.
        held: dict[str, Route] = {}
        asker.context.route(
            "**/index/*",
            lambda route: held.update({route.request.url.split("/")[-3]: route}),
        )
        asker.page.evaluate(
            """(name) => {
              self.steps = 0;
              const { port } = engineOf(name);
              port.addEventListener("message", ({ data }) => { self.steps += "progress" in data; });
              self.answer = ask(name, { do: "search", query: { text: "common" } });
            }""",
            asker.engine,
        )
        asker.until(lambda: len(held) == 12)
        for step, shard in enumerate(sorted(held, reverse=True), 1):
            held[shard].continue_()
            if step <= 3:
                asker.until(lambda step=step: asker.page.evaluate("self.steps") >= step)  # type: ignore[misc]
        answer = asker.page.evaluate("() => self.answer")
        steps = answer["progress"]
        assert len(steps) > 2
        assert [step["done"] for step in steps] == sorted({step["done"] for step in steps})
        assert all(step["found"] == 7 * step["done"] for step in steps)
        assert all(step["shards"] == 12 for step in steps)
        newest = asker.urls_of(steps[0]["top"])
        assert all(url.startswith("1991/") for url in newest[:7])
        assert answer["done"]["found"] == 84
        asker.close()


def test_first_results_do_not_queue_behind_all_that_is_still_to_come(
    browser: Browser, many: Path
) -> None:
    """What stands in much of the archive is shown from the newest shards before older are asked."""
    with serve(many) as root:
        asker = Asker(browser, root)
        asker.ask({"do": "open"}, {"most": 10})
        answer = asker.ask({"do": "search", "query": {"text": "common"}})
        (early, *_) = answer["progress"]
        assert (early["early"], early["done"], early["found"]) == (True, 2, 14)
        assert answer["done"]["found"] == 84
        asked = [url.removeprefix(root).split("/") for url in asker.asked if "/pagefind/en-" in url]
        assert [parts[2] for parts in asked] == ["index"] * 2 + ["fragment"] * 5 + ["index"] * 10
        assert asker.urls_of(early["top"])[0].startswith("1991/")
        again = asker.ask({"do": "search", "query": {"text": "common"}})
        assert not any(step.get("early") for step in again["progress"]), "all is at hand"
        rare = asker.ask({"do": "search", "query": {"text": "word3aaa1"}})
        assert not any(step.get("early") for step in rare["progress"])
        assert rare["done"]["found"] == 1
        asker.close()


def test_a_newer_search_stops_the_older_one(browser: Browser, many: Path) -> None:
    with serve(many) as root:
        asker = Asker(browser, root)
        gate = Gate()  # or one might be done before the next is asked for
        asker.context.route("**/index/*", gate)
        asker.page.evaluate(
            """async (name) => {
              const engine = engineOf(name);
              await engine.opened;
              const search = (text) => engine.ask({ do: "search", query: { text } });
              self.answers = Promise.all([search("word3"), search("word4"), search("common")]);
            }""",
            asker.engine,
        )
        gate.open()
        answers = asker.page.evaluate("() => self.answers")
        assert [bool(answer.get("cancelled")) for answer in answers] == [True, True, False]
        assert answers[2]["done"]["found"] == 84
        assert asker.search("word3")["found"] == 7, "what was stopped can be asked again"
        stopped = asker.page.evaluate(
            """async (name) => {
              const engine = engineOf(name);
              const search = engine.ask({ do: "search", query: { text: "word7 word7bbb" } });
              engine.port.postMessage({ do: "cancel" });
              return search;
            }""",
            asker.engine,
        )
        assert stopped.get("cancelled") or stopped["done"]
        asker.close()


@pytest.mark.parametrize("engine", ["worker", "page"])
def test_a_site_that_was_replaced_is_read_once_more(
    engine: str, browser: Browser, tmp_path: Path
) -> None:
    site = tmp_path / "site"
    before = [Text(url="1.html", body="The strike ended.", date="1987-01-01")]
    after = [*before, Text(url="2.html", body="The strike went on.", date="1987-01-02")]
    write_bundle(site, [before])
    with serve(tmp_path) as root:
        asker = Asker(browser, f"{root}site/", engine=engine)
        assert asker.ask({"do": "open"})["opened"]["pages"] == 1
        write_bundle(site, [after])
        assert sorted(asker.urls("strike")) == ["1.html", "2.html"]
        assert asker.ask({"do": "open"})["opened"]["pages"] in {1, 2}
        # What was found before cannot be shown any more; the page is told to search again.
        found = asker.search("strike ended")["top"]
        write_bundle(site, [[Text(url="3.html", body="Nothing at all.", date="1999-01-01")]])
        shown = asker.ask({"do": "show", "refs": found})
        assert shown.get("failed", {}).get("kind") == "stale" or shown["items"]
        asker.close()


def test_failures_say_of_which_kind_they_are(browser: Browser, tmp_path: Path) -> None:
    text = Text(url="1.html", body="The strike ended.", date="1987-01-01")
    write_bundle(tmp_path, [[text]])
    (chunk,) = (tmp_path / "pagefind/en-1987-01-01/index").iterdir()
    whole = chunk.read_bytes()
    with serve(tmp_path) as root:
        kinds = []
        for damage in (whole[:-9], b"<!doctype html>", gzip.compress(b"something else"), None):
            if damage is None:
                chunk.unlink()
            else:
                chunk.write_bytes(damage)
            asker = Asker(browser, root)
            answer = asker.ask({"do": "search", "query": {"text": "strike"}})
            kinds.append(answer["failed"]["kind"])
            asker.close()
        assert kinds == ["damaged", "damaged", "damaged", "stale"]
        chunk.write_bytes(whole)
        asker = Asker(browser, root)
        asker.ask({"do": "open"})
        asker.context.set_offline(True)
        answer = asker.ask({"do": "search", "query": {"text": "strike"}})
        assert answer["failed"]["kind"] == "network"
        asker.context.set_offline(False)
        assert asker.urls("strike") == ["1.html"], "and the next search tries again"
        asker.close()


def test_a_browser_that_cannot_unpack_is_told(browser: Browser, sites: dict[bool, str]) -> None:
    asker = Asker(browser, sites[False], engine="page")
    asker.page.evaluate("() => { delete self.DecompressionStream; }")
    assert asker.ask({"do": "open"})["failed"]["kind"] == "browser"
    asker.close()


def test_a_server_that_has_unpacked_the_files_does_not_hurt(
    browser: Browser, tmp_path: Path
) -> None:
    """Some hosts send *.pf_index as gzip-encoded, and the browser unpacks it."""
    write_bundle(tmp_path, [EARLY])
    for path in (tmp_path / "pagefind").rglob("*.pf_*"):
        path.write_bytes(b"pagefind_dcd" + unpack(path.read_bytes()))
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        assert sorted(asker.urls("bank")) == ["1987/oil.html", "undated.html"]
        asker.close()


@pytest.mark.parametrize("is_scripts", [False, True])
@pytest.mark.parametrize(
    ("engine", "change", "is_bound"),
    [
        ("worker", {"pagefind": "9.9.9"}, False),
        ("page", {"pagefind": "9.9.9"}, True),
        ("worker", {"format": 99}, True),
        ("page", {"format": 99}, False),
    ],
)
def test_an_index_of_another_version_is_searched_with_pagefinds_own_runtime(
    engine: str,
    is_scripts: bool,  # noqa: FBT001 - a parameter of the test
    is_bound: bool,  # noqa: FBT001 - another
    change: dict[str, Any],
    browser: Browser,
    tmp_path: Path,
) -> None:
    groups = [EARLY, LATE, RUSSIAN]
    write_bundle(tmp_path, groups, is_scripts=is_scripts, is_bound=is_bound)
    _change_catalogue(tmp_path, is_scripts=is_scripts, change=lambda old: old | change)
    with serve(tmp_path) as root:
        asker = Asker(browser, root, engine=engine)
        opened = asker.ask({"do": "open"})["opened"]
        assert opened["known"] is False
        assert opened["pages"] == 6
        assert set(asker.urls("bank", lang=["en"])) == {
            "1987/oil.html",
            "1988/banks.html",
            "undated.html",
        }
        item = asker.items(asker.search("oil prices")["top"])[0]
        assert item["title"] == "Oil prices rise"
        assert item["lang"] == "en"
        assert ["oil", True] in item["excerpt"]
        assert "1987/oil.html" in asker.urls("", filters={"topic": ["crude"]})
        assert asker.urls("bank", sort="newest", lang=["en"])[-1] == "undated.html"
        counts = asker.ask({"do": "count", "query": {"text": "bank", "filters": {}}})["counts"]
        assert counts["topic"]["crude"] == 2
        assert not [url for url in asker.asked if "/wasm." in url and "/pagefind/wasm." not in url]
        asker.close()


def test_an_unknown_version_without_the_runtime_fails_with_its_reason(
    browser: Browser, tmp_path: Path
) -> None:
    write_bundle(tmp_path, [EARLY])
    _change_catalogue(tmp_path, is_scripts=False, change=lambda old: old | {"pagefind": "9.9.9"})
    with serve(tmp_path) as root:
        asker = Asker(browser, root)
        assert asker.ask({"do": "open"}, {"stock": ""})["failed"]["kind"] == "version"
        asker.close()


def _change_catalogue(
    site: Path, *, is_scripts: bool, change: Callable[[dict[str, Any]], dict[str, Any]]
) -> None:
    path = site / "pagefind" / (f"{CATALOGUE}.js" if is_scripts else CATALOGUE)
    packed = from_script(path.read_bytes())[1] if is_scripts else path.read_bytes()
    changed = pack(json.dumps(change(json.loads(unpack(packed)))).encode())
    path.write_bytes(as_script(CATALOGUE, changed) if is_scripts else changed)


@pytest.mark.parametrize("name", ["search-engine.js", "search-stock.js"])
def test_the_script_parses_alone_and_asks_nobody_else(name: str, browser: Browser) -> None:
    script = (STATIC / name).read_text(encoding="utf-8")
    page = browser.new_page()
    said: list[str] = []
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_script_tag(content=script)
    assert said == []
    page.close()
    assert "http" not in script.replace("http)", "")


def test_the_engine_is_small() -> None:
    size = len(gzip.compress((STATIC / "search-engine.js").read_bytes(), 9))
    assert size < 21_500, "comments and all"


@pytest.mark.parametrize("is_bound", [False, True])
def test_from_a_disk_the_same_pages_are_found(
    is_bound: bool,  # noqa: FBT001 - a parameter of the test
    browser: Browser,
    tmp_path: Path,
) -> None:
    write_bundle(tmp_path, GROUPS, is_scripts=True, is_bound=is_bound)
    shutil.rmtree(tmp_path / "pagefind/names", ignore_errors=True)
    asker = Asker(browser, tmp_path.as_uri() + "/", engine="page")
    for query, expected in QUERIES:
        if isinstance(expected, list):
            assert sorted(asker.urls(query)) == sorted(expected), query
    assert asker.said == []
    asker.close()
