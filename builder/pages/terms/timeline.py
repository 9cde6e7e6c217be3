"""When a person or term stands in the archive: a bar for each year, leading into its lists."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.languages import direction
from builder.pages.charts import Point, Series, timeline
from builder.pages.listing import ANCHOR, cut, page_urls, spans
from builder.pages.terms.addresses import FEW_MENTIONS, MENTIONED, mentions_url, own_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from builder.model.site import Article, Term
    from builder.pages.context import Context
    from builder.pages.views.charts import Chart

FEWEST: Final = 3
"""Articles that a chart is made for; the list of fewer tells more."""


def term_timeline(context: Context, term: Term, lang: str) -> Chart | None:
    """Return the articles about a term, and those that name a person, over time."""
    about, mentioned = term.about.get(lang, ()), term.mentioned.get(lang, ())
    if len(about) + len(mentioned) < FEWEST:
        return None
    words = context.words[lang]
    series: tuple[Series, ...] = (Series(words["articles_heading"], "articles"),)
    if mentioned:
        series = (
            Series(words["about_people"], "articles"),
            Series(words["mentions_heading"], "mentions"),
        )
    counts: dict[tuple[int | None, int | None], list[int]] = defaultdict(lambda: [0] * len(series))
    places: dict[tuple[int | None, int | None], str] = {}
    for page in _pages(context, term, lang):
        for group in spans(page.articles):
            url = f"{page.url}#{page.prefix}{group.name}"
            places.setdefault((group.year, None), url)
            # Where a list does not part the months of a year, a month leads to the year.
            months = (
                Counter(article.head.date.month for article in group.articles)
                if group.month is None
                else {group.month: len(group.articles)}
            )
            for month, count in months.items():
                places.setdefault((group.year, month), url)
                counts[group.year, month][page.series] += count
    undated = counts.pop((None, None), None)
    return timeline(
        {(year, month): tuple(n) for (year, month), n in counts.items() if year is not None},
        places.get,
        series,
        words,
        is_rtl=direction(lang) == "rtl",
        rest=()
        if undated is None
        else (Point(words["undated"], places[None, None], tuple(undated)),),
        data=context.data_anchor("mentions", lang),
    )


class _Page(NamedTuple):
    """One page of a term's lists."""

    series: int
    """0: about it; 1: naming it."""
    url: str
    prefix: str
    """How the ids of its headings begin."""
    articles: Sequence[Article]


def _pages(context: Context, term: Term, lang: str) -> Iterator[_Page]:
    """Yield the pages of a term's lists, those about it first, newest first."""
    about, mentioned = term.about.get(lang, ()), term.mentioned.get(lang, ())
    lists = [(own_url(context, term, lang), about)]
    if len(mentioned) > FEW_MENTIONS:
        lists.append((mentions_url(context, term, lang), mentioned))
    for series, (first, articles) in enumerate(lists):
        ends = cut(len(articles), context.settings.page_size)
        for url, (start, end) in zip(page_urls(first, len(ends)), ends, strict=True):
            yield _Page(series, url, ANCHOR, articles[start:end])
    if 0 < len(mentioned) <= FEW_MENTIONS:
        yield _Page(1, own_url(context, term, lang), MENTIONED, mentioned)
