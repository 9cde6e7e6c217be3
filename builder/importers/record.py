"""What travels from a source to content/: one article, the notices cut from it, or why not.

Imports basics alone. Born in jsonl.py and plaintext.py, written by write_content.py.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from builder.basics.problems import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from builder.basics.dates import ArchiveDate
    from builder.basics.problems import Location

ImportKind = Literal["jsonl", "text"]
FreeValue = str | int | float | bool | tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportOptions:
    """What the command line adds to a source that does not say it itself."""

    mapping: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Our field -> the source's columns, in place of its usual ones: see `parse_mapping`."""
    date: str | None = None
    """For stories that have none."""
    outlet: str | None = None
    urls: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    """For stories that have none."""
    people: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    topics: tuple[str, ...] = ()
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By taxonomy, topics apart."""
    lang: str | None = None
    captured: str | None = None
    license: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedNotice:
    """What stood on an article's page but is not its text."""

    kind: Literal["appeal", "read-more", "other"]
    outlet: str | None
    lang: str | None
    lines: tuple[str, ...]
    """As printed, one by one."""
    first_line: int
    """Its number in the source."""
    body: str
    """The lines as Markdown."""
    digest: str
    """Eight digits of the SHA-256 of the lines: the same words are the same notice."""

    @property
    def slug_start(self) -> str:
        """What stands in front of the digest in the notice's name."""
        return {"appeal": "appeal", "read-more": "read-more", "other": "page-remains"}[self.kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedArticle:
    """One story, cleaned, its text already Markdown; complete but for its place on disk."""

    key: str
    """What makes it the same story in the next export; unique within its collection."""
    place: Location
    """Where it stood in the source."""
    title: str
    slug_stem: str
    """The headline as a slug; may be ""."""
    slug_tail: str | None
    """Joined to the stem always. None: `key_digest` joins it only where the stem is taken."""
    key_digest: str
    """Eight digits that tell this story from a namesake."""
    date: ArchiveDate
    date_text: str
    """As it is written into the front matter."""
    body: str
    """Markdown; "" or ending in a line end."""
    lang: str | None = None
    authors: tuple[str, ...] = ()
    people: tuple[str, ...] = ()
    mentions: tuple[str, ...] = ()
    terms: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By taxonomy, topics first; none empty."""
    summary: str | None = None
    dateline: str | None = None
    outlet: str | None = None
    urls: tuple[str, ...] = ()
    captured: str | None = None
    sha256: str | None = None
    license: str | None = None
    notices: tuple[ImportedNotice, ...] = ()
    extra: Mapping[str, FreeValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Skipped:
    """A record that did not become an article."""

    place: Location
    id: str | None
    reason: str


def parse_mapping(pairs: Iterable[str]) -> dict[str, tuple[str, ...]]:
    """Return what `--map ours=theirs` says; the same field given again adds a column.

    Raises:
        UsageError: a pair has no equals sign or an empty side.
    """
    columns: dict[str, tuple[str, ...]] = {}
    for pair in pairs:
        ours, equals, theirs = (part.strip() for part in pair.partition("="))
        if not equals or not ours or not theirs:
            message = f'--map "{pair}" is not of the form ours=theirs, such as title=headline'
            raise UsageError(message)
        columns[ours] = (*columns.get(ours, ()), theirs)
    return columns
