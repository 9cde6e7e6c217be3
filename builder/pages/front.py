"""Home, search and the page for addresses that do not exist."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from builder.model.page import PlannedPage
from builder.pages.context import CSP, CSP_BASED, CSP_SEARCH
from builder.pages.views import HomeView, NotFoundView, SearchView

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builder.pages.calendar import Calendar
    from builder.pages.context import Context


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
            f"{folder}search.html", "search.html", lang, partial(search, context, lang)
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
        first_year=str(years[0]) if years else "",
        last_year=str(years[-1]) if years else "",
        latest=tuple(context.card(a) for a in articles[: context.settings.home_size]),
        decades=calendar.decades(),
        undated=calendar.undated_anchor(),
        people=people,
        taxonomies=tuple(group for group in groups if group is not None),
        dates_url=f"{folder}dates.html",
    )


def search(context: Context, lang: str) -> SearchView:
    """Return what search.html shows before anybody has searched."""
    folder = context.site.prefix(lang)
    return SearchView(
        frame=context.frame(
            f"{folder}search.html",
            kind="search",
            lang=lang,
            title=context.words[lang]["search"],
            versions=context.versions(lambda other: f"{context.site.prefix(other)}search.html"),
            trail=context.trail(lang),
            is_indexed=False,
            csp=CSP_SEARCH,
        ),
        static=context.static,
        ways_in=context.indexes(lang),
    )


def not_found(context: Context, lang: str) -> NotFoundView:
    """Return what 404.html shows.

    A host serves it at addresses of any depth, where relative links would miss; a `hosting.path`
    in the settings mends that with a <base>.
    """
    path = context.settings.hosting.get("path")
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
