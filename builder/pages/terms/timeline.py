"""When a person or term stands in the archive: a bar for each year, leading into its lists."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

from builder.basics.languages import direction
from builder.pages.charts import Point, Series, timeline
from builder.pages.listing import ANCHOR, cut, page_urls, spans
from builder.pages.terms.addresses import FEW_MENTIONS, MENTIONED, mentions_url, own_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from builder.model.site import Article, Term
    from builder.pages.charts import Span
    from builder.pages.context import Context
    from builder.pages.views import Chart

FEWEST: Final = 3
"""Articles that a chart is made for; the list of fewer tells more."""


def term_timeline(context: Context, term: Term, lang: str) -> Chart | None:
    """Return the articles about a term, and those that name a person, over time."""
    about, mentioned = term.about.get(lang, ()), term.mentioned.get(lang, ())
    if len(about) + len(mentioned) < FEWEST:
        return None
    words = context.words[lang]
    lists: tuple[Sequence[Article], ...] = (about,)
    series: tuple[Series, ...] = (Series(words["articles_heading"], "articles"),)
    if mentioned:
        lists = about, mentioned
        series = (
            Series(words["about_people"], "articles"),
            Series(words["mentions_heading"], "mentions"),
        )
    found = [Counter(map(_span, articles)) for articles in lists]
    counts = {span: tuple(counter[span] for counter in found) for span in set().union(*found)}
    places = _places(context, term, lang)
    undated = counts.pop(None, None)
    rest = () if undated is None else (Point(words["undated"], places[None, None], undated),)
    return timeline(
        {span: count for span, count in counts.items() if span is not None},
        places.get,
        series,
        words,
        is_rtl=direction(lang) == "rtl",
        rest=rest,
        data=context.data_anchor("mentions", lang),
    )


def _span(article: Article) -> Span | None:
    date = article.head.date
    return None if date.year is None else (date.year, date.month)


def _places(context: Context, term: Term, lang: str) -> dict[tuple[int | None, int | None], str]:
    """Return where each year and month begins in the lists; (None, None) is what has no date.

    Where a list does not part the months of a year, a month leads to the year.
    """
    places: dict[tuple[int | None, int | None], str] = {}
    for page, prefix, articles in _pages(context, term, lang):
        for group in spans(articles):
            url = f"{page}#{prefix}{group.name}"
            places.setdefault((group.year, None), url)
            for month in {article.head.date.month for article in group.articles}:
                places.setdefault((group.year, month), url)
    return places


def _pages(context: Context, term: Term, lang: str) -> Iterator[tuple[str, str, Sequence[Article]]]:
    """Yield each page of a term's lists: address, beginning of its ids, articles."""
    size = context.settings.page_size
    about, mentioned = term.about.get(lang, ()), term.mentioned.get(lang, ())
    lists = [(own_url(context, term, lang), about)]
    if len(mentioned) > FEW_MENTIONS:
        lists.append((mentions_url(context, term, lang), mentioned))
    for first, articles in lists:
        ends = cut(len(articles), size)
        for url, (start, end) in zip(page_urls(first, len(ends)), ends, strict=True):
            yield url, ANCHOR, articles[start:end]
    if len(mentioned) <= FEW_MENTIONS:
        yield own_url(context, term, lang), MENTIONED, mentioned
