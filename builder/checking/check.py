"""A check, whole or after a small edit.

It walks the way of a build and stops short of writing, so that both always find the same problems.
What a check found out is kept in `.backfile/check/`, apart from what builds remember: a build must
not take for built what was only looked at. The first check begins with what the last build knew.
"""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from builder.basics.problems import BuilderError
from builder.disk.lock import build_lock
from builder.disk.memory import PACK, MemoryDamagedError
from builder.disk.packing import UnreadableError, pack_problems, unpack_problems
from builder.disk.state import MEMORY, STATE_FOLDER, forget, open_memory
from builder.disk.write import look_of_output
from builder.looking import look
from builder.model.source import SETTINGS_FILE
from builder.request import Stages

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.memory import Memory
    from builder.intake import Intake
    from builder.model.settings import Settings
    from builder.request import BuildRequest, Seen
    from builder.whole import Known, Plan, Theme

FOLDER: Final = "check"
"""Below .backfile/."""

MOST_REREAD: Final = 24
"""Articles that are looked at one by one; with more, looking at all is as quick."""

_KEY_SIZE: Final = 16


class Checked(NamedTuple):
    """What a check found."""

    problems: tuple[Problem, ...]
    """In the order of a report."""
    made: object = None
    """All that it made; who holds on to it spares the time of taking it apart."""


def check(request: BuildRequest) -> tuple[Problem, ...]:
    """Return every problem that a build would have, in the order of a report."""
    return look_through(request).problems


def look_through(request: BuildRequest) -> Checked:
    """Return every problem that a build would have.

    Only a build finds out what writing shows: that the disk is full, that Pagefind fails. How large
    a site is for its host (host-limit) is told with the sizes that pages had in the last one.
    """
    state = request.root / STATE_FOLDER
    with ExitStack() as held:
        memory = _open(request.root, state, held)
        try:
            return _check(request, memory)
        except MemoryDamagedError:
            forget(state / FOLDER)
            return _check(request, None)


def _open(root: Path, state: Path, held: ExitStack) -> Memory | None:
    """Return what the last check remembered; None where another one runs, or none can be kept."""
    if not (root / SETTINGS_FILE).is_file():
        return None  # no archive, and so no place for a folder of ours
    try:
        held.enter_context(build_lock(state / FOLDER))
        if not (state / FOLDER / MEMORY).exists():
            _begin_with_last_build(state)
        memory = open_memory(state / FOLDER)
    except (BuilderError, OSError):
        return None
    held.callback(memory.close)
    return memory


def _begin_with_last_build(state: Path) -> None:
    """Copy what the last build remembered, unless a build is running or was killed."""
    if not (state / MEMORY).exists() or (state / f"{MEMORY}-journal").exists():
        return
    with suppress(BuilderError, OSError), build_lock(state):
        for path in state.glob(f"{PACK}-*"):
            shutil.copyfile(path, state / FOLDER / path.name)
        # Last, and whole at once: where it is, all is there that it speaks of.
        copy = state / FOLDER / f"{MEMORY}.new"
        shutil.copyfile(state / MEMORY, copy)
        copy.replace(state / FOLDER / MEMORY)


def _check(request: BuildRequest, memory: Memory | None) -> Checked:
    stages = Stages(request.on_stage, request.on_progress)
    with stages.stage("scan"):
        listing = request.listing
        seen = look(request.root, listing)
    if memory is not None:
        told = _as_before(request, seen, memory)
        if told is not None:
            return Checked(told)
    from builder.whole import check_pages, output_to_come, prepare_site  # noqa: PLC0415 - not after a small edit

    # The theme's own templates show whatever there is; those of an archive may fail on anything.
    is_made = _has_templates(request.root)
    known = None if is_made or memory is None else _known(request, seen, memory)
    prepared, found = prepare_site(request, seen, stages, memory, known)
    problems = list(found)
    keys: dict[str, bytes] = {}
    state = request.root / STATE_FOLDER
    if prepared is not None and not any(p.is_error for p in problems):
        if is_made:
            with stages.stage("render"):
                wrong, keys = check_pages(prepared, request.jobs, _good(memory))
                problems += wrong
        if not any(p.is_error for p in problems):
            problems += output_to_come(prepared, request, state)
    told = tuple(sorted(set(problems), key=lambda p: p.sort_key))
    if memory is not None:
        if keys:
            memory.put("check pages", b"".join(sorted(set(keys.values()))))
        if prepared is None:
            memory.drop("check told")  # nobody knows how long it will hold
        else:
            _remember(request, seen, told, prepared, memory)
        memory.commit()
        memory.tidy()
    return Checked(told, prepared)


def _known(request: BuildRequest, seen: Seen, memory: Memory) -> Known:
    """Return what finds all out for a check that makes no page."""
    from builder.checking.said import take_in_said  # noqa: PLC0415 - not after a small edit
    from builder.whole import find_out, load_theme  # noqa: PLC0415

    def intake(settings: Settings, meanwhile: Callable[[], None]) -> Intake:
        return take_in_said(request.root, seen.listing, settings, memory, request.jobs, meanwhile)

    def theme(settings: Settings) -> Theme:
        return load_theme(seen.folders, settings, None, to_be_made=False)

    return find_out(request, seen, memory)._replace(intake=intake, theme=theme)


def _has_templates(root: Path) -> bool:
    """Return whether an archive has templates of its own; the theme's own repository has, too."""
    return (root / "templates").is_dir()


def _good(memory: Memory | None) -> frozenset[bytes]:
    """Return the keys of pages that were made without a fault, by a check or a build."""
    if memory is None:
        return frozenset()
    told = memory.get("check pages")
    if told is None:
        found = frozenset(file.key for file in memory.files().values() if file.key)
        memory.forget_files()  # a copy of what the build wrote
        return found
    return frozenset(told[at : at + _KEY_SIZE] for at in range(0, len(told), _KEY_SIZE))


# -- after a small edit ------------------------------------------------------------------------


def _situation(request: BuildRequest, seen: Seen) -> bytes:
    """Return all that problems depend on but the content: how it was asked for, and the theme."""
    asked = (request.base_url, request.with_drafts, request.with_search)
    return repr((asked, seen.theme)).encode()


def _as_before(request: BuildRequest, seen: Seen, memory: Memory) -> tuple[Problem, ...] | None:
    """Return the problems of the last check where no others can be; None where they may be."""
    told = memory.get("check told")
    if told is None or memory.get("check situation") != _situation(request, seen):
        return None
    last: dict[str, Any] = json.loads(told)
    now, until = request.now.timestamp(), last["until"]
    if now < last["now"] or (until is not None and now >= until):
        return None
    if last["head"] is not None:
        from builder.past import head_of  # noqa: PLC0415 - for archives that show their history

        if last["head"].encode() != head_of(request.root):
            return None
    if last["output"] != _output_of(request, with_sizes=last["has_hosts"]):
        return None
    changed = seen.listing.changed_since(
        memory.get("check paths"), memory.get("check marks") or b""
    )
    if changed is None or len(changed) > MOST_REREAD:
        return None
    if changed and _has_templates(request.root):
        return None  # which may fail on any word
    try:
        problems = unpack_problems(memory.get("check problems") or b"")
    except UnreadableError as error:
        raise MemoryDamagedError from error
    files = [seen.listing.file(place) for place in changed]
    told_of = {found.location.path for found in problems}
    if any(file.path in told_of or not file.path.endswith(".md") for file in files):
        return None
    if files:
        from builder.checking.bearing import bear_alike  # noqa: PLC0415 - nothing may have changed

        if not bear_alike(request.root, files, memory):
            return None
    return problems


def _remember(
    request: BuildRequest,
    seen: Seen,
    problems: tuple[Problem, ...],
    prepared: Plan,
    memory: Memory,
) -> None:
    until = None if seen.until is None else seen.until.timestamp()
    has_hosts = bool(prepared.settings.hosting.hosts)
    told = {
        "now": request.now.timestamp(),
        "until": until,
        "head": prepared.past.head,
        "has_hosts": has_hosts,
        "output": _output_of(request, with_sizes=has_hosts),
    }
    memory.put("check told", json.dumps(told).encode())
    memory.put("check situation", _situation(request, seen))
    memory.put("check problems", pack_problems(problems))
    if memory.get("check paths") != seen.listing.paths:
        memory.put("check paths", seen.listing.paths)
    memory.put("check marks", seen.listing.marks)


def _output_of(request: BuildRequest, *, with_sizes: bool) -> str:
    return look_of_output(request.root / STATE_FOLDER, request.out, with_sizes=with_sizes)
