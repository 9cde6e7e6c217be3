"""Names as they stand in addresses: small ASCII letters, digits and hyphens.

A slug is a file name too, on every file system that a copy of the archive may be put on. So it
never is a name that Windows reserves, never starts with a dot, and differs from its neighbours by
more than the case of a letter.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

MAX_SLUG: Final = 120
"""Longest slug, in characters. File systems allow 255 bytes a name, Windows 260 a whole path."""

_SLUG: Final = re.compile(r"[a-z0-9]++(?:[-_.][a-z0-9]++)*+")
_NOT_WORD: Final = re.compile(r"[^a-z0-9]+")
_DROPPED: Final = re.compile(r"['’ʼʹ`\"]")
_HAN: Final = r"([\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f])"

# Microsoft, "Naming Files, Paths, and Namespaces": reserved with any extension.
RESERVED: Final = frozenset(
    {"con", "prn", "aux", "nul", *(f"com{n}" for n in range(10)), *(f"lpt{n}" for n in range(10))}
)


def make_slug(text: str, *, max_length: int = MAX_SLUG) -> str:
    """Return a slug for any text, or "" where the text holds no letter and no digit.

    Every script is put into Latin letters; each Han character becomes a word of its own. A long
    slug is cut between words where it can be.
    """
    text = unicodedata.normalize("NFC", text)
    if not text.isascii():
        from anyascii import anyascii  # noqa: PLC0415 - a large table, not needed for ASCII

        text = anyascii(re.sub(_HAN, r" \1 ", text))
    slug = _NOT_WORD.sub("-", _DROPPED.sub("", text).lower()).strip("-")
    if len(slug) > max_length:
        cut = slug[: max_length + 1].rfind("-")
        slug = slug[: cut if cut > max_length // 2 else max_length].strip("-")
    return slug


def slug_fault(slug: str) -> str | None:
    """Return why `slug` cannot stand in an address, or None when it can."""
    if not slug:
        return "is empty"
    if len(slug) > MAX_SLUG:
        return f"is longer than {MAX_SLUG} characters"
    if not _SLUG.fullmatch(slug):
        return "may hold only a-z, 0-9 and single hyphens, dots or underscores between them"
    if slug.split(".", maxsplit=1)[0] in RESERVED:
        return "is a name that Windows reserves"
    return None


def fold_name(name: str) -> str:
    """Return the form in which two spellings of one name are equal.

    Unicode form (NFKC), case and runs of white space do not count (UAX 15, UAX 31 section 1.3).
    """
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    return " ".join(folded.split())
