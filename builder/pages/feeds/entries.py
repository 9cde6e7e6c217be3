"""Articles as entries of a feed (RFC 4287 section 4.1.2), and what names them in every copy."""

from __future__ import annotations

import hashlib
import uuid
from typing import TYPE_CHECKING, Final

from builder.basics.urls import absolute, way_up
from builder.pages.elsewhere import feed_text
from builder.pages.views.machine import FeedEntry

if TYPE_CHECKING:
    from builder.model.site import Article
    from builder.pages.context import Context
    from builder.pages.links import Targets

_VARIANT: Final = {digit: "89ab"[int(digit, 16) % 4] for digit in "0123456789abcdef"}
_NAMESPACE: Final = uuid.UUID("6f0c1f5e-6c0b-5d3e-9a83-2f1d0f6a7b11")
"""Of our own making; what `urn:uuid:` names below it never changes."""


class Entries:
    """Makes entries; an article stands in several feeds and its archive pages."""

    def __init__(self, context: Context, targets: Targets) -> None:
        """Take the site and where its links lead."""
        self._context = context
        self._targets = targets
        self._base = context.settings.base_url
        self._is_full = context.settings.feeds.content == "full"
        start = f"{context.settings.title}\n".encode()
        self._title = hashlib.sha1(_NAMESPACE.bytes + start, usedforsecurity=False)
        self._names: dict[tuple[str, str, str], str] = {}
        self._named: dict[tuple[object, ...], tuple[str, ...]] = {}

    def identity(self, url: str) -> str:
        """Return an id for what stands at `url` that is the same in every copy of the archive.

        RFC 4287 section 4.2.6 wants it permanent. An address would change with every mirror, so the
        id is a name-based UUID (RFC 9562 section 5.5) of the archive's title and the page's own
        place.
        """
        name = self._title.copy()
        name.update(url.encode())
        digits = name.hexdigest()
        # As `uuid` sets version and variant, without an object for each of very many.
        return (
            f"urn:uuid:{digits[:8]}-{digits[8:12]}-5{digits[13:16]}"
            f"-{_VARIANT[digits[16]]}{digits[17:20]}-{digits[20:32]}"
        )

    def address(self, url: str, seen_from: str) -> str:
        """Return a permalink, or a reference that is resolved against the feed's own address."""
        return way_up(seen_from) + url if self._base is None else absolute(self._base, url)

    def entry(self, article: Article, feed_url: str) -> FeedEntry:
        """Return an article as the feed at `feed_url` has it."""
        context, head = self._context, article.head
        published = updated = context.rfc3339(head.date)
        if changes := article.changes:
            updated = context.rfc3339(max((head.date, *changes), key=lambda date: date.sort_key))
        text = feed_text(context, self._targets, article, feed_url) if self._is_full else ""
        return FeedEntry(
            id=self.identity(article.url),
            title=head.title,
            url=self.address(article.url, feed_url),
            lang=head.lang,
            published=published,
            updated=updated,
            summary=context.card(article).summary,
            authors=head.authors,
            categories=self._categories(article),
            content=text,
        )

    def _categories(self, article: Article) -> tuple[str, ...]:
        """Return what the article is about, as its own language calls it."""
        lang, people, terms = article.head.lang, article.people, article.terms
        key = (lang, people, *terms.items())
        found = self._named.get(key)
        if found is None:
            names = [self._name("people", slug, lang) for slug in people]
            for kind, slugs in terms.items():
                names += [self._name(kind, slug, lang) for slug in slugs]
            found = self._named[key] = tuple(dict.fromkeys(names))
        return found

    def _name(self, kind: str, slug: str, lang: str) -> str:
        name = self._names.get((kind, slug, lang))
        if name is None:
            name = self._context.site.terms[kind][slug].name_in(lang)[0]
            self._names[kind, slug, lang] = name
        return name
