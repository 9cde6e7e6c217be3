"""What readers may see of an article's past: the states in which it was public, one after another.

Git keeps drafts, embargoed texts and whatever was put right in silence; an archive's readers are
shown only what was public when its commit was made, and no change that the settings hide. What a
state amounts to is remembered under the name of its blob, which never changes.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from hashlib import blake2b
from typing import TYPE_CHECKING, Final

import msgspec

from builder.basics.dates import ArchiveDate
from builder.basics.problems import Location, Problem, problem
from builder.disk.texts import decode
from builder.model.history import Step
from builder.reading import nodes, parse_article, split
from builder.workers import ordered_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from builder.disk.memory import Memory
    from builder.history import Change, Repository, Trails
    from builder.model.history import Difference
    from builder.model.settings import Settings
    from builder.reading import SplitFile

_TRAILS: Final = "history trails"
_STATES: Final = "history states"
_AT_ONCE: Final = 500
"""Blobs that are held at one time while states are looked at."""
_NOT_SHOWN: Final = frozenset({"extra", "status", "embargo", "notices"})
"""Keys of front matter that are no part of what a reader reads."""


class _State(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of one blob."""

    is_public: bool
    public_from: float
    """Seconds since 1970 at which an embargo ends; 0 without one."""
    shown: bytes
    """Digest of all that a difference shows."""
    text: bytes
    """Digest of title, summary and body."""


class Past:
    """The history of every article that is there now, by path from the archive's root."""

    def __init__(
        self,
        repository: Repository | None,
        steps: dict[str, tuple[Step, ...]],
        zone: str,
        head: str | None = None,
    ) -> None:
        """Take what git told, as of the commit `head`; None: nobody asked."""
        self.head = head
        self._repository = repository
        self._steps = steps
        self._zone = zoneinfo.ZoneInfo(zone)

    def steps(self, path: str) -> tuple[Step, ...]:
        """Return the visible changes of an article, oldest first, its first publication included.

        The first one is left out where the repository does not reach back to it.
        """
        return self._steps.get(path, ())

    def changed(self) -> dict[str, ArchiveDate]:
        """Return the day on which each text last changed after it was first seen, by path."""
        found: dict[str, ArchiveDate] = {}
        for path, steps in self._steps.items():
            for step in reversed(steps):
                if step.before and step.is_text:
                    found[path] = self.day(step)
                    break
        return found

    def day(self, step: Step) -> ArchiveDate:
        """Return the day of a change in the archive's own zone."""
        when = dt.datetime.fromtimestamp(step.seconds, self._zone)
        return ArchiveDate(year=when.year, month=when.month, day=when.day, precision="day")

    def differences(self, steps: Sequence[Step]) -> list[Difference | None]:
        """Return what each of an article's changes changed, in the words of the file.

        None for that with which it came. What the file was is read once for all of them.
        """
        from builder.history import compare  # noqa: PLC0415 - few archives show their history

        changes = [step for step in steps if step.before]
        names = {name for step in changes for name in (step.before, step.after)}
        blobs = {} if self._repository is None else self._repository.blobs(names)
        texts = {name: _shown(blobs.get(name, b"")) for name in names}
        return [
            compare(texts[step.before], texts[step.after]) if step.before else None
            for step in steps
        ]


NO_PAST: Final = Past(None, {}, "UTC")
"""Of an archive that shows none."""
_NOTHING: Final = Past(None, {}, "UTC", "")
"""Of one that would, where there is none to be had."""


def look_back(
    root: Path, settings: Settings, memory: Memory | None, paths: Iterable[str], jobs: int = 1
) -> tuple[Past, tuple[Problem, ...]]:
    """Return the past of the articles at `paths`, and what keeps it from being whole.

    Problems: history-missing, history-shallow.
    """
    from builder.history import open_repository  # noqa: PLC0415
    from builder.history.repository import GitFailedError  # noqa: PLC0415

    place = Location("content/archive.yaml")
    repository = open_repository(root / "content")
    if repository is None:
        message = "there is no git repository to tell the history of the articles"
        hint = "make one with `git init`, install git, or leave `history` out of archive.yaml"
        return _NOTHING, (problem("history-missing", message, place, hint),)
    problems: list[Problem] = []
    if repository.is_shallow():
        message = "the repository was cloned without its beginnings, so the history is not whole"
        hint = "`git fetch --unshallow` gets the rest"
        problems.append(problem("history-shallow", message, place, hint))
    try:
        trails = _trails(repository, memory)
    except GitFailedError as error:
        message = f"git cannot tell the history of the articles: {error}"
        return _NOTHING, (problem("history-missing", message, place),)
    states = _states(repository, trails, memory, paths, settings, jobs)
    steps: dict[str, tuple[Step, ...]] = {}
    for path in paths:
        changes = trails.changes.get(path.removeprefix("content/"), ())
        found = tuple(_visible(changes, trails, states, settings.history.hidden))
        if found and problems and not found[0].before:
            found = found[1:]  # where a shallow clone begins is not where the article did
        if found:
            steps[path] = found
    return Past(repository, steps, settings.time_zone, trails.tip), tuple(problems)


def head_of(root: Path) -> bytes:
    """Return the current commit as a build's situation tells it; b"" without any."""
    from builder.history import open_repository  # noqa: PLC0415

    repository = open_repository(root / "content")
    return b"" if repository is None else (repository.head() or "").encode()


def _trails(repository: Repository, memory: Memory | None) -> Trails:
    """Return the changes of all files; what an earlier build learnt is only added to."""
    from builder.history import Trails, extend, pack_trails, unpack_trails  # noqa: PLC0415

    head = repository.head() or ""
    stored = None if memory is None else memory.get(_TRAILS)
    trails = Trails()
    if stored is not None:
        try:
            trails = unpack_trails(stored)
        except ValueError:
            trails = Trails()
    if trails.tip == head:
        return trails
    if trails.tip and not repository.follows(trails.tip, head):
        trails = Trails()  # another branch, or a history that was written anew
    trails = extend(trails, repository.commits(trails.tip or None, head), head)
    if memory is not None:
        memory.put(_TRAILS, pack_trails(trails))
    return trails


def _states(
    repository: Repository,
    trails: Trails,
    memory: Memory | None,
    paths: Iterable[str],
    settings: Settings,
    jobs: int,
) -> dict[str, _State]:
    """Return what the states of all articles amount to that ever changed, by blob."""
    key = repr(settings.reading_key).encode()
    known: dict[str, _State] = {}
    stored = None if memory is None else memory.get(_STATES)
    if stored is not None:
        try:
            last, known = msgspec.msgpack.decode(stored, type=tuple[bytes, dict[str, _State]])
        except msgspec.MsgspecError:
            last, known = b"", {}
        known = known if last == key else {}
    wanted: list[str] = []
    for path in paths:
        changes = trails.changes.get(path.removeprefix("content/"), ())
        if len(changes) > 1:
            wanted += (change.after for change in changes if change.after not in known)
    wanted = sorted(set(wanted))
    if len(wanted) <= _AT_ONCE:
        jobs = 1
    runs = [wanted[start : start + _AT_ONCE] for start in range(0, len(wanted), _AT_ONCE)]
    for found in ordered_map(_Looker(repository, settings), runs, jobs):
        known.update(found)
    if memory is not None and wanted:
        memory.put(_STATES, msgspec.msgpack.encode((key, known)))
    return known


class _Looker:
    """Looks at a run of blobs, in whichever process is free."""

    def __init__(self, repository: Repository, settings: Settings) -> None:
        self._repository = repository
        self._settings = settings

    def __call__(self, names: Sequence[str]) -> list[tuple[str, _State]]:
        blobs = self._repository.blobs(names)
        return [(name, _state(blobs.get(name), self._settings)) for name in names]


def _state(blob: bytes | None, settings: Settings) -> _State:
    """Return what a state of an article amounts to; what cannot be read was never public."""
    never = _State(is_public=False, public_from=0.0, shown=b"", text=b"")
    if blob is None:
        return never
    source = decode(blob, "content/articles/earlier.md").value
    parts = None if source is None else split(source).value
    if source is None or parts is None:
        return never
    head = parse_article(parts.head, source.path, settings).value
    if head is None or head.status in {"draft", "withdrawn"}:
        return never
    if head.status == "embargoed" and head.embargo is None:
        return never
    text = f"{head.title}\0{head.summary}\0{parts.prose.text.strip()}"
    return _State(
        is_public=True,
        public_from=0.0 if head.embargo is None else head.embargo.timestamp(),
        shown=blake2b(_text_of(parts).encode(), digest_size=16).digest(),
        text=blake2b(text.encode(), digest_size=16).digest(),
    )


def _visible(
    changes: tuple[Change, ...],
    trails: Trails,
    states: dict[str, _State],
    hidden: tuple[str, ...],
) -> Iterator[Step]:
    """Yield the changes between states that were public, a step for each that shows anything."""
    before: str = ""
    if len(changes) == 1:
        return  # nothing changed since it came; when it came its own date tells
    for change in changes:
        commit, seconds, author, subject = trails.commits[change.commit]
        state = states.get(change.after)
        if state is None or not state.is_public or state.public_from > seconds:
            continue
        last = states.get(before)
        if last is not None and last.shown == state.shown:
            before = change.after
            continue
        if not (hidden and commit.startswith(hidden)):
            is_text = last is None or last.text != state.text
            yield Step(commit, seconds, author, subject, before, change.after, is_text)
        before = change.after


def _shown(blob: bytes) -> str:
    """Return what readers are shown of a state: its front matter, a key a paragraph, its text."""
    source = decode(blob, "content/articles/earlier.md").value
    parts = None if source is None else split(source).value
    return "" if parts is None else _text_of(parts)


def _text_of(parts: SplitFile) -> str:
    lines = [
        f"{key.text}: {_plain(value)}"
        for key, value in parts.head.entries
        if key.text not in _NOT_SHOWN
    ]
    return "\n\n".join((*lines, parts.prose.text))


def _plain(node: nodes.Node) -> str:
    if isinstance(node, nodes.Scalar):
        return node.text
    if isinstance(node, nodes.Sequence):
        return ", ".join(_plain(item) for item in node.items)
    assert isinstance(node, nodes.Mapping)  # noqa: S101 - there is no other kind
    return "; ".join(f"{key.text}: {_plain(value)}" for key, value in node.entries)
