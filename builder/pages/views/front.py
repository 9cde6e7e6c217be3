"""Ways into the archive: the front page, its numbers, chance, search."""

from collections.abc import Mapping

import msgspec

from builder.pages.views.calendar import Decade
from builder.pages.views.charts import Chart
from builder.pages.views.frame import Frame
from builder.pages.views.links import Anchor, TermGroup, TermLink
from builder.pages.views.listing import Card


class SeriesCard(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A series on the front page."""

    term: TermLink
    span: str
    """From when to when its parts are, in figures; "" where undated."""
    first: Anchor
    """Its first part."""


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
