"""The house keeps its own rules: style, types, floors, declared dependencies, nothing of a machine.

What may import what stands in the two tables below; a change of the house is a change there.
"""

from __future__ import annotations

import ast
import os
import re
import subprocess
import sys
import tomllib
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.checkers import report
from tests.checkers.needs import ROOT, missing

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FLOORS: Final = (
    {"basics"},
    {"model"},
    {
        "reading",
        "prose",
        "archive",
        "pages",
        "history",
        "hosting",
        "images",
        "scrub",
        "rendering",
        "disk",
        "search",
        "workers",
    },
    {"request"},
    {"imaging", "intake", "other_text", "looking", "past", "indexing", "showing", "workflows"},
    {"whole", "correction"},
    {"build", "checking", "identity", "importers", "starter"},
    {"cms", "parts", "review", "serving"},
    {"cli"},
    {"start"},
    {"__main__"},
)
"""From the ground up. A room imports from lower floors; rooms of one floor know no other there."""

LIBRARIES: Final = {
    "anyascii": {"basics", "pages"},
    "rapidfuzz": {"basics"},
    "babel": {"model"},
    "mutagen": {"scrub"},
    "pypdf": {"scrub"},
    "yaml": {"reading", "rendering", "importers"},
    "markdown_it": {"prose"},
    "mdit_py_plugins": {"prose"},
    "PIL": {"images"},
    "msgspec": {
        "basics",
        "checking",
        "imaging",
        "model",
        "disk",
        "pages",
        "history",
        "past",
        "indexing",
        "whole",
        "serving",
    },
    "nh3": {"prose"},
    "rich": {"cli"},
    "markupsafe": {"pages", "prose", "rendering", "review"},
    "deflate": {"search"},
    "jinja2": {"rendering"},
    "starlette": {"serving"},
    "uvicorn": {"serving"},
    "watchfiles": {"serving"},
    "pagefind_bin": {"search"},
    "pagefind_bin_extended": {"search"},
}
"""Where each library may be imported."""

NOT_AT_START: Final = {
    "PIL",
    "anyascii",
    "babel",
    "deflate",
    "jinja2",
    "markdown_it",
    "msgspec",
    "mutagen",
    "nh3",
    "pagefind_bin",
    "pypdf",
    "pagefind_bin_extended",
    "rapidfuzz",
    "rich",
    "starlette",
    "uvicorn",
    "watchfiles",
    "yaml",
}
"""What `backfile --help` and a usage error must not wait for."""

MACHINE_PATHS: Final = re.compile(rb"(?<![\w.~\-])/(?:home/[a-z][\w.\-]*|Users/\w+|root|work)/")
REGISTRIES: Final = re.compile(
    rb"pypi\.org|pythonhosted\.org|npmjs\.(?:org|com)|deb\.debian\.org|yarnpkg\.com"
    rb"|crates\.io|proxy\.golang\.org|repo1?\.maven"
)


class Import(NamedTuple):
    """One module named by an import statement."""

    path: str
    line: int
    room: str
    """Whose statement it is."""
    names: tuple[str, ...]
    """Dotted parts of what is imported: ("builder", "basics", "dates")."""

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.room} imports {'.'.join(self.names)}"


@cache
def builder_imports() -> tuple[Import, ...]:
    """Return every import of builder/, those for types alone and those inside functions too."""
    return tuple(
        found for path in sorted((ROOT / "builder").rglob("*.py")) for found in _imports(path)
    )


def _imports(path: Path) -> Iterator[Import]:
    parts = path.relative_to(ROOT / "builder").with_suffix("").parts
    room = parts[0]
    name = path.relative_to(ROOT).as_posix()
    for node in ast.walk(ast.parse(path.read_bytes(), filename=name)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(name, node.lineno, room, tuple(alias.name.split(".")))
        elif isinstance(node, ast.ImportFrom):
            module = tuple((node.module or "").split("."))
            # `from builder import disk` names a room as surely as `from builder.disk import x`.
            for alias in node.names if module == ("builder",) else ():
                yield Import(name, node.lineno, room, (*module, alias.name))
            if module != ("builder",):
                yield Import(name, node.lineno, room, module)


def floor_of(room: str) -> int:
    return next((floor for floor, rooms in enumerate(FLOORS) if room in rooms), -1)


def run(*command: str, timeout_s: int = 600) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command,
        cwd=ROOT,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=timeout_s,
        check=False,
    )


def assert_passes(*command: str) -> None:
    done = run(sys.executable, "-m", *command)
    if done.returncode != 0:
        output = f"{done.stdout}{done.stderr}"
        pytest.fail(f"{' '.join(command)}\n{output[-20_000:]}", pytrace=False)


def test_ruff_has_nothing_to_say() -> None:
    assert_passes("ruff", "check", "--output-format", "concise")


def test_ruff_would_format_nothing_otherwise() -> None:
    assert_passes("ruff", "format", "--diff", "--quiet")


def test_mypy_has_nothing_to_say() -> None:
    assert_passes("mypy", "--no-error-summary")


def test_every_room_has_its_floor() -> None:
    rooms = {
        path.stem
        for path in (ROOT / "builder").iterdir()
        if path.suffix == ".py" or any(path.glob("*.py"))
    } - {"__init__"}
    assert rooms <= set().union(*FLOORS), "a room is missing from FLOORS"


def test_rooms_import_from_lower_floors_only() -> None:
    found = []
    for imported in builder_imports():
        if imported.names[0] != "builder" or len(imported.names) == 1:
            continue
        target = imported.names[1]
        if target.startswith("__version") or target == imported.room:
            continue
        if floor_of(target) < 0 or floor_of(target) >= floor_of(imported.room):
            found.append(str(imported))
    assert not found, report(found)


def test_libraries_are_imported_where_they_may_be() -> None:
    found = []
    for imported in builder_imports():
        top = imported.names[0]
        if top in sys.stdlib_module_names or top == "builder":
            continue
        if imported.room not in LIBRARIES.get(top, set()):
            found.append(str(imported))
    assert not found, report(found)


def test_basics_and_model_start_with_next_to_nothing() -> None:
    found = []
    for path in (*(ROOT / "builder/basics").glob("*.py"), *(ROOT / "builder/model").glob("*.py")):
        for node in ast.parse(path.read_bytes()).body:
            if isinstance(node, ast.Import | ast.ImportFrom):
                module = node.module if isinstance(node, ast.ImportFrom) else node.names[0].name
                top = (module or "").split(".")[0]
                # A class of msgspec is made in a fortieth of the time of a dataclass, a value in a
                # quarter; and values can be remembered.
                is_value = path.parent.name == "model" or path.name == "dates.py"
                allowed = {"builder", "msgspec"} if is_value else {"builder"}
                if top not in sys.stdlib_module_names and top not in allowed:
                    found.append(f"{path.name}:{node.lineno}: {top}")
    assert not found, report(found)


def test_the_command_starts_without_its_libraries() -> None:
    code = "import sys, builder.cli; print(*sys.modules, sep='\\n')"
    done = run(sys.executable, "-c", code)
    assert done.returncode == 0, done.stderr
    assert NOT_AT_START.isdisjoint(done.stdout.split())


@cache
def committed() -> tuple[Path, ...]:
    """Return every file that is in the repository or would be by `git add`."""
    # The folder may belong to someone else than who runs the tests; git then wants to be told.
    listing = run(
        *("git", "-c", "safe.directory=*", "ls-files", "-z"),
        *("--cached", "--others", "--exclude-standard"),
    )
    if listing.returncode != 0:
        missing("the git repository")
    return tuple(path for name in listing.stdout.split("\0") if (path := ROOT / name).is_file())


@pytest.mark.parametrize("pattern", [MACHINE_PATHS, REGISTRIES], ids=["paths", "registries"])
def test_no_file_tells_of_a_machine(pattern: re.Pattern[bytes]) -> None:
    found = []
    for path in committed():
        for number, line in enumerate(path.read_bytes().split(b"\n"), start=1):
            if match := pattern.search(line):
                found.append(f"{path.relative_to(ROOT)}:{number}: {match[0].decode()}")
    assert not found, report(found)


def test_the_patterns_for_machines_find_something() -> None:
    for path in ("/home" + "/jane/x", "see /ro" + "ot/x", "'/wo" + "rk/x'"):
        assert MACHINE_PATHS.search(path.encode()), path
    for path in ("https://x.example/work/a.html", "content/root/a", "/homework/", "./work/a"):
        assert not MACHINE_PATHS.search(path.encode()), path
    assert REGISTRIES.search(b"https://py" + b"pi.org/simple")


def test_every_dependency_says_what_it_is_for() -> None:
    text = (ROOT / "pyproject.toml").read_text("utf-8")
    found = []
    for requirement in _requirements():
        lines = [line for line in text.splitlines() if f'"{requirement}"' in line]
        if not any(re.search(r'",\s*#\s*\S', line) for line in lines):
            found.append(str(requirement))
    assert not found, report(found)


NOT_LOCKED: Final = frozenset({"cjk"})
"""Extras that nobody needs to build or test the repository, and that are large."""


def _requirements(*, without: frozenset[str] = frozenset()) -> list[str]:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    extras: dict[str, list[str]] = project["optional-dependencies"]
    names = [name for extra, found in extras.items() if extra not in without for name in found]
    return [*project["dependencies"], *names]


def test_the_lock_answers_pyproject() -> None:
    """Every dependency is pinned to a version that it allows, with the hashes of its files."""
    text = (ROOT / "requirements.lock").read_text("utf-8")
    pins = dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+) \\$", text, re.MULTILINE))
    starts = re.findall(r"^[a-z0-9].*\n {4}--hash=sha256:[0-9a-f]{64}", text, re.MULTILINE)
    assert len(starts) == len(pins) == len(re.findall(r"^[a-z0-9]", text, re.MULTILINE))
    locked = _requirements(without=NOT_LOCKED)
    for line in (*locked, "hatchling", "editables"):
        requirement = Requirement(line)
        version = pins.get(canonicalize_name(requirement.name))
        assert version is not None, f"make lock: {line} is not in requirements.lock"
        assert requirement.specifier.contains(version), f"make lock: {line} is locked to {version}"
    assert "://" not in text


@pytest.mark.parametrize("script", [".ci/run", "tests/tools/install.sh"])
def test_scripts_can_be_run(script: str) -> None:
    assert os.access(ROOT / script, os.X_OK)
    done = run("bash", "-n", script)
    assert done.returncode == 0, done.stderr


def test_make_lists_its_targets() -> None:
    done = run("make")
    assert done.returncode == 0, done.stderr
    for target in ("site", "test", "check", "lint", "format", "wheel", "lock", "clean"):
        assert f"make {target} " in done.stdout
