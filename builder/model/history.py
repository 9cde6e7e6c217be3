"""What may be seen of an article's past. Born in `past`, of what git tells."""

from typing import Literal, NamedTuple

import msgspec


class Step(msgspec.Struct, frozen=True, array_like=True):
    """One change that readers may see."""

    commit: str
    seconds: int
    """Since 1970 in UTC."""
    author: str
    subject: str
    """The first line of the commit's message."""
    before: str
    """Id of the blob that was public before; "" for the first one."""
    after: str
    is_text: bool
    """Whether title, summary or body are others, and not the front matter alone."""


class Piece(NamedTuple):
    """A run of text."""

    kind: Literal["same", "new", "gone"]
    text: str


class Difference(NamedTuple):
    """What changed between two texts."""

    paragraphs: tuple[tuple[Piece, ...], ...]
    """Those that changed, in order; one that came or went whole is a single piece."""
    words_new: int
    words_gone: int
