"""What front matter is read into: texts, lists and mappings that remember where they stand.

Tuples, since there are very many.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from builder.basics.problems import Location


class Scalar(NamedTuple):
    """A single value, as text in Unicode NFC."""

    text: str
    location: Location
    is_plain: bool
    """Written without quotes, and not as a block."""

    @property
    def is_absent(self) -> bool:
        """Whether the key is there without a value."""
        return self.is_plain and self.text in {"", "~"}


class Sequence(NamedTuple):
    """A list."""

    items: tuple[Node, ...]
    location: Location


class Mapping(NamedTuple):
    """Keys with their values, in the order written, no key twice."""

    entries: tuple[tuple[Scalar, Node], ...]
    location: Location


Node = Scalar | Sequence | Mapping
