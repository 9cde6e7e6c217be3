"""Atom feeds (RFC 4287): one for all, one for each person and term, in each language."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING, Final

from builder.basics.urls import way_up
from builder.model.page import PlannedPage
from builder.pages.views import FeedEntry, FeedView

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from builder.model.site import Article, Term
    from builder.pages.context import Context
    from builder.pages.keys import Keys

_NAMESPACE: Final = uuid.UUID("6f0c1f5e-6c0b-5d3e-9a83-2f1d0f6a7b11")
"""Of our own making; what `urn:uuid:` names below it never changes."""


def plan_feeds(context: Context, keys: Keys) -> Iterator[PlannedPage]:
    """Yield every feed."""
    for lang in context.site.languages:
        folder = context.site.prefix(lang)
        yield PlannedPage(
            f"{folder}feed.xml",
            "feed.xml",
            lang,
            partial(
                feed_view,
                context,
                f"{folder}feed.xml",
                f"{folder}index.html",
                lang,
                context.title(lang),
                context.site.articles[lang],
            ),
        )
        for kind in context.settings.term_kinds:
            for term in context.visible_terms(kind, lang):
                url = f"{folder}{kind}/{term.slug}/feed.xml"
                yield PlannedPage(
                    url,
                    "feed.xml",
                    lang,
                    partial(term_feed, context, term, lang, url),
                    None,
                    partial(keys.feed, term, lang),
                )


def term_feed(context: Context, term: Term, lang: str, url: str) -> FeedView:
    """Return the feed of the articles about a person or under a term."""
    name, _ = term.name_in(lang)
    title = context.words[lang].format("feed_of", name=name, site=context.title(lang))
    page = f"{context.site.prefix(lang)}{term.kind}/{term.slug}.html"
    return feed_view(context, url, page, lang, title, term.about.get(lang, ()))


def feed_view(
    context: Context, url: str, page_url: str, lang: str, title: str, articles: Sequence[Article]
) -> FeedView:
    """Return a feed with the newest articles; notices are no part of it."""
    newest = articles[: context.settings.feed_size]
    entries = tuple(_entry(context, article, url) for article in newest)
    return FeedView(
        id=identity(context, url),
        lang=lang,
        title=title,
        subtitle=context.description(lang),
        updated=max((entry.updated for entry in entries), default="1970-01-01T00:00:00Z"),
        self_url=_address(context, url, url),
        site_url=_address(context, page_url, url),
        author=context.title(lang),
        rights=context.settings.license,
        entries=entries,
    )


def identity(context: Context, url: str) -> str:
    """Return an id for what stands at `url` that is the same in every copy of the archive.

    RFC 4287 section 4.2.6 wants it permanent. An address would change with every mirror, so the id
    is a name-based UUID (RFC 9562 section 5.5) of the archive's title and the page's own place.
    """
    return uuid.uuid5(_NAMESPACE, f"{context.settings.title}\n{url}").urn


def _address(context: Context, url: str, seen_from: str) -> str:
    """Return a permalink, or a reference that a reader resolves against the feed's own address."""
    return context.absolute(url) or way_up(seen_from) + url


def _entry(context: Context, article: Article, feed_url: str) -> FeedEntry:
    head, lang = article.head, article.head.lang
    published = context.rfc3339(head.date)
    updated = published
    if article.changes:
        last = max((head.date, *article.changes), key=lambda date: date.sort_key)
        updated = context.rfc3339(last)
    names = [
        context.site.terms[kind][slug].name_in(lang)[0]
        for kind, slugs in (("people", article.people), *article.terms.items())
        for slug in slugs
    ]
    return FeedEntry(
        id=identity(context, article.url),
        title=head.title,
        url=_address(context, article.url, feed_url),
        lang=lang,
        published=published,
        updated=updated,
        summary=context.summary(article),
        authors=head.authors,
        categories=tuple(dict.fromkeys(names)),
    )
