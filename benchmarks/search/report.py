"""Results -> docs/benchmarks-search.md: the goals with what was measured, then all numbers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

INTRODUCTION: Final = Path(__file__).parent / "introduction.md"
LARGE: Final = 100_000
MIDDLING: Final = 20_000
KB: Final = 1_000

WARM_MS: Final = 150
WARM_TIMES: Final = 20
BLOCKED_MS: Final = 50
FIRST_KB: Final = 600
FIRST_REQUESTS: Final = 30
SEE_KB: Final = 300
EDIT_SHARE: Final = 20
MEMORY_MIB: Final = 2_048

STEPS: Final = {
    "pages": "everything but the index, cold",
    "index": "the index, cold",
    "none": "nothing changed",
    "newest": "the newest article edited",
    "middle": "an article in the middle edited",
    "oldest": "the oldest article edited",
}


def write_report(results: dict[str, Any]) -> str:
    """Return the page."""
    lines = [INTRODUCTION.read_text(encoding="utf-8").rstrip(), ""]
    lines += ["## Goals", "", "| | articles | goal | measured | met |", "|---|---:|---|---:|---|"]
    sizes = {int(size): found for size, found in sorted(results["sizes"].items(), key=_number)}
    for size, found in sizes.items():
        for what, goal, measured, is_met in _goals(size, found):
            met = "" if is_met is None else "yes" if is_met else "**no**"
            lines.append(f"| {what} | {size:,} | {goal} | {measured} | {met} |")
    lines += ["", "## Measured on", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in results["machine"].items()]
    versions = ", ".join(f"{name} {number}" for name, number in results["versions"].items())
    lines += [f"| versions | {versions} |", f"| stories | {results['corpus']} |"]
    for size, found in sizes.items():
        lines += ["", f"## {size:,} articles", "", *_numbers(found)]
    return "\n".join(lines) + "\n"


def _number(item: tuple[str, Any]) -> int:
    return int(item[0])


def _goals(size: int, found: dict[str, Any]) -> Iterator[tuple[str, str, str, bool | None]]:
    build, browser = found["build"], found["browser"]
    rare = next(iter(browser["first"]))
    for name, first in browser["first"].items():
        whole = first["whole"]
        what = f"page opened, `{name}` typed, the search complete"
        if size <= MIDDLING:
            if name != rare:
                continue
            kb = whole["bytes"] / KB
            yield f"{what}: sent", f"under {SEE_KB} kB", f"{kb:.0f} kB", kb < SEE_KB
            continue
        kb, requests = whole["bytes"] / KB, whole["requests"]
        is_met = kb < FIRST_KB and requests < FIRST_REQUESTS
        goal = f"under {FIRST_KB} kB and {FIRST_REQUESTS} requests"
        yield f"{what}: sent", goal, f"{kb:.0f} kB in {requests}", is_met
    for name, one in browser["times"]["queries"].items() if size > MIDDLING else ():
        label = f"`{name}`"
        yield (f"{label}, warm", f"at most {WARM_MS} ms", _ms(one["warm"]), one["warm"] <= WARM_MS)
        times = one["stock warm"] / one["warm"]
        yield (
            f"{label}, warm",
            f"{WARM_TIMES} times as fast as Pagefind's runtime",
            f"{'over ' * (one['stock found'] is None)}{times:.0f} times",
            times >= WARM_TIMES,
        )
    blocked = browser["blocked"]
    yield (
        "the page's own thread blocked while all queries are typed",
        f"never over {BLOCKED_MS} ms",
        _ms(blocked["task"]) if blocked["long tasks"] else "never",
        blocked["long tasks"] == 0,
    )
    cold = build["index"]["cpu_s"] - build["none"]["cpu_s"]
    for name in ("newest", "middle", "oldest") if size > MIDDLING else ():
        edit = max(0.001, build[name]["cpu_s"] - build["none"]["cpu_s"])
        yield (
            f"{STEPS[name]}, CPU over a build without a change",
            f"at most 1/{EDIT_SHARE} of the index's, cold",
            f"1/{cold / edit:.0f}",
            edit <= cold / EDIT_SHARE,
        )
    # The same build makes the pages anew, with as many processes as there are cores.
    memory = build["index"].get("beside_mib", {}).get("pagefind", build["index"]["together_mib"])
    yield (
        "memory of all processes while the index is made",
        "under 2 GiB (2,048 MiB)",
        f"{memory:,.0f} MiB",
        memory < MEMORY_MIB,
    )


def _numbers(found: dict[str, Any]) -> Iterator[str]:
    build, browser, bundle = found["build"], found["browser"], found["bundle"]
    form = "as scripts" if bundle["scripts"] else "as plain files"
    counts = f"{bundle['shards']} shards, most of them in {bundle['series']} series"
    yield f"{counts} and {bundle['groups']} groups, {form}."
    yield from ("", "| build | wall, s | CPU, s |", "|---|---:|---:|")
    for name, label in STEPS.items():
        yield f"| {label} | {build[name]['wall_s']:.1f} | {build[name]['cpu_s']:.1f} |"
    yield from ("", "| files of the index | number | MB |", "|---|---:|---:|")
    for kind, (number, size) in bundle["kinds"].items():
        yield f"| {kind} | {number:,} | {size / 1e6:.2f} |"
    times = browser["times"]
    yield from (
        "",
        f"Opened in {_ms(times['open'])}, Pagefind's runtime in {_ms(times['open stock'])}.",
        "",
        "| query | results | first | warm | slowest | runtime, first | runtime, warm | times |",
        "|---|---:|---:|---:|---:|---:|---:|---:|",
    )
    for name, one in times["queries"].items():
        over = "over " * (one["stock found"] is None)
        yield (
            f"| `{name}` | {one['found']:,} | {_ms(one['cold'])} | {_ms(one['warm'])} | "
            f"{_ms(one['most'])} | {over}{_ms(one['stock cold'])} | "
            f"{over}{_ms(one['stock warm'])} | {one['stock warm'] / one['warm']:.0f} |"
        )
    yield ""
    blocked = browser["blocked"]
    yield (
        f"A timer on the page was late by {_ms(blocked['longest'])} at most while all were typed, "
        f"and by {_ms(blocked['idle'])} before."
    )
    rare, linked = next(iter(browser["first"])), browser["linked"]
    named = {f"`{name}`": first for name, first in browser["first"].items()}
    yield from (
        "",
        "| first query of a fresh page | seen after | requests | kB | all after | requests | kB |",
        "|---|---:|---:|---:|---:|---:|---:|",
    )
    for name, first in (named | {f"`{rare}` in the address": linked}).items():
        seen, whole = first["seen"], first["whole"]
        yield (
            f"| {name} | {_ms(first['ms'])} | {seen['requests']} | {seen['bytes'] / KB:.0f} | "
            f"{_ms(first['done ms'])} | {whole['requests']} | {whole['bytes'] / KB:.0f} |"
        )
    yield from _phone_numbers(browser.get("phone", {}))  # none in results of long ago
    for name, first in named.items():
        yield from ("", f"{name}, complete:", "", "| | requests | kB |", "|---|---:|---:|")
        for kind, (number, size) in first["whole"]["kinds"].items():
            yield f"| {kind} | {number} | {size / KB:.1f} |"


def _phone_numbers(phone: dict[str, Any]) -> Iterator[str]:
    for place, found in phone.items():
        yield from (
            "",
            f"| on a telephone, {place} | results after the last letter | once more |",
            "|---|---:|---:|",
        )
        for text, (first, again) in found["queries"].items():
            yield f"| `{text}` | {_ms(first)} | {_ms(again)} |"
        busy = f"the longest was {_ms(found['typing'])}" if found["typing"] else "there was none"
        yield ""
        yield (
            f"Of long tasks while all were typed {busy}; while the page opened the longest was "
            f"{_ms(found['opening'])}."
        )


def _ms(value: float) -> str:
    return f"{value:,.1f} ms" if value < 10 else f"{value:,.0f} ms"
