"""The articles to build: a corpus kept beside the repository, or made-up ones of the same shape.

An article is a row, the dictionary that the peers' harness hands to its contestants: title, when,
slug, topics, people, places, body (paragraphs with an empty line between them), oldest first.
"""

from __future__ import annotations

import datetime as dt
import importlib
import json
import random
import sys
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

Row = dict[str, Any]

ALL: Final = 19_043
"""As many stories of Reuters-21578 have a title, a date and a text; so many are "all" here too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Corpus:
    """Where the articles come from."""

    description: str
    """For the report."""
    load: Callable[[int | None], list[Row]]
    """So many articles, or all there are."""
    markdown: Callable[[Row], str]
    """The body as it stands in a file."""
    is_real: bool = True
    """Not made up."""


def open_corpus(harness: Path | None, path: Path | None) -> Corpus:
    """Return the corpus at `path`, read by the harness; made-up articles where either is absent."""
    if harness is None or path is None:
        return Corpus(
            description=(
                "made-up ones: invented words, as long, as old and with as many topics, people and "
                "places as the stories of a news agency (Reuters-21578)"
            ),
            load=made_up,
            markdown=lambda row: row["body"] + "\n",
            is_real=False,
        )
    reader = import_from(harness, "corpus")
    return Corpus(
        description=(
            f"{path.name}: every story that has a title, a date and a text; a smaller number is a "
            "selection spread evenly over them, a larger one repeats them, dated over 31 years"
        ),
        load=lambda limit: reader.load(path, limit),
        markdown=reader.markdown,
    )


def import_from(folder: Path, name: str) -> Any:  # noqa: ANN401 - a module that no type is known of
    """Return a module of the harness, which is a folder of scripts and not a package."""
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))
    return importlib.import_module(name)


# -- made-up articles --------------------------------------------------------------------------

WORDS: Final = 30_000
WORDS_OF_A_STORY: Final = (32, 47, 62, 76, 88, 100, 139, 188, 289, 500)
"""Tenths of the stories are about so long."""
KINDS: Final = (
    # How many there are, how steeply their use falls, and of 100 stories how many name 0, 1, 2, 3.
    ("topics", 119, 1.3, (46, 46, 6, 2)),
    ("people", 114, 0.9, (94, 5, 1, 0)),
    ("places", 147, 1.9, (3, 83, 11, 3)),
)
FIRST: Final = dt.datetime(1987, 2, 26, 15, 0)  # noqa: DTZ001 - as the harness has them
SECONDS: Final = 236 * 86_400
LONG_FIRST: Final = dt.datetime(1990, 1, 1)  # noqa: DTZ001
LONG_SECONDS: Final = 31 * 365 * 86_400


def made_up(limit: int | None) -> list[Row]:
    """Return so many made-up articles: the same ones on every machine."""
    count = ALL if limit is None else limit
    first, span = (FIRST, SECONDS) if count <= ALL else (LONG_FIRST, LONG_SECONDS)
    chance = random.Random(21578)
    vocabulary = _names(chance, WORDS)
    weights = _falling(WORDS, 1.0)
    terms = {
        kind: (_names(chance, size), _falling(size, steep), list(accumulate(shares)))
        for kind, size, steep, shares in KINDS
    }
    rows = []
    for number in range(count):
        length = round(chance.choice(WORDS_OF_A_STORY) * chance.uniform(0.85, 1.15))
        words = chance.choices(vocabulary, cum_weights=weights, k=length)
        title = " ".join(chance.choices(vocabulary, cum_weights=weights, k=7)).upper()
        row: Row = {
            "id": str(number),
            "title": title,
            "slug": f"{title.lower().replace(' ', '-')[:60].strip('-')}-{number}",
            "when": first + dt.timedelta(seconds=number * span // count),
            "dateline": "",
            "body": "\n\n".join(_paragraphs(chance, words)),
        }
        for kind, (names, falling, shares) in terms.items():
            (many,) = chance.choices(range(4), cum_weights=shares)
            row[kind] = list(dict.fromkeys(chance.choices(names, cum_weights=falling, k=many)))
        rows.append(row)
    return rows


def _names(chance: random.Random, count: int) -> list[str]:
    syllables = [c + v for c in "bdfgklmnprstvz" for v in "aeiou"]
    found: dict[str, None] = {}
    while len(found) < count:
        found["".join(chance.choices(syllables, k=chance.randint(1, 4)))] = None
    return list(found)


def _falling(count: int, steep: float) -> list[float]:
    """Return cumulative weights under which the n-th is used 1/n^steep as often as the first."""
    return list(accumulate(1 / (n + 1) ** steep for n in range(count)))


def _paragraphs(chance: random.Random, words: Sequence[str]) -> Iterator[str]:
    start = 0
    while start < len(words):
        end = start + chance.randint(14, 36)
        yield " ".join(words[start:end]).capitalize() + "."
        start = end


# -- our archive -------------------------------------------------------------------------------


def write_archive(
    rows: Sequence[Row], root: Path, markdown: Callable[[Row], str], settings: str
) -> list[Path]:
    """Write an archive of ours into the folder `root`; return the files of its articles."""
    articles = root / "content" / "articles"
    articles.mkdir(parents=True)
    (root / "content" / "archive.yaml").write_text(settings, encoding="utf-8")
    paths = []
    made = set()
    for row in rows:
        path = articles / f"{row['when']:%Y}" / f"{row['when']:%m}" / f"{row['slug']}.md"
        if path.parent not in made:
            path.parent.mkdir(parents=True, exist_ok=True)
            made.add(path.parent)
        # A text or list in JSON is YAML too.
        head = [f"title: {json.dumps(row['title'], ensure_ascii=False)}"]
        head.append(f"date: {row['when']:%Y-%m-%dT%H:%M:%SZ}")
        head.append(f"slug: {row['slug']}")
        head += [
            f"{kind}: {json.dumps(row[kind], ensure_ascii=False)}"
            for kind in ("topics", "people", "places")
        ]
        text = "\n".join(("---", *head, "---", "", markdown(row)))
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths
