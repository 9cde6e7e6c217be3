"""Digests of content: SHA-256 everywhere, as small hexadecimal letters."""

from __future__ import annotations

import hashlib
from typing import Final

_VERSION_BYTES: Final = 6


def version_of(digest: bytes) -> str:
    """Return what names the version of a text: enough of the SHA-256 of its file."""
    return digest[:_VERSION_BYTES].hex()


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def short_digest(data: bytes) -> str:
    """Return the ten digits that name a theme file by its content."""
    return sha256_hex(data)[:10]
