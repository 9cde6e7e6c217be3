"""Letters that no Unicode form makes alike, and the plain ones that readers type for them."""

from __future__ import annotations

from typing import Final

PLAIN: Final = {
    "ß": "ss", "ı": "i", "ł": "l", "ø": "o", "đ": "d", "æ": "ae", "œ": "oe", "þ": "th", "ð": "d",
    "ی": "ي", "ى": "ي", "ک": "ك",
}  # fmt: skip
"""Latin ones, and those of Persian and Arabic keyboards."""
