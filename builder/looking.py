"""What the disk shows of an archive: its content, and the theme with its own templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.basics.problems import Location, Outcome, problem
from builder.disk.listing import list_content
from builder.disk.theme import default_theme, theme_marks
from builder.model.source import SETTINGS_FILE, SourceFile
from builder.request import Seen

if TYPE_CHECKING:
    from pathlib import Path

    from builder.basics.problems import Problem
    from builder.disk.listing import Listing
    from builder.model.settings import Settings


def look(root: Path) -> Seen:
    """Return what the disk shows of an archive."""
    return seen_in(root, list_content(root))


def seen_in(root: Path, listing: Listing) -> Seen:
    """Return what the disk shows of an archive whose content was listed."""
    folders = _theme_folders(root)
    theme = theme_marks(folders, listing.begun_at_ns)
    return Seen(listing=listing, folders=folders, theme=theme)


def settings_of(root: Path) -> Outcome[Settings]:
    """Return the settings of an archive as they are written, for whoever needs nothing else of it.

    Problem: not-an-archive, besides those of the file.
    """
    from builder.disk.scan import read_text  # noqa: PLC0415 - a build reads them among all files
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
