"""The sample archive as readers and machines find it: closed, linked, valid, within four clicks."""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING

from lxml import html

from tests.archives import ROOT, run_backfile, tree
from tests.checkers import report
from tests.checkers.browse import click_depths
from tests.checkers.bytes import check_closed
from tests.checkers.feeds import check_atom, check_sitemaps, sitemap_pages
from tests.checkers.html import check_html
from tests.checkers.links import check_links

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

BASE_URL = "https://censored-press.example/"


def _articles(site: Path) -> list[str]:
    return [
        path.relative_to(site).as_posix()
        for path in sorted(site.rglob("*.html"))
        if b"data-pagefind-body" in path.read_bytes()
    ]


def page_kinds(site: Path) -> dict[str, list[str]]:
    """Return the pages of each kind and language, by the class of <body> and the lang of <html>."""
    kinds: dict[str, list[str]] = {}
    for path in sorted(site.rglob("*.html")):
        if path.is_relative_to(site / "pagefind"):
            continue
        text = path.read_text(encoding="utf-8")
        lang = re.search(r'<html lang="([^"]+)"', text)
        kind = re.search(r'<body[^>]* class="page-([^"]+)"', text)
        name = f"{kind[1] if kind else '?'} {lang[1] if lang else '?'}"
        kinds.setdefault(name, []).append(path.relative_to(site).as_posix())
    return kinds


def some_of_each(site: Path, at_most: int) -> list[str]:
    """Return the largest and a few evenly spaced pages of each kind and language."""
    chosen: list[str] = []
    for pages in page_kinds(site).values():
        step = max(1, len(pages) // at_most)
        picked = {max(pages, key=lambda page: (site / page).stat().st_size), *pages[::step]}
        chosen.extend(sorted(picked))
    return chosen


def test_size_of_the_sample() -> None:
    """What the sample promises to be."""
    content = ROOT / "content"
    articles = sorted((content / "articles").rglob("*.md"))
    texts = {path: path.read_text(encoding="utf-8") for path in articles}
    english = [p for p, text in texts.items() if not re.search(r"^lang:", text, re.MULTILINE)]
    assert len(english) >= 45
    for lang, least in (("ru", 8), ("ar", 3), ("zh", 3)):
        found = [p for p, text in texts.items() if f"\nlang: {lang}\n" in text]
        assert len(found) >= least, lang
    assert len(list((content / "people").glob("*.md"))) >= 35
    assert len(list((content / "topics").glob("*.md"))) >= 15
    for path in english:
        body = texts[path].split("\n---\n", 1)[1]
        if "status:" not in texts[path]:
            assert 150 <= len(body.split()) <= 700, path


def test_links_at_root_below_a_path_and_from_a_disk(sample: Path) -> None:
    site = sample / "site"
    for prefix in ("/", "/a/b/"):
        findings = check_links(site, prefix=prefix, base_url=BASE_URL)
        assert not findings, report(findings)


def test_every_article_within_four_clicks(sample: Path) -> None:
    site = sample / "site"
    depths = click_depths(site)
    articles = _articles(site)
    assert len(articles) >= 60
    far = {url: depths.get(url) for url in articles if depths.get(url, 99) > 4}
    assert far == {}


def test_every_page_is_reached(sample: Path) -> None:
    """By links alone; the search page is reached by the form that stands on every page."""
    site = sample / "site"
    depths = click_depths(site)
    alone = {
        page
        for kind, pages in page_kinds(site).items()
        if kind.split()[0] not in {"not-found", "redirect", "tombstone", "search"}
        for page in pages
        if page not in depths
    }
    assert alone == set()


def test_site_is_closed(sample: Path) -> None:
    findings = check_closed(sample / "site")
    assert not findings, report(findings)


def test_html_of_every_page_kind(sample: Path) -> None:
    site = sample / "site"
    kinds = {kind.split()[0] for kind in page_kinds(site)}
    assert kinds >= {
        "home", "article", "tombstone", "terms", "term", "person", "calendar", "dates", "page",
        "search", "not-found", "redirect", "data", "numbers", "random", "day-of-year",
        "days-of-year",
    }  # fmt: skip
    findings = check_html([site / page for page in some_of_each(site, 4)])
    assert not findings, report(findings)


def test_feeds_are_valid(sample: Path) -> None:
    feeds = sorted((sample / "site").rglob("feed.xml"))
    assert len(feeds) > 100
    findings = [f"{path}: {fault}" for path in feeds for fault in check_atom(path)]
    assert not findings, report(findings)


def test_sitemap_is_valid_and_whole(sample: Path) -> None:
    site = sample / "site"
    findings = check_sitemaps(site, BASE_URL)
    assert not findings, report(findings)
    listed = set(sitemap_pages(site, BASE_URL))
    assert set(_articles(site)) <= {page.replace("//", "/") for page in listed}
    kinds = page_kinds(site)
    for kind in ("tombstone en", "not-found en", "redirect en", "search en"):
        assert not listed & set(kinds[kind]), kind


def test_two_builds_are_equal_bytes(sample: Path, tmp_path: Path) -> None:
    shutil.copytree(sample / "content", tmp_path / "content")
    out = tmp_path / "elsewhere" / "out"
    assert run_backfile("-C", tmp_path, "build", "--out", out).returncode == 0
    first, second = tree(sample / "site"), tree(out)
    assert first == second
    listed = json.loads(second["manifest.json"])["files"]
    assert [entry["path"] for entry in listed] == sorted(set(second) - {"manifest.json"})


def test_notices_stay_out_of_summaries_feeds_and_search(sample: Path) -> None:
    site = sample / "site"
    page = html.fromstring((site / "2025/05/xi-kremlin-2025.html").read_bytes())
    notices = page.xpath("//details[@class='notice'][contains(., 'The Moscow Times')]")
    assert len(notices) == 1
    words = "two dollars upwards"
    assert words in notices[0].text_content()
    assert notices[0].xpath(".//a") == []
    assert page.xpath("//*[@data-pagefind-body]//details") == []
    for path, content in tree(site).items():
        if path != "2025/05/xi-kremlin-2025.html" and not path.startswith("pagefind/"):
            assert words.encode() not in content, path


def test_drafts_of_the_sample_are_not_there(sample: Path) -> None:
    for path, content in tree(sample / "site").items():
        assert b"draft-telegram" not in content, path
        assert "draft-telegram" not in path


def test_no_page_names_a_machine_or_a_day_of_building(sample: Path) -> None:
    for path, content in tree(sample / "site").items():
        if path.endswith((".html", ".xml", ".txt", ".json")):
            assert str(sample).encode() not in content, path


def languages_of(pages: Iterable[str]) -> set[str]:
    return {page.split("/")[0] for page in pages if page[2:3] == "/"}


def test_each_language_has_its_own_tree(sample: Path) -> None:
    site = sample / "site"
    for lang, title in (
        ("ru", "Печать под запретом"),
        ("ar", "الصحافة المحظورة"),
        ("zh", "被禁的报刊"),
    ):
        home = html.fromstring((site / lang / "index.html").read_bytes())
        assert home.get("lang") == lang
        assert home.get("dir") == ("rtl" if lang == "ar" else "ltr")
        assert title in home.xpath("string(//h1)")
        assert (site / lang / "feed.xml").is_file()
        assert (site / lang / "people.html").is_file()
