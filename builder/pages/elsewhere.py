"""An article's text elsewhere than on its page: in a feed, in the text-only edition.

Both start from HTML that is safe and was written by us, so its tags are told by patterns: in text
`<` is escaped, in the values of attributes `"` is.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final
from urllib.parse import quote, unquote

from markupsafe import Markup, escape

from builder.basics.urls import way_up
from builder.pages.articles import picture
from builder.pages.filling import put_in
from builder.pages.links import resolve

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from builder.model.pictures import SizedUrl
    from builder.model.site import Article
    from builder.pages.context import Context
    from builder.pages.links import Targets

_ATTRIBUTES: Final = r'(?: [a-z-]+(?:="[^"]*")?)*'
_PICTURE: Final = re.compile(rf"<img({_ATTRIBUTES}) */?>|<(?:/?picture|source{_ATTRIBUTES}) */?>")
_ALT: Final = re.compile(r' alt="([^"]*)"')
_ID: Final = re.compile(rf'(<[a-z][a-z0-9]*{_ATTRIBUTES}?) id="[^"]*"')
_OWN_PLACE: Final = re.compile(rf'(<a{_ATTRIBUTES} href=")#')
_LINK: Final = re.compile(rf'(<a{_ATTRIBUTES} href=")([^"#:]*)((?:#p\d+)?)(?=["#])')
_PARAGRAPH: Final = re.compile(r'<p id="p\d+">')
_TAG_OR_ESCAPE: Final = re.compile(
    rf"<[a-z][a-z0-9]*{_ATTRIBUTES}>|&(?:gt|quot|#34|#39);|&amp;(?=\s)"
)
_IN_FRAME: Final = re.compile(r'<div class="table">(<table\b.*?</table>)</div>', re.DOTALL)
_PREFORMATTED: Final = re.compile(r"(<pre\b.*?</pre>)", re.DOTALL)
_SPACE: Final = re.compile(r"[ \t]*\n\s*|[ \t]{2,}")
_UNQUOTABLE: Final = re.compile(r"""="([^\s"'=<>`]*[^\s"'=<>`/])\"""")
"""A value that needs no quotes (HTML, unquoted attribute value syntax)."""
_END: Final = re.compile(
    r"</p>(?=\s*(?:<(?:blockquote|div|dl|figure|h[2-6]|hr|ol|p|pre|table|ul)\b|\Z))"
    r"|</li>(?=\s*(?:<li\b|</[ou]l>))"
    r"|</t[dh]>(?=\s*(?:<t[dh]\b|</tr>))|</tr>(?=\s*(?:<tr\b|</(?:thead|tbody|tfoot|table)>))"
    r"|</thead>(?=\s*<tbody\b)|</tbody>(?=\s*</table>)"
)
"""End tags that HTML lets one leave out (HTML, optional tags)."""


def feed_text(context: Context, targets: Targets, article: Article, feed_url: str) -> str:
    """Return the HTML of an article for a feed; its notices are no part of it.

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
        parts.append(f'<figure><img src="{lead.address}" alt="{escape(lead.alt)}">')
        said = " ".join(filter(None, (lead.caption, lead.credit)))
        caption = f"<figcaption>{escape(said)}</figcaption>" if said else ""
        parts.append(f"{caption}</figure>\n")
    if body is not None:
        urls: list[str | SizedUrl | None] = []
        for link in body.links:
            url, _ = resolve(link.href, link.location, head.path, targets, is_image=link.is_image)
            if url is not None and url.startswith("#"):
                url = article.url + url
            if link.is_image and base is None:
                url = None
            urls.append(targets.sized(url, is_image=link.is_image))
        html = put_in(body, root, urls)
        if base is None:
            html = _PICTURE.sub("", html)
        # Many articles may stand on one page of a reader, where ids would meet.
        html = _ID.sub(r"\1", html)
        # Footnotes lead to the article's own page, which has them.
        parts.append(_OWN_PLACE.sub(lambda found: f"{found[1]}{escape(own)}#", html))
    return "".join(parts)


def lite_text(body: Markup, url: str, inside: AbstractSet[str]) -> Markup:
    """Return the text of the page at `url` for its place in the text-only edition.

    A picture becomes its description. Paragraphs lose their addresses. Links to what is not
    `inside` the edition, and to paragraphs, lead out of it.
    """
    root = way_up(url)

    def describe(found: re.Match[str]) -> str:
        alt = _ALT.search(found[1] or "")
        return f"[{alt[1]}]" if alt is not None and alt[1] else ""

    def lead(found: re.Match[str]) -> str:
        start, address, paragraph = found.groups()
        if not paragraph and (not address or unquote(unescape(address))[len(root) :] in inside):
            return found[0]
        return f"{start}../{address or root + quote(url)}{paragraph}"

    html = _PICTURE.sub(describe, body)
    if "<a" in html:
        html = _LINK.sub(lead, html)
    if "<table" in html:
        html = _IN_FRAME.sub(r"\1", html)
    html = _END.sub("", _PARAGRAPH.sub("<p>", html))
    if "<pre" in html:
        parts = [
            part if number % 2 else _SPACE.sub(_one_space, part)
            for number, part in enumerate(_PREFORMATTED.split(html))
        ]
        html = "".join(parts)
    else:
        html = _SPACE.sub(_one_space, html)
    return Markup(_lightened(html.strip()))


def _one_space(found: re.Match[str]) -> str:
    return "\n" if "\n" in found[0] else " "


def light(text: str) -> Markup:
    """Return a text as HTML that escapes no more than an element's text must."""
    return Markup(_lightened(str(escape(text))))


def light_title(text: str) -> Markup:
    """Return a text for <title>, whose text ends with its end tag alone (HTML, RCDATA)."""
    return Markup(str(light(text)).replace("&lt;", "<").replace("</", "&lt;/"))


def _lightened(html: str) -> str:
    """Return HTML of ours without quotes and escapes that say nothing."""

    def shorten(found: re.Match[str]) -> str:
        tag = found[0]
        return _UNQUOTABLE.sub(r"=\1", tag) if tag[0] == "<" else unescape(tag)

    return _TAG_OR_ESCAPE.sub(shorten, html) if "&" in html or '="' in html else html
