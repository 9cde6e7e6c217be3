"""`python -m benchmarks`: run, report, profile. See `--help`."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from benchmarks.arguments import ROOT, add_common, corpus_of, harness_of, tell
from benchmarks.contestants import (
    OURS,
    RIVAL,
    SMALL,
    Contestant,
    Ours,
    open_peers,
    pagefind_version,
)
from benchmarks.machine import describe
from benchmarks.profiling import BUILDS, profile
from benchmarks.report import REFERENCE_UP_TO, write_report
from benchmarks.rounds import PARTS, Options, Size, start_step, warm_up

if TYPE_CHECKING:
    from benchmarks.stories import Corpus


def main() -> None:
    """Run what the arguments ask for."""
    given = _parser().parse_args()
    folder: Path = given.work
    results_file: Path = given.results or folder / "results.json"
    if given.command == "report":
        results = _read(results_file)
    else:
        folder.mkdir(parents=True, exist_ok=True)
        corpus = corpus_of(given)
        if given.command == "profile":
            size = 1000 if given.size is None else given.size
            found = profile(
                corpus,
                size,
                build=given.build,
                search=given.search,
                top=given.top,
                folder=folder,
            )
            print(f"for pstats, snakeviz and their like: {found}")
            return
        results = _run(given, harness_of(given), corpus, folder, results_file)
    tell(write_report(results), given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Time builds of one archive, beside other site generators where there are any.",
    )
    add = parser.add_argument
    add("command", nargs="?", choices=("run", "report", "profile"), default="run")
    add("--sizes", default="1000,5000,all,100000", help="articles: numbers or 'all' (%(default)s)")
    add("--parts", default=",".join(PARTS), help="steps to take (%(default)s)")
    names = f"{OURS},{SMALL},{RIVAL},pelican"
    add("--contestants", default=names, help="who takes part (%(default)s)")
    add("--runs", type=int, default=5, help="rounds of each step (%(default)s)")
    add("--memory-runs", type=int, default=2, help="rounds in which memory is read (%(default)s)")
    add(
        "--search-runs",
        type=int,
        default=3,
        help="rounds of the warm step with search (%(default)s)",
    )
    add("--start-runs", type=int, default=30, help="rounds of --help (%(default)s)")
    add(
        "--budget", type=float, default=300, help="seconds for a step of a contestant (%(default)s)"
    )
    add("--limit", type=float, default=1800, help="seconds until a run is killed (%(default)s)")
    add(
        "--peers-up-to",
        type=int,
        default=REFERENCE_UP_TO,
        help="peers do not build more articles than this (%(default)s)",
    )
    add(
        "--search-up-to",
        type=int,
        default=REFERENCE_UP_TO,
        help="larger archives are not indexed (%(default)s)",
    )
    add("--jobs", type=int, help="processes of our builds (default: what backfile decides)")
    add(
        "--backfile",
        type=Path,
        default=Path(sys.executable).parent / "backfile",
        help="the program to time (default: the one of this environment)",
    )
    add(
        "--peers-work",
        type=Path,
        default=os.environ.get("BACKFILE_PEERS", ROOT / ".tools" / "peers"),
        help="where the harness's setup.sh put the peers (default: .tools/peers; BACKFILE_PEERS)",
    )
    add_common(parser, results="results.json")
    profiling = parser.add_argument_group("profile")
    profiling.add_argument("--size", type=int, help="articles (1000)")
    profiling.add_argument("--build", choices=BUILDS, default="cold", help="(%(default)s)")
    profiling.add_argument("--search", action="store_true", help="with search")
    profiling.add_argument("--top", type=int, default=40, help="functions to list (%(default)s)")
    return parser


def _run(
    given: argparse.Namespace,
    harness: Path | None,
    corpus: Corpus,
    folder: Path,
    results_file: Path,
) -> dict[str, Any]:
    """Run the steps; the results are written after each size, so that nothing is lost."""
    parts = tuple(given.parts.split(","))
    if unknown := set(parts) - set(PARTS):
        sys.exit(f"there is no part {', '.join(sorted(unknown))}; known are {', '.join(PARTS)}")
    if not given.backfile.is_file():
        sys.exit(f"there is no {given.backfile}; `make env` makes it")
    options = Options(
        folder=folder.resolve() / "sites",
        parts=parts,
        runs=given.runs,
        start_runs=given.start_runs,
        memory_runs=given.memory_runs,
        search_runs=given.search_runs,
        budget_s=given.budget,
        limit_s=given.limit,
        search_up_to=given.search_up_to,
    )
    # The venv's own path, not what it leads to: a resolved python would be outside the venv.
    program = given.backfile.absolute()
    ours: dict[str, Contestant] = {
        OURS: Ours(program, corpus.markdown, jobs=given.jobs),
        SMALL: Ours(program, corpus.markdown, jobs=given.jobs, is_small=True),
    }
    names = given.contestants.split(",")
    peers = open_peers(harness, given.peers_work, [name for name in names if name not in ours])
    present: dict[str, Contestant] = {name: ours[name] for name in names if name in ours}
    absent = {}
    for name, peer in peers.items():
        if isinstance(peer, str):
            absent[name] = peer
            print(f"without {name}: {peer}", file=sys.stderr)
        else:
            present[name] = peer
    print(f"articles: {corpus.description}", file=sys.stderr)

    results = _read(results_file) if results_file.is_file() else {"sizes": {}, "versions": {}}
    kept = results.get("corpus")
    if kept not in {None, corpus.description}:
        sys.exit(f"{results_file} is of other articles ({kept}); name another file or remove it")
    results["corpus"] = corpus.description
    results["machine"] = describe(folder) | {"load before": f"{os.getloadavg()[0]:.1f}"}
    results["absent"] = absent
    versions = {n: c.version() for n, c in present.items() if n != SMALL}
    results["versions"] |= versions | {"pagefind": pagefind_version()}

    shutil.rmtree(options.folder, ignore_errors=True)
    options.folder.mkdir(parents=True)
    if "start" in parts:
        results["start"] = start_step(Ours(program, corpus.markdown), options)
        _save(results, results_file)
    steps = set(parts) - {"start"}
    if steps:
        for name, reason in warm_up(present.values(), corpus.load(20), options).items():
            if name in ours:
                sys.exit("Backfile does not build a handful of articles; see above")
            absent[name] = f"it does not build a handful of articles ({reason})"
            del present[name]
    for word in given.sizes.split(",") if steps else ():
        rows = corpus.load(None if word == "all" else int(word))
        count = len(rows)
        taking_part = [c for n, c in present.items() if n in ours or count <= given.peers_up_to]
        found = Size(rows, taking_part, options).run()
        # A step is replaced whole: runs of another hour would be no pairs.
        kept_size = results["sizes"].setdefault(str(count), {})
        here = {contestant.name for contestant in taking_part}
        before = {n: why for n, why in kept_size.get("failed", {}).items() if n not in here}
        output = kept_size.get("output", {}) | found["output"]
        kept_size |= found
        kept_size |= {"output": output, "failed": before | found["failed"]}
        _save(results, results_file)
    shutil.rmtree(options.folder, ignore_errors=True)
    return results


def _read(path: Path) -> dict[str, Any]:
    if not path.is_file():
        sys.exit(f"there are no results in {path}")
    results: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return results


def _save(results: dict[str, Any], path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
