"""The text-only edition: each page once more below lite/, by a template without style or picture.

It stands as the full site stands, so that a link from one of its pages to another is the same as
on the full pages, and so are the views: only the body of a text is changed.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

import msgspec

from builder.model.page import PlannedPage
from builder.pages.elsewhere import light, light_title, lite_text
from builder.pages.keys import digest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from builder.model.page import Page
    from builder.pages.context import Context

FOLDER: Final = "lite/"
TEMPLATES: Final = frozenset(
    {"article.html", "calendar.html", "dates.html", "home.html", "page.html", "redirect.html"}
    | {"term.html", "term_list.html", "terms.html", "tombstone.html", "undated.html"}
)
"""Pages that are there in the edition; each has a template of the same name in lite/."""

LONG: Final = 2500
"""Bytes of a text beside which the way to its full page, which holds its address, weighs little."""


def plan_lite(context: Context, pages: Sequence[Page]) -> Iterator[PlannedPage]:
    """Yield the pages of the text-only edition, where the settings ask for one."""
    if not context.settings.lite:
        return
    inside = frozenset(page.url for page in pages if page.template in TEMPLATES)
    # Where a link leads depends on what the edition has, which seldom changes.
    outside = digest(
        sorted(p.url for p in pages if p.url.endswith(".html") and p.url not in inside)
    )
    for page in pages:
        if page.template in TEMPLATES:
            yield PlannedPage(
                FOLDER + page.url,
                FOLDER + page.template,
                page.lang,
                partial(_view, page.view, page.url, inside),
                page.origin,
                None if page.key is None else partial(_key, page.key, outside),
            )


def _key(key: Callable[[], bytes], outside: bytes) -> bytes:
    return outside + key()


def _view(view: Callable[[], object], url: str, inside: AbstractSet[str]) -> object:
    """Return the view of the full page, with the body of its text made lighter."""
    full: Any = view()
    replace, changed = msgspec.structs.replace, {}
    if full.frame.kind == "home":
        # The menu is the archive's to set, and may lead to what is not in the edition.
        nav = tuple(link for link in full.frame.nav if link.url in inside)
        changed["frame"] = replace(full.frame, site=replace(full.frame.site, nav=nav))
    if getattr(full, "body", None):
        changed["body"] = lite_text(full.body, url, inside)
    if full.frame.kind == "article":
        is_long = len(changed.get("body", "").encode()) >= LONG
        changed["frame"] = replace(
            full.frame,
            title=light_title(full.title),
            lite_url=full.frame.lite_url if is_long else None,
        )
        changed["title"], changed["standfirst"] = light(full.title), light(full.standfirst or "")
    return replace(full, **changed)
