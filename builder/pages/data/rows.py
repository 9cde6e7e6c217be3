"""The site's articles, people and terms as rows, in an order that depends on nothing else."""

from __future__ import annotations

import calendar
from collections import Counter
from functools import cached_property
from itertools import chain, combinations, islice
from operator import attrgetter
from typing import TYPE_CHECKING, Final

from builder.pages.data.tables import (
    MOST_PAIRS,
    ArticleDocument,
    MentionRow,
    NameRow,
    PairRow,
    PersonRow,
    RoleRow,
    TermRow,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    import msgspec

    from builder.basics.dates import ArchiveDate
    from builder.model.site import Article, Site, Term

UNDATED: Final = "undated"
"""Stands for the year in the name of a file."""


class Rows:
    """The rows of one site, made as they are asked for."""

    def __init__(self, site: Site) -> None:
        """Take the site."""
        self._site = site
        self._sorted: tuple[str, list[Article]] = "", []
        self._last: tuple[tuple[str, str], list[msgspec.Struct]] = ("", ""), []

    @cached_property
    def parts(self) -> Mapping[str, list[Article]]:
        """Articles of all languages by year, as files are named; those without one come last."""
        years: dict[int, list[Article]] = {}
        for articles in self._site.articles.values():
            for article in articles:
                years.setdefault(article.head.date.year or 0, []).append(article)
        found = {f"{year:04d}": years[year] for year in sorted(years) if year}
        return found | ({UNDATED: years[0]} if 0 in years else {})

    def of(self, table: str, part: str = "") -> list[msgspec.Struct]:
        """Return the rows of a table, or of one year of it.

        The last ones are kept: a table's files are made one after another.
        """
        if self._last[0] != (table, part):
            self._last = (table, part), list(self._make(table, part))
        return self._last[1]

    def has_any(self, table: str, part: str = "") -> bool:
        """Return whether a table, or one year of it, has a row; hardly any is made for that."""
        match table:
            case "articles":
                return bool(self.parts[part])
            case "mentions":
                return any(a.people or a.mentions or a.terms for a in self.parts[part])
            case "co-appearances":
                return any(_many(article) > 1 for article in self.parts[part])
        return any(True for _ in self._make(table, part))

    def _make(self, table: str, part: str) -> Iterable[msgspec.Struct]:
        match table:
            case "articles":
                return self._articles(self._in_order(part))
            case "mentions":
                return _mentions(self._in_order(part))
            case "terms":
                return map(_term, self._terms())
            case "people":
                return map(_person, self._site.terms["people"].values())
            case "roles":
                return chain.from_iterable(map(_roles, self._site.terms["people"].values()))
            case "names":
                return chain.from_iterable(map(_names, self._terms()))
            case "co-appearances":
                return self._pairs(part)
        raise ValueError(table)

    def _in_order(self, part: str) -> list[Article]:
        if self._sorted[0] != part:  # articles, then their mentions
            self._sorted = part, sorted(self.parts[part], key=attrgetter("url"))
        return self._sorted[1]

    def _terms(self) -> Iterator[Term]:
        return chain.from_iterable(terms.values() for terms in self._site.terms.values())

    def _articles(self, articles: Iterable[Article]) -> Iterator[ArticleDocument]:
        license_of_all = self._site.settings.license
        for article in articles:
            head = article.head
            date, source = head.date, head.source
            text = None if date.year is None else date.edtf()
            day = text[:10] if text and date.day is not None and date.end is None else None
            earliest, latest = (day, day) if day else bounds(date)
            yield ArticleDocument(
                article.url,
                head.lang,
                head.title,
                text,
                earliest,
                latest,
                head.authors,
                head.dateline,
                head.summary,
                None if source is None else source.outlet,
                () if source is None else source.urls,
                None if source is None or source.captured is None else source.captured.edtf(),
                None if source is None else source.sha256,
                None if head.updated is None else head.updated.edtf(),
                head.license or license_of_all,
                head.translation_key,
                article.people,
                article.mentions,
                article.terms,
            )

    def _pairs(self, part: str) -> Iterator[PairRow]:
        """Yield who and what stands in the same articles of a year, `MOST_PAIRS` at most."""
        year = None if part == UNDATED else int(part)
        keys, numbers = self._numbers
        people = numbers["people"]
        counted: dict[str, Counter[tuple[int, int]]] = {
            lang: Counter() for lang in self._site.articles
        }
        # Very many articles are about the same: their pairs are counted all at once.
        alike = Counter(
            (a.head.lang, (*a.people, *a.mentions), tuple(a.terms.items()))
            for a in self.parts[part]
        )
        for (lang, named, terms), times in alike.items():
            found = [people[slug] for slug in named]
            for kind, slugs in terms:
                found += map(numbers[kind].__getitem__, slugs)
            counts = counted[lang]
            for pair in combinations(sorted(found), 2):
                counts[pair] += times
        least = _least(chain.from_iterable(counts.values() for counts in counted.values()))
        pairs = (
            PairRow(year, lang, *keys[one], *keys[other], count)
            for lang, counts in counted.items()
            for (one, other), count in sorted(counts.items())
            if count >= least
        )
        return islice(pairs, MOST_PAIRS)

    @cached_property
    def _numbers(self) -> tuple[list[tuple[str, str]], dict[str, dict[str, int]]]:
        """Every (kind, slug) in order, and its place there by kind and slug."""
        terms = self._site.terms
        keys = [(kind, slug) for kind in terms for slug in terms[kind]]
        numbers: dict[str, dict[str, int]] = {kind: {} for kind in terms}
        for number, (kind, slug) in enumerate(keys):
            numbers[kind][slug] = number
        return keys, numbers


def _least(counts: Iterable[int]) -> int:
    """Return how often two must meet for at most `MOST_PAIRS` of them to be left."""
    total = 0
    how_many = Counter(counts)
    for count in sorted(how_many, reverse=True):
        if total and total + how_many[count] > MOST_PAIRS:
            return count + 1
        total += how_many[count]
    return 1


def bounds(date: ArchiveDate) -> tuple[str | None, str | None]:
    """Return the first and the last day that a date, as it is written, may mean."""
    if date.year is None:
        return None, None
    first = f"{date.year:04d}-{date.month or 1:02d}-{date.day or 1:02d}"
    end = date.end or date
    year, month = end.year or date.year, end.month or 12
    day = end.day or calendar.monthrange(year, month)[1]
    return first, f"{year:04d}-{month:02d}-{day:02d}"


def _many(article: Article) -> int:
    """Return how many people and terms an article has."""
    found = len(article.people) + len(article.mentions)
    return found + sum(map(len, article.terms.values()))


def _mentions(articles: Iterable[Article]) -> Iterator[MentionRow]:
    for article in articles:
        url = article.url
        for slug in article.people:
            yield MentionRow(url, "people", slug, "about")
        for slug in article.mentions:
            yield MentionRow(url, "people", slug, "mentions")
        for kind, slugs in article.terms.items():
            for slug in slugs:
                yield MentionRow(url, kind, slug, "about")


def _address(term: Term) -> str:
    """Return the page of a term in the archive's own language, which has one for every term."""
    return f"{term.kind}/{term.slug}.html"


def _term(term: Term) -> TermRow:
    record = term.record
    ids = {} if record is None else record.ids
    return TermRow(
        term.kind,
        term.slug,
        _address(term),
        term.name,
        term.parent,
        None if record is None else record.scope_note,
        ids.get("wikidata"),
        ids.get("iptc"),
    )


def _person(term: Term) -> PersonRow:
    record = term.record
    if record is None:
        return PersonRow(term.slug, _address(term), term.name, *([None] * 6))
    born, died, ids = record.born, record.died, record.ids
    return PersonRow(
        term.slug,
        _address(term),
        term.name,
        record.sort_name,
        None if born is None else born.edtf(),
        None if died is None else died.edtf(),
        ids.get("wikidata"),
        ids.get("viaf"),
        ids.get("isni"),
    )


def _roles(term: Term) -> Iterator[RoleRow]:
    for role in () if term.record is None else term.record.roles:
        start, end = role.start, role.end
        yield RoleRow(
            term.slug,
            role.title,
            None if start is None else start.edtf(),
            None if end is None else end.edtf(),
        )


def _names(term: Term) -> Iterator[NameRow]:
    kind, slug, record = term.kind, term.slug, term.record
    if record is None:
        yield NameRow(kind, slug, term.name, None, "name")
        return
    yield NameRow(kind, slug, record.name, record.lang, "name")
    for lang, name in sorted(record.names.items()):
        yield NameRow(kind, slug, name, lang, "translation")
    for name in record.aliases:
        yield NameRow(kind, slug, name, None, "alias")
    for name in record.former_names:
        yield NameRow(kind, slug, name, None, "former")
    for merged in term.merged:
        yield NameRow(kind, slug, merged.name, merged.lang, "alias")
        for lang, name in sorted(merged.names.items()):
            yield NameRow(kind, slug, name, lang, "alias")
        for name in (*merged.aliases, *merged.former_names):
            yield NameRow(kind, slug, name, None, "alias")
