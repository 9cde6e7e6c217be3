"""What the page families share: the site, its words, and values made once and shown often.

A `Context` lives for one plan. Its caches hold views (frozen), so sharing them is safe.
"""

from __future__ import annotations

import datetime as dt
import zoneinfo
from typing import TYPE_CHECKING, Any, Final, Protocol

import msgspec

from builder.basics.languages import direction
from builder.basics.spellings import PROPER_KINDS, spell, token
from builder.basics.urls import absolute
from builder.model.settings import plain_title
from builder.pages import looks
from builder.pages.frames import Frames
from builder.pages.terms.passages import PersonNames, passages, person_names, sought
from builder.pages.views.links import Anchor, TermGroup, TermLink
from builder.pages.views.listing import Card

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from builder.basics.dates import ArchiveDate
    from builder.model.content import Body, Record
    from builder.model.history import Difference, Step
    from builder.model.pictures import Sizes
    from builder.model.site import Article, Site, Term
    from builder.model.words import Words
    from builder.pages.shown import Shown

MOST_USED: Final = 12
"""Terms shown where only the most used of a taxonomy fit."""


class Bodies(Protocol):
    """Where the bodies are; each is fetched when its page is made."""

    def get(self, path: str) -> Body | None:
        """Return the body of a file, or None where it has none."""


class Past(Protocol):
    """What may be seen of the articles' past, by path of file."""

    def steps(self, path: str) -> tuple[Step, ...]:
        """Return the visible changes of an article, oldest first."""

    def day(self, step: Step) -> ArchiveDate:
        """Return the day of a change."""

    def differences(self, steps: Sequence[Step]) -> Sequence[Difference | None]:
        """Return what each change changed; asked when its page is made."""


class Context:
    """The site and its words, with what many pages show in common."""

    def __init__(
        self,
        site: Site,
        bodies: Bodies,
        words: Mapping[str, Words],
        static: Mapping[str, str],
        records: Mapping[str, Record],
        past: Past,
        shown: Shown,
    ) -> None:
        """Take words by language, theme files by name; bodies and records by path of file."""
        self.site = site
        self.settings = site.settings
        self.bodies = bodies
        self.past = past
        self.shown = shown
        self.records = records
        self.frames = Frames(self)
        self.words = words
        self.static = static
        self.used_media: set[str] = set()
        self.urls: AbstractSet[str] = frozenset()
        """Every page of the site; known when all pages are planned."""
        self.sizes: Mapping[str, Sizes] = {}
        """Of pictures, by address; known when the first view is made."""
        self.letters: dict[tuple[str, str], Any] = {}
        """For the indexes alone: their lines by kind and language, sorted once."""
        self._cards: dict[Article, Card] = {}
        self._last_address: tuple[str, str | None] = "", self.settings.base_url
        self._year_days: dict[str, frozenset[tuple[int, int]]] = {}
        self._term_links: dict[tuple[str, str, str, int | None], TermLink] = {}
        self._term_groups: dict[tuple[str, tuple[str, ...], str], TermGroup] = {}
        self._search_names: dict[tuple[str, str], str] = {}
        self._person_names: dict[str, PersonNames] = {}
        self._offsets: dict[tuple[int, int, int], int] = {}
        self._reasons: dict[tuple[str, tuple[str, ...]], str] = {}
        self.article_csp = {lang: looks.article_csp(self, lang) for lang in site.languages}
        self._zone = zoneinfo.ZoneInfo(self.settings.time_zone)
        self._spans = {lang: _spans(site.articles[lang]) for lang in site.languages}

    # -- names of the archive ------------------------------------------------------------------

    def title(self, lang: str) -> str:
        """Return the archive's title in a language."""
        return self.settings.titles.get(lang, self.settings.title)

    def description(self, lang: str) -> str:
        """Return the archive's description in a language."""
        return self.settings.descriptions.get(lang, self.settings.description)

    def kind_label(self, kind: str, lang: str) -> str:
        """Return what the index of a kind of terms is called."""
        title = self.settings.kind_title(kind, lang) or self.words[lang].get(f"kind_{kind}")
        return title or plain_title(kind)

    def own_language_name(self, lang: str) -> str:
        """Return a language's name in that language, with a capital where it has any."""
        name = self.words[lang].language_name(lang)
        return name[:1].upper() + name[1:]

    # -- addresses -----------------------------------------------------------------------------

    def term_url(self, kind: str, slug: str, lang: str) -> str:
        """Return the page of a term on which a reader of `lang` should land."""
        term = self.site.terms[kind][slug]
        folder = self.site.prefix(lang) if term.is_in(lang) else ""
        return f"{folder}{kind}/{slug}.html"

    def day_url(self, date: ArchiveDate, lang: str) -> str | None:
        """Return the calendar page of a date, as exact as the date; None where undated."""
        if date.year is None:
            return None
        url = f"{self.site.prefix(lang)}{date.year:04d}"
        if date.month is not None:
            url += f"/{date.month:02d}"
        if date.day is not None and date.month is not None:
            url += f"/{date.day:02d}"
        return url + ".html"

    def absolute(self, url: str) -> str | None:
        """Return a permalink, or None without a base_url."""
        known, address = self._last_address
        if known != url:  # a page asks for its own in several places
            base = self.settings.base_url
            address = None if base is None else absolute(base, url)
            self._last_address = url, address
        return address

    def data_anchor(self, table: str, lang: str) -> Anchor | None:
        """Return the way from a chart to the rows that it counts; None without open data."""
        if not self.settings.data:
            return None
        url = f"{self.site.prefix(lang)}data.html#bf-{table}"
        return Anchor(label=self.words[lang]["chart_data"], url=url)

    def has_span(self, lang: str, span: tuple[int, int | None, int | None]) -> bool:
        """Return whether a language has a calendar page for (year, month, day)."""
        return span in self._spans.get(lang, ())

    def has_day_of_year(self, lang: str, day: tuple[int, int]) -> bool:
        """Return whether a language has any article of (month, day), in whatever year."""
        return day in self._days_of_year(lang)

    def has_days_of_year(self, lang: str) -> bool:
        """Return whether a language has any article whose date is known to the day."""
        return bool(self._days_of_year(lang))

    def _days_of_year(self, lang: str) -> frozenset[tuple[int, int]]:
        found = self._year_days.get(lang)
        if found is None:
            spans = self._spans.get(lang, ())
            found = frozenset((m, d) for _, m, d in spans if m is not None and d is not None)
            self._year_days[lang] = found
        return found

    # -- dates ---------------------------------------------------------------------------------

    def rfc3339(self, date: ArchiveDate) -> str:
        """Return the first moment a date may mean; the archive's zone where it has none."""
        if date.precision != "minute" or date.offset_min is not None:
            return date.rfc3339()
        key = (date.year or 1, date.month or 1, date.day or 1)
        offset = self._offsets.get(key)
        if offset is None:
            noon = dt.datetime(*key, 12, tzinfo=self._zone).utcoffset() or dt.timedelta()
            # Offsets before standard time had seconds; RFC 3339 has none.
            offset = int(noon.total_seconds() // 60)
            self._offsets[key] = offset
        return date.rfc3339(offset)

    # -- shared pieces of pages ----------------------------------------------------------------

    def summary(self, article: Article) -> str:
        """Return the summary a list shows: the writer's, else the text's beginning."""
        head = article.head
        if head.summary is not None:
            return head.summary
        return self.beginning(head.path)

    def beginning(self, path: str) -> str:
        """Return the beginning of a file's text, "" where it has none."""
        record = self.records.get(path)
        return "" if record is None or record.facts is None else record.facts.summary

    def card(self, article: Article) -> Card:
        """Return an article as lists show it."""
        card = self._cards.get(article)
        if card is None:
            head = article.head
            card = self._cards[article] = Card(
                url=article.url,
                title=head.title,
                lang=head.lang,
                dir=direction(head.lang),
                date_text=self.words[head.lang].date(head.date),
                date_iso=datetime_attribute(head.date),
                summary=self.summary(article),
                outlet=None if head.source is None else head.source.outlet,
            )
        return card

    def naming_card(self, article: Article, slug: str, at_most: int) -> Card:
        """Return an article as a person's page lists it, with sentences that name the person."""
        card = self.card(article)
        people = (*article.people, *article.mentions)
        names = self.sought(article)[people.index(slug)]
        found = passages(self.bodies.get(article.head.path), names, at_most)
        return msgspec.structs.replace(card, passages=found) if found else card

    def sought(self, article: Article) -> tuple[tuple[str, ...], ...]:
        """Return by what each of an article's people is found in its text, mentions last."""
        if not self.shown.passages or not (article.people or article.mentions):
            return ()
        people = [self._names_of(slug) for slug in (*article.people, *article.mentions)]
        return tuple(
            sought(names, people[:place] + people[place + 1 :])
            for place, names in enumerate(people)
        )

    def _names_of(self, slug: str) -> PersonNames:
        found = self._person_names.get(slug)
        if found is None:
            found = self._person_names[slug] = person_names(self.site.terms["people"][slug])
        return found

    def term_link(self, term: Term, lang: str, count: int | None = None) -> TermLink:
        """Return a term as a link on a page in `lang`."""
        key = (term.kind, term.slug, lang, count)
        link = self._term_links.get(key)
        if link is None:
            name, name_lang = term.name_in(lang)
            link = self._term_links[key] = TermLink(
                name=name,
                url=self.term_url(term.kind, term.slug, lang),
                kind=term.kind,
                count=count,
                lang=name_lang,
                dir=None if name_lang is None else direction(name_lang),
                main=None if name == term.name else term.name,
            )
        return link

    def term_links(self, kind: str, slugs: Iterable[str], lang: str) -> tuple[TermLink, ...]:
        """Return several terms as links."""
        if not slugs:
            return ()
        terms = self.site.terms[kind]
        return tuple([self.term_link(terms[slug], lang) for slug in slugs])

    def reason(self, shared: tuple[str, ...], lang: str) -> str:
        """Return in words that two articles are about the same people or terms, `kind/slug`."""
        key = (lang, shared)
        found = self._reasons.get(key)
        if found is None:
            words, names = self.words[lang], []
            for term in shared:
                kind, _, slug = term.partition("/")
                names.append(self.site.terms[kind][slug].name_in(lang)[0])
            found = self._reasons[key] = words.format("also_about", names=words.listed(names))
        return found

    def search_names(self, article: Article) -> str:
        """Return the words by which search finds an article's people and topics; "" without any.

        A word for each person and topic itself, then all its spellings.
        """
        if not self.shown.names:
            return ""
        found = [self._names("people", slug) for slug in (*article.people, *article.mentions)]
        found += [self._names("topics", slug) for slug in article.terms.get("topics", ())]
        return " ".join(found)

    def _names(self, kind: str, slug: str) -> str:
        found = self._search_names.get((kind, slug))
        if found is None:
            names = self.site.terms[kind][slug].names
            spelled = spell(names, is_proper=kind in PROPER_KINDS)
            words = (token(kind, slug), *spelled.given, *spelled.derived)
            found = self._search_names[kind, slug] = " ".join(words)
        return found

    def shown_group(self, kind: str, slugs: tuple[str, ...], lang: str) -> TermGroup:
        """Return the terms of one kind that an article is about."""
        key = (kind, slugs, lang)
        group = self._term_groups.get(key)
        if group is None:
            group = self._term_groups[key] = TermGroup(
                kind=kind,
                label=self.kind_label(kind, lang),
                url=f"{self.site.prefix(lang)}{kind}.html",
                terms=self.term_links(kind, slugs, lang),
                total=len(slugs),
            )
        return group

    def visible_terms(self, kind: str, lang: str) -> tuple[Term, ...]:
        """Return the terms that have a page in a language, in order of slug."""
        terms = self.site.terms[kind].values()
        if lang == self.settings.main_language:
            return tuple(terms)
        return tuple(term for term in terms if term.is_in(lang))

    def most_used(self, kind: str, lang: str, limit: int = MOST_USED) -> tuple[TermLink, ...]:
        """Return the terms with the most articles, most first, then by name."""
        terms = [term for term in self.visible_terms(kind, lang) if term.count(lang)]
        terms.sort(key=lambda term: (-term.count(lang), term.slug))
        return tuple(self.term_link(term, lang, term.count(lang)) for term in terms[:limit])

    def term_group(self, kind: str, lang: str) -> TermGroup | None:
        """Return the most used terms of a kind; None where there is none."""
        total = len(self.visible_terms(kind, lang))
        if total == 0:
            return None
        return TermGroup(
            kind=kind,
            label=self.kind_label(kind, lang),
            url=f"{self.site.prefix(lang)}{kind}.html",
            terms=self.most_used(kind, lang),
            total=total,
        )


def datetime_attribute(date: ArchiveDate) -> str:
    """Return what <time datetime> allows (HTML, dates and times): the plain ISO form or ""."""
    return date.iso()


def _spans(articles: Iterable[Article]) -> frozenset[tuple[int, int | None, int | None]]:
    """Return every (year, month, day) that has a calendar page, with None for what is wider."""
    dates = [article.head.date for article in articles]
    found = {(date.year, date.month, date.day) for date in dates if date.year is not None}
    wider = {(year, month, None) for year, month, _ in found}
    return frozenset().union(found, wider, ((year, None, None) for year, _, _ in found))
