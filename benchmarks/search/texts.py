"""Articles of four hundred words, as many as are asked for, from the stories of a corpus.

Stories are joined until they are long enough. Once all are used they come again with words
altered, other ones in each round, so that the vocabulary grows as a newspaper's does: rare words
become new words, numbers other numbers, common words stay. Always the same for the same number.
"""

from __future__ import annotations

import datetime as dt
import random
import re
from collections import Counter
from functools import partial
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from benchmarks.stories import Row

WORDS_OF_AN_ARTICLE: Final = 400
COMMON: Final = 3_000
"""So many of the most frequent words are never altered."""
ALTERED: Final = 0.12
"""Of the other words, where they come again."""
FIRST: Final = dt.datetime(1987, 1, 1)  # noqa: DTZ001 - as the corpus has them
DAYS: Final = 31 * 365

_WORD: Final = re.compile(r"[A-Za-z]{4,}|\d+")
_ENDS: Final = (
    "ara",
    "ero",
    "ima",
    "ovic",
    "ulan",
    "ton",
    "berg",
    "ski",
    "iya",
    "ado",
    "essa",
    "or",
)


def long_articles(rows: Sequence[Row], count: int) -> list[Row]:
    """Return `count` articles made of these stories, oldest first."""
    counted = Counter(
        word.lower() for row in rows for word in re.findall(r"[A-Za-z]+", row["body"])
    )
    common = {word for word, _ in counted.most_common(COMMON)}
    found: list[Row] = []
    for number, (parts, turn) in enumerate(_joined(rows, count)):
        chance = random.Random(number)
        body = "\n\n".join(part["body"] for part in parts)
        title = parts[0]["title"]
        if turn:
            alter = partial(_altered, common, chance, turn)
            body, title = _WORD.sub(alter, body), _WORD.sub(alter, title)
        row = dict(parts[0])
        for kind in ("topics", "people", "places"):
            row[kind] = list(dict.fromkeys(value for part in parts for value in part[kind]))[:6]
        found.append(
            row
            | {
                "id": str(number),
                "title": title,
                "slug": f"story-{number:06}",
                "when": FIRST + dt.timedelta(seconds=number * DAYS * 86_400 // count),
                "body": body,
            }
        )
    return found


def words_shared_by(rows: Sequence[Row], shares: Sequence[float]) -> list[str]:
    """Return queries of words that such shares of the articles have; the second is of two words."""
    articles = [frozenset(re.findall(r"\b[a-z]{4,}\b", row["body"])) for row in rows]
    counted = Counter(word for words in articles for word in words)

    def nearest(share: float, among: Iterable[str]) -> str:
        return min(among, key=lambda word: (abs(counted[word] - share * len(rows)), word))

    rare, one, two, *others = shares
    first = nearest(one, counted)
    beside = {word for words in articles if first in words for word in words} - {first}
    pair = f"{first} {nearest(two, beside)}"
    return [nearest(rare, counted), pair, *(nearest(share, counted) for share in others)]


def _joined(rows: Sequence[Row], count: int) -> Iterator[tuple[list[Row], int]]:
    """Yield the stories of each article, and how often all were used before."""
    at = turn = 0
    for _ in range(count):
        parts: list[Row] = []
        words = 0
        while words < WORDS_OF_AN_ARTICLE:
            # Another step in each round, so that other stories stand together.
            parts.append(rows[at * (2 * turn + 1) % len(rows)])
            words += len(parts[-1]["body"].split())
            at += 1
        yield parts, turn
        if at >= len(rows):
            at, turn = 0, turn + 1


def _altered(common: set[str], chance: random.Random, turn: int, found: re.Match[str]) -> str:
    word = found[0]
    if word.isdigit():
        return str(chance.randrange(10 ** len(word)))
    if word.lower() in common or chance.random() > ALTERED:
        return word
    end = _ENDS[(turn + len(word)) % len(_ENDS)]
    return word[: max(2, len(word) - 3)] + end + chance.choice("aeiou")
