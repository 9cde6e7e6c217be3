"""Weighs pages of the text-only edition against what a reader reads on them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from lxml import html

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HEAVIEST: Final = 1.3
"""Bytes of a page for each byte of its text."""
ORDINARY: Final = 1_000
"""Bytes of text from which each article keeps to it. Shorter ones do together with the others: what
has to stand around a text, its headline in <title> among it, takes some 230 bytes."""

_START: Final = b"<!doctype html><html"
"""How articles begin, and no page that leads on to others."""
_INLINE: Final = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "br", "cite", "code", "del", "dfn", "em", "i", "ins", "kbd"}
    | {"mark", "q", "s", "samp", "small", "span", "strong", "sub", "sup", "time", "u", "var"}
)


def lite_weights(lite: Path) -> Iterator[tuple[str, int, int]]:
    """Yield each article below lite/: its address, bytes of its page, bytes of its text."""
    for path in sorted(lite.rglob("*.html")):
        page = path.read_bytes()
        if page.startswith(_START):
            text = text_of(page)
            yield path.relative_to(lite).as_posix(), len(page), len(text.encode())


def text_of(page: bytes) -> str:
    """Return what a reader reads of an article, a block a line: all but the links that end it.

    That is headline, standfirst, dates, byline, place, corrections, body, outlet. Blanks are told
    once, as they are shown; those of preformatted text are all told.
    """
    blocks = list(html.fromstring(page).find("body"))
    while blocks[-1].tag == "p" and not blocks[-1].text and [e.tag for e in blocks[-1]] == ["a"]:
        blocks.pop()
    text = "".join(piece for block in blocks for piece in _pieces(block, is_shown_as_is=False))
    return re.sub(r" *\n[ \n]*", "\n", text).strip().replace("\v", "\n").replace("\f", " ")


def _pieces(element: Any, *, is_shown_as_is: bool) -> Iterator[str]:  # noqa: ANN401 - lxml has no types
    as_is = is_shown_as_is or element.tag == "pre"
    edge = "" if element.tag in _INLINE else "\n"
    yield edge
    yield _told(element.text, as_is=as_is)
    for child in element:
        yield from _pieces(child, is_shown_as_is=as_is)
        yield _told(child.tail, as_is=as_is)
    yield edge


def _told(text: str | None, *, as_is: bool) -> str:
    if as_is:
        return (text or "").replace("\n", "\v").replace(" ", "\f")
    return re.sub(r"\s+", " ", text or "")
