"""Long lists of articles, cut into pages that are counted from the oldest.

Full pages hold `size` entries each and never change once they are full. The unnumbered page holds
the newest, between `size` and twice that less one, so that adding an article touches this page
alone until the next full one is cut off its end.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple, TypeVar

import msgspec

from builder.pages.views.links import Anchor
from builder.pages.views.listing import CardGroup, Listing, Pager

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from builder.model.site import Article
    from builder.model.words import Words
    from builder.pages.context import Context
    from builder.pages.views.listing import Card

Value = TypeVar("Value")

SERIES: Final = "series"
"""The taxonomy whose terms are read from the first part on."""
ANCHOR: Final = "bf-"
"""How the ids of a list's headings begin."""
FULL_YEAR: Final = 24
"""A year with at least so many articles on one page is shown month by month there."""


@lru_cache(maxsize=1024)  # every page of a list asks for it, and so does its key
def cut(count: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each page of a list with the newest first.

    The first is the unnumbered one; page number n, counted from the oldest, is the n-th from the
    end.
    """
    full = max(0, count // size - 1)
    newest = count - full * size
    return ((0, newest), *((newest + n * size, newest + (n + 1) * size) for n in range(full)))


@lru_cache(maxsize=256)
def page_urls(first: str, pages: int, below: str = "") -> tuple[str, ...]:
    """Return the address of each page of a list: `x.html`, then `x/3.html`, `x/2.html`, ...

    `below` is a folder in `x/` for the numbered ones, where those names are not free: "list/".
    """
    base = f"{first.removesuffix('.html')}/{below}".removesuffix("/")
    return (first, *(f"{base}/{number}.html" for number in range(pages - 1, 0, -1)))


def listing(
    context: Context,
    articles: Sequence[Article],
    lang: str,
    first_url: str,
    page: int,
    card: Callable[[Article], Card] | None = None,
    *,
    is_series: bool = False,
) -> Listing:
    """Return one page of a list, its articles by year, newest first; `card` makes an entry.

    The parts of a series are read from the first one on, so they are numbered and come oldest
    first. As lists are cut from the oldest, a part keeps its number and its page.
    """

    def groups(shown: Sequence[Article], first: int) -> tuple[CardGroup, ...]:
        found = by_year(context, shown, lang, card=card)
        return _parts(found, first, context.words[lang]) if is_series else found

    return paged(context, articles, lang, first_url, page, groups)


def paged(
    context: Context,
    articles: Sequence[Article],
    lang: str,
    first_url: str,
    page: int,
    groups: Callable[[Sequence[Article], int], tuple[CardGroup, ...]],
    below: str = "",
) -> Listing:
    """Return one page of a list.

    `groups` puts the articles of a page under headings; it is also given the number of the oldest
    of them in the whole list, counted from 1. `below` is as in `page_urls`.
    """
    spans = cut(len(articles), context.settings.page_size)
    start, end = spans[page]
    reach = _span_label(context.words[lang], articles, start, end) if page else ""
    urls = page_urls(first_url, len(spans), below)
    return Listing(
        groups=groups(articles[start:end], len(articles) - end + 1),
        total=len(articles) if page == 0 else end - start,
        pager=_pager(context, articles, lang, urls, page, reach),
        reach=reach,
    )


def _parts(groups: Sequence[CardGroup], first: int, words: Words) -> tuple[CardGroup, ...]:
    """Return groups with the oldest first, each card with the number of its part."""
    found: list[CardGroup] = []
    number = first
    for group in reversed(groups):
        labels = [words.format("part", n=words.digits(number + n)) for n in range(len(group.cards))]
        number += len(labels)
        cards = tuple(
            msgspec.structs.replace(card, part=label)
            for card, label in zip(reversed(group.cards), labels, strict=True)
        )
        found.append(msgspec.structs.replace(group, cards=cards))
    return tuple(found)


def by_year(
    context: Context,
    articles: Sequence[Article],
    lang: str,
    *,
    prefix: str = ANCHOR,
    card: Callable[[Article], Card] | None = None,
) -> tuple[CardGroup, ...]:
    """Return articles grouped by year, a full year by month; those without one stand last."""
    words, folder = context.words[lang], context.site.prefix(lang)
    groups: list[CardGroup] = []
    for group in spans(articles):
        year, month = group.year, group.month
        if year is None:
            label, url = words["undated"], None
        elif month is None:
            label, url = words.digits(year), f"{folder}{year:04d}.html"
        else:
            label, url = words.month_of(year, month), f"{folder}{year:04d}/{month:02d}.html"
        cards = tuple(map(card or context.card, group.articles))
        groups.append(CardGroup(label=label, anchor=prefix + group.name, url=url, cards=cards))
    return tuple(groups)


class Group(NamedTuple):
    """Articles of a list under one heading."""

    year: int | None
    month: int | None
    """None: all of the year's, or those known no closer."""
    name: str
    """The heading's id without its beginning: "1974", "1974-05", "undated"."""
    articles: Sequence[Article]


def spans(articles: Sequence[Article]) -> Iterator[Group]:
    """Yield the groups in which one page of a list shows its articles, newest first.

    It depends on these articles alone, so that older pages stay as they are.
    """
    for year, listed in runs(articles, lambda article: article.head.date.year):
        if year is None or len(listed) < FULL_YEAR:
            yield Group(year, None, "undated" if year is None else f"{year:04d}", listed)
            continue
        by_month: dict[int | None, list[Article]] = defaultdict(list)
        for sorted_as, found in runs(listed, lambda article: article.head.date.month or 1):
            if sorted_as > 1:
                by_month[sorted_as] += found
                continue
            # What is known no closer than the year stands among the articles of January.
            for article in found:
                by_month[article.head.date.month].append(article)
        for month, group in by_month.items():
            name = f"{year:04d}" if month is None else f"{year:04d}-{month:02d}"
            yield Group(year, month, name, group)


def runs(
    articles: Sequence[Article], value: Callable[[Article], Value]
) -> Iterator[tuple[Value, Sequence[Article]]]:
    """Yield each value with its articles, which have to lie together.

    Where a run ends is found by halving: to look at every article of long lists takes a while.
    """
    start, end = 0, len(articles)
    while start < end:
        found, rest = value(articles[start]), end
        if value(articles[-1]) != found:
            rest = bisect_left(articles, 1, start, key=lambda article: value(article) != found)
        yield found, articles[start:rest]
        start = rest


def _pager(
    context: Context,
    articles: Sequence[Article],
    lang: str,
    urls: tuple[str, ...],
    page: int,
    reach: str,
) -> Pager | None:
    """Return the way to the other pages; `reach` is as in `Listing`.

    The newest page names them all. An older one names its neighbours alone, and the newest without
    its dates: whatever else it said would change with each article that is added.
    """
    spans = cut(len(articles), context.settings.page_size)
    if len(spans) == 1:
        return None
    words = context.words[lang]
    shown = slice(max(page - 1, 0), page + 2) if page else slice(None)
    links = tuple(
        Anchor(
            label=reach if page == number > 0 else _span_label(words, articles, start, end),
            url=url,
            count=end - start,
            is_current=number == page,
        )
        for number, (start, end), url in zip(
            range(len(spans))[shown], spans[shown], urls[shown], strict=True
        )
    )
    if page == 0:
        return Pager(pages=links, newer=None, older=links[1])
    newer = links[0]
    if page == 1:
        newer = Anchor(label=words["latest"], url=urls[0])
    return Pager(pages=(), newer=newer, older=links[2] if len(links) == 3 else None)


def _span_label(words: Words, articles: Sequence[Article], start: int, end: int) -> str:
    """Return from when to when a page reaches, in figures, as all languages of ours read them.

    Where its dates are one: from which hour to which, or, where no hours are known, from which
    place in the list, counted from its oldest, to which.
    """
    told = [articles[place].head.date.iso() for place in (end - 1, start)]
    first, last = (iso[:10] for iso in told)
    if first != last:
        start_text = words.figures(first) if first else "…"
        return f"{start_text} – {words.figures(last)}" if last else start_text
    if first and len(first) == 10 and all(len(iso) > 10 for iso in told):
        hours = [words.digits(iso[11:16]) for iso in told]
    else:
        hours = [words.number(len(articles) - place + 1) for place in (end, start + 1)]
    within = "–".join(dict.fromkeys(hours))
    return f"{words.figures(first)}, {within}" if first else within
