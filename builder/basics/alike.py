"""Names that are probably one: the same words otherwise written, or one letter apart."""

from __future__ import annotations

from itertools import islice, product
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from builder.basics.spellings import Spellings

SHORTEST: Final = 6
"""Letters of a name below which one letter makes another name: Iran and Iraq."""

_MOST_FORMS: Final = 64
"""Ways of writing one name that are compared."""


def keys_of(spelled: Spellings) -> frozenset[str]:
    """Return every way in which a name may be written, its words in order of the alphabet."""
    return frozenset(
        " ".join(sorted(words))
        for forms in spelled.words
        for words in islice(product(*forms), _MOST_FORMS)
    )


def are_alike(one: frozenset[str], other: frozenset[str]) -> bool:
    """Return whether two names, each told by `keys_of`, are probably the same one's."""
    if not one.isdisjoint(other):
        return True
    return any(is_one_letter_apart(a, b) for a in one for b in other)


def is_one_letter_apart(one: str, other: str) -> bool:
    """Return whether a letter was left out, put in, replaced, or changed places with the next.

    Digits do not count as letters: the elections of 2024 are not those of 2025.
    """
    if abs(len(one) - len(other)) > 1 or min(len(one), len(other)) < SHORTEST:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    end = 0
    while end < min(len(one), len(other)) - start and one[-1 - end] == other[-1 - end]:
        end += 1
    mine, theirs = one[start : len(one) - end], other[start : len(other) - end]
    if any(not char.isalpha() for char in mine + theirs):
        return False
    if len(mine) <= 1 and len(theirs) <= 1:
        return True
    return len(mine) == 2 and mine == theirs[::-1]
