"""What a build makes: files of the site, before they are on disk."""

from __future__ import annotations

from typing import NamedTuple


class Output(NamedTuple):
    """One file of the site."""

    path: str
    """Posix, from the site's root; its url as well."""
    content: bytes
