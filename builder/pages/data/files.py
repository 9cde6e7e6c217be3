"""Rows as bytes: CSV (RFC 4180, UTF-8) and JSON lines, the same values in both."""

from __future__ import annotations

import csv
import io
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder.pages.data.tables import Table

FORMULA_SIGNS: Final = frozenset("=+-@\t\r＝＋－＠")
"""What makes a spreadsheet take a cell for a formula (OWASP, CSV injection; the wide forms in East
Asian editions). Titles come from anywhere, and `=HYPERLINK(...)` or worse would run."""

_SUSPECT: Final = FORMULA_SIGNS | {"'"}
_JSON: Final = msgspec.json.Encoder()


def to_bytes(table: Table, rows: Iterable[msgspec.Struct], form: str) -> bytes:
    """Return a file of a table."""
    return _JSON.encode_lines(rows) if form == "jsonl" else _csv(table, rows)


def _csv(table: Table, rows: Iterable[msgspec.Struct]) -> bytes:
    columns = table.columns
    header = [column.name for column in columns]
    width = len(header)  # a row may be an article as JSON holds it, which goes on
    if all(column.is_code and column.is_required for column in columns):
        # Nothing in it is ever quoted, and it is the longest table: twice as fast without `csv`.
        lines = map(",".join, chain([header], map(msgspec.structs.astuple, rows)))
        return "\r\n".join(chain(lines, [""])).encode()
    prose = [place for place, column in enumerate(columns) if column.is_prose]
    lists = [place for place, column in enumerate(columns) if column.type == "array"]
    text = io.StringIO(newline="")
    writer = csv.writer(text)  # its line ends are those of RFC 4180
    writer.writerow(header)
    writer.writerows(_cells(row, width, prose, lists) for row in rows)
    return text.getvalue().encode()


def _cells(
    row: msgspec.Struct, width: int, prose: Iterable[int], lists: Iterable[int]
) -> list[object]:
    cells = list(msgspec.structs.astuple(row)[:width])
    for place in prose:
        cell = cells[place]
        if cell and cell[0] in _SUSPECT:
            cells[place] = harmless(cell)
    for place in lists:
        cells[place] = _JSON.encode(cells[place]).decode() if cells[place] else None
    return cells


def harmless(cell: str) -> str:
    """Return text that no spreadsheet takes for a formula: with an apostrophe in front, if need be.

    Whatever begins with such a sign, or with apostrophes and then such a sign, gets one more; so
    the text is had back by taking one away from what begins like that.
    """
    return f"'{cell}" if (cell.lstrip("'") or " ")[0] in FORMULA_SIGNS else cell
