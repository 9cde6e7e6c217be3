"""The plainest heads, as programs write them and most people do, read without a YAML parser.

One `key: value` a line, where a value is a word or more, a text in quotes, or a list of these in
brackets. Anything else, and anything that YAML might take otherwise, is refused here and goes to
PyYAML, so that a head has one meaning only. Called by `front_matter`. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location
from builder.reading.nodes import Mapping, Scalar, Sequence

if TYPE_CHECKING:
    from builder.reading.nodes import Node

_MAX_LENGTH: Final = 16 * 1024
"""Characters. No head so short can hold more values than `composer` allows."""

# Tabs, the line ends that YAML knows besides LF, what it forbids, byte order marks. (What lies
# beyond the first plane is no trouble but, as a class of characters, slow.)
_STRANGE: Final = "[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]"
_PLAIN_ASCII: Final = b"\n" + bytes(range(0x20, 0x7F))

# YAML 1.1: what is plain (9.1.3) begins with none of its indicators, holds no colon before a space
# and no hash behind one; in a list it holds nothing that could end it. Of the escapes in double
# quotes (5.7) those that keep a quote, a backslash or a slash.
_QUOTED: Final = r"\"[^\"\\\n]*+(?:\\[\"\\/][^\"\\\n]*+)*+\"|'[^'\n]*+(?:''[^'\n]*+)*+'"
_FIRST: Final = r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]"
_REST: Final = r"[^:#\n]*+(?:(?::(?![ \n]|\Z)|(?<! )#)[^:#\n]*+)*+"
_REST_IN_LIST: Final = r"[^,:?#\[\]{}\"\n]*+"
_KEY: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_\-]{0,63}+")
_USUAL_KEYS: Final = frozenset({"title", "date", "slug", "topics", "people", "places", "summary"})
"""Known to be keys, without a look at each letter."""
_PLAIN: Final = re.compile(_FIRST + _REST)
_WHOLE_QUOTED: Final = re.compile(_QUOTED)
_ITEM: Final = re.compile(rf" *+({_QUOTED}|{_FIRST}{_REST_IN_LIST}) *+([,\]])")
_ESCAPE: Final = re.compile(r"\\(.)")

_make: Final = tuple.__new__  # half the time of calling the class, and there are very many


def read_plain_head(text: str, path: str, first_line: int) -> Mapping | None:
    """Return a head as nodes; None where a parser has to be asked."""
    if len(text) > _MAX_LENGTH:
        return None
    if text.isascii():
        # What is left when all that is plain is taken away: found in a tenth of the time.
        is_strange = bool(text.encode().translate(None, _PLAIN_ASCII))
    else:
        is_strange = re.search(_STRANGE, text) is not None
    if is_strange:
        return None
    entries: dict[str, tuple[Scalar, Node]] = {}
    for line, row in enumerate(text.split("\n"), first_line):
        if not row:
            continue
        key, _, raw = row.partition(": ")
        value = raw.strip(" ")
        if not value or key in entries:
            return None
        if key not in _USUAL_KEYS and _KEY.fullmatch(key) is None:
            return None
        column = len(key) + 3
        if raw[0] == " ":
            column += len(raw) - len(raw.lstrip(" "))
        place = _make(Location, (path, line, column))
        node: Node | None
        if value == "[]":
            node = _make(Sequence, ((), place))
        elif value[0] == "[":
            node = _read_list(row, place)
        else:
            node = _read_value(value, place)
        if node is None:
            return None
        name = _make(Scalar, (key, _make(Location, (path, line, 1)), True))
        entries[key] = name, node
    if not entries:
        return None
    found = tuple(entries.values())
    return Mapping(found, found[0][0].location)  # empty lines may stand above it


def _read_value(value: str, place: Location) -> Scalar | None:
    """Return a value that is no list; None where it is not plain or not wholly in quotes."""
    first = value[0]
    if first in "\"'":
        if value.find(first, 1) == len(value) - 1 and "\\" not in value:
            text = value[1:-1]
            if not text.isascii():
                text = unicodedata.normalize("NFC", text)
            return _make(Scalar, (text, place, False))
        return None if _WHOLE_QUOTED.fullmatch(value) is None else _scalar(value, place)
    if _PLAIN.fullmatch(value) is None:
        return None
    if not value.isascii():
        value = unicodedata.normalize("NFC", value)
    return _make(Scalar, (value, place, True))


def _read_list(row: str, place: Location) -> Sequence | None:
    """Return the list whose bracket opens at `place` and closes at the end of the line."""
    path, line, column = place
    at = column or 1
    if row[at:].strip(" ") == "]":
        return Sequence((), place)
    items: list[Scalar] = []
    mark = ","
    while mark == ",":
        found = _ITEM.match(row, at)
        if found is None:
            return None
        raw, mark = found.groups()
        items.append(_scalar(raw, _make(Location, (path, line, found.start(1) + 1))))
        at = found.end()
    if row[at:].strip(" "):
        return None
    return _make(Sequence, (tuple(items), place))


def _scalar(raw: str, place: Location) -> Scalar:
    """Return a value as its quotes, or the lack of them, say."""
    quote = raw[0]
    if quote == '"':
        text = raw[1:-1]
        if "\\" in text:
            text = _ESCAPE.sub(r"\1", text)
    elif quote == "'":
        text = raw[1:-1].replace("''", "'")
    else:
        text = raw.rstrip(" ")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    return _make(Scalar, (text, place, quote not in "\"'"))
