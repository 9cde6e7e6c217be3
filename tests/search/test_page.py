"""The search page in a real browser: what it shows, says, remembers and asks for.

A small archive is built as a user builds it, once with an index that a page opened from a disk can
read and once without. `tests/test_search.py` searches the sample archive.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest

from tests.archives import ROOT
from tests.browsing import Gate, Reader, follow, serve
from tests.search.archive import (
    ATTIC,
    BARGE,
    BARZHA,
    DENGTA,
    DIARIES,
    GAZETA,
    LEAFLET,
    LIGHTHOUSE,
    MANARA,
    SETTINGS,
    VERA,
    build_small_press,
    write_small_press,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

ISOLATE, END = "\u2068", "\u2069"
FAILED = "The search could not be loaded."


class SearchReader(Reader):
    """A reader of the search page."""

    def open(self, url: str = "search.html") -> None:
        super().open(url)

    def texts(self, selector: str) -> list[str]:
        return list(self.page.eval_on_selector_all(selector, "all => all.map(e => e.innerText)"))

    def links(self, selector: str = ".search-title a") -> list[str]:
        """The results' addresses, from the root of the site."""
        found = self.page.eval_on_selector_all(selector, "all => all.map(a => a.href)")
        assert all(one.startswith(self.root) for one in found), found
        return [one.removeprefix(self.root) for one in found]

    def expect(self, *links: str) -> None:
        self.until(lambda: self.links() == list(links))

    def expect_status(self, text: str) -> None:
        self.until(lambda: self.page.inner_text(".search-status").startswith(text))

    @property
    def state(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.page.url).query)

    @property
    def focus(self) -> str:
        return str(self.page.evaluate("document.activeElement.href || document.activeElement.id"))

    def open_filters(self) -> None:
        self.page.click(".search-filters summary")
        self.until(lambda: bool(self.counts("year")))

    def counts(self, name: str) -> dict[str, str]:
        """What a filter offers, in its order."""
        facet = f".search-facet[name={name}]:not([hidden]) .search-choice"
        read = "all => all.map(e => [...e.querySelectorAll('bdi, span')].map(x => x.innerText))"
        return dict(self.page.eval_on_selector_all(facet, read))

    def tick(self, name: str, value: str) -> None:
        self.page.locator(f'.search-choice input[name={name}][value="{value}"]').click()

    def asked_below(self, folder: str) -> list[str]:
        """What was asked of the index, in that folder of its shards."""
        return [url for url in self.asked if f"/{folder}/" in url and "/pagefind/" in url]


@pytest.fixture
def reader(
    request: pytest.FixtureRequest, browser: Browser, offline_site: Path, plain_site: Path
) -> Iterator[SearchReader]:
    """A reader of either site, who must meet nothing untoward."""
    is_plain = getattr(request, "param", "plain") == "plain"
    with serve(plain_site if is_plain else offline_site, "/a/b/" if is_plain else "/") as root:
        one = SearchReader(browser, root)
        yield one
        one.close()
    assert one.said == []  # no error, no warning, nothing that the policy forbids
    assert [url for url in one.asked if not url.startswith(root)] == []


either_site = pytest.mark.parametrize("reader", ["offline", "plain"], indirect=True)
"""For tests in which files of the index are read: as plain ones and as scripts."""


@pytest.fixture
def lone(browser: Browser, tmp_path: Path, plain_site: Path) -> Iterator[SearchReader]:
    """A reader of a copy of the site that a test may spoil; what goes wrong is looked at there."""
    shutil.copytree(plain_site, tmp_path / "site")
    with serve(tmp_path / "site") as root:
        one = SearchReader(browser, root)
        yield one
        one.close()


# -- results -------------------------------------------------------------------------------------


@either_site
def test_results_have_title_date_and_excerpt(reader: SearchReader) -> None:
    reader.open("search.html?q=canal")
    reader.expect(BARGE)
    reader.expect_status(f"1 result for {ISOLATE}canal{END}")
    assert reader.texts(".search-title") == ["A newspaper on a barge"]
    assert reader.texts(".search-date") == ["June 2019"]
    assert reader.texts(".search-excerpt mark") == ["canal"]
    assert reader.texts(".search-excerpt")[0].startswith("The barge carried its newspaper along")
    assert reader.page.get_attribute(".search-text", "lang") == "en"
    assert reader.page.get_attribute(".search-text", "dir") == "ltr"
    assert reader.texts(".search-lang") == []


def test_markup_in_a_text_is_text(reader: SearchReader) -> None:
    reader.open("search.html?q=attic+bold")
    reader.expect(ATTIC)
    assert reader.texts(".search-title") == ['Attic <press> & "friends"']
    assert "its type read <b>bold</b> & was lost" in reader.texts(".search-excerpt")[0]
    assert reader.page.query_selector(".search-excerpt b") is None


@either_site
def test_what_can_be_typed(reader: SearchReader) -> None:
    """What the explanations below the box promise, each once."""
    for query, links in {
        "newspap canal": {BARGE},
        '"newspaper on a"': {BARGE},
        "newspaper -canal": {LIGHTHOUSE, ATTIC, LEAFLET},
        'person:"Vera Lindt"': {LIGHTHOUSE, GAZETA, MANARA},
        "person:vera-lindt lighthouse": {LIGHTHOUSE},
        'topic:"Islands & sea"': {LIGHTHOUSE, BARGE},
        "newspaper year:1937-2019": {ATTIC, BARGE},
        "newspaper after:2019-06 before:2020-05-08": {BARGE},
        "newspaper after:2020-05-08 before:2021": {LIGHTHOUSE},
    }.items():
        reader.open("search.html")
        reader.page.fill("#bf-q", query)
        reader.page.keyboard.press("Enter")
        reader.until(lambda links=links: set(reader.links()) == links)  # type: ignore[misc]


@either_site
def test_every_language_is_searched_and_shown_in_its_own_direction(reader: SearchReader) -> None:
    for page, query, link, status in (
        ("search.html", "газету", GAZETA, "2 results for"),
        ("ru/search.html", "газеты", GAZETA, f"2 результата по запросу {ISOLATE}газеты{END}"),
        ("search.html", "المقهى", MANARA, "1 result for"),
        ("ar/search.html", "canal", BARGE, f"نتيجة واحدة عن {ISOLATE}canal{END}"),
        ("zh/search.html", "报纸", DENGTA, f"{ISOLATE}报纸{END}：1 条结果"),
    ):
        reader.open(f"{page}?q={query}")
        reader.expect_status(status)
        assert link in reader.links()
        shown = reader.page.locator(".search-result", has=reader.page.locator(f"a[href$='{link}']"))
        lang = link[:2] if link[2] == "/" else "en"
        text = shown.locator(".search-text")
        assert text.get_attribute("lang") == lang
        assert text.get_attribute("dir") == ("rtl" if lang == "ar" else "ltr")
        own = page[:2] if page[2] == "/" else "en"
        assert (shown.locator(".search-lang").count() == 0) == (lang == own)
    reader.page.click(".search-title a")
    reader.until(lambda: reader.page.query_selector("article.story") is not None)


def test_the_page_s_own_language_is_preferred(reader: SearchReader) -> None:
    """Three articles are as much about her, each in a language of its own."""
    for page, query, link in (
        ("search.html", "lindt", LIGHTHOUSE),
        ("ru/search.html", "линдт", GAZETA),
        ("ar/search.html", "ليندت", MANARA),
    ):
        reader.open(f"{page}?q={query}")
        reader.until(lambda: len(reader.links()) == 3)
        assert reader.links()[0] == link


def test_results_are_fetched_as_they_come_into_sight(reader: SearchReader) -> None:
    reader.page.set_viewport_size({"width": 1000, "height": 400})
    reader.open("search.html?q=diary&sort=oldest")
    reader.expect(*DIARIES[:5])
    reader.expect_status(f"27 results for {ISOLATE}diary{END}")
    assert len(reader.asked_below("fragment")) == 5
    assert not reader.page.is_visible(".search-more")
    for shown in (10, 15, 20):
        reader.page.locator(".search-result").last.scroll_into_view_if_needed()
        reader.until(lambda shown=shown: len(reader.links()) >= shown)  # type: ignore[misc]
    # Now they come no more by themselves, so that the foot of the page can be reached.
    reader.until(lambda: reader.page.is_visible(".search-more"))
    reader.expect(*DIARIES[:20])
    reader.page.click(".search-more")
    reader.until(lambda: len(reader.links()) >= 25)
    assert reader.focus.endswith(DIARIES[20])
    reader.page.locator(".search-result").last.scroll_into_view_if_needed()
    reader.expect(*DIARIES)
    assert not reader.page.is_visible(".search-more")


def test_order(reader: SearchReader) -> None:
    """What has no date comes last, whichever comes first."""
    reader.open("search.html?q=newspaper&sort=newest")
    reader.expect(LIGHTHOUSE, BARGE, ATTIC, LEAFLET)
    reader.page.select_option("#bf-sort", "oldest")
    reader.expect(ATTIC, BARGE, LIGHTHOUSE, LEAFLET)
    assert reader.state == [("q", "newspaper"), ("sort", "oldest")]
    reader.page.select_option("#bf-sort", "recent")
    reader.until(lambda: reader.state == [("q", "newspaper"), ("sort", "recent")])
    reader.until(lambda: set(reader.links()) == {LIGHTHOUSE, BARGE, ATTIC, LEAFLET})
    reader.page.select_option("#bf-sort", "")
    reader.until(lambda: reader.state == [("q", "newspaper")])


@either_site
def test_people_and_topics_of_that_name_come_first(reader: SearchReader) -> None:
    for page, query, name in (
        ("search.html", "vera lindt", "Vera Lindt"),
        ("search.html", "Линдт", "Vera Lindt"),
        ("ru/search.html", "Lindt", "Вера Линдт"),
    ):
        reader.open(f"{page}?q={query}")
        reader.until(lambda: reader.page.is_visible(".search-names"))
        assert name in reader.texts(".search-name a")[0]
    # Names are waited for a moment only; here however slow the machine is.
    reader.page.add_init_script(
        """const soon = self.setTimeout;
        self.setTimeout = (done, ms, ...rest) => soon(done, ms === 300 ? 1e9 : ms, ...rest);"""
    )
    reader.open("search.html?q=vera+lindt")
    reader.until(lambda: set(reader.links()) == {LIGHTHOUSE, GAZETA, MANARA})
    assert reader.links(".search-name a") == [VERA]
    assert "Vera Lindt" in reader.page.inner_text(".search-status")  # heard as well
    assert "People" in reader.texts(".search-name")[0]
    reader.page.focus("#bf-q")
    reader.page.keyboard.press("ArrowDown")
    assert reader.focus.endswith(VERA)
    reader.page.fill("#bf-q", "printing")
    reader.until(lambda: reader.links(".search-name a") == ["topics/printing.html"])
    reader.page.fill("#bf-q", "canal")
    reader.until(lambda: not reader.page.is_visible(".search-names"))


# -- filters -------------------------------------------------------------------------------------


@either_site
def test_filters_are_loaded_when_they_are_looked_at(reader: SearchReader) -> None:
    reader.open("search.html?q=newspaper")
    reader.until(lambda: len(reader.links()) == 4)
    assert reader.asked_below("filter") == []
    reader.open_filters()
    reader.until(lambda: reader.counts("section") == {"World": "2"})
    assert list(reader.counts("year").items()) == [("2020", "1"), ("2019", "1"), ("1937", "1")]
    assert list(reader.counts("topic").items()) == [("Printing", "3"), ("Islands & sea", "2")]
    assert reader.counts("lang") == {}  # they are all in one
    assert reader.asked_below("filter") != []


def test_values_widen_and_filters_narrow(reader: SearchReader) -> None:
    reader.open("search.html?q=newspaper&sort=newest")
    reader.open_filters()
    reader.tick("year", "1937")
    reader.expect(ATTIC)
    # The other years stay on offer, the other filters count what is left.
    reader.until(lambda: reader.counts("topic") == {"Printing": "1"})
    assert list(reader.counts("year")) == ["2020", "2019", "1937"]
    reader.tick("year", "2019")
    reader.expect(BARGE, ATTIC)
    assert reader.page.evaluate("document.activeElement.value") == "2019"
    reader.until(lambda: reader.counts("topic") == {"Islands & sea": "1", "Printing": "1"})
    reader.tick("topic", "Islands & sea")
    reader.expect(BARGE)
    assert reader.state == [
        ("q", "newspaper"),
        ("year", "1937"),
        ("year", "2019"),
        ("topic", "Islands & sea"),
        ("sort", "newest"),
    ]
    assert reader.texts(".search-chip") == ["1937", "2019", "Islands & sea"]
    reader.page.get_by_role("button", name="Remove").nth(1).click()
    reader.expect_status(f"Nothing found for {ISOLATE}newspaper{END}.")
    assert "without them there may be more" in reader.page.inner_text(".search-help")
    reader.page.click(".search-clear")
    reader.expect(LIGHTHOUSE, BARGE, ATTIC, LEAFLET)
    assert reader.focus == "bf-q"
    assert not reader.page.is_visible(".search-chosen")
    reader.until(lambda: not reader.page.query_selector_all(".search-choice input:checked"))


def test_languages_are_a_filter(reader: SearchReader) -> None:
    reader.open("search.html?q=person:vera-lindt&sort=newest")
    reader.expect(GAZETA, MANARA, LIGHTHOUSE)
    reader.open_filters()
    reader.until(lambda: reader.counts("lang") == {"English": "1", "Russian": "1", "Arabic": "1"})
    reader.tick("lang", "ar")
    reader.expect(MANARA)
    assert reader.texts(".search-chip") == ["Arabic"]
    assert ("lang", "ar") in reader.state


def test_filters_alone_list_articles_newest_first(reader: SearchReader) -> None:
    reader.open("search.html?topic=Printing")
    reader.expect(GAZETA, LIGHTHOUSE, ATTIC, LEAFLET)
    reader.expect_status("4 articles")
    reader.open("search.html?topic=Nothing&year=2020")
    reader.expect_status("No article has all of these.")
    reader.open_filters()
    assert reader.counts("topic").get("Nothing") == "0"


def test_a_topic_is_one_in_all_languages(reader: SearchReader) -> None:
    """Whatever it is called on the page: an English topic finds the Russian articles under it."""
    reader.open("ru/search.html")
    reader.open_filters()
    reader.until(lambda: reader.counts("topic").get("Печать") == "4")
    reader.tick("topic", "Printing")
    reader.expect(GAZETA, LIGHTHOUSE, ATTIC, LEAFLET)
    assert reader.texts(".search-chip") == ["Печать"]
    assert ("topic", "Printing") in reader.state
    reader.open("ru/search.html?topic=Печать")  # an old link
    reader.expect(GAZETA, LIGHTHOUSE, ATTIC, LEAFLET)
    assert reader.texts(".search-chip") == ["Печать"]


def test_long_lists_of_values_are_cut(reader: SearchReader, tmp_path: Path) -> None:
    reader.open()
    reader.open_filters()
    assert reader.counts("topic").get("Diaries") == "27"
    assert reader.page.inner_text(".search-status") == ""
    assert len(reader.counts("year")) == 9


# -- the address and the back button -------------------------------------------------------------


def test_a_link_brings_everything_back(reader: SearchReader) -> None:
    reader.open(
        "search.html?q=newspaper&topic=Islands+%26+sea&topic=Printing&year=2019&lang=en&sort=oldest"
    )
    reader.expect(BARGE)
    assert reader.page.input_value("#bf-q") == "newspaper"
    assert reader.page.input_value("#bf-sort") == "oldest"
    assert reader.texts(".search-chip") == ["English", "2019", "Islands & sea", "Printing"]
    reader.open_filters()
    assert reader.page.is_checked("input[name=topic][value='Printing']")
    assert reader.page.is_checked("input[name=topic][value='Islands & sea']")


@pytest.mark.parametrize(
    "query", ["sort=toString&q=canal", "q=canal&year=&lang=", "q=++canal+&other=1#bf-main"]
)
def test_an_odd_link_does_no_harm(reader: SearchReader, query: str) -> None:
    reader.open(f"search.html?{query}")
    reader.expect(BARGE)
    assert reader.page.input_value("#bf-sort") == ""


def test_typing_replaces_and_enter_adds_to_the_history(reader: SearchReader) -> None:
    page = reader.page
    reader.open()
    page.fill("#bf-q", "canal")
    reader.expect(BARGE)
    assert reader.state == [("q", "canal")]
    page.keyboard.press("Enter")
    page.fill("#bf-q", "lighthou")
    reader.expect(LIGHTHOUSE)
    page.fill("#bf-q", "lighthouse")
    page.keyboard.press("Enter")
    reader.until(lambda: reader.state == [("q", "lighthouse")])
    reader.expect(LIGHTHOUSE)
    page.go_back()
    reader.expect(BARGE)
    assert page.input_value("#bf-q") == "canal"
    page.go_back()
    reader.until(lambda: reader.links() == [] and reader.state == [])
    assert page.input_value("#bf-q") == ""
    page.go_forward()
    page.go_forward()
    reader.expect(LIGHTHOUSE)


def test_what_is_typed_is_searched_once_it_pauses(reader: SearchReader) -> None:
    reader.page.add_init_script(
        """self.searched = [];
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message, ...rest) {
          if (message.do === "search") self.searched.push(message.query.text);
          return post.call(this, message, ...rest);
        };"""
    )
    reader.open()
    reader.page.evaluate(
        """(text) => {
          const box = document.querySelector("#bf-q");
          for (let end = 1; end <= text.length; end++) {
            box.value = text.slice(0, end);
            box.dispatchEvent(new InputEvent("input", { bubbles: true }));
          }
        }""",
        "lighthouse",
    )
    reader.expect(LIGHTHOUSE)
    assert reader.page.evaluate("() => self.searched") == ["lighthouse"]


def test_back_from_an_article_finds_the_results_again(reader: SearchReader) -> None:
    reader.open()
    reader.page.fill("#bf-q", "canal")
    reader.expect(BARGE)
    reader.page.click(".search-title a")
    reader.until(lambda: reader.page.url.endswith(BARGE))
    reader.page.wait_for_load_state()
    reader.page.go_back()
    reader.expect(BARGE)
    assert reader.page.input_value("#bf-q") == "canal"


def test_a_single_letter_waits_for_enter(reader: SearchReader) -> None:
    reader.open()
    reader.page.fill("#bf-q", "n")
    reader.page.wait_for_timeout(400)  # that nothing happens has no state to wait for
    assert reader.state == []
    reader.page.keyboard.press("Enter")
    reader.until(lambda: reader.state == [("q", "n")])


# -- by keyboard, by ear -------------------------------------------------------------------------


def test_by_keyboard_alone(reader: SearchReader) -> None:
    page = reader.page
    reader.open("search.html?q=newspaper&sort=newest")
    reader.expect(LIGHTHOUSE, BARGE, ATTIC, LEAFLET)
    page.keyboard.press("/")
    assert reader.focus == "bf-q"
    assert page.input_value("#bf-q") == "newspaper"
    for link in (LIGHTHOUSE, BARGE, ATTIC, LEAFLET, LEAFLET):
        page.keyboard.press("ArrowDown")
        assert reader.focus.endswith(link)
    for link in (ATTIC, BARGE, LIGHTHOUSE):
        page.keyboard.press("ArrowUp")
        assert reader.focus.endswith(link)
    page.keyboard.press("ArrowUp")
    assert reader.focus == "bf-q"
    page.keyboard.press("ArrowUp")
    assert reader.focus == "bf-q"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert reader.focus == "bf-q"
    assert page.input_value("#bf-q") == "newspaper"
    page.keyboard.press("Escape")
    assert page.input_value("#bf-q") == ""
    reader.until(lambda: reader.links() == [])
    page.keyboard.type("either/or")
    assert page.input_value("#bf-q") == "either/or"
    page.fill("#bf-q", "canal")
    reader.expect(BARGE)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    reader.until(lambda: page.url.endswith(BARGE))


def test_escape_folds_the_filters(reader: SearchReader) -> None:
    reader.open()
    reader.open_filters()
    reader.page.focus(".search-choice input")
    reader.page.keyboard.press("Escape")
    assert not reader.page.is_visible(".search-facets")
    assert reader.page.evaluate("document.activeElement.localName") == "summary"


def test_the_arrow_leads_to_more_results(reader: SearchReader) -> None:
    reader.page.set_viewport_size({"width": 1000, "height": 400})
    reader.open("search.html?q=diary&sort=oldest")
    reader.expect(*DIARIES[:5])
    for _ in range(3):
        shown = len(reader.links())
        reader.page.locator(".search-title a").last.focus()
        reader.page.keyboard.press("ArrowDown")
        reader.until(lambda shown=shown: len(reader.links()) > shown)  # type: ignore[misc]
        reader.until(lambda shown=shown: DIARIES[shown] in reader.focus)  # type: ignore[misc]


def test_what_is_found_is_announced(reader: SearchReader) -> None:
    """As assistive technology sees it: one live region, told what happened, in order."""
    reader.open()
    region = reader.page.get_by_role("status")
    assert region.count() == 1
    box = reader.page.get_by_role("searchbox", name="Search the archive")
    box.fill("newspaper")
    reader.until(lambda: region.inner_text() == f"4 results for {ISOLATE}newspaper{END}")
    box.fill("zzzz")
    reader.until(lambda: region.inner_text() == f"Nothing found for {ISOLATE}zzzz{END}.")
    assert "Try other words" in reader.page.inner_text(".search-help")
    box.fill("")
    reader.until(lambda: region.inner_text() == "")
    assert not reader.page.is_visible(".search-help")


# -- how it opens, how it waits ------------------------------------------------------------------


@either_site
def test_all_that_a_search_needs_is_asked_for_at_once(reader: SearchReader) -> None:
    """The page names its style, its scripts and the catalogue; none waits for another."""
    reader.open()
    links = reader.page.eval_on_selector_all(
        "link[rel=stylesheet], link[rel=preload], script[src]",
        "all => all.map(e => e.href || e.src)",
    )
    assert len(links) == 4
    assert set(links) <= set(reader.asked)
    reader.page.fill("#bf-q", "canal")
    reader.expect(BARGE)
    for link in links:
        # The engine's second time is the worker's, answered from what the browser kept.
        assert reader.asked.count(link) <= (2 if "engine" in link else 1), link


def test_results_come_shard_by_shard(lone: SearchReader) -> None:
    """The newest are shown while older ones are awaited; a late answer to an older query is not."""
    gates = {"zh": Gate(), "en": Gate()}
    for lang, gate in gates.items():
        lone.context.route(f"**/pagefind/{lang}-*/index/*", gate)
    lone.open("search.html?q=person:vera-lindt")
    lone.expect_status("Searching…")
    lone.until(lambda: all(gate.held for gate in gates.values()))
    gates["zh"].open()
    lone.until(lambda: lone.page.inner_text(".search-so-far") == "2 found so far")
    lone.until(lambda: set(lone.links()) == {GAZETA, MANARA})
    assert lone.page.is_visible(".search-progress")
    gates["en"].open()
    lone.until(lambda: set(lone.links()) == {GAZETA, MANARA, LIGHTHOUSE})
    lone.expect_status("3 results for")
    assert lone.page.inner_text(".search-so-far") == ""
    assert not lone.page.is_visible(".search-progress")


def test_a_late_answer_is_dropped(lone: SearchReader) -> None:
    lone.open("search.html?q=canal")
    lone.expect(BARGE)
    gate = Gate()
    lone.context.route("**/fragment/*", gate)
    lone.page.fill("#bf-q", "diary")
    lone.expect_status("Searching…")
    assert lone.links() == [BARGE]
    lone.page.fill("#bf-q", "")
    lone.until(lambda: lone.links() == [] and bool(gate.held))
    gate.open()
    lone.page.fill("#bf-q", "zzzz")
    lone.expect_status("Nothing found")
    assert lone.links() == []


# -- what can go wrong ---------------------------------------------------------------------------


def test_a_missing_index_is_said_and_can_be_tried_again(lone: SearchReader, tmp_path: Path) -> None:
    bundle, away = tmp_path / "site/pagefind", tmp_path / "away"
    bundle.rename(away)
    lone.open("search.html?q=canal")
    lone.expect_status(FAILED)
    assert "try again" in lone.page.inner_text(".search-help")
    assert lone.page.is_visible(".search-ways a")
    away.rename(bundle)
    lone.page.get_by_role("button", name="Try again").click()
    lone.expect(BARGE)
    assert not lone.page.is_visible(".search-help")


def test_what_was_found_stays_where_more_cannot_be_loaded(lone: SearchReader) -> None:
    lone.page.set_viewport_size({"width": 1000, "height": 400})
    lone.open("search.html?q=diary&sort=oldest")
    lone.expect(*DIARIES[:5])
    lone.context.route("**/fragment/*", lambda route: route.abort())
    lone.page.locator(".search-result").last.scroll_into_view_if_needed()
    lone.expect_status(FAILED)
    lone.expect(*DIARIES[:5])
    lone.context.unroute("**/fragment/*")
    lone.page.click(".search-more")
    lone.until(lambda: len(lone.links()) >= 10)
    lone.expect_status("27 results")


def test_a_missing_result_is_said(lone: SearchReader, tmp_path: Path) -> None:
    for folder in (tmp_path / "site/pagefind").glob("*/fragment"):
        shutil.rmtree(folder)
    lone.open("search.html?q=canal")
    lone.expect_status(FAILED)
    assert lone.links() == []


def test_a_page_left_open_finds_the_new_index(
    lone: SearchReader, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    lone.open("search.html?q=canal")
    lone.expect(BARGE)
    archive = write_small_press(
        tmp_path_factory.mktemp("new"), f"{SETTINGS}search: {{offline: false}}\n"
    )
    for path in (archive / "content/articles").glob("diary-*"):
        path.write_text(path.read_text().replace("diary", "logbook"))
    shutil.rmtree(tmp_path / "site")
    build_small_press(archive).rename(tmp_path / "site")
    # Found in the index that was, but no longer there to show.
    lone.page.fill("#bf-q", '"the diary has"')
    lone.expect_status("Nothing found")
    lone.page.fill("#bf-q", "logbook")
    lone.expect_status("27 results")


def test_what_is_cancelled_beside_a_search_does_not_end_it(lone: SearchReader) -> None:
    """Its names, where their file still waits for its turn when the search begins."""
    lone.page.add_init_script(
        """self.opened = 0;
        const post = Worker.prototype.postMessage;
        Worker.prototype.postMessage = function (message, ...rest) {
          if (message.do === "open") self.opened++;
          if (message.do !== "names") return post.call(this, message, ...rest);
          setTimeout(() => this.onmessage({ data: { id: message.id, cancelled: true } }));
        };"""
    )
    lone.open("search.html?q=canal")
    lone.expect(BARGE)
    lone.expect_status("1 result")
    assert lone.page.evaluate("self.opened") == 1, "and nothing was begun anew"


def test_without_a_worker_the_page_itself_searches(lone: SearchReader) -> None:
    lone.page.add_init_script("delete self.Worker")
    lone.open("search.html?q=canal")
    lone.expect(BARGE)


@pytest.mark.parametrize("absent", ["DecompressionStream", "Element.prototype.replaceChildren"])
def test_a_browser_that_is_too_old_is_told_so(absent: str, lone: SearchReader) -> None:
    """Safari knew the first last of all that is needed, Chrome the other one."""
    lone.page.add_init_script(f"delete {absent}; delete Intl.DisplayNames;")
    for page, said in (("search.html", "too old"), ("ru/search.html", "слишком стар")):
        lone.open(f"{page}?q=canal")
        lone.until(lambda said=said: said in lone.page.inner_text(".search-status"))  # type: ignore[misc]
        for part in (".search-form", ".search-note", ".search-tools"):
            assert not lone.page.is_visible(part)
        assert lone.page.is_visible(".search-ways a")
    assert lone.said == []


@pytest.mark.parametrize("body", [None, "("])
def test_without_its_engine_the_page_says_that_it_failed(
    body: str | None, lone: SearchReader
) -> None:
    """It did not come, or it cannot be read."""
    engine = "**/search-engine-*"
    lone.context.route(engine, lambda route: route.fulfill(body=body) if body else route.abort())
    lone.open("search.html?q=canal")
    lone.expect_status(FAILED)
    lone.context.unroute(engine)
    lone.page.get_by_role("button", name="Try again").click()
    lone.expect(BARGE)


# -- from a disk, without scripts ----------------------------------------------------------------


def test_from_a_disk_it_searches_too(browser: Browser, offline_site: Path) -> None:
    one = SearchReader(browser, offline_site.as_uri() + "/")
    one.open("search.html?q=canal")
    one.expect(BARGE)
    assert one.texts(".search-excerpt mark") == ["canal"]
    one.page.fill("#bf-q", "газеты")
    one.until(lambda: set(one.links()) == {GAZETA, BARZHA})
    one.page.fill("#bf-q", "Линдт")
    one.until(lambda: one.links(".search-name a") == [VERA])
    one.open_filters()
    one.tick("lang", "ar")
    one.expect(MANARA)
    one.page.click(".search-title a")
    one.until(lambda: one.page.url.endswith(MANARA))
    one.page.wait_for_load_state()
    one.page.go_back()
    one.expect(MANARA)
    one.close()
    assert one.said == []
    assert [url for url in one.asked if not url.startswith("file:")] == []


def test_from_a_disk_an_archive_too_large_says_so(browser: Browser, plain_site: Path) -> None:
    one = SearchReader(browser, plain_site.as_uri() + "/")
    for page, said in (("search.html", "too large"), ("ru/search.html", "слишком велик")):
        one.open(f"{page}?q=canal")
        one.until(lambda said=said: said in one.page.inner_text(".search-status"))  # type: ignore[misc]
        for part in (".search-form", ".search-note", ".search-tools"):
            assert not one.page.is_visible(part)
        assert one.page.is_visible(".search-ways a")
    one.close()
    assert one.said == []
    assert [url for url in one.asked if not url.startswith("file:")] == []


def test_without_scripts_the_indexes_stand_there_and_no_dead_control(
    browser: Browser, offline_site: Path
) -> None:
    with serve(offline_site, "/a/b/") as root:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(root + "search.html?q=canal")
        assert "scripts" in page.inner_text(".search-note")
        assert page.locator("input:visible, button:visible, select:visible").count() == 0
        for name in ("Vera Lindt", "Printing", "1937", "Undated"):
            assert page.locator(".search-ways a", has_text=name).first.is_visible(), name
        follow(page, page.locator(".search-ways .letters a", has_text="V").first)
        assert unquote(page.url) == root + "people.html#bf-letter-1"
        context.close()


# -- the script itself ---------------------------------------------------------------------------


def test_the_script_is_small_and_keeps_nothing() -> None:
    script = (ROOT / "templates/static/search.js").read_text(encoding="utf-8")
    assert len(script.encode()) < 24 * 1024
    for word in ("localStorage", "sessionStorage", "cookie", "innerHTML", "eval(", "http"):
        assert word not in script
