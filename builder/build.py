"""A build as the command asks for it: nothing where nothing changed, else the whole story.

Composition root: it joins the rooms and holds no rule of its own. Heavy rooms are imported when
there is work for them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from builder.basics.problems import ContentError, Problem
from builder.disk.lock import build_lock
from builder.disk.memory import Memory, MemoryDamagedError
from builder.disk.state import STATE_FOLDER, forget, open_memory
from builder.disk.write import WriteReport, blocked, look_again
from builder.looking import look_at_theme
from builder.request import BuildRequest, BuildResult, Seen, Stages, Told

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from builder.disk.listing import Listing
    from builder.whole import Made

__all__ = ["BuildRequest", "BuildResult", "build"]

MOST_CORRECTED: Final = 24
"""Articles that are corrected one by one; with more a whole build is as quick."""


def build(request: BuildRequest) -> BuildResult:
    """Build the archive into `request.out`.

    Raises:
        BuilderError: content, templates, search or output have problems; the last good site stays.
    """
    state = request.state or request.root / STATE_FOLDER
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
            # All but the content first: that takes longest, and another process looks at it.
            folders, theme = look_at_theme(request.root)
            situation = _situation(request, theme)
            last = _last_build(request, memory, situation)
            before = (None, b"") if last is None else _listed_before(memory)
            listing = _listing(request, is_small=last is not None)
            seen = Seen(listing=listing, folders=folders, theme=theme)
        if last is not None:
            changed = listing.changed_since(*before)
            if changed is not None:
                result = _small_build(request, last, changed, seen, memory, stages)
                if result is not None:
                    return result
        from builder.whole import build_whole  # noqa: PLC0415 - not for a build of nothing

        made = build_whole(request, seen, memory, stages)
        return _result(request, made, stages, memory, seen)
    finally:
        memory.close()


def _listing(request: BuildRequest, *, is_small: bool) -> Listing:
    """Return what the disk shows of content/; load what comes next while another process looks."""
    if request.listing is None:
        from builder.disk.listing import list_content  # noqa: PLC0415

        return list_content(request.root)
    if is_small:
        import builder.correction  # noqa: PLC0415 - to have it ready
    else:
        import builder.whole  # noqa: F401, PLC0415
    return request.listing()


# -- nothing to do -----------------------------------------------------------------------------


def _situation(request: BuildRequest, theme: Sequence[tuple[str, bytes]]) -> bytes:
    """Return all that a build depends on but the content: how it was asked for, and the theme."""
    asked = (request.base_url, request.with_drafts, request.with_search, str(request.out.resolve()))
    return repr((asked, theme)).encode()


def _last_build(request: BuildRequest, memory: Memory, situation: bytes) -> dict[str, Any] | None:
    """Return what the last build told, if all but the content is as it left it."""
    told = memory.get("told")
    if told is None or memory.get("open") != b"":
        return None
    last: dict[str, Any] = json.loads(told)
    now, until = request.now.timestamp(), last["until"]
    if now < last["now"] or (until is not None and now >= until):
        return None
    if memory.get("situation") != situation:
        return None
    head = memory.get("history head")
    if head is not None and head != _head_of(request.root):
        return None
    folders = memory.get("folders") or b""
    return last if look_again(folders, request.out) == folders else None


def _head_of(root: Path) -> bytes:
    """Return the commit that an archive's history ends with."""
    from builder.past import head_of  # noqa: PLC0415 - for archives that show their history

    return head_of(root)


def _listed_before(memory: Memory) -> tuple[bytes | None, bytes]:
    """Return paths and marks as the last build listed them."""
    return memory.get("paths"), memory.get("marks") or b""


def _keep_seen(memory: Memory, seen: Seen) -> None:
    memory.put("paths", seen.listing.paths)
    memory.put("marks", seen.listing.marks)


def _small_build(
    request: BuildRequest,
    last: dict[str, Any],
    changed: list[int],
    seen: Seen,
    memory: Memory,
    stages: Stages,
) -> BuildResult | None:
    """Do nothing where nothing changed, correct the text of a few articles, or return None."""
    told = _told_before(memory, last["problems"])
    if request.is_strict and told.warnings:
        raise ContentError(told.unpack())
    write = WriteReport(0, 0, (), (), ())
    if changed:
        is_small = len(changed) <= MOST_CORRECTED
        paths = [seen.listing.file(place).path for place in changed] if is_small else []
        if not is_small or not last["texts_alone"] or not all(map(_is_article, paths)):
            return None
        from builder.correction import correct  # noqa: PLC0415

        corrected = correct(request, seen, changed, memory, stages)
        if corrected is None:
            return None
        write = corrected
        if any(f"{path}:" in told.text for path in paths):
            told = told._replace(text=_shown(told.unpack(), request.root))  # lines may read anew
            memory.put("shown", told.text.encode())
    last["files"] += write.files
    last["bytes"] += write.size_bytes
    result = BuildResult(
        told=told,
        articles=last["articles"],
        people=last["people"],
        hidden=last["hidden"],
        pages=last["pages"],
        read=len(changed),
        rendered=len(changed),
        write=WriteReport(last["files"], last["bytes"], write.written, write.removed, ()),
        search=None,
        seconds=stages.seconds,
    )
    if changed:
        last["now"] = request.now.timestamp()
        memory.put("told", json.dumps(last).encode())
        memory.put("marks", seen.listing.marks)
        memory.commit()
    return result


def _is_article(path: str) -> bool:
    return path.startswith("content/articles/") and path.endswith(".md")


def _told_before(memory: Memory, count: int) -> Told:
    """Return the warnings of the last build; a clean archive has none."""
    if not count:
        return Told(0, "", tuple)

    packed = memory.get("problems") or b""

    def problems() -> tuple[Problem, ...]:
        from builder.disk.packing import unpack_problems  # noqa: PLC0415 - the text will do, mostly

        return unpack_problems(packed)

    return Told(count, (memory.get("shown") or b"").decode(), problems)


def _shown(problems: tuple[Problem, ...], root: Path) -> str:
    from builder.showing import show_problems  # noqa: PLC0415 - a small build has its text

    return show_problems(problems, root)


def _result(
    request: BuildRequest, made: Made, stages: Stages, memory: Memory, seen: Seen
) -> BuildResult:
    """Return what a whole build did, and remember it for the next one."""
    from builder.disk.packing import pack_problems  # noqa: PLC0415

    # That an address is gone is said once: the next build never had it.
    lasting = tuple(found for found in made.problems if found.code != "address-gone")
    shown = _shown(lasting, request.root)
    text = shown if lasting == made.problems else _shown(made.problems, request.root)
    totals = made.totals
    result = BuildResult(
        told=Told(len(made.problems), text, lambda: made.problems),
        articles=totals.articles,
        people=totals.people,
        hidden=totals.hidden,
        pages=totals.pages,
        read=made.read,
        rendered=made.rendered,
        write=made.write,
        search=made.search,
        seconds=stages.seconds,
        slowest=made.slowest,
        made=made,
    )
    told = {
        "now": request.now.timestamp(),
        "texts_alone": totals.has_texts_alone,
        "until": None if seen.until is None else seen.until.timestamp(),
        "articles": result.articles,
        "people": result.people,
        "hidden": result.hidden,
        "pages": result.pages,
        "files": result.write.files,
        "bytes": result.write.size_bytes,
        "problems": len(lasting),
    }
    memory.put("told", json.dumps(told).encode())
    memory.put("problems", pack_problems(lasting))
    memory.put("shown", shown.encode())
    memory.put("situation", _situation(request, seen.theme))
    if totals.head is None:
        memory.drop("history head")
    else:
        memory.put("history head", totals.head.encode())
    _keep_seen(memory, seen)
    memory.commit()
    return result
