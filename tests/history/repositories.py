"""Real git repositories for tests, with commits at moments of our choosing."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tests.archives import write_archive

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path


def git(folder: Path, *arguments: str, at: str = "2025-01-01T12:00:00+03:00") -> str:
    """Run git as somebody in Moscow would, with no settings of ours; return what it says."""
    env = {
        **{key: value for key, value in os.environ.items() if not key.startswith("GIT_")},
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_SYSTEM": os.devnull,
        "GIT_AUTHOR_NAME": "Anna Secret",
        "GIT_AUTHOR_EMAIL": "anna@secret.example",
        "GIT_AUTHOR_DATE": at,
        "GIT_COMMITTER_NAME": "Anna Secret",
        "GIT_COMMITTER_EMAIL": "anna@secret.example",
        "GIT_COMMITTER_DATE": at,
    }
    done = subprocess.run(
        ["git", "-C", str(folder), "-c", "protocol.file.allow=always", *arguments],
        env=env,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


def commit(root: Path, at: str, message: str, files: Mapping[str, str | None]) -> str:
    """Write files (None removes one), commit all, and return the commit's id."""
    for path in [path for path, text in files.items() if text is None]:
        (root / path).unlink()
    write_archive(root, {path: text for path, text in files.items() if text is not None})
    git(root, "add", "--all")
    git(root, "commit", "--quiet", "--allow-empty", "--message", message, at=at)
    return git(root, "rev-parse", "HEAD")


def begin(root: Path) -> Path:
    """Make an empty repository."""
    root.mkdir(parents=True, exist_ok=True)
    git(root, "init", "--quiet", "--initial-branch", "main")
    return root
