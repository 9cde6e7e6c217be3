"""What all files of content/ say, read at one go where few of them changed since it was kept.

Unpacking twenty thousand records one by one is a third of what a check after one edit costs. Bodies
are not among it: this is for checks that make no page.
"""

from __future__ import annotations

import zlib
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from builder.disk.memory import MemoryDamagedError
from builder.disk.packing import UnreadableError, pack_said, unpack_said
from builder.disk.walk import MARK_SIZE
from builder.intake import Intake, take_in, take_in_again

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from builder.disk.listing import Listing
    from builder.disk.memory import Memory
    from builder.model.settings import Settings

FILE: Final = "said"
"""In the folder of the memory."""

MOST_CHANGED: Final = 64
"""Files that are read again each time; with more, all is kept anew."""


def take_in_said(
    root: Path,
    listing: Listing,
    settings: Settings,
    memory: Memory,
    jobs: int,
    meanwhile: Callable[[], None],
) -> Intake:
    """Return what all files of content/ say, as `take_in` does, but for their bodies.

    Raises:
        MemoryDamagedError: the memory cannot be trusted.
    """
    key = repr(settings.reading_key).encode()
    if memory.get("reading") == key:
        changed = _changed(listing, memory)
        said = _read(memory) if len(changed) <= MOST_CHANGED else None
        if said is not None:
            try:
                before = Intake(records=unpack_said(said))
            except UnreadableError as error:
                raise MemoryDamagedError from error
            return take_in_again(root, listing, settings, before, changed, memory)
    found = take_in(root, listing, settings, memory, jobs, meanwhile)
    _write(pack_said(found.records.values()), memory)
    memory.put("check said paths", listing.paths)
    memory.put("check said marks", listing.marks)
    return found


def _read(memory: Memory) -> bytes | None:
    """Return what was kept; None where it is not what the memory speaks of."""
    try:
        said = (memory.path.parent / FILE).read_bytes()
    except OSError:
        return None
    return said if memory.get("check said") == _sum(said) else None


def _write(said: bytes, memory: Memory) -> None:
    """Keep it beside the tables: from within them twenty megabytes take five times as long."""
    target = memory.path.parent / FILE
    with suppress(OSError):
        fresh = target.with_suffix(".new")
        fresh.write_bytes(said)
        fresh.replace(target)
    memory.put("check said", _sum(said))


def _sum(said: bytes) -> bytes:
    return b"%d" % zlib.crc32(said)


def _changed(listing: Listing, memory: Memory) -> frozenset[str]:
    """Return the files that were touched or came since all was kept."""
    paths, marks = memory.get("check said paths") or b"", memory.get("check said marks") or b""
    places = listing.changed_since(paths, marks)
    if places is not None:
        return frozenset(listing.file(place).path for place in places[: MOST_CHANGED + 1])
    before = set(zip(paths.split(b"\0"), _cut(marks), strict=False))
    now = zip(listing.paths.split(b"\0"), _cut(listing.marks), strict=False)
    return frozenset(found[0].decode() for found in now if found not in before)


def _cut(marks: bytes) -> list[bytes]:
    return [marks[at : at + MARK_SIZE] for at in range(0, len(marks), MARK_SIZE)]
