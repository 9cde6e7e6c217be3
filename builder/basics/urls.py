"""Addresses inside the site, always written from its root without a leading slash.

`2025/05/flood.html` is a url of ours and its file at once; a page links to it by putting its own
way up (`../../`) in front. So the same folder works at any path and from a disk. Absolute addresses
arise only where a format demands them: feeds, sitemaps, canonical links.
"""

from __future__ import annotations

import re
from typing import Final

_SAFE: Final = re.compile(r"[A-Za-z0-9/._~\-]*")
"""Needs no escape."""


def way_up(url: str) -> str:
    """Return what stands in front of every link on the page at `url`: "", "../", "../../"."""
    return "../" * url.count("/")


def absolute(base_url: str, url: str) -> str:
    """Return the permalink of `url`; index.html is not named, RFC 3986 escapes apply.

    `base_url` ends in a slash.
    """
    if url == "index.html" or url.endswith("/index.html"):
        url = url[: -len("index.html")]
    if _SAFE.fullmatch(url):
        return base_url + url
    from urllib.parse import quote  # noqa: PLC0415 - most addresses need no escape

    return base_url + quote(url)
