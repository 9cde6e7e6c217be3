"""What all files of content/ say, read at one go where few of them changed since it was kept.

Unpacking twenty thousand records one by one is a third of what a check after one edit costs. Bodies
are not among it: this is for checks that make no page.
"""

from __future__ import annotations

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
    said = memory.get("check said")
    key = repr(settings.reading_key).encode()
    if said is not None and memory.get("reading") == key:
        changed = _changed(listing, memory)
        if len(changed) <= MOST_CHANGED:
            try:
                before = Intake(records=unpack_said(said))
            except UnreadableError as error:
                raise MemoryDamagedError from error
            return take_in_again(root, listing, settings, before, changed, memory)
    found = take_in(root, listing, settings, memory, jobs, meanwhile)
    memory.put("check said", pack_said(found.records.values()))
    memory.put("check said paths", listing.paths)
    memory.put("check said marks", listing.marks)
    return found


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
