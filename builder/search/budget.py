"""How much memory indexing may take at once, and how much a shard will."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.search.shards import text_bytes

if TYPE_CHECKING:
    from builder.search.shards import Shard

_SIZE: Final = re.compile(r"(\d+(?:\.\d+)?)\s*([KMGT]?)(?:i?B)?", re.IGNORECASE | re.ASCII)
_UNITS: Final = {"": 0, "K": 10, "M": 20, "G": 30, "T": 40}

_CONTROL_GROUP: Final = Path("/proc/self/cgroup")
_CONTROL_GROUPS: Final = Path("/sys/fs/cgroup")
_OWN_MEMORY: Final = Path("/proc/self/statm")

_USUAL_MOST: Final = 2 << 30
"""More makes large archives on machines of many cores quicker; that is for their owners to say."""
_BOUND_PAGE: Final = 10 << 10
"""By how much we grow for each page of a series until all is bound: 7.5 KiB, as measured with four
series of 25,000."""

_BASE: Final = 24 << 20
_FOR_A_PAGE: Final = 24 << 10
_FOR_A_BYTE: Final = 75
"""0.43 KiB a word of six letters, as measured."""


def parse_size(text: str) -> int:
    """Return a number of bytes written as `500M`, `2G` or `2.5GiB` (units of 1,024).

    Raises:
        ValueError: it is none.
    """
    found = _SIZE.fullmatch(text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no size")
    size = int(float(found[1]) * (1 << _UNITS[found[2].upper()]))
    if size <= 0:
        raise ValueError(f"{text!r} is no size")
    return size


def usual_memory() -> int:
    """Return half of the memory of this machine, or of our container; 2 GiB at most."""
    try:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    except (ValueError, OSError, AttributeError):
        memory = 2 << 30
    return min(min([memory, *_limits(_CONTROL_GROUP, _CONTROL_GROUPS)]) // 2, _USUAL_MOST)


def memory_left(limit: int, pages: int) -> int:
    """Return how many of so many bytes are left for Pagefind, beside what we take ourselves.

    `pages` are those of the largest series of shards.
    """
    return max(1, limit - _taken() - _BOUND_PAGE * pages)


def _taken() -> int:
    """Return how much memory this process has now; 0 where the system does not tell."""
    try:
        pages = int(_OWN_MEMORY.read_text(encoding="ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE")
    except (OSError, ValueError, IndexError, AttributeError):
        return 0


def _limits(own: Path, groups: Path) -> list[int]:
    """Return the limits of our control group and of those above it (cgroups(7), version 2)."""
    try:
        lines = own.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
    place = next((line[3:].strip("/") for line in lines if line.startswith("0::")), "")
    folder, found = groups / place, list[int]()
    for group in (folder, *folder.parents):
        if not group.is_relative_to(groups):
            break
        try:
            said = (group / "memory.max").read_text(encoding="ascii").strip()
        except (OSError, ValueError):
            continue
        if said.isdecimal():
            found.append(int(said))
    return found


def estimate(shard: Shard) -> int:
    """Return how many bytes Pagefind will take for a shard at most, and we for its answer."""
    text = sum(text_bytes(page.size_bytes) for page in shard.pages)
    return _BASE + _FOR_A_PAGE * len(shard.pages) + _FOR_A_BYTE * text
