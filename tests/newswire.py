"""Newswire made up by rule: many short dispatches over many years, a few names in most of them."""

from __future__ import annotations

import datetime as dt
import random
from itertools import accumulate
from typing import TYPE_CHECKING, Final

from tests.archives import write_archive

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

SETTINGS: Final = """\
title: A newswire
base_url: https://wire.example/
taxonomies: [places]
"""
_VERBS: Final = ("raises", "cuts", "meets", "warns", "visits", "denies", "sells", "backs", "sues")
_THINGS: Final = ("rates", "talks", "exports", "a strike", "the budget", "a bridge", "oil", "grain")


def dispatch(number: int, chance: random.Random, people: int, topics: int, places: int) -> str:
    """Return an article; names come up as they do in news, the first ones of a list most often."""
    day = dt.date(1994, 1, 3) + dt.timedelta(days=chance.randrange(1_600) * 7)
    first = _some(chance, people, 1)[0]
    verb, thing = chance.choice(_VERBS), chance.choice(_THINGS)
    about = ", ".join(f"person-{n}" for n in _some(chance, people, chance.choice((0, 1, 1, 2))))
    named = ", ".join(f"person-{n}" for n in _some(chance, people, chance.choice((0, 1, 3))))
    under = ", ".join(f"topic-{n}" for n in _some(chance, topics, chance.choice((1, 2, 3))))
    place = _some(chance, places, 1)[0]
    return (
        f"---\ntitle: Person {first} {verb} {thing} ({number})\ndate: {day.isoformat()}\n"
        f"people: [{about}]\nmentions: [{named}]\ntopics: [{under}]\nplaces: [place-{place}]\n"
        f"---\nDispatch {number} of the day: they said {thing} and then no more.\n\n"
        f"It {verb} *them*, as before.\n"
    )


def newswire(
    count: int, *, people: int = 400, topics: int = 120, places: int = 80
) -> dict[str, str]:
    """Return an archive of `count` articles as files, always the same one."""
    chance = random.Random(20250508)
    files = {"content/archive.yaml": SETTINGS}
    for number in range(count):
        text = dispatch(number, chance, people, topics, places)
        year = text.partition("\ndate: ")[2][:4]
        files[f"content/articles/{year}/wire-{number:05d}.md"] = text
    for n in range(people):
        files[f"content/people/person-{n}.md"] = f"---\nname: Person {n}\n---\n"
    for kind, many in (("topics", topics), ("places", places)):
        for n in range(many):
            above = f"parent: topic-{n % 7}\n" if kind == "topics" and n > 6 else ""
            title = f"{kind[:-1].capitalize()} {n}"
            files[f"content/{kind}/{kind[:-1]}-{n}.md"] = f"---\ntitle: {title}\n{above}---\n"
    return files


def write_newswire(root: Path, count: int) -> Path:
    """Write the archive of `newswire` into a folder."""
    return write_archive(root, newswire(count))


def _some(chance: random.Random, many: int, count: int) -> Sequence[int]:
    """Return different numbers below `many`: n comes up about 1 / (n + 3) as often as the rest."""
    weights = list(accumulate(1 / (n + 3) for n in range(many)))
    found = chance.choices(range(many), cum_weights=weights, k=count)
    return tuple(dict.fromkeys(found))
