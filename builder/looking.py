"""What the disk shows of an archive: its content, and the theme with its own templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.disk.listing import list_content
from builder.disk.theme import default_theme, theme_marks
from builder.request import Seen

if TYPE_CHECKING:
    from pathlib import Path

    from builder.disk.listing import Listing


def look(root: Path) -> Seen:
    """Return what the disk shows of an archive."""
    return seen_in(root, list_content(root))


def seen_in(root: Path, listing: Listing) -> Seen:
    """Return what the disk shows of an archive whose content was listed."""
    folders = _theme_folders(root)
    theme = theme_marks(folders, listing.begun_at_ns)
    return Seen(listing=listing, folders=folders, theme=theme)


def _theme_folders(root: Path) -> tuple[Path, ...]:
    """Return the archive's overrides, if it has any, and the theme."""
    theme = default_theme()
    overrides = root / "templates"
    if not overrides.is_dir() or overrides.resolve() == theme.resolve():
        return (theme,)
    return (overrides, theme)
