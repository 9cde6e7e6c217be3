"""What an import took, what it left, and why: `ImportReport`, and the tally it is made from.

Counts are always whole; lists stop at `LISTED_MAX` entries, so that a source of many GB with a
mistake in each line does not fill the memory. Imports basics alone; made by run.py.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from builder.basics.problems import Location, Problem
    from builder.importers.record import ImportKind, Skipped

LISTED_MAX: Final = 5_000
_COLUMNS_MAX: Final = 1_000
_COLUMN_NAME_MAX: Final = 200


def _counted(count: int, word: str) -> str:
    return f"{count:,} {word}" if count == 1 else f"{count:,} {word}s"


Result = Literal["taken", "updated", "unchanged", "kept"]


@dataclass(frozen=True, slots=True, kw_only=True)
class MadeUpTitle:
    """A story without a headline, and the one it got from its first words."""

    place: Location
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundNotice:
    """The end of a text that was cut off and kept as a notice."""

    place: Location
    """Its first line in the source."""
    slug: str
    kind: str
    line_count: int
    is_new: bool
    """False where the same words were a notice of the archive already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportReport:
    """The whole story of one import. Every record read is in exactly one of five counts."""

    kind: ImportKind
    sources: tuple[str, ...]
    is_dry_run: bool
    """Nothing was written; the counts say what would have been."""
    taken: int
    """New articles."""
    updated: int
    """Changed in the source since the last import, and not edited here."""
    unchanged: int
    """Here already."""
    kept: int
    """Changed in the source, but an editor's file stands there: it was left as it is."""
    skipped: int
    """Not articles; see `skipped_records`."""
    titles_made_up: int
    undated: int
    characters_dropped: int
    """Control characters and the like, which no page can show."""
    skipped_records: tuple[Skipped, ...]
    made_up_titles: tuple[MadeUpTitle, ...]
    notices: tuple[FoundNotice, ...]
    lines_cut: int
    """Moved from articles to notices."""
    columns_not_taken: tuple[tuple[str, int], ...]
    """Each with the number of records in which it holds something; by name."""
    taxonomies_declared: tuple[str, ...]
    """Added to content/archive.yaml."""
    remarks: tuple[str, ...]
    """What else was decided, in plain words."""
    problems: tuple[Problem, ...]
    """Sorted."""
    problem_count: int

    @property
    def read(self) -> int:
        """Return the number of records the sources hold."""
        return self.taken + self.updated + self.unchanged + self.kept + self.skipped

    @property
    def has_errors(self) -> bool:
        """Whether something in the sources could not be read."""
        return any(found.is_error for found in self.problems)

    def closing_line(self) -> str:
        """Return one line for the end of the command, without a full stop."""
        counts = [f"{self.taken:,} taken"]
        for name in ("updated", "unchanged", "kept", "skipped"):
            count = getattr(self, name)
            if count:
                counts.append(f"{count:,} {'kept as edited' if name == 'kept' else name}")
        if self.titles_made_up:
            counts.append(f"{_counted(self.titles_made_up, 'title')} made up")
        if self.notices:
            counts.append(f"{_counted(len(self.notices), 'notice')} cut off")
        tried = "nothing written, dry run: " if self.is_dry_run else ""
        return f"{tried}{_counted(self.read, 'record')} read: {', '.join(counts)}"

    def to_json(self) -> str:
        """Return the report as JSON, the same bytes for the same import."""
        value: dict[str, Any] = {
            "kind": self.kind,
            "sources": list(self.sources),
            "dry_run": self.is_dry_run,
            "read": self.read,
            "taken": self.taken,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "kept": self.kept,
            "skipped": self.skipped,
            "titles_made_up": self.titles_made_up,
            "undated": self.undated,
            "characters_dropped": self.characters_dropped,
            "lines_cut": self.lines_cut,
            "columns_not_taken": dict(self.columns_not_taken),
            "taxonomies_declared": list(self.taxonomies_declared),
            "remarks": list(self.remarks),
            "skipped_records": [
                {"place": str(one.place), "id": one.id, "reason": one.reason}
                for one in self.skipped_records
            ],
            "made_up_titles": [
                {"place": str(one.place), "title": one.title} for one in self.made_up_titles
            ],
            "notices": [
                {
                    "place": str(one.place),
                    "notice": one.slug,
                    "kind": one.kind,
                    "lines": one.line_count,
                    "new": one.is_new,
                }
                for one in self.notices
            ],
            "problem_count": self.problem_count,
            "problems": [
                {
                    "place": str(one.location),
                    "severity": one.severity,
                    "code": one.code,
                    "message": one.message,
                    "hint": one.hint,
                }
                for one in self.problems
            ],
        }
        return json.dumps(value, ensure_ascii=False, indent=2) + "\n"


@dataclass(slots=True)
class Tally:
    """Counts as an import goes on. The importers write into it, run.py closes it."""

    results: Counter[str] = field(default_factory=Counter)
    skipped_records: list[Skipped] = field(default_factory=list)
    made_up_titles: list[MadeUpTitle] = field(default_factory=list)
    titles_made_up: int = 0
    undated: int = 0
    characters_dropped: int = 0
    notices: list[FoundNotice] = field(default_factory=list)
    lines_cut: int = 0
    columns: Counter[str] = field(default_factory=Counter)
    remarks: dict[str, None] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    problem_count: int = 0

    def count(self, result: Result) -> None:
        """Count a record that is an article."""
        self.results[result] += 1

    def skip(self, record: Skipped) -> None:
        """Count a record that is none."""
        self.results["skipped"] += 1
        if len(self.skipped_records) < LISTED_MAX:
            self.skipped_records.append(record)

    def report(self, *found: Problem) -> None:
        """Add problems."""
        for one in found:
            self.problem_count += 1
            if len(self.problems) < LISTED_MAX:
                self.problems.append(one)

    def make_up_title(self, place: Location, title: str) -> None:
        """Count a headline that is ours."""
        self.titles_made_up += 1
        if len(self.made_up_titles) < LISTED_MAX:
            self.made_up_titles.append(MadeUpTitle(place=place, title=title))

    def leave_column(self, name: str, *, holds_something: bool) -> None:
        """Count a column that nobody asked for."""
        name = name[:_COLUMN_NAME_MAX]
        if name in self.columns or len(self.columns) < _COLUMNS_MAX:
            self.columns[name] += holds_something

    def find_notice(self, found: FoundNotice) -> None:
        """Count a notice."""
        self.lines_cut += found.line_count
        if len(self.notices) < LISTED_MAX:
            self.notices.append(found)

    def remark(self, sentence: str) -> None:
        """Say something once."""
        if len(self.remarks) < LISTED_MAX:
            self.remarks.setdefault(sentence)

    def close(
        self,
        kind: ImportKind,
        sources: tuple[str, ...],
        *,
        is_dry_run: bool,
        taxonomies_declared: tuple[str, ...],
    ) -> ImportReport:
        """Return the report, with what was decided for all records among the remarks."""
        if taxonomies_declared:
            names = ", ".join(taxonomies_declared)
            self.remark(f"the settings declare more taxonomies now: {names}")
        left = [f"{name} ({count:,})" for name, count in sorted(self.columns.items()) if count]
        if left:
            more = f", and {len(left) - 20} more" if len(left) > 20 else ""
            self.remark(f"columns not taken: {', '.join(left[:20])}{more}; --map can take them")
        if self.characters_dropped:
            dropped = _counted(self.characters_dropped, "character")
            self.remark(f"{dropped} were left out that no page can show")
        return ImportReport(
            kind=kind,
            sources=sources,
            is_dry_run=is_dry_run,
            taken=self.results["taken"],
            updated=self.results["updated"],
            unchanged=self.results["unchanged"],
            kept=self.results["kept"],
            skipped=self.results["skipped"],
            titles_made_up=self.titles_made_up,
            undated=self.undated,
            characters_dropped=self.characters_dropped,
            skipped_records=tuple(self.skipped_records),
            made_up_titles=tuple(self.made_up_titles),
            notices=tuple(self.notices),
            lines_cut=self.lines_cut,
            columns_not_taken=tuple(sorted(self.columns.items())),
            taxonomies_declared=taxonomies_declared,
            remarks=tuple(self.remarks),
            problems=tuple(sorted(self.problems, key=lambda found: found.sort_key)),
            problem_count=self.problem_count,
        )
