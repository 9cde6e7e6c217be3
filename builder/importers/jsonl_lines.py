"""A source of JSON lines -> one record after another, however large the file is, and their keys.

Imports basics. Called by jsonl.py and run.py. A line that is no record is a Problem in its place,
and the next line is read all the same.
"""

from __future__ import annotations

import gzip
import json
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, BinaryIO, Final, cast

from builder.basics.digests import sha256_hex
from builder.basics.problems import ImportFailed, Location, Problem, problem
from builder.importers.jsonl_fields import column
from builder.importers.plain_markdown import clean_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

_ID_MAX: Final = 300
"""Longer ids (there are exports with a whole query in them) are kept as their digest."""

MAX_LINE: Final = 8_000_000
"""Bytes of one record; the builder reads no longer article. Longer lines are never held."""
_GZIP: Final = b"\x1f\x8b"
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a source that holds a record."""

    place: Location
    record: dict[str, Any]


def check_readable(source: Path) -> None:
    """Refuse a source that cannot be read at all.

    Raises:
        ImportFailed: the first bytes are not there, or are of another kind of file.
    """
    place = Location(source.as_posix())
    hint = None
    try:
        with _opened(source) as stream:
            start = stream.read(4)
    except (OSError, EOFError, zlib.error) as error:
        message = f"the source cannot be read: {_reason(error)}"
        raise ImportFailed((problem("import-unreadable", message, place),)) from error
    if start.startswith(_UTF16):
        message = "the source is UTF-16 text, and only UTF-8 is read"
        hint = f"convert it: iconv -f UTF-16 -t UTF-8 {source.name}"
    elif not start:
        message = "the source is empty"
    elif start[:2] == b"PK" or start[:3] == b"BZh" or start == b"\xfd7zX":
        message = "the source is packed in a form that is not read"
        hint = "unpack it, or pack it with gzip"
    else:
        return
    raise ImportFailed((problem("import-unreadable", message, place, hint),))


def _opened(source: Path) -> BinaryIO:
    stream = source.open("rb")
    start = stream.read(2)
    stream.seek(0)
    if start == _GZIP:
        stream.close()
        return cast("BinaryIO", gzip.open(source, "rb"))
    return stream


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def read_lines(source: Path) -> Iterator[Line | Problem]:
    """Give each record of a source in order, or why a line holds none. Blank lines are nothing.

    Problems: import-bad-line, always with its line; the next line is read all the same.
    """
    path = source.as_posix()
    number = 0
    try:
        with _opened(source) as stream:
            while line := stream.readline(MAX_LINE + 1):
                number += 1
                place = Location(path, number)
                if len(line) > MAX_LINE and not line.endswith(b"\n"):
                    _pass_over(stream)
                    message = f"the line is longer than {MAX_LINE // 1_000_000} MB"
                    yield problem("import-bad-line", message, place)
                    continue
                if number == 1:
                    line = line.removeprefix(_BOM)
                if not line.isspace() and line:
                    yield _parse_line(line, place)
    except (OSError, EOFError, zlib.error) as error:
        message = f"the source is damaged from here on: {_reason(error)}"
        hint = "what stands before was read; fetch the file again for the rest"
        yield problem("import-bad-line", message, Location(path, number + 1), hint)


def _pass_over(stream: BinaryIO) -> None:
    while (rest := stream.readline(MAX_LINE)) and not rest.endswith(b"\n"):
        pass


def _parse_line(line: bytes, place: Location) -> Line | Problem:
    try:
        text = line.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"the line is not UTF-8 text: byte {error.start + 1} is 0x{line[error.start]:02x}"
        return problem("import-bad-line", message, place, "convert the source to UTF-8")
    try:
        record = json.loads(text)
    except json.JSONDecodeError as error:
        message = f"the line is not JSON: {error.msg[0].lower()}{error.msg[1:]}"
        message += f" at character {error.pos + 1}"
        return problem("import-bad-line", message, place, "each line has to be one object: {...}")
    except (ValueError, RecursionError):
        message = "the line is JSON that no export writes: too deep, or with endless numbers"
        return problem("import-bad-line", message, place)
    if not isinstance(record, dict):
        message = "the line is JSON, but not an object"
        return problem("import-bad-line", message, place, "each line has to be one object: {...}")
    return Line(place, record)


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """What makes a record the same story in the next export."""

    text: str
    id: str | None
    """As the source gives it."""
    repeats: Location | None = None
    """Where the very same record stood before."""
    clashes_with: Location | None = None
    """Where another story with the same id stood before."""


class Keys:
    """Tells the stories of one collection apart; holds one short entry for each.

    A story is known by its id, so that a later, longer or corrected export finds it again. Without
    an id the whole record is its key. An id that comes again with another story is worth a warning,
    not a loss: the second story is known by id and content together.
    """

    def __init__(self, columns: Mapping[str, tuple[str, ...]]) -> None:
        """Take the columns that ids stand in."""
        self._id_columns = columns["id"]
        self._seen: dict[str, tuple[int, Location]] = {}

    def find(self, line: Line) -> Key:
        """Return the key of a record, and remember it."""
        content = _digest_of(line.record)
        given = (_id_text(column(line.record, name)) for name in self._id_columns)
        id_text = next((text for text in given if text is not None), None)
        text = id_text or f"record {content:016x}"
        before = self._seen.setdefault(text, (content, line.place))
        if before[1] == line.place:
            return Key(text=text, id=id_text)
        if before[0] == content:
            return Key(text=text, id=id_text, repeats=before[1])
        own = f"{text} {content:016x}"
        again = self._seen.setdefault(own, (content, line.place))
        if again[1] == line.place:
            return Key(text=own, id=id_text, clashes_with=before[1])
        return Key(text=own, id=id_text, repeats=again[1])


def _digest_of(record: dict[str, Any]) -> int:
    text = json.dumps(record, sort_keys=True, ensure_ascii=True)
    return int(sha256_hex(text.encode())[:16], 16)


def _id_text(value: object) -> str | None:
    """Return an id as text; None where there is none."""
    if value is None or isinstance(value, bool):
        return None
    text = clean_line(value if isinstance(value, str) else json.dumps(value, sort_keys=True))[0]
    if len(text) > _ID_MAX:
        text = sha256_hex(text.encode())
    return text or None
