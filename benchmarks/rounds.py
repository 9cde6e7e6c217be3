"""The steps of the benchmark: contestants take turns, so that a slow spell hits all of them.

A run is a dictionary of numbers as `timer.py` prints them; a step's result is a list of runs for
each contestant, the n-th of one beside the n-th of the other. Before each run the disk is let
settle (`sync`), so that nobody pays for what another one wrote.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.contestants import (
    OURS,
    PYTHON,
    RIVAL,
    WALK,
    Ours,
    pagefind_command,
    python_command,
    walk_command,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from benchmarks.contestants import Contestant
    from benchmarks.stories import Row

Run = dict[str, Any]
Step = dict[str, list[Run]]

TIMER: Final = Path(__file__).parent / "timer.py"
PARTS: Final = ("start", "cold", "none", "warm", "memory", "search")
SAMPLE_S: Final = 0.05

_MARK: Final = re.compile(r"\nCorrection number \d+ [^\n]*\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How often and how long."""

    folder: Path
    """Where the sites are built."""
    parts: tuple[str, ...] = PARTS
    runs: int = 5
    start_runs: int = 30
    memory_runs: int = 2
    search_runs: int = 3
    budget_s: float = 300.0
    """A step is not run again for a contestant that used so much of it."""
    limit_s: float = 1800.0
    """One run is killed after so long."""
    search_up_to: int = 20_000
    """Larger archives are not indexed."""


class FailedError(Exception):
    """A contestant did not do what it should."""


def measure(
    command: list[str],
    *,
    folder: Path,
    log: Path,
    limit_s: float,
    sample_s: float = 0.0,
    env: Mapping[str, str] | None = None,
) -> Run:
    """Run a command through the timer.

    Raises:
        FailedError: it did not end well; the message holds the end of what it printed.
    """
    # What was set for the Python that runs this would change the one that is measured.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    timer = [sys.executable, "-I", "-S", str(TIMER), str(limit_s), str(sample_s)]
    with log.open("wb") as printed:
        done = subprocess.run(
            [*timer, *command],
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=printed,
            env={**clean, **(env or {})},
            check=False,
        )
    tail = log.read_text(encoding="utf-8", errors="replace")[-1500:]
    if done.returncode != 0:
        raise FailedError(f"the timer could not run {command[0]}: {tail}")
    run: Run = json.loads(done.stdout)
    if run["code"] != 0:
        raise FailedError(f"exit {run['code']} after {run['wall_s']:.0f} s\n{tail}")
    if sample_s:
        # A process that shares with nobody was measured by the kernel without a gap; take that
        # where the samples missed the peak.
        run["together_mib"] = max(run["sampled_mib"], run["largest_mib"])
    return run


def start_step(ours: Ours, options: Options) -> Step:
    """Return the runs of `backfile --help` beside a bare Python."""
    commands = {PYTHON: python_command(), OURS: ours.help()}
    step: Step = {name: [] for name in commands}
    for number in range(options.start_runs + 1):
        for name, command in commands.items():
            log = options.folder / f"{name}.log"
            run = measure(command, folder=options.folder, log=log, limit_s=options.limit_s)
            if number:  # the first one compiles
                step[name].append(run)
    return step


class Size:
    """All steps at one number of articles."""

    def __init__(
        self, rows: list[Row], contestants: Iterable[Contestant], options: Options
    ) -> None:
        """Take what is built, and by whom."""
        self._rows = rows
        self._all = {contestant.name: contestant for contestant in contestants}
        self._options = options
        self._base = options.folder / str(len(rows))
        self._edited: dict[str, Path] = {}
        self._edits = 0
        self._asides = 0
        self._failed: set[str] = set()
        self.results: dict[str, Any] = {"failed": {}}

    def run(self) -> dict[str, Any]:
        """Return the results by step: runs by contestant, sizes of the output, failures."""
        try:
            self._prepare()
            self._steps()
        finally:
            shutil.rmtree(self._base, ignore_errors=True)
        return self.results

    def _prepare(self) -> None:
        shutil.rmtree(self._base, ignore_errors=True)
        for name, contestant in self._all.items():
            say(len(self._rows), "write", name)
            self._site(name).mkdir(parents=True)
            paths = contestant.prepare(self._rows, self._site(name))
            self._edited[name] = paths[len(paths) // 2]

    def _steps(self) -> None:
        parts = self._options.parts
        main = [name for name in (OURS, RIVAL) if name in self._all]
        walk = [WALK] if OURS in self._all else []
        if "memory" in parts:
            runs = self._options.memory_runs
            self._rounds("memory", main, self._cold, runs, sample=True)
            self._rounds("memory-warm", main, self._warm, runs, sample=True)
        if "cold" in parts:
            self._rounds("cold", self._all, self._cold, self._options.runs)
        elif {"none", "warm"} & set(parts) and "memory" not in parts:
            self._rounds("first", main, self._cold, 1)  # there has to be a site to build anew
        self.results["output"] = {
            name: weigh(self._site(name) / contestant.out)
            for name, contestant in self._all.items()
            if name not in self._failed and (self._site(name) / contestant.out).is_dir()
        }
        if "none" in parts:
            self._rounds("none", main, self._none, self._options.runs)
        if "warm" in parts:
            self._rounds("warm", [*main, *walk], self._warm, self._options.runs)
        if "search" in parts and len(self._rows) <= self._options.search_up_to:
            self._rounds("search-cold", main, self._search_cold, 1)
            self._rounds("search-warm", main, self._search_warm, self._options.search_runs)
            if "memory" in parts:
                self._rounds("search-memory", main, self._search_cold, 1, sample=True)
        self.results.pop("first", None)

    def _rounds(
        self,
        step: str,
        names: Iterable[str],
        action: Callable[[str, float], Run],
        runs: int,
        *,
        sample: bool = False,
    ) -> None:
        result: Step = {name: [] for name in names}
        used = dict.fromkeys(result, 0.0)
        for _ in range(runs):
            for name, done in result.items():
                if name in self._failed or used[name] > self._options.budget_s:
                    continue
                try:
                    run = action(name, SAMPLE_S if sample else 0.0)
                except FailedError as error:
                    self._failed.add(name)
                    self.results["failed"][name] = f"{step}: {str(error).splitlines()[0]}"
                    say(len(self._rows), step, name, f"FAILED: {error}")
                    continue
                used[name] += run["wall_s"]
                done.append(run)
                memory = f"  {run['together_mib']:6.0f} MiB" if sample else ""
                words = f"wall {run['wall_s']:8.3f}  cpu {run['cpu_s']:8.3f}{memory}"
                say(len(self._rows), step, name, words)
        self.results[step] = {name: done for name, done in result.items() if done}

    # -- one run of each step ------------------------------------------------------------------

    def _cold(self, name: str, sample_s: float) -> Run:
        self._clean(name)
        run = self._measure(name, self._all[name].build(self._site(name)), sample_s)
        self._must_be_whole(name)
        return run

    def _none(self, name: str, sample_s: float) -> Run:
        return self._measure(name, self._rebuild(name), sample_s)

    def _warm(self, name: str, sample_s: float) -> Run:
        if name == WALK:
            return self._measure(OURS, walk_command(self._site(OURS) / "content"), sample_s)
        mark = self._edit(name)
        run = self._measure(name, self._rebuild(name), sample_s)
        self._must_show(name, mark)
        return run

    def _search_cold(self, name: str, sample_s: float) -> Run:
        contestant = self._all[name]
        if isinstance(contestant, Ours):
            self._clean(name)
            command = contestant.build_with_search(self._site(name))
            run = self._measure(name, command, sample_s)
            self._must_be_whole(name)
            return run
        return together(self._cold(name, sample_s), self._pagefind(name, sample_s))

    def _search_warm(self, name: str, sample_s: float) -> Run:
        contestant = self._all[name]
        if not isinstance(contestant, Ours):
            return together(self._warm(name, sample_s), self._pagefind(name, sample_s))
        bundle = self._site(name) / contestant.out / "pagefind"
        before = {path.name for path in bundle.rglob("*")}
        mark = self._edit(name)
        run = self._measure(name, contestant.build_with_search(self._site(name)), sample_s)
        self._must_show(name, mark)
        # Files of a bundle are named by what they hold.
        if before == {path.name for path in bundle.rglob("*")}:
            raise FailedError("the search index does not have the edit")
        return run

    def _pagefind(self, name: str, sample_s: float) -> Run:
        out = self._site(name) / self._all[name].out
        shutil.rmtree(out / "pagefind", ignore_errors=True)
        return self._measure(name, pagefind_command(out), sample_s)

    # -- their parts ---------------------------------------------------------------------------

    def _site(self, name: str) -> Path:
        return self._base / name

    def _rebuild(self, name: str) -> list[str]:
        return self._all[name].rebuild(self._site(name), self._edited[name])

    def _measure(self, name: str, command: list[str], sample_s: float) -> Run:
        os.sync()
        return measure(
            command,
            folder=self._site(name),
            log=self._base / f"{name}.log",
            limit_s=self._options.limit_s,
            sample_s=sample_s,
            env=self._all[name].env(),
        )

    def _clean(self, name: str) -> None:
        for path in self._all[name].clean:
            target = self._site(name) / path
            if target.exists():
                # Moved away, and removed when all is measured: ext4 searches long for a free inode
                # among those that were freed a short while ago.
                self._asides += 1
                aside = self._base / "aside"
                aside.mkdir(exist_ok=True)
                target.rename(aside / str(self._asides))

    def _edit(self, name: str) -> str:
        """Add a sentence to the middle article, in place of the last one; return it."""
        self._edits += 1
        mark = f"Correction number {self._edits} was added on this run."
        path = self._edited[name]
        text = _MARK.sub("", path.read_text(encoding="utf-8"))
        path.write_text(f"{text}\n{mark}\n", encoding="utf-8")
        return mark

    def _must_be_whole(self, name: str) -> None:
        """See that there is a page for each article: some generators skip what they cannot read."""
        found = self._all[name].count(self._site(name))
        if found != len(self._rows):
            raise FailedError(f"pages of articles: {found} of {len(self._rows)}")

    def _must_show(self, name: str, mark: str) -> None:
        page = self._all[name].page(self._site(name), self._edited[name])
        if mark not in page.read_text(encoding="utf-8"):
            raise FailedError("the page does not show the edit")


def warm_up(contestants: Iterable[Contestant], rows: list[Row], options: Options) -> dict[str, str]:
    """Build a handful of articles, so that no first run is the one that compiles or loads.

    Returns who could not, and why.
    """
    few = replace(options, parts=("cold",), runs=1, folder=options.folder / "warm-up")
    failed: dict[str, str] = Size(rows, contestants, few).run()["failed"]
    shutil.rmtree(few.folder, ignore_errors=True)
    return failed


def together(first: Run, second: Run) -> Run:
    """Return two commands as one run, one after the other."""
    summed = {"wall_s", "user_s", "system_s", "cpu_s", "samples", "code"}
    both = {
        key: value + second[key] if key in summed else max(value, second[key])
        for key, value in first.items()
        if key != "beside_mib"
    }
    beside, rest = first["beside_mib"], second["beside_mib"]
    names = beside.keys() | rest.keys()
    return both | {
        "beside_mib": {name: max(beside.get(name, 0), rest.get(name, 0)) for name in names}
    }


def weigh(folder: Path) -> dict[str, int]:
    """Return how many files a folder holds, and their size."""
    sizes = [path.stat().st_size for path in folder.rglob("*") if path.is_file()]
    return {"files": len(sizes), "bytes": sum(sizes)}


def say(size: int, step: str, name: str, words: str = "") -> None:
    """Tell how far it is; the results are elsewhere."""
    print(f"{size:>7} {step:<13} {name:<8} {words}", file=sys.stderr, flush=True)
