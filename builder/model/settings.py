"""What content/archive.yaml says."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from builder.basics.problems import Location
    from builder.model.content import Image


Which = Literal["none", "main", "all"]
"""None of the feeds, those of all articles alone, or those of people and terms as well."""

DEFAULT_PERMALINK: Final = "/{year}/{month}/{slug}.html"


class TaxonomySpec(msgspec.Struct, frozen=True, kw_only=True):
    """A way of sorting articles: topics, places, series."""

    kind: str
    """Its key in front matter, its folder in content/ and its address: `places`."""
    titles: Mapping[str, str] = msgspec.field(default_factory=dict)
    """What the index page is called, by language. Absent: the theme's word, then the kind."""


def plain_title(kind: str) -> str:
    """Return what a kind of terms is called where nobody says it: `press_laws` to Press laws."""
    return kind.replace("_", " ").capitalize()


OFFLINE_UP_TO: Final = 20_000
"""Articles up to which search works from a disk without being asked to."""


class SearchSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How the archive is searched."""

    offline: bool | None = None
    """Whether search works from a disk too. None: up to `OFFLINE_UP_TO` articles."""
    keep_previous: bool = False
    """Whether the files of the index before stay, for readers who have a page of it open."""
    cjk: bool | None = None
    """Whether Chinese and Japanese are cut into words, by the extended Pagefind. None: where it is
    installed."""

    def is_offline(self, articles: int) -> bool:
        """Return whether an index of so many articles is to work from a disk."""
        return articles <= OFFLINE_UP_TO if self.offline is None else self.offline


class Hosting(msgspec.Struct, frozen=True, kw_only=True):
    """Where the site is served, and what its hosts are told."""

    path: str | None = None
    """Where it stands on its host, from slash to slash; None: not known, mostly "/"."""
    hosts: tuple[str, ...] = ()
    """Services and servers for which files are written: github, nginx, ..."""
    domain: str | None = None
    """A name of the archive's own, for services that want it in a file."""
    onion: str | None = None
    """The same site as an onion service."""
    contact: tuple[str, ...] = ()
    """Whom to tell of a weakness, as URIs; with any of them `expires` is given too."""
    expires: str | None = None
    """Until when that is true, a date and time of RFC 3339 in UTC."""


class HistorySettings(msgspec.Struct, frozen=True, kw_only=True):
    """What is shown of the articles' past, and where they are edited."""

    is_on: bool = False
    """Whether each article's visible changes have a page, and count as changes in feeds."""
    with_names: bool = False
    """Whether that page names who made them."""
    hidden: tuple[str, ...] = ()
    """Beginnings of the ids of commits that are not shown."""
    repository: str | None = None
    """The archive's address at a forge, without a slash at its end."""
    forge: str = ""
    """Which kind: codeberg, gitea, github, gitlab."""
    branch: str = "main"


class FeedSettings(msgspec.Struct, frozen=True, kw_only=True):
    """What feeds there are and what they hold."""

    content: Literal["summary", "full"] = "summary"
    """Whether an entry has the summary of its article alone, or the whole text as well."""
    json: Which = "main"
    """Which feeds are there as JSON Feed too; without a base_url none."""
    history: Which = "main"
    """Which feeds have archive pages (RFC 5005), so that a reader can walk through all of them."""
    page_size: int = 50
    """Articles on an archive page."""


class Accent(msgspec.Struct, frozen=True, kw_only=True):
    """The one colour beside paper and ink, readable on both papers, as `#rrggbb`."""

    light: str
    dark: str


class Logo(msgspec.Struct, frozen=True, kw_only=True):
    """A picture at the head of every page."""

    picture: Image
    dark: Image | None
    """In its place where the reader's colours are dark."""
    stands_for_title: bool
    """Whether it holds the archive's name, so that it is not written beside it."""


class MenuEntry(msgspec.Struct, frozen=True, kw_only=True):
    """A link of the main menu."""

    to: str
    """A page's address from the root of a language's tree, without `.html`."""
    label: str | None = None
    """None: what the page itself is called."""
    labels: Mapping[str, str] = msgspec.field(default_factory=dict)
    location: Location


class Theme(msgspec.Struct, frozen=True, kw_only=True):
    """How the site looks, as far as settings say so; templates/ says the rest."""

    logo: Logo | None = None
    icon: Image | None = None
    accent: Accent | None = None
    menu: tuple[MenuEntry, ...] = ()
    """Empty: people, topics, dates and the other taxonomies."""


class Support(msgspec.Struct, frozen=True, kw_only=True):
    """A box below articles that asks readers for support."""

    text: str
    texts: Mapping[str, str] = msgspec.field(default_factory=dict)
    """By language."""
    link: str | None = None
    """Where readers can give it, on another host; they go there by themselves or not at all."""
    link_text: str = ""
    link_texts: Mapping[str, str] = msgspec.field(default_factory=dict)
    languages: tuple[str, ...] = ()
    """In which it is shown; empty: in all."""
    can_be_put_off: bool = True
    """Whether a script lets readers close the box, or put it off for a month."""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The only settings of an archive; everything has a sensible value but the title."""

    title: str
    titles: Mapping[str, str] = msgspec.field(default_factory=dict)
    """By language."""
    description: str = ""
    descriptions: Mapping[str, str] = msgspec.field(default_factory=dict)
    base_url: str | None = None
    """Absolute, ends in a slash. None: nothing absolute is written."""
    languages: tuple[str, ...] = ("en",)
    """The first is the archive's own, at the root; each further one stands under /{lang}/."""
    time_zone: str = "UTC"
    """An IANA name; the zone of dates that are written without one."""
    permalink: str = DEFAULT_PERMALINK
    taxonomies: tuple[TaxonomySpec, ...] = ()
    """Topics first, then as declared. People are not among them."""
    page_size: int = 40
    """Entries on a full page of a long list; the newest page holds up to twice as many less one."""
    home_size: int = 13
    """Latest articles on the home page."""
    feed_size: int = 20
    """Entries of a feed; the one of all articles holds those as well that fill no archive page."""
    feeds: FeedSettings = FeedSettings()
    lite: bool = False
    """Whether there is a text-only edition under lite/."""
    license: str | None = None
    data: bool = True
    """Whether the archive is there as tables too, below data/."""
    search: SearchSettings = SearchSettings()
    hosting: Hosting = Hosting()
    history: HistorySettings = HistorySettings()
    identity: tuple[str, ...] = ()
    """Names and e-mail addresses of editors that may be read in the repository."""
    theme: Theme = Theme()
    support: Support | None = None

    @property
    def main_language(self) -> str:
        """The archive's own language."""
        return self.languages[0]

    @property
    def has_json_feed(self) -> bool:
        """Whether the feed of all articles is there as JSON Feed, which needs permalinks."""
        return self.base_url is not None and self.feeds.json != "none"

    @property
    def shows_texts_elsewhere(self) -> bool:
        """Whether other files than its page show the text of an article."""
        return self.feeds.content == "full" or self.lite

    @property
    def term_kinds(self) -> tuple[str, ...]:
        """Return people, topics and every declared taxonomy, in the order shown."""
        return ("people", *(spec.kind for spec in self.taxonomies))

    def kind_title(self, kind: str, lang: str) -> str | None:
        """Return what the settings call a kind of terms; None where they leave it to the theme."""
        for spec in self.taxonomies:
            if spec.kind == kind:
                return spec.titles.get(lang)
        return None

    @property
    def reading_key(self) -> tuple[object, ...]:
        """Return all that the reading of one file depends on."""
        return (self.languages, self.term_kinds, self.time_zone)
