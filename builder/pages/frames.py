"""What stands around the pages: their heads, menus, ways up, ways to other languages."""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final

import msgspec
from markupsafe import Markup

from builder.basics.languages import direction
from builder.basics.urls import way_up
from builder.pages import looks
from builder.pages.policy import CSP
from builder.pages.structured import Structured
from builder.pages.views.frame import Frame, SiteFrame
from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from builder.pages.context import Context

LITE_KINDS: Final = frozenset(
    {"article", "calendar", "dates", "home", "page", "person", "term", "term-list", "terms"}
    | {"tombstone", "undated"}
)
"""Kinds of pages that the text-only edition has, too."""


class Frames:
    """The frames of the pages of one plan; what many pages have alike is made once."""

    def __init__(self, context: Context) -> None:
        """Take what the pages share, of which only the site is looked at before the first frame."""
        # The context holds this; see `Structured`.
        self._context: Context = weakref.proxy(context)
        self._languages = context.site.languages
        self.structured = Structured(context)
        self._menus: dict[str, tuple[Anchor, ...]] = {}
        self._indexes: dict[str, tuple[Anchor, ...]] = {}
        self._ways: dict[str, frozenset[str]] = {}
        self._pages: dict[str, tuple[Anchor, ...]] = {}
        self._further: dict[str, tuple[Anchor, ...]] = {}
        self._homes: dict[str, Anchor] = {}
        self._site_frames: dict[tuple[str, str, str, str], SiteFrame] = {}
        self._trails: dict[tuple[str, int | None, int | None], tuple[Anchor, ...]] = {}

    def around(
        self,
        url: str,
        *,
        kind: str,
        lang: str,
        title: str,
        description: str = "",
        versions: Mapping[str, str] | None = None,
        trail: Iterable[Anchor] = (),
        feeds: Iterable[Anchor] = (),
        is_indexed: bool = True,
        csp: str = CSP,
        base_href: str | None = None,
        subject: str | None = None,
    ) -> Frame:
        """Return what stands around a page.

        `versions` are the addresses of the same page by language, this one included; languages
        that have none lead to their home. `subject` is what the page is about, as
        `structured.article` or `structured.term` says it to machines.
        """
        site_frame = self._site_frame(url, lang, csp)
        own_feeds = tuple(feeds)
        versions = versions or {lang: url}
        alternates: list[tuple[str, str]] = []
        if len(versions) > 1 and self._context.settings.base_url is not None:
            alternates = [
                (tag, self._context.absolute(target) or "") for tag, target in versions.items()
            ]
            # For readers of any other language: the version in the archive's own, where it has one.
            alternates.append(("x-default", alternates[0][1]))
        trail = tuple(trail)
        return Frame(
            site=site_frame,
            url=url,
            kind=kind,
            title=title if title == site_frame.title else f"{title} · {site_frame.title}",
            description=description or site_frame.description,
            canonical=self._context.absolute(url) if is_indexed else None,
            base_href=base_href,
            languages=self._language_links(versions, lang),
            alternates=tuple(alternates),
            own_feeds=own_feeds,
            trail=trail,
            is_indexed=is_indexed,
            graph=Markup()
            if kind == "article" and not self._context.shown.graph
            else self.structured.page(
                url,
                site_frame.root,
                kind=kind,
                lang=lang,
                title=title,
                trail=trail,
                subject=subject,
            ),
            json_feeds=self._json_feeds(own_feeds),
            lite_url=f"lite/{url}" if self._context.settings.lite and kind in LITE_KINDS else None,
        )

    def everywhere(
        self,
        name: str,
        *,
        kind: str,
        lang: str,
        title: str,
        description: str = "",
        is_indexed: bool = True,
        csp: str = CSP,
    ) -> Frame:
        """Return what stands around a page below home that every language has under one name."""
        prefix = self._context.site.prefix
        return self.around(
            f"{prefix(lang)}{name}",
            kind=kind,
            lang=lang,
            title=title,
            description=description,
            versions=self.versions(lambda other: f"{prefix(other)}{name}"),
            trail=self.trail(lang),
            is_indexed=is_indexed,
            csp=csp,
        )

    def _json_feeds(self, feeds: tuple[Anchor, ...]) -> tuple[Anchor, ...]:
        """Return the same feeds as JSON Feed, where there are any."""
        if (
            not feeds
            or self._context.settings.base_url is None
            or self._context.settings.feeds.json != "all"
        ):
            return ()
        urls = [f"{feed.url.removesuffix('.xml')}.json" for feed in feeds]
        return tuple(
            msgspec.structs.replace(feed, url=url) for feed, url in zip(feeds, urls, strict=True)
        )

    def _site_frame(self, url: str, lang: str, csp: str) -> SiteFrame:
        """Return what the page at `url` has around it as others do, one object for all of them."""
        root = way_up(url)
        nav = self.menu(lang)
        ways = self._ways.get(lang)
        if ways is None:
            ways = self._ways[lang] = frozenset(anchor.url for anchor in nav)
        current = url if url in ways else ""
        key = (root, lang, csp, current)
        frame = self._site_frames.get(key)
        if frame is None:
            folder = self._context.site.prefix(lang)
            title = self._context.title(lang)
            if current:
                nav = tuple(
                    Anchor(
                        label=a.label, url=a.url, lang=a.lang, dir=a.dir, is_current=a.url == url
                    )
                    for a in nav
                )
            frame = self._site_frames[key] = SiteFrame(
                root=root,
                lang=lang,
                dir=direction(lang),
                title=title,
                description=self._context.description(lang),
                home_url=f"{folder}index.html",
                search_url=f"{folder}search.html",
                stylesheet=self._context.static["site.css"],
                icon=looks.icon_url(self._context),
                csp=csp,
                locale=self._context.words[lang].locale_name,
                nav=nav,
                pages=self.page_links(lang),
                more=self.further(lang),
                feed=Anchor(label=title, url=f"{folder}feed.xml"),
                logo=looks.logo(self._context),
                support=looks.support(self._context, lang),
                json_feed_url=f"{folder}feed.json"
                if self._context.settings.has_json_feed
                else None,
                opensearch_url=None
                if self._context.settings.base_url is None
                else f"{folder}opensearch.xml",
            )
        return frame

    def _language_links(self, versions: Mapping[str, str], lang: str) -> tuple[Anchor, ...]:
        """Return the ways to the other languages; none where the archive has one."""
        if len(self._languages) == 1:
            return ()
        return tuple(
            Anchor(
                label=self._context.own_language_name(other),
                url=versions.get(other, f"{self._context.site.prefix(other)}index.html"),
                lang=other,
                dir=direction(other),
                is_current=other == lang,
            )
            for other in self._languages
        )

    def menu(self, lang: str) -> tuple[Anchor, ...]:
        """Return the links of the main menu."""
        if lang not in self._menus:
            self._menus[lang] = looks.menu(self._context, lang)
        return self._menus[lang]

    def indexes(self, lang: str) -> tuple[Anchor, ...]:
        """Return the ways into the archive: people, topics, dates, other taxonomies."""
        if lang not in self._indexes:
            folder = self._context.site.prefix(lang)
            found = [
                Anchor(label=self._context.kind_label(kind, lang), url=f"{folder}{kind}.html")
                for kind in self._context.settings.term_kinds
                if self._context.visible_terms(kind, lang)
            ]
            dates = Anchor(label=self._context.words[lang]["dates"], url=f"{folder}dates.html")
            self._indexes[lang] = (*found[:2], dates, *found[2:])
        return self._indexes[lang]

    def further(self, lang: str) -> tuple[Anchor, ...]:
        """Return the ways in that stand at the foot of every page."""
        if lang not in self._further:
            words, folder = self._context.words[lang], self._context.site.prefix(lang)
            found = []
            if self._context.has_days_of_year(lang):
                found.append(Anchor(label=words["on_this_day"], url=f"{folder}on-this-day.html"))
            found.append(Anchor(label=words["random"], url=f"{folder}random.html"))
            found.append(Anchor(label=words["numbers"], url=f"{folder}numbers.html"))
            if self._context.settings.data:
                found.append(Anchor(label=words["data"], url=f"{folder}data.html"))
            self._further[lang] = tuple(found)
        return self._further[lang]

    def page_links(self, lang: str) -> tuple[Anchor, ...]:
        """Return the links to the pages beside the articles."""
        if lang not in self._pages:
            folder = self._context.site.prefix(lang)
            self._pages[lang] = tuple(
                Anchor(label=page.title, url=f"{folder}{page.slug}.html")
                for page in self._context.site.pages.get(lang, ())
            )
        return self._pages[lang]

    def trail(self, lang: str, *rest: Anchor) -> tuple[Anchor, ...]:
        """Return the way from home down to the page above."""
        home = self._homes.get(lang)
        if home is None:
            url = f"{self._context.site.prefix(lang)}index.html"
            home = self._homes[lang] = Anchor(label=self._context.words[lang]["home"], url=url)
        return (home, *rest)

    def date_trail(self, lang: str, year: int | None, month: int | None) -> tuple[Anchor, ...]:
        """Return the way from home down to a month, as far as it is known."""
        key = (lang, year, month)
        trail = self._trails.get(key)
        if trail is None:
            words, folder = self._context.words[lang], self._context.site.prefix(lang)
            rest: list[Anchor] = []
            if year is None:
                rest.append(Anchor(label=words["undated"], url=f"{folder}undated.html"))
            else:
                rest.append(Anchor(label=words.digits(year), url=f"{folder}{year:04d}.html"))
                if month is not None:
                    url = f"{folder}{year:04d}/{month:02d}.html"
                    rest.append(Anchor(label=words.month(month), url=url))
            trail = self._trails[key] = self.trail(lang, *rest)
        return trail

    def versions(self, url_in: Callable[[str], str | None]) -> dict[str, str]:
        """Return the addresses of one page by language, for those languages that have it."""
        found = ((lang, url_in(lang)) for lang in self._languages)
        return {lang: url for lang, url in found if url is not None}
