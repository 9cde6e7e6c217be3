"""A small report to look at: what changes, each page before and after, side by side."""

from __future__ import annotations

import shutil
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Final

from markupsafe import Markup, escape

from builder.history import compare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builder.review.compare import Review, Touched

MOST_SHOWN: Final = 60
"""Pages that are shown before and after; the others are only named."""

_STYLE: Final = """\
:root { color-scheme: light dark; font-family: system-ui, sans-serif; }
body { max-inline-size: 100rem; margin: 1rem auto; padding-inline: 1rem; }
table { border-collapse: collapse; } td, th { text-align: start; padding: .2rem .8rem .2rem 0; }
.pair { display: grid; grid-template-columns: 1fr 1fr; gap: .5rem; }
.pair iframe { inline-size: 100%; block-size: 32rem; border: 1px solid GrayText; }
ins { background: #bfe6bf; color: #000; } del { background: #f1c4c0; color: #000; }
@media (max-width: 60rem) { .pair { grid-template-columns: 1fr; } }
"""


def write_report(found: Review, target: Path) -> int:
    """Write the report into an empty or new folder; return how many pages it shows.

    The pages it shows are copied beside it with their styles and pictures, so that the folder can
    be handed on.
    """
    shown = [one for one in found.touched if one.path.endswith(".html")][:MOST_SHOWN]
    target.mkdir(parents=True, exist_ok=True)
    for side, site in (("before", found.before), ("after", found.after)):
        for one in shown:
            _copy(site, one.path, target / side)
        for folder in ("static", "media"):
            if (site / folder).is_dir():
                shutil.copytree(site / folder, target / side / folder, dirs_exist_ok=True)
    page = Markup("\n").join(_page(found, shown))
    (target / "index.html").write_text(f"{page}\n", encoding="utf-8")
    (target / "report.css").write_text(_STYLE, encoding="utf-8")
    return len(shown)


def _copy(site: Path, path: str, target: Path) -> None:
    source = site / path
    if source.is_file():
        (target / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, target / path)


def _page(found: Review, shown: list[Touched]) -> Iterator[Markup]:
    yield Markup(
        '<!doctype html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        '<meta http-equiv="Content-Security-Policy" content="default-src \'none\'; '
        "style-src 'self'; img-src 'self'; frame-src 'self' file:\">\n"
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<title>What changes</title>\n<link rel="stylesheet" href="report.css">\n</head>\n<body>'
    )
    yield Markup("<h1>What changes since {}</h1>").format(found.commit[:12])
    counts = [
        f"{sum(one.fate == fate for one in found.touched):,} {fate}"
        for fate in ("added", "changed", "removed")
    ]
    yield Markup("<p>{}, {} the same.</p>").format(", ".join(counts), f"{found.same:,}")
    yield Markup("<table>\n<tr><th>what</th><th>kind</th><th>address</th><th>title</th></tr>")
    numbers = {one.path: number for number, one in enumerate(shown)}
    for one in found.touched:
        address = escape(f"/{one.path}")
        if one.path in numbers:
            address = Markup('<a href="#c{}">{}</a>').format(numbers[one.path], address)
        yield Markup("<tr><td>{}</td><td>{}</td><td>{}</td><td><bdi>{}</bdi></td></tr>").format(
            one.fate, one.kind, address, one.title
        )
    yield Markup("</table>")
    for number, one in enumerate(shown):
        yield Markup('<h2 id="c{}">{}: <bdi>{}</bdi></h2>').format(
            number, one.fate, one.title or one.path
        )
        yield from _words(found, one)
        yield Markup('<div class="pair">')
        for side, site in (("before", found.before), ("after", found.after)):
            if (site / one.path).is_file():
                yield Markup('<iframe title="{} {}" src="{}/{}" loading="lazy"></iframe>').format(
                    one.path, side, side, one.path
                )
            else:
                yield Markup("<p>not there {}</p>").format(side)
        yield Markup("</div>")
    yield Markup("</body>\n</html>")


def _words(found: Review, one: Touched) -> Iterator[Markup]:
    """Yield the words that changed in the main part of a page."""
    if one.fate != "changed":
        return
    difference = compare(_text(found.before / one.path), _text(found.after / one.path))
    for paragraph in difference.paragraphs[:40]:
        pieces = (
            Markup("<ins>{}</ins>").format(piece.text)
            if piece.kind == "new"
            else Markup("<del>{}</del>").format(piece.text)
            if piece.kind == "gone"
            else escape(piece.text)
            for piece in paragraph
        )
        yield Markup('<p dir="auto">{}</p>').format(Markup().join(pieces))


class _Main(HTMLParser):
    """Gathers the text of a page's main part, a block a paragraph."""

    _BLOCKS: Final = frozenset(
        {"p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "td", "div", "section"}
    )

    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._is_in = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        del attrs
        self._is_in = self._is_in or tag == "main"
        if self._is_in and tag in self._BLOCKS:
            self.parts.append("\n\n")

    def handle_endtag(self, tag: str) -> None:
        self._is_in = self._is_in and tag != "main"

    def handle_data(self, data: str) -> None:
        if self._is_in:
            self.parts.append(data)


def _text(page: Path) -> str:
    parser = _Main()
    parser.feed(page.read_text(encoding="utf-8", errors="replace"))
    return "".join(parser.parts)
