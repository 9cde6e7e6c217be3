"""An article's page. To correct one, this module is loaded and those that it names, no others."""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from markupsafe import Markup

from builder.pages.views.frame import Frame
from builder.pages.views.links import Anchor, TermGroup, TermLink
from builder.pages.views.listing import Card
from builder.pages.views.pictures import Picture


class ProvenanceView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Where an article came from. Addresses are text, never links."""

    outlet: str | None
    urls: tuple[str, ...]
    captured_text: str
    captured_iso: str
    sha256: str | None


class CorrectionView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What was put right, and when."""

    date_text: str
    date_iso: str
    text: str


class NoticeView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A notice that stood on the page: shown folded, nothing in it is live."""

    kind: str
    """appeal, label, read-more or other: `words` has a name for each under `notice_<kind>`."""
    title: str | None
    outlet: str | None
    seen_text: str
    """"" where not known."""
    lang: str
    dir: str
    body: Markup


class Download(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A small file that is in the page itself."""

    label: str
    name: str
    """Of the file."""
    address: str
    """A `data:` address."""


class Citation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """How an article is cited."""

    text: str
    """Authors, title, where it appeared, date."""
    archive: str | None
    """This archive's title, where the article appeared elsewhere first."""
    address: str | None
    """The permalink, absolute; None without a base_url."""
    version: str
    """Of the text: the first digits of the SHA-256 of its file."""
    downloads: tuple[Download, ...]


NOT_CITED: Final = Citation(text="", archive=None, address=None, version="", downloads=())
"""Stands where a citation is made later or not at all: it is long."""


class RelatedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An article near to another, and why."""

    url: str
    title: str
    date_text: str
    reason: str
    """In words: what both are about."""


class SeriesView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A series that an article is part of, and the parts around it."""

    series: TermLink
    earlier: Card | None
    later: Card | None


class ArticleView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """article.html."""

    frame: Frame
    title: str
    standfirst: str | None
    """The summary, where the writer gave one."""
    authors: tuple[str, ...]
    dateline: str | None
    date_text: str
    date_iso: str
    date_url: str | None
    """The calendar page of that date."""
    date_slashed: str
    """As catalogues have it: 2025/05/08, 2025/05, 2025."""
    updated_text: str
    updated_iso: str
    year: str
    """For the search filter; "" where undated."""
    body: Markup
    image: Picture | None
    people: tuple[TermLink, ...]
    mentions: tuple[TermLink, ...]
    terms: tuple[TermGroup, ...]
    source: ProvenanceView | None
    corrections: tuple[CorrectionView, ...]
    notices: tuple[NoticeView, ...]
    translations: tuple[Anchor, ...]
    """The same article in other languages; label is the language's own name."""
    newer: Card | None
    older: Card | None
    series: tuple[SeriesView, ...]
    related: tuple[RelatedView, ...]
    """The nearest first; one newer than the article, if any, last."""
    citation: Citation
    license: str | None
    names: str
    """For search, never shown: every spelling of its people and topics; "" without any."""
    history: Anchor | None = None
    """The page of its changes; the label says how many and when last."""
    edit_url: str | None = None
    """Where its file is edited, at the archive's forge: an address of another host."""
    versions_url: str | None = None
    """All versions of the file there."""
    extra: Mapping[str, Any] = msgspec.field(default_factory=dict)
