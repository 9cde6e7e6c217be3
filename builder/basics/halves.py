"""A content file in its two halves: the front matter as written, and the text below it."""

from hashlib import blake2b
from typing import NamedTuple


class Prose(NamedTuple):
    """The text below the front matter."""

    text: str
    first_line: int
    """The number of its first line in the file."""


def cut(text: str) -> tuple[str, Prose] | None:
    """Return a file's front matter as written and the text below it; None where it has none."""
    if text.startswith("---\n"):
        end = text.find("\n---", 3)
        if text.startswith("\n---\n", end):  # as nearly every file; never where `end` is -1
            return text[4 : end + 1], Prose(text[end + 5 :], 3 + text.count("\n", 4, end + 1))
    first, _, rest = text.partition("\n")
    if first.rstrip() != "---":
        return None
    closing = _closing_line(rest)
    if closing is None:
        return None
    start, after = closing
    return rest[:start], Prose(rest[after:], first_line=3 + rest.count("\n", 0, start))


def front_digest(halves: tuple[str, Prose]) -> bytes:
    """Return the digest of a file's front matter as written."""
    return blake2b(halves[0].encode(), digest_size=16).digest()


def _closing_line(rest: str) -> tuple[int, int] | None:
    """Return where the closing line begins and where the text after it begins."""
    position = 0
    while position <= len(rest):
        end = rest.find("\n", position)
        line = rest[position:] if end < 0 else rest[position:end]
        if line.startswith("---") and line.rstrip() == "---":
            return position, len(rest) if end < 0 else end + 1
        if end < 0:
            return None
        position = end + 1
    return None
