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
_STRANGE: Final = re.compile("[^\n -~\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]")

# YAML 1.1: what is plain (9.1.3) begins with none of its indicators, holds no colon before a space
# and no hash behind one; in a list it holds nothing that could end it. Of the escapes in double
# quotes (5.7) those that keep a quote, a backslash or a slash.
_QUOTED: Final = r"\"[^\"\\\n]*+(?:\\[\"\\/][^\"\\\n]*+)*+\"|'[^'\n]*+(?:''[^'\n]*+)*+'"
_FIRST: Final = r"[^\s\-?:,\[\]{}#&*!|>'\"%@`]"
_REST: Final = r"[^:#\n]*+(?:(?::(?![ \n]|\Z)|(?<! )#)[^:#\n]*+)*+"
_REST_IN_LIST: Final = r"[^,:?#\[\]{}\"\n]*+"
_END: Final = r" *+(?:\n++|\Z)"
_LINE: Final = re.compile(
    r"([A-Za-z_][A-Za-z0-9_\-]{0,63}+): ++"
    rf"(?:({_QUOTED}|{_FIRST}{_REST}|\[ *+\]){_END}|\[)"
)
_ITEM: Final = re.compile(rf" *+({_QUOTED}|{_FIRST}{_REST_IN_LIST}) *+([,\]])")
_LINE_END: Final = re.compile(_END)
_ESCAPE: Final = re.compile(r"\\(.)")


def read_plain_head(text: str, path: str, first_line: int) -> Mapping | None:
    """Return a head as nodes; None where a parser has to be asked."""
    if len(text) > _MAX_LENGTH or _STRANGE.search(text) is not None:
        return None
    entries: dict[str, tuple[Scalar, Node]] = {}
    line = first_line
    start = 0
    while (found := _LINE.match(text, start)) is not None:
        key, raw = found.groups()
        if key in entries:
            return None
        end = found.end()
        value: Node
        if raw is None:
            read = _read_list(text, end, start, path, line)
            if read is None:
                return None
            value, end = read
        else:
            place = Location(path, line, found.start(2) - start + 1)
            value = Sequence((), place) if raw[0] == "[" else _scalar(raw, place)
        entries[key] = (Scalar(key, Location(path, line, 1), is_plain=True), value)
        line += text.count("\n", start, end)
        start = end
    if start < len(text) or not entries:
        return None
    return Mapping(tuple(entries.values()), Location(path, first_line, 1))


def _read_list(
    text: str, start: int, line_start: int, path: str, line: int
) -> tuple[Sequence, int] | None:
    """Return the list whose bracket opens before `start`, and where the next line begins."""
    items: list[Scalar] = []
    at = start
    mark = ","
    while mark == ",":
        found = _ITEM.match(text, at)
        if found is None:
            return None
        raw, mark = found.groups()
        items.append(_scalar(raw, Location(path, line, found.start(1) - line_start + 1)))
        at = found.end()
    end = _LINE_END.match(text, at)
    if end is None:
        return None
    return Sequence(tuple(items), Location(path, line, start - line_start)), end.end()


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
    return Scalar(text, place, quote not in "\"'")
