"""All traces of an archive, or those of the commit that is about to be made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.basics.problems import Location, Problem, problem
from builder.history import open_repository
from builder.history.repository import Repository
from builder.identity.commits import commit_traces, pending_traces
from builder.identity.files import file_traces

if TYPE_CHECKING:
    from pathlib import Path


def find_traces(
    root: Path, allowed: tuple[str, ...], *, only_staged: bool = False
) -> tuple[Problem, ...]:
    """Return everything that can be read of those who edit the archive at `root`.

    `allowed` are names and addresses that may be there. `only_staged`: what the next commit would
    add, for a hook.

    Problems: identity-name, identity-zone, identity-file, identity-path, identity-media,
    identity-unknown.
    """
    names = frozenset(name.casefold() for name in allowed)
    repository = _repository(root)
    if repository is None:
        message = "there is no git repository here, so only the files below content/ are looked at"
        hint = "install git, or look again in the repository that is published"
        found = [problem("identity-unknown", message, Location("."), hint)]
        found += file_traces(root, _files_below(root))
        return _sorted(found)
    if only_staged:
        found = list(pending_traces(repository, names))
        paths = _listed(repository, "diff", "--cached", "--name-only", "--diff-filter=d")
    else:
        found = list(commit_traces(repository, names))
        paths = _listed(repository, "ls-files")
    found += file_traces(root, paths)
    return _sorted(found)


def _repository(root: Path) -> Repository | None:
    found = open_repository(root)
    if found is not None:
        return found
    # Before the first commit there is a repository all the same, and a hook runs in it.
    import shutil  # noqa: PLC0415

    program = shutil.which("git")
    if program is None:
        return None
    fresh = Repository(root, program)
    return fresh if fresh.ask("rev-parse", "--git-dir").returncode == 0 else None


def _listed(repository: Repository, *command: str) -> list[str]:
    told = repository.ask(
        command[0], "-z", *command[1:], "--relative" if command[0] == "diff" else "--"
    )
    return [path for path in told.stdout.decode(errors="surrogateescape").split("\0") if path]


def _files_below(root: Path) -> list[str]:
    return [
        path.relative_to(root).as_posix()
        for path in (root / "content").rglob("*")
        if path.is_file() or path.is_symlink()
    ]


def _sorted(found: list[Problem]) -> tuple[Problem, ...]:
    return tuple(sorted(set(found), key=lambda one: one.sort_key))
