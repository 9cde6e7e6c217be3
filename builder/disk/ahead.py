"""Work that another process does while this one goes on: looking at all of content/, first of all.

It is begun before anything else is loaded, so nothing is loaded here either.
"""

from __future__ import annotations

import marshal
import os
from functools import cache

from builder.disk.walk import walk

TYPE_CHECKING = False  # the other one comes with all of `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from builder.disk.listing import Listing


def begin_listing(root: Path | str) -> Callable[[], Listing]:
    """Begin to list content/ in a process of its own; return what waits for it, once or again."""

    def look(*, is_alone: bool = False) -> tuple[bytes, bytes, bytes]:
        begun_at_ns, paths, marks, unsettled, problems = walk(root, "content", is_alone=is_alone)
        head = marshal.dumps((begun_at_ns, len(paths), len(marks), unsettled, problems))
        return head, paths, marks

    rest = aside(look, lambda: look(is_alone=True))

    @cache  # a build that cannot trust its memory asks a second time
    def listing() -> Listing:
        from builder.disk.listing import listing_of  # noqa: PLC0415 - while the other one looks

        told = rest()
        # It comes from our own process.
        begun_at_ns, paths_size, marks_size, unsettled, problems = marshal.loads(told)  # noqa: S302
        end = len(told) - marks_size
        paths, marks = told[end - paths_size : end], told[end:]
        return listing_of(begun_at_ns, paths, marks, unsettled, problems)

    return listing


def aside(
    function: Callable[[], Sequence[bytes]], there: Callable[[], Sequence[bytes]] | None = None
) -> Callable[[], bytes]:
    """Begin `function` in a process of its own; return what waits for its bytes.

    Where it cannot be begun, or fails, it is called here when its bytes are asked for. `there` is
    called in its place in the other process, which ends with it.
    """
    reading, writing = os.pipe()
    try:
        child = os.fork()
    except OSError:
        os.close(reading)
        os.close(writing)
        return lambda: b"".join(function())
    if child == 0:
        code = 1
        try:
            os.close(reading)
            for part in (there or function)():
                rest = memoryview(part)
                while rest:
                    rest = rest[os.write(writing, rest) :]
            code = 0
        finally:
            os._exit(code)
    os.close(writing)
    _widen(reading)

    def told() -> bytes:
        with os.fdopen(reading, "rb") as pipe:
            found = pipe.read()
        _, status = os.waitpid(child, 0)
        return found if status == 0 else b"".join(function())

    return told


def _widen(pipe: int) -> None:
    """Let a pipe hold as much as it may, so that the two processes wait less for one another."""
    import fcntl  # noqa: PLC0415 - the other process has begun by now

    size = getattr(fcntl, "F_SETPIPE_SZ", None)
    if size is not None:
        try:
            fcntl.fcntl(pipe, size, 1 << 20)
        except OSError:
            return  # it may not be so wide; it works all the same
