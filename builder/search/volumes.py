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

import re
import zlib
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.digests import sha256_hex
from builder.search.formats import DamagedError, cbor_head, read_cbor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Words = dict[str, bytes]
"""The words of a shard in order, each with its entry: the word, its pages, its other spellings.

In order of code points, which is Python's own."""

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


class Volumes(NamedTuple):
    """The word lists of a series, bound."""

    starts: tuple[str, ...]
    """The first letters of each, no more than tell it from the last word of the one before."""
    names: tuple[str, ...]
    contents: tuple[bytes, ...]
    """Not packed."""
    chunks: tuple[tuple[tuple[str, str, int], ...], ...]
    """For each shard: its first and its last word in a volume, and that volume's number."""


def bind(shards: Sequence[Words]) -> Volumes:
    """Return the volumes of these shards."""
    chunks: list[list[tuple[str, str, int]]] = [[] for _ in shards]
    starts: list[str] = []
    contents: list[bytes] = []
    last = ""
    for number, words in enumerate(_cut(shards)):
        starts.append(_start(last, words[0]))
        last = words[-1]
        parts: list[bytes] = []
        for shard, own in zip(shards, chunks, strict=True):
            here = [word for word in words if word in shard]
            if here:
                own.append((here[0], here[-1], number))
            parts.append(_join([shard[word] for word in here]))
        contents.append(stack(parts))
    return Volumes(
        tuple(starts), name_volumes(contents), tuple(contents), tuple(map(tuple, chunks))
    )


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


def _cut(shards: Sequence[Words]) -> Iterator[list[str]]:
    """Yield the words of each volume."""
    sizes: dict[str, int] = {}
    for shard in shards:
        for word, entry in shard.items():
            sizes[word] = sizes.get(word, 0) + len(entry)
    words: list[str] = []
    filled = 0
    for word in sorted(sizes):
        size = sizes[word]
        is_end = filled >= LEAST_BYTES and zlib.crc32(word.encode()) % _ENDS == 0
        if words and (is_end or filled + size > MOST_BYTES):
            yield words
            words, filled = [], 0
        words.append(word)
        filled += size
    if words:
        yield words


def _join(entries: Sequence[bytes]) -> bytes:
    """Return a shard's part of a volume."""
    if not entries:
        return b""
    return b"".join((_LISTS, cbor_head(_ARRAY, len(entries)), *entries))


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


def unbind(contents: Iterable[bytes], count: int) -> list[Words]:
    """Return the words of each of `count` shards from the volumes of their series, unpacked.

    Raises:
        DamagedError: one has another form.
    """
    shards: list[Words] = [{} for _ in range(count)]
    for content in contents:
        for words, part in zip(shards, read_volume(content, count), strict=True):
            if part:
                words.update(split_words(part))
    return shards


def split_words(content: bytes) -> Words:
    """Return the words of an unpacked word list.

    Raises:
        DamagedError: it has another form.
    """
    try:
        words = dict(_entries(content))
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError("is not a list of words") from error
    if any(after < word for word, after in pairwise(words)):
        raise DamagedError("does not list its words in order")
    return words


def _entries(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield each word with its entry.

    Of an entry nothing is read but texts: all else a regular expression skips, which is quick.
    """
    if not content.startswith(_LISTS):
        raise ValueError(content[:1])
    # An array's head tells how many entries follow, as a number's does of what kind it is not.
    count, at = read_cbor(bytes((content[1] & 0x1F,)) + content[2:10])
    at += 1
    end = len(content)
    skip = _NO_TEXT.match
    while at < end:
        if content[at] != _WORD:
            raise ValueError(content[at])
        start = at
        word, at = read_cbor(content, start + 1)
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
        if not isinstance(word, str):
            raise TypeError(word)
        count -= 1
        yield word, content[start:at]
    if count:
        raise ValueError(count)
