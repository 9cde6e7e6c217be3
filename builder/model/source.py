"""A file of the archive, as the disk lists it and as it is read."""

from typing import Final, NamedTuple

SETTINGS_FILE: Final = "content/archive.yaml"
"""The only settings file of an archive."""


class SourceFile(NamedTuple):
    """A file as the disk lists it; a tuple, since there are very many."""

    path: str
    """Posix, from the archive's root."""
    size_bytes: int


class SourceText(NamedTuple):
    """A text file as read: no BOM, line ends as LF, Unicode as written."""

    path: str
    text: str
