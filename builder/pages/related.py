"""Which articles stand near to one, and what it has in common with them; and its place in series.

The archive is walked once, from its oldest article to the newest. Of each, the rarest people and
terms are looked at, and what came last under each of them: the more two have in common and the
rarer that is, the nearer they are. How rare a term is, is counted in what is older, and what is
shown is older but for one at most. So a new article changes the pages of a few older ones: of those
that waited for the next one under their rarest term. Pure; called by `articles` and `keys`.
"""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.model.site import Article

MOST: Final = 3
"""Articles shown."""
SERIES: Final = "series"

_TERMS: Final = 4
"""Terms of an article that are looked at, the rarest."""
_RECENT: Final = 3
"""Articles that each term remembers."""
_WIDEST: Final = 10
"""Doublings up to which a term tells anything: what a thousand articles are about is no reason."""
_WEIGHT: Final = 2 * _WIDEST + 1
"""Of a term, less its doublings: two that are wide count for more than one that is rare."""
_NO_MATTER: Final = frozenset({"sections", SERIES})
"""Kinds that bring together what is of one sort, not of one matter. Series have their own place."""


class Related(NamedTuple):
    """An article near to another."""

    article: Article
    shared: tuple[str, ...]
    """What both are about, the rarest first, as `kind/slug`; of what is wide perhaps not all."""


class InSeries(NamedTuple):
    """An article's place in a series."""

    slug: str
    earlier: Article | None
    later: Article | None


class Near(NamedTuple):
    """What stands near to an article."""

    related: tuple[Related, ...] = ()
    """The nearest first; one that is newer comes last."""
    series: tuple[InSeries, ...] = ()


NOTHING: Final = Near()


class _Met:
    """A term, and what came under it so far."""

    __slots__ = ("count", "doublings", "key", "recent", "waiting")

    def __init__(self, key: str) -> None:
        self.key = key
        self.count = 0
        self.doublings = 0
        self.recent: list[int] = []
        """Places of articles in time, the newest last."""
        self.waiting = -1
        """The place of the last article of which this is the rarest term, till another comes."""


_doublings: Final = attrgetter("doublings")
_Shared = tuple[str, ...]


def near(articles: Sequence[Article]) -> dict[str, Near]:
    """Return what stands near to each article, by address; nothing for those that stand alone.

    The articles are all of one language, newest first.
    """
    met: dict[tuple[str, str], _Met] = {}
    in_time = articles[::-1]
    rarest_of: list[_Shared] = []
    older: list[list[tuple[int, _Shared]]] = []
    newer: dict[int, int] = {}
    for place, article in enumerate(in_time):
        terms = _terms(article, met)
        rarest = terms
        if len(terms) > 1:
            rarest = sorted(terms, key=_doublings)
            del rarest[_TERMS:]
        rarest_of.append(tuple([term.key for term in rarest]))
        older.append(_nearest(rarest))
        for term in rarest:
            if term.waiting >= 0:
                newer[term.waiting] = place
                term.waiting = -1
        if rarest and rarest[0].doublings <= _WIDEST:
            rarest[0].waiting = place
        for term in terms:
            term.count += 1
            term.doublings = term.count.bit_length()
            term.recent.append(place)
            if len(term.recent) > _RECENT:
                del term.recent[0]
    series = _in_series(in_time)
    found: dict[str, Near] = {}
    for place, article in enumerate(in_time):
        related = [Related(in_time[other], shared) for other, shared in older[place]]
        later = newer.get(place)
        if later is not None:
            theirs = rarest_of[later]
            both = tuple([key for key in rarest_of[place] if key in theirs])
            related[MOST - 1 :] = [Related(in_time[later], both)]
        places = series.get(place)
        if related or places:
            found[article.url] = Near(tuple(related), tuple(places or ()))
    return found


def _terms(article: Article, met: dict[tuple[str, str], _Met]) -> list[_Met]:
    """Return what an article is about, in the writer's order, people first."""
    terms = []
    for kind, slugs in (("people", article.people), *article.terms.items()):
        if not slugs or kind in _NO_MATTER:
            continue
        for slug in slugs:
            term = met.get((kind, slug))
            if term is None:
                term = met[kind, slug] = _Met(f"{kind}/{slug}")
            terms.append(term)
    return terms


def _nearest(rarest: Sequence[_Met]) -> list[tuple[int, _Shared]]:
    """Return the places of the older articles that have most in common with these terms."""
    # What an article scores, and behind it a bit for each of the terms.
    scores: dict[int, int] = {}
    bit = 1
    for term in rarest:
        if 0 < term.doublings <= _WIDEST:
            gain = ((_WEIGHT - term.doublings) << _TERMS) + bit
            for place in term.recent:
                scores[place] = scores.get(place, 0) + gain
        bit <<= 1
    if not scores:
        return []
    best = sorted([(score >> _TERMS, place, score) for place, score in scores.items()])
    return [(place, _named(rarest, score)) for _, place, score in best[: -MOST - 1 : -1]]


def _named(rarest: Sequence[_Met], bits: int) -> _Shared:
    return tuple([term.key for number, term in enumerate(rarest) if bits >> number & 1])


def _in_series(in_time: Sequence[Article]) -> dict[int, list[InSeries]]:
    """Return the place of each article in its series, by its place in time."""
    parts: dict[str, list[int]] = {}
    for place, article in enumerate(in_time):
        for slug in article.terms.get(SERIES, ()):
            parts.setdefault(slug, []).append(place)
    found: dict[int, list[InSeries]] = {}
    for slug, places in parts.items():
        for at, place in enumerate(places):
            earlier = in_time[places[at - 1]] if at else None
            later = in_time[places[at + 1]] if at + 1 < len(places) else None
            found.setdefault(place, []).append(InSeries(slug, earlier, later))
    return found
