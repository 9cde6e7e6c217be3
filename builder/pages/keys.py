"""What a page is made of, as one digest: as long as it stays the same, so do the page's bytes.

A key is made of digests that its parts carry from birth: the digest of a file, the outline of an
article (all that other pages show of it), the shown name of a term. It says nothing of what is the
same for all pages (settings, words, templates); the caller puts that before it. A page without a
key is simply made anew each time. The proof is the property "warm = cold" over random edits.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING, Final

from builder.pages.links import check_image, resolve
from builder.pages.listing import cut
from builder.pages.terms.addresses import FEW_MENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from builder.model.content import Image
    from builder.model.pictures import SizedUrl
    from builder.model.site import Article, Term
    from builder.pages.context import Context
    from builder.pages.links import Targets
    from builder.pages.related import Near


_NOBODY: Final = bytes(16)
"""Stands for the card of an article that is not there."""


def digest(*parts: object) -> bytes:
    """Return sixteen bytes for values whose `repr` tells all of them."""
    return blake2b(repr(parts).encode(), digest_size=16).digest()


class Keys:
    """The digests of one site's parts, each made once."""

    def __init__(self, context: Context, targets: Targets) -> None:
        """Take the site and where its links lead."""
        self._context = context
        self._targets = targets
        self._cards: dict[Article, bytes] = {}
        self._shapes: dict[Article, bytes] = {}
        self._terms: dict[tuple[str, str, str], bytes] = {}
        self._names: dict[tuple[str, str], bytes] = {}
        self._abouts: dict[tuple[object, ...], tuple[bytes, bytes]] = {}

    def file(self, path: str) -> bytes:
        """Return the digest of a content file's bytes; b"" where there is no such file."""
        record = self._context.records.get(path)
        return b"" if record is None else record.digest

    def card(self, article: Article) -> bytes:
        """Return sixteen bytes for what a list shows of an article."""
        found = self._cards.get(article)
        if found is None:
            told = self._context.records[article.head.path].outline + article.url.encode()
            if article.changed is not None:
                told += repr(article.changed).encode()
            found = self._cards[article] = blake2b(told, digest_size=16).digest()
        return found

    def cards(self, articles: Iterable[Article]) -> bytes:
        """Return sixteen bytes for what a list of these articles shows."""
        known, card = self._cards.get, self.card
        told = b"".join([known(article) or card(article) for article in articles])
        return blake2b(told, digest_size=16).digest()

    def term(self, kind: str, slug: str, lang: str) -> bytes:
        """Return what a link to a term on a page in `lang` shows."""
        key = (kind, slug, lang)
        found = self._terms.get(key)
        if found is None:
            term = self._context.site.terms[kind][slug]
            name, url = term.name_in(lang), self._context.term_url(kind, slug, lang)
            ids = None if term.record is None else term.record.ids
            found = digest(kind, slug, name, term.name, url, ids)
            self._terms[key] = found
        return found

    def terms(self, kind: str, slugs: Iterable[str], lang: str) -> bytes:
        """Return what links to several terms show."""
        return b"".join([self.term(kind, slug, lang) for slug in slugs])

    def _about(self, article: Article) -> tuple[bytes, bytes]:
        """Return whom and what an article is about, as its own language names it, and all names.

        Very many articles are about the same.
        """
        lang, people, mentions = article.head.lang, article.people, article.mentions
        key = (lang, people, mentions, *article.terms.items())
        found = self._abouts.get(key)
        if found is None:
            shown = (
                b"\0people ",
                self.terms("people", people, lang),
                b"\0mentions ",
                self.terms("people", mentions, lang),
                *(
                    b"\0%s %s" % (kind.encode(), self.terms(kind, slugs, lang))
                    for kind, slugs in article.terms.items()
                ),
            )
            called = [self._called("people", slug) for slug in (*people, *mentions)]
            called += [self._called("topics", slug) for slug in article.terms.get("topics", ())]
            told = blake2b(b"".join(shown), digest_size=16).digest()
            found = self._abouts[key] = told, b"".join(called)
        return found

    def _called(self, kind: str, slug: str) -> bytes:
        found = self._names.get((kind, slug))
        if found is None:
            term = self._context.site.terms[kind][slug]
            found = self._names[kind, slug] = digest(kind, slug, term.names, term.sort_names)
        return found

    def named(self, articles: Iterable[Article]) -> bytes:
        """Return what sentences that name a person are made of: texts, and all people's names."""
        total = blake2b(digest_size=16)
        for article in articles:
            total.update(self.file(article.head.path))
            for slug in (*article.people, *article.mentions):
                total.update(self._called("people", slug))
        return total.digest()

    def shape(self, article: Article) -> bytes:
        """Return an article's card, and whom and what it is about as its own language names it.

        Thirty-two bytes.
        """
        found = self._shapes.get(article)
        if found is None:
            found = self._shapes[article] = self.card(article) + self._about(article)[0]
        return found

    def shapes(self, articles: Iterable[Article]) -> bytes:
        """Return sixteen bytes for the shapes of articles in order."""
        known, shape = self._shapes.get, self.shape
        told = b"".join([known(article) or shape(article) for article in articles])
        return blake2b(told, digest_size=16).digest()

    def links(self, path: str) -> tuple[str | SizedUrl | None, ...]:
        """Return where the links of a body lead now."""
        record = self._context.records.get(path)
        facts = None if record is None else record.facts
        if facts is None or not facts.links:
            return ()
        targets = self._targets
        found = []
        for link in facts.links:
            place, is_image = link.location, link.is_image
            url, _ = resolve(link.href, place, path, targets, is_image=is_image)
            found.append(targets.sized(url, is_image=is_image))
        return tuple(found)

    def text(self, article: Article) -> tuple[object, ...]:
        """Return what an article's text is, with its picture and where its links lead."""
        head = article.head
        image = self.image(head.image, head.path)
        return self.file(head.path), self.links(head.path), image

    def image(self, image: Image | None, path: str) -> str | SizedUrl | None:
        """Return a picture named in front matter with its size, None where it is missing."""
        url = None if image is None else check_image(image, path, self._targets)[0]
        return self._targets.sized(url, is_image=True)

    def article(
        self, article: Article, newer: Article | None, older: Article | None, near: Near
    ) -> bytes:
        """Return the key of an article's page, not yet made short: there are very many."""
        head, site = article.head, self._context.site
        group = site.translations.get(head.translation_key or "", ())
        links = self.links(head.path)
        rest = b""
        steps = [step.commit for step in self._context.past.steps(head.path)]
        if group or article.notices or links or steps or head.image is not None:
            told = (
                [(other.head.lang, other.url) for other in group],
                [self.file(site.notices[slug].path) for slug in article.notices],
                links,
                self.image(head.image, head.path),
                steps,
            )
            rest = repr(told).encode()
        before = _NOBODY if newer is None else self.card(newer)
        behind = _NOBODY if older is None else self.card(older)
        beside = self._beside(near)
        names = self._about(article)[1]
        sizes = b"%d %d" % (len(beside), len(names))
        own = self.file(head.path), self.shape(article)
        return b"".join((*own, before, behind, sizes, beside, names, rest))

    def _beside(self, near: Near) -> bytes:
        """Return what is shown of related articles and of series.

        What is shared with a related one is the article's own: its names are in its shape.
        """
        if not near.related and not near.series:
            return b""
        told: list[bytes] = []
        for other, shared in near.related:
            told += (self.card(other), "\0".join(shared).encode(), b"\n")
        for slug, earlier, later in near.series:
            parts = [_NOBODY if part is None else self.card(part) for part in (earlier, later)]
            told += (slug.encode(), b"\n", *parts)
        return b"".join(told)

    def term_page(self, term: Term, lang: str) -> bytes:
        """Return the key of a term's own page."""
        record, context = term.record, self._context
        path = "" if record is None else record.path
        terms = context.site.terms[term.kind]
        about, mentioned = term.about.get(lang, ()), term.mentioned.get(lang, ())
        named = b""
        if term.kind == "people":
            _, newest = cut(len(about), context.settings.page_size)[0]
            named = self.named((*about[:newest], *mentioned[:FEW_MENTIONS]))
        above: list[str] = []
        parent = term.parent
        while parent is not None:
            above.append(parent)
            parent = terms[parent].parent
        return digest(
            self.file(path),
            self.links(path),
            None if record is None else self.image(record.portrait, path),
            self.term(term.kind, term.slug, lang),
            self.shapes(about),
            self.shapes(mentioned),
            named,
            self.terms(term.kind, above, lang),
            self.terms(term.kind, term.children, lang),
            self.terms(term.kind, term.see_also, lang),
            [
                (other, term.count(other), len(term.mentioned.get(other, ())))
                for other in context.site.languages
            ],
        )

    def index(self, kind: str, lang: str) -> bytes:
        """Return the key of the pages of an index by letter."""
        return digest(
            *(
                (
                    self.term(kind, term.slug, lang),
                    [self.file(found.path) for found in (term.record, *term.merged) if found],
                    term.count(lang),
                    term.parent,
                )
                for term in self._context.visible_terms(kind, lang)
            ),
            [
                other
                for other in self._context.site.languages
                if self._context.visible_terms(kind, other)
            ],
        )

    def list_page(
        self,
        term: Term,
        lang: str,
        articles: Sequence[Article],
        spans: Sequence[tuple[int, int]],
        page: int,
    ) -> bytes:
        """Return the key of an older page of a list, or of a page of a person's mentions."""
        start, end = spans[page]
        named = self.named(articles[start:end]) if term.kind == "people" else b""
        part = self.list_part(articles, spans, page)
        return digest(self.term(term.kind, term.slug, lang), named, part)

    def list_part(
        self, articles: Sequence[Article], spans: Sequence[tuple[int, int]], page: int
    ) -> bytes:
        """Return what one page of a list shows: its articles, and the way to the other pages."""
        start, end = spans[page]
        near: list[tuple[object, ...]] = []
        for number in range(max(page - 1, 0), page + 2) if page else range(len(spans)):
            if page == 1 and number == 0:
                near.append(("newest",))  # an older page names neither its dates nor its length
            elif number < len(spans):
                first, last = spans[number]
                # An empty list has a page as well: of a month whose articles all have their days.
                ends = [self.card(articles[place]) for place in (first, last - 1) if last > first]
                near.append((len(spans) - number, last - first, *ends))
        return digest(self.cards(articles[start:end]), near)
