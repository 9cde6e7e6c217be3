"""Links with their texts, as all views have them."""

import msgspec


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
