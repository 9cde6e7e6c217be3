"""Where a name stands in an index."""

from __future__ import annotations

import unicodedata
from typing import Final

_NO_LETTERS: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")
_OWN_LETTERS: Final = frozenset({"\u0438\u0306", "\u0456\u0308"})


def sort_place(name: str, slug: str) -> tuple[str, str]:
    """Return the letter a name stands under and its key among the names there.

    Diacritics of Latin letters do not make another letter. Scripts that are not ordered by letters
    go by their slug, which spells them in Latin ones. What starts with no letter goes under "".
    """
    stripped = _without_marks(name.casefold()).strip()
    first = next((c for c in stripped if c.isalnum()), "")
    if first and unicodedata.name(first, "").startswith(_NO_LETTERS):
        if not slug:
            return "", stripped
        return slug[0].upper() if slug[0].isalpha() else "", slug
    if not first.isalpha():
        return "", stripped
    return first.upper(), stripped


def _without_marks(text: str) -> str:
    """Return text as an index files it: Latin letters plain (Ł as L, ø as o), others unmarked.

    Й and Ї keep their marks, which make them letters of the alphabet; Ё is filed under Е, as
    Russian indexes do.
    """
    if text.isascii():
        return text
    from anyascii import anyascii  # noqa: PLC0415 - a large table

    kept: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(char):
            if kept and kept[-1] + char in _OWN_LETTERS:
                kept.append(char)
        elif char.isalpha() and not char.isascii() and "LATIN" in unicodedata.name(char, ""):
            kept.append(anyascii(char).casefold())
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))
