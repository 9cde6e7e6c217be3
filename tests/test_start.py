"""The command begins to look at content/ before it is loaded, where that is plainly asked for."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING, Final

import pytest

from builder.start import root_of_build
from tests.archives import run_backfile, tree, write_archive

if TYPE_CHECKING:
    from pathlib import Path

LOADED: Final = """
    argparse bisect calendar collections contextlib copyreg datetime decimal enum errno fcntl
    fnmatch functools gc gettext hashlib importlib ipaddress itertools json keyword locale marshal
    math mmap msgspec ntpath numbers operator pathlib platform re reprlib sqlite3 struct textwrap
    types typing unicodedata urllib uuid warnings zlib
"""
"""What a build loads that finds one text changed. None of it is quick to load for nothing."""
LOADED_HERE: Final = """
    basics basics.codes basics.cores basics.dates basics.digests basics.halves basics.problems
    basics.sentences basics.urls build cli cli.arguments cli.build cli.exits cli.main
    cli.progress cli.surroundings cli.telling correction disk disk.ahead disk.exchange
    disk.listing disk.lock disk.memory disk.pack disk.packing disk.state disk.texts disk.theme
    disk.walk disk.write looking model model.content model.lean model.output model.pictures
    model.source other_text pages pages.filling pages.stored prose prose.characters
    prose.convert prose.plain prose.summary request showing start
"""
LOADED_WITH_PEOPLE: Final = """
    pages.terms pages.terms.passages pages.views pages.views.links pages.views.listing html
"""
"""The same where the text may name somebody."""
FIRST: Final = "basics basics.cores disk disk.ahead disk.walk start"
"""What is loaded before another process begins to look."""
TELL: Final = """
import os, sys
bare, end = set(sys.modules), os._exit
def say(code):
    print("\\nloaded", *sorted(sys.modules.keys() - bare), file=sys.stderr, flush=True)
    end(code)
os._exit = say
"""


@pytest.mark.parametrize(
    ("arguments", "root"),
    [
        ("build", "."),
        ("build --no-search --out x", "."),
        ("-C a build", "a"),
        ("-Ca --quiet build --drafts", "a"),
        ("--quiet -C a build", "a"),
        ("-C a --quiet -C b build", "b"),
        ("-C a build --jobs 1", None),
        ("build --help", None),
        ("-C", None),
        ("", None),
        ("check --format json", "."),
        ("-C a serve", None),
        ("--version build", None),
        ("-C a import text build", None),
    ],
)
def test_what_is_looked_at_first(arguments: str, root: str | None) -> None:
    assert root_of_build(arguments.split()) == root


def test_a_build_that_begins_early_is_the_same(tmp_path: Path) -> None:
    files = {
        "content/archive.yaml": "title: T\nbase_url: https://a.example/\n",
        "content/articles/story.md": "---\ntitle: A\ndate: 1987\n---\nText.\n",
    }
    sites = []
    for name, options in (("early", ()), ("late", ("--jobs", "1"))):
        root = write_archive(tmp_path / name, files)
        done = run_backfile("-C", root, "build", "--no-search", *options)
        assert done.returncode == 0, done.stderr
        sites.append(tree(root / "site"))
    assert sites[0] == sites[1]


def test_a_command_that_ends_before_the_look_does_leaves_nothing_behind(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "builder", "-C", str(tmp_path / "nowhere"), "build"],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("closed", [">&-", "2>&-", "<&- >&- 2>&-", ">/dev/full", "| true"])
def test_nobody_has_to_listen(closed: str, tmp_path: Path) -> None:
    """A closed terminal, a log on a full disk, a reader that has gone: the site is built."""
    warned = "---\ntitle: A\ndate: 1987\ntopics: [unknown]\n---\nText.\n"
    root = write_archive(tmp_path, {"content/articles/story.md": warned})
    command = f"{sys.executable} -m builder -C {root} build --no-search {closed}"
    done = subprocess.run(
        ["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False
    )
    assert "Traceback" not in done.stderr
    assert "bug" not in done.stderr
    assert run_backfile("-C", root, "verify").returncode == 0
    assert done.returncode == ("full" in closed)


@pytest.mark.parametrize("place", ["nowhere/report.json", "content", "/dev/full"])
def test_a_report_that_cannot_be_written_is_told_plainly(place: str, tmp_path: Path) -> None:
    story = "---\ntitle: A\ndate: 1987\n---\nText.\n"
    root = write_archive(tmp_path, {"content/articles/story.md": story})
    done = run_backfile("-C", root, "build", "--no-search", "--report", root / place)
    assert done.returncode == 2
    assert done.stderr.startswith("backfile: ")
    assert done.stderr.count("\n") == 1


def names(words: str) -> set[str]:
    return set(words.split())


def _loaded(code: str, *arguments: object) -> set[str]:
    """Return the modules that a Python loads, but for those that it loads in any case."""
    done = subprocess.run(
        [sys.executable, "-c", TELL + code, *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return set(done.stderr.rpartition("\nloaded ")[2].split())


def test_a_corrected_text_waits_for_few_modules(tmp_path: Path) -> None:
    path = "content/articles/story.md"
    story = "---\ntitle: A\ndate: 1987\npeople: [Ada Roe]\n---\nShe spoke.\n\nIt rained.\n"
    root = write_archive(tmp_path, {path: story})
    time.sleep(0.12)  # till then a file is read anew
    build = ("import builder.start; builder.start.run()", "-C", root, "build", "--no-search")
    assert "builder.whole" in _loaded(*build)
    (root / path).write_text(story.replace("rained", "snowed"), encoding="utf-8")
    loaded = _loaded(*build)
    assert "It snowed." in (root / "site/1987/story.html").read_text("utf-8")
    ours = {name.partition(".")[2] for name in loaded if name.startswith("builder.")}
    assert ours - names(LOADED_WITH_PEOPLE) <= names(LOADED_HERE)
    others = {name.partition(".")[0] for name in loaded if not name.startswith(("builder", "_"))}
    assert others - names(LOADED_WITH_PEOPLE) <= names(LOADED)


def test_another_process_looks_before_anything_is_loaded() -> None:
    loaded = _loaded("import re, builder.start, builder.disk.ahead; os._exit(0)")
    assert {name.partition(".")[2] for name in loaded if name.startswith("builder.")} == names(
        FIRST
    )
    assert loaded.isdisjoint({"contextlib", "pathlib", "typing", "json", "sqlite3", "argparse"})
