"""Which pages a word is on and how much it weighs there, without its places: what a query needs.

Of a word list of Pagefind's most bytes are places, which only phrases need. So the full shards of
a language have their words once more without them, those of several series bound in one group: a
word that nearly every page has costs a reader half a byte for each, and one file for the group. A
file of a group is made of parts as a volume is (`builder.search.volumes`), and holds the words of
as many letters as that volume of its first series which has its number.

A part is empty, or four things one behind another, numbers and texts written as CBOR (RFC 8949):
its words, joined by line feeds; the number of bytes of what follows; for each word, the number of
bytes of its lists; the lists. A word has one list, and one more for each other spelling, with that
text before it. A list is the number of pages; the difference of each page to the one before; what
the word weighs on each, in 24ths, by how many places of usual weight that is, or as a negative
number where it is none such; and how many of the pages have the word in a meta field, each by its
place in the list (the difference again) and one bit for each field. Pure.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from builder.search.formats import DamagedError, cbor_head, read_cbor
from builder.search.volumes import VOLUMES

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from builder.search.words import Words

GROUP: Final = 4
"""Series of one language that share the files of a group, at most."""

_USUAL: Final = 24
"""What a place weighs in a text."""
_UNWEIGHED: Final = 25
"""What a place weighs before which no weight is written."""
_MOST_WEIGHT: Final = 65_535
_MOST_FIELD: Final = 7

_NUMBER: Final = rb"(?:[\x00-\x17]|\x18.|\x19..|\x1a.{4})"
_NEGATIVE: Final = rb"(?:[\x20-\x37]|\x38.|\x39..|\x3a.{4})"
_ARRAY: Final = rb"(?:[\x80-\x97]|\x98.|\x99..|\x9a.{4})"
_EITHER: Final = rb"(?:" + _NUMBER + rb"|" + _NEGATIVE + rb")"

_NUMBERS: Final = re.compile(_NUMBER, re.DOTALL)
_NEGATIVES: Final = re.compile(rb"(" + _NEGATIVE + rb")|" + _NUMBER, re.DOTALL)
_RUNS: Final = re.compile(rb"(" + _NEGATIVE + rb"?)(" + _NUMBER + rb"*+)", re.DOTALL)

_PAGE: Final = re.compile(
    # The page; places of one weight in the text alone, as most are; or any, and those in fields.
    rb"\x83(" + _NUMBER + rb")(?:(" + _ARRAY + _NEGATIVE + rb")" + _NUMBER + rb"*+\x80"
    rb"|" + _ARRAY + rb"(" + _EITHER + rb"*+)" + _ARRAY + rb"(" + _EITHER + rb"*+))",
    re.DOTALL,
)
_HEAD: Final = re.compile(_ARRAY, re.DOTALL)
_PAGES: Final = re.compile(
    rb"(?:\x83" + _NUMBER + _ARRAY + _EITHER + rb"*+" + _ARRAY + _EITHER + rb"*+)*+", re.DOTALL
)


class _Arguments(dict[bytes, int]):
    """The argument of each head of an item."""

    def __missing__(self, head: bytes) -> int:
        small = head[0] & 31
        value = self[head] = small if small < 24 else int.from_bytes(head[1:])
        return value


class _Weights(dict[bytes, bytes]):
    """What is written of places that begin so: how many items they are, the first their weight."""

    def __missing__(self, beginning: bytes) -> bytes:
        head = _HEAD.match(beginning)
        if head is None:
            raise KeyError(beginning)
        places = _ARGUMENTS[head[0]] - 1
        value = self[beginning] = _weight(places * _ARGUMENTS[beginning[head.end() :]])
        return value


_ARGUMENTS: Final = _Arguments()
_WEIGHTS: Final = _Weights()


def posting_path(group: str, name: str) -> str:
    """Return where a file of a group stands below pagefind/, as a plain file."""
    return f"{VOLUMES}/{group}/{name}.pf_postings"


def groups_of(series: Iterable[tuple[str, str]]) -> dict[str, tuple[str, ...]]:
    """Return the series of each group, by the first one's path, from all: language and path.

    Those of a language are given from the oldest on, and may be given several times.
    """
    by_lang: dict[str, dict[str, None]] = {}
    for lang, path in series:
        if path:
            by_lang.setdefault(lang, {})[path] = None
    groups: dict[str, tuple[str, ...]] = {}
    for found in map(tuple, by_lang.values()):
        for first in range(0, len(found), GROUP):
            groups[found[first]] = found[first : first + GROUP]
    return groups


def postings_of(words: Words, known: Mapping[bytes, bytes] | None = None) -> bytes:
    """Return the part of all the words of a shard.

    `known` are the lists of entries for which they have been asked before.

    Raises:
        DamagedError: an entry has another form.
    """
    known = known or {}
    lists = [known.get(entry) or lists_of(entry) for entry in words.entries()]
    return _part(list(words), [cbor_head(0, len(one)) for one in lists], b"".join(lists))


def _part(words: Sequence[str], sizes: Sequence[bytes], lists: bytes) -> bytes:
    if not words:
        return b""
    text = "\n".join(words).encode()
    listed = b"".join(sizes)
    return b"".join((cbor_head(3, len(text)), text, cbor_head(0, len(listed)), listed, lists))


def lists_of(entry: bytes) -> bytes:
    """Return the lists of a word, from its entry in a word list.

    Raises:
        DamagedError: it has another form.
    """
    try:
        return _lists(entry)
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError("is not a list of words") from error


def _lists(entry: bytes) -> bytes:
    _, at = read_cbor(entry, 1)
    count, at = _array(entry, at)
    pages = _PAGE.findall(entry, at)
    if len(pages) == count and entry.endswith(b"\x80"):
        return _list(pages)  # other spellings would have pages too
    found, at = _list_at(entry, at, count)
    parts = [found]
    spellings, at = _array(entry, at)
    for _ in range(spellings):
        start = at + 1
        text, at = read_cbor(entry, start)
        if not isinstance(text, str):
            raise TypeError(text)
        parts.append(entry[start:at])
        count, at = _array(entry, at)
        found, at = _list_at(entry, at, count)
        parts.append(found)
    if at != len(entry):
        raise ValueError(at)
    return b"".join(parts)


def _array(entry: bytes, at: int) -> tuple[int, int]:
    """Return how many items an array has, and where they begin."""
    head = entry[at]
    if head < 0x98:
        return head & 31, at + 1
    end = at + 1 + (1 << ((head & 31) - 24))
    return int.from_bytes(entry[at + 1 : end]), end


def _list_at(entry: bytes, at: int, count: int) -> tuple[bytes, int]:
    """Return a list of so many pages, and where these end."""
    run = _PAGES.match(entry, at)
    assert run is not None  # noqa: S101 - for mypy: it matches nothing, too
    pages = _PAGE.findall(entry, at, run.end())
    if len(pages) != count:
        raise ValueError(count)
    return _list(pages), run.end()


def _list(found: list[tuple[bytes, bytes, bytes, bytes]]) -> bytes:
    in_fields: list[bytes] = []
    try:
        weights = [_WEIGHTS[places] for _, places, _, _ in found]
    except KeyError:
        weights = [_WEIGHTS[alike] if alike else _sum(places) for _, alike, places, _ in found]
        last = 0
        for number, (_, _, _, fields) in enumerate(found):
            if fields:
                in_fields += (cbor_head(0, number - last), cbor_head(0, _bits(fields)))
                last = number
    pages = [page for page, _, _, _ in found]
    head, fields = cbor_head(0, len(found)), cbor_head(0, len(in_fields) // 2)
    return b"".join((head, *pages, *weights, fields, *in_fields))


def _sum(places: bytes) -> bytes:
    """Return what places weigh together, each as much as the negative number before it says."""
    total = 0
    for negative, run in _RUNS.findall(places):
        weight = _ARGUMENTS[negative] if negative else _UNWEIGHED
        total += weight * len(_NUMBERS.findall(run))
    return _weight(total)


def _weight(total: int) -> bytes:
    total = min(total, _MOST_WEIGHT)
    whole, rest = divmod(total, _USUAL)
    return cbor_head(1, total) if rest else cbor_head(0, whole)


def _bits(places: bytes) -> int:
    """Return one bit for each field that these places are in."""
    bits = 0
    for negative in _NEGATIVES.findall(places):
        if negative:
            bits |= 1 << min(_ARGUMENTS[negative], _MOST_FIELD)
    return bits


class _Contents:
    """A part, taken apart."""

    def __init__(self, part: bytes) -> None:
        try:
            text, at = read_cbor(part)
            size, at = read_cbor(part, at)
            self.words: list[str] = text.split("\n")
            self.sizes: list[bytes] = _NUMBERS.findall(part, at, at + size)
        except (ValueError, TypeError, IndexError, AttributeError) as error:
            raise DamagedError("is not a list of words") from error
        self._part = part
        self.starts = list(accumulate((_ARGUMENTS[one] for one in self.sizes), initial=at + size))
        if len(self.words) != len(self.sizes) or self.starts[-1] != len(part):
            raise DamagedError("is not a list of words")

    def cut(self, first: int, end: int) -> bytes:
        lists = self._part[self.starts[first] : self.starts[end]]
        return _part(self.words[first:end], self.sizes[first:end], lists)


def divide_postings(part: bytes, starts: Sequence[str]) -> list[bytes]:
    """Return a part as several: from each of these letters to the next, the first from any on.

    Raises:
        DamagedError: it has another form.
    """
    if not part:
        return [b""] * len(starts)
    held = _Contents(part)
    cuts = [0, *(bisect_left(held.words, start) for start in starts[1:]), len(held.words)]
    return [held.cut(first, end) for first, end in pairwise(cuts)]


def join_postings(parts: Iterable[bytes]) -> bytes:
    """Return parts of one shard, of words one behind another, as one.

    Raises:
        DamagedError: one has another form.
    """
    kept = [part for part in parts if part]
    if len(kept) < 2:
        return b"".join(kept)
    words: list[str] = []
    sizes: list[bytes] = []
    lists: list[bytes] = []
    for held, part in ((_Contents(part), part) for part in kept):
        words += held.words
        sizes += held.sizes
        lists.append(part[held.starts[0] :])
    return _part(words, sizes, b"".join(lists))


def words_of_postings(part: bytes) -> list[str]:
    """Return the words of a part.

    Raises:
        DamagedError: it has another form.
    """
    return _Contents(part).words if part else []
