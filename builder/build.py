"""A build as the command asks for it: nothing where nothing changed, else the whole story.

Composition root: it joins the rooms and holds no rule of its own. `check` walks the same way and
stops short of writing, so that both always find the same problems. Heavy rooms are imported when
there is work for them.
"""

from __future__ import annotations

import json
import marshal
import time
from typing import TYPE_CHECKING, Any, Final

from builder.basics.problems import ContentError, Location, Problem
from builder.disk.memory import Memory, MemoryDamagedError
from builder.disk.scan import MARK_SIZE, marks, scan
from builder.disk.state import forget, open_memory
from builder.disk.theme import default_theme, theme_marks
from builder.disk.write import WriteReport, blocked, build_lock, look_again
from builder.model.source import SourceFile
from builder.request import BuildRequest, BuildResult, Seen, Stages
from builder.workers import aside

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from builder.whole import Made

__all__ = ["STATE_FOLDER", "BuildRequest", "BuildResult", "build", "check"]

STATE_FOLDER: Final = ".backfile"

MANY: Final = 3_000
"""Files of which the list takes longer than starting a process for it."""

MOST_CORRECTED: Final = 24
"""Articles that are corrected one by one; with more a whole build is as quick."""


def build(request: BuildRequest) -> BuildResult:
    """Build the archive into `request.out`.

    Raises:
        BuilderError: content, templates, search or output have problems; the last good site stays.
    """
    state = request.root / STATE_FOLDER
    with build_lock(state):
        if request.is_clean:
            forget(state)
        try:
            try:
                return _build(request, state)
            except MemoryDamagedError:
                # Nothing in it is worth more than a second try without it.
                forget(state)
                return _build(request, state)
        except OSError as error:
            is_output = str(error.filename or "").startswith(str(request.out))
            raise blocked(error, request.out if is_output else state) from error


def _build(request: BuildRequest, state: Path) -> BuildResult:
    stages = Stages(request.on_stage, request.on_progress)
    memory = open_memory(state)
    try:
        with stages.stage("scan"):
            seen = _look_while_loading(request, memory)
        last = _last_build(request, memory, seen)
        if last is not None:
            changed = _changed(memory, seen)
            if changed is not None:
                result = _small_build(request, last, changed, seen, memory, stages)
                if result is not None:
                    return result
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


def _look_while_loading(request: BuildRequest, memory: Memory) -> Seen:
    """Return what the disk shows; with a second core, load what a small edit needs meanwhile."""
    if request.jobs == 1 or len(memory.get("marks") or b"") < MANY * MARK_SIZE:
        return look(request.root)

    def listed() -> bytes:
        at, files, problems = _list(request.root)
        plain = [(*found[:3], tuple(found.location), found.hint) for found in problems]
        return marshal.dumps((at, [tuple(file) for file in files], plain))

    rest = aside(listed)
    if not request.with_search:
        import builder.correction  # noqa: F401, PLC0415 - to have it ready
    at, files, plain = marshal.loads(rest())  # noqa: S302 - our own process wrote it just now
    problems = [
        Problem(code, severity, message, Location(*place), hint)
        for code, severity, message, place, hint in plain
    ]
    return _seen(request.root, at, [SourceFile._make(file) for file in files], problems)


def _list(root: Path) -> tuple[int, Sequence[SourceFile], Sequence[Problem]]:
    """Return the files of content/, and when they began to be listed."""
    at = time.time_ns()
    return (at, *scan(root, "content"))


def look(root: Path) -> Seen:
    """Return what the disk shows of an archive."""
    return _seen(root, *_list(root))


def _seen(
    root: Path, scanned_at_ns: int, files: Sequence[SourceFile], problems: Sequence[Problem]
) -> Seen:
    folders = _theme_folders(root)
    return Seen(
        files=files,
        marks=marks(files, scanned_at_ns),
        folders=folders,
        problems=problems,
        theme=theme_marks(folders, scanned_at_ns),
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


def _last_build(request: BuildRequest, memory: Memory, seen: Seen) -> dict[str, Any] | None:
    """Return what the last build told, if all but the content is as it left it."""
    told = memory.get("told")
    if told is None or memory.get("open") != b"":
        return None
    last: dict[str, Any] = json.loads(told)
    now, until = request.now.timestamp(), last["until"]
    if now < last["now"] or (until is not None and now >= until):
        return None
    if memory.get("situation") != _situation(request, seen):
        return None
    folders = memory.get("folders") or b""
    return last if look_again(folders, request.out) == folders else None


def _changed(memory: Memory, seen: Seen) -> list[int] | None:
    """Return the places of files that were touched; None where files came or went."""
    if memory.get("paths") != _paths(seen):
        return None
    before, now = memory.get("marks") or b"", b"".join(seen.marks)
    if now == before:
        return []
    return [
        place
        for place, mark in enumerate(seen.marks)
        if before[place * MARK_SIZE : (place + 1) * MARK_SIZE] != mark
    ]


def _paths(seen: Seen) -> bytes:
    return "\0".join([file.path for file in seen.files]).encode()


def _keep_seen(memory: Memory, seen: Seen) -> None:
    memory.put("paths", _paths(seen))
    memory.put("marks", b"".join(seen.marks))


def _small_build(
    request: BuildRequest,
    last: dict[str, Any],
    changed: list[int],
    seen: Seen,
    memory: Memory,
    stages: Stages,
) -> BuildResult | None:
    """Do nothing where nothing changed, correct the text of a few articles, or return None."""
    problems: tuple[Problem, ...] = ()
    if last["problems"]:
        from builder.disk.packing import unpack_problems  # noqa: PLC0415 - a clean archive has none

        problems = unpack_problems(memory.get("problems") or b"")
    if request.is_strict and problems:
        raise ContentError(problems)
    write: WriteReport | None = WriteReport(0, 0, (), (), ())
    if changed:
        is_small = len(changed) <= MOST_CORRECTED and not request.with_search
        if not is_small or not all(_is_article(seen.files[place].path) for place in changed):
            return None
        from builder.correction import correct  # noqa: PLC0415

        write = correct(request, seen, changed, memory, stages)
    if write is None:
        return None
    last["bytes"] += write.size_bytes
    result = BuildResult(
        problems=problems,
        articles=last["articles"],
        people=last["people"],
        pages=last["pages"],
        read=len(changed),
        rendered=len(changed),
        write=WriteReport(last["files"], last["bytes"], write.written, (), ()),
        search=None,
        seconds=stages.seconds,
    )
    if changed:
        last["now"] = request.now.timestamp()
        memory.put("told", json.dumps(last).encode())
        _keep_seen(memory, seen)
        memory.commit()
    return result


def _is_article(path: str) -> bool:
    return path.startswith("content/articles/") and path.endswith(".md")


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
    _keep_seen(memory, seen)
    memory.commit()
