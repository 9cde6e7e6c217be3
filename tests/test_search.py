"""Search: the index is whole or there is none, and a reader finds what she looks for."""

from __future__ import annotations

import gzip
import shutil
from typing import TYPE_CHECKING

import pytest

from builder.search import verify_bundle
from tests.archives import run_backfile
from tests.browsing import Reader, follow, serve

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser


# -- the index ---------------------------------------------------------------------------------


def _expected(sample: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for path in sorted((sample / "site").rglob("*.html")):
        text = path.read_text(encoding="utf-8")
        if "data-pagefind-body" in text:
            lang = text.split('<html lang="', 1)[1].split('"', 1)[0]
            counts[lang] = counts.get(lang, 0) + 1
    return counts


def test_the_index_holds_every_article_and_nothing_else(sample: Path) -> None:
    expected = _expected(sample)
    assert sum(expected.values()) >= 60
    assert verify_bundle(sample / "site" / "pagefind", expected) == ()
    names = {path.name for path in (sample / "site" / "pagefind").rglob("*")}
    assert not {name for name in names if "ui" in name.split(".")[0]}


def _some(bundle: Path, kind: str) -> Path:
    return sorted(bundle.glob(f"en-*/{kind}/*"))[0]


def _truncate(bundle: Path) -> None:
    chunk = _some(bundle, "index")
    chunk.write_bytes(chunk.read_bytes()[:-20])


def _other_chunk(bundle: Path) -> None:
    _some(bundle, "index").write_bytes(gzip.compress(b"not an index"))


def _lose_a_fragment(bundle: Path) -> None:
    _some(bundle, "fragment").unlink()


def _change_the_script(bundle: Path) -> None:
    (bundle / "pagefind.js").write_text("alert(1)")


def _lose_the_catalogue(bundle: Path) -> None:
    (bundle / "catalogue.pf_catalogue.js").unlink()


@pytest.mark.parametrize(
    "damage", [_truncate, _other_chunk, _lose_a_fragment, _change_the_script, _lose_the_catalogue]
)
def test_damage_is_found(damage: Callable[[Path], None], sample: Path, tmp_path: Path) -> None:
    bundle = tmp_path / "pagefind"
    shutil.copytree(sample / "site" / "pagefind", bundle)
    damage(bundle)
    found = verify_bundle(bundle, _expected(sample))
    assert {problem.code for problem in found} == {"search-failed"}


def test_a_wrong_count_is_found(sample: Path) -> None:
    expected = _expected(sample)
    expected["en"] += 1
    found = verify_bundle(sample / "site" / "pagefind", expected)
    assert {problem.code for problem in found} == {"search-failed"}


def test_an_archive_without_articles_has_no_index(tmp_path: Path) -> None:
    assert run_backfile("init", tmp_path / "a").returncode == 0
    result = run_backfile("-C", tmp_path / "a", "build")
    assert result.returncode == 0, result.stderr
    assert not (tmp_path / "a/site/pagefind").exists()
    assert (tmp_path / "a/site/index.html").is_file()


# -- in the browser ----------------------------------------------------------------------------


class SampleReader(Reader):
    """A reader of the sample archive, who must meet nothing untoward."""

    def results(self) -> list[str]:
        """The results' addresses, once all that is searched has been."""
        self.until(lambda: bool(self._links()) and not self.page.is_visible(".search-progress"))
        return self._links()

    def _links(self) -> list[str]:
        read = "all => all.map(a => a.getAttribute('href'))"
        return list(self.page.eval_on_selector_all(".search-title a", read))

    def shown(self) -> int:
        return len(self.page.query_selector_all(".search-result"))

    def status(self, part: str) -> str:
        self.until(lambda: part in self.page.inner_text(".search-status"))
        return self.page.inner_text(".search-status")

    def close(self) -> None:
        """End, and make sure that nothing was asked of another host and nothing went wrong."""
        super().close()
        assert self.said == []
        assert [url for url in self.asked if not url.startswith(self.root)] == []


@pytest.fixture(params=["/", "/a/b/"])
def reader(
    request: pytest.FixtureRequest, browser: Browser, sample: Path
) -> Iterator[SampleReader]:
    with serve(sample / "site", request.param) as root:
        one = SampleReader(browser, root)
        yield one
        one.close()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("url", "query", "found"),
    [
        ("search.html", "samizdat typewriters", "chronicle-of-current-events"),
        ("search.html", "Gorbanevskaya", "chronicle-of-current-events"),
        ("search.html", '"seditious libel"', "north-briton-45"),
        ("search.html", "Łuczywo", "tygodnik-mazowsze"),
        ("ru/search.html", "искры", "ru/1900/12/iskra"),
        ("ru/search.html", "Солженицына", "ru/1973/12/gulag-archipelago"),
        ("ar/search.html", "خاشقجي", "ar/2018/10"),
        ("zh/search.html", "零八宪章", "zh/2008/12/charter-08"),
    ],
)
def test_a_reader_finds_it(reader: SampleReader, url: str, query: str, found: str) -> None:
    reader.open(url)
    reader.page.fill("#bf-q", query)
    reader.page.keyboard.press("Enter")
    reader.until(lambda: any(found in href for href in reader.results()))
    assert "q=" in reader.page.url
    follow(reader.page, reader.page.locator(f".search-title a[href*='{found}']").first)
    assert reader.page.locator("article").is_visible()


@pytest.mark.browser
def test_notices_are_not_found(reader: SampleReader) -> None:
    reader.open('search.html?q="two+dollars+upwards"')
    assert "two dollars" in reader.status("two dollars")
    assert reader.page.query_selector_all(".search-result") == []


@pytest.mark.browser
def test_filters_sorting_and_the_address(reader: SampleReader) -> None:
    reader.open("search.html?q=press&sort=oldest")
    oldest = reader.results()
    assert reader.page.input_value("#bf-sort") == "oldest"
    years = [int(href.split("/")[-3]) for href in oldest if href.split("/")[-3].isdigit()]
    assert years == sorted(years)
    reader.page.click(".search-filters summary")
    reader.page.click(".search-facet[name=year] .search-all")
    label = reader.page.locator(
        ".search-choice", has=reader.page.locator(f"input[value='{years[-1]}']")
    )
    label.click()
    reader.until(lambda: 0 < reader.shown() <= 3)
    assert f"year={years[-1]}" in reader.page.url
    assert all(f"/{years[-1]}/" in href for href in reader.results())
    reader.page.go_back()
    reader.until(lambda: reader.shown() > 3)
    assert "year=" not in reader.page.url


@pytest.mark.browser
def test_keyboard_and_announcements(reader: SampleReader) -> None:
    reader.open("search.html")
    page = reader.page
    assert page.get_attribute(".search-status", "role") == "status"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "bf-q"
    page.keyboard.type("censorship")
    assert "result" in reader.status("censorship")
    reader.until(lambda: page.is_visible(".search-names"))  # the topic of that name
    first = reader.results()[0]
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    while page.evaluate("document.activeElement.closest('.search-names') !== null"):
        page.keyboard.press("ArrowDown")
    assert page.evaluate("document.activeElement.getAttribute('href')") == first
    page.keyboard.press("Escape")
    assert page.evaluate("document.activeElement.id") == "bf-q"
    page.keyboard.press("Escape")
    assert page.input_value("#bf-q") == ""
    page.keyboard.type("zzzzqqqq xxyyzz")
    reader.status("zzzzqqqq")


@pytest.mark.browser
def test_without_scripts_the_indexes_are_there(browser: Browser, sample: Path) -> None:
    with serve(sample / "site") as root:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(root + "search.html?q=iskra")
        assert page.is_visible(".search-note")
        assert not page.is_visible(".search-tools")
        follow(page, page.locator(".search-ways a").first)
        assert page.url.endswith("people.html")
        context.close()


@pytest.mark.browser
def test_from_a_disk_every_page_kind_reads(browser: Browser, sample: Path) -> None:
    root = (sample / "site").as_uri() + "/"
    one = SampleReader(browser, root)
    for url in (
        "index.html", "2025/05/xi-kremlin-2025.html", "people.html", "people/john-milton.html",
        "topics.html", "1968.html", "ar/index.html", "zh/people.html", "404.html", "about.html",
    ):  # fmt: skip
        one.open(url)
        assert one.page.evaluate("getComputedStyle(document.body).marginTop") == "0px", url
        width = one.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert width <= 0, url
    one.open("search.html?q=samizdat+typewriters")
    assert any("chronicle-of-current-events" in href for href in one.results())
    one.close()


@pytest.mark.browser
def test_nothing_is_kept_on_the_readers_machine(browser: Browser, sample: Path) -> None:
    with serve(sample / "site") as root:
        context = browser.new_context()
        page = context.new_page()
        for url in ("index.html", "search.html?q=press", "people.html"):
            page.goto(root + url, wait_until="networkidle")
        assert context.cookies() == []
        script = "localStorage.length + sessionStorage.length"
        assert page.evaluate(script) == 0
        assert page.evaluate("navigator.serviceWorker.getRegistrations().then(r => r.length)") == 0
        context.close()
