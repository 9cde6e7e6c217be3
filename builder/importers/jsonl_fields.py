"""The fields of one record, whatever form its columns have, and bylines taken apart.

Imports basics and plain_markdown. Called by jsonl.py. What cannot be taken is reported to the tally
as import-bad-value, and the rest of the record goes on.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final, TypeGuard

from builder.basics.languages import normal_tag
from builder.basics.problems import problem
from builder.basics.slugs import fold_name
from builder.importers.plain_markdown import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from builder.importers.jsonl_lines import Line
    from builder.importers.record import FreeValue
    from builder.importers.report import Tally

_BY: Final = re.compile(r"by\s+", re.IGNORECASE)
_AND: Final = re.compile(r"\s*,\s*(?:and\s+)?|\s+and\s+|\s*&\s*", re.IGNORECASE)
_OUTLET_END: Final = frozenset(
    {"news", "times", "post", "press", "agency", "journal", "daily", "radio", "tv", "service"}
    | {"staff", "writer", "writers", "reporter", "correspondent", "editor"}
)
_LINE_MAX: Final = 20_000
_NAME_MAX: Final = 500
_NAMES_MAX: Final = 1_000
"""Longer is no summary, no name, no list of topics; and front matter would not hold it."""
_SEVERAL: Final = re.compile(r"\s*[;|\n]\s*")
_URL: Final = re.compile(r"https?://[^\s/?#<>\"]+[^\s<>\"]*", re.IGNORECASE)


class Record:
    """The fields of one record, each in the form that ours has. Bad ones are reported, once."""

    def __init__(self, line: Line, columns: Mapping[str, tuple[str, ...]], tally: Tally) -> None:
        """Take a line as read."""
        self._line = line
        self._columns = columns
        self._tally = tally

    def of(self, line: Line) -> Record:
        """Return another line, read in the same way."""
        return Record(line, self._columns, self._tally)

    def _bad(self, name: str, wanted: str) -> None:
        message = f'the column "{name[:60]}" has to hold {wanted}; the rest was left out'
        self._tally.report(problem("import-bad-value", message, self._line.place))

    def _values(self, ours: str) -> Iterator[tuple[str, object]]:
        for name in self._columns.get(ours, ()):
            value = column(self._line.record, name)
            if value is not None and value not in ("", [], {}):
                yield name, value

    def _cleaned(self, text: str) -> str:
        if text.isascii() and text.isprintable():
            return text
        text, dropped = clean(text)
        self._tally.characters_dropped += dropped
        return text

    def text(self, ours: str) -> str:
        """Return a text of paragraphs, cleaned; "" where there is none. Lists are paragraphs."""
        for name, value in self._values(ours):
            parts = value if isinstance(value, list) else [value]
            texts = [_as_text(part) for part in parts if _is_single(part)]
            if len(texts) == len(parts):
                return self._cleaned("\n\n".join(texts))
            self._bad(name, "text")
        return ""

    def line(self, ours: str) -> str:
        """Return a text on one line, cleaned; "" where there is none. A title may be any length."""
        for name, value in self._values(ours):
            if not _is_single(value):
                self._bad(name, "text")
                continue
            text = " ".join(self._cleaned(_as_text(value)).split())
            if len(text) <= _LINE_MAX or ours == "title":
                return text
            self._bad(name, f"at most {_LINE_MAX:,} characters")
        return ""

    def names(self, ours: str, *, is_split: bool = True) -> tuple[str, ...]:
        """Return a list of names, each once. A single text is cut at ; | and line ends."""
        names: list[str] = []
        for name, value in self._values(ours):
            if isinstance(value, str) and is_split:
                parts: list[Any] = _SEVERAL.split(value)
            else:
                parts = value if isinstance(value, list) else [value]
            good = [self._cleaned(_as_text(part)) for part in parts if _is_single(part)]
            good = [" ".join(part.split()) for part in good]
            fit = [part for part in good if len(part) <= _NAME_MAX][:_NAMES_MAX]
            if len(good) < sum(part is not None for part in parts) or len(fit) < len(good):
                self._bad(name, f"at most {_NAMES_MAX:,} texts as long as a name")
            names += [part for part in fit if part]
        return together(tuple(names))

    def lang(self) -> str | None:
        """Return the language tag."""
        text = self.line("lang")
        if not text:
            return None
        tag = normal_tag(text)
        if tag is None:
            self._bad(self._columns["lang"][0], "a language tag such as en or pt-BR")
        return tag

    def urls(self) -> tuple[str, ...]:
        """Return the addresses the story was seen under."""
        urls = self.names("url", is_split=False)
        good = tuple(url for url in urls if _URL.fullmatch(url))
        if good != urls:
            self._bad(self._columns["url"][0], "an http or https address")
        return good

    def free(self, ours: str) -> FreeValue:
        """Return a value for the free drawer; "" where there is none."""
        for name, value in self._values(ours):
            if isinstance(value, int | float):
                return value
            if isinstance(value, list) and all(_is_single(part) for part in value):
                return self.names(ours, is_split=False)
            text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
            if len(text) <= _LINE_MAX:
                return self._cleaned(text)
            self._bad(name, f"at most {_LINE_MAX:,} characters")
        return ""


def column(record: dict[str, Any], name: str) -> object:
    """Return a column, or with dots in its name one inside another: `meta.headline`."""
    if name in record or "." not in name:
        return record.get(name)
    value: object = record
    for part in name.split("."):
        if not isinstance(value, dict):
            return None
        value = value.get(part)
    return value


def _is_single(value: object) -> TypeGuard[str | int | float]:
    return isinstance(value, str | int | float) and not isinstance(value, bool)


def _as_text(value: str | float) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def together(*lists: tuple[str, ...]) -> tuple[str, ...]:
    """Return all names once, in order; case and Unicode form do not make another name."""
    names = [name for names in lists for name in names]
    if len(names) < 2:
        return tuple(names)
    unique: dict[str, str] = {}
    for name in names:
        unique.setdefault(fold_name(name), name)
    return tuple(unique.values())


def read_byline(text: str, outlet: str | None) -> tuple[str, ...]:
    """Return the names in a byline: `By Jane Roe and Li Wei, Reuters` has two.

    Only a text that says "by" is taken apart: "Roe, Jane" is one author, and so is whatever else
    stands there.
    """
    by = _BY.match(text)
    if by is None:
        return (text,)
    rest = text[by.end() :].strip(" .")
    if outlet is not None and rest.casefold().endswith(f" {outlet.casefold()}"):
        rest = rest[: -len(outlet)].rstrip(" ,")
    parts = [part for part in _AND.split(rest) if part]
    while len(parts) > 1 and _is_outlet(parts[-1]):
        parts.pop()
    return tuple(parts) or (text,)


def _is_outlet(part: str) -> bool:
    """Whether the end of a byline is no person: names have two words."""
    words = part.casefold().strip(".").split()
    return len(words) < 2 or words[0] == "the" or words[-1] in _OUTLET_END
