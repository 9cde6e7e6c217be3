"""The Reuters-21578 collection: real newswire, whole, with the counts that its README gives."""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

from builder.prose.markdown import parse
from tests.archives import tree
from tests.importers.importing import SHARED, articles, import_into, new_archive

if TYPE_CHECKING:
    from pathlib import Path

CORPUS = SHARED / "corpora" / "reuters21578.jsonl.gz"

pytestmark = [
    pytest.mark.corpus,
    pytest.mark.skipif(
        not CORPUS.exists(), reason="the corpus kept beside this repository is not there"
    ),
]


def _records() -> dict[str, dict[str, Any]]:
    with gzip.open(CORPUS, "rt", encoding="utf-8") as stream:
        return {str(record["id"]): record for record in map(json.loads, stream)}


def _plain(text: str) -> str:
    return " ".join(text.split())


def test_the_whole_collection_goes_in(tmp_path: Path) -> None:
    archive = new_archive(tmp_path / "archive")
    report = import_into(archive, "jsonl", CORPUS, mapping={"exchanges": ("exchanges",)})
    assert (report.taken, report.skipped, report.problems) == (21_577, 1, ())
    (skipped,) = report.skipped_records
    assert (skipped.id, skipped.reason) == ("12793", "it has neither a title nor any text")
    assert (report.titles_made_up, report.undated, report.characters_dropped) == (736, 0, 0)
    assert report.columns_not_taken == (("companies", 0), ("type", 21_577))
    assert report.taxonomies_declared == ("places", "organisations", "exchanges")

    records = _records()
    found = articles(archive)
    kinds = {"topics": "topics", "places": "places", "organisations": "orgs"}
    kinds["exchanges"] = "exchanges"
    stories: Counter[str] = Counter()
    codes: dict[str, Counter[str]] = {name: Counter() for name in (*kinds, "people")}
    for article, _ in found.values():
        names = {kind: {n.text for n in article.terms.get(kind, ())} for kind in kinds}
        names["people"] = {name.text for name in article.people}
        for kind, given in names.items():
            stories[kind] += bool(given)
            codes[kind].update(given)
    assert {kind: (stories[kind], len(counted)) for kind, counted in codes.items()} == {
        "topics": (11_367, 120),
        "places": (18_798, 147),
        "people": (1_156, 114),
        "organisations": (881, 32),
        "exchanges": (482, 32),
    }
    for kind, column in kinds.items():
        wanted = Counter(code for r in records.values() for code in set(r[column]))
        assert codes[kind] == wanted

    folders = Counter(path.rsplit("/", 1)[0] for path in found)
    assert max(folders.values()) < 2_000
    assert "reuters21578/1987/02/bahia-cocoa-review-1.md" in found
    addresses = {(a.date.year, a.date.month, a.slug) for a, _ in found.values()}
    assert len(addresses) == 21_577

    for article, text in random.Random(1).sample(list(found.values()), 2_000):
        record = records[article.extra["import"]["id"]]
        tokens = parse(text).tokens
        if record["type"] == "UNPROC":
            assert [token.type for token in tokens] == ["fence"]
            assert tokens[0].content.strip("\n") == record["raw"].strip("\n")
        else:
            assert article.title == record["title"]
            inlines = [token for token in tokens if token.type == "inline"]
            children = [[c.content or " " for c in t.children or ()] for t in inlines]
            shown = [_plain("".join(parts)) for parts in children]
            assert shown == [_plain(p) for p in record["body"].split("\n\n") if p.strip()]
            assert {token.type for token in tokens} <= {
                "paragraph_open",
                "inline",
                "paragraph_close",
            }

    before = tree(archive)
    again = import_into(archive, "jsonl", CORPUS, mapping={"exchanges": ("exchanges",)})
    assert (again.taken, again.unchanged, again.skipped) == (0, 21_577, 1)
    assert tree(archive) == before
