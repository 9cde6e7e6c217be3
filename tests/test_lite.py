"""The text-only edition: light, whole, closed, not for search engines, and off by default."""

from __future__ import annotations

import re
import shutil
from html import unescape
from typing import TYPE_CHECKING

import pytest
from lxml import html

from tests.archives import run_backfile, tree
from tests.browsing import Reader, serve
from tests.checkers import report
from tests.checkers.access import Inspector
from tests.checkers.browse import click_depths
from tests.checkers.bytes import check_closed
from tests.checkers.feeds import sitemap_pages
from tests.checkers.html import check_html
from tests.checkers.links import check_links
from tests.checkers.lite import HEAVIEST, ORDINARY, lite_weights
from tests.edits import PNG, Desk
from tests.test_sample import BASE_URL, some_of_each

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def lite(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample archive with its text-only edition; the folder of its site."""
    root = tmp_path_factory.mktemp("lite")
    shutil.copytree(sample / "content", root / "content")
    with (root / "content/archive.yaml").open("a", encoding="utf-8") as file:
        file.write("lite: true\n")
    result = run_backfile("-C", root, "build")
    assert result.returncode == 0, result.stderr
    return root / "site"


def text_of(page: bytes) -> str:
    """Return the text of a page that leaves end tags out."""
    body = page.decode().partition("</title>")[2]
    return " ".join(unescape(re.sub(r"<[^>]*>", "", body)).split())


def _kind(site: Path, url: str) -> str:
    return some(re.search(r'<body class="page-([^"]+)"', (site / url).read_text("utf-8")))


def some(found: re.Match[str] | None) -> str:
    return found[1] if found else ""


def test_every_page_is_there_once_more(lite: Path, sample: Path) -> None:
    full = {path for path in tree(sample / "site") if path.endswith(".html")}
    full = {path for path in full if not path.startswith("pagefind/")}
    pages = {path.removeprefix("lite/") for path in tree(lite) if path.startswith("lite/")}
    assert all(path.endswith(".html") for path in pages)
    rest = {_kind(lite, url) for url in full - pages}
    assert not pages - full
    assert rest.isdisjoint({"article", "person", "term", "terms", "dates", "calendar", "home"}), (
        rest
    )
    for url in sorted(pages):
        path = lite / "lite" / url
        tree_ = html.fromstring(path.read_bytes())
        whole = html.fromstring((lite / url).read_bytes())
        up = "../" * url.count("/")
        if _kind(lite, url) != "redirect":
            to_lite = whole.xpath("//head/link[@rel='alternate'][@type='text/html']/@href")
            assert (
                to_lite
                == [f"{up}lite/{url}"]
                == whole.xpath("//footer//a/@href[contains(., 'lite/')]")
            )
        links = tree_.xpath("//a/@href")
        if _kind(lite, url) == "article":
            home = f"{up}{tree_.get('lang')}/index.html".replace("en/", "")
            assert links[-1] == home
            is_long = len(whole.xpath("string(//div[@class='prose'])").encode()) > 3_000
            assert (links[-2:-1] == [f"{up}../{url}"]) or not is_long
            assert {e.tag for e in tree_.find("head")} == {"meta", "title"}
        else:
            assert links[-1] == f"{up}../{url}"
            assert tree_.xpath("//meta[@name='robots']/@content") == ["noindex"]
            [policy] = tree_.xpath("//meta[@http-equiv='Content-Security-Policy']/@content")
            assert policy == "default-src 'none'"
        assert not tree_.xpath("//img | //script | //style | //link | //@style | //svg | //form")
        assert tree_.get("lang") == whole.get("lang")
        assert (tree_.get("dir") or "ltr") == whole.get("dir")


def test_it_is_sound_and_closed(lite: Path) -> None:
    for prefix in ("/", "/a/b/"):
        findings = check_links(lite, prefix=prefix, base_url=BASE_URL)
        assert not findings, report(findings)
    findings = check_closed(lite)
    assert not findings, report(findings)
    chosen = [
        lite / "lite" / page for page in some_of_each(lite, 2) if not page.startswith("lite/")
    ]
    findings = check_html([path for path in chosen if path.is_file()])
    assert not findings, report(findings)
    assert not [page for page in sitemap_pages(lite, BASE_URL) if page.startswith("lite/")]


def test_its_articles_weigh_little_more_than_their_texts(lite: Path) -> None:
    weights = list(lite_weights(lite / "lite"))
    articles = {
        url for url in tree(lite) if url.endswith(".html") and _kind(lite, url) == "article"
    }
    assert {url for url, _, _ in weights} == articles
    pages, texts = (sum(sizes) for sizes in list(zip(*weights, strict=True))[1:])
    assert texts > 100_000
    assert pages <= HEAVIEST * texts, f"{pages / texts:.3f}"
    heavy = [found for found in weights if found[2] >= ORDINARY and found[1] > HEAVIEST * found[2]]
    assert heavy == []


def test_every_article_is_reached_inside_it(lite: Path) -> None:
    depths = click_depths(lite / "lite")
    articles = [url for url, _, _ in lite_weights(lite / "lite")]
    assert [url for url in articles if depths.get(url, 99) > 4] == []
    assert "Disallow: /lite/\n" in (lite / "robots.txt").read_text("utf-8")


@pytest.mark.browser
def test_the_engines_find_nothing_in_it(lite: Path, browser: Browser) -> None:
    """But that an article's text stands in no landmark: those would cost what it may weigh."""
    findings = []
    with serve(lite) as root:
        reader = Reader(browser, root)
        reader.page.set_viewport_size({"width": 360, "height": 800})
        inspector = Inspector(reader.page)
        article, listed = "2025/05/xi-kremlin-2025.html", "topics/press-law.html"
        pages = ("index.html", "ar/index.html", article, listed, "people.html", "2017.html")
        for page in pages:
            reader.open(f"lite/{page}")
            found = [*inspector.axe(), *inspector.codesniffer(), *inspector.too_wide()]
            if page == article:
                found = [f for f in found if not f.startswith(("axe region", "axe landmark-one"))]
            findings += [f"{page}: {fault}" for fault in found]
        reader.close()
    assert not findings, report(findings)


def test_texts_are_the_same(lite: Path) -> None:
    for url in ("2025/05/xi-kremlin-2025.html", "ru/1857/07/kolokol-herzen.html"):
        prose = html.parse(lite / url).xpath("//article//div[@class='prose']/p")
        text = text_of((lite / "lite" / url).read_bytes())
        assert len(prose) > 3
        for paragraph in prose:
            assert " ".join(paragraph.text_content().split()) in text
        assert "two dollars upwards" not in text


def test_off_it_is_not_there(sample: Path) -> None:
    site = sample / "site"
    assert not (site / "lite").exists()
    assert b"lite/" not in (site / "index.html").read_bytes()


def test_a_corrected_text_is_corrected_here_too(tmp_path: Path) -> None:
    """The short way of a corrected text shows its page alone, so it must not be gone."""
    files: dict[str, str | bytes] = {
        "content/archive.yaml": (
            "title: T\nbase_url: https://archive.example/\nlite: true\nfeeds: {content: full}\n"
            "theme: {menu: [dates, {to: data, label: D}]}\n"
        ),
        "content/media/a.png": PNG,
        "content/articles/a.md": (
            "---\ntitle: A\ndate: 2025-05-08\nslug: a\n---\nThe first.\n\nThe second, "
            "![a & map](media/a.png) [here](#end) [there](#p1) [search](/search.html)"
            " [media](media/a.png) [it](/2025/05/a.html).\n\n## End\n"
        ),
    }
    desk = Desk(tmp_path / "a", files)
    run_backfile("-C", desk.root, "build", "--no-search")
    page = (desk.root / "site/lite/2025/05/a.html").read_text("utf-8")
    assert "[a & map]" in page
    links = html.fromstring(page).xpath("//a/@href")
    assert links == [
        "#end",
        "../../../2025/05/a.html#p1",
        "../../../search.html",
        "../../../media/a.png",
        "../../2025/05/a.html",
        "../../index.html",
    ]
    home = html.parse(desk.root / "site/lite/index.html").xpath("//a/@href")
    assert "dates.html" in home
    assert all((desk.root / "site/lite" / link).is_file() for link in home), home
    text = (desk.root / "content/articles/a.md").read_text("utf-8")
    desk.write("content/articles/a.md", text.replace("The second", "The corrected"))
    run_backfile("-C", desk.root, "build", "--no-search")
    for url in ("2025/05/a.html", "lite/2025/05/a.html", "feed.xml", "feed.json"):
        assert "The corrected" in (desk.root / "site" / url).read_text("utf-8"), url
    desk.copy_to(tmp_path / "b")
    run_backfile("-C", tmp_path / "b", "build", "--no-search")
    assert tree(desk.root / "site") == tree(tmp_path / "b/site")
