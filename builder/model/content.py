"""What the files of content/ say, each file by itself, nothing resolved and nothing looked up.

Born in `reading` and `prose`, one value per file, complete at birth. Text is as the writer wrote
it, in Unicode NFC.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    from builder.basics.dates import ArchiveDate
    from builder.basics.problems import Location

Status = Literal["draft", "embargoed", "published", "withdrawn"]
NoticeKind = Literal["appeal", "label", "read-more", "other"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """A file of the archive as the disk lists it."""

    path: str
    """Posix, from the archive's root."""
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceText:
    """A text file as read: no BOM, line ends as LF, Unicode as written."""

    path: str
    text: str
    digest: str
    """SHA-256 of the bytes on disk."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A name as written where a person, term or notice is meant."""

    text: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """A picture of the archive's own."""

    src: str
    """Path of the file from the archive's root: `content/media/kremlin.jpg`."""
    alt: str
    caption: str | None
    credit: str | None
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where an article came from, when the archive is not its first publisher."""

    outlet: str | None
    urls: tuple[str, ...]
    captured: ArchiveDate | None
    sha256: str | None
    """Of the original bytes, 64 hexadecimal digits."""


@dataclass(frozen=True, slots=True)
class Correction:
    """What was put right, and when."""

    date: ArchiveDate
    text: str


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Why an article is gone; its address keeps a tombstone."""

    date: ArchiveDate
    reason: str


@dataclass(frozen=True, slots=True)
class OldAddress:
    """An address that an article used to have, as a path from the site's root without a slash."""

    path: str
    location: Location


@dataclass(frozen=True, slots=True)
class Role:
    """An office or occupation, with the years it was held where known."""

    title: str
    start: ArchiveDate | None
    end: ArchiveDate | None


@dataclass(frozen=True, slots=True)
class LinkSlot:
    """An open place in a body, to be filled with an address when the whole archive is known."""

    index: int
    """Into `Body.links`."""


@dataclass(frozen=True, slots=True)
class Link:
    """A link or image in a text, as written."""

    href: str
    """Not yet decoded: `../people/john-milton.md#life`, `media/map.png`, `#notes`."""
    is_image: bool
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class Body:
    """Markdown turned to HTML, safe by construction, links inside the archive still open."""

    parts: tuple[str | LinkSlot, ...]
    """Safe HTML in order; a `LinkSlot` stands where the address of an href or src goes."""
    links: tuple[Link, ...]
    anchors: frozenset[str]
    """Every id in this body that a link may name."""
    summary: str
    """Plain text: the first paragraph, cut at the end of a sentence. May be ""."""
    word_count: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.parts


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleHead:
    """Everything about an article but its text."""

    path: str
    lang: str
    translation_key: str | None
    slug: str
    title: str
    date: ArchiveDate
    authors: tuple[str, ...]
    people: tuple[Reference, ...]
    """Whom it is about."""
    mentions: tuple[Reference, ...]
    """Who is named in passing."""
    terms: Mapping[str, tuple[Reference, ...]]
    """By taxonomy (`topics`, `places`, ...), people not among them."""
    summary: str | None
    dateline: str | None
    image: Image | None
    source: Provenance | None
    notices: tuple[Reference, ...]
    corrections: tuple[Correction, ...]
    updated: ArchiveDate | None
    aliases: tuple[OldAddress, ...]
    status: Status
    embargo: dt.datetime | None
    """Aware; the article is not shown before."""
    withdrawn: Withdrawal | None
    license: str | None
    extra: Mapping[str, Any]
    where: Mapping[str, Location]
    """Of each key that was written; `title` and `date` are always there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRecord:
    """A person's or a term's own file."""

    path: str
    kind: str
    """`people`, `topics`, or the name of a declared taxonomy."""
    slug: str
    name: str
    names: Mapping[str, str] = field(default_factory=dict)
    """By language tag."""
    aliases: tuple[str, ...] = ()
    former_names: tuple[str, ...] = ()
    sort_name: str | None = None
    born: ArchiveDate | None = None
    died: ArchiveDate | None = None
    roles: tuple[Role, ...] = ()
    portrait: Image | None = None
    merged_into: Reference | None = None
    parent: Reference | None = None
    see_also: tuple[Reference, ...] = ()
    scope_note: str | None = None
    ids: Mapping[str, str] = field(default_factory=dict)
    lang: str
    """Of the body."""
    extra: Mapping[str, Any] = field(default_factory=dict)
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeRecord:
    """What stood on an article's page but is not its text."""

    path: str
    slug: str
    kind: NoticeKind
    title: str | None
    outlet: str | None
    seen_from: ArchiveDate | None
    seen_to: ArchiveDate | None
    lang: str
    location: Location


@dataclass(frozen=True, slots=True, kw_only=True)
class PageRecord:
    """A page beside the articles: about, imprint, method."""

    path: str
    slug: str
    title: str
    lang: str
    translation_key: str | None
    summary: str | None
    order: int
    """Place in the menu, small first."""
    aliases: tuple[OldAddress, ...]
    location: Location
