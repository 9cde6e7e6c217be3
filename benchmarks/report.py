"""Results -> docs/benchmarks.md: the goals with what was measured, then all numbers.

What stands in the page and is no number is here and in `introduction.md`, written by hand. Ratios
are taken pair by pair (the n-th run of one over the n-th of the other) and the median is told, with
the least and the most.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.contestants import OURS, PYTHON, RIVAL, SMALL, WALK

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from benchmarks.rounds import Run

INTRODUCTION: Final = Path(__file__).parent / "introduction.md"
LARGE: Final = 100_000
REFERENCE_UP_TO: Final = 20_000
"""The goals are judged at the largest number of articles up to here: the whole corpus."""

NAMES: Final = {OURS: "Backfile", SMALL: "Backfile, small pages", PYTHON: "Python", WALK: "a walk"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """Something to beat."""

    what: str
    said: str
    """The goal in words."""
    step: str
    key: str
    most: float
    """Of the ratio, or of the value itself where there is no other side."""
    ours: str = OURS
    theirs: str | None = RIVAL
    is_large: bool = False


GOALS: Final = (
    Goal(
        what="cold build, wall",
        said="at most 1.0 x Hugo's",
        step="cold",
        key="wall_s",
        most=1.0,
    ),
    Goal(
        what="cold build, CPU",
        said="at most 1.0 x Hugo's",
        step="cold",
        key="cpu_s",
        most=1.0,
    ),
    Goal(
        what="cold build, wall",
        said="at most 0.35 x Pelican's",
        step="cold",
        key="wall_s",
        most=0.35,
        theirs="pelican",
    ),
    Goal(
        what="cold build, CPU",
        said="at most 0.35 x Pelican's",
        step="cold",
        key="cpu_s",
        most=0.35,
        theirs="pelican",
    ),
    Goal(
        what="cold build of small pages like the peers', wall",
        said="at most 0.7 x Hugo's",
        step="cold",
        key="wall_s",
        most=0.7,
        ours=SMALL,
    ),
    Goal(
        what="one article edited, wall",
        said="at most 1/20 of Hugo's",
        step="warm",
        key="wall_s",
        most=1 / 20,
    ),
    Goal(
        what="one article edited, wall",
        said="under 2 x Python starting and looking at every file",
        step="warm",
        key="wall_s",
        most=2.0,
        theirs=WALK,
    ),
    Goal(
        what="one article edited, with search, wall",
        said="at most 1/15 of Hugo's and Pagefind's",
        step="search-warm",
        key="wall_s",
        most=1 / 15,
    ),
    Goal(
        what="nothing changed, wall",
        said="at most 1/30 of Hugo's",
        step="none",
        key="wall_s",
        most=1 / 30,
    ),
    Goal(
        what="`backfile --help`, wall",
        said="at most 5 x `python -c pass`",
        step="start",
        key="wall_s",
        most=5.0,
        theirs=PYTHON,
    ),
    Goal(
        what="cold build, memory of all processes",
        said="at most 1.0 x Hugo's",
        step="memory",
        key="together_mib",
        most=1.0,
    ),
    Goal(
        what="cold build, memory of all processes",
        said="under 2 GiB (2,048 MiB)",
        step="memory",
        key="together_mib",
        most=2048,
        theirs=None,
        is_large=True,
    ),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """What some runs gave."""

    median: float
    least: float
    most: float
    runs: int


def spread(values: Sequence[float]) -> Spread | None:
    """Return the middle and the ends of the values, if there are any."""
    if not values:
        return None
    return Spread(statistics.median(values), min(values), max(values), len(values))


def values(runs: Sequence[Run], key: str) -> Spread | None:
    """Return the spread of one number over some runs."""
    return spread([run[key] for run in runs])


def ratios(ours: Sequence[Run], theirs: Sequence[Run], key: str) -> Spread | None:
    """Return the spread of ours over theirs, pair by pair; a run without its other is left out."""
    return spread([a[key] / b[key] for a, b in zip(ours, theirs, strict=False)])


def measured(goal: Goal, results: dict[str, Any]) -> tuple[Spread | None, int | None]:
    """Return what a goal was measured as, and at how many articles."""
    if goal.step == "start":
        step, size = results.get("start", {}), None
    else:
        sizes = [int(size) for size, found in results["sizes"].items() if goal.step in found]
        if goal.is_large:
            sizes = [size for size in sizes if size >= LARGE]
        else:
            sizes = [size for size in sizes if size <= REFERENCE_UP_TO]
        if not sizes:
            return None, None
        size = max(sizes)
        step = results["sizes"][str(size)][goal.step]
    ours = step.get(goal.ours, [])
    if goal.theirs is None:
        return values(ours, goal.key), size
    return ratios(ours, step.get(goal.theirs, []), goal.key), size


def write_report(results: dict[str, Any]) -> str:
    """Return the page."""
    sizes = sorted(results["sizes"], key=int)
    parts = [
        INTRODUCTION.read_text(encoding="utf-8").strip(),
        "## Goals",
        "\n".join(_goals(results)),
    ]
    if "machine" in results:
        parts += ["## Measured on", "\n".join(_machine(results))]
    if "start" in results:
        parts += ["## Starting", "\n".join(_start(results["start"]))]
    if sizes:
        parts += ["## Growth", "\n".join(_growth(results, sizes))]
    for size in sizes:
        parts += [f"## {int(size):,} articles", "\n".join(_size(results["sizes"][size]))]
    return "\n\n".join(parts) + "\n"


def _goals(results: dict[str, Any]) -> Iterator[str]:
    yield "| | articles | goal | measured | least to most | pairs | met |"
    yield "|---|---:|---|---:|---:|---:|---|"
    for goal in GOALS:
        found, size = measured(goal, results)
        where = "" if size is None else f"{size:,}"
        if found is None:
            yield f"| {goal.what} | {where} | {goal.said} | not measured | | | |"
            continue
        is_met = found.median <= goal.most
        show = _mib if goal.theirs is None else _ratio
        ends = f"{show(found.least)} to {show(found.most)}"
        yield (
            f"| {goal.what} | {where} | {goal.said} | {show(found.median)} | {ends} "
            f"| {found.runs} | {'yes' if is_met else '**no**'} |"
        )


def _machine(results: dict[str, Any]) -> Iterator[str]:
    yield "| | |"
    yield "|---|---|"
    for name, value in results["machine"].items():
        yield f"| {name} | {value} |"
    yield f"| versions | {', '.join(results['versions'].values())} |"
    yield f"| articles | {results['corpus']} |"
    for name, reason in results.get("absent", {}).items():
        yield f"| without {name} | {reason} |"


def _start(step: dict[str, list[Run]]) -> Iterator[str]:
    yield "| | ms | least to most | runs |"
    yield "|---|---:|---:|---:|"
    for name, label in ((PYTHON, "`python -c pass`"), (OURS, "`backfile --help`")):
        found = values(step.get(name, []), "wall_s")
        if found is not None:
            ends = f"{found.least * 1000:.0f} to {found.most * 1000:.0f}"
            yield f"| {label} | {found.median * 1000:.0f} | {ends} | {found.runs} |"


def _growth(results: dict[str, Any], sizes: Sequence[str]) -> Iterator[str]:
    yield "Backfile alone, search off but for the last column. Medians."
    yield ""
    yield (
        "| articles | cold, s | CPU, s | articles a second | memory, MiB | one edited, s "
        "| memory, MiB | nothing changed, s | a walk, s | one edited, with search, s |"
    )
    yield "|---:|" + "---:|" * 9
    for size in sizes:
        found = results["sizes"][size]

        def ours(step: str, key: str, name: str = OURS, *, found: Any = found) -> Spread | None:  # noqa: ANN401
            return values(found.get(step, {}).get(name, []), key)

        cold = ours("cold", "wall_s")
        speed = "" if cold is None else f"{int(size) / cold.median:,.0f}"
        cells = (
            f"{int(size):,}",
            _seconds(cold),
            _seconds(ours("cold", "cpu_s")),
            speed,
            _median_mib(ours("memory", "together_mib")),
            _seconds(ours("warm", "wall_s")),
            _median_mib(ours("memory-warm", "together_mib")),
            _seconds(ours("none", "wall_s")),
            _seconds(ours("warm", "wall_s", WALK)),
            _seconds(ours("search-warm", "wall_s")),
        )
        yield f"| {' | '.join(cells)} |"


STEPS: Final = (
    ("cold", "wall_s", "cold"),
    ("cold", "cpu_s", "cold, CPU"),
    ("warm", "wall_s", "one article edited"),
    ("none", "wall_s", "nothing changed"),
    ("search-cold", "wall_s", "cold, with search"),
    ("search-warm", "wall_s", "one article edited, with search"),
    ("memory", "together_mib", "memory, cold"),
    ("memory-warm", "together_mib", "memory, one article edited"),
    ("search-memory", "together_mib", "memory, cold, with search"),
)


def _size(found: dict[str, Any]) -> Iterator[str]:
    names = [
        name
        for name in dict.fromkeys(name for step, *_ in STEPS for name in found.get(step, {}))
        if name != WALK
    ]
    yield f"| | {' | '.join(_label(name) for name in names)} |"
    yield "|---|" + "---:|" * len(names)
    for step, key, label in STEPS:
        runs = found.get(step)
        if not runs:
            continue
        show = _mib if key == "together_mib" else _s
        cells = []
        for name in names:
            value = values(runs.get(name, []), key)
            if value is None:
                cells.append("")
                continue
            ends = f" ({show(value.least)} to {show(value.most)})" if value.runs > 1 else ""
            ratio = ratios(runs[name], runs.get(OURS, []), key)
            times = "" if name == OURS or ratio is None else f", {ratio.median:.2f} x ours"
            cells.append(f"{show(value.median)}{ends}{times}")
        yield f"| {label}, {'MiB' if show is _mib else 's'} | {' | '.join(cells)} |"
    for key, label, scale, digits in (("files", "files", 1, 0), ("bytes", "MB", 1e6, 1)):
        weights = [found["output"].get(name, {}).get(key) for name in names]
        if any(weights):
            cells = ["" if n is None else f"{n / scale:,.{digits}f}" for n in weights]
            yield f"| {label} in the site | {' | '.join(cells)} |"
    if found.get("failed"):
        yield ""
        for name, reason in found["failed"].items():
            yield f"{_label(name)} failed and was not run again: {reason}."


def _label(name: str) -> str:
    return NAMES.get(name, name.capitalize())


def _ratio(value: float) -> str:
    if value < 0.1:
        return f"{value:.3f} (1/{1 / value:.0f})"
    return f"{value:.2f}"


def _s(value: float) -> str:
    return f"{value:.3f}" if value < 1 else f"{value:.2f}" if value < 10 else f"{value:.1f}"


def _mib(value: float) -> str:
    return f"{value:,.0f}"


def _seconds(found: Spread | None) -> str:
    return "" if found is None else _s(found.median)


def _median_mib(found: Spread | None) -> str:
    return "" if found is None else _mib(found.median)
