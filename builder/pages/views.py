"""What each template sees: one frozen view, and the interface words. Nothing else.

A view holds text that is ready to be shown (dates in words, counts as numbers), addresses from the
site's root (a template puts `view.frame.root` in front of them) and trusted HTML as `Markup`. All
other strings are plain text, escaped when rendered. Sorting, grouping and formatting are done
before a view is born.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec
from markupsafe import Markup


class Anchor(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A link with its text."""

    label: str
    url: str
    """From the site's root, no leading slash."""
    lang: str | None = None
    """Of the label, where it is not the page's."""
    dir: str | None = None
    count: int | None = None
    is_current: bool = False


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


class Passage(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A sentence of an article that names a person, perhaps cut. Plain text in three parts."""

    anchor: str
    """The id of its paragraph in the article's page."""
    before: str
    name: str
    """As the article has it."""
    after: str


class Card(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One article in a list."""

    url: str
    title: str
    lang: str
    dir: str
    date_text: str
    date_iso: str
    """"" where undated."""
    summary: str
    """Plain text, may be ""."""
    outlet: str | None
    passages: tuple[Passage, ...] = ()
    """On a person's page: where the article names the person, in place of its summary."""
    part: str = ""
    """On a series' page: "Part 3"."""


class CardGroup(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Cards under one heading, newest first: a year, a day."""

    label: str
    anchor: str
    """The id of the heading."""
    url: str | None
    """The calendar page of the same span."""
    cards: tuple[Card, ...]


class Pager(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The pages of one long list. Numbers count from the oldest, so they never move."""

    pages: tuple[Anchor, ...]
    """Newest first; labels are spans of dates. Only the newest page of a list names them."""
    newer: Anchor | None
    older: Anchor | None


class Listing(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One page of a list of articles."""

    groups: tuple[CardGroup, ...]
    total: int
    """Of the whole list, on its newest page; of this page alone on an older one."""
    pager: Pager | None


class TermLink(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A person or term, linked, perhaps counted."""

    name: str
    url: str
    kind: str
    count: int | None = None
    lang: str | None = None
    """Of the name, where it is not the page's."""
    dir: str | None = None
    main: str | None = None
    """What it is called in every language's index, where its name here is another one."""


class TermGroup(msgspec.Struct, frozen=True, kw_only=True, eq=False, array_like=True):
    """The terms of one taxonomy. Articles about the same share one object, compared by identity."""

    kind: str
    label: str
    url: str
    """The taxonomy's index."""
    terms: tuple[TermLink, ...]
    total: int
    """Terms in the taxonomy; `terms` may hold only the most used."""


class Bar(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One bar of a chart; a span with nothing in it has none."""

    title: str
    """What it stands for, with its numbers: "1974: 12 articles, 5 mentions"."""
    url: str | None
    slot: int
    """Counted from the left."""
    parts: tuple[str, ...]
    """Path data within a slot for each series, the first at the foot; "" where it has nothing."""


class ChartTick(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A label below a chart."""

    label: str
    at: str
    """From the left: "37.5%"."""
    anchor: str
    """start, middle or end."""


class ChartLine(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A line across a chart, to read the height of bars by."""

    label: str
    y: str
    """From the top: "3.2em"."""


class ChartRow(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A line of a chart's table: a span, or a gap of several."""

    label: str
    url: str | None
    counts: tuple[str, ...]
    """In the page's figures, one for each series."""


class Chart(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Counts over time as bars in slots of equal width, and as a table."""

    caption: str
    heading: str
    """Over the table's column of labels: "Year"."""
    series: tuple[str, ...]
    """What is counted, one or more; with more, the bars stand on one another."""
    slots: int
    width: str
    """As wide as it may grow: "48em"."""
    origin: str
    """Where time begins: "0", or "100%" in a page written from right to left."""
    bars: tuple[Bar, ...]
    ticks: tuple[ChartTick, ...]
    lines: tuple[ChartLine, ...]
    rows: tuple[ChartRow, ...]
    data: Anchor | None = None
    """Where what was counted is to be had."""


class PictureCopy(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One size of an image."""

    url: str
    """As it stands in a srcset."""
    width: int


class Picture(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An image of the archive."""

    url: str
    """Of the largest copy that is shown, as it stands in an attribute."""
    address: str | None
    """The same in full; None without a base_url."""
    alt: str
    caption: str | None
    credit: str | None
    width: int | None
    """In pixels, of the image as it was taken in; None where it is not known."""
    height: int | None
    copies: tuple[PictureCopy, ...]
    """What a browser may choose from, the smallest first; empty where there is one size."""


class ProvenanceView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Where an article came from. Addresses are text, never links."""

    outlet: str | None
    urls: tuple[str, ...]
    captured_text: str
    captured_iso: str
    sha256: str | None


class CorrectionView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What was put right, and when."""

    date_text: str
    date_iso: str
    text: str


class NoticeView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A notice that stood on the page: shown folded, nothing in it is live."""

    kind: str
    """appeal, label, read-more or other: `words` has a name for each under `notice_<kind>`."""
    title: str | None
    outlet: str | None
    seen_text: str
    """"" where not known."""
    lang: str
    dir: str
    body: Markup


class Download(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A small file that is in the page itself."""

    label: str
    name: str
    """Of the file."""
    address: str
    """A `data:` address."""


class Citation(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """How an article is cited."""

    text: str
    """Authors, title, where it appeared, date."""
    archive: str | None
    """This archive's title, where the article appeared elsewhere first."""
    address: str | None
    """The permalink, absolute; None without a base_url."""
    version: str
    """Of the text: the first digits of the SHA-256 of its file."""
    downloads: tuple[Download, ...]


NOT_CITED: Final = Citation(text="", archive=None, address=None, version="", downloads=())
"""Stands where a citation is made later or not at all: it is long."""


class RelatedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An article near to another, and why."""

    url: str
    title: str
    date_text: str
    reason: str
    """In words: what both are about."""


class SeriesView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A series that an article is part of, and the parts around it."""

    series: TermLink
    earlier: Card | None
    later: Card | None


class ArticleView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """article.html."""

    frame: Frame
    title: str
    standfirst: str | None
    """The summary, where the writer gave one."""
    authors: tuple[str, ...]
    dateline: str | None
    date_text: str
    date_iso: str
    date_url: str | None
    """The calendar page of that date."""
    date_slashed: str
    """As catalogues have it: 2025/05/08, 2025/05, 2025."""
    updated_text: str
    updated_iso: str
    year: str
    """For the search filter; "" where undated."""
    body: Markup
    image: Picture | None
    people: tuple[TermLink, ...]
    mentions: tuple[TermLink, ...]
    terms: tuple[TermGroup, ...]
    source: ProvenanceView | None
    corrections: tuple[CorrectionView, ...]
    notices: tuple[NoticeView, ...]
    translations: tuple[Anchor, ...]
    """The same article in other languages; label is the language's own name."""
    newer: Card | None
    older: Card | None
    series: tuple[SeriesView, ...]
    related: tuple[RelatedView, ...]
    """The nearest first; one newer than the article, if any, last."""
    citation: Citation
    license: str | None
    names: str
    """For search, never shown: every spelling of its people and topics; "" without any."""
    history: Anchor | None = None
    """The page of its changes; the label says how many and when last."""
    edit_url: str | None = None
    """Where its file is edited, at the archive's forge: an address of another host."""
    versions_url: str | None = None
    """All versions of the file there."""
    extra: Mapping[str, Any] = msgspec.field(default_factory=dict)


class PieceView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A run of words."""

    kind: str
    """same, new or gone."""
    text: str


class ChangeView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One change of an article."""

    anchor: str
    date_text: str
    date_iso: str
    subject: str
    """The first line of what was said of it."""
    author: str
    """"" unless the archive chose to name who made it."""
    added_text: str
    removed_text: str
    is_first: bool
    """Whether the article was new then; there are no paragraphs to show."""
    paragraphs: tuple[tuple[PieceView, ...], ...]
    """Those that changed, in order."""


class HistoryView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """history.html: how an article changed since readers first saw it."""

    frame: Frame
    article: Anchor
    text: str
    """How often, and when last."""
    changes: tuple[ChangeView, ...]
    """Newest first."""


class TombstoneView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """tombstone.html: a withdrawn article's address."""

    frame: Frame
    title: str
    date_text: str
    date_iso: str
    withdrawn_text: str
    withdrawn_iso: str
    reason: str


class IndexEntry(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One line of an index of people or terms."""

    name: str
    lang: str | None
    dir: str | None
    url: str
    note: str
    """Life dates of a person; "" where none."""
    count: int | None
    """Articles about or under it; None on a "see" line."""
    see: str | None
    """On a line for another name: the name to look under; `url` leads there."""


class LetterGroup(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """The entries under one letter, or of one period."""

    letter: str
    anchor: str
    entries: tuple[IndexEntry, ...]


class TreeNode(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A term with the narrower terms below it."""

    term: TermLink
    children: tuple["TreeNode", ...]


class TermIndexView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """terms.html: people.html, topics.html and their like; one letter of them; by count."""

    frame: Frame
    kind: str
    heading: str
    total: int
    orders: tuple[Anchor, ...]
    """By letter and by count; empty where there is one order alone."""
    jumps: tuple[Anchor, ...]
    """To the letters or periods, on this page or on pages of their own; perhaps counted."""
    is_by_count: bool
    groups_heading: str
    groups: tuple[LetterGroup, ...]
    """Empty on the first page of a long index, whose letters have pages of their own."""
    tree: tuple[TreeNode, ...]
    """Empty where no term has a parent."""
    most_used: tuple[TermLink, ...]


class RoleView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An office and its years."""

    title: str
    period: str
    """"" where not known."""


class NameView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A name in another language or script."""

    name: str
    lang: str
    dir: str
    language: str
    """The language's name in the page's language."""


class TermView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """term.html: one person or term, with the newest page of its articles."""

    frame: Frame
    kind: str
    kind_label: str
    kind_url: str
    name: str
    name_lang: str | None
    name_dir: str | None
    names: tuple[NameView, ...]
    aliases: tuple[str, ...]
    former_names: tuple[str, ...]
    life: str
    """"1608-1674", "born 1961", ""."""
    born_text: str
    born_iso: str
    died_text: str
    died_iso: str
    roles: tuple[RoleView, ...]
    known_for: tuple[str, ...]
    """The first of the roles, for the head, where they are written in the page's language."""
    ids: tuple[tuple[str, str], ...]
    """(registry's name, identifier), as text."""
    portrait: Picture | None
    scope_note: str | None
    body: Markup
    body_lang: str
    body_dir: str
    broader: tuple[TermLink, ...]
    """From the top of the tree down to the parent."""
    narrower: tuple[TermLink, ...]
    see_also: tuple[TermLink, ...]
    articles: Listing
    """About the person, or under the term."""
    mentions: Listing
    """Articles that only name the person."""
    mentions_url: str | None
    """Where the whole list of mentions stands when it is longer than `mentions` shows."""
    with_people: tuple[TermLink, ...]
    with_terms: tuple[TermGroup, ...]
    """What it appears with most, counted."""
    other_languages: tuple[Anchor, ...]
    """The same term in other languages of the archive, with the count of articles there."""
    timeline: Chart | None
    years: str
    """From the first year in the archive to the last; "" where none has a date."""
    first: Card | None
    """The earliest article about it or naming it; None where none has a date."""
    last: Card | None
    feed_url: str


class TermListView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """term_list.html: an older page of a term's articles, or the list of a person's mentions."""

    frame: Frame
    kind: str
    name: str
    name_lang: str | None
    name_dir: str | None
    term_url: str
    is_mentions: bool
    listing: Listing


class DayCell(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A day of a month with its articles counted."""

    label: str
    """The day's number in the page's digits."""
    name: str
    """The whole date in words."""
    url: str
    count: int


class MonthCell(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A month of a year."""

    label: str
    url: str
    count: int
    days: tuple[DayCell, ...]


class CalendarView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """calendar.html: one year, month or day."""

    frame: Frame
    span: str
    """year, month or day."""
    heading: str
    total: int
    months: tuple[MonthCell, ...]
    """On a year's page: every month that has articles."""
    days: tuple[DayCell, ...]
    """On a month's page: every day that has articles."""
    groups: tuple[CardGroup, ...]
    """The articles themselves: all of a day; of a month or year all when they are few, else only
    those whose date is known no closer."""
    is_complete: bool
    """Whether `groups` holds every article of the span."""
    earlier: Anchor | None
    later: Anchor | None
    all_years: Anchor | None = None
    """On a day's page: the same day of all years."""


class YearOfDay(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What one year has of a day of the year."""

    label: str
    url: str
    """The calendar page of that day."""
    headlines: tuple[Anchor, ...]


class DayOfYearView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """on_this_day.html: one day of the year, the earliest year first."""

    frame: Frame
    heading: str
    total: int
    years: tuple[YearOfDay, ...]
    earlier: Anchor | None
    """The day before that has articles; the year goes round."""
    later: Anchor | None


class DaySlot(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A day of the year in the grid of all of them."""

    label: str
    """Its number in the page's figures."""
    name: str
    """Day and month in words."""
    url: str | None
    """None where no article is of that day."""


class DayGrid(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A month with all its days, February with 29."""

    label: str
    anchor: str
    days: tuple[DaySlot, ...]


class DaysOfYearView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """days_of_year.html: a way to each day of the year."""

    frame: Frame
    months: tuple[DayGrid, ...]


class YearCell(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A year with its articles counted."""

    label: str
    url: str
    count: int
    share: int
    """Of the fullest year, 1 to 10, for a bar."""


class Decade(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """Ten years, those with articles."""

    label: str
    """The first year of the ten, such as 1930, in the page's figures."""
    first: int
    """The same as a number."""
    count: int
    years: tuple[YearCell, ...]


class DatesView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """dates.html: every year, and what has no date."""

    frame: Frame
    total: int
    decades: tuple[Decade, ...]
    undated: Anchor | None


class UndatedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """undated.html: articles whose year nobody knows."""

    frame: Frame
    listing: Listing


class SeriesCard(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A series on the front page."""

    term: TermLink
    span: str
    """From when to when its parts are, in figures; "" where undated."""
    first: Anchor
    """Its first part."""


class RandomView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """random.html: articles drawn by lot."""

    frame: Frame
    cards: tuple[Card, ...]
    pool: str
    """Addresses among which the script draws, counted from the site's root, with spaces between."""
    script: str


class Rank(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A line of a ranking."""

    label: str
    url: str | None
    count: int
    share: int
    """Of the first one's count, 1 to 10, for a bar."""
    lang: str | None
    """Of the label, where it is not the page's."""
    dir: str | None


class Ranking(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """What there is most of, with bars."""

    caption: str
    heading: str
    """Over the column of names."""
    rows: tuple[Rank, ...]
    more: Anchor | None
    """The way to all, where these are not all."""
    data: Anchor | None
    """Where what was counted is to be had."""


class NumbersView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """numbers.html: the archive counted."""

    frame: Frame
    figures: tuple[Anchor, ...]
    timeline: Chart | None
    rankings: tuple[Ranking, ...]


class HomeView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """home.html."""

    frame: Frame
    heading: str
    lead: str
    article_count: int
    person_count: int
    first_year: str
    last_year: str
    latest: tuple[Card, ...]
    decades: tuple[Decade, ...]
    undated: Anchor | None
    timeline: Chart | None
    """The archive by years; None where it is all of one year."""
    sections: TermGroup | None
    series: tuple[SeriesCard, ...]
    series_group: TermGroup | None
    """The way to all series, where there are any."""
    people: TermGroup | None
    taxonomies: tuple[TermGroup, ...]
    """Topics first, then the declared taxonomies; each with its most used terms."""
    others: tuple[TermGroup, ...]
    """Those of them that are neither sections nor series."""
    months: tuple[Anchor, ...]
    """Of the year, into the index of its days; empty where no date is known to the day."""
    days_url: str
    """That index."""
    more: tuple[tuple[Anchor, str], ...]
    """Further ways in, each with a sentence on where it leads."""
    dates_url: str


class DataColumn(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A column of a table of the open data."""

    name: str
    type: str
    """In words."""
    description: tuple[tuple[str, bool], ...]
    """Pieces of text; whether one is to be typed as it is."""
    is_key: bool
    """Whether it is part of what tells the rows apart."""
    refers_to: Anchor | None
    """The column of a table on this page whose values these are; the address is a fragment."""


class DataPart(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A table, or one year of it, as files that hold the same rows."""

    label: str
    files: tuple[Anchor, ...]
    """One for each format."""


class DataTable(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A table of the open data."""

    name: str
    anchor: str
    title: str
    description: str
    parts: tuple[DataPart, ...]
    """One, or one for each year."""
    columns: tuple[DataColumn, ...]


class DataView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """data.html: which tables there are, and what stands in them."""

    frame: Frame
    package: Anchor | None
    """None where there is no table yet."""
    license: str | None
    tables: tuple[DataTable, ...]


class PartsView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """parts.html: each macro of the theme with something to show; never a page of a site."""

    frame: Frame
    home: HomeView
    people: TermIndexView
    person: TermView
    dates: DatesView
    year: CalendarView
    data: DataView
    numbers: NumbersView
    days: DaysOfYearView


class PageView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """page.html: about, imprint, method."""

    frame: Frame
    title: str
    body: Markup
    translations: tuple[Anchor, ...]


class SearchView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """search.html."""

    frame: Frame
    static: Mapping[str, str]
    """Theme file name to its address: "search.js" to "static/search-1a2b3c4d5e.js"."""
    catalogue: str
    """Address of what the engine reads first."""
    addresses: str
    """JSON for the script: where the index, the engine and the stemmers are."""
    kinds: str
    """JSON for the script: what the indexes are called, by kind."""
    total: int
    """Articles in all languages: the search finds them all from each page."""
    languages: tuple[str, ...]
    """Names of the languages that there are articles in, as this page's language has them."""
    example_person: str
    example_topic: str
    """Names for the explanation of what can be typed; "" where there is none."""
    ways_in: tuple[Anchor, ...]
    letters: tuple[Anchor, ...]
    """Letters of the index of people; each leads to its place there."""
    people: TermGroup | None
    topics: TermGroup | None
    decades: tuple[Decade, ...]
    undated: Anchor | None
    dates_url: str


class NotFoundView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """404.html."""

    frame: Frame
    ways_in: tuple[Anchor, ...]


class RedirectView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """redirect.html: an old address, leading on to the new one."""

    frame: Frame
    target: str
    target_title: str
    canonical: str | None


class FeedEntry(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One article in a feed (RFC 4287 section 4.1.2)."""

    id: str
    title: str
    url: str
    """Absolute, or relative to the feed without a base_url."""
    lang: str
    published: str
    """RFC 3339."""
    updated: str
    summary: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    content: str
    """The whole text as HTML, which the feed holds as text; "" where feeds have summaries."""


class FeedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """feed.xml: Atom (RFC 4287), the newest document of a feed or an archive page (RFC 5005)."""

    id: str
    lang: str
    title: str
    subtitle: str
    updated: str
    self_url: str
    site_url: str
    author: str
    rights: str | None
    entries: tuple[FeedEntry, ...]
    is_archive: bool
    """Whether this is a page of older articles, which does not change any more."""
    current_url: str | None
    """On an archive page: the newest document."""
    previous_url: str | None
    """The archive page with the articles before these."""
    next_url: str | None
    """On an archive page: the one with the articles after these, where there is one."""


class JsonFeedView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """feed.json: the newest articles as JSON Feed 1.1."""

    text: Markup
    """All of it; JSON is not written by a template."""


class OpenSearchView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """opensearch.xml: how a browser searches the archive (OpenSearch 1.1)."""

    lang: str
    short_name: str
    """At most 16 characters."""
    long_name: str
    """At most 48 characters."""
    description: str
    """At most 1,024 characters."""
    search_url: str
    """Absolute, without a query."""
    self_url: str


class SitemapView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """sitemap.xml (a list of parts) and its parts (sitemaps.org protocol 0.9)."""

    is_index: bool
    entries: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    """(absolute address, last change as a W3C date or "", (language, address) of each version)."""


class RobotsView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """robots.txt (RFC 9309)."""

    closed: str | None
    """The path that search engines are asked to leave alone: pages that are there twice."""
    sitemap: str | None
