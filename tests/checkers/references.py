"""Where HTML and CSS name other files: the tables that the checkers share, and small readers.

Which attributes hold addresses is the HTML Standard's index of attributes; which rels of <link>
make a browser fetch something is its section 4.6.7.
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

URL_ATTRIBUTES: Final = (
    "href",
    "src",
    "action",
    "formaction",
    "poster",
    "data",
    "cite",
    "background",
    "manifest",
    "longdesc",
    "xlink:href",
)
"""Attributes that hold one address. `data` and others mean one on few elements: see `is_url`."""

SRCSET_ATTRIBUTES: Final = ("srcset", "imagesrcset")

PASSIVE_RELS: Final = frozenset(
    (
        "alternate",
        "author",
        "bookmark",
        "canonical",
        "first",
        "help",
        "last",
        "license",
        "me",
        "next",
        "prev",
        "privacy-policy",
        "self",
        "tag",
        "terms-of-service",
        "up",
    )
)
"""Of <link>: only said, never fetched. `alternate stylesheet` is fetched."""

_DATA_HOLDERS: Final = frozenset(("object",))
_CITE_HOLDERS: Final = frozenset(("blockquote", "del", "ins", "q"))
_FOLLOWED: Final = frozenset(("a", "area"))

_CSS_COMMENT: Final = re.compile(r"/\*.*?\*/", re.DOTALL)
_CSS_NAMESPACE: Final = re.compile(r"@namespace[^;]*;", re.IGNORECASE)
_CSS_URL: Final = re.compile(
    r"""(?:url|src)\(\s*(?:"([^"]*)"|'([^']*)'|([^"')\s]+))"""
    r"""|@import\s+(?:"([^"]*)"|'([^']*)')"""
    r"""|image-set\(\s*(?:"([^"]*)"|'([^']*)')""",
    re.IGNORECASE,
)
_REFRESH: Final = re.compile(r"""^[\s\d.]*[;,]?\s*(?:url\s*=\s*)?["']?([^"']*)""", re.IGNORECASE)


class Use(NamedTuple):
    """What a browser does with an address."""

    is_load: bool
    """Fetched without being asked for; False for what a reader must click, or what is only said."""
    is_followed: bool
    """A link to click on."""


def is_url(tag: str, attribute: str) -> bool:
    """Return whether an attribute of `URL_ATTRIBUTES` holds an address on this element."""
    if attribute == "data":
        return tag in _DATA_HOLDERS
    if attribute == "cite":
        return tag in _CITE_HOLDERS
    return True


def use_of(tag: str, attribute: str, rel: str | None) -> Use:
    """Return what becomes of the address in `attribute` of an element of the kind `tag`."""
    if attribute == "cite":
        return Use(is_load=False, is_followed=False)
    if tag in _FOLLOWED:
        return Use(is_load=False, is_followed=True)
    if tag == "link":
        return Use(is_load=is_fetched(rel), is_followed=False)
    return Use(is_load=True, is_followed=False)


def is_fetched(rel: str | None) -> bool:
    """Return whether a <link> with this rel makes a browser fetch what it names."""
    rels = (rel or "").lower().split()
    return not rels or not PASSIVE_RELS.issuperset(rels)


def srcset_urls(value: str) -> list[str]:
    """Return the addresses of a srcset, as HTML's section 4.8.4.2.1 splits it."""
    urls = []
    rest = value
    while rest := rest.lstrip(" \t\n\f\r,"):
        url, _, rest = _partition_space(rest)
        if url.endswith(","):
            url = url.rstrip(",")
        else:
            _, _, rest = rest.partition(",")
        urls.append(url)
    return urls


def _partition_space(text: str) -> tuple[str, str, str]:
    match = re.search(r"[ \t\n\f\r]", text)
    if match is None:
        return text, "", ""
    return text[: match.start()], match[0], text[match.end() :]


def refresh_url(content: str) -> str | None:
    """Return the address in the content of a meta refresh; None when it only reloads."""
    match = _REFRESH.match(content)
    return (match[1].strip() or None) if match else None


def css_urls(css: str) -> list[str]:
    """Return every address that a stylesheet names, in order; namespaces are no addresses."""
    plain = _CSS_NAMESPACE.sub("", _CSS_COMMENT.sub(" ", css))
    return [
        next((group for group in match.groups() if group is not None), "").strip()
        for match in _CSS_URL.finditer(plain)
    ]
