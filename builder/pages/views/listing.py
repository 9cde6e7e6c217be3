"""Lists of articles."""

import msgspec

from builder.pages.views.links import Anchor


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
    """"" where the heading of the page says it."""
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
    reach: str = ""
    """On an older page: from when to when it reaches, in figures."""
