"""The command begins to look at content/ before it is loaded, where that is plainly asked for."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from builder.start import root_of_build
from tests.archives import run_backfile, tree, write_archive

if TYPE_CHECKING:
    from pathlib import Path


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
