"""What the disk shows of an archive: its content, and the theme with its own templates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from builder.basics.problems import Location, Outcome, problem
from builder.disk.listing import list_content
from builder.disk.theme import default_theme, theme_marks
from builder.model.source import SETTINGS_FILE, SourceFile
from builder.request import Seen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.listing import Listing
    from builder.model.settings import Settings


def look(root: Path, listing: Callable[[], Listing] | None = None) -> Seen:
    """Return what the disk shows of an archive; `listing` waits for one that was begun already."""
    folders, theme = look_at_theme(root)
    found = list_content(root) if listing is None else listing()
    return Seen(listing=found, folders=folders, theme=theme)


def look_at_theme(root: Path) -> tuple[tuple[Path, ...], list[tuple[str, bytes]]]:
    """Return the folders of templates, as `Seen` has them, and their files with marks."""
    begun_at_ns = time.time_ns()
    folders = _theme_folders(root)
    return folders, theme_marks(folders, begun_at_ns)


def settings_of(root: Path) -> Outcome[Settings]:
    """Return the settings of an archive as they are written, for whoever needs nothing else of it.

    Problem: not-an-archive, besides those of the file.
    """
    from builder.disk.texts import read_text  # noqa: PLC0415 - a build reads them among all files
    from builder.reading import parse_settings  # noqa: PLC0415

    path = root / SETTINGS_FILE
    if not path.is_file():
        return Outcome(None, (no_archive(),))
    read = read_text(root, SourceFile(SETTINGS_FILE, path.stat().st_size))
    if read.value is None:
        return Outcome(None, read.problems)
    parsed = parse_settings(read.value)
    return Outcome(parsed.value, (*read.problems, *parsed.problems))


def no_archive() -> Problem:
    """Return what is wrong with a folder that is no archive."""
    message = f"there is no {SETTINGS_FILE}, so this is not an archive"
    hint = "`backfile init DIR` makes one; -C DIR names another folder"
    return problem("not-an-archive", message, Location(SETTINGS_FILE), hint)


def _theme_folders(root: Path) -> tuple[Path, ...]:
    """Return the archive's overrides, if it has any, and the theme."""
    theme = default_theme()
    overrides = root / "templates"
    if not overrides.is_dir() or overrides.resolve() == theme.resolve():
        return (theme,)
    return (overrides, theme)
