"""What cleaning a file gives, and what keeps it from being cleaned."""

from __future__ import annotations

from typing import NamedTuple


class Cleaned(NamedTuple):
    """A file without what it told."""

    data: bytes
    found: tuple[str, ...]
    """What it told, a few words each, in the order of the file; () where it told nothing."""


class DamagedError(Exception):
    """The file is not what its name says, or cut short."""


class NeedsExtraError(Exception):
    """Such files are read by a library that is not installed."""
