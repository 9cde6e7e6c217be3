"""Signs by which a page's words are told apart, written so that Pagefind knows them for signs.

Pagefind takes a word apart at the punctuation of ASCII and at no other: nobody who looks for
"assemblée" would find "l’Assemblée", nor "Moscow" in "the capital—Moscow—fell". It takes a dash
between spaces for a word, so that no phrase goes across one. And some signs are letters to Unicode,
as the apostrophe of "обʼєднання". So Pagefind is given each sign in a spelling of ASCII signs, and
one that stands alone is joined to the word before it, with its space; in the texts that come back
all stands again as it did. Only in the words of a page is such a space one that does not break, by
which it is told from those between words.

Joined letters (ﬁ) and those as wide as Chinese ones (Ａ) become plain ones, in the index and in
what is shown of it; templates/static/search-engine.js does so with a query. What nobody sees, as
the hyphen of a word that may be broken, is left out. Pure.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from builder.basics.languages import is_without_spaces

_ESCAPE: Final = "`"
_DIGITS: Final = "!#$%()*+,-./:;=?"
"""Sixteen signs that mean nothing in HTML and JSON."""
_SPACE: Final = "\u00a0"

_LETTERS: Final = "\u02b9-\u02bf\u0640\ua78b\ua78c"
"""Primes, apostrophes and the Arabic stretch, which count as letters."""
_MARKS: Final = "\u061c\u200c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""What parts letters or turns the direction, unseen."""
_UNSEEN: Final = "\u00ad\u2060\ufeff"
_PRESENTED: Final = "\ufb00-\ufdc7\ufe70-\ufefc\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\uff66-\uff9f"

_TEXT: Final = re.compile(r">[^<]+")
_ASCII: Final = r"(?:[!-%'-/:;=?@\[-`{-~]|&(?:amp|lt|gt|quot|#[0-9]+);)+"
"""Signs as they stand in HTML, those that are spelled out among them."""
_ALONE_ASCII: Final = re.compile(rf"\s{_ASCII}\s")
_HIDDEN: Final = re.compile(f"[{_UNSEEN}]")
_PLAIN: Final = re.compile(f"[{_PRESENTED}]+")
_SPELLED: Final = re.compile(rf"{_ESCAPE}([{re.escape(_DIGITS)}]{{4}})")
_VALUES: Final = str.maketrans(_DIGITS, "0123456789abcdef")
_NAMES: Final = str.maketrans("0123456789abcdef", _DIGITS)
_JOINT: Final = _ESCAPE + "0020".translate(_NAMES)
_ALONE: Final = re.compile(rf"(?<=[^\s>])\s+(?={_ASCII}(?:\s|\Z))")
"""The space before signs, spelled out, that are no part of a word."""


@cache
def _signs() -> re.Pattern[str]:
    """Return the pattern of what is spelled out; it takes a while to gather."""
    kinds = {"Sc", "Sk", "Sm"}
    signs = "".join(
        char
        for char in map(chr, range(0x80, 0x10000))
        if (kind := unicodedata.category(char))[0] == "P" or kind in kinds
    )
    return re.compile(rf"[{re.escape(signs)}{_LETTERS}{_MARKS}\u2116{_ESCAPE}]")


def has_spelled_signs(lang: str) -> bool:
    """Return whether signs are spelled out in a language.

    Where words are told apart by a dictionary, that knows the signs.
    """
    return not is_without_spaces(lang)


def spell_signs(page: str) -> str:
    """Return a page of HTML with the signs of its text spelled out."""
    if page.isascii() and _ESCAPE not in page and _ALONE_ASCII.search(page) is None:
        return page
    return _TEXT.sub(_spelled_text, page)


def _spelled_text(found: re.Match[str]) -> str:
    text = found[0]
    if not text.isascii():
        text = _PLAIN.sub(_plain, _HIDDEN.sub("", text))
    if not text.isascii() or _ESCAPE in text:
        text = _signs().sub(_spelled, text)
    return _ALONE.sub(_joined, text)


def _plain(found: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", found[0])


def _spelled(found: re.Match[str]) -> str:
    return _ESCAPE + f"{ord(found[0]):04x}".translate(_NAMES)


def _joined(found: re.Match[str]) -> str:
    space = found[0] if len(found[0]) == 1 and not found[0].isascii() else " "
    return _ESCAPE + f"{ord(space):04x}".translate(_NAMES)


def read_signs(text: str) -> str:
    """Return a text that came back, with its signs."""
    return _SPELLED.sub(_sign, text)


def _sign(found: re.Match[str]) -> str:
    return chr(int(found[1].translate(_VALUES), 16))


def read_fragment_signs(content: bytes) -> bytes:
    """Return a fragment that came back, with its signs.

    In its text a space before a sign is one that does not break.
    """
    if _ESCAPE.encode() not in content:
        return content
    # No text of JSON holds a quotation mark that is not escaped.
    words, mark, others = content.decode().partition('","word_count":')
    words = words.replace(_JOINT, _SPACE)
    return "".join((read_signs(words), mark, read_signs(others))).encode()
