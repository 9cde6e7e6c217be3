"""The progress bar: on a terminal alone, for what takes over a second."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rich.progress import Progress, TaskID


class Bar:
    """Shows how far a build is, once it takes over a second on a terminal; gone when it ends."""

    def __init__(self, *, is_on: bool) -> None:
        """Take whether anything is to be shown."""
        self._is_on = is_on
        self._start = time.perf_counter()
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __call__(self, stage: str) -> None:
        """Show the stage that begins."""
        bar = self._open()
        if bar is not None:
            if self._task is not None:
                bar.remove_task(self._task)
            self._task = bar.add_task(stage, total=None)

    def pages(self, done: int, total: int) -> None:
        """Show how many pages of how many are made."""
        bar = self._open()
        if bar is not None:
            if self._task is None:
                self._task = bar.add_task("render", total=total)
            bar.update(self._task, completed=done, total=total)

    def _open(self) -> Progress | None:
        if self._bar is None and self._is_on and time.perf_counter() - self._start > 1:
            from rich.console import Console  # noqa: PLC0415 - a quick build never shows a bar
            from rich.progress import (  # noqa: PLC0415
                BarColumn,
                MofNCompleteColumn,
                Progress,
                TextColumn,
                TimeElapsedColumn,
            )

            self._bar = Progress(
                TextColumn("{task.description:<9}"),
                BarColumn(),
                MofNCompleteColumn(),
                TimeElapsedColumn(),
                console=Console(stderr=True),
                transient=True,
            )
            self._bar.start()
        return self._bar

    def __enter__(self) -> None:
        """Show nothing yet."""

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        if self._bar is not None:
            self._bar.stop()
