"""One policy for every host: the headers of all files, and how long a browser may keep them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

IMMUTABLE: Final = "public, max-age=31536000, immutable"
"""For names that hold the digest of the file: another file has another name (RFC 8246)."""
FRESH: Final = "no-cache"
"""For all other names: kept, but asked for again before it is shown (RFC 9111, section 5.2.2.4)."""

TYPES: Final = {
    "feed.xml": "application/atom+xml; charset=utf-8",
    "feed.json": "application/feed+json; charset=utf-8",
    "opensearch.xml": "application/opensearchdescription+xml; charset=utf-8",
}
"""Media types that a server cannot tell by the ending, by the name of the file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostPolicy:
    """What is true of one site on every host."""

    prefix: str
    """Where the site stands: "/" or "/archive/"."""
    headers: tuple[tuple[str, str], ...]
    """For every file."""
    redirects: tuple[tuple[str, str], ...]
    """(old address, where it is now), both from the site's root, sorted."""
    hashed: tuple[str, ...]
    """Folders in which each file's name holds its digest, from the site's root; `*`: any folder."""


def make_policy(
    *,
    prefix: str,
    csp: str,
    onion: str | None,
    redirects: Iterable[tuple[str, str]],
    hashed: Iterable[str],
) -> HostPolicy:
    """Return the policy of a site.

    `csp` is the widest Content-Security-Policy of any of its pages: each page carries its own as
    well, and a browser keeps to both. What a meta element cannot say is added here.
    """
    headers = [
        ("Content-Security-Policy", f"{_with_media(csp)}; frame-ancestors 'none'"),
        ("Referrer-Policy", "no-referrer"),
        ("X-Content-Type-Options", "nosniff"),
        ("X-Frame-Options", "DENY"),
        ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ]
    if onion is not None:
        headers.append(("Onion-Location", onion))
    return HostPolicy(
        prefix=prefix,
        headers=tuple(headers),
        redirects=tuple(sorted(set(redirects))),
        hashed=tuple(hashed),
    )


def _with_media(csp: str) -> str:
    """Return the policy for all files: a film that is opened by itself may show itself.

    The 404 page may have a base, so the header has to leave it one.
    """
    return csp.replace("base-uri 'none'", "base-uri 'self'") + "; media-src 'self'"
