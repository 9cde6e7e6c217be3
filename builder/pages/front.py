"""Home, search and the page for addresses that do not exist."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING, Final

from builder.model.page import PlannedPage
from builder.pages.policy import CSP, CSP_BASED, CSP_SEARCH
from builder.pages.terms.index import index_letters
from builder.pages.views import HomeView, NotFoundView, SearchView

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from builder.pages.calendar import Calendar
    from builder.pages.context import Context

BUNDLE: Final = "pagefind/"
CATALOGUE: Final = f"{BUNDLE}catalogue.pf_catalogue"
STEMMERS: Final = "stemmers/"
"""The theme's static folder that holds a script for each language that has a stemmer."""


def plan_front(context: Context, calendars: dict[str, Calendar]) -> Iterator[PlannedPage]:
    """Yield home and search in each language, and the archive's 404 page."""
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
            f"{folder}search.html", "search.html", lang, partial(search, context, lang, calendar)
        )
    main = context.settings.main_language
    yield PlannedPage("404.html", "404.html", main, partial(not_found, context, main))


def home(context: Context, lang: str, calendar: Calendar) -> HomeView:
    """Return what home.html shows."""
    articles = context.site.articles[lang]
    years = sorted(calendar.years)
    people = context.term_group("people", lang)
    groups = (context.term_group(spec.kind, lang) for spec in context.settings.taxonomies)
    folder = context.site.prefix(lang)
    return HomeView(
        frame=context.frame(
            f"{folder}index.html",
            kind="home",
            lang=lang,
            title=context.title(lang),
            versions=context.versions(lambda other: f"{context.site.prefix(other)}index.html"),
        ),
        heading=context.title(lang),
        lead=context.description(lang),
        article_count=len(articles),
        person_count=len(context.visible_terms("people", lang)),
        first_year=context.words[lang].digits(years[0]) if years else "",
        last_year=context.words[lang].digits(years[-1]) if years else "",
        latest=tuple(context.card(a) for a in articles[: context.settings.home_size]),
        decades=calendar.decades(),
        undated=calendar.undated_anchor(),
        people=people,
        taxonomies=tuple(group for group in groups if group is not None),
        dates_url=f"{folder}dates.html",
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
        frame=context.frame(
            f"{folder}search.html",
            kind="search",
            lang=lang,
            title=words["search"],
            versions=context.versions(lambda other: f"{site.prefix(other)}search.html"),
            trail=context.trail(lang),
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
        ways_in=context.indexes(lang),
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
        frame=context.frame(
            "404.html",
            kind="not-found",
            lang=lang,
            title=context.words[lang]["page_not_found"],
            is_indexed=False,
            csp=CSP if path is None else CSP_BASED,
            base_href=path,
        ),
        ways_in=context.indexes(lang),
    )
