"""Letters that no Unicode form makes alike, told by those that readers type for them.

Pagefind finds "café" for "cafe", since Unicode says of what é is made; of ł, ø, œ or the dotless ı
it does not, nor that Persian and Arabic write one letter with two signs. So the words of an index
that have them stand under their plain letters, as another spelling of the word that is written so,
as words with accents do: "Łódź" and "lodz" find each other, the exact spelling first.
templates/static/search-engine.js does so with a query, after stemming, which knows these letters.
Pure: bytes in, bytes out.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Any, Final

from builder.basics import letters
from builder.search.formats import read_cbor, write_cbor
from builder.search.words import Words, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

PLAIN: Final = {**letters.PLAIN, "ґ": "г"}

_PLAIN: Final = str.maketrans(PLAIN)
_ANY: Final = re.compile("|".join(PLAIN).encode())


def has_other_letters(content: bytes) -> bool:
    """Return whether an unpacked word list has words in other than plain letters."""
    return _ANY.search(content) is not None


def plain_letters(lists: Sequence[bytes]) -> list[Words]:
    """Return the word lists of a shard, unpacked and in order, with their words in plain letters.

    A word goes into the list where its place is; one may be left without any.

    Raises:
        DamagedError: one has another form.
    """
    read = [split_words(content) for content in lists]
    kept: list[dict[str, bytes]] = []
    moved: dict[str, list[list[Any]]] = {}
    for words in read:
        stay: dict[str, bytes] = {}
        for word, entry in zip(words, words.entries(), strict=True):
            plain = word.translate(_PLAIN)
            if plain == word:
                stay[word] = entry
            else:
                moved.setdefault(plain, []).append(read_cbor(entry)[0])
        kept.append(stay)
    firsts = [words.first for words in read]
    for plain, others in moved.items():
        home = kept[max(0, bisect_right(firsts, plain) - 1)]
        word, pages, spellings = read_cbor(home[plain])[0] if plain in home else (plain, [], [])
        home[plain] = write_cbor([word, pages, [*spellings, *_spellings(others)]])
    return [Words.of(dict(sorted(stay.items()))) for stay in kept]


def _spellings(words: Sequence[list[Any]]) -> Iterator[list[Any]]:
    """Yield words as spellings of another one, with their own."""
    for word, pages, spellings in words:
        if pages:
            yield [word, pages]
        yield from spellings
