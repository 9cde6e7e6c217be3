"""Which files of the archive change, told a moment after they have."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from watchfiles import awatch

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable

    from watchfiles import Change

STEP_MS: Final = 15
"""Quiet that ends a change: editors write a file in several steps."""

LONGEST_MS: Final = 1_000
"""A change that goes on and on, as of `git checkout`, is told after that long at the latest."""

POLL_MS: Final = 300
"""How often the files are looked at where the system cannot tell of changes."""

_TICK_MS: Final = 2_000


async def watch(
    root: Path, folders: Callable[[], Iterable[Path]], on_poll: Callable[[], None]
) -> AsyncIterator[frozenset[str]]:
    """Yield the paths that were touched, those inside `root` relative to it; now and then none.

    `folders` tells what to watch, and is asked again when one comes or goes. Where the system has
    no more room to watch, `on_poll` is called and files are looked at several times a second.
    """
    root = root.resolve()
    polls = False
    while True:
        watched = _existing(root, folders)
        stop = asyncio.Event()
        guard = asyncio.create_task(_until_others(root, folders, watched, stop, polls=polls))
        changes = awatch(
            *watched,
            watch_filter=partial(_is_seen, watched),
            debounce=LONGEST_MS,
            step=STEP_MS,
            stop_event=stop,
            rust_timeout=_TICK_MS,
            yield_on_timeout=True,
            force_polling=polls or None,
            poll_delay_ms=POLL_MS,
        )
        try:
            # What changed before anyone watched is found by looking.
            yield frozenset()
            async for found in changes:
                yield frozenset(_shown(path, root) for _, path in found)
        except OSError:
            # inotify(7): the limit of watches is the user's, and other programs have their share.
            if polls:
                raise
            polls = True
            on_poll()
        finally:
            guard.cancel()
            with suppress(asyncio.CancelledError, OSError):
                await guard


async def _until_others(
    root: Path,
    folders: Callable[[], Iterable[Path]],
    watched: tuple[Path, ...],
    stop: asyncio.Event,
    *,
    polls: bool,
) -> None:
    """Set `stop` as soon as other folders are to be watched, or one was made anew."""
    before = _inodes(watched)
    async for _ in awatch(
        root,
        watch_filter=None,
        debounce=LONGEST_MS,
        step=STEP_MS,
        stop_event=stop,
        rust_timeout=_TICK_MS,
        yield_on_timeout=True,
        force_polling=polls or None,
        recursive=False,
    ):
        now = _existing(root, folders)
        if now != watched or _inodes(now) != before:
            stop.set()
            return


def _existing(root: Path, folders: Callable[[], Iterable[Path]]) -> tuple[Path, ...]:
    """Return the folders that are there, one for each place, and that of templates to come."""
    wanted = (*folders(), root / "templates")
    return tuple(dict.fromkeys(path.resolve() for path in wanted if path.is_dir()))


def _inodes(folders: Iterable[Path]) -> list[int]:
    found = []
    for path in folders:
        with suppress(OSError):
            found.append(path.stat().st_ino)
    return found


def _shown(path: str, root: Path) -> str:
    with suppress(ValueError):
        return Path(path).relative_to(root).as_posix()
    return path


def _is_seen(watched: tuple[Path, ...], _: Change, path: str) -> bool:
    """Return whether builds see a file: they pass over what is hidden, or in a hidden folder."""
    found = Path(path)
    for folder in watched:
        if found.is_relative_to(folder):
            return not any(part.startswith(".") for part in found.relative_to(folder).parts)
    return True
