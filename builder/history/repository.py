"""Asks git what happened to content/. The one room that runs it.

The first parents of the current commit are the states in which the archive stood on its branch, one
after another; what a merge brought is one change. So the states before and after every change fit
together, and a renamed file goes on under its new name.

Nothing of a repository's own configuration runs: no pager, hook, text conversion or other program.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final, cast

from builder.history.trails import Commit, Entry

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_LOG: Final = (
    "log",
    "--first-parent",
    "--diff-merges=first-parent",
    "--reverse",
    "--raw",
    "-z",
    "--no-abbrev",
    "--find-renames=60%",
    "-l2000",
    "--no-ext-diff",
    "--no-textconv",
    "--no-show-signature",
    "--no-notes",
    "--relative",
    "--format=%x02%H%x1f%ct%x1f%an%x1f%s",
)
_NONE: Final = "0" * 40
_OURS: Final = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_COMMON_DIR")
"""Set in hooks, where they would name another repository than that of a submodule."""


class GitFailedError(Exception):
    """Git could not tell; the message is its own."""


class Repository:
    """The repository in which a folder stands."""

    def __init__(self, folder: Path, program: str) -> None:
        """Take a folder and the path of git."""
        self._folder = folder
        self._program = program

    def head(self) -> str | None:
        """Return the current commit; None before the first one."""
        done = self.ask("rev-parse", "--verify", "--quiet", "HEAD")
        return done.stdout.decode().strip() or None

    def is_shallow(self) -> bool:
        """Whether the repository begins in the middle of its history."""
        return self.ask("rev-parse", "--is-shallow-repository").stdout.strip() == b"true"

    def commit_of(self, revision: str) -> str:
        """Return the commit that a revision names.

        Raises:
            GitFailedError: there is none.
        """
        named = self.ask(
            "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"
        )
        commit = named.stdout.decode().strip()
        if commit:
            return commit
        shallow = "; the repository was cloned without its beginnings, and `git fetch --unshallow`"
        more = f"{shallow} gets them" if self.is_shallow() else ""
        raise GitFailedError(f"there is no such commit here{more}")

    def changed_since(self, revision: str) -> frozenset[str]:
        """Return every file below the folder that is another one than at a revision.

        Compared is the work tree, files that git does not know yet among it, with the commit at
        which the two lines of history parted, so that what others changed since does not count.

        Raises:
            GitFailedError: there is no such revision.
        """
        commit = self.commit_of(revision)
        parted = self.ask("merge-base", commit, "HEAD").stdout.decode().split()
        options = ("--name-only", "-z", "--relative", "--no-renames", "--no-ext-diff")
        changed = self.ask("diff", *options, "--no-textconv", (parted or [commit])[0], "--", ".")
        if changed.returncode:
            raise GitFailedError(changed.stderr.decode(errors="replace").strip())
        fresh = self.ask("ls-files", "-z", "--others", "--exclude-standard", "--", ".")
        names = (changed.stdout + fresh.stdout).decode(errors="surrogateescape").split("\0")
        return frozenset(name for name in names if name)

    def way_down(self) -> str:
        """Return the folder's path from the top of the repository, "" or with a slash behind it."""
        return self.ask("rev-parse", "--show-prefix").stdout.decode().rstrip("\n")

    def follows(self, commit: str, head: str) -> bool:
        """Whether `commit` is among the first parents of `head`."""
        if self.ask("merge-base", "--is-ancestor", commit, head).returncode:
            return False
        count = self.ask("rev-list", "--first-parent", "--count", f"{commit}..{head}")
        last = self.ask("rev-parse", "--verify", "--quiet", f"{head}~{int(count.stdout or 0)}")
        return last.stdout.decode().strip() == commit

    def commits(self, since: str | None, head: str) -> Iterator[Commit]:
        """Yield what happened below the folder, oldest first, after the commit `since`.

        Raises:
            GitFailedError: git could not tell.
        """
        span = head if since is None else f"{since}..{head}"
        command = self.command(*_LOG, span, "--", ".")
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as process:
            assert process.stdout is not None  # noqa: S101 - as asked for above
            yield from _parse(_tokens(process.stdout))
            _, said = process.communicate()
        if process.returncode:
            raise GitFailedError(said.decode(errors="replace").strip())

    def files(self, commit: str, folders: tuple[str, ...]) -> Iterator[tuple[str, bytes]]:
        """Yield path and content of every file that a commit held below these folders.

        Paths are from the repository's folder; a link is no file. Nothing is yielded where git has
        nothing to give.
        """
        command = self.command("archive", "--format=tar", commit)
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
        ) as process:
            stream = cast("IO[bytes]", process.stdout)
            with suppress(tarfile.ReadError), tarfile.open(fileobj=stream, mode="r|") as tar:
                for member in tar:
                    held = tar.extractfile(member) if member.isfile() else None
                    if held is not None and member.name.startswith(folders):
                        yield member.name, held.read()
            process.communicate()

    def blobs(self, ids: Iterable[str]) -> dict[str, bytes]:
        """Return the contents of these blobs; those that the repository lacks are left out."""
        wanted = sorted(set(ids))
        if not wanted:
            return {}
        asked = "".join(f"{name}\n" for name in wanted).encode()
        done = subprocess.run(
            self.command("cat-file", "--batch"),
            input=asked,
            capture_output=True,
            check=False,
            env=environment(),
        )
        found: dict[str, bytes] = {}
        told, at = done.stdout, 0
        for name in wanted:
            end = told.find(b"\n", at)
            if end < 0:
                break
            kind = told[at:end].split()
            at = end + 1
            if len(kind) == 3 and kind[1] == b"blob":
                size = int(kind[2])
                found[name] = told[at : at + size]
            if len(kind) == 3:
                at += int(kind[2]) + 1
        return found

    def ask(self, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        """Return what git answers, whatever it is."""
        return subprocess.run(
            self.command(*arguments), capture_output=True, check=False, env=environment()
        )

    def command(self, *arguments: str) -> list[str]:
        """Return the command that asks git, with nothing of the repository's own run by it."""
        # A partial clone must not fetch what it lacks: a build asks nothing of the network.
        return [
            self._program,
            "-C",
            os.fspath(self._folder),
            "--no-pager",
            "--no-replace-objects",
            "-c",
            "core.fsmonitor=false",
            "-c",
            "log.mailmap=false",
            *arguments,
        ]


def environment() -> dict[str, str]:
    """Return the environment in which git is asked."""
    rest = {name: value for name, value in os.environ.items() if name not in _OURS}
    return {
        **rest,
        "GIT_OPTIONAL_LOCKS": "0",
        "GIT_TERMINAL_PROMPT": "0",
        "GIT_NO_LAZY_FETCH": "1",
        "LC_ALL": "C",
    }


def open_repository(folder: Path) -> Repository | None:
    """Return the repository in which a folder stands; None without one, or without git."""
    program = shutil.which("git")
    if program is None or not folder.is_dir():
        return None
    found = Repository(folder, program)
    return found if found.head() is not None else None


def open_keeper(root: Path) -> tuple[Repository, str] | None:
    """Return the repository that keeps an archive's content, and what its paths there begin with.

    "" where that is the archive's own, `content/` where that folder is a repository by itself, as a
    submodule is. None without one, or without git.
    """
    inside = open_repository(root / "content")
    if inside is not None and not inside.way_down():
        return inside, "content/"
    found = open_repository(root)
    return None if found is None else (found, "")


def _tokens(stream: Iterable[bytes]) -> Iterator[str]:
    """Yield what stands between the NULs of a stream of lines."""
    rest = b""
    for line in stream:
        *whole, rest = (rest + line).split(b"\0")
        for token in whole:
            yield token.decode(errors="surrogateescape").lstrip("\n")
    if rest.strip():
        yield rest.decode(errors="surrogateescape").strip("\n")


def _parse(tokens: Iterator[str]) -> Iterator[Commit]:
    """Yield commits out of what `git log --raw -z` writes (git-diff(1), RAW OUTPUT FORMAT)."""
    head: list[str] | None = None
    entries: list[Entry] = []
    for token in tokens:
        if token.startswith("\x02"):
            if head is not None and entries:
                yield _commit(head, entries)
            head, entries = token[1:].split("\x1f", 3), []
        elif token.startswith(":"):
            _, _, before, after, status = token[1:].split(" ")
            path = next(tokens)
            old = path
            if status[0] in "RC":
                path = next(tokens)
                old = old if status[0] == "R" else path
                before = before if status[0] == "R" else _NONE
            entries.append(Entry(old, path, _id(before), _id(after)))
    if head is not None and entries:
        yield _commit(head, entries)


def _commit(head: list[str], entries: list[Entry]) -> Commit:
    name, seconds, author, subject = head
    return Commit(name, int(seconds), author, subject, tuple(entries))


def _id(name: str) -> str:
    return "" if not name.strip("0") else name
