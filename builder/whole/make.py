"""From the plan to the staging folder: what is not as it was is made, the rest taken over."""

from __future__ import annotations

import hashlib
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.problems import TemplateError
from builder.disk.ahead import aside
from builder.disk.memory import StoredFile
from builder.disk.write import Written
from builder.imaging import copy_of, forget_copies, published
from builder.model.pictures import copy_url
from builder.pages.stored import pack_known
from builder.workers import chunks, ordered_map, spread

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from builder.basics.problems import Problem
    from builder.disk.memory import Memory
    from builder.disk.write import Staging
    from builder.model.output import Output
    from builder.model.page import Page
    from builder.request import BuildRequest, Seen, Stages
    from builder.whole.prepare import Plan

MANY_PAGES: Final = 4_000
"""Pages whose keys two processes make sooner than one, and which have much in common."""

_NO_KEY: Final = bytes(16)

AT_ONCE: Final = 32
"""Pages that are made before they are written. The kernel's work in between is dear: what the
processor has at hand for making pages has to be fetched again after each time."""

_MUCH: Final = 4 << 20
"""Bytes of pages after which they are written, though they are few."""

_UNWRITTEN: Final = Written("", 0, 0)

FEW_PAGES: Final = 200
"""Pages that one process makes sooner than others can be started."""

MOST_PAGES: Final = 40_000
"""Made by the same processes, about: after some more each would have most of the plan twice.

They share our memory until they write to it, and to look at a value is to count who uses it."""


def page_keys(prepared: Plan, jobs: int = 1) -> dict[str, bytes]:
    """Return the digest of all that each page is made of, by address; none for some.

    With more than one of `jobs` two processes share the work.
    """
    pages, shared = prepared.pages, prepared.shared

    def keys(part: Sequence[Page]) -> bytes:
        found = (_page_key(page, shared) or _NO_KEY for page in part)
        return b"".join(found)

    half = len(pages) // 2 if jobs > 1 and len(pages) > MANY_PAGES else 0
    rest = aside(lambda: [keys(pages[:half])]) if half else bytes
    mine = keys(pages[half:])
    told = rest() + mine
    found = {page.url: told[at : at + 16] for page, at in zip(pages, count(0, 16), strict=False)}
    return {url: key for url, key in found.items() if key != _NO_KEY}


def _page_key(page: Page, shared: bytes) -> bytes:
    """Return the digest of all that a page is made of; b"" for those that have none."""
    if page.key is None:
        return b""
    parts = (shared, page.template.encode(), b"\0", page.lang.encode(), b"\0", page.key())
    return hashlib.blake2b(b"".join(parts), digest_size=16).digest()


def make_pages(
    prepared: Plan,
    keys: dict[str, bytes],
    kept: dict[str, StoredFile],
    staging: Staging,
    memory: Memory,
    jobs: int,
    stages: Stages,
) -> tuple[int, tuple[tuple[str, float], ...]]:
    """Make the pages that are not as they were, and take over the others.

    `kept` is what the memory has of the output; it and the memory learn of each page made.
    """
    pages, stale = prepared.pages, list[int]()
    for number, page in enumerate(pages):
        key = keys.get(page.url)
        stored = kept.get(page.url)
        standing = staging.standing.get(page.url)
        if key is None or stored is None or standing is None or stored.key != key:
            stale.append(number)
        else:
            staging.files[page.url] = standing._replace(mtime_ns=0)
    if jobs > 1 and len(stale) > MANY_PAGES:
        prepared.share()
    work = PageMaker(prepared, staging, with_keys=not keys)
    slowest: list[tuple[float, str]] = []
    done = 0
    for batch in _in_runs(work, stale, jobs):
        rows: list[tuple[str, StoredFile]] = []
        for number, sha256, size_bytes, mtime_ns, key, seconds in batch.pages:
            url = pages[number].url
            staging.files[url] = Written(sha256, size_bytes, mtime_ns)
            if key:
                keys[url] = key
            slowest.append((seconds, url))
            if mtime_ns:
                stored = StoredFile(sha256, size_bytes, mtime_ns, keys.get(url, b""))
                kept[url] = stored
                rows.append((url, stored))
        memory.put_files(rows)
        memory.put_pages(batch.articles)
        done += len(batch.pages)
        slowest = sorted(slowest, reverse=True)[:10]
        stages.advance(done, len(stale))
    return len(stale), tuple((url, seconds) for seconds, url in slowest)


class MadePages(NamedTuple):
    """What became of a run of pages. It travels, and plain tuples do so four times as fast."""

    pages: list[tuple[int, str, int, int, bytes, float]]
    """Number, what was written (SHA-256, bytes, time of change), key, seconds."""
    articles: list[tuple[str, str, bytes]]
    """Of those that are articles' pages: whose, where, and what is to be known of it."""


class PageMaker:
    """Makes pages and puts them into the staging folder, in whichever process is free."""

    def __init__(self, prepared: Plan, staging: Staging | None, *, with_keys: bool) -> None:
        """Take the plan, and where the pages go; None: they are made and thrown away.

        `with_keys`: their keys are not known yet, and made on the way.
        """
        self._shared = prepared.shared
        self._with_keys = with_keys
        self._pages = prepared.pages
        self._renderer = prepared.renderer
        self._staging = staging

    def __call__(self, numbers: Sequence[int]) -> MadePages:
        """Make these pages.

        Raises:
            TemplateError: a template is missing or wrong.
        """
        done = MadePages([], [])
        start = 0
        while start < len(numbers):
            start += self._make(numbers[start : start + AT_ONCE], done)
        return done

    def _make(self, numbers: Sequence[int], done: MadePages) -> int:
        """Make a few pages, then write them all; return how many, which is fewer of large ones."""
        from time import perf_counter  # noqa: PLC0415 - timed for the report, never for the output

        pages = [self._pages[number] for number in numbers]
        outputs: list[Output] = []
        moments = [perf_counter()]
        size = 0
        for page in pages:
            output = self._renderer.render(page)
            outputs.append(output)
            moments.append(perf_counter())
            size += len(output.content)
            if size > _MUCH:
                break
        staging = self._staging
        written = [
            _UNWRITTEN if staging is None else staging.add(output.path, output.content)
            for output in outputs
        ]
        for place, (number, page, file) in enumerate(zip(numbers, pages, written, strict=False)):
            key = _page_key(page, self._shared) if self._with_keys else b""
            seconds = moments[place + 1] - moments[place]
            done.pages.append((number, *file, key, seconds))
            if staging is not None and page.links and page.sought and page.origin:
                known = pack_known(page.links(), page.sought())
                done.articles.append((page.origin.path, page.url, known))
        return len(outputs)


def _in_runs(work: PageMaker, numbers: Sequence[int], jobs: int) -> Iterator[MadePages]:
    """Make pages run by run, in other processes where there are enough of them."""
    jobs = 1 if len(numbers) <= FEW_PAGES else jobs
    size = -(-len(numbers) // max(1, -(-len(numbers) // MOST_PAGES)))
    for start in range(0, len(numbers), max(1, size)):
        runs = chunks(numbers[start : start + size], jobs, least=16, most=128)
        yield from ordered_map(work, spread(runs, jobs), jobs, with_caller=True)


def check_pages(
    prepared: Plan, jobs: int, good: AbstractSet[bytes]
) -> tuple[tuple[Problem, ...], dict[str, bytes]]:
    """Return what is wrong with the templates, found by making pages and keeping none.

    Pages whose key is among `good` were made without a fault. Returned are the keys of all pages
    that have one, too, by address.
    """
    numbers: Sequence[int] = range(len(prepared.pages))
    keys: dict[str, bytes] = {}
    if good:
        keys = page_keys(prepared, jobs)
        numbers = [
            number
            for number, page in enumerate(prepared.pages)
            if keys.get(page.url, b"") not in good
        ]
    work = PageMaker(prepared, None, with_keys=not keys)
    try:
        for batch in _in_runs(work, numbers, jobs):
            for number, _, _, _, key, _ in batch.pages:
                if key:
                    keys[prepared.pages[number].url] = key
    except TemplateError as error:
        return error.problems, {}
    return (), keys


def take_files(
    prepared: Plan,
    request: BuildRequest,
    seen: Seen,
    keys: dict[str, bytes],
    before: dict[str, StoredFile],
    staging: Staging,
) -> None:
    """Take the theme's assets and the media in use; a media file is read only when it changed."""
    for asset in prepared.assets:
        staging.add(asset.path, asset.content)
    places = {file.path: place for place, file in enumerate(seen.listing.files)}
    for url in prepared.media:
        mark = seen.listing.mark(places[f"content/{url}"])

        def original(url: str = url) -> bytes:
            return published((request.root / f"content/{url}").read_bytes(), url)

        _take(url, mark, original, keys, before, staging)
        sizes = prepared.pictures.sizes.get(url)
        for width in () if sizes is None else sizes.copies:
            digest = prepared.pictures.digests[url]
            smaller = partial(copy_of, request.root, url, width, digest)
            _take(copy_url(url, width), digest.encode(), smaller, keys, before, staging)
    forget_copies(request.root, prepared.pictures.digests.values())


def _take(
    url: str,
    mark: bytes,
    read: Callable[[], bytes],
    keys: dict[str, bytes],
    before: dict[str, StoredFile],
    staging: Staging,
) -> None:
    """Take one file that is made of another, by which `mark` changes; else it is not read."""
    keys[url] = hashlib.blake2b(mark, digest_size=16).digest()
    stored, standing = before.get(url), staging.standing.get(url)
    if stored is not None and standing is not None and stored.key == keys[url]:
        staging.files[url] = standing._replace(mtime_ns=0)
    else:
        staging.add(url, read())
