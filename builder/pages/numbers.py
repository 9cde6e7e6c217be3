"""The archive counted: over time on several pages, and in whatever else can be counted on its own.

All of it comes from the heads of articles, never from their texts, so that a corrected text changes
no number. Numbers are those of one language's articles, as on every page of that language.
"""

from __future__ import annotations

from collections import Counter
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from builder.basics.languages import direction
from builder.model.page import PlannedPage
from builder.pages.charts import MOST_SLOTS, Point, Series, chart, decades, timeline, years
from builder.pages.views.front import NumbersView, Rank, Ranking
from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from builder.model.site import Term
    from builder.pages.calendar import Calendar
    from builder.pages.charts import Span
    from builder.pages.views.charts import Chart

LONGEST: Final = 12
"""Rows of a ranking."""


def plan_numbers(calendars: Iterable[Calendar]) -> Iterator[PlannedPage]:
    """Yield numbers.html in each language."""
    for calendar in calendars:
        url = f"{calendar.folder}numbers.html"
        view = partial(numbers_view, calendar, url)
        yield PlannedPage(url, "numbers.html", calendar.lang, view)


def archive_timeline(calendar: Calendar) -> Chart | None:
    """Return all articles of a language over time; None where they are all of one year.

    Years of a long archive are shown by decade; a decade leads to its years on dates.html.
    """
    context, lang, folder = calendar.context, calendar.lang, calendar.folder
    words = context.words[lang]
    counts: dict[Span, tuple[int]] = {
        month: (len(articles),) for month, articles in calendar.months.items()
    }
    for year, articles in calendar.years.items():
        rest = len(articles) - sum(counts.get((year, month), (0,))[0] for month in range(1, 13))
        if rest:
            counts[year, None] = (rest,)
    series = (Series(words["articles_heading"], "articles"),)
    undated = calendar.undated_anchor()
    others = () if undated is None else (Point(undated.label, undated.url, (undated.count or 0,)),)

    def url_of(span: Span) -> str:
        return calendar.url(*span)

    data = context.data_anchor("articles", lang)
    is_rtl = direction(lang) == "rtl"
    if len(years(counts, url_of, words)) <= MOST_SLOTS:
        return timeline(counts, url_of, series, words, is_rtl=is_rtl, rest=others, data=data)
    points = [
        point._replace(url=point.url and f"{folder}dates.html#bf-{point.tick}")
        for point in decades(counts, url_of, words)
    ]
    caption, heading = words["chart_decades"], words["chart_decade"]
    return chart(caption, heading, series, points, words, is_rtl=is_rtl, rest=others, data=data)


def numbers_view(calendar: Calendar, url: str) -> NumbersView:
    """Return what numbers.html shows."""
    context, lang = calendar.context, calendar.lang
    words, site = context.words[lang], context.site
    articles = site.articles[lang]
    figures = [Anchor(label=words["articles_heading"], url=f"{calendar.folder}dates.html")]
    counted = [len(articles)]
    for kind in context.settings.term_kinds:
        if terms := context.visible_terms(kind, lang):
            label = context.kind_label(kind, lang)
            figures.append(Anchor(label=label, url=f"{calendar.folder}{kind}.html"))
            counted.append(len(terms))
    return NumbersView(
        frame=context.frames.everywhere(
            "numbers.html",
            kind="numbers",
            lang=lang,
            title=words["numbers"],
            description=words["numbers_lead"],
        ),
        figures=tuple(
            Anchor(label=anchor.label, url=anchor.url, count=count)
            for anchor, count in zip(figures, counted, strict=True)
        ),
        timeline=archive_timeline(calendar),
        rankings=tuple(found for found in _rankings(calendar) if found.rows),
    )


def _rankings(calendar: Calendar) -> Iterator[Ranking]:
    context, lang, folder = calendar.context, calendar.lang, calendar.folder
    words, site = context.words[lang], context.site
    articles = site.articles[lang]
    of_terms, of_articles = (context.data_anchor(name, lang) for name in ("mentions", "articles"))
    people = [(term, _named(term, lang)) for term in context.visible_terms("people", lang)]
    people = [pair for pair in people if pair[1]]
    people.sort(key=lambda pair: (-pair[1], pair[0].slug))
    yield Ranking(
        caption=words["most_named"],
        heading=words["people"],
        rows=_ranks(
            (link.name, link.url, count, link.lang)
            for term, count in people[:LONGEST]
            for link in (context.term_link(term, lang),)
        ),
        more=Anchor(label=_all(calendar, len(people)), url=f"{folder}people.html")
        if len(people) > LONGEST
        else None,
        data=of_terms,
    )
    for spec in context.settings.taxonomies:
        label = context.kind_label(spec.kind, lang)
        links = context.most_used(spec.kind, lang, LONGEST)
        total = len(context.visible_terms(spec.kind, lang))
        yield Ranking(
            caption=label,
            heading=label,
            rows=_ranks((link.name, link.url, link.count or 0, link.lang) for link in links),
            more=Anchor(label=_all(calendar, total), url=f"{folder}{spec.kind}.html")
            if total > len(links)
            else None,
            data=of_terms,
        )
    heads = [article.head for article in articles]
    sources = [head.source for head in heads if head.source is not None]
    outlets = Counter([source.outlet for source in sources if source.outlet])
    named = [dict.fromkeys(head.authors) for head in heads if head.authors]
    authors = Counter(chain.from_iterable(named))
    for caption, counter in ((words["outlets"], outlets), (words["authors"], authors)):
        most = sorted(counter.items(), key=lambda item: (-item[1], item[0]))[:LONGEST]
        yield Ranking(
            caption=caption,
            heading=caption,
            rows=_ranks((name, None, count, None) for name, count in most),
            more=None,
            data=of_articles,
        )
    if len(site.languages) > 1:
        yield Ranking(
            caption=words["languages"],
            heading=words["languages"],
            rows=_ranks(
                (words.language_name(tag), f"{site.prefix(tag)}index.html", count, None)
                for tag in site.languages
                for count in (len(site.articles[tag]),)
                if count
            ),
            more=None,
            data=of_articles,
        )
    known: Counter[str] = Counter([head.date.precision for head in heads])
    known["day"] += known["minute"]
    labels = {
        "day": words["precision_day"],
        "month": words["precision_month"],
        "year": words["precision_year"],
        "unknown": words["undated"],
    }
    yield Ranking(
        caption=words["precision"],
        heading=words["date_label"],
        rows=_ranks(
            (label, None, known[name], None) for name, label in labels.items() if known[name]
        ),
        more=None,
        data=of_articles,
    )


def _named(term: Term, lang: str) -> int:
    return term.count(lang) + len(term.mentioned.get(lang, ()))


def _all(calendar: Calendar, total: int) -> str:
    words = calendar.context.words[calendar.lang]
    return words.format("all_n", n=words.number(total))


def _ranks(rows: Iterable[tuple[str, str | None, int, str | None]]) -> tuple[Rank, ...]:
    """Return (name, address, count, language of the name) as rows; the longest bar is ten long."""
    found = list(rows)
    most = max((count for _, _, count, _ in found), default=1)
    return tuple(
        Rank(
            label=name,
            url=url,
            count=count,
            share=max(1, -(-10 * count // most)),
            lang=lang,
            dir=None if lang is None else direction(lang),
        )
        for name, url, count, lang in found
    )
