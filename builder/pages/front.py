"""Home, search and the page for addresses that do not exist."""

from __future__ import annotations

import json
import zlib
from functools import partial
from heapq import nsmallest
from typing import TYPE_CHECKING, Final

from builder.model.page import PlannedPage
from builder.pages.listing import SERIES
from builder.pages.numbers import archive_timeline
from builder.pages.policy import CSP, CSP_BASED, CSP_SCRIPT, CSP_SEARCH
from builder.pages.terms.index import index_letters
from builder.pages.views.front import HomeView, NotFoundView, RandomView, SearchView, SeriesCard
from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from builder.pages.calendar import Calendar
    from builder.pages.context import Context
    from builder.pages.views.links import TermGroup

BUNDLE: Final = "pagefind/"
CATALOGUE: Final = f"{BUNDLE}catalogue.pf_catalogue"
STEMMERS: Final = "stemmers/"
"""The theme's static folder that holds a script for each language that has a stemmer."""

SECTIONS: Final = "sections"
"""A taxonomy of this name has a place of its own on the front page, as series have."""
MOST_SERIES: Final = 6
DRAWN: Final = 20
"""Articles that random.html shows."""
POOL: Final = 200
"""Articles among which its script draws."""


def plan_front(context: Context, calendars: dict[str, Calendar]) -> Iterator[PlannedPage]:
    """Yield home, search and a draw by lot in each language, and the archive's 404 page."""
    for lang in context.site.languages:
        folder = context.site.prefix(lang)
        calendar = calendars[lang]
        yield PlannedPage(
            f"{folder}index.html",
            "home.html",
            lang,
            partial(home, context, lang, calendar),
        )
        yield PlannedPage(
            f"{folder}random.html", "random.html", lang, partial(random, context, lang)
        )
        yield PlannedPage(
            f"{folder}search.html", "search.html", lang, partial(search, context, lang, calendar)
        )
    main = context.settings.main_language
    yield PlannedPage("404.html", "404.html", main, partial(not_found, context, main))


def home(context: Context, lang: str, calendar: Calendar) -> HomeView:
    """Return what home.html shows."""
    articles, words = context.site.articles[lang], context.words[lang]
    years = sorted(calendar.years)
    kinds = [spec.kind for spec in context.settings.taxonomies]
    groups = {kind: group for kind in kinds if (group := context.term_group(kind, lang))}
    sections, series = groups.get(SECTIONS), groups.get(SERIES)
    folder = context.site.prefix(lang)
    has_days = context.has_days_of_year(lang)
    return HomeView(
        frame=context.frames.around(
            f"{folder}index.html",
            kind="home",
            lang=lang,
            title=context.title(lang),
            versions=context.frames.versions(
                lambda other: f"{context.site.prefix(other)}index.html"
            ),
        ),
        heading=context.title(lang),
        lead=context.description(lang),
        article_count=len(articles),
        person_count=len(context.visible_terms("people", lang)),
        first_year=words.digits(years[0]) if years else "",
        last_year=words.digits(years[-1]) if years else "",
        latest=tuple(context.card(a) for a in articles[: context.settings.home_size]),
        decades=calendar.decades(),
        undated=calendar.undated_anchor(),
        timeline=archive_timeline(calendar),
        sections=sections,
        series=() if series is None else _series(context, series, lang),
        series_group=series,
        people=context.term_group("people", lang),
        taxonomies=tuple(groups.values()),
        others=tuple(group for kind, group in groups.items() if kind not in (SECTIONS, SERIES)),
        months=tuple(
            Anchor(label=words.month(month), url=f"{folder}on-this-day.html#bf-{month}")
            for month in (range(1, 13) if has_days else ())
        ),
        days_url=f"{folder}on-this-day.html",
        more=tuple(_more(context, lang)),
        dates_url=f"{folder}dates.html",
    )


def _series(context: Context, group: TermGroup, lang: str) -> tuple[SeriesCard, ...]:
    """Return the series with the most parts."""
    words, terms = context.words[lang], context.site.terms[SERIES]
    cards: list[SeriesCard] = []
    for term in sorted(
        (term for term in terms.values() if term.count(lang)),
        key=lambda term: (-term.count(lang), term.slug),
    )[:MOST_SERIES]:
        parts = term.about[lang]
        years = sorted({part.head.date.year for part in parts if part.head.date.year is not None})
        ends = [words.digits(year) for year in (years[0], years[-1])] if years else []
        cards.append(
            SeriesCard(
                term=context.term_link(term, lang, len(parts)),
                span=words.format("date_span", start=ends[0], end=ends[1])
                if len(years) > 1
                else "".join(ends[:1]),
                first=Anchor(label=parts[-1].head.title, url=parts[-1].url),
            )
        )
    return tuple(cards)


def _more(context: Context, lang: str) -> Iterator[tuple[Anchor, str]]:
    words = context.words[lang]
    leads = {
        "random.html": words["random_lead"],
        "numbers.html": words["numbers_lead"],
        "data.html": words["data_short"],
    }
    for anchor in context.frames.further(lang):
        lead = leads.get(anchor.url.rpartition("/")[2])
        if lead is not None:
            yield anchor, lead


def random(context: Context, lang: str) -> RandomView:
    """Return articles drawn by lot: as long as the archive stays the same, so does the draw.

    The lot of an article is a checksum of its address, so one that is added is drawn seldom, and
    takes the place of one other.
    """
    drawn = nsmallest(
        POOL, context.site.articles[lang], key=lambda a: (zlib.crc32(a.url.encode()), a.url)
    )
    words = context.words[lang]
    return RandomView(
        frame=context.frames.everywhere(
            "random.html",
            kind="random",
            lang=lang,
            title=words["random"],
            description=words["random_lead"],
            csp=CSP_SCRIPT,
        ),
        cards=tuple(context.card(article) for article in drawn[:DRAWN]),
        pool=" ".join(article.url for article in drawn),
        script=context.static["random.js"],
    )


def search(context: Context, lang: str, calendar: Calendar) -> SearchView:
    """Return what search.html shows before anybody has searched."""
    site, words, folder = context.site, context.words[lang], context.site.prefix(lang)
    people = context.term_group("people", lang)
    topics = context.term_group("topics", lang) if "topics" in site.terms else None
    kinds = {kind: context.kind_label(kind, lang) for kind in context.settings.term_kinds}
    spoken = [tag for tag in site.languages if site.articles[tag]]
    total = sum(len(found) for found in site.articles.values())
    catalogue = CATALOGUE + (".js" if context.settings.search.is_offline(total) else "")
    return SearchView(
        frame=context.frames.everywhere(
            "search.html",
            kind="search",
            lang=lang,
            title=words["search"],
            is_indexed=False,
            csp=CSP_SEARCH,
        ),
        static=context.static,
        catalogue=catalogue,
        addresses=_addresses(context.static, catalogue),
        kinds=json.dumps(kinds, ensure_ascii=False),
        total=total,
        languages=tuple(words.language_name(tag) for tag in spoken),
        example_person=people.terms[0].name if people and people.terms else "",
        example_topic=topics.terms[0].name if topics and topics.terms else "",
        ways_in=context.frames.indexes(lang),
        letters=index_letters(context, "people", lang),
        people=people,
        topics=topics,
        decades=calendar.decades(),
        undated=calendar.undated_anchor(),
        dates_url=f"{folder}dates.html",
    )


def _addresses(static: Mapping[str, str], catalogue: str) -> str:
    """Return where the script finds what it loads, as JSON; all counted from the site's root."""
    stemmers = {
        name.removeprefix(STEMMERS).removesuffix(".js"): url
        for name, url in sorted(static.items())
        if name.startswith(STEMMERS)
    }
    found = {
        "bundle": BUNDLE,
        "catalogue": catalogue,
        "engine": static["search-engine.js"],
        "names": static["search-names.js"],
        "stock": static["search-stock.js"],
        "stemmers": stemmers,
    }
    return json.dumps(found)


def not_found(context: Context, lang: str) -> NotFoundView:
    """Return what 404.html shows.

    A host serves it at addresses of any depth, where relative links would miss; a `hosting.path`
    in the settings mends that with a <base>.
    """
    path = context.settings.hosting.path
    return NotFoundView(
        frame=context.frames.around(
            "404.html",
            kind="not-found",
            lang=lang,
            title=context.words[lang]["page_not_found"],
            is_indexed=False,
            csp=CSP if path is None else CSP_BASED,
            base_href=path,
        ),
        ways_in=context.frames.indexes(lang),
    )
