"""A page that will be made: its address is known at once, its view is built when it is asked for.

So a build of a large archive never holds all its views, and addresses can be compared before any
page exists.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Protocol

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

    from builder.basics.problems import Location
    from builder.model.pictures import SizedUrl


class Page(Protocol):
    """One file of the site, planned."""

    @property
    def url(self) -> str:
        """From the site's root, no leading slash; the file's path as well."""

    @property
    def template(self) -> str:
        """Name of its template; "" where the view is the file itself, as bytes."""

    @property
    def lang(self) -> str:
        """Its language."""

    @property
    def view(self) -> Callable[[], object]:
        """Makes the frozen view that the template sees."""

    @property
    def origin(self) -> Location | None:
        """The content file it comes from, where there is one."""

    @property
    def key(self) -> Callable[[], bytes] | None:
        """Makes a digest of all that the view is made of, but for what all pages share.

        None: there is none, and the page is made anew in each build.
        """

    @property
    def links(self) -> Callable[[], tuple[str | SizedUrl | None, ...]] | None:
        """Tells where the links of an article's text lead, for an article's page alone."""

    @property
    def sought(self) -> Callable[[], tuple[tuple[str, ...], ...]] | None:
        """Tells by what its text names each of an article's people, for an article's page alone."""

    @property
    def is_searchable(self) -> bool:
        """Whether the search index holds it."""

    @property
    def day(self) -> int | None:
        """The earliest day that a searchable page may be of (`datetime.date.toordinal`).

        None: it is undated.
        """


class PlannedPage(msgspec.Struct, frozen=True):
    """A page of which each part was made by itself: any but an article's, which are the many."""

    url: str
    template: str
    lang: str
    view: Callable[[], object]
    origin: Location | None = None
    key: Callable[[], bytes] | None = None
    links: ClassVar = None
    sought: ClassVar = None
    is_searchable: ClassVar = False
    day: ClassVar = None
