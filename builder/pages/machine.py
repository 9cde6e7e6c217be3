"""Pages for machines and for old addresses: sitemap, robots.txt, redirects."""

from __future__ import annotations

from collections import defaultdict
from functools import cache, partial
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from builder.basics.slugs import make_slug
from builder.basics.urls import absolute
from builder.model.page import PlannedPage
from builder.model.site import Redirect
from builder.pages.keys import digest
from builder.pages.views.links import Anchor
from builder.pages.views.machine import OpenSearchView, RobotsView, SitemapView
from builder.pages.views.pages import RedirectView

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from builder.basics.problems import Location
    from builder.model.page import Page
    from builder.model.site import Article, Site, Term
    from builder.pages.context import Context

MOST_IN_PART: Final = 45_000
"""sitemaps.org allows 50,000 addresses and 50 MB a part."""
FIRST_YEAR: Final = 1991
"""Of the web."""
_NOT_LISTED: Final = frozenset({"404.html", "redirect.html", "search.html", "tombstone.html"})


def _closed(context: Context) -> str | None:
    """Return the path of the text-only edition on its host, where there is one."""
    settings = context.settings
    return f"{urlsplit(settings.base_url or '').path or '/'}lite/" if settings.lite else None


def plan_sitemap(context: Context, pages: Sequence[Page]) -> Iterator[PlannedPage]:
    """Yield sitemap.xml and its parts; nothing without a base_url, as the protocol wants it."""
    main = context.settings.main_language
    has_base = context.settings.base_url is not None
    yield PlannedPage(
        "robots.txt",
        "robots.txt",
        main,
        lambda: RobotsView(closed=_closed(context), sitemap=context.absolute("sitemap.xml")),
    )
    if not has_base:
        return
    urls = sorted(
        page.url
        for page in pages
        if page.url.endswith(".html") and page.template not in _NOT_LISTED
    )
    parts = [urls[start : start + MOST_IN_PART] for start in range(0, len(urls), MOST_IN_PART)]
    names = [f"sitemap/{number}.xml" for number in range(1, len(parts) + 1)]
    index = SitemapView(
        is_index=True, entries=tuple((context.absolute(name) or "", "", ()) for name in names)
    )
    yield PlannedPage("sitemap.xml", "sitemap.xml", main, lambda: index)
    # Asked for by the views alone: a site that is looked at and not made has no use for it.
    changed = cache(partial(_changes, context))
    versions = cache(partial(_versions, context))
    for name, part in zip(names, parts, strict=True):
        view = partial(_part, context, part, changed, versions)
        yield PlannedPage(name, "sitemap.xml", main, view)


def _part(
    context: Context,
    urls: Sequence[str],
    changed: Callable[[], Mapping[str, str]],
    versions: Callable[[], Mapping[str, tuple[tuple[str, str], ...]]],
) -> SitemapView:
    days, links, base = changed(), versions(), context.settings.base_url or ""
    entries = tuple([(absolute(base, url), days.get(url, ""), links.get(url, ())) for url in urls])
    return SitemapView(is_index=False, entries=entries)


def _changes(context: Context) -> dict[str, str]:
    """Return when each article last changed, by address."""
    articles = context.site.articles.values()
    return {article.url: last_change(article) for found in articles for article in found}


def _versions(context: Context) -> dict[str, tuple[tuple[str, str], ...]]:
    """Return the languages and permalinks of each article that is there in several."""
    found: dict[str, tuple[tuple[str, str], ...]] = {}
    for group in context.site.translations.values():
        by_lang = {article.head.lang: article.url for article in group}
        links = tuple((lang, context.absolute(url) or "") for lang, url in by_lang.items())
        if len(links) > 1:
            # As in the head of the page: the first is for readers of any other language.
            found |= dict.fromkeys(by_lang.values(), (*links, ("x-default", links[0][1])))
    return found


def last_change(article: Article) -> str:
    """Return when an article last changed, as it or its history tells; "" where unknown.

    Without a correction or an update that is when it was published. That says nothing where it was
    before there was a web: no page of ours is of 1644.
    """
    published = article.head.date
    day = ""
    if changes := article.changes:
        day = max(changes, key=lambda date: date.sort_key).iso()[:10]
    elif published.year is not None and published.year >= FIRST_YEAR:
        day = published.iso()[:10]
    # The schema of sitemaps knows no year or month alone.
    return day if len(day) == len("2025-05-08") else ""


def redirects(site: Site) -> Iterator[Redirect]:
    """Yield every old address, and those at which a term stood or might have under another name.

    A name that no file describes has a page of its own, so one that later becomes an alias has been
    an address; so has a term that is merged into another.
    """
    yield from site.redirects
    written = {redirect.url for redirect in site.redirects}
    for kind, terms in site.terms.items():
        merged = {slug: end for (of, slug), end in site.merged.items() if of == kind}
        for slug, end in (merged | _other_slugs(terms, merged)).items():
            term = terms[end]
            for lang in site.languages:
                if lang == site.settings.main_language or term.is_in(lang):
                    folder = site.prefix(lang)
                    name, _ = term.name_in(lang)
                    old, new = f"{folder}{kind}/{slug}.html", f"{folder}{kind}/{end}.html"
                    if old not in written:
                        yield Redirect(old, new, name, lang, None)


def _other_slugs(terms: Mapping[str, Term], merged: Mapping[str, str]) -> dict[str, str]:
    """Return the slugs of aliases and former names, each with that of the one term so called."""
    found: dict[str, set[str]] = defaultdict(set)
    for term in terms.values():
        for record in (term.record, *term.merged):
            if record is not None:
                for name in (*record.aliases, *record.former_names):
                    found[make_slug(name)].add(term.slug)
    taken = terms.keys() | merged.keys()
    return {
        slug: next(iter(ends))
        for slug, ends in sorted(found.items())
        if len(ends) == 1 and slug and slug not in taken
    }


def plan_opensearch(context: Context) -> Iterator[PlannedPage]:
    """Yield a description of the search in each language; nothing without a base_url.

    OpenSearch 1.1, draft 6: the template of a query is an absolute address.
    """
    if context.settings.base_url is None:
        return
    for lang in context.site.languages:
        url = f"{context.site.prefix(lang)}opensearch.xml"
        view = partial(_opensearch, context, lang, url)
        yield PlannedPage(url, "opensearch.xml", lang, view)


def _opensearch(context: Context, lang: str, url: str) -> OpenSearchView:
    title = context.title(lang)
    return OpenSearchView(
        lang=lang,
        short_name=_at_most(title, 16),
        long_name=_at_most(title, 48),
        description=_at_most(context.description(lang) or title, 1024),
        search_url=context.absolute(f"{context.site.prefix(lang)}search.html") or "",
        self_url=context.absolute(url) or "",
    )


def _at_most(text: str, length: int) -> str:
    """Return a text cut at a word, or within one where there is no other way."""
    if len(text) <= length:
        return text
    cut = text[: length - 1].rpartition(" ")[0] or text[: length - 1]
    return f"{cut.rstrip(' ,;:')}…"


def plan_redirects(context: Context) -> Iterator[PlannedPage]:
    """Yield a page at each old address that leads to the new one."""
    for redirect in redirects(context.site):
        yield _redirect(
            context,
            redirect.url,
            redirect.target,
            redirect.title,
            redirect.lang,
            redirect.location,
        )


def _redirect(
    context: Context, url: str, target: str, title: str, lang: str, origin: Location | None
) -> PlannedPage:
    def view() -> RedirectView:
        return RedirectView(
            frame=context.frames.around(
                url,
                kind="redirect",
                lang=lang,
                title=title,
                trail=(Anchor(label=title, url=target),),
                is_indexed=False,
            ),
            target=target,
            target_title=title,
            canonical=context.absolute(target),
        )

    return PlannedPage(
        url, "redirect.html", lang, view, origin, partial(digest, url, target, title, lang)
    )
