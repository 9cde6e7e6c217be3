"""Pages of people, topics and other terms, and their indexes."""

import msgspec
from markupsafe import Markup

from builder.pages.views.charts import Chart
from builder.pages.views.frame import Frame
from builder.pages.views.links import Anchor, TermGroup, TermLink
from builder.pages.views.listing import Card, Listing
from builder.pages.views.pictures import Picture


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
