"""The address of an article, from the archive's pattern and the article's own date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from builder.model.content import ArticleHead
    from builder.model.settings import Settings

_FIELD: Final = re.compile(r"\{(\w+)\}")
_GAP: Final = re.compile(r"[-_.]*\{\}|\{\}[-_.]*")


class Permalinks:
    """Where the articles of one archive stand; its pattern is taken apart once."""

    def __init__(self, settings: Settings) -> None:
        """Take the settings."""
        pattern = settings.permalink
        self._parts = pattern.strip("/").split("/")
        self._end = "/index.html" if pattern.endswith("/") else ""
        self._names = frozenset(_FIELD.findall(pattern))
        # Where all is known, the address is the pattern with the values put in.
        self._whole = "/".join(self._parts) + self._end
        self._main = None if "lang" in self._names else settings.main_language

    def url(self, head: ArticleHead, section: str | None) -> str:
        """Return an article's address, from the site's root without a leading slash.

        What is not known leaves no trace: `/{year}/{month}/{slug}.html` gives `1937/slug.html`; an
        article without a year stands under `undated/`.
        """
        date = head.date
        values: dict[str, str | None] = {
            "year": "undated" if date.year is None else f"{date.year:04d}",
            "month": None if date.month is None else f"{date.month:02d}",
            "day": None if date.day is None else f"{date.day:02d}",
            "slug": head.slug,
            "lang": head.lang,
            "section": section,
        }
        if any(values[name] is None for name in self._names):
            url = self._without_gaps(values)
        else:
            url = self._whole.format_map(values)
        return url if self._main in (None, head.lang) else f"{head.lang}/{url}"

    def _without_gaps(self, values: dict[str, str | None]) -> str:
        parts = []
        for part in self._parts:
            filled = _FIELD.sub(lambda found: values[found[1]] or "{}", part)
            filled = _GAP.sub("", filled)
            if filled:
                parts.append(filled)
        return "/".join(parts) + self._end
