"""Binds the word lists of several shards into volumes, as an encyclopedia is: by first letters.

A reader's query asks every shard for each of its words, and each answer is a file. So the shards
that are full, and seldom change, stand in series, and a volume holds the words of a few letters out
of all shards of one series: a word costs one file for a whole series. Small recent shards keep the
lists that Pagefind made, so that today's article rewrites its own shard's files and no others.

A volume is gzip of `pagefind_dcd` and, for each shard of the series in turn, its number of bytes
(four of them, the lowest first) and as many bytes of CBOR, of the form that a file `.pf_index` of
Pagefind's has; none where the shard has no such word. Where volumes end is told by the words and
how long their lists are, so that an article more or less moves few ends. Pure: bytes in, bytes out.
"""

from __future__ import annotations

import zlib
from bisect import bisect_right
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.digests import sha256_hex
from builder.search.formats import DamagedError
from builder.search.words import Words, join_words, split_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

VOLUMES: Final = "words"
"""The folder below pagefind/."""

LEAST_BYTES: Final = 48_000
"""Of a volume, unpacked, before a word may begin the next one."""
MOST_BYTES: Final = 128_000
"""A volume of more words than one is not larger."""
_ENDS: Final = 16
"""One of so many words may begin a volume."""

_NAME_DIGITS: Final = 8
_SIZE_BYTES: Final = 4


class Volumes(NamedTuple):
    """The word lists of a series, bound."""

    starts: tuple[str, ...]
    """The first letters of each, no more than tell it from the last word of the one before."""
    names: tuple[str, ...]
    chunks: tuple[tuple[tuple[str, str, int], ...], ...]
    """For each shard: its first and its last word in a volume, and that volume's number."""
    shards: tuple[Words, ...]
    cuts: tuple[tuple[int, ...], ...]
    """How many words of each shard stand before each volume, and before the end."""

    def contents(self) -> Iterator[bytes]:
        """Yield each volume, not packed; all of them together are as large as the shards."""
        return _contents(self.shards, self.cuts)


def bind(shards: Sequence[Words]) -> Volumes:
    """Return the volumes of these shards."""
    listed = [list(words) for words in shards]
    chunks: list[list[tuple[str, str, int]]] = [[] for _ in shards]
    starts: list[str] = []
    cuts = [(0,) * len(shards)]
    last = ""
    for number, (first, end) in enumerate(_cut(shards, listed)):
        starts.append(_start(last, first))
        last = end
        cut: list[int] = []
        for words, own, before in zip(listed, chunks, cuts[-1], strict=True):
            after = bisect_right(words, end, before)
            if after > before:
                own.append((words[before], words[after - 1], number))
            cut.append(after)
        cuts.append(tuple(cut))
    return Volumes(
        starts=tuple(starts),
        names=name_volumes(_contents(shards, cuts)),
        chunks=tuple(map(tuple, chunks)),
        shards=tuple(shards),
        cuts=tuple(cuts),
    )


def _contents(shards: Sequence[Words], cuts: Sequence[Sequence[int]]) -> Iterator[bytes]:
    for before, after in pairwise(cuts):
        yield stack(map(Words.cut, shards, before, after))


def _start(last: str, word: str) -> str:
    """Return the shortest beginning of `word` that comes after the word `last`."""
    return next(word[:end] for end in range(1, len(word) + 1) if word[:end] > last)


def name_volumes(contents: Iterable[bytes]) -> tuple[str, ...]:
    """Return a name for each of the files of a series, told by what they hold."""
    names: dict[str, None] = {}
    for content in contents:
        # Two of four thousand million are named alike; that may be two of a thousand.
        names[next(name for name in _possible_names(content) if name not in names)] = None
    return tuple(names)


def _possible_names(content: bytes) -> Iterator[str]:
    name = sha256_hex(content)[:_NAME_DIGITS]
    while True:
        yield name
        name = sha256_hex(content + name.encode())[:_NAME_DIGITS]


def may_be_named(content: bytes, name: str) -> bool:
    """Return whether a volume of such contents has this name; the second one very seldom."""
    return name in islice(_possible_names(content), 2)


def volume_path(series: str, name: str) -> str:
    """Return where a volume stands below pagefind/, as a plain file."""
    return f"{VOLUMES}/{series}/{name}.pf_index"


def filter_path(series: str, name: str) -> str:
    """Return where a filter of a series stands below pagefind/, as a plain file."""
    return f"{VOLUMES}/{series}/{name}.pf_filter"


def stack(parts: Iterable[bytes]) -> bytes:
    """Return a volume of these parts, one for each shard."""
    return b"".join(len(part).to_bytes(_SIZE_BYTES, "little") + part for part in parts)


def _cut(shards: Sequence[Words], listed: Sequence[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield the first and the last word of each volume."""
    sizes: dict[str, int] = {}
    for held, words in zip(shards, listed, strict=True):
        for word, size in zip(words, held.sizes(), strict=True):
            sizes[word] = sizes.get(word, 0) + size
    first = last = ""
    filled = 0
    for word in sorted(sizes):
        size = sizes[word]
        is_end = filled >= LEAST_BYTES and zlib.crc32(word.encode()) % _ENDS == 0
        if filled and (is_end or filled + size > MOST_BYTES):
            yield first, last
            filled = 0
        if not filled:
            first = word
        last = word
        filled += size
    if filled:
        yield first, last


def read_volume(content: bytes, count: int) -> list[bytes]:
    """Return the parts of an unpacked volume, one for each of `count` shards, some of them empty.

    Raises:
        DamagedError: it has another form.
    """
    parts: list[bytes] = []
    at = 0
    while at < len(content):
        start = at + _SIZE_BYTES
        at = start + int.from_bytes(content[at:start], "little")
        parts.append(content[start:at])
    if at != len(content) or len(parts) != count:
        raise DamagedError(f"does not hold the words of {count} parts of the index")
    return parts


class Unbinding:
    """Takes the volumes of a series apart again, one by one, in their order."""

    def __init__(self, count: int) -> None:
        """Take the number of shards in the series."""
        self._shards: list[list[Words]] = [[] for _ in range(count)]

    def take(self, content: bytes) -> None:
        """Take the next volume, unpacked.

        Raises:
            DamagedError: it has another form.
        """
        for parts, part in zip(self._shards, read_volume(content, len(self._shards)), strict=True):
            if part:
                parts.append(split_words(part))

    def words(self) -> list[Words]:
        """Return the words of each shard.

        Raises:
            DamagedError: they are not in order.
        """
        return [join_words(parts) for parts in self._shards]
