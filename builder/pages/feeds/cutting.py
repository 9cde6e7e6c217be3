"""How a feed's articles are shared out between its newest document and its archive pages.

RFC 5005 section 4: whoever reads the newest document and then goes from archive page to archive
page has seen every article, and a page does not change once it is there. So pages are counted from
the oldest and are always full; what does not fill one yet stands in the newest document, which
holds a feed's usual number of articles at least. Only an article of the past that comes in later
moves those after it on by one.
"""

from __future__ import annotations


def cut_feed(count: int, newest: int, page: int) -> tuple[tuple[int, int], ...]:
    """Return the (start, end) of the newest document, then of the archive pages from 1 on.

    Articles are counted from the newest; each stands in one document.
    """
    pages = max(0, count - newest) // page
    spans = ((count - number * page, count - (number - 1) * page) for number in range(1, pages + 1))
    return ((0, count - pages * page), *spans)


def page_url(feed_url: str, number: int) -> str:
    """Return the address of an archive page: `feed.xml` has `feed/1.xml`."""
    return f"{feed_url.removesuffix('.xml')}/{number}.xml"
