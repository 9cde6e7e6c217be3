"""What of a content file bears on problems: while that stays as it is, they stay as they are.

A title, a summary, a biography stand on many pages and can be wrong in none of them, so an edit of
these is checked without the rest of the archive. Whatever is not named here bears on something.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import msgspec

from builder.disk.memory import MemoryDamagedError
from builder.disk.packing import UnreadableError, unpack_record
from builder.intake import read_again
from builder.looking import settings_of
from builder.model.content import ArticleHead, Image, PageRecord, TermRecord

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from builder.disk.memory import Memory
    from builder.model.content import Facts, Record
    from builder.model.source import SourceFile

_WITHOUT_BEARING: Final[Mapping[type, frozenset[str]]] = {
    ArticleHead: frozenset({"authors", "corrections", "dateline", "extra", "license", "source"})
    | {"summary", "title", "updated", "where"},
    Image: frozenset({"alt", "caption", "credit"}),
    PageRecord: frozenset({"summary", "title"}),
    TermRecord: frozenset({"extra", "ids", "roles", "scope_note", "sort_name"}),
}
"""Fields that are looked at as the file is read, and by nothing else that finds problems.

`where` and `location` are where other problems of the same file would be told: files of which any
is told are left to a whole check.
"""


def bear_alike(root: Path, files: Sequence[SourceFile], memory: Memory) -> bool:
    """Return whether these files, as they are now, leave all problems of the archive as they were.

    Their settings are those under which the memory knows them, and nothing was told of them.

    Raises:
        MemoryDamagedError: the memory cannot be trusted.
    """
    before: dict[str, Record] = {}
    for file in files:
        stored = memory.source(file.path)
        if stored is None:
            return False
        try:
            before[file.path] = unpack_record(stored.record)
        except UnreadableError as error:
            raise MemoryDamagedError from error
    settings = settings_of(root).value
    if settings is None:
        return False
    now, _ = read_again(root, files, settings)
    return all(_is_alike(record, now[path]) for path, record in before.items())


def _is_alike(before: Record, now: Record) -> bool:
    if before.head is None or now.head is None or before.problems or now.problems:
        return False
    heads = _plain(before.head), _plain(now.head)
    texts = _of_text(before.facts), _of_text(now.facts)
    return heads[0] == heads[1] and texts[0] == texts[1]


def _plain(value: object) -> object:
    """Return what of a value bears on problems, without the places where its parts are written."""
    if isinstance(value, msgspec.Struct):
        kind = type(value)
        without = _WITHOUT_BEARING.get(kind, frozenset())
        fields = (name for name in value.__struct_fields__ if name not in {"location", *without})
        return [kind, *(_plain(getattr(value, name)) for name in fields)]
    if isinstance(value, dict):
        return {key: _plain(part) for key, part in value.items()}
    if isinstance(value, tuple) and not hasattr(value, "_fields"):
        return [_plain(part) for part in value]
    return value


def _of_text(facts: Facts | None) -> tuple[object, ...] | None:
    """Return what a text asks of others and offers to them; its words bear on nothing."""
    if facts is None:
        return None
    return frozenset((link.href, link.is_image) for link in facts.links), facts.anchors
