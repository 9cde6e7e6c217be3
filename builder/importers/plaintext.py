"""A scraped article as plain text -> an article, and the outlet's own words at its end as a notice.

The headline stands on the first line, the text below. What the file does not say (day, outlet,
address, people) comes with `ImportOptions`. Imports basics and its neighbours that work on text;
called by run.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from builder.basics.dates import UNDATED
from builder.basics.digests import sha256_hex
from builder.basics.problems import ImportFailed, Location, Problem, problem
from builder.importers.dating import FoundDate, date_in_url, find_date
from builder.importers.notices import find_ending
from builder.importers.plain_markdown import Block, blocks_to_markdown, clean, split_blocks
from builder.importers.record import ImportedArticle, ImportedNotice, Skipped
from builder.importers.titles import short_key, slug_stem, title_from_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from builder.importers.record import FreeValue, ImportOptions
    from builder.importers.report import Tally

MAX_TEXT: Final = 8_000_000
"""Bytes; the builder reads no longer article."""
HEADLINE_MAX: Final = 250
"""A first line that is longer is the first paragraph of a text without a headline."""
COLLECTION: Final = "text"
"""Stands in the mark of an imported text; the digest of its bytes is known in any folder."""


def read_text(source: Path) -> tuple[bytes, str] | Problem:
    """Return the bytes of a source and its text as written, or why it cannot be read.

    Problems: import-unreadable.
    """
    place = Location(source.as_posix())
    try:
        with source.open("rb") as stream:
            data = stream.read(MAX_TEXT + 1)
    except OSError as error:
        message = f"the source cannot be read: {error.strerror or error}"
        return problem("import-unreadable", message, place)
    if len(data) > MAX_TEXT:
        message = f"the source is larger than {MAX_TEXT // 1_000_000} MB, and no article is"
        return problem("import-unreadable", message, place)
    try:
        return data, data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        message = f"the source is not UTF-8 text: here stands the byte 0x{data[error.start]:02x}"
        hint = f"convert it: iconv -f WINDOWS-1251 -t UTF-8 {source.name}, if that is what it is"
        return problem("import-unreadable", message, Location(place.path, line), hint)


@dataclass(frozen=True, slots=True)
class _Line:
    """One paragraph as the detector of notices sees it: a line, or a block of flowing lines."""

    block: int
    first: int
    """The first and the last of its lines in the block, from 0."""
    last: int
    text: str


class TextReader:
    """Turns texts into articles as the command line wishes."""

    def __init__(self, options: ImportOptions, tally: Tally) -> None:
        """Take what holds for every text."""
        self._options = options
        self._tally = tally

    def articles(self, sources: Iterable[Path]) -> Iterator[ImportedArticle]:
        """Give each text that is an article; the tally has the others, and every problem.

        Raises:
            ImportFailed: not one of the sources can be read.
        """
        problems: list[Problem] = []
        is_any_read = False
        for source in sources:
            read = read_text(source)
            if isinstance(read, Problem):
                problems.append(read)
                self._tally.report(read)
                self._tally.skip(Skipped(place=read.location, id=None, reason=read.message))
                continue
            is_any_read = True
            article = self._article(source, *read)
            if isinstance(article, Skipped):
                self._tally.skip(article)
            else:
                yield article
        if problems and not is_any_read:
            raise ImportFailed(tuple(problems))

    def _article(self, source: Path, data: bytes, written: str) -> ImportedArticle | Skipped:
        place = Location(source.as_posix(), 1)
        text, dropped = clean(written)
        self._tally.characters_dropped += dropped
        if not text.strip():
            return Skipped(place=place, id=source.name, reason="the file has no text")
        extra: dict[str, FreeValue] = {}
        lines = text.split("\n")
        headline = next(n for n, line in enumerate(lines) if line.strip())
        title = " ".join(lines[headline].split())
        if len(title) > HEADLINE_MAX:
            title = title_from_text(text)
            extra["title_from_text"] = True
            self._tally.make_up_title(place, title)
        else:
            # The lines keep their numbers, for the report.
            lines[: headline + 1] = [""] * (headline + 1)
        blocks, notice = self._cut(split_blocks("\n".join(lines)), source)
        options = self._options
        outlet = options.outlet or (notice.outlet if notice is not None else None)
        sha256 = sha256_hex(data)
        if notice is not None:
            extra["lines_cut"] = len(notice.lines)
        date = self._date(place)
        return ImportedArticle(
            key=sha256[:16],
            place=place,
            title=title,
            slug_stem=slug_stem(title),
            # Texts come one by one and are given their names by a person who looks at them: the
            # address is the headline alone, and only a namesake of the same month gets a tail.
            slug_tail=None,
            key_digest=short_key(sha256),
            date=date.date,
            date_text=date.text,
            body=blocks_to_markdown(blocks),
            lang=options.lang,
            authors=options.authors,
            people=options.people,
            mentions=options.mentions,
            terms={
                kind: names
                for kind, names in {"topics": options.topics, **options.terms}.items()
                if names
            },
            outlet=outlet,
            urls=options.urls,
            captured=options.captured,
            sha256=sha256,
            license=options.license,
            notices=() if notice is None else (notice,),
            extra=extra,
        )

    def _date(self, place: Location) -> FoundDate:
        if self._options.date is not None:
            return find_date(self._options.date)
        for url in self._options.urls:
            day = date_in_url(url)
            if day is not None:
                self._tally.remark(f"the date {day} was taken from the address {url}")
                return find_date(day)
        self._tally.undated += 1
        self._tally.remark(f"{place.path} has no date; give it with --date, or in its file")
        return FoundDate(UNDATED, "undated")

    def _cut(
        self, blocks: tuple[Block, ...], source: Path
    ) -> tuple[tuple[Block, ...], ImportedNotice | None]:
        """Return the article's paragraphs, and what stood below them."""
        lines = _lines_of(blocks)
        ending = find_ending(tuple(line.text for line in lines))
        if ending.doubt is not None and ending.doubt_at is not None:
            line = lines[ending.doubt_at]
            number = blocks[line.block].first_line + line.first
            shown = line.text if len(line.text) <= 60 else line.text[:60].rsplit(" ", 1)[0] + " …"
            message = f"{ending.doubt}: “{shown}”"
            hint = "look at it, and move it to a notice of its own if it is one"
            place = Location(source.as_posix(), number)
            self._tally.report(problem("import-doubt", message, place, hint))
        if ending.cut_at is None:
            return blocks, None
        cut = lines[ending.cut_at]
        at = blocks[cut.block]
        kept, gone = at.lines[: cut.first], at.lines[cut.first :]
        above = blocks[: cut.block]
        if kept:
            above = (*above, Block(kept, at.form, at.first_line))
        below = (Block(gone, at.form, at.first_line + cut.first), *blocks[cut.block + 1 :])
        lines_cut = tuple(line.strip() for block in below for line in block.lines)
        notice = ImportedNotice(
            kind=ending.kind,
            outlet=self._options.outlet or ending.outlet,
            lang=self._options.lang,
            lines=lines_cut,
            first_line=below[0].first_line,
            body=blocks_to_markdown(below),
            digest=short_key("\n".join(" ".join(line.split()) for line in lines_cut)),
        )
        return above, notice


def _lines_of(blocks: tuple[Block, ...]) -> tuple[_Line, ...]:
    lines: list[_Line] = []
    for number, block in enumerate(blocks):
        last = len(block.lines) - 1
        if block.form == "flowing":
            lines.append(_Line(number, 0, last, " ".join(block.lines)))
        else:
            lines.extend(_Line(number, n, n, line.strip()) for n, line in enumerate(block.lines))
    return tuple(lines)
