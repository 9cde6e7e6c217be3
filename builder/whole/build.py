"""A whole build: what is not remembered is read, what is not as it was is made.

assemble and plan see the whole archive each time. What is dear, reading texts and making pages, is
done for what changed alone: a page is made again when the digest of all that it shows is another
one, or when its file in the output is not as it was left.
"""

from __future__ import annotations

import gc
import shutil
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.basics.parting import parted
from builder.basics.problems import ContentError
from builder.disk.memory import StoredFile
from builder.disk.write import (
    Staging,
    folder_times,
    fresh_folder,
    publish,
    staging_folder,
    standing_files,
)
from builder.whole.make import make_pages, page_keys, take_files
from builder.whole.output import gone, redirect_pages, too_much
from builder.whole.prepare import prepare_site

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.memory import Memory
    from builder.disk.write import WriteReport, Written
    from builder.request import BuildRequest, Seen, Stages
    from builder.search import SearchReport
    from builder.whole.prepare import Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """What is to be known of a plan when it is no more."""

    articles: int
    people: int
    hidden: int
    """Articles that are left out."""
    pages: int
    old: int
    """Pages that only lead on to another one."""
    has_texts_alone: bool
    """Whether a text is shown on its article's page alone, and as it is."""
    head: str | None
    """The commit that the archive's history ends with, where it is shown."""

    @classmethod
    def of(cls, plan: Plan) -> Totals:
        """Count what a plan holds."""
        return cls(
            articles=sum(len(found) for found in plan.site.articles.values()),
            people=len(plan.site.terms["people"]),
            hidden=len(plan.site.hidden),
            pages=sum(page.url.endswith(".html") for page in plan.pages),
            old=redirect_pages(plan),
            has_texts_alone=not plan.settings.shows_texts_elsewhere
            and plan.renderer.is_verbatim("article.html"),
            head=plan.past.head,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What a whole build did."""

    plan: Plan | None
    """None where it was let go for the index."""
    totals: Totals
    problems: tuple[Problem, ...]
    write: WriteReport
    search: SearchReport | None
    read: int
    """Files of content/ that were parsed anew."""
    rendered: int
    """Pages that were made anew."""
    slowest: tuple[tuple[str, float], ...]
    """Pages that took longest, and their seconds."""


def build_whole(request: BuildRequest, seen: Seen, memory: Memory, stages: Stages) -> Made:
    """Bring the output up to date with the whole archive.

    Raises:
        BuilderError: content, templates, search or output have problems; the last good site stays.
        MemoryDamagedError: the memory cannot be trusted.
    """
    try:
        return _build(request, seen, memory, stages)
    finally:
        gc.unfreeze()  # a process that goes on can then be rid of it


def _build(request: BuildRequest, seen: Seen, memory: Memory, stages: Stages) -> Made:
    with _no_search_for_garbage(request.jobs):
        prepared, problems = prepare_site(request, seen, stages, memory)
    if prepared is None or any(p.is_error or request.is_strict for p in problems):
        raise ContentError(problems)
    state = memory.path.parent
    is_sound = memory.get("open") == b"" and memory.get("out") == _name_of(request.out)
    before = memory.files() if is_sound else {}
    if not before:
        memory.forget_files()
    kept = dict(before)  # what the memory has of the output, as pages come in
    staging = Staging(
        fresh_folder(staging_folder(state, request.out)), standing_files(before, request.out)
    )
    try:
        with stages.stage("render"):
            keys = page_keys(prepared) if before else {}
            rendered, slowest = make_pages(
                prepared, keys, kept, staging, memory, request.jobs, stages
            )
            take_files(prepared, request, seen, keys, before, staging)
            if before:
                origins = (page.origin for page in prepared.pages if page.links is not None)
                memory.keep_pages({place.path for place in origins if place is not None})
        totals, hosts = Totals.of(prepared), prepared.settings.hosting.hosts
        report = None
        with stages.stage("index"):
            if request.with_search:
                from builder.indexing import IndexUpdate, Wanted  # noqa: PLC0415

                wanted = Wanted(prepared.settings.search, request.jobs, request.search_memory)
                index = IndexUpdate(
                    prepared.pages, prepared.site, wanted, staging, memory, request.out
                )
                if index.is_large:
                    index.part()
                    staging.files, keys, kept, problems = parted(
                        (staging.files, keys, kept, problems)
                    )
                    prepared = None  # not before, or the copies would stand in its holes
                    gc.unfreeze()
                    gc.collect()
                report = index.make()
        with stages.stage("write"):
            memory.put("open", b"moving")
            memory.put("out", _name_of(request.out))
            memory.commit()
            written, files = publish(staging, before, request.out, state)
    finally:
        shutil.rmtree(staging.folder, ignore_errors=True)
    with stages.stage("remember"):
        _remember(memory, kept, files, keys, staging, request.out)
        memory.tidy()
    return Made(
        plan=prepared,
        totals=totals,
        problems=(
            *problems,
            *(report.problems if report else ()),
            *gone(written.gone, request),
            *too_much(hosts, {path: file.size_bytes for path, file in files.items()}, totals.old),
        ),
        write=written,
        search=report,
        read=seen.read,
        rendered=rendered,
        slowest=slowest,
    )


@contextmanager
def _no_search_for_garbage(jobs: int) -> Iterator[None]:
    """Do without Python's search for garbage while others read and all that is made here stays."""
    if jobs == 1 or not gc.isenabled():
        yield
        return
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()  # or the next search would begin with all of it
        gc.enable()


def _name_of(out: Path) -> bytes:
    return str(out.resolve()).encode(errors="surrogateescape")


def _remember(
    memory: Memory,
    kept: dict[str, StoredFile],
    files: dict[str, Written],
    keys: dict[str, bytes],
    staging: Staging,
    out: Path,
) -> None:
    """Keep what stands in the output now, and mark it as sound."""
    fresh: list[tuple[str, StoredFile]] = []
    for path, file in files.items():
        mtime_ns = file.mtime_ns or staging.standing[path].mtime_ns
        stored = StoredFile(file.sha256, file.size_bytes, mtime_ns, keys.get(path, b""))
        if kept.get(path) != stored:
            fresh.append((path, stored))
    memory.put_files(fresh)
    memory.drop_files(kept.keys() - files.keys())
    memory.put("folders", folder_times(files, out))
    memory.put("open", b"")
    memory.commit()
