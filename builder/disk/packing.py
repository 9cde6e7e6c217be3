"""Records and bodies as bytes and back: what the memory keeps and what workers hand on.

MessagePack by msgspec, which checks every value against its type as it reads: bytes that somebody
altered give an error or a value of the right form, never code that runs, as pickle would.
"""

import hashlib
from collections.abc import Iterable
from typing import Final, Generic, TypeVar, cast

import msgspec

from builder.basics.problems import Problem
from builder.model.content import (
    ArticleHead,
    Body,
    Facts,
    Head,
    Link,
    LinkSlot,
    NoticeRecord,
    PageRecord,
    Record,
    TermRecord,
)

_HEADS: Final = (ArticleHead, TermRecord, NoticeRecord, PageRecord)


_H = TypeVar("_H")
_T = TypeVar("_T")


class _Packed(msgspec.Struct, array_like=True):
    """A record as it is stored."""

    path: str
    digest: bytes
    outline: bytes
    front: bytes
    """Digest of the front matter as written."""
    kind: int
    """Which of `_HEADS`, -1 where there is none."""
    head: msgspec.Raw
    facts: Facts | None
    problems: tuple[Problem, ...]


class _PackedBody(msgspec.Struct, array_like=True):
    """A body as it is stored; a number stands for a slot."""

    parts: tuple[str | int, ...]
    links: tuple[Link, ...]
    anchors: frozenset[str]
    summary: str


class _Row(msgspec.Struct, Generic[_H], array_like=True):
    """A record as it is stored among others of its kind."""

    path: str
    head: _H
    facts: Facts | None
    problems: tuple[Problem, ...]


class _Rows(msgspec.Struct, array_like=True):
    """Many records, those of a kind together: so all of them are read at one go."""

    articles: list[_Row[ArticleHead]]
    terms: list[_Row[TermRecord]]
    notices: list[_Row[NoticeRecord]]
    pages: list[_Row[PageRecord]]
    unusable: list[_Row[None]]


_ENCODER: Final = msgspec.msgpack.Encoder()
_ROWS: Final = msgspec.msgpack.Decoder(_Rows)
_RECORD: Final = msgspec.msgpack.Decoder(_Packed)
_BODY: Final = msgspec.msgpack.Decoder(_PackedBody)
_HEAD_DECODERS: Final = tuple(msgspec.msgpack.Decoder(kind) for kind in _HEADS)
_PROBLEMS: Final = msgspec.msgpack.Decoder(tuple[Problem, ...])
_NOTHING: Final = _ENCODER.encode(None)


class UnreadableError(ValueError):
    """Bytes that were not packed here, or not by this version."""


def pack_record(
    path: str,
    digest: bytes,
    front: bytes,
    head: Head | None,
    facts: Facts | None,
    problems: tuple[Problem, ...],
) -> bytes:
    """Return what one file gave as bytes; its outline is made on the way."""
    kind = -1 if head is None else _HEADS.index(type(head))
    packed = _NOTHING if head is None else _ENCODER.encode(head)
    outline = hashlib.blake2b(packed, digest_size=16)
    outline.update(b"" if facts is None else facts.summary.encode())
    stored = _Packed(
        path, digest, outline.digest(), front, kind, msgspec.Raw(packed), facts, problems
    )
    return _ENCODER.encode(stored)


def with_other_text(data: bytes, digest: bytes, front: bytes, facts: Facts | None) -> bytes | None:
    """Return a record for a file of which only the text changed, and nothing that others show.

    `digest` is of the file's new bytes, `front` of its front matter, `facts` are of its new text,
    which had no problems. None where more is different, or where the old file had problems.

    Raises:
        UnreadableError: the bytes are none.
    """
    stored = _decoded(_RECORD, data)
    if stored.kind != 0 or stored.front != front or stored.facts != facts or stored.problems:
        return None
    return _ENCODER.encode(msgspec.structs.replace(stored, digest=digest))


def unpack_record(data: bytes) -> Record:
    """Return a record.

    Raises:
        UnreadableError: the bytes are none.
    """
    try:
        stored = _RECORD.decode(data)
        head: Head | None = None
        if stored.kind >= 0:
            head = cast("Head", _HEAD_DECODERS[stored.kind].decode(stored.head))
    except (msgspec.MsgspecError, IndexError) as error:
        raise UnreadableError(str(error)) from error
    return Record(
        path=stored.path,
        digest=stored.digest,
        outline=stored.outline,
        head=head,
        facts=stored.facts,
        problems=stored.problems,
    )


def pack_said(records: Iterable[Record]) -> bytes:
    """Return what many files say as bytes that are read in a third of the time of one by one.

    The digests of the files are not among it.
    """
    rows: tuple[list[tuple[object, ...]], ...] = ([], [], [], [], [])
    for record in records:
        kind = -1 if record.head is None else _HEADS.index(type(record.head))
        rows[kind].append((record.path, record.head, record.facts, record.problems))
    return _ENCODER.encode(rows)


def unpack_said(data: bytes) -> dict[str, Record]:
    """Return what many files say, by path in no order; without digests.

    Raises:
        UnreadableError: the bytes are none.
    """
    rows = _decoded(_ROWS, data)
    kinds = (rows.articles, rows.terms, rows.notices, rows.pages, rows.unusable)
    return {
        row.path: Record(
            path=row.path,
            digest=b"",
            outline=b"",
            head=row.head,
            facts=row.facts,
            problems=row.problems,
        )
        for kind in kinds
        for row in cast("list[_Row[Head | None]]", kind)
    }


def pack_body(body: Body) -> bytes:
    """Return a body as bytes."""
    parts: tuple[str | int, ...]
    if body.links:
        parts = tuple(part if isinstance(part, str) else part.index for part in body.parts)
    else:
        parts = cast("tuple[str, ...]", body.parts)
    stored = _PackedBody(parts, body.links, body.anchors, body.summary)
    return _ENCODER.encode(stored)


def unpack_body(data: bytes) -> Body:
    """Return a body.

    Raises:
        UnreadableError: the bytes are none.
    """
    stored = _decoded(_BODY, data)
    if stored.links:
        parts = tuple(part if isinstance(part, str) else LinkSlot(part) for part in stored.parts)
    else:
        parts = cast("tuple[str, ...]", stored.parts)  # a slot is for a link
    return Body(
        parts=parts,
        links=stored.links,
        anchors=stored.anchors,
        summary=stored.summary,
    )


def pack_problems(problems: tuple[Problem, ...]) -> bytes:
    """Return problems as bytes."""
    return _ENCODER.encode(problems)


def unpack_problems(data: bytes) -> tuple[Problem, ...]:
    """Return problems.

    Raises:
        UnreadableError: the bytes are none.
    """
    return _decoded(_PROBLEMS, data)


def _decoded(decoder: msgspec.msgpack.Decoder[_T], data: bytes) -> _T:
    try:
        return decoder.decode(data)
    except msgspec.MsgspecError as error:
        raise UnreadableError(str(error)) from error
