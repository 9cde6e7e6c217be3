"""What programs read: feeds, sitemaps and their like."""

import msgspec
from markupsafe import Markup


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One article in a feed (RFC 4287 section 4.1.2)."""

    id: str
    title: str
    url: str
    """Absolute, or relative to the feed without a base_url."""
    lang: str
    published: str
    """RFC 3339."""
    updated: str
    summary: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    content: str
    """The whole text as HTML, which the feed holds as text; "" where feeds have summaries."""


class FeedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """feed.xml: Atom (RFC 4287), the newest document of a feed or an archive page (RFC 5005)."""

    id: str
    lang: str
    title: str
    subtitle: str
    updated: str
    self_url: str
    site_url: str
    author: str
    rights: str | None
    entries: tuple[FeedEntry, ...]
    is_archive: bool
    """Whether this is a page of older articles, which does not change any more."""
    current_url: str | None
    """On an archive page: the newest document."""
    previous_url: str | None
    """The archive page with the articles before these."""
    next_url: str | None
    """On an archive page: the one with the articles after these, where there is one."""


class JsonFeedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """feed.json: the newest articles as JSON Feed 1.1."""

    text: Markup
    """All of it; JSON is not written by a template."""


class OpenSearchView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """opensearch.xml: how a browser searches the archive (OpenSearch 1.1)."""

    lang: str
    short_name: str
    """At most 16 characters."""
    long_name: str
    """At most 48 characters."""
    description: str
    """At most 1,024 characters."""
    search_url: str
    """Absolute, without a query."""
    self_url: str


class SitemapView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """sitemap.xml (a list of parts) and its parts (sitemaps.org protocol 0.9)."""

    is_index: bool
    entries: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    """(absolute address, last change as a W3C date or "", (language, address) of each version)."""


class RobotsView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """robots.txt (RFC 9309)."""

    closed: str | None
    """The path that search engines are asked to leave alone: pages that are there twice."""
    sitemap: str | None
