"""Where our engine does not do as Pagefind's own, on purpose: each with what Pagefind does.

Should Pagefind change one of these, its half of the test fails and says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from tests.browsing import serve
from tests.search.bundles import Asker, Text, days, write_bundle

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

STOCK: Final = """async ([bundle, shards, text, sort]) => {
  const { createInstance } = await import(`${bundle}pagefind.js`);
  const plain = self.fetch;
  self.fetch = (url, ...rest) => plain(String(url).replace(/[^/]+[/](wasm[.])/, "$1"), ...rest);
  const path = (shard) => new URL(`${bundle}${shard}/`).pathname;
  const instance = createInstance({ basePath: path(shards[0]), baseUrl: "/", noWorker: true });
  await instance.search("");
  for (const shard of shards.slice(1)) await instance.mergeIndex(path(shard), { baseUrl: "/" });
  const { results } = await instance.search(text, { sort });
  const pages = await Promise.all(results.map((result) => result.data()));
  self.fetch = plain;
  return pages.map(({ url }) => url.slice(1));
}"""


class Both:
    """The two engines over one bundle."""

    def __init__(self, browser: Browser, root: str, shards: Sequence[str]) -> None:
        self.asker = Asker(browser, root)
        self.shards = list(shards)

    def ours(self, text: str, sort: str = "relevance") -> list[str]:
        return self.asker.urls(text, sort=sort)

    def theirs(self, text: str, sort: dict[str, str] | None = None) -> list[str]:
        given = [f"{self.asker.root}pagefind/", self.shards, text, sort or {}]
        found: list[str] = self.asker.page.evaluate(STOCK, given)
        return found


def _write(site: Path, groups: Sequence[Sequence[Text]]) -> list[str]:
    return [shard["path"] for shard in write_bundle(site, groups)]


def test_a_phrase_is_found_where_one_of_its_words_has_another_spelling_near(
    browser: Browser, tmp_path: Path
) -> None:
    """Pagefind asks for all spellings of a word one behind the other."""
    text = Text(url="1.html", body="The cafe owners met in a café by the sea.", date="1987-01-01")
    shards = _write(tmp_path, [[text]])
    with serve(tmp_path) as root:
        both = Both(browser, root, shards)
        assert both.theirs('"cafe owners"') == []
        assert both.ours('"cafe owners"') == ["1.html"]
        assert both.ours('"café owners"') == ["1.html"]


def test_by_date_the_shards_are_one_list(browser: Browser, tmp_path: Path) -> None:
    """Pagefind compares places within each index."""
    newer = [Text(url=f"new{n}.html", body="A strike.", date=d) for n, d in enumerate(days(3))]
    older = [
        Text(url=f"old{n}.html", body="A strike.", date=d)
        for n, d in enumerate(days(3, start="1980-01-01"))
    ]
    shards = _write(tmp_path, [newer, older])
    with serve(tmp_path) as root:
        both = Both(browser, root, shards)
        in_order = ["new2.html", "new1.html", "new0.html", "old2.html", "old1.html", "old0.html"]
        assert both.theirs("strike", {"date": "desc"}) != in_order
        assert both.ours("strike", "newest") == in_order
        assert both.ours("strike", "oldest") == in_order[::-1]


def test_what_is_undated_is_found_by_date_too(browser: Browser, tmp_path: Path) -> None:
    """Pagefind leaves it out."""
    texts = [
        Text(url="dated.html", body="A strike.", date="1987-01-01"),
        Text(url="undated.html", body="A strike."),
    ]
    shards = _write(tmp_path, [texts])
    with serve(tmp_path) as root:
        both = Both(browser, root, shards)
        assert both.theirs("strike", {"date": "desc"}) == ["dated.html"]
        assert both.ours("strike", "newest") == ["dated.html", "undated.html"]


def test_a_word_that_nothing_has_finds_nothing(browser: Browser, tmp_path: Path) -> None:
    """Pagefind takes the longest beginning of it that is a word: a reader who looks for electricity
    is better told that there is none than shown elections."""
    texts = [
        Text(url="elect.html", body="They elect a mayor.", date="1987-01-01"),
        Text(url="both.html", body="They elect a mayor, and oil is dear.", date="1987-01-02"),
    ]
    shards = _write(tmp_path, [texts])
    with serve(tmp_path) as root:
        both = Both(browser, root, shards)
        assert set(both.theirs("electorate")) == {"elect.html", "both.html"}
        assert both.ours("electorate") == []
        # Where no beginning of it is a word either, Pagefind leaves the word out.
        assert both.theirs("oil xylophone") == ["both.html"]
        assert both.ours("oil xylophone") == []


def test_the_beginning_of_a_word_finds_it_in_whichever_file_it_is(
    browser: Browser, tmp_path: Path
) -> None:
    """Pagefind loads one file of the index for a beginning, and finds what that one holds, and what
    was loaded before."""
    words = [" ".join(f"bank{n + 10}{i:04}x" for i in range(400)) for n in range(25)]
    texts = [Text(url=f"{n}.html", body=f"{words[n]} end", date=d) for n, d in enumerate(days(25))]
    texts.append(Text(url="25.html", body="A bank, among bandits and banners.", date="1988-01-01"))
    shards = _write(tmp_path, [texts])
    assert len(list((tmp_path / "pagefind" / shards[0] / "index").iterdir())) > 2
    with serve(tmp_path) as root:
        both = Both(browser, root, shards)
        assert len(both.theirs("bank")) < 26
        assert len(both.ours("bank")) == 26


def test_one_letter_is_a_word_and_no_beginning(browser: Browser, tmp_path: Path) -> None:
    """Else it would find half the archive, and load it; in Chinese and Japanese it is a word's."""
    texts = [
        Text(url="1.html", body="Vitamin C cures colds.", date="1987-01-01"),
        Text(url="2.html", body="Colds come and go.", date="1987-01-02"),
        Text(url="3.html", lang="zh", body="灯塔", date="1987-01-02"),
    ]
    shards = _write(tmp_path, [texts[:2], texts[2:]])
    with serve(tmp_path) as root:
        both = Both(browser, root, [shard for shard in shards if shard.startswith("en")])
        assert set(both.theirs("c")) == {"1.html", "2.html"}
        assert both.ours("c") == ["1.html"]
        assert both.ours("灯") == ["3.html"]


def test_signs_are_left_out_of_a_query_as_they_are_out_of_the_index(
    browser: Browser, tmp_path: Path
) -> None:
    """Pagefind's index has no sign; its queries keep those that are no punctuation."""
    texts = [
        Text(url="1.html", body="It cost $100 + tax.", date="1987-01-01"),
        Text(url="2.html", body="It cost nothing.", date="1987-01-02"),
    ]
    shards = _write(tmp_path, [texts])
    with serve(tmp_path) as root:
        both = Both(browser, root, shards)
        assert both.theirs("$100") != ["1.html"]
        assert both.ours("$100") == ["1.html"]


def test_many_spellings_of_one_name_do_not_count_many_times(
    browser: Browser, tmp_path: Path
) -> None:
    """Pagefind adds up all words of a meta field that begin as asked, and takes the third power of
    it: a page that has a name in ten spellings would come before any other."""
    texts = [
        Text(
            url="spelled.html",
            body="A word on zelenka in passing. " + "Other things. " * 30,
            names=" ".join(f"zelen{end}" for end in ("skyy", "ski", "skij", "skiy", "sky", "sko")),
            date="1987-01-01",
        ),
        Text(url="titled.html", title="Zelen", body="Zelen, zelen.", date="1987-01-02"),
        *(Text(url=f"{n}.html", body="Calm.", date=d) for n, d in enumerate(days(20))),
    ]
    shards = _write(tmp_path, [texts])
    with serve(tmp_path) as root:
        both = Both(browser, root, shards)
        assert both.theirs("zelen") == ["spelled.html", "titled.html"]
        assert both.ours("zelen") == ["titled.html", "spelled.html"]
