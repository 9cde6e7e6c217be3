"""A page with less around its article, for Pagefind to read: it then takes a third less time.

Pagefind looks at all of a page for titles, pictures and its own attributes, and drops every other
word outside the element marked with `data-pagefind-body`. So what is left out here is only what
stands outside that element and holds none of these; where that is not certain the page stays whole.
And the ids of paragraphs go: Pagefind would keep the text of each once more. Pure. Tests hold the
indexes of trimmed and of whole pages against each other.
"""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import Final

_MARK: Final = "data-pagefind-body"
_PREFIX: Final = "data-pagefind"

_TAG: Final = re.compile(r"<([a-z]+)\s(?:[^<>]*\s)?data-pagefind-body(?=[\s>])[^<>]*>")
_BODY: Final = re.compile(r"</head>\s*(<body\b[^<>]*>)")
_TITLE: Final = re.compile(r"<title>[^<]*</title>")

_LOOKED_AT: Final = re.compile(
    r"<(?:h1|img|image|title|html|body|head(?!er)|frameset"  # Pagefind gathers these
    r"|[!?]|script|style|noscript|template|textarea|iframe|svg|math|xmp|plaintext|noembed"
    r"|noframes|select|table|object)"  # these change how what follows is read
)
_OWN_TITLE: Final = 'data-pagefind-meta="title"'
_UNUSUAL_IGNORE: Final = re.compile(r'data-pagefind-ignore(?!="index"|[\s>])')
"""With another value nothing inside is gathered, a title neither."""

_NUMBERED: Final = re.compile(r'<p id="p[0-9]+">')

_DATA: Final = re.compile(r'<script type="application/ld\+json">[^<]*</script>')
"""What machines read of a page; it tells more than its article."""
_IN_HEAD: Final = re.compile(r"<(?!/?(?:meta|link|base|title)[\s>])")


def trim(page: str) -> str:
    """Return a page of which Pagefind makes the same, as short as is certain."""
    page = _NUMBERED.sub("<p>", page)
    mark = page.find(_MARK)
    opening = page.rfind("<", 0, mark)
    tag = _TAG.match(page, opening) if mark > 0 <= opening else None
    head = page.find("<head>")
    body = _BODY.search(page, max(head, 0))
    if tag is None or head < 0 or body is None or body.end() > opening:
        return page
    name = tag[1]
    close = f"</{name}>"
    end = page.find(close, tag.end()) + len(close)
    if page.count(_MARK) != 1 or page.count(close) != 1 or page.count(f"<{name}") != 1:
        return page
    if end < tag.end() or not (_is_idle(page[body.end() : opening]) and _is_idle(page[end:])):
        return page
    article = page[opening:end]
    return f"{_shorter_top(page, head, body, article)}{article}</body></html>"


def _is_idle(part: str) -> bool:
    """Return whether nothing of a part outside the article comes into the index."""
    part = part.lower()
    return _PREFIX not in part and _LOOKED_AT.search(part) is None


def _shorter_top(page: str, head: int, body: re.Match[str], article: str) -> str:
    """Return the page up to its body, of the head the title at most where that is certain.

    With a title of the article's own that of the page is dropped, so it is not handed on: else the
    name of the site, which stands in it, would be a part of every page.
    """
    inside = _DATA.sub("", page[head + len("<head>") : body.start()])
    titles = _TITLE.findall(inside)
    lower = inside.lower()
    if len(titles) != 1 or "pagefind" in lower or _IN_HEAD.search(lower):
        return page[: body.end()]
    is_titled = _OWN_TITLE in article and _UNUSUAL_IGNORE.search(article) is None
    return f"{page[:head]}<head>{'' if is_titled else titles[0]}</head>{body[1]}"


_IGNORED: Final = frozenset(
    {"head", "style", "script", "noscript", "label", "form", "svg", "footer", "nav", "iframe"}
    | {"template"}
)
_VOID: Final = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source"}
    | {"track", "wbr"}
)


def has_mark(page: str) -> bool:
    """Return whether a page says which of its elements is to be indexed."""
    return _MARK in page


def has_words(page: str) -> bool:
    """Return whether there is a letter or a digit to index; Pagefind leaves out a page with none.

    It takes a hundred times as long as `trim`, and is asked of such pages alone.
    """
    reader = _Reader()
    reader.feed(page)
    reader.close()
    return reader.has_words


class _Reader(HTMLParser):
    """Looks for words where Pagefind would."""

    def __init__(self) -> None:
        super().__init__()
        self.has_words = False
        self._inside: list[tuple[str, bool | None]] = []
        """Open elements, and whether text in them counts from here on; None: as before."""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _VOID:
            return
        names = {name for name, _ in attrs}
        counts = None
        if tag in _IGNORED or "data-pagefind-ignore" in names:
            counts = False
        elif _MARK in names:
            counts = True
        self._inside.append((tag, counts))

    def handle_endtag(self, tag: str) -> None:
        while any(name == tag for name, _ in self._inside):
            if self._inside.pop()[0] == tag:
                break

    def handle_data(self, data: str) -> None:
        told = [counts for _, counts in self._inside if counts is not None]
        if told and all(told) and any(letter.isalnum() for letter in data):
            self.has_words = True
