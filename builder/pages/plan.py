"""`Site` -> every page of the site, and whatever keeps two of them from standing together."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from itertools import chain
from posixpath import splitext
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from builder.basics.problems import Location, Outcome, Problem, problem
from builder.model.content import ArticleHead
from builder.pages.articles import plan_articles, plan_pages
from builder.pages.calendar import Calendar
from builder.pages.context import Context
from builder.pages.data.planning import Data
from builder.pages.feeds import plan_feeds
from builder.pages.front import plan_front
from builder.pages.history import plan_histories
from builder.pages.keys import Keys, digest
from builder.pages.links import MEDIA_TYPES, Targets, check_image, file_of, resolve
from builder.pages.lite import plan_lite
from builder.pages.looks import logo_urls, look_problems
from builder.pages.machine import plan_opensearch, plan_redirects, plan_sitemap
from builder.pages.numbers import plan_numbers
from builder.pages.on_this_day import OnThisDay
from builder.pages.terms.planning import plan_terms

MOST_UNUSED: Final = 50
"""Files that are named one by one."""

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping

    from builder.model.content import Image, Record
    from builder.model.page import Page
    from builder.model.pictures import Sizes
    from builder.model.site import Site
    from builder.model.words import Words
    from builder.pages.context import Bodies, Past
    from builder.pages.shown import Shown


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSite:
    """Every page of the site, before any is made."""

    pages: tuple[Page, ...]
    """Sorted by address."""
    media: frozenset[str]
    """Addresses of the media files in use."""
    logo: tuple[str, ...]
    """Addresses of those that stand on every page, with their sizes."""
    shared: bytes
    """Digest of what all pages show in common: settings, ways in, addresses of the theme."""
    share: Callable[[], None]
    """Makes what other pages show of each article. Each process that makes many of the pages needs
    nearly all of it, and one that is forked afterwards has it."""


def plan(
    site: Site,
    bodies: Bodies,
    words: Mapping[str, Words],
    static: Mapping[str, str],
    *,
    shown: Shown,
    records: Mapping[str, Record],
    past: Past,
    media: frozenset[str],
    sizes: Mapping[str, Sizes],
    broken: frozenset[str],
) -> Outcome[PlannedSite]:
    """Return every page, and the media files that they use.

    `bodies`, `records` and `past` by path of file, `words` by language, `static` theme files by
    name, `shown` what of the views the theme shows, `media` every file below content/media/,
    `broken` content files that could not be read. `sizes` are those of pictures by address; they
    need not be known before the first view is made.

    Problems: duplicate-address, and those of links and images in all that is shown.
    """
    context = Context(site, bodies, words, static, records, past, shown)
    calendars = {lang: Calendar(context, lang) for lang in site.languages}
    # The views that use these targets are made when all pages are planned; till then it fills.
    urls: set[str] = set()
    targets = Targets(
        files=_files(context),
        hidden=site.hidden,
        broken=broken,
        urls=urls,
        anchors={
            path: found.facts.anchors
            for path, found in records.items()
            if found.facts is not None and found.facts.anchors
        },
        media=media,
        sizes=sizes,
    )
    keys = Keys(context, targets)
    pages = list(
        chain(
            plan_articles(context, targets, keys),
            plan_histories(context, keys),
            plan_pages(context, targets),
            plan_terms(context, targets, keys),
            chain.from_iterable(calendar.plan(keys) for calendar in calendars.values()),
            chain.from_iterable(OnThisDay(found).plan(keys) for found in calendars.values()),
            plan_front(context, calendars),
            plan_numbers(calendars.values()),
            plan_feeds(context, targets, keys),
            Data(context, keys).plan(),
            plan_redirects(context),
            plan_opensearch(context),
        )
    )
    pages.extend(plan_sitemap(context, pages))
    pages.extend(tuple(plan_lite(context, pages)))
    urls.update(page.url for page in pages)
    context.urls, context.sizes = urls, sizes
    problems = list(_clashes(pages))
    problems.extend(_link_problems(context, targets))
    problems.extend(look_problems(context, targets))
    problems.extend(_unused_media(context, targets))
    pages.sort(key=lambda page: page.url)
    planned = PlannedSite(
        pages=tuple(pages),
        media=frozenset(context.used_media),
        logo=logo_urls(context),
        shared=_shared(context),
        share=partial(_share, context, keys),
    )
    return Outcome(planned, tuple(problems))


def _share(context: Context, keys: Keys) -> None:
    for articles in context.site.articles.values():
        for article in articles:
            context.card(article)
            keys.shape(article)


def _shared(context: Context) -> bytes:
    """Return what every page shows, as a digest; words and templates are the caller's."""
    site = context.site
    ways = [
        (
            lang,
            context.frames.indexes(lang),
            context.frames.page_links(lang),
            context.frames.menu(lang),
            context.frames.further(lang),
        )
        for lang in site.languages
    ]
    return digest(context.settings, ways, sorted(context.static.items()))


def _files(context: Context) -> dict[str, str]:
    """Return the address that a link to each content file leads to."""
    site = context.site
    files = {a.head.path: a.url for found in site.articles.values() for a in found}
    files |= {article.head.path: article.url for article in site.withdrawn}
    main = site.settings.main_language
    for terms in site.terms.values():
        for term in terms.values():
            if term.record is not None:
                files[term.record.path] = context.term_url(term.kind, term.slug, main)
    for lang, pages in site.pages.items():
        files |= {page.path: f"{site.prefix(lang)}{page.slug}.html" for page in pages}
    return files


def _may_clash(pages: Collection[Page]) -> bool:
    """Whether two of the pages may want one address; nearly always they do not."""
    urls = {page.url.casefold() for page in pages}
    if len(urls) < len(pages):
        return True
    folders = {url.rpartition("/")[0] for url in urls}
    for folder in list(folders):
        while "/" in folder:
            folder = folder.rpartition("/")[0]  # noqa: PLW2901 - on the way up
            folders.add(folder)
    return not urls.isdisjoint(folders)


def _clashes(pages: Collection[Page]) -> Iterator[Problem]:
    """Yield a problem for each page whose address is taken.

    Addresses that differ only in the case of letters clash too: many file systems, and so many USB
    sticks, hold one of the two. A file cannot stand where a folder must, either.
    """
    if not _may_clash(pages):
        return
    taken: dict[str, Page] = {}
    folders: dict[str, Page] = {}
    # What has a file of its own is told of, so it comes after what has none.
    for page in sorted(
        pages, key=lambda p: (p.origin is not None, p.origin or Location(""), p.url)
    ):
        key = page.url.casefold()
        before = taken.get(key) or folders.get(key)
        parts = key.split("/")
        for end in range(1, len(parts)):
            folder = "/".join(parts[:end])
            before = before or taken.get(folder)
            folders.setdefault(folder, page)
        if before is None:
            taken[key] = page
            continue
        owner = "a page of the site itself" if before.origin is None else before.origin.path
        message = f"the address /{page.url} is taken by {owner}"
        hint = "give one of them another slug"
        place = page.origin or before.origin or Location("content/archive.yaml")
        yield problem("duplicate-address", message, place, hint)


def _unused_media(context: Context, targets: Targets) -> Iterator[Problem]:
    """Yield a warning for each media file that nothing uses, be it published or not.

    What cannot be published, such as the original of a scan, is left in peace.
    """
    used = {f"content/{url}" for url in context.used_media}
    unused = {path for path in targets.media - used if splitext(path)[1].lower() in MEDIA_TYPES}
    if not unused:
        return
    # A file that could not be read may name any of them, and so do drafts.
    if targets.broken:
        return
    for path in targets.hidden:
        record = context.records.get(path)
        facts = None if record is None else record.facts
        head = None if record is None else record.head
        names = [link.href for link in facts.links] if facts is not None else []
        if isinstance(head, ArticleHead) and head.image is not None:
            names.append(quote(head.image.src))
        for name in names:
            unused -= set(file_of(name.partition("#")[0], path))
    for number, path in enumerate(sorted(unused)):
        if number == MOST_UNUSED:
            message = f"{len(unused) - number:,} more files of content/media/ are used nowhere"
            yield problem("unused-media", message, Location("content/media"))
            return
        hint = "name it in a text, or delete it"
        yield problem("unused-media", "no text uses this file", Location(path), hint)


def _link_problems(context: Context, targets: Targets) -> Iterator[Problem]:
    """Yield what is wrong with the links and images of everything that is shown."""
    site = context.site
    scratch: set[str] = set()

    def look(path: str, *images: Image | None) -> Iterator[Problem]:
        record = context.records.get(path)
        facts = None if record is None else record.facts
        for link in () if facts is None else facts.links:
            url, found = resolve(link.href, link.location, path, targets, is_image=link.is_image)
            yield from found
            if url is not None and url.startswith("media/"):
                scratch.add(url)
        for image in images:
            url, found = check_image(image, path, targets)
            yield from found
            if url is not None:
                scratch.add(url)

    for articles in (*site.articles.values(), site.withdrawn):
        for article in articles:
            yield from look(article.head.path, article.head.image)
    for terms in site.terms.values():
        for term in terms.values():
            if term.record is not None:
                yield from look(term.record.path, term.record.portrait)
    for pages in site.pages.values():
        for page in pages:
            yield from look(page.path)
    context.used_media.update(scratch)
