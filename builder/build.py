"""A build as the command asks for it: nothing where nothing changed, else the whole story.

Composition root: it joins the rooms and holds no rule of its own. `check` walks the same way and
stops short of writing, so that both always find the same problems. Heavy rooms are imported when
there is work for them.
"""

from __future__ import annotations

import json
import time
from typing import TYPE_CHECKING, Final

from builder.basics.problems import ContentError, Problem
from builder.disk.memory import Memory, MemoryDamagedError
from builder.disk.scan import scan, seen_lines
from builder.disk.state import forget, open_memory
from builder.disk.theme import default_theme, theme_lines
from builder.disk.write import WriteReport, blocked, build_lock, look_at_folders
from builder.request import BuildRequest, BuildResult, Seen, Stages

if TYPE_CHECKING:
    from pathlib import Path

    from builder.whole import Made

__all__ = ["STATE_FOLDER", "BuildRequest", "BuildResult", "build", "check"]

STATE_FOLDER: Final = ".backfile"


def build(request: BuildRequest) -> BuildResult:
    """Build the archive into `request.out`.

    Raises:
        BuilderError: content, templates, search or output have problems; the last good site stays.
    """
    state = request.root / STATE_FOLDER
    with build_lock(state):
        try:
            try:
                return _build(request, state)
            except MemoryDamagedError:
                # Nothing in it is worth more than a second try without it.
                forget(state)
                return _build(request, state)
        except OSError as error:
            raise blocked(error, state) from error


def _build(request: BuildRequest, state: Path) -> BuildResult:
    stages = Stages(request.on_stage, request.on_progress)
    memory = open_memory(state)
    try:
        with stages.stage("scan"):
            seen = look(request.root)
        last = _last_build(request, memory, seen)
        if last is not None:
            return _unchanged(request, last, memory, stages)
        from builder.whole import build_whole  # noqa: PLC0415 - not for a build of nothing

        made = build_whole(request, seen, memory, stages)
        result = _result(made, stages)
        _keep(request, memory, seen, result)
        return result
    finally:
        memory.close()


def check(request: BuildRequest) -> tuple[Problem, ...]:
    """Return every problem that a build would have, and write nothing."""
    from builder.whole import check_pages, prepare_site  # noqa: PLC0415

    stages = Stages(request.on_stage, request.on_progress)
    prepared, problems = prepare_site(request, look(request.root), stages, None)
    if prepared is None or any(p.is_error for p in problems):
        return problems
    with stages.stage("render"):
        problems = (*problems, *check_pages(prepared, request.jobs))
    return tuple(sorted(problems, key=lambda p: p.sort_key))


def look(root: Path) -> Seen:
    """Return what the disk shows of an archive."""
    scanned_at_ns = time.time_ns()
    files, problems = scan(root, "content")
    lines = seen_lines(files, scanned_at_ns)
    folders = _theme_folders(root)
    return Seen(
        files=files,
        lines=lines,
        folders=folders,
        problems=problems,
        theme=theme_lines(folders, scanned_at_ns),
    )


def _theme_folders(root: Path) -> tuple[Path, ...]:
    """Return the archive's overrides, if it has any, and the theme."""
    theme = default_theme()
    overrides = root / "templates"
    if not overrides.is_dir() or overrides.resolve() == theme.resolve():
        return (theme,)
    return (overrides, theme)


# -- nothing to do -----------------------------------------------------------------------------


def _situation(request: BuildRequest, seen: Seen) -> bytes:
    """Return all that a build depends on but the content: how it was asked for, and the theme."""
    asked = (request.base_url, request.with_drafts, request.with_search, str(request.out.resolve()))
    return repr((asked, seen.theme)).encode()


def _last_build(request: BuildRequest, memory: Memory, seen: Seen) -> dict[str, object] | None:
    """Return what the last build told, if this one would find and do the very same."""
    told = memory.get("told")
    if told is None or memory.get("open") != b"":
        return None
    last: dict[str, object] = json.loads(told)
    now, until = request.now.timestamp(), last["until"]
    if now < last["now"] or (until is not None and now >= until):  # type: ignore[operator] # numbers
        return None
    if memory.get("situation") != _situation(request, seen):
        return None
    if memory.get("seen") != "\n".join(seen.lines).encode():
        return None
    before = memory.get("folders") or b""
    folders = [line.rpartition("\t")[0] for line in before.decode().split("\n")]
    return last if look_at_folders(folders, request.out) == before else None


def _unchanged(
    request: BuildRequest, last: dict[str, object], memory: Memory, stages: Stages
) -> BuildResult:
    problems: tuple[Problem, ...] = ()
    if last["problems"]:
        from builder.disk.packing import unpack_problems  # noqa: PLC0415 - a clean archive has none

        problems = unpack_problems(memory.get("problems") or b"")
    if request.is_strict and problems:
        raise ContentError(problems)
    return BuildResult(
        problems=problems,
        articles=int(last["articles"]),  # type: ignore[call-overload] # counts of ours
        people=int(last["people"]),  # type: ignore[call-overload]
        pages=int(last["pages"]),  # type: ignore[call-overload]
        read=0,
        rendered=0,
        write=WriteReport(
            files=int(last["files"]),  # type: ignore[call-overload]
            size_bytes=int(last["bytes"]),  # type: ignore[call-overload]
            written=(),
            removed=(),
            gone=(),
        ),
        search=None,
        seconds=stages.seconds,
    )


def _result(made: Made, stages: Stages) -> BuildResult:
    site = made.plan.site
    return BuildResult(
        problems=made.problems,
        articles=sum(len(found) for found in site.articles.values()),
        people=len(site.terms["people"]),
        pages=sum(page.url.endswith(".html") for page in made.plan.pages),
        read=made.read,
        rendered=made.rendered,
        write=made.write,
        search=made.search,
        seconds=stages.seconds,
        slowest=made.slowest,
    )


def _keep(request: BuildRequest, memory: Memory, seen: Seen, result: BuildResult) -> None:
    """Remember what was seen and told, so that the next build can tell whether it is the same."""
    from builder.disk.packing import pack_problems  # noqa: PLC0415

    problems = tuple(found for found in result.problems if found.code != "address-gone")
    told = {
        "now": request.now.timestamp(),
        "until": None if seen.until is None else seen.until.timestamp(),
        "articles": result.articles,
        "people": result.people,
        "pages": result.pages,
        "files": result.write.files,
        "bytes": result.write.size_bytes,
        "problems": len(problems),
    }
    memory.put("told", json.dumps(told).encode())
    memory.put("problems", pack_problems(problems))
    memory.put("situation", _situation(request, seen))
    memory.put("seen", "\n".join(seen.lines).encode())
    memory.commit()
