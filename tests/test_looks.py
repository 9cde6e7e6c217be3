"""What settings change of a site's looks, and the box that asks for support, in a real browser."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

import pytest
from lxml import html

from builder.basics.colours import LEAST_CONTRAST, PAPERS, readable, worst_contrast
from tests.archives import ROOT, build_archive, files_of, tree, write_archive
from tests.browsing import Reader, serve
from tests.checkers.access import Inspector

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser

ARCHIVE: Final = """-- content/archive.yaml --
title: The Lamp
base_url: https://lamp.example/
languages: [en, ru, ar, zh]
feeds: {content: full, json: all}
lite: true
theme:
  accent: "#1d4f8c"
  logo: {src: media/lamp.png, dark: media/night.png, with_title: false}
  icon: media/lamp.png
  menu: [people, topics/lamps, {to: about, label: Who we are, labels: {ru: Кто мы}}]
support:
  text: We ask for your help.
  texts: {ru: Нам нужна помощь.}
  link: https://elsewhere.example/give
  link_text: Give
  languages: [en, ru, ar]
-- content/articles/one.md --
---
title: One
date: 2025-05-08
topics: [lamps]
people: [Ada Roe]
---
A lamp was lit.
-- content/articles/ru.md --
---
title: Один
date: 2025-05-08
lang: ru
topics: [lamps]
---
Лампа горит.
-- content/articles/ar.md --
---
title: واحد
date: 2025-05-08
lang: ar
---
مصباح.
-- content/articles/zh.md --
---
title: 灯
date: 2025-05-08
lang: zh
---
灯亮了。
-- content/topics/lamps.md --
---
title: Lamps
titles: {ru: Лампы}
---
-- content/pages/about.md --
---
title: About
---
Text.
-- content/pages/about.ru.md --
---
title: О нас
lang: ru
---
Текст.
"""
ARTICLE: Final = "2025/05/one.html"
HELP: Final = "We ask for your help. Give"


@pytest.fixture(scope="module")
def lamp(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small site with everything set that can be."""
    root = tmp_path_factory.mktemp("lamp")
    pixel = (ROOT / "tests/cases/pixel.png").read_bytes()
    media = {f"content/media/{name}.png": pixel for name in ("lamp", "night")}
    result = build_archive(write_archive(root, {**files_of(ARCHIVE), **media}))
    assert [found.code for found in result.problems] == ["unknown-term"]  # Ada Roe has no file
    return root / "site"


def test_the_papers_are_those_of_the_style_sheet() -> None:
    sheet = (ROOT / "templates/static/site.css").read_text("utf-8")
    for number, scheme in enumerate(PAPERS):
        found = tuple(
            re.findall(rf"--{name}: (#\w+);", sheet)[number] for name in ("paper", "wash")
        )
        assert found == PAPERS[scheme]
        accent = re.findall(r"--accent: (#\w+);", sheet)[number]
        assert worst_contrast(accent, PAPERS[scheme])[0] >= LEAST_CONTRAST


@pytest.mark.parametrize(
    "colour", ["#1d4f8c", "#ffff00", "#000000", "#ffffff", "#8c1d18", "#777777"]
)
def test_any_colour_has_a_shade_that_can_be_read(colour: str) -> None:
    for papers in PAPERS.values():
        shade = readable(colour, papers)
        assert worst_contrast(shade, papers)[0] >= LEAST_CONTRAST
        if worst_contrast(colour, papers)[0] >= LEAST_CONTRAST:
            assert shade == colour


def test_menu_logo_and_icon_stand_on_every_page(lamp: Path) -> None:
    menus = {"": "People, Lamps, Who we are", "ru/": "Лампы, Кто мы", "ar/": ""}
    for prefix, menu in menus.items():
        page = html.fromstring((lamp / f"{prefix}2025/05.html").read_bytes())
        links = page.xpath("//nav[@class='site-nav']//a")
        assert ", ".join(link.text for link in links) == menu
        assert page.xpath("//p[@class='site-title']//img/@alt") == ["The Lamp"]
        assert page.xpath("//p[@class='site-title']//source/@media")
        assert page.xpath("//p[@class='site-title']//img/@width") == ["2"]
        assert page.xpath("//link[@rel='icon']/@href")[0].endswith("media/lamp.png")
    assert (lamp / "media/night.png").is_file()


def test_the_accent_is_seen_in_both_schemes(browser: Browser, lamp: Path) -> None:
    with serve(lamp) as root:
        reader = Reader(browser, root)
        reader.open(ARTICLE)
        seen = []
        for scheme in ("light", "dark"):
            reader.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light")
            code = "getComputedStyle(document.documentElement).getPropertyValue('--accent')"
            seen.append(Inspector(reader.page).run(code))
        reader.page.emulate_media(media="print")
        seen.append(Inspector(reader.page).run(code))
        reader.close()
    assert seen == ["#1d4f8c", readable("#1d4f8c", PAPERS["dark"]), "#000"]


# -- support -------------------------------------------------------------------------------------


@pytest.fixture
def reader(browser: Browser, lamp: Path) -> Iterator[Reader]:
    """A reader of an article with the box below it."""
    with serve(lamp, "/a/b/") as root:
        one = Reader(browser, root)
        one.open(ARTICLE)
        yield one
        one.close()
    assert one.said == []
    assert [url for url in one.asked if not url.startswith(root)] == []


def _kept(reader: Reader) -> list[dict[str, str]]:
    code = "JSON.stringify([{...sessionStorage}, {...localStorage}])"
    return list(json.loads(Inspector(reader.page).run(code)))


def _box(reader: Reader) -> str:
    box = reader.page.locator(".support")
    return " ".join(box.inner_text().split()) if box.is_visible() else ""


def test_nothing_is_kept_before_a_click(reader: Reader) -> None:
    assert _box(reader) == f"{HELP} Remind me next month Close"
    assert _kept(reader) == [{}, {}]
    assert Inspector(reader.page).axe() == []


def test_closed_is_closed_for_as_long_as_the_tab_is_open(reader: Reader) -> None:
    reader.page.click(".support-close")
    assert _box(reader) == ""
    assert _kept(reader) == [{"backfile-support /a/b/": "closed"}, {}]
    reader.open(ARTICLE)
    assert _box(reader) == ""
    other = reader.context.new_page()
    other.goto(reader.root + ARTICLE)
    assert other.locator(".support").is_visible()


def test_put_off_it_comes_back_after_a_month(reader: Reader) -> None:
    reader.page.clock.set_fixed_time("2026-01-31T10:00:00Z")
    reader.open(ARTICLE)
    reader.page.click(".support-later")
    assert _box(reader) == "Your reminder is set, in this browser alone."
    assert _kept(reader) == [{}, {"backfile-support /a/b/": "2026-02-28"}]
    reader.page.clock.set_fixed_time("2026-02-27T10:00:00Z")
    reader.open(ARTICLE)
    assert _box(reader) == ""
    reader.page.clock.set_fixed_time("2026-03-01T10:00:00Z")
    reader.open(ARTICLE)
    assert _box(reader).startswith(HELP)


def test_it_works_by_keyboard(reader: Reader) -> None:
    reader.page.focus(".support-later")
    reader.page.keyboard.press("Tab")
    reader.page.keyboard.press("Enter")
    assert _box(reader) == ""
    assert Inspector(reader.page).run("document.activeElement.id") == "bf-main"


def test_it_is_a_plain_paragraph_without_scripts_and_never_printed(
    browser: Browser, lamp: Path
) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    with serve(lamp) as root:
        page.goto(root + ARTICLE)
        assert " ".join(page.inner_text(".support").split()) == HELP
        assert page.locator(".support button:visible").count() == 0
        link = page.locator(".support a")
        assert link.get_attribute("rel") == "external noopener noreferrer"
        page.emulate_media(media="print")
        assert not page.locator(".support").is_visible()
    context.close()


def test_each_language_has_its_own_words_or_no_box(lamp: Path) -> None:
    chinese = (lamp / "zh/2025/05/zh.html").read_text("utf-8")
    assert "support" not in chinese
    assert "script-src" not in chinese
    russian = html.fromstring((lamp / "ru/2025/05/ru.html").read_bytes())
    (text,) = russian.xpath("//p[@class='support-text']")
    assert (text.text.strip(), text.get("lang")) == ("Нам нужна помощь.", None)
    assert text.xpath("a/@lang") == ["en"]
    arabic = html.fromstring((lamp / "ar/2025/05/ar.html").read_bytes())
    assert arabic.xpath("//p[@class='support-text']/@dir") == ["ltr"]


def test_it_stands_on_articles_alone_and_nowhere_when_off(lamp: Path, sample: Path) -> None:
    with_box = {path for path, content in tree(lamp).items() if b"elsewhere.example" in content}
    assert with_box == {ARTICLE, "ru/2025/05/ru.html", "ar/2025/05/ar.html"}
    for path, content in tree(sample / "site").items():
        assert "support-" not in path
        if path.endswith(".html"):
            assert b'class="support' not in content, path
