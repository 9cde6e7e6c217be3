"""What an address in a text leads to: into this archive, to the world outside, or nowhere good.

Judges hrefs and srcs by the rules of the WHATWG URL standard that browsers follow, so that no
spelling of `javascript:` gets by. Called by `convert`; what lies inside the archive is resolved
by another room, once everything is known.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final, Literal

from markdown_it.common.normalize_url import normalizeLink

AddressKind = Literal["inside", "outside", "scheme", "hostless", "empty"]

ALLOWED_SCHEMES: Final = frozenset({"http", "https", "mailto", "tel"})

# URL standard 4.4: leading and trailing C0 controls and spaces do not count, tabs and line ends
# count nowhere.
_EDGE: Final = "".join(map(chr, range(0x21)))
_IGNORED: Final = re.compile("[\t\n\r]")
_SCHEME: Final = re.compile(r"([A-Za-z][A-Za-z0-9+.\-]*):")
_HOSTED: Final = re.compile(r"https?://[^\s/?#\\@]", re.IGNORECASE)
_CASUAL: Final = re.compile(r"(?:https?://|mailto:|tel:)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Address:
    """An href or src, read."""

    kind: AddressKind
    """`scheme`: one that is not allowed; `hostless`: http without a host."""
    url: str
    """As written but for white space; what lies outside is percent-encoded for an attribute."""
    scheme: str = ""
    """In small letters, without the colon; "" inside the archive."""

    @property
    def is_web(self) -> bool:
        """Whether another host would be asked."""
        return self.kind == "outside" and self.scheme in {"http", "https"}


def read_address(href: str) -> Address:
    """Return what `href`, free of entities and backslashes, leads to."""
    url = _IGNORED.sub("", href.strip(_EDGE))
    if not url:
        return Address("empty", url)
    if url.startswith("//"):
        # From a disk it would name a file of the reader's own machine.
        url = "https:" + url
    found = _SCHEME.match(url)
    if found is None:
        return Address("inside", url)
    scheme = found.group(1).lower()
    if scheme not in ALLOWED_SCHEMES:
        return Address("scheme", url, scheme)
    if scheme in {"http", "https"} and _HOSTED.match(url) is None:
        return Address("hostless", url, scheme)
    return Address("outside", normalizeLink(url), scheme)


def same_address(text: str, href: str) -> bool:
    """Whether a link's text already says where it leads, give or take `https://` and a slash."""
    return _bare(text) == _bare(href)


def _bare(text: str) -> str:
    return _CASUAL.sub("", text.strip(), count=1).rstrip("/").casefold()
