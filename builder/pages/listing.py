"""Long lists of articles, cut into pages that are counted from the oldest.

Full pages hold `size` entries each and never change once they are full. The unnumbered page holds
the newest, between `size` and twice that less one, so that adding an article touches this page
alone until the next full one is cut off its end.
"""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from builder.pages.views import Anchor, CardGroup, Listing, Pager

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.model.site import Article
    from builder.model.words import Words
    from builder.pages.context import Context


def cut(count: int, size: int) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of each page of a list with the newest first.

    The first is the unnumbered one; page number n, counted from the oldest, is the n-th from the
    end.
    """
    full = max(0, count // size - 1)
    newest = count - full * size
    return ((0, newest), *((newest + n * size, newest + (n + 1) * size) for n in range(full)))


def page_urls(first: str, pages: int) -> tuple[str, ...]:
    """Return the address of each page of a list: `x.html`, then `x/3.html`, `x/2.html`, ..."""
    base = first.removesuffix(".html")
    return (first, *(f"{base}/{number}.html" for number in range(pages - 1, 0, -1)))


def listing(
    context: Context, articles: Sequence[Article], lang: str, first_url: str, page: int
) -> Listing:
    """Return one page of a list, its articles by year, newest first."""
    spans = cut(len(articles), context.settings.page_size)
    start, end = spans[page]
    return Listing(
        groups=by_year(context, articles[start:end], lang),
        total=len(articles) if page == 0 else end - start,
        pager=_pager(context, articles, lang, page_urls(first_url, len(spans)), spans, page),
    )


def span_label(words: Words, articles: Sequence[Article], size: int, page: int) -> str:
    """Return from when to when a page of a list reaches, in figures."""
    start, end = cut(len(articles), size)[page]
    return _span_label(words, articles[start], articles[end - 1])


def by_year(context: Context, articles: Sequence[Article], lang: str) -> tuple[CardGroup, ...]:
    """Return articles grouped by their year; those without one stand last."""
    words = context.words[lang]
    groups: list[CardGroup] = []
    for year, found in groupby(articles, key=lambda article: article.head.date.year):
        cards = tuple(context.card(article) for article in found)
        if year is None:
            groups.append(
                CardGroup(label=words["undated"], anchor="bf-undated", url=None, cards=cards)
            )
        else:
            url = f"{context.site.prefix(lang)}{year:04d}.html"
            groups.append(
                CardGroup(label=words.digits(year), anchor=f"bf-{year:04d}", url=url, cards=cards)
            )
    return tuple(groups)


def _pager(
    context: Context,
    articles: Sequence[Article],
    lang: str,
    urls: tuple[str, ...],
    spans: tuple[tuple[int, int], ...],
    page: int,
) -> Pager | None:
    """Return the way to the other pages.

    The newest page names them all. An older one names its neighbours alone, and the newest without
    its dates: whatever else it said would change with each article that is added.
    """
    if len(spans) == 1:
        return None
    words = context.words[lang]
    links = tuple(
        Anchor(
            label=_span_label(words, articles[start], articles[end - 1]),
            url=url,
            count=end - start,
            is_current=number == page,
        )
        for number, ((start, end), url) in enumerate(zip(spans, urls, strict=True))
        if page == 0 or abs(number - page) <= 1
    )
    if page == 0:
        return Pager(pages=links, newer=None, older=links[1])
    newer = links[0]
    if page == 1:
        newer = Anchor(label=words["latest"], url=urls[0])
    return Pager(pages=(), newer=newer, older=links[2] if len(links) == 3 else None)


def _span_label(words: Words, newest: Article, oldest: Article) -> str:
    """Return from when to when a page reaches, in figures, as all languages of ours read them."""
    first, last = (a.head.date.iso()[:10] for a in (oldest, newest))
    if not first:
        return f"… {words.figures(last)}" if last else "…"
    if first == last:
        return words.figures(first)
    return f"{words.figures(first)} – {words.figures(last)}"
