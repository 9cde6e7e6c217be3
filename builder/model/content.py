"""What the files of content/ say, each file by itself, nothing resolved and nothing looked up.

Born in `reading` and `prose`, one value per file, complete at birth. Text is as the writer wrote
it, in Unicode NFC.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from builder.basics.dates import ArchiveDate
from builder.basics.problems import Location, Problem

Status = Literal["draft", "embargoed", "published", "withdrawn"]
NoticeKind = Literal["appeal", "label", "read-more", "other"]


class Reference(msgspec.Struct, frozen=True, array_like=True):
    """A name as written where a person, term or notice is meant."""

    text: str
    location: Location


class Image(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A picture of the archive's own."""

    src: str
    """Path of the file from the archive's root: `content/media/kremlin.jpg`."""
    alt: str
    caption: str | None
    credit: str | None
    location: Location


class Provenance(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Where an article came from, when the archive is not its first publisher."""

    outlet: str | None
    urls: tuple[str, ...]
    captured: ArchiveDate | None
    sha256: str | None
    """Of the original bytes, 64 hexadecimal digits."""


class Correction(msgspec.Struct, frozen=True, array_like=True):
    """What was put right, and when."""

    date: ArchiveDate
    text: str


class Withdrawal(msgspec.Struct, frozen=True, array_like=True):
    """Why an article is gone; its address keeps a tombstone."""

    date: ArchiveDate
    reason: str


class OldAddress(msgspec.Struct, frozen=True, array_like=True):
    """An address that an article used to have, as a path from the site's root without a slash."""

    path: str
    location: Location


class Role(msgspec.Struct, frozen=True, array_like=True):
    """An office or occupation, with the years it was held where known."""

    title: str
    start: ArchiveDate | None
    end: ArchiveDate | None


class LinkSlot(msgspec.Struct, frozen=True, array_like=True):
    """An open place in a body, to be filled with an address when the whole archive is known."""

    index: int
    """Into `Body.links`."""


class Link(msgspec.Struct, frozen=True, array_like=True):
    """A link or image in a text, as written."""

    href: str
    """Not yet decoded: `../people/john-milton.md#life`, `media/map.png`, `#notes`."""
    is_image: bool
    location: Location


class Facts(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What the rest of the archive may ask of a body; the body itself stays on disk till shown."""

    links: tuple[Link, ...]
    anchors: frozenset[str]
    summary: str


class Body(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Markdown turned to HTML, safe by construction, links inside the archive still open."""

    parts: tuple[str | LinkSlot, ...]
    """Safe HTML in order; a `LinkSlot` stands where the address of an href or src goes."""
    links: tuple[Link, ...]
    anchors: frozenset[str]
    """Every id in this body that a link may name, but those of paragraphs (p1, p2, ...)."""
    summary: str
    """Plain text: the first paragraph, cut at the end of a sentence. May be ""."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        return not self.parts

    @property
    def facts(self) -> Facts:
        """Everything but the text itself."""
        return Facts(links=self.links, anchors=self.anchors, summary=self.summary)


class ArticleHead(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Everything about an article but its text."""

    path: str
    lang: str
    translation_key: str | None = None
    slug: str
    title: str
    date: ArchiveDate
    authors: tuple[str, ...] = ()
    people: tuple[Reference, ...] = ()
    """Whom it is about."""
    mentions: tuple[Reference, ...] = ()
    """Who is named in passing."""
    terms: Mapping[str, tuple[Reference, ...]]
    """By taxonomy (`topics`, `places`, ...), people not among them."""
    summary: str | None = None
    dateline: str | None = None
    image: Image | None = None
    source: Provenance | None
    notices: tuple[Reference, ...] = ()
    corrections: tuple[Correction, ...] = ()
    updated: ArchiveDate | None = None
    aliases: tuple[OldAddress, ...] = ()
    status: Status
    embargo: dt.datetime | None
    """Aware; the article is not shown before."""
    withdrawn: Withdrawal | None
    license: str | None = None
    extra: Mapping[str, Any] = msgspec.field(default_factory=dict)
    where: Mapping[str, Location]
    """Of `title`, which is always there, and of `slug` and `translation_key` where written."""


class TermRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A person's or a term's own file."""

    path: str
    kind: str
    """`people`, `topics`, or the name of a declared taxonomy."""
    slug: str
    name: str
    names: Mapping[str, str] = msgspec.field(default_factory=dict)
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
    ids: Mapping[str, str] = msgspec.field(default_factory=dict)
    lang: str
    """Of the body."""
    extra: Mapping[str, Any] = msgspec.field(default_factory=dict)
    location: Location


class NoticeRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
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


class PageRecord(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
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


Head = ArticleHead | TermRecord | NoticeRecord | PageRecord


class Record(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """All that one file of content/ gave, but for the text of its body."""

    path: str
    digest: bytes
    """SHA-256 of the file's bytes."""
    outline: bytes
    """Digest of all that a page other than its own can show of it: its head and its summary."""
    head: Head | None
    """None where the file could not be used."""
    facts: Facts | None
    """None where there is no text."""
    problems: tuple[Problem, ...]
