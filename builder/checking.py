"""`check`: every problem that a build would have, and nothing written to content/ or site/.

It walks the way of a build and stops short of writing, so that both always find the same problems.
What a check found out is kept in `.backfile/check/`, apart from what builds remember: a build must
not take for built what was only looked at. The first check begins with what the last build knew.
"""

from __future__ import annotations

import json
import shutil
from contextlib import ExitStack, suppress
from typing import TYPE_CHECKING, Any, Final

from builder.basics.problems import BuilderError
from builder.disk.memory import PACK, MemoryDamagedError
from builder.disk.packing import UnreadableError, pack_problems, unpack_problems
from builder.disk.state import MEMORY, STATE_FOLDER, forget, open_memory
from builder.disk.write import build_lock
from builder.intake import SETTINGS_FILE
from builder.looking import look
from builder.other_text import read_other_text
from builder.request import Stages

if TYPE_CHECKING:
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.memory import Memory
    from builder.request import BuildRequest, Seen

FOLDER: Final = "check"
"""Below .backfile/."""

MOST_REREAD: Final = 24
"""Articles that are looked at one by one; with more, looking at all is as quick."""

_KEY_SIZE: Final = 16


def check(request: BuildRequest) -> tuple[Problem, ...]:
    """Return every problem that a build would have, in the order of a report.

    Only a build finds out what writing shows: that the disk is full, that Pagefind fails, that an
    address of the last build is gone, that the site is too large for its host.
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


def _check(request: BuildRequest, memory: Memory | None) -> tuple[Problem, ...]:
    stages = Stages(request.on_stage, request.on_progress)
    with stages.stage("scan"):
        listing = request.listing
        seen = look(request.root, listing)
    if memory is not None:
        told = _as_before(request, seen, memory)
        if told is not None:
            return told
    from builder.whole import check_pages, prepare_site  # noqa: PLC0415 - not after a small edit

    prepared, problems = prepare_site(request, seen, stages, memory)
    keys: dict[str, bytes] = {}
    if prepared is not None and not any(found.is_error for found in problems):
        with stages.stage("render"):
            wrong, keys = check_pages(prepared, request.jobs, _good(memory))
        problems = tuple(sorted({*problems, *wrong}, key=lambda p: p.sort_key))
    if memory is not None:
        if keys:
            memory.put("check pages", b"".join(sorted(set(keys.values()))))
        if prepared is None:
            memory.drop("check told")  # nobody knows how long it will hold
        else:
            _remember(request, seen, problems, prepared.past.head, memory)
        memory.commit()
        memory.tidy()
    return problems


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
    changed = seen.listing.changed_since(
        memory.get("check paths"), memory.get("check marks") or b""
    )
    if changed is None or len(changed) > MOST_REREAD:
        return None
    for place in changed:
        file = seen.listing.file(place)
        if not (file.path.startswith("content/articles/") and file.path.endswith(".md")):
            return None
        if read_other_text(request.root, file, seen.listing.mark(place), memory) is None:
            return None
    try:
        return unpack_problems(memory.get("check problems") or b"")
    except UnreadableError as error:
        raise MemoryDamagedError from error


def _remember(
    request: BuildRequest,
    seen: Seen,
    problems: tuple[Problem, ...],
    head: str | None,
    memory: Memory,
) -> None:
    until = None if seen.until is None else seen.until.timestamp()
    told = {"now": request.now.timestamp(), "until": until, "head": head}
    memory.put("check told", json.dumps(told).encode())
    memory.put("check situation", _situation(request, seen))
    memory.put("check problems", pack_problems(problems))
    memory.put("check paths", seen.listing.paths)
    memory.put("check marks", seen.listing.marks)
