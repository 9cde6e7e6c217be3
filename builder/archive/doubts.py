"""What may be right and is more often a slip: days to come, the unborn, names one letter apart."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import TYPE_CHECKING, Final

from builder.basics.alike import SHORTEST, is_one_letter_apart
from builder.basics.problems import Problem, problem
from builder.basics.spellings import words_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from builder.basics.problems import Location
    from builder.model.content import ArticleHead
    from builder.model.site import Article, Term

_FIRST_ZONE: Final = dt.timezone(dt.timedelta(hours=14))
"""Where every day begins: UTC+14, the Line Islands."""


def days_to_come(
    heads: Iterable[ArticleHead], now: dt.datetime
) -> tuple[tuple[Problem, ...], dt.datetime | None]:
    """Return a warning for each published article of a day that has begun nowhere yet.

    And when the first of these days begins.
    """
    found: list[Problem] = []
    begins: list[dt.datetime] = []
    latest = now.astimezone(_FIRST_ZONE).date()
    year, today = latest.year, latest.toordinal()
    for head in heads:
        date = head.date
        if date.year is None or date.year < year or date.sort_key[0] <= today:
            continue
        if head.status != "published" or head.embargo is not None:
            continue
        day = dt.date.fromordinal(date.sort_key[0])
        begins.append(dt.datetime.combine(day, dt.time(), tzinfo=_FIRST_ZONE))
        message = f"the article is published, and its date {date.edtf()} is yet to come"
        hint = "add `embargo:` with that day if it is to appear then"
        found.append(problem("date-in-future", message, head.where["title"], hint))
    return tuple(found), min(begins, default=None)


def before_birth(people: Mapping[str, Term]) -> Iterator[Problem]:
    """Yield a warning for each article about somebody who was not born yet."""
    for person in people.values():
        born = None if person.record is None else person.record.born
        if born is None or born.year is None:
            continue
        for articles in person.about.values():
            for article in reversed(articles):  # the oldest first
                if article.head.date.sort_key >= born.sort_key:
                    break
                if article.head.date.is_before(born):
                    date = article.head.date.edtf()
                    message = f"the article of {date} is about {person.name}, born {born.edtf()}"
                    hint = "is one of the dates wrong, or was somebody else of that name meant?"
                    place = _named(article, person.slug)
                    yield problem("before-birth", message, place, hint)


def _named(article: Article, slug: str) -> Location:
    """Return where an article names a person; its title where that cannot be told."""
    people = article.head.people
    if len(people) == len(article.people):
        return people[article.people.index(slug)].location
    return article.head.where["title"]


def similar_names(names: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield pairs of slugs whose names have the same words or are one letter apart, in order.

    Not each name is held against each: two names that are one letter apart have a name in common
    when one letter is taken out of either.
    """
    spelled: dict[str, list[str]] = defaultdict(list)
    for slug, name in sorted(names.items()):
        spelled[" ".join(sorted(words_of(name)))].append(slug)
    pairs: set[tuple[str, str]] = set()
    for slugs in spelled.values():
        pairs.update((slugs[0], other) for other in slugs[1:])
    without: dict[str, list[str]] = defaultdict(list)
    for key in spelled:
        if len(key) >= SHORTEST:
            for shorter in {key, *(key[:at] + key[at + 1 :] for at in range(len(key)))}:
                without[shorter].append(key)
    for keys in without.values():
        if len(keys) > 1:
            for place, one in enumerate(keys):
                for other in keys[place + 1 :]:
                    if is_one_letter_apart(one, other):
                        pair = sorted((spelled[one][0], spelled[other][0]))
                        pairs.add((pair[0], pair[1]))
    yield from sorted(pairs)
