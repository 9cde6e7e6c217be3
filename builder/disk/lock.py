"""Who may write into the builder's own folder: one build at a time, and through no link."""

from __future__ import annotations

import fcntl
import os
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, problem
from builder.disk.state import STATE_FOLDER
from builder.disk.write import OutputError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def build_lock(state: Path) -> Iterator[None]:
    """Hold the archive's build lock.

    The kernel lets go of it when its owner dies, so a killed build never blocks the next one.

    Raises:
        OutputError: another build holds it (output-busy), the folder cannot be written, or there is
            a link in it (output-blocked).
    """
    refuse_links(state)
    try:
        state.mkdir(parents=True, exist_ok=True)
        handle = os.open(state / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    except OSError as error:
        message = f"the folder for the builder's own files cannot be written: {error.strerror}"
        raise OutputError((problem("output-blocked", message, Location(state.name)),)) from error
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            message = "another build of this archive is running"
            hint = "wait for it, or end it"
            place = Location(state.name)
            raise OutputError((problem("output-busy", message, place, hint),)) from error
        _locks.add(handle)
        yield
    finally:
        _locks.discard(handle)
        os.close(handle)


_locks: Final[set[int]] = set()
"""The locks that this process holds."""


def _let_go() -> None:
    """Let go of what a forked process has of its parent's locks, which end with the parent."""
    for handle in _locks:
        os.close(handle)
    _locks.clear()


os.register_at_fork(after_in_child=_let_go)


def refuse_links(state: Path) -> None:
    """Make sure that no symbolic link leads out of a folder of the builder's own.

    What is kept there is written over and removed without a question; and an archive that comes
    from somebody else may bring the folder along, with a link in it that leads anywhere.

    Raises:
        OutputError: there is one (output-blocked).
    """
    own = next((place for place in (state, *state.parents) if place.name == STATE_FOLDER), state)
    within = (place for place in (state, *state.parents) if place.is_relative_to(own))
    found = [place for place in within if place.is_symlink()]
    if not found:
        with suppress(OSError), os.scandir(state) as entries:
            found = [Path(entry.path) for entry in entries if entry.is_symlink()]
    if found:
        message = "a symbolic link stands where the builder keeps files of its own"
        raise OutputError(
            tuple(
                problem(
                    "output-blocked",
                    message,
                    Location(place.relative_to(own.parent).as_posix()),
                    "remove it; nothing in this folder is needed",
                )
                for place in sorted(found)
            )
        )
