"""What a build is asked for, what it sees of the disk, and how it tells of its progress."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.listing import Listing
    from builder.disk.write import WriteReport
    from builder.search import SearchReport


class BuildRequest(NamedTuple):
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
    search_memory: int | None = None
    """Bytes that indexing takes at once at most; None: half of the machine's."""
    is_strict: bool = False
    """Whether warnings stop the build."""
    is_clean: bool = False
    """Whether what earlier builds remembered is forgotten first."""
    on_stage: Callable[[str], None] = lambda _: None
    """Told the name of each stage as it begins."""
    on_progress: Callable[[int, int], None] = lambda _done, _total: None
    """Told how many pages of how many are made."""
    with_history: bool = True
    """Whether git is asked, where the settings want it."""
    state: Path | None = None
    """Where the build remembers; None: in the archive's own folder for it."""
    listing: Callable[[], Listing] | None = None
    """Waits for a listing of content/ that was begun already."""


class Told(NamedTuple):
    """The warnings of a build that went well."""

    warnings: int
    """How many."""
    text: str
    """As people read them."""
    unpack: Callable[[], tuple[Problem, ...]]
    """Returns them, for whoever wants to know them one by one."""


class BuildResult(NamedTuple):
    """What a build did."""

    told: Told
    articles: int
    people: int
    hidden: int
    """Articles that are left out: drafts, and embargoed ones."""
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
    made: object = None
    """All that it made; who holds on to it spares the time of taking it apart."""

    @property
    def problems(self) -> tuple[Problem, ...]:
        """The warnings one by one."""
        return self.told.unpack()


class Seen:
    """What the disk shows of an archive, and what was learnt on the way through it."""

    def __init__(
        self, *, listing: Listing, folders: Sequence[Path], theme: Sequence[tuple[str, bytes]]
    ) -> None:
        """Take what was seen.

        `folders` of templates are the archive's own, if it has any, then the theme's; `theme` are
        their files, each with a mark that changes when it is touched.
        """
        self.listing = listing
        self.folders = folders
        self.theme = theme
        self.read = 0
        """Files that had to be parsed."""
        self.until: dt.datetime | None = None
        """When the next embargo ends."""


class Stages:
    """Times the stages of a build and tells of their beginning."""

    def __init__(
        self,
        on_stage: Callable[[str], None],
        on_progress: Callable[[int, int], None] = lambda _done, _total: None,
    ) -> None:
        """Take who wants to be told of stages, and of pages made."""
        self.seconds: dict[str, float] = {}
        self.advance = on_progress
        self._on_stage = on_stage

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what happens inside."""
        self._on_stage(name)
        start = time.perf_counter()
        try:
            yield
        finally:
            spent = time.perf_counter() - start
            self.seconds[name] = self.seconds.get(name, 0.0) + spent
