"""Digests of content: SHA-256 everywhere, as small hexadecimal letters."""

from __future__ import annotations

import hashlib


def sha256_hex(data: bytes) -> str:
    """Return the SHA-256 of `data` as 64 hexadecimal digits."""
    return hashlib.sha256(data).hexdigest()


def short_digest(data: bytes) -> str:
    """Return the ten digits that name a theme file by its content."""
    return sha256_hex(data)[:10]
