"""The search page in Firefox and in WebKit, the engine of Safari.

Each has rules of its own for files, preloads, workers, history and style. What Chromium shows is
looked at in test_page.py.
"""

from __future__ import annotations

import json
import re
import shutil
from typing import TYPE_CHECKING, Final

import pytest

from tests.archives import ROOT
from tests.browsing import serve
from tests.firefox import Firefox, firefox
from tests.search.archive import BARGE, GAZETA, MANARA, VERA
from tests.webkit import WebKit, console, webkit

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.windows import Window

pytestmark = pytest.mark.browser

LINKS: Final = "[...document.querySelectorAll('.search-title a')].map((one) => one.href)"
TEXTS: Final = "[...document.querySelectorAll('{}')].map((one) => one.innerText)"
FOCUS: Final = "document.activeElement.href || document.activeElement.id"
BOX: Final = "document.querySelector('#bf-q').value"
CITATION: Final = "document.querySelector('a[download$=\".{}\"]')"

UNKNOWN: Final = {
    Firefox: {"-webkit-text-size-adjust", "text-size-adjust", "text-spacing-trim", "text-wrap"},
    WebKit: {
        "-webkit-text-size-adjust",
        "text-size-adjust",
        "text-spacing-trim",
        "forced-color-adjust",
    },
}
"""What of the stylesheet a browser passes over, with no harm: lines that are cut a little worse,
how telephones size letters, colours that Windows forces upon pages."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def safari(home: Path) -> Iterator[WebKit]:
    with webkit(home) as window:
        yield window


@pytest.fixture(scope="module")
def fox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(tmp_path_factory.mktemp("profile")) as window:
        yield window
        assert window.said() == []


@pytest.fixture(params=["fox", "safari"])
def window(request: pytest.FixtureRequest) -> Window:
    found: Window = request.getfixturevalue(request.param)
    return found


def test_it_searches_from_a_server_and_from_a_disk(
    window: Window, offline_site: Path, plain_site: Path
) -> None:
    with serve(offline_site) as offline, serve(plain_site, "/a/b/") as plain:
        for root in (offline, plain, offline_site.as_uri() + "/"):
            window.open(f"{root}search.html?q=canal")
            window.until(LINKS, [root + BARGE])
            assert window.evaluate(TEXTS.format(".search-excerpt mark")) == ["canal"]
            window.open(f"{root}ar/search.html?q=person:vera-lindt&lang=ru&lang=ar&sort=newest")
            window.until(LINKS, [root + GAZETA, root + MANARA])
            window.evaluate("document.querySelector('.search-filters').open = true")
            window.until(TEXTS.format(".search-facet[name=year] .search-value"), ["2025", "2023"])


def test_from_a_disk_an_archive_too_large_says_so(window: Window, plain_site: Path) -> None:
    window.open(f"{plain_site.as_uri()}/search.html?q=canal")
    status = "document.querySelector('.search-status').innerText"
    window.until(f"{status}.includes('too large')", value=True)


def test_the_style_is_understood(window: Window) -> None:
    """A browser drops what it does not know without a word."""
    style = (ROOT / "templates/static/site.css").read_text(encoding="utf-8")
    style = re.sub(r"/\*.*?\*/", "", style, flags=re.DOTALL)
    lines = re.findall(r"(?<=[;{}])\s*([a-z-]+)\s*:\s*([^;{}]+);", style)
    assert len(lines) > 900
    window.open("about:blank")
    dropped = window.evaluate(f"{json.dumps(lines)}.filter((line) => !CSS.supports(...line))")
    assert {name for name, _ in dropped} == UNKNOWN[type(window)], dropped


def test_in_webkit_by_keyboard_there_and_back(safari: WebKit, offline_site: Path) -> None:
    with serve(offline_site) as online:
        for root in (online, offline_site.as_uri() + "/"):
            safari.open(f"{root}search.html")
            safari.press("/")
            safari.until(FOCUS, "bf-q")
            safari.press(*"Линдт")
            safari.until(TEXTS.format(".search-name a"), ["Vera Lindt"])
            safari.press("ArrowDown")
            safari.until(FOCUS, root + VERA)
            safari.press("Escape", "Escape")
            safari.until(BOX, "")
            safari.press(*"canal")
            safari.until(LINKS, [root + BARGE])
            safari.press("Enter", "ArrowDown")
            safari.until(FOCUS, root + BARGE)
            safari.press("Enter")
            safari.until("location.href", root + BARGE)
            safari.back()
            safari.until(LINKS, [root + BARGE])
            assert safari.evaluate(BOX) == "canal"


def test_in_webkit_what_is_typed_is_searched_when_the_history_takes_no_more(
    safari: WebKit, offline_site: Path
) -> None:
    """Safari throws at the hundredth entry in half a minute."""
    with serve(offline_site) as root:
        safari.open(f"{root}search.html")
        often = "for (let i = 0; i < 200; i++) history.replaceState(null, '', location)"
        assert "SecurityError" in safari.evaluate(
            f"(() => {{ try {{ {often} }} catch (error) {{ return String(error); }} }})()"
        )
        safari.press("/", *"canal")
        safari.until(LINKS, [root + BARGE])
        safari.press("Enter")
        safari.until(LINKS, [root + BARGE])


def test_in_webkit_citations_are_saved_and_an_article_is_drawn(
    safari: WebKit, home: Path, offline_site: Path
) -> None:
    with serve(offline_site) as online:
        for root in (online, offline_site.as_uri() + "/"):
            safari.open(root + BARGE)
            for kind in ("bib", "ris", "json"):
                saved = home / safari.evaluate(f"{CITATION.format(kind)}.download")
                saved.unlink(missing_ok=True)
                safari.evaluate(f"{CITATION.format(kind)}.click()")
                safari.until_there(saved, "A newspaper on a barge")
            safari.open(f"{root}random.html")
            safari.evaluate("document.querySelector('.random-draw').click()")
            safari.until("!!document.querySelector('article h1')", value=True)


def test_in_webkit_the_console_is_silent(home: Path, offline_site: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    shutil.copytree(offline_site, site)
    # The program takes a question mark in an address of a disk for part of the file's name.
    (site / "told.js").write_text(
        "history.replaceState(null, '', '?q=canal');"
        "setInterval(() => document.querySelector('.search-title') && console.log('found'), 50);"
    )
    page = (site / "search.html").read_text(encoding="utf-8")
    page = page.replace("</title>", "</title><script defer src='told.js'></script>")
    (site / "search.html").write_text(page, encoding="utf-8")
    # A style in the page, which the policy forbids, shows that what is said is heard.
    (site / "loud.html").write_text(page.replace("</title>", "</title><style>p {}</style>"))
    with serve(site) as online:
        for root in (online, site.as_uri() + "/"):
            assert console(home, f"{root}search.html", until="found") == []
        loud = console(home, f"{online}loud.html", until="found")
    assert len(loud) == 1, loud
    assert "Content Security Policy" in loud[0]
