"""What a build is asked for, what it sees of the disk, and how it tells of its progress."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.write import WriteReport
    from builder.model.source import SourceFile
    from builder.search import SearchReport


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildRequest:
    """What to build. The clock is read once, by the caller."""

    root: Path
    out: Path
    now: dt.datetime
    base_url: str | None = None
    """In place of the one in the settings."""
    with_drafts: bool = False
    with_search: bool = True
    jobs: int = 1
    """Processes that share the work; the result is the same for any number."""
    is_strict: bool = False
    """Whether warnings stop the build."""
    on_stage: Callable[[str], None] = lambda _: None
    """Told the name of each stage as it begins."""
    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    """Told how many pages of how many are made."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildResult:
    """What a build did."""

    problems: tuple[Problem, ...]
    articles: int
    people: int
    pages: int
    read: int
    """Files of content/ that were read and parsed; the others were remembered."""
    rendered: int
    """Pages that were made; the others stand as they were."""
    write: WriteReport
    search: SearchReport | None
    """None where no index was made: none was wanted, or it is as it was."""
    seconds: Mapping[str, float]
    slowest: tuple[tuple[str, float], ...] = ()
    """The pages that took longest to make, and their seconds."""


@dataclass(slots=True, kw_only=True)
class Seen:
    """What the disk shows of an archive, and what was learnt on the way through it."""

    files: Sequence[SourceFile]
    lines: Sequence[str]
    """A line for each of `files`: another one when the file was touched."""
    folders: Sequence[Path]
    """Of templates: the archive's own, if it has any, then the theme's."""
    theme: Sequence[str]
    """A line for each file of these folders."""
    problems: Sequence[Problem]
    read: int = 0
    """Files that had to be parsed."""
    until: dt.datetime | None = None
    """When the next embargo ends."""


@dataclass(slots=True)
class Stages:
    """Times the stages of a build and tells of their beginning."""

    on_stage: Callable[[str], None]
    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    seconds: dict[str, float] = field(default_factory=dict)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        self.on_stage(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + spent

    def advance(self, done: int, total: int) -> None:
        """Tell how far a stage is."""
        self.on_progress(done, total)
