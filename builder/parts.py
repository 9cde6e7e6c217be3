"""A page that shows each part of a theme, for whoever changes one: light, dark, right to left.

What the parts show comes from a small archive made up here, planned as any other, so that it is
always what templates get. The templates and the accent are those of the archive that asks. The page
is written below .backfile/, which is never published.
"""

from __future__ import annotations

import datetime as dt
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from builder.basics.problems import ContentError
from builder.disk.listing import list_content
from builder.disk.lock import refuse_links
from builder.disk.state import STATE_FOLDER
from builder.looking import look
from builder.model.page import PlannedPage
from builder.pages.views.parts import PartsView
from builder.request import BuildRequest, Seen, Stages
from builder.whole import prepare_site

if TYPE_CHECKING:
    from builder.model.settings import Settings
    from builder.whole import Plan

FOLDER: Final = f"{STATE_FOLDER}/parts"
_NOON: Final = dt.datetime(2026, 1, 1, 12, tzinfo=dt.UTC)
_DARK: Final = "(prefers-color-scheme: dark)"
_SETTINGS: Final = """\
title: An example
titles: {ar: مثال}
description: What the parts of the theme look like.
base_url: https://archive.example/
languages: [en, ar]
page_size: 10
"""
_WORDS: Final = {
    "en": ("A lamp in the window", "The press was moved at night", "Readers copied it by hand"),
    "ar": ("مصباح في النافذة", "نُقلت المطبعة ليلا", "نسخها القراء بأيديهم"),
}
_TEXTS: Final = {
    "en": "Ada Roe kept the press behind a wall. *The Lamp* came out every month.",
    "ar": "أخفت آدا رو المطبعة خلف جدار. صدرت الجريدة كل شهر.",
}
_FILES: Final = {
    "people/ada-roe.md": "name: Ada Roe\nnames: {ar: آدا رو}\nborn: 1921\ndied: 1990-03\n"
    "roles: [{title: Editor, from: 1950, to: 1961}]",
    "people/john-doe.md": "name: John Doe\nnames: {ar: جون دو}",
    "topics/presses.md": "title: Presses\ntitles: {ar: المطابع}",
    "topics/hidden-presses.md": "title: Hidden presses\ntitles: {ar: مطابع سرية}\nparent: presses",
}


def show_parts(root: Path) -> tuple[Path, ...]:
    """Write the pages below `root`/.backfile/parts; return them.

    Raises:
        BuilderError: the archive's settings or templates have problems.
    """
    folder = root / FOLDER
    refuse_links(folder)
    seen = look(root)
    own, problems = prepare_site(_request(root), seen, Stages(lambda _: None), None)
    if own is None:
        raise ContentError(problems)
    with tempfile.TemporaryDirectory() as place:
        plan = _example(Path(place), own.settings, seen)
        static = {asset.path: asset.content for asset in plan.assets}
        pages = {
            f"{plan.site.prefix(lang)}parts{suffix}.html": (lang, is_dark)
            for lang in _WORDS
            for suffix, is_dark in (("", False), ("-dark", True))
        }
        for name, (lang, is_dark) in pages.items():
            view = _view(plan, lang)
            page = plan.renderer.render(PlannedPage(name, "parts.html", lang, _nothing), view)
            sheet = view.frame.stylesheet
            own_sheet = sheet.replace(".css", "-dark.css" if is_dark else "-light.css")
            static[own_sheet] = _in_one_scheme(static[sheet].decode(), is_dark=is_dark).encode()
            _write(folder / name, page.content.replace(sheet.encode(), own_sheet.encode()))
        for name, content in static.items():
            if name.endswith((".css", ".svg")):
                _write(folder / name, content)
    return tuple(folder / name for name in pages)


def _request(root: Path) -> BuildRequest:
    return BuildRequest(root=root, out=root / "site", now=_NOON, with_search=False)


def _example(place: Path, settings: Settings, seen: Seen) -> Plan:
    """Return the plan of the example, with the templates and the accent of an archive."""
    text = _SETTINGS
    if (accent := settings.theme.accent) is not None:
        text += f'theme: {{accent: {{light: "{accent.light}", dark: "{accent.dark}"}}}}\n'
    _write(place / "content/archive.yaml", text.encode())
    for path, head in _FILES.items():
        _write(place / "content" / path, f"---\n{head}\n---\nA text of its own.\n".encode())
    for lang, titles in _WORDS.items():
        # Enough for a list of two pages and a chart with a gap.
        for number in range(27):
            year = 1951 + number // 4 + number // 12 * 9
            is_about = number % 9 > 0
            lines = (
                f"title: {titles[number % 3]} ({number + 1})",
                f"lang: {lang}",
                f"slug: {lang}-{number}",
                f"date: {year}-03-{number % 9 + 1:02}",
                "people: [ada-roe]" if is_about else "people: [john-doe]\nmentions: [ada-roe]",
                f"topics: [{'presses' if number % 2 else 'hidden-presses'}]",
            )
            article = "\n".join(("---", *lines, "---", _TEXTS[lang], ""))
            _write(place / f"content/articles/{lang}/{number}.md", article.encode())
    example = Seen(listing=list_content(place), folders=seen.folders, theme=seen.theme)
    plan, problems = prepare_site(_request(place), example, Stages(lambda _: None), None)
    if plan is None or any(found.is_error for found in problems):
        raise ContentError(problems)
    return plan


def _view(plan: Plan, lang: str) -> PartsView:
    """Return what the pages of a language show; all of it is on pages at the root of its tree."""
    prefix = plan.site.prefix(lang)
    views: dict[str, Any] = {}
    wanted = {
        f"{prefix}index.html": "home",
        f"{prefix}people.html": "people",
        f"{prefix}people/ada-roe.html": "person",
        f"{prefix}dates.html": "dates",
        f"{prefix}1951.html": "year",
        f"{prefix}data.html": "data",
        f"{prefix}numbers.html": "numbers",
        f"{prefix}on-this-day.html": "days",
    }
    for page in plan.pages:
        if page.url in wanted:
            views[wanted[page.url]] = page.view()
    return PartsView(frame=views["home"].frame, **views)


def _nothing() -> None:
    """Stand for a view that is made already."""


def _in_one_scheme(sheet: str, *, is_dark: bool) -> str:
    """Return a style sheet whose dark rules hold always or never, whatever the reader prefers."""
    always = "(min-width: 0)" if is_dark else "(max-width: 0)"
    scheme = "dark" if is_dark else "light"
    return sheet.replace(_DARK, always).replace(
        "color-scheme: light dark", f"color-scheme: {scheme}"
    )


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
