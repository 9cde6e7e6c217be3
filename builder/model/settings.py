"""What content/archive.yaml says."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class TaxonomySpec:
    """A way of sorting articles: topics, places, series."""

    kind: str
    """Its key in front matter, its folder in content/ and its address: `places`."""
    titles: Mapping[str, str] = field(default_factory=dict)
    """What the index page is called, by language. Absent: the theme's word, then the kind."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The only settings of an archive; everything has a sensible value but the title."""

    title: str
    titles: Mapping[str, str] = field(default_factory=dict)
    """By language."""
    description: str = ""
    descriptions: Mapping[str, str] = field(default_factory=dict)
    base_url: str | None = None
    """Absolute, ends in a slash. None: nothing absolute is written."""
    languages: tuple[str, ...] = ("en",)
    """The first is the archive's own, at the root; each further one stands under /{lang}/."""
    time_zone: str = "UTC"
    """An IANA name; the zone of dates that are written without one."""
    permalink: str = "/{year}/{month}/{slug}.html"
    taxonomies: tuple[TaxonomySpec, ...] = ()
    """Topics first, then as declared. People are not among them."""
    page_size: int = 100
    """Entries on a full page of a long list; the newest page holds up to twice as many less one."""
    home_size: int = 13
    """Latest articles on the home page."""
    feed_size: int = 20
    license: str | None = None
    hosting: Mapping[str, str] = field(default_factory=dict)
    """`path`: where the site stands on its host, for the 404 page alone."""

    @property
    def main_language(self) -> str:
        """The archive's own language."""
        return self.languages[0]

    @property
    def term_kinds(self) -> tuple[str, ...]:
        """Return people, topics and every declared taxonomy, in the order shown."""
        return ("people", *(spec.kind for spec in self.taxonomies))
