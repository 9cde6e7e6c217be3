"""The address of an article, from the archive's pattern and the article's own date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from builder.model.content import ArticleHead
    from builder.model.settings import Settings

_FIELD: Final = re.compile(r"\{(\w+)\}")
_GAP: Final = re.compile(r"[-_.]*\{\}|\{\}[-_.]*")

_VALUES: Final[Mapping[str, Callable[[ArticleHead, str | None], str | None]]] = {
    "year": lambda head, _: "undated" if head.date.year is None else f"{head.date.year:04d}",
    "month": lambda head, _: None if head.date.month is None else f"{head.date.month:02d}",
    "day": lambda head, _: None if head.date.day is None else f"{head.date.day:02d}",
    "slug": lambda head, _: head.slug,
    "lang": lambda head, _: head.lang,
    "section": lambda _, section: section,
}
"""What may stand in a pattern, by name: of an article and its section, None where not known."""


class Permalinks:
    """Where the articles of one archive stand; its pattern is taken apart once."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings."""
        pattern = settings.permalink
        self._parts = pattern.strip("/").split("/")
        self._end = "/index.html" if pattern.endswith("/") else ""
        names = tuple(dict.fromkeys(_FIELD.findall(pattern)))
        self._values = tuple((name, _VALUES[name]) for name in names)
        # Where all is known, the address is the pattern with the values put in.
        self._whole = ("/".join(self._parts) + self._end).format_map
        self._main = None if "lang" in names else settings.main_language

    def url(self, head: ArticleHead, section: str | None) -> str:
        """Return an article's address, from the site's root without a leading slash.

        What is not known leaves no trace: `/{year}/{month}/{slug}.html` gives `1937/slug.html`; an
        article without a year stands under `undated/`.
        """
        values = {name: value(head, section) for name, value in self._values}
        url = self._without_gaps(values) if None in values.values() else self._whole(values)
        return url if self._main in (None, head.lang) else f"{head.lang}/{url}"

    def _without_gaps(self, values: dict[str, str | None]) -> str:
        parts = []
        for part in self._parts:
            filled = _FIELD.sub(lambda found: values[found[1]] or "{}", part)
            filled = _GAP.sub("", filled)
            if filled:
                parts.append(filled)
        return "/".join(parts) + self._end
