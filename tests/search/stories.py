"""Real texts to search in: Reuters stories where they are kept, the repository's own archive."""

from __future__ import annotations

import gzip
import json
import re
from functools import cache
from typing import TYPE_CHECKING, Final

from tests.archives import ROOT
from tests.search.bundles import Text

if TYPE_CHECKING:
    from pathlib import Path

REUTERS: Final = ROOT.parent / "shared/corpora/reuters21578.jsonl.gz"

_HEAD: Final = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)


@cache
def reuters(count: int) -> tuple[Text, ...]:
    """Return the first stories with a text, by date; none where the corpus is not kept here."""
    found: list[Text] = []
    if not REUTERS.is_file():
        return ()
    with gzip.open(REUTERS, "rt", encoding="utf-8") as lines:
        for line in lines:
            story = json.loads(line)
            if not story["body"]:
                continue
            found.append(
                Text(
                    url=f"{story['date'][:7].replace('-', '/')}/{int(story['id']):05}.html",
                    title=story["title"] or "Untitled",
                    body=story["body"],
                    date=story["date"][:10],
                    topics=tuple(story["topics"]),
                    section=(story["places"] or [""])[0],
                    names=" ".join(story["people"]),
                )
            )
            if len(found) == count:
                break
    return tuple(sorted(found, key=lambda text: (text.date, text.url)))


@cache
def sample_texts(lang: str) -> tuple[Text, ...]:
    """Return each paragraph of the sample archive's articles of a language as a text of its own,
    a day apart, so that there are enough of them."""
    found: list[Text] = []
    for path in sorted((ROOT / "content/articles").rglob("*.md")):
        text = path.read_text(encoding="utf-8")
        head = _HEAD.match(text)
        if head is None or _field(head[1], "lang", "en") != lang:
            continue
        for number, part in enumerate(text[head.end() :].split("\n\n")):
            if part.strip():
                found.append(_text(lang, path, _field(head[1], "title", ""), number, part))
    return tuple(found)


def _text(lang: str, path: Path, title: str, number: int, part: str) -> Text:
    return Text(
        url=f"{lang}/{path.stem}-{number}.html",
        lang=lang,
        title=title if number == 0 else f"{number}",
        body=part.strip(),
        date=f"19{number // 28 + 10:02}-{number // 14 % 12 + 1:02}-{number % 28 + 1:02}",
    )


def _field(head: str, name: str, default: str) -> str:
    found = re.search(rf"^{name}: *(.*)$", head, re.MULTILINE)
    return found[1].strip("\"' ") if found else default
