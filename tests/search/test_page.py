"""The search page in a real browser: what it shows, says, remembers and asks for.

`tests/test_search.py` searches the sample archive within its theme; here the page stands alone,
on a site small enough to know every answer.
"""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, urlsplit

import pytest

from builder.search import build_index
from tests.archives import ROOT
from tests.browsing import Reader, serve
from tests.search.pages import COUNTS, LANGUAGES, write_search_pages, write_stories

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Route

pytestmark = pytest.mark.browser

LIGHTHOUSE = "2025/05/lighthouse.html"
BARGE = "2024/06/barge.html"
ATTIC = "1937/attic.html"
JUNE = "1999/harvest.html"
LEAFLET = "undated/leaflet.html"
ISOLATE, END = "\u2068", "\u2069"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_stories(folder)
    bundle = tmp_path_factory.mktemp("bundle")
    build_index(folder, bundle, expected=COUNTS)
    write_search_pages(folder, (*LANGUAGES, "fr", "en-GB"))
    bundle.rename(folder / "pagefind")
    return folder


class SearchReader(Reader):
    """A reader of the search page."""

    def open(self, url: str = "search.html") -> None:
        super().open(url)

    def texts(self, selector: str) -> list[str]:
        return list(self.page.eval_on_selector_all(selector, "all => all.map(e => e.innerText)"))

    def links(self) -> list[str]:
        """The results' addresses, from the root of the site."""
        found = self.page.eval_on_selector_all(".search-title a", "all => all.map(a => a.href)")
        assert all(one.startswith(self.root) for one in found), found
        return [one.removeprefix(self.root) for one in found]

    def expect(self, *links: str) -> None:
        self.until(lambda: self.links() == list(links))

    def expect_status(self, text: str) -> None:
        self.until(lambda: self.page.inner_text(".search-status") == text)

    @property
    def state(self) -> list[tuple[str, str]]:
        return parse_qsl(urlsplit(self.page.url).query)

    @property
    def focus(self) -> str:
        return str(self.page.evaluate("document.activeElement.href || document.activeElement.id"))

    def counts(self, name: str) -> dict[str, str]:
        """What a filter offers, in its order."""
        facet = f".search-facet[name={name}]:not([hidden]) .search-choice"
        read = "all => all.map(e => [...e.querySelectorAll('bdi, span')].map(x => x.innerText))"
        return dict(self.page.eval_on_selector_all(facet, read))

    def tick(self, name: str, value: str) -> None:
        self.page.locator(f'.search-choice input[name={name}][value="{value}"]').click()


@pytest.fixture(params=["/", "/a/b/"])
def reader(request: pytest.FixtureRequest, browser: Browser, site: Path) -> Iterator[SearchReader]:
    """A reader at the root of a host and below a path, who must meet nothing untoward."""
    with serve(site, request.param) as root:
        one = SearchReader(browser, root)
        yield one
        one.close()
    assert one.said == []  # no error, no warning, nothing that the policy forbids
    assert [url for url in one.asked if not url.startswith(root)] == []


@pytest.fixture
def lone(browser: Browser, tmp_path: Path, site: Path) -> Iterator[SearchReader]:
    """A reader of a copy of the site that a test may spoil; what goes wrong is looked at there."""
    shutil.copytree(site, tmp_path / "site")
    with serve(tmp_path / "site") as root:
        one = SearchReader(browser, root)
        yield one
        one.close()


# -- results -------------------------------------------------------------------------------------


def test_results_have_title_date_and_excerpt(reader: SearchReader) -> None:
    reader.open("search.html?q=canal")
    reader.expect(BARGE)
    reader.expect_status(f"1 result for {ISOLATE}canal{END}")
    assert reader.texts(".search-title") == ["A newspaper on a barge"]
    assert reader.texts(".search-date") == ["June 2024"]
    assert reader.texts(".search-excerpt mark") == ["canal"]
    for part in (".search-title", ".search-excerpt"):
        assert reader.page.get_attribute(part, "lang") == "en"
        assert reader.page.get_attribute(part, "dir") == "auto"


def test_markup_in_a_text_is_text(reader: SearchReader) -> None:
    reader.open("search.html?q=attic+bold")
    reader.expect(ATTIC)
    assert reader.texts(".search-title") == ['Attic <press> & "friends"']
    assert "its type read <b>bold</b> & was lost" in reader.texts(".search-excerpt")[0]
    assert reader.page.query_selector(".search-excerpt b") is None


def test_the_date_shown_does_not_count_as_text(reader: SearchReader) -> None:
    """Pagefind searches the date that is shown, too: both texts have june, one was written then."""
    reader.open("search.html?q=june")
    reader.expect(JUNE, BARGE)


def test_only_articles_are_found_and_only_their_own_words(reader: SearchReader) -> None:
    for query in ("navigation", "ignored"):
        reader.open(f"search.html?q={query}")
        reader.expect_status(f"Nothing found for {ISOLATE}{query}{END}.")
        assert reader.links() == []


@pytest.mark.parametrize(
    ("lang", "query", "link", "status"),
    [
        ("ru", "газеты", 2, f"2 результата по запросу {ISOLATE}газеты{END}"),
        ("ar", "المقهى", 1, f"{ISOLATE}المقهى{END}"),
        ("zh", "报纸", 1, f"{ISOLATE}报纸{END}"),
    ],
)
def test_each_language_has_its_own_page(
    reader: SearchReader, lang: str, query: str, link: int, status: str
) -> None:
    reader.open(f"{lang}/search.html?q={query}")
    reader.until(lambda: len(reader.links()) == link)
    assert all(one.startswith(f"{lang}/20") for one in reader.links())
    assert status in reader.page.inner_text(".search-status")
    assert reader.page.get_attribute(".search-title", "lang") == lang
    # Without spaces between words Pagefind's excerpt is the whole article.
    assert all(len(text) < 400 for text in reader.texts(".search-excerpt"))
    reader.page.click(".search-title a")
    reader.until(lambda: reader.page.query_selector("article") is not None)


def test_ten_results_at_a_time(reader: SearchReader) -> None:
    reader.open("search.html?q=diary&sort=oldest")
    days = [f"2001/{day:02}.html" for day in range(1, 24)]
    reader.expect(*days[:10])
    reader.expect_status(f"23 results for {ISOLATE}diary{END}")
    fragments = [url for url in reader.asked if url.endswith(".pf_fragment")]
    assert len(fragments) == 10
    reader.page.click(".search-more")
    reader.expect(*days[:20])
    assert reader.focus.endswith(days[10])
    reader.page.click(".search-more")
    reader.expect(*days)
    assert not reader.page.is_visible(".search-more")


def test_sorting_by_date_keeps_the_undated_last(reader: SearchReader) -> None:
    reader.open("search.html?q=newspaper&sort=newest")
    reader.expect(LIGHTHOUSE, BARGE, ATTIC, LEAFLET)
    reader.page.select_option("#bf-sort", "oldest")
    reader.expect(ATTIC, BARGE, LIGHTHOUSE, LEAFLET)
    assert reader.state == [("q", "newspaper"), ("sort", "oldest")]
    reader.page.select_option("#bf-sort", "")
    reader.until(lambda: reader.state == [("q", "newspaper")])


# -- filters -------------------------------------------------------------------------------------


def test_filters_are_loaded_when_they_are_looked_at(reader: SearchReader) -> None:
    reader.open("search.html?q=newspaper")
    reader.until(lambda: len(reader.links()) == 4)
    assert not [url for url in reader.asked if "/filter/" in url]
    reader.page.click(".search-filters summary")
    reader.until(lambda: reader.counts("section") == {"World": "2"})
    assert list(reader.counts("year").items()) == [("2025", "1"), ("2024", "1"), ("1937", "1")]
    assert list(reader.counts("topic").items()) == [("Printing", "3"), ("Islands & sea", "2")]
    assert [url for url in reader.asked if "/filter/" in url]


def test_values_widen_and_filters_narrow(reader: SearchReader) -> None:
    reader.open("search.html?q=newspaper&sort=newest")
    reader.page.click(".search-filters summary")
    reader.until(lambda: bool(reader.counts("section")))
    reader.tick("year", "1937")
    reader.expect(ATTIC)
    # The other years stay on offer, the other filters count what is left.
    reader.until(lambda: reader.counts("topic") == {"Printing": "1"})
    assert list(reader.counts("year")) == ["2025", "2024", "1937"]
    reader.tick("year", "2024")
    reader.expect(BARGE, ATTIC)
    assert reader.focus == ""
    assert reader.page.evaluate("document.activeElement.value") == "2024"
    reader.until(lambda: reader.counts("topic") == {"Islands & sea": "1", "Printing": "1"})
    reader.tick("topic", "Islands & sea")
    reader.expect(BARGE)
    assert reader.state == [
        ("q", "newspaper"),
        ("year", "1937"),
        ("year", "2024"),
        ("topic", "Islands & sea"),
        ("sort", "newest"),
    ]
    reader.tick("year", "2024")
    reader.expect_status(f"Nothing found for {ISOLATE}newspaper{END}.")
    reader.page.click(".search-clear")
    reader.expect(LIGHTHOUSE, BARGE, ATTIC, LEAFLET)
    assert reader.focus == "bf-q"
    assert not reader.page.is_visible(".search-clear")
    reader.until(lambda: not reader.page.query_selector_all(".search-choice input:checked"))


def test_a_filter_offers_what_its_other_values_would_add(reader: SearchReader) -> None:
    reader.open("search.html?q=newspaper&year=1937")
    reader.until(lambda: reader.counts("year") == {"2025": "1", "2024": "1", "1937": "1"})
    reader.until(lambda: reader.counts("topic") == {"Printing": "1"})
    reader.expect(ATTIC)


def test_filters_alone_list_articles_newest_first(reader: SearchReader) -> None:
    reader.open("search.html?topic=Printing")
    reader.expect(LIGHTHOUSE, ATTIC, LEAFLET)
    reader.expect_status("3 articles")
    reader.until(lambda: reader.page.is_checked('input[name=topic][value="Printing"]'))
    reader.open("search.html?topic=Nothing&year=2025")
    reader.expect_status("No article has all of these.")
    reader.until(lambda: reader.counts("topic").get("Nothing") == "0")


def test_the_panel_counts_all_articles_before_a_search(reader: SearchReader) -> None:
    reader.open()
    reader.page.click(".search-filters summary")
    reader.until(lambda: reader.counts("topic").get("Diaries") == "23")
    assert reader.page.inner_text(".search-status") == ""


# -- the address and the back button -------------------------------------------------------------


def test_a_link_brings_everything_back(reader: SearchReader) -> None:
    reader.open(
        "search.html?q=newspaper&topic=Islands+%26+sea&topic=Printing&year=2024&sort=oldest"
    )
    reader.expect(BARGE)
    assert reader.page.input_value("#bf-q") == "newspaper"
    assert reader.page.input_value("#bf-sort") == "oldest"
    reader.until(lambda: reader.page.is_checked("input[name=year][value='2024']"))
    assert reader.page.is_checked("input[name=topic][value='Printing']")
    assert reader.page.is_checked("input[name=topic][value='Islands & sea']")


@pytest.mark.parametrize(
    "query", ["sort=toString&q=canal", "q=canal&year=&topic=", "q=++canal+&other=1#bf-main"]
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


def test_back_from_an_article_finds_the_results_again(reader: SearchReader) -> None:
    reader.open()
    reader.page.fill("#bf-q", "canal")
    reader.expect(BARGE)
    reader.page.click(".search-title a")
    reader.until(lambda: reader.page.url.endswith(BARGE))
    reader.page.go_back()
    reader.expect(BARGE)
    assert reader.page.input_value("#bf-q") == "canal"


def test_a_single_letter_waits_for_enter(reader: SearchReader) -> None:
    reader.open()
    reader.page.fill("#bf-q", "n")
    reader.page.wait_for_timeout(500)
    assert reader.state == []
    reader.page.keyboard.press("Enter")
    reader.until(lambda: len(reader.links()) > 1)


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
    assert page.input_value("#bf-q") == ""
    reader.until(lambda: reader.links() == [])
    page.keyboard.type("either/or")
    assert page.input_value("#bf-q") == "either/or"
    page.fill("#bf-q", "canal")
    reader.expect(BARGE)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    reader.until(lambda: page.url.endswith(BARGE))


def test_the_arrow_leads_to_more_results(reader: SearchReader) -> None:
    reader.open("search.html?q=diary&sort=oldest")
    reader.until(lambda: len(reader.links()) == 10)
    reader.page.locator(".search-title a").last.focus()
    reader.page.keyboard.press("ArrowDown")
    reader.page.keyboard.press("Enter")
    reader.until(lambda: len(reader.links()) == 20)
    assert reader.focus.endswith("2001/11.html")


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
    box.fill("")
    reader.until(lambda: region.inner_text() == "")


# -- what can go wrong ---------------------------------------------------------------------------


def test_a_language_without_articles_is_not_searched_in_another(reader: SearchReader) -> None:
    reader.open("fr/search.html?q=newspaper")
    reader.expect_status("No article in this language is in the index.")
    assert reader.links() == []
    assert not [url for url in reader.asked if url.endswith("pagefind.js")]


def test_a_regional_page_takes_the_language_s_index(reader: SearchReader) -> None:
    reader.open("en-GB/search.html?q=canal")
    reader.expect(BARGE)
    assert reader.page.get_attribute(".search-title", "lang") == "en"


def test_a_missing_index_is_said(lone: SearchReader, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "site/pagefind")
    lone.open("search.html?q=canal")
    lone.expect_status("The search could not be loaded. These indexes lead to every article.")
    assert lone.page.is_visible(".search-ways a")


def test_a_missing_result_is_said(lone: SearchReader, tmp_path: Path) -> None:
    shutil.rmtree(tmp_path / "site/pagefind/fragment")
    lone.open("search.html?q=canal")
    lone.expect_status("The search could not be loaded. These indexes lead to every article.")
    assert lone.links() == []


def test_a_page_left_open_finds_the_new_index(lone: SearchReader, tmp_path: Path) -> None:
    site = tmp_path / "site"
    lone.open("search.html?q=canal")
    lone.expect(BARGE)
    shutil.rmtree(site / "pagefind")
    for page in site.glob("2001/*.html"):
        page.write_text(page.read_text().replace("diary", "logbook"))
    bundle = tmp_path / "bundle"
    bundle.mkdir()
    build_index(site, bundle, expected=COUNTS)
    bundle.rename(site / "pagefind")
    lone.page.fill("#bf-q", "logbook")
    lone.until(lambda: len(lone.links()) == 10)
    lone.page.fill("#bf-q", "canal")
    lone.expect(BARGE)


def test_without_a_worker_the_page_itself_searches(lone: SearchReader, tmp_path: Path) -> None:
    (tmp_path / "site/pagefind/pagefind-worker.js").unlink()
    lone.open("search.html?q=canal")
    lone.expect(BARGE)


def test_waiting_is_said_and_a_late_answer_is_dropped(lone: SearchReader) -> None:
    lone.open("search.html?q=canal")
    lone.expect(BARGE)
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    lone.context.route("**/*.pf_fragment", hold)
    lone.page.fill("#bf-q", "diary")
    lone.expect_status("Searching…")
    assert lone.links() == [BARGE]
    lone.page.fill("#bf-q", "")
    lone.until(lambda: lone.links() == [])
    assert held
    for route in held:
        route.continue_()
    lone.page.wait_for_timeout(500)
    assert lone.links() == []
    assert lone.page.inner_text(".search-status") == ""


def test_the_engine_has_started_before_the_second_one_starts(lone: SearchReader) -> None:
    """Both share one WebAssembly instance in Pagefind's worker; at once, each would make its own,
    and the later one would take the place of the memory in which the earlier one stands.
    """
    asked: list[Route] = []

    def hold(route: Route) -> None:
        asked.append(route)
        if len(asked) > 1:
            route.continue_()

    lone.context.route("**/wasm.en.pagefind", hold)
    lone.open("search.html?q=newspaper&topic=Printing&sort=newest")
    lone.until(lambda: len(asked) == 1)
    lone.page.wait_for_timeout(500)
    assert len(asked) == 1
    asked[0].continue_()
    lone.expect(LIGHTHOUSE, ATTIC, LEAFLET)
    lone.until(lambda: lone.counts("section") == {"World": "2"})


def test_from_a_disk_the_page_says_why_not(browser: Browser, site: Path) -> None:
    one = SearchReader(browser, site.as_uri() + "/")
    for page, said in (("search.html", "Opened from a disk"), ("ru/search.html", "с диска")):
        one.open(f"{page}?q=canal")
        one.until(lambda said=said: said in one.page.inner_text(".search-status"))  # type: ignore[misc]
        assert not one.page.is_visible(".search-note")
        assert not one.page.is_visible(".search-tools")
        assert one.page.is_visible(".search-ways a")
    assert [url for url in one.asked if not url.startswith("file:")] == []
    one.close()


def test_without_scripts_the_form_leads_back_and_says_why(browser: Browser, site: Path) -> None:
    with serve(site, "/a/b/") as root:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(root + "ru/search.html")
        page.fill("#bf-q", "газета")
        page.keyboard.press("Enter")
        page.wait_for_url("**/ru/search.html?*")
        assert parse_qsl(urlsplit(page.url).query) == [("q", "газета")]
        assert page.is_visible(".search-note")
        assert not page.is_visible(".search-tools")
        assert not page.is_visible(".search-more")
        page.click(".search-ways a")
        assert page.url == root + "people.html"
        context.close()


# -- the script itself ---------------------------------------------------------------------------


def test_the_script_is_small_and_keeps_nothing() -> None:
    script = (ROOT / "templates/static/search.js").read_text(encoding="utf-8")
    assert len(script.encode()) < 12 * 1024
    for word in ("localStorage", "sessionStorage", "cookie", "innerHTML", "eval(", "http"):
        assert word not in script
