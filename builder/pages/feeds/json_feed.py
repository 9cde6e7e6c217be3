"""A feed as JSON Feed 1.1 (jsonfeed.org) has it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from markupsafe import Markup

if TYPE_CHECKING:
    from builder.pages.views.machine import FeedEntry, FeedView

VERSION: Final = "https://jsonfeed.org/version/1.1"


def json_text(feed: FeedView, feed_url: str) -> Markup:
    """Return the text of feed.json; all addresses of `feed` have to be absolute.

    JSON Feed knows neither relative addresses nor archive pages.
    """
    found: dict[str, Any] = {
        "version": VERSION,
        "title": feed.title,
        "home_page_url": feed.site_url,
        "feed_url": feed_url,
    }
    if feed.subtitle:
        found["description"] = feed.subtitle
    found["language"] = feed.lang
    found["authors"] = [{"name": feed.author}]
    found["items"] = [_item(entry) for entry in feed.entries]
    # Markup, for nothing in it is HTML: it is shown as it is.
    return Markup(json.dumps(found, ensure_ascii=False) + "\n")


def _item(entry: FeedEntry) -> dict[str, Any]:
    item: dict[str, Any] = {"id": entry.id, "url": entry.url, "title": entry.title}
    if entry.content:
        item["content_html"] = entry.content
        if entry.summary:
            item["summary"] = entry.summary
    else:
        # One of the two is required, and nothing is known of a text but its beginning.
        item["content_text"] = entry.summary or entry.title
    item["date_published"] = entry.published
    if entry.updated != entry.published:
        item["date_modified"] = entry.updated
    if entry.authors:
        item["authors"] = [{"name": name} for name in entry.authors]
    if entry.categories:
        item["tags"] = list(entry.categories)
    item["language"] = entry.lang
    return item
