"""The benchmark of search runs and tells what it measured; how fast that is is no test."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from benchmarks.search.texts import WORDS_OF_AN_ARTICLE, long_articles
from benchmarks.stories import made_up
from tests.archives import ROOT

if TYPE_CHECKING:
    from pathlib import Path


MADE_UP: Final = ("babe", "demukafu")
"""Words that few of the made-up articles have, and nearly all. Each takes seconds to ask for."""


def test_articles_are_long_and_their_vocabulary_grows() -> None:
    rows = made_up(300)
    articles = long_articles(rows, 400)
    assert len(articles) == 400
    assert all(len(row["body"].split()) >= WORDS_OF_AN_ARTICLE for row in articles)
    assert [row["when"] for row in articles] == sorted(row["when"] for row in articles)
    assert articles == long_articles(rows, 400), "always the same"
    words = [set(row["body"].split()) for row in articles]
    assert len(set().union(*words)) > 1.2 * len(set().union(*words[:60]))


@pytest.mark.browser
def test_it_runs_without_a_corpus_and_writes_its_page(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks-search.md"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks.search", "--size", "60", "--corpus", "none"),
            *(word for query in MADE_UP for word in ("--query", query)),
            *("--work", str(tmp_path / "work")),
            *("--write", str(page)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads((tmp_path / "work/search.json").read_text("utf-8"))["sizes"]["60"]
    for one in found["browser"]["times"]["queries"].values():
        assert one["found"] > 0
        assert one["warm"] > 0
        assert one["stock warm"] > 0
    for one in found["browser"]["first"].values():
        assert 5 < one["seen"]["requests"] <= one["whole"]["requests"]
        assert one["seen"]["bytes"] > 20_000
    for phone in found["browser"]["phone"].values():
        assert phone["queries"].keys() == set(MADE_UP)
        assert all(taken > 0 for both in phone["queries"].values() for taken in both)
    assert found["browser"]["phone"].keys() == {"from the web", "from a disk"}
    assert found["build"]["index"]["together_mib"] > 10
    text = page.read_text("utf-8")
    assert "## Goals" in text
    assert "## 60 articles" in text
    assert str(tmp_path) not in text
