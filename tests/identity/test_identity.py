"""Nothing of those who edit goes unseen: commits, files, pictures; and a hook that stops it."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from builder.identity import find_traces
from tests.archives import brief, run_backfile, write_archive
from tests.history.repositories import begin, commit, git
from tests.scrub.test_clean import files

if TYPE_CHECKING:
    from builder.basics.problems import Problem

SETTINGS = "title: A past\n"
ALLOWED = ("Anna Secret", "anna@secret.example")
HOME = "/" + "home/anna"
UTC = "2025-05-08T09:00:00+00:00"


@pytest.fixture
def root(tmp_path: Path) -> Path:
    return begin(tmp_path / "archive")


def told(problems: tuple[Problem, ...], code: str) -> str:
    return "\n".join(found.message for found in problems if found.code == code)


def test_commits_tell_of_people_and_zones(root: Path) -> None:
    commit(root, UTC, "one", {"content/archive.yaml": SETTINGS})
    first = commit(root, "2025-05-08T09:00:00+03:00", "two\n\nReviewed-by: B. <b@x.example>", {})
    git(root, "tag", "--annotate", "--message", "tag", "v1", at="2025-05-08T09:00:00-07:00")
    git(root, "switch", "--quiet", "--create", "side")
    commit(root, "2025-05-08T09:00:00+05:30", "on a branch", {})
    git(root, "switch", "--quiet", "main")
    found = find_traces(root, ())
    assert "Anna Secret and anna@secret.example can be read in 7 lines" in told(
        found, "identity-name"
    )
    assert "B. and b@x.example can be read in 1 line of the history" in told(found, "identity-name")
    zones = told(found, "identity-zone")
    assert (
        f"the time zone +03:00 can be read in 2 lines of the history, first in {first[:10]}"
        in zones
    )
    assert "+05:30" in zones
    assert "-07:00 can be read in 1 line of the history, first in the tag v1" in zones
    names = {"b.", "b@x.example", *map(str.casefold, ALLOWED)}
    assert told(find_traces(root, tuple(names)), "identity-name") == ""


def test_files_tell_of_programs_folders_and_cameras(root: Path) -> None:
    suffix, picture = files()["jpeg"]
    archive: dict[str, str | bytes] = {
        "content/archive.yaml": SETTINGS,
        f"content/media/a{suffix}": picture,
        "content/media/b.png": b"no picture",
        "content/articles/.DS_Store": "x",
        ".vscode/settings.json": "{}",
        "content/articles/a.md~": "x",
        "content/articles/a.md": f"---\ntitle: x\n---\nSee file://{HOME}/x.html and\n"
        f"C:\\Users\\anna\\x.doc, {HOME}/notes, not https://x.example{HOME}/ nor /home.\n",
        "drafts.txt": f"from {HOME.replace('home', 'Users')}/Desktop",
        ".gitignore": "ignored.md~\n",
        "ignored.md~": "x",
    }
    write_archive(root, archive)
    (root / "content/link").symlink_to(HOME)
    commit(root, UTC, "one", {})
    assert brief(find_traces(root, ALLOWED)) == [
        ".vscode/settings.json: error[identity-file]",
        "content/articles/.DS_Store: error[identity-file]",
        "content/articles/a.md:4:5: error[identity-path]",
        "content/articles/a.md:5:1: error[identity-path]",
        "content/articles/a.md:5:22: error[identity-path]",
        "content/articles/a.md~: error[identity-file]",
        "content/link: error[identity-path]",
        "content/media/a.jpg: error[identity-media]",
        "content/media/b.png: warning[identity-unknown]",
        "drafts.txt:1:6: error[identity-path]",
    ]
    stripped = run_backfile("-C", root, "strip")
    assert stripped.returncode == 1, "b.png is none"
    assert "content/media/a.jpg: XMP, EXIF with the place" in stripped.stdout
    assert "content/media/b.png: left as it is" in stripped.stderr
    codes = {found.code for found in find_traces(root, ALLOWED)}
    assert "identity-media" not in codes
    assert run_backfile("-C", root, "strip", "content/media/a.jpg").returncode == 0
    assert run_backfile("-C", root, "strip", "content/archive.yaml").returncode == 2


def test_hook_stops_a_commit_that_tells(tmp_path: Path) -> None:
    root = tmp_path / "archive"
    assert run_backfile("init", root, "--hook").returncode == 0
    begin(root)
    git(root, "config", "core.hooksPath", ".githooks")
    programs = tmp_path / "bin"
    programs.mkdir()
    (programs / "backfile").write_text(
        f'#!/bin/sh\nPYTHONPATH={Path(__file__).parents[2]} exec {sys.executable} -m builder "$@"\n'
    )
    (programs / "backfile").chmod(0o755)

    def try_commit(name: str, address: str, at: str) -> subprocess.CompletedProcess[str]:
        env = {
            "PATH": f"{programs}:{os.environ['PATH']}",
            "HOME": str(tmp_path),
            "GIT_AUTHOR_NAME": name,
            "GIT_AUTHOR_EMAIL": address,
            "GIT_AUTHOR_DATE": at,
            "GIT_COMMITTER_NAME": name,
            "GIT_COMMITTER_EMAIL": address,
            "GIT_COMMITTER_DATE": at,
        }
        git(root, "add", "--all")
        command = ["git", "-C", str(root), "commit", "--message", "x"]
        return subprocess.run(command, env=env, capture_output=True, text=True, check=False)

    stopped = try_commit("Anna Secret", "archive@invalid", UTC)
    assert stopped.returncode != 0
    assert "Anna Secret can be read in 2 lines of this commit" in stopped.stderr
    assert (
        "time zone +03:00"
        in try_commit("archive", "archive@invalid", "2025-05-08T09:00:00+03:00").stderr
    )
    suffix, picture = files()["webp"]
    (root / f"content/media/a{suffix}").write_bytes(picture)
    assert "content/media/a.webp" in try_commit("archive", "archive@invalid", UTC).stderr
    assert run_backfile("-C", root, "strip").returncode == 0
    passed = try_commit("archive", "archive@invalid", UTC)
    assert passed.returncode == 0, passed.stderr
    assert run_backfile("-C", root, "check", "--identity").returncode == 0


def test_without_a_repository_the_files_are_looked_at(tmp_path: Path) -> None:
    write_archive(tmp_path, {"content/articles/a.md~": "x", "content/archive.yaml": SETTINGS})
    done = run_backfile("-C", tmp_path, "check", "--identity", "--format", "json")
    assert done.returncode == 1
    assert '"identity-file"' in done.stdout
    assert '"identity-unknown"' in done.stdout
