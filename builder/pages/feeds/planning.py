"""Feeds: one for all, one for each person and term, in each language.

Atom (RFC 4287) each of them; JSON Feed and archive pages (RFC 5005) as the settings say.
"""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from builder.model.page import PlannedPage
from builder.pages.feeds.cutting import cut_feed, page_url
from builder.pages.feeds.entries import Entries
from builder.pages.feeds.json_feed import json_text
from builder.pages.keys import digest
from builder.pages.views.machine import FeedView, JsonFeedView

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from builder.model.site import Article, Term
    from builder.pages.context import Context
    from builder.pages.keys import Keys
    from builder.pages.links import Targets


class _Feed(NamedTuple):
    """What one feed is of."""

    url: str
    """Of its newest document."""
    page_url: str
    """Of the page that shows the same articles."""
    lang: str
    articles: Sequence[Article]
    term: Term | None
    """None: it is of all articles."""


def plan_feeds(context: Context, targets: Targets, keys: Keys) -> Iterator[PlannedPage]:
    """Yield every document of every feed."""
    settings = context.settings.feeds
    has_base = context.settings.base_url is not None
    makers = _Makers(context, keys, Entries(context, targets))
    for feed in _feeds(context):
        is_main = feed.term is None
        spans: tuple[tuple[int, int], ...] = ((0, context.settings.feed_size),)
        if settings.history == "all" or (settings.history == "main" and is_main):
            newest, size = context.settings.feed_size, settings.page_size
            spans = cut_feed(len(feed.articles), newest, size)
        for number in range(len(spans)):
            url = page_url(feed.url, number) if number else feed.url
            key = partial(makers.key, feed, spans, number)
            view = partial(makers.view, feed, spans, number)
            yield PlannedPage(url, "feed.xml", feed.lang, view, None, key)
        if has_base and (settings.json == "all" or (settings.json == "main" and is_main)):
            url = json_url(feed.url)
            key = partial(makers.key, feed, spans, 0)
            as_json = partial(makers.json_view, feed, spans)
            yield PlannedPage(url, "feed.json", feed.lang, as_json, None, key)


def json_url(feed_url: str) -> str:
    """Return where the JSON Feed stands beside an Atom feed."""
    return feed_url.removesuffix(".xml") + ".json"


def _feeds(context: Context) -> Iterator[_Feed]:
    site = context.site
    for lang in site.languages:
        folder = site.prefix(lang)
        url, home = f"{folder}feed.xml", f"{folder}index.html"
        yield _Feed(url, home, lang, site.articles[lang], None)
        for kind in context.settings.term_kinds:
            for term in context.visible_terms(kind, lang):
                base = f"{folder}{kind}/{term.slug}"
                about = term.about.get(lang, ())
                yield _Feed(f"{base}/feed.xml", f"{base}.html", lang, about, term)


class _Makers:
    """Makes the documents of feeds, and their keys."""

    def __init__(self, context: Context, keys: Keys, entries: Entries) -> None:
        self._context = context
        self._keys = keys
        self._entries = entries

    def key(self, feed: _Feed, spans: Sequence[tuple[int, int]], number: int) -> bytes:
        """Return the key of one document."""
        keys, (start, end) = self._keys, spans[number]
        name = b"" if feed.term is None else keys.term(feed.term.kind, feed.term.slug, feed.lang)
        shown = feed.articles[start:end]
        texts = b""
        if self._context.settings.feeds.content == "full":
            texts = digest([keys.text(article) for article in shown])
        days = [(article.url, article.changed.edtf()) for article in shown if article.changed]
        return digest(name, keys.shapes(shown), days, texts, number, _ways(spans, number))

    def view(self, feed: _Feed, spans: Sequence[tuple[int, int]], number: int) -> FeedView:
        """Return one document: the newest, or an archive page; notices are no part of it."""
        context, entries = self._context, self._entries
        url = page_url(feed.url, number) if number else feed.url
        start, end = spans[number]
        found = tuple(entries.entry(article, url) for article in feed.articles[start:end])
        previous, following = _ways(spans, number)
        title = context.title(feed.lang)
        if feed.term is not None:
            name, _ = feed.term.name_in(feed.lang)
            title = context.words[feed.lang].format("feed_of", name=name, site=title)

        def way(to: int) -> str:
            return entries.address(page_url(feed.url, to) if to else feed.url, url)

        return FeedView(
            id=entries.identity(feed.url),
            lang=feed.lang,
            title=title,
            subtitle=context.description(feed.lang),
            updated=_latest(entry.updated for entry in found),
            self_url=way(number),
            site_url=entries.address(feed.page_url, url),
            author=context.title(feed.lang),
            rights=context.settings.license,
            entries=found,
            is_archive=number > 0,
            current_url=way(0) if number else None,
            previous_url=way(previous) if previous else None,
            next_url=way(following) if following else None,
        )

    def json_view(self, feed: _Feed, spans: Sequence[tuple[int, int]]) -> JsonFeedView:
        """Return the newest document as JSON."""
        url = self._context.absolute(json_url(feed.url)) or ""
        return JsonFeedView(text=json_text(self.view(feed, spans, 0), url))


def _latest(times: Iterable[str]) -> str:
    """Return the latest of moments as RFC 3339 writes them, each perhaps in a zone of its own."""
    return max(times, key=dt.datetime.fromisoformat, default="1970-01-01T00:00:00Z")


def _ways(spans: Sequence[tuple[int, int]], number: int) -> tuple[int, int]:
    """Return the numbers of the archive pages before and after a document; 0: there is none."""
    last = len(spans) - 1
    if number == 0:
        return last, 0
    return number - 1, number + 1 if number < last else 0
