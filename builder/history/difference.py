"""Two texts compared as a reader would: paragraph by paragraph, then word by word. Pure."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from typing import TYPE_CHECKING, Final

from builder.model.history import Difference, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_PARAGRAPHS: Final = re.compile(r"\n[ \t]*(?:\n[ \t]*)+")
_WORDS: Final = re.compile(r"\s+|[^\W_]+(?:['’\-][^\W_]+)*|[\u3040-\u30ff\u3400-\u9fff]|[^\w\s]|_")
_MOST_WORDS: Final = 4_000
"""In a paragraph; beyond, it is shown as replaced: comparing words is quadratic at worst."""
_ALIKE: Final = 0.35
"""Two paragraphs that share less are not one that changed."""


def compare(before: str, after: str) -> Difference:
    """Return what changed from one text to the next; white space alone is no change."""
    old, new = _paragraphs(before), _paragraphs(after)
    found = tuple(_changed(old, new))
    pieces = [piece for paragraph in found for piece in paragraph]
    return Difference(
        paragraphs=found,
        words_new=sum(_count(piece.text) for piece in pieces if piece.kind == "new"),
        words_gone=sum(_count(piece.text) for piece in pieces if piece.kind == "gone"),
    )


def _paragraphs(text: str) -> list[str]:
    parts = (" ".join(part.split()) for part in _PARAGRAPHS.split(text))
    return [part for part in parts if part]


def _changed(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag != "equal":
            yield from _paired(old[i:j], new[k:m])


def _paired(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[Piece, ...]]:
    """Yield replaced paragraphs, each beside the next one that is like it."""
    rest = list(old)
    for text in new:
        words = _words(text)
        place = next((n for n, other in enumerate(rest) if _is_like(_words(other), words)), None)
        if place is None:
            yield (Piece("new", text),)
            continue
        yield from ((Piece("gone", gone),) for gone in rest[:place])
        yield tuple(_by_words(_words(rest[place]), words))
        rest = rest[place + 1 :]
    yield from ((Piece("gone", gone),) for gone in rest)


def _is_like(old: list[str], new: list[str]) -> bool:
    if len(old) > _MOST_WORDS or len(new) > _MOST_WORDS:
        return False
    return SequenceMatcher(None, old, new, autojunk=False).quick_ratio() >= _ALIKE


def _by_words(old: list[str], new: list[str]) -> Iterator[Piece]:
    """Yield what stayed, went and came; a space alone does not part one change from the next."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    gone, came = "", ""
    space = ""
    for tag, i, j, k, m in matcher.get_opcodes():
        before, after = "".join(old[i:j]), "".join(new[k:m])
        if tag == "equal" and after.isspace() and (gone or came):
            space = after
        elif tag == "equal":
            yield from _pair(gone, came)
            if space or after:
                yield Piece("same", space + after)
            gone, came, space = "", "", ""
        else:
            gone, came = gone + space + before, came + space + after
            space = ""
    yield from _pair(gone, came)


def _pair(gone: str, came: str) -> Iterator[Piece]:
    if gone:
        yield Piece("gone", gone)
    if came:
        yield Piece("new", came)


def _words(text: str) -> list[str]:
    return _WORDS.findall(text)


def _count(text: str) -> int:
    return sum(not word.isspace() and word[0].isalnum() for word in _WORDS.findall(text))
