"""The address of an article, from the archive's pattern and the article's own date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from builder.model.content import ArticleHead
    from builder.model.settings import Settings

_FIELD: Final = re.compile(r"\{(\w+)\}")
_GAP: Final = re.compile(r"[-_.]*\{\}|\{\}[-_.]*")


def article_url(head: ArticleHead, section: str | None, settings: Settings) -> str:
    """Return the address, from the site's root without a leading slash.

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
    parts = []
    for part in settings.permalink.strip("/").split("/"):
        filled = _FIELD.sub(lambda found: values[found[1]] or "{}", part)
        filled = _GAP.sub("", filled)
        if filled:
            parts.append(filled)
    url = "/".join(parts)
    if settings.permalink.endswith("/"):
        url += "/index.html"
    if "{lang}" in settings.permalink or head.lang == settings.main_language:
        return url
    return f"{head.lang}/{url}"
