"""An article of which only the text is another one, read without the rest of the archive.

Loads next to nothing of what `intake` needs: a corrected article is live the sooner.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from builder.basics.halves import cut, front_digest
from builder.disk.memory import Memory, MemoryDamagedError
from builder.disk.packing import UnreadableError, with_other_text
from builder.disk.texts import decode, read_bytes
from builder.prose import convert

if TYPE_CHECKING:
    from pathlib import Path

    from builder.disk.pack import Place
    from builder.model.content import Body
    from builder.model.source import SourceFile


class Before(NamedTuple):
    """What an article was, whose text is another one now."""

    digest: bytes
    body: Place | None
    """Where its text stands."""


class OtherText(NamedTuple):
    """An article with its new text."""

    file: SourceFile
    mark: bytes
    digest: bytes
    record: bytes
    body: Body
    before: Before
    """What it was."""


def read_other_text(root: Path, file: SourceFile, mark: bytes, memory: Memory) -> OtherText | None:
    """Return an article's new text, or None where more than the text is another one."""
    stored = memory.source(file.path)
    data = read_bytes(root, file)
    if stored is None or data.value is None:
        return None
    digest = hashlib.sha256(data.value).digest()
    source = decode(data.value, file.path)
    halves = None if source.value is None else cut(source.value.text)
    if source.value is None or halves is None:
        return None
    prose = halves[1]
    body = convert(prose.text, path=file.path, first_line=prose.first_line)
    if body.value is None or body.problems or body.value.is_empty:
        return None
    front = front_digest(halves)
    try:
        record = with_other_text(stored.record, digest, front, body.value.facts)
    except UnreadableError as error:
        raise MemoryDamagedError from error
    if record is None:
        return None
    before = Before(stored.digest, stored.body)
    return OtherText(file, mark, digest, record, body.value, before)
