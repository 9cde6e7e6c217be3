"""What stands around the content of every page."""

import msgspec
from markupsafe import Markup

from builder.pages.views.links import Anchor


class LogoView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The archive's mark at the head of every page."""

    url: str
    dark_url: str | None
    """For readers whose colours are dark."""
    width: int | None
    """In pixels; None where it is not known."""
    height: int | None
    stands_for_title: bool
    """Whether the title is not written beside it."""


class SupportView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What asks readers for support, below articles."""

    text: str
    lang: str | None
    """Of the text, where it is not in the page's language."""
    dir: str | None
    link: str | None
    """On another host."""
    link_text: str
    link_lang: str | None
    link_dir: str | None
    script: str | None
    """What closes the box and puts it off; None where readers cannot."""


class SiteFrame(msgspec.Struct, frozen=True, kw_only=True, eq=False, array_like=True):
    """What stands around many pages alike.

    Pages for which it is the same share one object, so that a template renders what depends on
    nothing else once (`{% once site=frame.site %}`): it is compared by identity.
    """

    root: str
    """Way up to the site's root: "", "../", "../../"."""
    lang: str
    dir: str
    title: str
    description: str
    home_url: str
    search_url: str
    stylesheet: str
    icon: str
    """What a browser shows beside the title; without one it would ask the host for /favicon.ico."""
    csp: str
    """Content-Security-Policy of these pages."""
    locale: str
    """For OpenGraph: the language and where most of its speakers live, "en_US"."""
    nav: tuple[Anchor, ...]
    """The main ways in, in order."""
    pages: tuple[Anchor, ...]
    """About, imprint and their like."""
    more: tuple[Anchor, ...]
    """Further ways in, for those who come to the foot of a page."""
    feed: Anchor
    """Of all articles."""
    logo: LogoView | None = None
    support: SupportView | None = None
    json_feed_url: str | None = None
    """The same as JSON Feed, where there is one."""
    opensearch_url: str | None = None
    """What tells a browser how to search here; None without a base_url."""


class Frame(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What every page has around its content. All of `site` can be read here too."""

    site: SiteFrame
    url: str
    """This page's own address."""
    kind: str
    """Which family of pages: home, article, term, ... A class on <body>."""
    title: str
    """For <title>, site title included."""
    description: str
    canonical: str | None
    """Absolute, or None without a base_url."""
    base_href: str | None
    """For the 404 page alone: the path under which the site is served, when it is known."""
    languages: tuple[Anchor, ...]
    """The same page in each language that has it, else that language's home; self included."""
    alternates: tuple[tuple[str, str], ...]
    """(language tag, absolute address) pairs for hreflang; empty without a base_url."""
    own_feeds: tuple[Anchor, ...]
    """Feeds of what this page shows."""
    trail: tuple[Anchor, ...]
    """From home to the page above this one."""
    is_indexed: bool = True
    """Whether search engines are asked to list it."""
    graph: Markup = Markup()
    """What the page says of itself to machines: JSON-LD, safe in a script element; "": nothing."""
    json_feeds: tuple[Anchor, ...] = ()
    """The own feeds as JSON Feed, where the settings ask for them."""
    lite_url: str | None = None
    """The same page in the text-only edition, where there is one."""

    @property
    def root(self) -> str:
        """Return the way up to the site's root: "", "../", "../../"."""
        return self.site.root

    @property
    def lang(self) -> str:
        """Return the page's language."""
        return self.site.lang

    @property
    def dir(self) -> str:
        """Return the direction of the page's language."""
        return self.site.dir

    @property
    def site_title(self) -> str:
        """Return the archive's title."""
        return self.site.title

    @property
    def site_description(self) -> str:
        """Return the archive's description."""
        return self.site.description

    @property
    def home_url(self) -> str:
        """Return the front page of the page's language."""
        return self.site.home_url

    @property
    def search_url(self) -> str:
        """Return the search page of the page's language."""
        return self.site.search_url

    @property
    def stylesheet(self) -> str:
        """Return the address of site.css."""
        return self.site.stylesheet

    @property
    def csp(self) -> str:
        """Return the Content-Security-Policy."""
        return self.site.csp

    @property
    def nav(self) -> tuple[Anchor, ...]:
        """Return the main ways in, in order."""
        return self.site.nav

    @property
    def pages(self) -> tuple[Anchor, ...]:
        """Return the links to about, imprint and their like."""
        return self.site.pages

    @property
    def feeds(self) -> tuple[Anchor, ...]:
        """Return the page's own feeds, then that of all articles."""
        return (*self.own_feeds, self.site.feed)
