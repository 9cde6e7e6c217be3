"""Runs the Pagefind program over written pages and hands on nothing that is not whole.

It is run as a process, not through its own Python package: that one waits a tenth of a second for
each page, hangs for ever when the program dies, and hides its warnings. The program takes no
settings here but its arguments: the environment is ours and the working folder is empty, where it
would read a configuration file. Called by `builder.build`.
"""

from __future__ import annotations

import contextlib
import os
import platform
import re
import shutil
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, SearchError, problem
from builder.search.formats import ENTRY, DamagedError, read_entry
from builder.search.verify import BUNDLE, SCRIPTS, verify_bundle

if TYPE_CHECKING:
    from collections.abc import Mapping

_LEAST_TIMEOUT_S: Final = 120.0
_TIMEOUT_PER_PAGE_S: Final = 0.1
"""Pages of 400 words take 0.007 s each on two busy cores; a small board is ten times slower."""

_MOST_DAMAGE: Final = 20
"""Files of one bundle that are named before the rest are only counted."""

_ANSI: Final = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchReport:
    """What was indexed."""

    pages: Mapping[str, int]
    """By language tag, as the caller wrote it; languages without a page are left out."""
    files: int
    size_bytes: int
    seconds: float

    @property
    def is_built(self) -> bool:
        """Whether there is an index; without a page to search there is none, and no file."""
        return bool(self.pages)


def build_index(
    site: Path, bundle: Path, *, expected: Mapping[str, int], timeout_s: float | None = None
) -> SearchReport:
    """Index the pages of `site` that carry `data-pagefind-body` into `bundle`, and verify it.

    Args:
        site: Where the HTML stands. It is only read.
        bundle: An empty folder outside `site`; afterwards what goes to `pagefind/`. When this
            fails, what is in it is worth nothing.
        expected: How many such pages there are of each language tag.
        timeout_s: After so long the program is stopped. Without it two minutes, or a tenth of a
            second for each page where that is longer.

    Raises:
        SearchError: with problems `search-failed`: no program for this machine, it failed or
            hung, or what it wrote is not whole.
        ValueError: `bundle` is not an empty folder outside `site`.
    """
    site, bundle = site.resolve(), bundle.resolve()
    if not bundle.is_dir() or any(bundle.iterdir()) or bundle.is_relative_to(site):
        raise ValueError(f"{bundle} must be an empty folder outside {site}")
    started = time.monotonic()
    pages = {tag: count for tag, count in sorted(expected.items()) if count}
    if not pages:
        return SearchReport(pages={}, files=0, size_bytes=0, seconds=0.0)
    if timeout_s is None:
        timeout_s = max(_LEAST_TIMEOUT_S, _TIMEOUT_PER_PAGE_S * sum(pages.values()))
    _run(find_executable(), site, bundle, timeout_s)
    _drop_unused(bundle)
    if damage := verify_bundle(bundle, pages):
        if len(damage) > _MOST_DAMAGE:
            rest = f"{len(damage) - _MOST_DAMAGE} more files of the index are damaged"
            damage = (*damage[:_MOST_DAMAGE], problem("search-failed", rest, Location(BUNDLE)))
        raise SearchError(damage)
    files = [path for path in bundle.rglob("*") if path.is_file()]
    return SearchReport(
        pages=pages,
        files=len(files),
        size_bytes=sum(path.stat().st_size for path in files),
        seconds=time.monotonic() - started,
    )


def find_executable() -> Path:
    """Return the Pagefind program that the package pagefind-bin brought.

    Raises:
        SearchError: the package, or the program in it, is absent on this machine.
    """
    try:
        import pagefind_bin  # type: ignore[import-untyped] # noqa: PLC0415

        return Path(pagefind_bin.get_executable()).absolute()
    except (ImportError, FileNotFoundError) as error:
        machine = f"{platform.system()} on {platform.machine()}"
        raise _failed(
            f"the program Pagefind, which makes the search index, is not installed ({machine})",
            "install it with `pip install --force-reinstall pagefind-bin`; where no version for "
            "this machine exists, `backfile build --no-search` builds everything else",
        ) from error


def _run(executable: Path, site: Path, bundle: Path, timeout_s: float) -> None:
    """Run Pagefind to its end; whatever happens, no process of it is left behind."""
    command = [
        str(executable),
        *("--site", str(site)),
        *("--output-path", str(bundle)),
        "--silent",  # errors only, so that its last words are the ones that matter
        "--keep-index-url",  # links of this site name files, so that they work from a disk
    ]
    try:
        process = subprocess.Popen(
            command,
            cwd=bundle,
            env=_environment(),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
    except OSError as error:
        raise _failed(
            f"the program Pagefind cannot be started: {(error.strerror or str(error)).lower()}",
            f"see whether {executable.name} in the package pagefind-bin may be executed and is "
            "for this machine; `pip install --force-reinstall pagefind-bin` puts it back",
        ) from error
    try:
        stdout, stderr = process.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired as error:
        stdout, stderr = _kill(process)
        raise _failed(
            f"Pagefind was not done after {timeout_s:g} seconds and was stopped"
            f"{_quote(stdout, stderr)}",
            "a full disk makes it wait for ever; see how much room is left",
        ) from error
    except BaseException:
        # Being a group of its own, it does not hear the Ctrl-C that stops us.
        _kill(process)
        raise
    if process.returncode < 0:
        name = signal.Signals(-process.returncode).name
        raise _failed(
            f"Pagefind was stopped from outside ({name}){_quote(stdout, stderr)}",
            "often there was too little memory: it takes 175 KiB for each article of 400 words",
        )
    if process.returncode != 0:
        raise _failed(
            f"Pagefind failed with exit code {process.returncode}{_quote(stdout, stderr)}",
            "see whether the disk is full; the last good index stays as it was",
        )


def _environment() -> dict[str, str]:
    """Return all that Pagefind is told of its surroundings: PAGEFIND_* variables would steer it."""
    kept = {name: os.environ[name] for name in ("SYSTEMROOT",) if name in os.environ}
    return {"LC_ALL": "C.UTF-8", "PATH": os.defpath, **kept}


def _kill(process: subprocess.Popen[bytes]) -> tuple[bytes, bytes]:
    """End the program and all that it started; return what it had said on both channels."""
    if os.name == "posix":
        with contextlib.suppress(ProcessLookupError):  # it may have ended by itself just now
            os.killpg(process.pid, signal.SIGKILL)
    else:
        process.kill()
    return process.communicate()


def _drop_unused(bundle: Path) -> None:
    """Remove Pagefind's own interfaces, its highlighter and engines that no index asks for."""
    try:
        entry = read_entry((bundle / ENTRY).read_bytes())
    except (OSError, DamagedError):
        return  # verify_bundle will say so
    used = {*SCRIPTS, *(one.wasm_name for one in entry.languages)}
    for path in sorted(bundle.iterdir()):
        if path.name == "playground" and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        elif path.name not in used and (
            path.match("pagefind-*.js") or path.match("pagefind-*.css") or path.match("wasm.*")
        ):
            path.unlink()


def _failed(message: str, hint: str) -> SearchError:
    return SearchError((problem("search-failed", message, Location(BUNDLE), hint),))


def _quote(stdout: bytes, stderr: bytes) -> str:
    """Return the program's last words, to be put behind a sentence; "" where it said nothing."""
    for output in (stderr, stdout):
        text = _ANSI.sub("", output.decode(errors="replace"))
        lines = [" ".join(line.split()) for line in text.splitlines()]
        lines = [line for line in lines if line and not line.startswith("note: run with")]
        # It says some things once for each of its threads.
        said = " / ".join(list(dict.fromkeys(lines))[-3:])
        said = "".join(letter for letter in said if letter.isprintable())
        if said:
            return f'; its last words: "{said[-400:]}"'
    return ""
