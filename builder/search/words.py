"""The words of a shard, each with its entry in Pagefind's word lists, in one piece.

There are half a million in a series of shards, and that many values of Python's would take four
times the memory of what they hold. So a shard's are three long values: the words, their entries one
behind another, and where these end. Pure.
"""

from __future__ import annotations

import re
from array import array
from itertools import islice, pairwise
from operator import sub
from typing import TYPE_CHECKING, Final

from builder.search.formats import DamagedError, cbor_head, read_cbor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

_ARRAY: Final = 4
_WORD: Final = 0x83
"""The head of a word's entry, an array of three; that of another spelling is an array of two."""
_LISTS: Final = b"\x81"
"""The head of a whole word list: an array of one, the array of words."""

_NO_TEXT: Final = re.compile(
    rb"(?:[\x00-\x17\x20-\x37\x80-\x97]++|[\x18\x38\x98].|[\x19\x39\x99]..|[\x1a\x3a\x9a].{4})*+",
    re.DOTALL,
)
"""Whole numbers and heads of arrays, one behind another (RFC 8949 section 3)."""


class Words:
    """Words in order, each with its entry: the word, its pages, its other spellings.

    In order of code points, which is Python's own.
    """

    __slots__ = ("_bounds", "_entries", "_text")

    def __init__(self, text: str = "", bounds: Iterable[int] = (0,), entries: bytes = b"") -> None:
        """Take the words, joined by line feeds; where the first entry begins and each ends."""
        self._text = text
        self._bounds = array("Q", bounds)
        self._entries = entries

    @classmethod
    def of(cls, entries: Mapping[str, bytes]) -> Words:
        """Return these words, which are in order."""
        bounds = array("Q", (0,))
        for entry in entries.values():
            bounds.append(bounds[-1] + len(entry))
        return cls("\n".join(entries), bounds, b"".join(entries.values()))

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._bounds) - 1

    def __iter__(self) -> Iterator[str]:
        """Yield the words."""
        return iter(self._text.split("\n") if len(self) else ())

    def __eq__(self, other: object) -> bool:
        """Return whether words and entries are the same."""
        if not isinstance(other, Words):
            return NotImplemented
        mine = (self._text, self._bounds, self._entries)
        return mine == (other._text, other._bounds, other._entries)

    __hash__ = None  # type: ignore[assignment] # nothing is found by them

    @property
    def first(self) -> str:
        """The first word; "" without any."""
        return self._text.partition("\n")[0]

    @property
    def last(self) -> str:
        """The last word; "" without any."""
        return self._text.rpartition("\n")[2]

    def entries(self) -> Iterator[bytes]:
        """Yield the entry of each word."""
        return (self._entries[start:end] for start, end in pairwise(self._bounds))

    def sizes(self) -> Iterator[int]:
        """Yield how many bytes the entry of each word has."""
        return map(sub, islice(self._bounds, 1, None), self._bounds)

    def cut(self, first: int, end: int) -> bytes:
        """Return the words from one place to another as a word list; b"" where there is none."""
        if first == end:
            return b""
        entries = self._entries[self._bounds[first] : self._bounds[end]]
        return b"".join((_LISTS, cbor_head(_ARRAY, end - first), entries))


def join_words(parts: Iterable[Words]) -> Words:
    """Return words of one shard, one behind another, as one.

    Raises:
        DamagedError: they are not in order.
    """
    kept = [part for part in parts if len(part)]
    if any(after.first <= before.last for before, after in pairwise(kept)):
        raise DamagedError("does not list its words in order")
    bounds = array("Q", (0,))
    for part in kept:
        start = bounds[-1]
        bounds.extend(start + end for end in islice(part._bounds, 1, None))  # noqa: SLF001 - its own kind
    text = "\n".join(part._text for part in kept)  # noqa: SLF001
    return Words(text, bounds, b"".join(part._entries for part in kept))  # noqa: SLF001


def split_words(content: bytes) -> Words:
    """Return the words of an unpacked word list.

    Raises:
        DamagedError: it has another form.
    """
    words: list[str] = []
    bounds = array("Q", (0,))
    try:
        count, start = _head(content)
        for word, end in _entries(content, start):
            words.append(word)
            bounds.append(end - start)
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError("is not a list of words") from error
    if len(words) != count:
        raise DamagedError("is not a list of words")
    if any(after <= word for word, after in pairwise(words)):
        raise DamagedError("does not list its words in order")
    return Words("\n".join(words), bounds, content[start:])


def _head(content: bytes) -> tuple[int, int]:
    """Return how many words a list has, and where the first one's entry begins."""
    if not content.startswith(_LISTS):
        raise ValueError(content[:1])
    # An array's head tells how many items follow, as a number's does of what kind it is not.
    count, end = read_cbor(bytes((content[1] & 0x1F,)) + content[2:10])
    return count, end + 1


def _entries(content: bytes, at: int) -> Iterator[tuple[str, int]]:
    """Yield each word from `at` on, and where its entry ends.

    Of an entry nothing is read but texts: all else a regular expression skips, which is quick.
    """
    end = len(content)
    skip = _NO_TEXT.match
    while at < end:
        if content[at] != _WORD:
            raise ValueError(content[at])
        word, at = read_cbor(content, at + 1)
        if not isinstance(word, str) or "\n" in word:
            raise TypeError(word)
        while True:
            found = skip(content, at)
            assert found is not None  # noqa: S101 - for mypy: it matches nothing, too
            at = found.end()
            if at == end:
                break
            if content[at - 1] == _WORD:
                at -= 1
                break
            spelling, at = read_cbor(content, at)
            if not isinstance(spelling, str):
                raise TypeError(spelling)
        yield word, at
