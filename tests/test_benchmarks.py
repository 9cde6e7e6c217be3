"""The benchmark runs and tells what it measured; how fast it is found to be is no test."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.contestants import SMALL_TEMPLATES
from benchmarks.report import GOALS, measured, ratios, write_report
from benchmarks.rounds import FailedError, measure
from benchmarks.stories import made_up
from tests.archives import ROOT

if TYPE_CHECKING:
    from pathlib import Path

MIB = 2**20


def test_it_runs_without_peers_and_writes_its_page(tmp_path: Path) -> None:
    page = tmp_path / "benchmarks.md"
    done = subprocess.run(
        [
            *(sys.executable, "-m", "benchmarks"),
            *("--harness", "none", "--corpus", "none", "--work", str(tmp_path / "work")),
            *("--sizes", "40", "--runs", "1", "--memory-runs", "1", "--search-runs", "1"),
            *("--start-runs", "1", "--write", str(page)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "FAILED" not in done.stderr, done.stderr
    results = json.loads((tmp_path / "work" / "results.json").read_text("utf-8"))
    found = results["sizes"]["40"]
    for step in ("cold", "warm", "none", "memory", "memory-warm", "search-cold", "search-warm"):
        (run,) = found[step]["ours"]
        assert run["wall_s"] > 0
        assert run["cpu_s"] > 0
    (run,) = found["memory"]["ours"]
    assert 10 < run["together_mib"] < 1000
    small, ours = found["output"]["small"]["bytes"], found["output"]["ours"]["bytes"]
    assert small < 0.6 * ours
    assert found["failed"] == {}
    text = page.read_text("utf-8")
    assert "## Goals" in text
    assert "## 40 articles" in text
    assert "without hugo" in text
    assert str(tmp_path) not in text
    assert not (tmp_path / "work" / "sites").exists()


def test_memory_that_processes_share_is_counted_once(tmp_path: Path) -> None:
    code = f"""
import os, time
held = b"x" * {64 * MIB}
children = []
for _ in range(3):
    child = os.fork()
    if not child:
        own = b"y" * {16 * MIB}
        time.sleep(0.6)
        os._exit(0)
    children.append(child)
for child in children:
    os.waitpid(child, 0)
"""
    run = measure(
        [sys.executable, "-c", code],
        folder=tmp_path,
        log=tmp_path / "log",
        limit_s=60,
        sample_s=0.02,
    )
    assert 64 + 3 * 16 <= run["sampled_mib"] < 64 + 3 * 16 + 40
    assert run["largest_mib"] >= 64 + 16


def test_processor_time_of_orphans_is_counted(tmp_path: Path) -> None:
    code = """
import os, time
if not os.fork():
    while time.process_time() < 0.3:
        pass
"""
    run = measure([sys.executable, "-c", code], folder=tmp_path, log=tmp_path / "log", limit_s=60)
    assert run["cpu_s"] >= 0.3


def test_what_fails_says_so(tmp_path: Path) -> None:
    code = "import sys; sys.exit('no such article')"
    with pytest.raises(FailedError, match=r"exit 1 (.|\n)*no such article"):
        measure([sys.executable, "-c", code], folder=tmp_path, log=tmp_path / "log", limit_s=60)


def test_what_hangs_is_stopped(tmp_path: Path) -> None:
    code = "import time; time.sleep(60)"
    with pytest.raises(FailedError, match="exit -9"):
        measure([sys.executable, "-c", code], folder=tmp_path, log=tmp_path / "log", limit_s=0.3)


def test_made_up_articles_are_the_same_each_time() -> None:
    rows = made_up(50)
    assert rows == made_up(50)
    assert len({row["slug"] for row in rows}) == 50
    assert rows == sorted(rows, key=lambda row: row["when"])
    assert any(row["topics"] for row in rows)
    assert any(row["people"] for row in made_up(200))


def test_small_pages_are_there_for_every_family() -> None:
    """A template that fell back to the theme's would be no small page."""
    theme = {path.name for path in (ROOT / "templates").iterdir() if path.is_file()}
    theme.remove("parts.html")  # no page of a site
    assert {path.name for path in SMALL_TEMPLATES.iterdir() if path.is_file()} == theme


def test_ratios_are_taken_pair_by_pair() -> None:
    ours = [{"wall_s": 1.0}, {"wall_s": 4.0}, {"wall_s": 3.0}]
    theirs = [{"wall_s": 2.0}, {"wall_s": 4.0}]
    found = ratios(ours, theirs, "wall_s")
    assert found is not None
    assert (found.median, found.least, found.most, found.runs) == (0.75, 0.5, 1.0, 2)


def test_goals_are_judged_at_their_size() -> None:
    def results(size: str, ours: float, hugo: float) -> dict[str, Any]:
        step = {"ours": [{"wall_s": ours}], "hugo": [{"wall_s": hugo}]}
        return {size: {"cold": step, "output": {}, "failed": {}}}

    sizes = results("300", 9, 1) | results("19043", 2, 4) | results("100000", 9, 1)
    found, size = measured(GOALS[0], {"sizes": sizes})
    assert found is not None
    assert (found.median, size) == (0.5, 19043)


def test_a_page_without_results_says_not_measured() -> None:
    page = write_report({"sizes": {}})
    assert page.count("| not measured |") == len(GOALS)
