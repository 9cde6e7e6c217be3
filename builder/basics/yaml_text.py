"""Text as YAML: quoted only where a reader of YAML (1.1 or 1.2) would see something else."""

from __future__ import annotations

import re
from typing import Final

_PLAIN_START: Final = re.compile(r"\w(?<!_)")
_NEVER_PLAIN: Final = re.compile(r": | #|:$|[\t\n]")
_FLOW_MARKS: Final = re.compile(r"[,\[\]{}:#?]")
_LIKE_NUMBER: Final = re.compile(r"[0-9][0-9a-fA-FoOxX_.:TtZz eE+/-]*", re.ASCII)
_LIKE_WORD: Final = frozenset(
    {"y", "n", "yes", "no", "on", "off", "true", "false", "null", "nan", "inf"}
)
# What YAML 1.2 section 5.1 lets stand in a file, without the line ends of YAML 1.1 and without
# marks that cannot be seen: those are written as escapes.
_PRINTABLE: Final = re.compile(
    "[\x20-\x7e\xa0-\u2027\u202f-\ufefe\uff00-\ufffd\U00010000-\U0010fffd]*"
)


def scalar(text: str, *, in_flow: bool = False) -> str:
    """Return `text` as a YAML scalar on one line that every reader takes for that text."""
    if _is_plain(text) and not (in_flow and _FLOW_MARKS.search(text)):
        return text
    if not _PRINTABLE.fullmatch(text):
        return '"' + "".join(_double_quoted(c) for c in text) + '"'
    if "'" in text and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return "'" + text.replace("'", "''") + "'"


def _is_plain(text: str) -> bool:
    return (
        _PLAIN_START.match(text) is not None
        and _NEVER_PLAIN.search(text) is None
        and _PRINTABLE.fullmatch(text) is not None
        and text == text.strip()
        and text.lower() not in _LIKE_WORD
        and _LIKE_NUMBER.fullmatch(text) is None
    )


def _double_quoted(c: str) -> str:
    if c in '"\\':
        return "\\" + c
    if c == "\n":
        return "\\n"
    if c == "\t":
        return "\\t"
    if _PRINTABLE.fullmatch(c):
        return c
    code = ord(c)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
