"""A page that will be made: its address is known at once, its view is built when it is asked for.

So a build of a large archive never holds all its views, and addresses can be compared before any
page exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from builder.basics.problems import Location
    from builder.model.pictures import SizedUrl


class PlannedPage(msgspec.Struct, frozen=True):
    """One file of the site, planned."""

    url: str
    """From the site's root, no leading slash; the file's path as well."""
    template: str
    """"" where the view is the file itself, as bytes."""
    lang: str
    view: Callable[[], object]
    """Makes the frozen view that the template sees."""
    origin: Location | None = None
    """The content file it comes from, where there is one."""
    key: Callable[[], bytes] | None = None
    """Makes a digest of all that the view is made of, but for what all pages share. None: there is
    none, and the page is made anew in each build."""
    links: Callable[[], tuple[str | SizedUrl | None, ...]] | None = None
    """Tells where the links of an article's text lead, for an article's page alone."""
    sought: Callable[[], tuple[tuple[str, ...], ...]] | None = None
    """Tells by what its text names each of an article's people, for an article's page alone."""
    is_searchable: bool = False
    """Whether the search index holds it."""
    day: int | None = None
    """The earliest day that a searchable page may be of (`datetime.date.toordinal`); None: it is
    undated."""
