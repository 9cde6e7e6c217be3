"""The theme is documented whole, and `backfile parts` shows each macro of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from jinja2 import nodes
from lxml import html

from builder.disk.theme import default_theme
from builder.rendering import make_environment
from tests.archives import ROOT, build_archive, run_backfile, tree, write_archive
from tests.checkers.links import parse_html

if TYPE_CHECKING:
    from pathlib import Path

THEME: Final = default_theme()
DOCS: Final = (ROOT / "docs/theme.md").read_text("utf-8")


def _macros() -> dict[str, str]:
    """Return the signature of each macro in parts/, by its name."""
    environment = make_environment(THEME, None)
    found = {}
    for path in sorted((THEME / "parts").glob("*.html")):
        for macro in environment.parse(path.read_text("utf-8")).find_all(nodes.Macro):
            arguments = ", ".join(argument.name for argument in macro.args)
            found[macro.name] = f"{macro.name}({arguments})"
    return found


def test_every_template_and_macro_is_in_the_docs() -> None:
    names = {
        path.relative_to(THEME).as_posix()
        for path in THEME.rglob("*")
        if path.is_file() and path.suffix in {".html", ".xml", ".txt", ".json"}
    }
    missing = {name for name in names if f"`{name}`" not in DOCS}
    missing |= {macro for macro in _macros().values() if f"`{macro}`" not in DOCS}
    assert missing == set(), "say in docs/theme.md what it is for"


def test_the_docs_name_nothing_that_is_gone() -> None:
    rows = [line for line in DOCS.splitlines() if line.startswith("| `")]
    named = {name for row in rows for name in re.findall(r"`([a-z0-9_/-]+\.[a-z]+)`", row)}
    assert named
    assert {name for name in named if not (THEME / name).is_file()} == set()
    listed = {name for row in rows for name in re.findall(r"`([a-z_]+)\([^`]*\)`", row)}
    assert listed == set(_macros())


def test_each_macro_is_shown_with_the_archives_own_templates(tmp_path: Path) -> None:
    write_archive(
        tmp_path,
        {
            "content/archive.yaml": 'title: Mine\ntheme: {accent: "#1d4f8c"}\n',
            "content/articles/a.md": "---\ntitle: A\ndate: 2025\n---\nText.\n",
            "templates/parts/terms.html": (THEME / "parts/terms.html")
            .read_text("utf-8")
            .replace('<ul class="term-links">', '<ul class="term-links mine">'),
        },
    )
    build_archive(tmp_path)
    before = tree(tmp_path / "site")
    done = run_backfile("-C", tmp_path, "parts")
    assert done.returncode == 0, done.stderr
    assert tree(tmp_path / "site") == before
    folder = tmp_path / ".backfile/parts"
    for name, direction in (("parts.html", "ltr"), ("ar/parts-dark.html", "rtl")):
        data = (folder / name).read_bytes()
        page = html.fromstring(data)
        assert page.get("dir") == direction
        shown = {code.text_content() for code in page.xpath("//section/header//code")}
        assert shown == set(_macros().values())
        for section in page.xpath("//section[header]"):
            assert len(section) > 1, section.text_content()
        assert page.xpath("//ul[contains(@class, 'mine')]")
        (sheet,) = page.xpath("//link[@rel='stylesheet']/@href")
        css = (folder / name).parent.joinpath(sheet).read_text("utf-8")
        assert "#1d4f8c" in css
        assert "prefers-color-scheme" not in css
        assert parse_html(data) is not None
