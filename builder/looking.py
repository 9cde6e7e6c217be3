"""What the disk shows of an archive: its content, and the theme with its own templates."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from builder.disk.listing import list_content
from builder.disk.theme import default_theme, theme_marks
from builder.request import Seen

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from builder.disk.listing import Listing


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


def _theme_folders(root: Path) -> tuple[Path, ...]:
    """Return the archive's overrides, if it has any, and the theme."""
    theme = default_theme()
    overrides = root / "templates"
    if not overrides.is_dir() or overrides.resolve() == theme.resolve():
        return (theme,)
    return (overrides, theme)
