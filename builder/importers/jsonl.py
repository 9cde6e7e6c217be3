"""One JSON object a line -> articles. Reads .gz as well, a line at a time, however large the file.

Imports basics and its neighbours that work on text; called by run.py. What a field may be called is
in `COLUMNS`; `--map ours=theirs` puts other columns in their place, or takes any column into a
taxonomy (`--map exchanges=exchanges`) or into the free drawer (`--map extra.wire=type`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from builder.basics.dates import UNDATED, ArchiveDate
from builder.basics.nearest import did_you_mean
from builder.basics.problems import Location, Problem, UsageError, problem
from builder.importers.dating import FoundDate, find_date
from builder.importers.jsonl_fields import Record, column, read_byline, together
from builder.importers.jsonl_lines import Key, Keys, Line, read_lines
from builder.importers.plain_markdown import preformatted, text_to_markdown
from builder.importers.record import ImportedArticle, Skipped
from builder.importers.report import Tally
from builder.importers.titles import HEADLINE_MAX, short_key, slug_stem, slug_tail, title_from_text
from builder.reading.settings import ARTICLE_KEYS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from builder.importers.record import FreeValue, ImportOptions

COLUMNS: Final[dict[str, tuple[str, ...]]] = {
    "id": ("id",),
    "title": ("title",),
    "date": ("date",),
    "dateline": ("dateline",),
    "authors": ("authors", "author"),
    "people": ("people",),
    "topics": ("topics",),
    "places": ("places",),
    "organisations": ("organisations", "orgs"),
    "body": ("body",),
    "raw": ("raw",),
}
"""Our fields and the columns they are taken from. `raw` is a text whose line ends and blanks matter
(a table, a telex); it is the body where `body` is empty."""
_BY_MAPPING: Final = ("mentions", "summary", "lang", "url", "outlet")
_KINDS: Final = ("topics", "places", "organisations")
_KIND: Final = re.compile(r"[a-z][a-z0-9]*(?:_[a-z0-9]+)*")
_EXTRA: Final = re.compile(r"extra\.([A-Za-z][A-Za-z0-9_-]{0,60})")
_OUR_EXTRAS: Final = frozenset({"import", "title_from_text", "byline", "date_as_given"})


def check_mapping(mapping: Mapping[str, tuple[str, ...]]) -> None:
    """Refuse fields that we do not have.

    Raises:
        UsageError: a name is neither a field, nor can it be a taxonomy, nor `extra.NAME`.
    """
    known = (*COLUMNS, *_BY_MAPPING)
    for ours in mapping:
        if ours in known:
            continue
        extra = _EXTRA.fullmatch(ours)
        if extra is not None and extra[1] not in _OUR_EXTRAS:
            continue
        hint = did_you_mean(ours, known)
        if ours in ARTICLE_KEYS:
            raise UsageError(f'--map: "{ours}" cannot be taken from a column')
        if hint is not None:
            raise UsageError(f'--map: there is no field "{ours}"; {hint}')
        if not _KIND.fullmatch(ours):
            message = f'--map: "{ours}" is no field, and a taxonomy may hold only a-z, 0-9 and _'
            raise UsageError(message)


@dataclass(frozen=True, slots=True)
class Glimpse:
    """What a first pass needs to know of a record."""

    key: str
    date: ArchiveDate
    kinds: tuple[str, ...]
    """Taxonomies in which it has terms."""


class JsonlReader:
    """Turns records into articles as the command line wishes."""

    def __init__(self, options: ImportOptions, tally: Tally) -> None:
        """Take what holds for every record."""
        self._options = options
        self._tally = tally
        self._columns = {**COLUMNS, **options.mapping}
        own = {*COLUMNS, *_BY_MAPPING}
        mapped = [name for name in options.mapping if name not in own and "." not in name]
        self.kinds = (*_KINDS, *mapped)
        self._extras = [name for name in options.mapping if name.startswith("extra.")]
        names = [name for columns in self._columns.values() for name in columns]
        self._taken = {*names, *(name.split(".")[0] for name in names)}
        self._default_date = None if options.date is None else find_date(options.date)

    def survey(self, sources: Iterable[Path]) -> Iterator[Glimpse]:
        """Give a glimpse of each record, without a word about what is wrong with it."""
        keys = Keys(self._columns)
        silent = Record(Line(Location(""), {}), self._columns, Tally())
        for source in sources:
            for line in read_lines(source):
                if isinstance(line, Problem):
                    continue
                record = silent.of(line)
                key = keys.find(line)
                if key.repeats is not None:
                    continue
                kinds = tuple(kind for kind in self.kinds if record.names(kind))
                yield Glimpse(key.text, self._date(record).date, kinds)

    def articles(self, sources: Iterable[Path]) -> Iterator[ImportedArticle]:
        """Give each story that is an article; the tally has the others, and every problem."""
        keys = Keys(self._columns)
        for source in sources:
            for line in read_lines(source):
                if isinstance(line, Problem):
                    self._tally.report(line)
                    self._tally.skip(Skipped(place=line.location, id=None, reason=line.message))
                    continue
                article = self._article(line, keys.find(line))
                if isinstance(article, Skipped):
                    self._tally.skip(article)
                else:
                    yield article

    def _article(self, line: Line, key: Key) -> ImportedArticle | Skipped:
        if key.repeats is not None:
            reason = f"the same record stands in {key.repeats}"
            return Skipped(place=line.place, id=key.id, reason=reason)
        record = Record(line, self._columns, self._tally)
        title, text, raw = record.line("title"), record.text("body"), record.text("raw")
        if len(title) > HEADLINE_MAX:
            title, text = "", f"{title}\n\n{text}"
        if not (title or text.strip() or raw.strip()):
            reason = "it has neither a title nor any text"
            return Skipped(place=line.place, id=key.id, reason=reason)
        if key.clashes_with is not None:
            message = f'another story with the id "{key.id}" stands in {key.clashes_with}'
            self._tally.report(problem("import-same-id", message, line.place))
        extra: dict[str, FreeValue] = {}
        if not title:
            title = title_from_text(text if text.strip() else raw)
            extra["title_from_text"] = True
            self._tally.make_up_title(line.place, title)
        self._leave_columns(line.record, has_both=bool(text.strip() and raw.strip()))
        date = self._date(record)
        self._report_date(date, line.place)
        if date.fault is not None:
            extra["date_as_given"] = record.line("date")
        authors, byline = self._authors(record)
        if byline is not None:
            extra["byline"] = byline
        for name in self._extras:
            value = record.free(name)
            if value not in {"", ()}:
                extra[name.removeprefix("extra.")] = value
        options = self._options
        return ImportedArticle(
            key=key.text,
            place=line.place,
            title=title,
            slug_stem=slug_stem(title),
            slug_tail=slug_tail(key.text),
            key_digest=short_key(key.text),
            date=date.date,
            date_text=date.text,
            body=_body(text, raw),
            lang=record.lang() or options.lang,
            authors=authors or options.authors,
            people=together(record.names("people"), options.people),
            mentions=together(record.names("mentions"), options.mentions),
            terms=self._terms(record),
            summary=record.line("summary") or None,
            # The dash that stood between dateline and text is the page's to print.
            dateline=record.line("dateline").rstrip(" -–—") or None,
            outlet=record.line("outlet") or options.outlet,
            urls=record.urls(),
            captured=options.captured,
            license=options.license,
            extra=extra,
        )

    def _date(self, record: Record) -> FoundDate:
        text = record.line("date")
        if text:
            return find_date(text)
        return self._default_date or FoundDate(UNDATED, "undated")

    def _report_date(self, date: FoundDate, place: Location) -> None:
        if not date.date.is_known:
            self._tally.undated += 1
        if date.fault is not None and not date.is_whole:
            hint = f"taken as {date.text}; what was given is kept in extra.date_as_given"
            self._tally.report(problem("import-bad-date", date.fault, place, hint))

    def _authors(self, record: Record) -> tuple[tuple[str, ...], str | None]:
        """Return the authors, and the byline as printed where that says more."""
        given = record.names("authors", is_split=False)
        if len(given) != 1:
            return given, None
        authors = read_byline(given[0], self._options.outlet)
        return authors, None if authors == given else given[0]

    def _terms(self, record: Record) -> dict[str, tuple[str, ...]]:
        added = {"topics": self._options.topics, **self._options.terms}
        terms: dict[str, tuple[str, ...]] = {}
        for kind in (*self.kinds, *(kind for kind in added if kind not in self.kinds)):
            names = together(record.names(kind), added.get(kind, ()))
            if names:
                terms[kind] = names
        return terms

    def _leave_columns(self, record: dict[str, Any], *, has_both: bool) -> None:
        for name, value in record.items():
            if name not in self._taken:
                holds = value is not None and value not in ("", [], {})
                self._tally.leave_column(name, holds_something=holds)
        if has_both:
            for name in self._columns["raw"]:
                self._tally.leave_column(name, holds_something=bool(column(record, name)))


def _body(text: str, raw: str) -> str:
    if text.strip():
        return text_to_markdown(text)
    lines = [line.rstrip() for line in raw.split("\n")]
    while lines and not lines[0]:
        del lines[0]
    while lines and not lines[-1]:
        del lines[-1]
    return preformatted(tuple(lines)) + "\n" if lines else ""
