"""A page that will be made: its address is known at once, its view is built when it is asked for.

So a build of a large archive never holds all its views, and addresses can be compared before any
page exists.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from builder.basics.problems import Location


@dataclass(frozen=True, slots=True)
class PlannedPage:
    """One file of the site, planned."""

    url: str
    """From the site's root, no leading slash; the file's path as well."""
    template: str
    lang: str
    view: Callable[[], object]
    """Makes the frozen view that the template sees."""
    origin: Location | None = None
    """The content file it comes from, where there is one."""
    is_searchable: bool = False
    """Whether the search index holds it."""
