"""Every kind of page, as those meet it who see little, use no mouse, or run no scripts.

Pages are chosen so that each class of each kind of page is looked at, in both directions; in
languages that only bring another script, a front page, an article and a topic. The engines look at
them light in a narrow window and dark in a wide one; that they fit is tried at all widths.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import pytest

from tests.browsing import Reader, serve
from tests.checkers import report
from tests.checkers.access import Inspector
from tests.test_sample import page_kinds

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

pytestmark = pytest.mark.browser

HEIGHT: Final = 900
WIDTHS: Final = (320, 360, 800, 1400)
"""In CSS pixels. The first is what WCAG 1.4.10 asks for."""
LANGUAGES: Final = {"ltr": "en", "rtl": "ar"}
SCRIPTS: Final = ("ru", "zh")
KINDS_OF_SCRIPTS: Final = ("home", "article", "term")


def pages_to_look_at(site: Path, lang: str) -> list[str]:
    """Return few pages of a language that have every class of every kind of page.

    Of each kind the page with most classes comes first, of such the largest.
    """
    chosen: list[str] = []
    for name, pages in page_kinds(site).items():
        kind, its_lang = name.split()
        if its_lang != lang or kind == "redirect":  # which is gone before one can look at it
            continue
        texts = {page: (site / page).read_text("utf-8") for page in pages}
        classes = {page: set(re.findall(r'(?<= class=")[^"]+', texts[page])) for page in pages}
        unseen = set().union(*classes.values())
        while unseen:
            new = {page: len(found & unseen) for page, found in classes.items()}
            best = max(pages, key=lambda page: (new[page], len(texts[page]), page))
            unseen -= classes[best]
            chosen.append(best)
    return chosen


def pages_in_script(site: Path, lang: str) -> list[str]:
    """Return the largest page of some kinds in a language."""
    kinds = page_kinds(site)
    return [
        max(kinds[f"{kind} {lang}"], key=lambda page: (site / page).stat().st_size)
        for kind in KINDS_OF_SCRIPTS
    ]


@pytest.fixture
def reader(browser: Browser, sample: Path) -> Iterator[Reader]:
    """A reader of the sample archive, who must meet nothing untoward."""
    with serve(sample / "site") as root:
        one = Reader(browser, root)
        one.page.emulate_media(reduced_motion="reduce")  # what has the focus is scrolled to at once
        yield one
        one.close()
    # The engines keep a page for seconds, and a reader who searches nothing hears of the catalogue.
    assert [text for text in one.said if "preloaded using link preload" not in text] == []
    assert [url for url in one.asked if not url.startswith(root)] == []


def look(reader: Reader, inspector: Inspector, page: str) -> list[str]:
    """Return everything that is wrong with a page, in both colour schemes and all widths.

    A page that runs to the right is turned around at the end, as not every kind of page is there in
    a language that runs to the left.
    """
    reader.open(page)
    found: list[str] = []
    reader.page.emulate_media(color_scheme="light")
    reader.page.set_viewport_size({"width": WIDTHS[1], "height": HEIGHT})
    found += [f"light: {fault}" for fault in (*inspector.axe(), *inspector.codesniffer())]
    reader.page.emulate_media(color_scheme="dark")
    reader.page.set_viewport_size({"width": WIDTHS[-1], "height": HEIGHT})
    found += [f"dark: {fault}" for fault in inspector.axe(only_looks=True)]
    for width in reversed(WIDTHS):
        reader.page.set_viewport_size({"width": width, "height": HEIGHT})
        found += [f"{width} px: {fault}" for fault in inspector.too_wide()]
    if inspector.run("document.documentElement.dir") == "ltr":
        inspector.run("document.querySelectorAll('[dir]').forEach((e) => { e.dir = 'rtl' })")
        found += [f"turned around: {fault}" for fault in inspector.too_wide()]
    return [f"{page}: {fault}" for fault in found]


@pytest.mark.parametrize("lang", [*LANGUAGES.values(), *SCRIPTS])
def test_engines_find_nothing_in_any_kind_of_page(lang: str, reader: Reader, sample: Path) -> None:
    inspector = Inspector(reader.page)
    choose = pages_in_script if lang in SCRIPTS else pages_to_look_at
    pages = choose(sample / "site", lang)
    assert len(pages) >= (3 if lang in SCRIPTS else 9)
    findings = [fault for page in pages for fault in look(reader, inspector, page)]
    assert not findings, report(findings)


@pytest.mark.parametrize("direction", LANGUAGES)
def test_the_keyboard_reaches_all_and_shows_where_it_is(
    direction: str, reader: Reader, sample: Path
) -> None:
    inspector = Inspector(reader.page)
    reader.page.set_viewport_size({"width": WIDTHS[2], "height": HEIGHT})
    findings = []
    kinds = set()
    for page in pages_to_look_at(sample / "site", LANGUAGES[direction]):
        reader.open(page)
        kind = inspector.run("document.body.className")
        if kind not in kinds:  # the first of each; the others differ in what is not pressed
            kinds.add(kind)
            findings += [f"{page}: {fault}" for fault in inspector.keyboard()]
    assert not findings, report(findings)


def test_no_control_is_dead_without_scripts(browser: Browser, sample: Path) -> None:
    """What looks as if one could press it sends a form, opens a fold, or leads somewhere."""
    site = sample / "site"
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    controls = (
        "button, input, select, textarea, summary, a, [role=button], [onclick], [tabindex='0']"
    )
    dead = """all => all.filter((e) => e.checkVisibility()
      && !(e.form && e.form.hasAttribute("action"))
      && !e.matches("details > summary, [href]")).map((e) => e.outerHTML)"""
    findings = []
    with serve(site) as root:
        for lang in LANGUAGES.values():
            for url in pages_to_look_at(site, lang):
                page.goto(root + url, wait_until="domcontentloaded")
                found = page.eval_on_selector_all(controls, dead)
                findings += [f"{url}: {html}" for html in found]
    context.close()
    assert not findings, report(findings)


BAD_PAGE: Final = """<!doctype html>
<html lang="en" dir="ltr"><meta charset="utf-8"><title>x</title>
<style>
body { background: #fff }
p { color: #aaa; inline-size: 1000px }
a { outline: 0; font-size: 9px; display: block; block-size: 9px }
.over { position: fixed; inset: 0 0 50% 0; background: #fff }
</style>
<link rel="icon" href="data:,">
<main><h1>x</h1><img src="data:,"><p>Pale and wide.</p><a href="#1">one</a><a href="#2">two</a>
<a href="#3" onfocus="this.blur()">three</a></main><div class="over"></div></html>
"""


def test_the_engines_find_faults(browser: Browser, tmp_path: Path) -> None:
    """What looks for faults can see each of those that it looks for."""
    (tmp_path / "bad.html").write_text(BAD_PAGE)
    with serve(tmp_path) as root:
        reader = Reader(browser, root)
        reader.page.set_viewport_size({"width": WIDTHS[1], "height": HEIGHT})
        reader.open("bad.html")
        inspector = Inspector(reader.page)
        axe = {line.split(":")[0] for line in inspector.axe()}
        assert axe >= {"axe image-alt", "axe color-contrast", "axe target-size"}
        sniffed = " ".join(inspector.codesniffer())
        assert "Principle1.Guideline1_1.1_1_1" in sniffed
        assert "Principle1.Guideline1_4.1_4_3" in sniffed
        assert len(inspector.too_wide()) == 1
        keyboard = " ".join(inspector.keyboard())
        assert "focus is not seen: <a" in keyboard
        assert "is hidden: <a" in keyboard
        reader.close()
