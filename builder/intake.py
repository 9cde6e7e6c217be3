"""Content on disk -> records: scan, read, parse, convert; what is remembered is not done again.

Each file is worked on by itself, in whichever process is free. What it gave is kept packed, under
the digest of its bytes; the same bytes under the same settings give the same record for ever.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from builder.basics.halves import cut, front_digest
from builder.basics.nearest import did_you_mean
from builder.basics.problems import Location, Outcome, Problem, problem
from builder.disk.memory import Bodies, FreshSource, Memory, StoredSource
from builder.disk.packing import (
    pack_body,
    pack_record,
    unpack_body,
    unpack_record,
)
from builder.disk.texts import MAX_TEXT, decode, read_bytes
from builder.prose import convert, convert_inert
from builder.reading import parse_article, parse_notice, parse_page, parse_term, split
from builder.workers import chunks, ordered_map

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from builder.basics.halves import Prose
    from builder.disk.listing import Listing
    from builder.disk.pack import Place
    from builder.model.content import Body, Head, Record
    from builder.model.settings import Settings
    from builder.model.source import SourceFile, SourceText

_AT_ONCE: Final = 32
"""Files that are read before they are parsed, so that the kernel does not come in between."""

FEW: Final = 256
"""Files that one process reads sooner than others can be started (measured: 25 ms)."""


@dataclass(slots=True)
class Intake:
    """What the files of content/ say."""

    records: dict[str, Record] = field(default_factory=dict)
    """By path, in order of path."""
    bodies: LazyBodies = field(default_factory=lambda: LazyBodies(None, {}))
    problems: list[Problem] = field(default_factory=list)
    read: int = 0
    """Files that were parsed; the others were remembered."""

    @property
    def broken(self) -> frozenset[str]:
        """Paths of the files that could not be used."""
        return frozenset(path for path, found in self.records.items() if found.head is None)


class LazyBodies:
    """Bodies by path of file, unpacked when asked for; from the memory, else from what is held."""

    def __init__(self, stored: Bodies | None, held: Mapping[str, bytes | None]) -> None:
        """Take a memory's bodies, and those that are in no memory; None: the file has none now."""
        self._stored = stored
        self._held = held

    def get(self, path: str) -> Body | None:
        """Return the body of a file, or None where it has none."""
        packed = self._held.get(path)
        if packed is None and self._stored is not None and path not in self._held:
            packed = self._stored.get(path)
        return None if packed is None else unpack_body(packed)

    def with_others(self, held: Mapping[str, bytes | None]) -> LazyBodies:
        """Return these bodies with others in place of some."""
        return LazyBodies(self._stored, {**self._held, **held})

    def replace(self, held: Mapping[str, bytes | None]) -> None:
        """Put others in place of some, for whoever asks from now on."""
        self._held = {**self._held, **held}


def take_in(
    root: Path,
    listing: Listing,
    settings: Settings,
    memory: Memory | None,
    jobs: int,
    meanwhile: Callable[[], None] | None = None,
) -> Intake:
    """Return what all files of content/ say; those that changed are read, by `jobs` processes.

    Without a memory everything is read and nothing is kept. `meanwhile` is called while others
    read, where there is much to read.

    Raises:
        MemoryDamagedError: the memory cannot be trusted.
    """
    found = Intake()
    before = _remembered(settings, memory)
    todo: list[tuple[SourceFile, bytes, StoredSource | None]] = []
    order: list[str] = []
    places: dict[str, Place] = {}
    records: dict[str, Record] = {}
    for place, file in _texts(listing, settings, found.problems):
        path = file.path
        order.append(path)
        stored = before.get(path)
        mark = listing.mark(place)
        if stored is None or stored.mark != mark:
            todo.append((file, mark, stored))
            continue
        records[path] = unpack_record(stored.record)
        if stored.body is not None:
            places[path] = stored.body
    held: dict[str, bytes] = {}
    for batch in _read_all(root, todo, settings, jobs, meanwhile):
        for path, _ in batch.touched:
            stored = before[path]
            records[path] = unpack_record(stored.record)
            if stored.body is not None:
                places[path] = stored.body
        for source in batch.fresh:
            records[source.path] = unpack_record(source.record)
        found.read += sum(source.digest != b"" for source in batch.fresh)
        if memory is None:
            held.update((s.path, s.body) for s in batch.fresh if s.body is not None)
        else:
            places.update(memory.put_sources(batch.fresh))
            memory.touch_sources(batch.touched)
    for path in order:
        record = found.records[path] = records[path]
        found.problems += record.problems
    if memory is None:
        found.bodies = LazyBodies(None, held)
    else:
        memory.drop_sources(before.keys() - set(order))
        memory.commit()
        found.bodies = LazyBodies(memory.bodies(places), held)
    return found


def take_in_again(
    root: Path,
    listing: Listing,
    settings: Settings,
    before: Intake,
    changed: Collection[str],
    memory: Memory | None = None,
) -> Intake:
    """Return what all files of content/ say, by one that knows what they said `before`.

    `changed` are the paths of all that were touched or came since then; the settings read files as
    they did. In this process; a memory, if any, learns of them.
    """
    found = Intake()
    texts = list(_texts(listing, settings, found.problems))
    known = before.records
    todo = [
        (file, listing.mark(place), None)
        for place, file in texts
        if file.path in changed or file.path not in known
    ]
    read = _Reader(root, settings, todo)(range(len(todo))).fresh
    fresh = {source.path: unpack_record(source.record) for source in read}
    for _, file in texts:
        record = fresh.get(file.path) or known[file.path]
        found.records[file.path] = record
        found.problems += record.problems
    found.bodies = before.bodies.with_others({source.path: source.body for source in read})
    found.read = len(todo)
    if memory is not None:
        memory.put_sources(read)
        memory.drop_sources(known.keys() - found.records.keys())
    return found


def read_again(
    root: Path, files: Iterable[SourceFile], settings: Settings
) -> tuple[dict[str, Record], dict[str, bytes | None]]:
    """Return what these files say: records and packed bodies, by path."""
    todo = [(file, b"", None) for file in files]
    fresh = _Reader(root, settings, todo)(range(len(todo))).fresh
    records = {source.path: unpack_record(source.record) for source in fresh}
    return records, {source.path: source.body for source in fresh}


def _texts(
    listing: Listing, settings: Settings, problems: list[Problem]
) -> Iterator[tuple[int, SourceFile]]:
    """Yield place and file of every text, and report those that stand where none is kept."""
    known = ("articles", "notices", "pages", *settings.term_kinds)
    for place, file in enumerate(listing.files):
        path = file.path
        if path.startswith("content/articles/") and path.endswith(".md"):
            yield place, file  # nearly all are
            continue
        if not path.endswith(".md") or path.startswith("content/media/"):
            continue
        folder = path.split("/", 2)[1] if path.count("/") > 1 else ""
        if folder in known:
            yield place, file
            continue
        message = "no part of the archive is kept in this folder"
        hint = did_you_mean(folder, known) or "known are " + ", ".join(sorted(known))
        problems.append(problem("unknown-folder", message, Location(path), hint))


def _remembered(settings: Settings, memory: Memory | None) -> dict[str, StoredSource]:
    """Return what is known of content/, nothing where it was read under other settings."""
    if memory is None:
        return {}
    key = repr(settings.reading_key).encode()
    if memory.get("reading") != key:
        memory.forget_sources()
        memory.put("reading", key)
        return {}
    return memory.sources()


class _Batch(NamedTuple):
    """What a run of files gave."""

    fresh: list[FreshSource]
    """Of files that were parsed, or could not be read: those have no digest."""
    touched: list[tuple[str, bytes]]
    """Path and mark of files that have the bytes that they had before."""

    def __reduce__(self) -> tuple[Callable[..., _Batch], tuple[object, ...]]:
        """Travel as plain tuples, which do so four times as fast as named ones."""
        return _arrived, ([tuple(source) for source in self.fresh], self.touched)


def _arrived(fresh: list[tuple[Any, ...]], touched: list[tuple[str, bytes]]) -> _Batch:
    return _Batch([FreshSource._make(values) for values in fresh], touched)


def _read_all(
    root: Path,
    todo: Sequence[tuple[SourceFile, bytes, StoredSource | None]],
    settings: Settings,
    jobs: int,
    meanwhile: Callable[[], None] | None,
) -> Iterable[_Batch]:
    if len(todo) <= FEW:
        jobs = 1
    work = _Reader(root, settings, todo)
    runs = chunks(range(len(todo)), jobs, least=32, most=256)
    return ordered_map(work, _light(runs, todo), jobs, meanwhile=meanwhile)


def _light(
    runs: Iterable[Sequence[int]], todo: Sequence[tuple[SourceFile, bytes, StoredSource | None]]
) -> list[Sequence[int]]:
    """Return these runs of files, parted where together they hold more than one file may."""
    parts: list[Sequence[int]] = []
    for run in runs:
        start = size = 0
        for place, number in enumerate(run):
            size += todo[number][0].size_bytes
            if size > MAX_TEXT and place > start:
                parts.append(run[start:place])
                start, size = place, todo[number][0].size_bytes
        parts.append(run[start:])
    return parts


class _Reader:
    """Reads a run of files; one value, so that workers find it in their copy of the memory."""

    def __init__(
        self,
        root: Path,
        settings: Settings,
        todo: Sequence[tuple[SourceFile, bytes, StoredSource | None]],
    ) -> None:
        self.root = str(root)
        self.settings = settings
        self.todo = todo

    def __call__(self, numbers: Sequence[int]) -> _Batch:
        done = _Batch([], [])
        for start in range(0, len(numbers), _AT_ONCE):
            self._read(numbers[start : start + _AT_ONCE], done)
        return done

    def _read(self, numbers: Sequence[int], done: _Batch) -> None:
        """Read a few files, then parse them all."""
        fresh, touched = done
        todo = [self.todo[number] for number in numbers]
        found = [read_bytes(self.root, file) for file, _, _ in todo]
        for (file, mark, stored), data in zip(todo, found, strict=True):
            path = file.path
            if data.value is None:
                record = pack_record(path, b"", b"", None, None, data.problems)
                # Nothing is known of its bytes, so it is looked at again next time.
                fresh.append(FreshSource.of(path, b"", b"", record, None))
                continue
            digest = hashlib.sha256(data.value).digest()
            if stored is not None and stored.digest == digest:
                touched.append((path, mark))
                continue
            record, body = record_of(data.value, digest, path, self.settings)
            fresh.append(FreshSource.of(path, mark, digest, record, body))


def record_of(
    data: bytes, digest: bytes, path: str, settings: Settings
) -> tuple[bytes, bytes | None]:
    """Return the packed record and body of one file's bytes. Pure: it knows no other file."""
    text = decode(data, path)
    if text.value is None:
        return pack_record(path, digest, b"", None, None, text.problems), None
    halves = cut(text.value.text)
    front = b"" if halves is None else front_digest(halves)
    head, body, problems = prepare(text.value, halves, path.split("/", 2)[1], settings)
    if head is None or body is None or body.is_empty:
        return pack_record(path, digest, front, head, None, problems), None
    return pack_record(path, digest, front, head, body.facts, problems), pack_body(body)


def prepare(
    text: SourceText, halves: tuple[str, Prose] | None, folder: str, settings: Settings
) -> tuple[Head | None, Body | None, tuple[Problem, ...]]:
    """Return what one file says, given its halves too. Pure: it knows no other file."""
    parts = split(text, halves)
    problems = list(parts.problems)
    if parts.value is None:
        return None, None, tuple(problems)
    head, prose = parts.value
    parsed: Outcome[Any]
    if folder == "articles":
        parsed = parse_article(head, text.path, settings)
    elif folder == "notices":
        parsed = parse_notice(head, text.path, settings)
    elif folder == "pages":
        parsed = parse_page(head, text.path, settings)
    else:
        parsed = parse_term(head, text.path, folder, settings)
    problems += parsed.problems
    to_html = convert_inert if folder == "notices" else convert
    body = to_html(prose.text, path=text.path, first_line=prose.first_line)
    problems += body.problems
    return parsed.value, body.value, tuple(problems)
