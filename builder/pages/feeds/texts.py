"""An article's text as it stands in a feed: by itself, far from its page."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from markupsafe import escape

from builder.basics.urls import way_up
from builder.pages.articles import picture
from builder.pages.links import put_in, resolve

if TYPE_CHECKING:
    from builder.model.site import Article
    from builder.pages.context import Context
    from builder.pages.links import Targets

_ATTRIBUTES: Final = r'(?: [a-z-]+(?:="[^"]*")?)*'
_PICTURE: Final = re.compile(rf"<img{_ATTRIBUTES} */?>")
_OWN_PLACE: Final = re.compile(rf'(<a{_ATTRIBUTES} href=")#')


def feed_text(context: Context, targets: Targets, article: Article, feed_url: str) -> str:
    """Return the HTML of an article, as safe as on its page; its notices are no part of it.

    Links and pictures have permalinks. Without a base_url links are relative to the feed, and
    pictures are left out: few readers would look for them beside the feed.
    """
    head = article.head
    body = context.bodies.get(head.path)
    base = context.settings.base_url
    root = base or way_up(feed_url)
    own = context.absolute(article.url) or root + article.url
    parts: list[str] = []
    lead = None if base is None else picture(context, targets, head.image, head.path)
    if lead is not None:
        address = context.absolute(lead.url)
        parts.append(f'<figure><img src="{escape(address)}" alt="{escape(lead.alt)}">')
        said = " ".join(filter(None, (lead.caption, lead.credit)))
        parts.append(
            f"<figcaption>{escape(said)}</figcaption></figure>\n" if said else "</figure>\n"
        )
    if body is not None:
        urls: list[str | None] = []
        for link in body.links:
            url, _ = resolve(link.href, link.location, head.path, targets, is_image=link.is_image)
            if url is not None and url.startswith("#"):
                url = article.url + url
            urls.append(None if link.is_image and base is None else url)
        html = str(put_in(body, root, urls))
        if base is None:
            html = _PICTURE.sub("", html)
        if "#" in html:
            # Footnotes lead to their own page, where the feed's reader can go.
            html = _OWN_PLACE.sub(lambda found: f"{found[1]}{escape(own)}#", html)
        parts.append(html)
    return "".join(parts)
