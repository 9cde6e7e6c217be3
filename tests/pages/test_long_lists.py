"""Three thousand articles about one person: every page is light, and each is two clicks away."""

from __future__ import annotations

import gzip
import json
import random
import re
from typing import TYPE_CHECKING, Any, Final

import pytest
from lxml import html

from tests.archives import ROOT, SETTINGS, build_archive, write_archive

if TYPE_CHECKING:
    from pathlib import Path

LIMIT: Final = 25_000
"""Bytes of a page and its style sheet as a server sends them."""
ARTICLES: Final = 3_000


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An archive whose texts are made of the sample's own sentences."""
    rolls = random.Random(20)
    texts = [
        path.read_text("utf-8").split("\n---\n", 1)[1]
        for path in sorted((ROOT / "content/articles").rglob("*.md"))
        if not re.search(r"\.(ru|ar|zh)\.md$", path.name)
    ]
    sentences = re.findall(r"[A-Z][^.\n\[\]<>*#]{60,180}\.", "\n".join(texts))
    assert len(sentences) > 500
    files = {"content/archive.yaml": SETTINGS}
    for number in range(ARTICLES):
        first, second, third = rolls.sample(sentences, 3)
        words = second.split(" ")
        words.insert(rolls.randrange(len(words)), "Anna Nowak")
        title = json.dumps(" ".join(first.split(" ")[:8]))
        date = (
            f"{1960 + number * 50 // ARTICLES}-{rolls.randint(1, 12):02}-{rolls.randint(1, 28):02}"
        )
        kind = "people" if number % 4 else "mentions"
        files[f"content/articles/story-{number}.md"] = (
            f"---\ntitle: {title}\ndate: {date}\n{kind}: [Anna Nowak]\ntopics: [all]\n---\n"
            f"{third}\n\n{' '.join(words)}\n"
        )
    root = write_archive(tmp_path_factory.mktemp("long"), files)
    build_archive(root)
    return root / "site"


def _page(site: Path, url: str) -> Any:  # noqa: ANN401 - lxml has no types
    page = html.fromstring((site / url).read_bytes())
    page.make_links_absolute(f"https://archive.example/{url}")
    return page


def _articles(page: Any) -> list[str]:  # noqa: ANN401
    return list(page.xpath("//p[@class='entry-title']/a/@href"))


def test_each_page_is_light_with_its_style(site: Path) -> None:
    [sheet] = (site / "static").glob("site-*.css")
    style = len(gzip.compress(sheet.read_bytes()))
    pages = [
        *site.glob("people/anna-nowak*.html"), *site.glob("people/anna-nowak/*.html"),
        *site.glob("topics/all*.html"), *site.glob("topics/all/*.html"),
    ]  # fmt: skip
    assert len(pages) > 2 * ARTICLES // 60
    weights = {
        page.relative_to(site): len(gzip.compress(page.read_bytes())) + style for page in pages
    }
    assert {page: size for page, size in weights.items() if size >= LIMIT} == {}


def test_the_chart_leads_to_every_year_and_the_pages_hold_every_article(site: Path) -> None:
    front = _page(site, "people/anna-nowak.html")
    linked = {
        link.partition("#")[0].removeprefix("https://archive.example/")
        for link in front.xpath(
            "//figure[@class='chart']//a/@href | //nav[@class='pager']//a/@href"
        )
    }
    years: dict[str, int] = {}
    for row in front.xpath("//figure[@class='chart']//tbody/tr"):
        [link] = row.xpath(".//a/@href")
        url, _, fragment = link.removeprefix("https://archive.example/").partition("#")
        [heading] = _page(site, url).xpath(f"//*[@id='{fragment}']")
        found = heading.getparent().xpath(".//time/@datetime")
        year = row.xpath("string(th)")
        assert {date[:4] for date in found} == {year}
        years[year] = sum(int(cell.text) for cell in row.xpath("td"))
    assert list(years) == [str(year) for year in range(1960, 2010)]
    assert sum(years.values()) == ARTICLES
    about = {a for url in linked if "mentions" not in url for a in _articles(_page(site, url))}
    mentions = _page(site, "people/anna-nowak/mentions.html")
    of_mentions = mentions.xpath("//nav[@class='pager']//a/@href")
    named = {
        article
        for url in of_mentions
        for article in _articles(_page(site, url.removeprefix("https://archive.example/")))
    }
    assert about | named == {
        f"https://archive.example/{path.relative_to(site).as_posix()}"
        for path in site.glob("*/*/story-*.html")
    }


def test_every_entry_shows_where_the_person_is_named(site: Path) -> None:
    for url in ("people/anna-nowak.html", "people/anna-nowak/7.html"):
        page = _page(site, url)
        shown = page.xpath("//li[@class='entry'][.//mark='Anna Nowak']")
        assert len(shown) == len(_articles(page)) > 0
