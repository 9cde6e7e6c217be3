"""The word that was probably meant, for hints."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def nearest(word: str, candidates: Iterable[str]) -> str | None:
    """Return the candidate most like `word`, or None where none is close.

    Among equals the first in order of the alphabet, so that the answer never depends on a set.
    """
    from rapidfuzz import process  # noqa: PLC0415 - only when something is wrong
    from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler  # noqa: PLC0415

    folded = {c.casefold(): c for c in sorted(candidates, reverse=True)}
    key = word.casefold()
    allowed = max(1, len(key) // 4)
    found = process.extractOne(
        key, sorted(folded), scorer=DamerauLevenshtein.distance, score_cutoff=allowed
    )
    if found is not None:
        return folded[found[0]]
    alike = process.extractOne(key, sorted(folded), scorer=JaroWinkler.similarity, score_cutoff=0.9)
    return None if alike is None else folded[alike[0]]


def did_you_mean(word: str, candidates: Iterable[str]) -> str | None:
    """Return a hint that names the nearest candidate, or None."""
    best = nearest(word, candidates)
    return None if best is None else f'did you mean "{best}"?'
