"""Rows as bytes: CSV (RFC 4180, UTF-8) and JSON lines, the same values in both."""

from __future__ import annotations

import re
from itertools import chain
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder.pages.data.tables import Column, Table

FORMULA_SIGNS: Final = frozenset("=+-@\t\r＝＋－＠")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV injection; the wide forms in East
Asian editions). Titles come from anywhere, and `=HYPERLINK(...)` or worse would run."""

_SUSPECT: Final = FORMULA_SIGNS | {"'"}
_SPECIAL: Final = re.compile('[",\r\n]')
_JSON: Final = msgspec.json.Encoder()


def to_bytes(table: Table, rows: Iterable[msgspec.Struct], form: str) -> bytes:
    """Return a file of a table."""
    return _JSON.encode_lines(rows) if form == "jsonl" else _csv(table, rows)


def _csv(table: Table, rows: Iterable[msgspec.Struct]) -> bytes:
    columns = table.columns
    header = ",".join([column.name for column in columns])
    lines: Iterable[tuple[str, ...]] = map(msgspec.structs.astuple, rows)
    if not all(column.is_code and column.is_required for column in columns):
        # Column by column: `csv` looks at every letter, and hardly any cell has to be quoted. A row
        # may be an article as JSON holds it, which has more of them.
        lines = zip(*map(_cells, columns, zip(*lines, strict=True)), strict=True)
    return "\r\n".join(chain([header], map(",".join, lines), [""])).encode()


def _cells(column: Column, values: Iterable[Any]) -> Iterable[str]:
    """Return the values of a column as they stand in CSV; nothing is an empty cell."""
    if column.is_prose:
        return [_quoted(harmless(value)) if value else "" for value in values]
    if column.type == "array":
        return [_quoted(_JSON.encode(value).decode()) if value else "" for value in values]
    if column.type == "integer":
        return ["" if value is None else str(value) for value in values]
    return [value or "" for value in values]


def _quoted(cell: str) -> str:
    """Return a cell in quotation marks, if it needs them (RFC 4180 section 2)."""
    return cell if _SPECIAL.search(cell) is None else '"' + cell.replace('"', '""') + '"'


def harmless(cell: str) -> str:
    """Return text that no spreadsheet takes for a formula: with an apostrophe in front, if need be.

    Whatever begins with such a sign, or with apostrophes and then such a sign, gets one more; so
    the text is had back by taking one away from what begins like that.
    """
    if cell[0] not in _SUSPECT:
        return cell
    return f"'{cell}" if (cell.lstrip("'") or " ")[0] in FORMULA_SIGNS else cell
