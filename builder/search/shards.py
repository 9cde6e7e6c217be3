"""Which articles share an index: one language and one span of whole days each, oldest first.

Pure: the same articles give the same plan. Shards are cut at the roundest day near their full
size, so that an old article that comes or goes moves the cuts near it and no others: at the next
round date they fall into step again. The recent end is small, as in a log-structured store, so
that today's article costs little; what outgrows it is merged into the shard before, and that one
stays as it is once it is full. Full shards stand in series, whose word lists are bound together.
"""

from __future__ import annotations

import datetime as dt
import zlib
from itertools import accumulate
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

MOST_PAGES: Final = 5_000
"""Of one shard, whatever the archive's size."""

SMALL_ARCHIVE: Final = 20_000
MIDDLING_ARCHIVE: Final = 50_000
LARGE_ARCHIVE: Final = 200_000

SERIES: Final = 10
"""Full shards whose word lists are bound together, at most: see `builder.search.volumes`."""

_WINDOW: Final = 0.96
"""A full shard holds at least so much of its full size, where a day ends in between."""

_FRAME_BYTES: Final = 8_000
"""Of a page that are not its article's words: head, navigation, foot, all tags; our theme's."""
_LEAST_SHARE: Final = 3
"""Of a theme with less around it, a page's words are at least a third."""

MOST_TEXT_BYTES: Final = 16_000_000
"""Of one shard: two and a half million words, for which Pagefind takes 1.1 GiB."""

_FIRST_MONDAY: Final = 1
"""dt.date.fromordinal(1) is a Monday."""


class Page(NamedTuple):
    """A page to be found."""

    url: str
    """From the site's root, no leading slash."""
    lang: str
    day: int | None
    """The earliest day it may be of, as `datetime.date.toordinal` counts; None: undated."""
    size_bytes: int = 0
    """Of its file."""


class Shard(NamedTuple):
    """Pages that are indexed together."""

    path: str
    """Its folder below `pagefind/`: `en-1987-06-29`."""
    lang: str
    """In small letters, as Pagefind writes it."""
    pages: tuple[Page, ...]
    """Undated ones first, then oldest first: Pagefind numbers them in this order."""
    slack: int
    """By how many bytes its pages together may grow before the plan could be another one; -1: the
    plan depends on their size already."""
    series: str = ""
    """The path of the first of the shards with which its word lists are bound; "": they are not."""


def plan_shards(pages: Iterable[Page]) -> tuple[Shard, ...]:
    """Return the shards of all these pages, by language, oldest first."""
    by_lang: dict[str, list[Page]] = {}
    for page in pages:
        by_lang.setdefault(page.lang.lower(), []).append(page)
    shards: list[Shard] = []
    for lang in sorted(by_lang):
        ordered = sorted(by_lang[lang], key=lambda page: (page.day or 0, page.url))
        shards += _plan_language(lang, ordered)
    return tuple(shards)


def text_bytes(size_bytes: int) -> int:
    """Return how much of a page's size is its article's, about."""
    return max(size_bytes // _LEAST_SHARE, size_bytes - _FRAME_BYTES)


def full_size(count: int) -> int:
    """Return how many pages a full shard holds in a language of `count` articles."""
    if count <= SMALL_ARCHIVE:
        return 800
    if count <= MIDDLING_ARCHIVE:
        return 2_000
    return 2_500 if count <= LARGE_ARCHIVE else MOST_PAGES


def _plan_language(lang: str, pages: Sequence[Page]) -> list[Shard]:
    full = full_size(len(pages))
    cutter = _Cutter(pages)
    cuts = [0]
    slacks: list[int] = []
    while len(pages) - cuts[-1] >= full or cutter.is_too_long(cuts[-1], len(pages)):
        cut, slack = cutter.next_cut(cuts[-1], full)
        cuts.append(cut)
        slacks.append(slack)
    closed = len(slacks)
    recent = max(800, full // 5)
    start, at = cuts[-1], cuts[-1]
    while len(pages) - at >= recent and recent < full:
        at, _ = cutter.next_cut(at, recent)
    slack = MOST_TEXT_BYTES - cutter.text_bytes(start, len(pages))
    for cut in (at, len(pages)):
        if cut > cuts[-1]:
            cuts.append(cut)
            slacks.append(slack)
    shards: list[Shard] = []
    names: dict[str, int] = {}
    for start, end, slack in zip(cuts, cuts[1:], slacks, strict=False):
        first = pages[start].day
        name = f"{lang}-{'undated' if first is None else dt.date.fromordinal(first).isoformat()}"
        names[name] = names.get(name, 0) + 1
        path = name if names[name] == 1 else f"{name}-{names[name]}"
        shards.append(Shard(path, lang, tuple(pages[start:end]), slack))
    return [*_in_series(shards[:closed]), *shards[closed:]]


def _in_series(shards: Sequence[Shard]) -> Iterator[Shard]:
    """Yield the full shards of a language, put into series from the oldest on."""
    for first in range(0, len(shards), SERIES):
        members = shards[first : first + SERIES]
        series = members[0].path if len(members) > 1 else ""
        yield from (shard._replace(series=series) for shard in members)


class _Cutter:
    """Finds where to cut a language's pages."""

    def __init__(self, pages: Sequence[Page]) -> None:
        self._days = [page.day for page in pages]
        self._urls = [page.url for page in pages]
        sizes = (text_bytes(page.size_bytes) for page in pages)
        self._sizes = list(accumulate(sizes, initial=0))

    def text_bytes(self, start: int, end: int) -> int:
        return self._sizes[end] - self._sizes[start]

    def is_too_long(self, start: int, end: int) -> bool:
        return end - start > 1 and self.text_bytes(start, end) > MOST_TEXT_BYTES

    def next_cut(self, start: int, full: int) -> tuple[int, int]:
        """Return where the shard that begins at `start` ends, and its slack."""
        end = min(start + full, len(self._days))
        slack = MOST_TEXT_BYTES - self.text_bytes(start, end)
        if slack < 0:
            slack = -1
            while self.is_too_long(start, end):
                end -= 1
        least = start + max(1, int((end - start) * _WINDOW))
        return max(range(least, end + 1), key=self._rank), slack

    def _rank(self, at: int) -> tuple[int, int, int]:
        """Return how well the pages can be cut at `at`.

        Best is the roundest day, of several the last. Where no day begins, an address decides that
        is told by itself alone (as content-defined chunking does): one page more or less before it
        does not move it.
        """
        if at == len(self._days):
            return -2, 0, 0
        roundness = self._roundness(at)
        if roundness >= 0:
            return roundness, at, 0
        return -1, zlib.crc32(self._urls[at].encode()), at

    def _roundness(self, at: int) -> int:
        """Return how round the day is that begins at `at`; -1 where none does."""
        ordinal, before = self._days[at], self._days[at - 1]
        if ordinal == before:
            return -1
        if ordinal is None or before is None:
            return 4
        day, last = dt.date.fromordinal(ordinal), dt.date.fromordinal(before)
        if day.year != last.year:
            return 4
        if (day.month - 1) // 3 != (last.month - 1) // 3:
            return 3
        if day.month != last.month:
            return 2
        monday = (ordinal - _FIRST_MONDAY) // 7 != (before - _FIRST_MONDAY) // 7
        return 1 if monday else 0
