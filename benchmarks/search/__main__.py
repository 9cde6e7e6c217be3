"""`python -m benchmarks.search`: makes archives, builds, searches them in Chromium, tells."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from benchmarks.arguments import add_common, corpus_of, tell
from benchmarks.machine import describe
from benchmarks.rounds import measure
from benchmarks.search.browser import measure_browser
from benchmarks.search.report import write_report
from benchmarks.search.texts import long_articles, words_shared_by
from benchmarks.stories import write_archive
from builder.search.catalogue import read_catalogue
from builder.search.scripts import from_script

if TYPE_CHECKING:
    from benchmarks.stories import Corpus

SETTINGS: Final = (
    "title: News Archive\nbase_url: https://archive.example/\ntaxonomies: [places]\n"
    "page_size: 500\n"
)
QUERIES: Final = ("cocoa", "oil price", "bank", "said")
"""A rare word, two words, a common one, one that nearly every article has."""
SHARES: Final = (0.02, 0.12, 0.08, 0.4, 0.95)
"""Of made-up articles that have such words; the second and the third are asked for together."""
LIMIT_S: Final = 7_200.0
SAMPLE_S: Final = 0.2


def main() -> None:
    """Run what the arguments ask for."""
    given = _parser().parse_args()
    results_file: Path = given.results or given.work / "search.json"
    results: dict[str, Any] = {"sizes": {}}
    if results_file.is_file():
        results = json.loads(results_file.read_text(encoding="utf-8"))
    if not given.report:
        given.work.mkdir(parents=True, exist_ok=True)
        corpus = corpus_of(given)
        print(f"articles: {corpus.description}", file=sys.stderr)
        results["corpus"] = corpus.description
        results["machine"] = describe(given.work) | {"load before": f"{os.getloadavg()[0]:.1f}"}
        results["versions"] = {"pagefind": version("pagefind-bin")}
        for size in given.size:
            known = results["sizes"].get(str(size), {})
            results["sizes"][str(size)] = _measure(given, corpus, size, known)
            results_file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    tell(write_report(results), given)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.search",
        description="Measure the search index: building it, and searching it in Chromium.",
    )
    add = parser.add_argument
    add("--size", type=int, nargs="+", default=[20_000, 100_000], help="articles (%(default)s)")
    add("--query", action="append", help=f"to search for; several ({', '.join(QUERIES)})")
    add("--search-memory", help="handed on to the builds (default: what backfile decides)")
    add("--keep", action="store_true", help="keep the archives, and use what is there already")
    add("--browser-only", action="store_true", help="search the kept sites; build nothing")
    add(
        "--limit",
        type=float,
        default=30.0,
        metavar="S",
        help="seconds that Pagefind's runtime may take for a query (%(default)s)",
    )
    add("--report", action="store_true", help="only write the page from the results")
    add_common(parser, results="search.json")
    return parser


def _measure(
    given: argparse.Namespace, corpus: Corpus, size: int, known: dict[str, Any]
) -> dict[str, Any]:
    """Return all numbers of one size; with --browser-only those of builds are the known ones."""
    folder: Path = (given.work / f"search-{size}").resolve()
    made = folder / "made.json"
    if not (given.keep and made.is_file()):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"{size} articles: writing them", file=sys.stderr)
        rows = long_articles(corpus.load(None), size)
        paths = write_archive(rows, folder, corpus.markdown, SETTINGS)
        queries = QUERIES if corpus.is_real else words_shared_by(rows, SHARES)
        # The oldest, the middle one and the newest: shards of other sizes.
        edited = [str(paths[at]) for at in (0, size // 2, -1)]
        made.write_text(json.dumps({"edited": edited, "queries": queries}), encoding="utf-8")
    stored = json.loads(made.read_text(encoding="utf-8"))
    found = dict(known)
    if not given.browser_only:
        found["build"] = _builds(given, folder, stored["edited"])
    found["bundle"] = _bundle(folder / "site")
    print(f"{size} articles: searching", file=sys.stderr)
    found["browser"] = measure_browser(
        folder / "site",
        _catalogue(folder / "site"),
        given.query or stored["queries"],
        limit_s=given.limit,
    )
    if not given.keep:
        shutil.rmtree(folder)
    return found


def _builds(given: argparse.Namespace, folder: Path, articles: list[str]) -> dict[str, Any]:
    """Return what each step of building took; the index alone is a step of its own."""
    program = Path(sys.executable).parent / "backfile"
    command = [str(program), "-C", str(folder), "build"]
    if given.search_memory:
        command += ["--search-memory", given.search_memory]

    def run(name: str, *more: str, sample_s: float = 0.0) -> dict[str, Any]:
        print(f"  {name}", file=sys.stderr)
        log = folder / "log.txt"
        found = measure(
            [*command, *more], folder=folder, log=log, limit_s=LIMIT_S, sample_s=sample_s
        )
        last = log.read_text(encoding="utf-8", errors="replace").strip().split("\n")[-1]
        return {**found, "said": last}

    def forget() -> None:
        for name in ("site", ".backfile"):
            shutil.rmtree(folder / name, ignore_errors=True)

    forget()
    found = {"pages": run("everything but the index, cold", "--no-search")}
    found["index"] = run("the index, cold", sample_s=SAMPLE_S)
    found["none"] = run("nothing changed")
    for name, path in zip(("oldest", "middle", "newest"), articles, strict=True):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write("\nA correction was added to this story.\n")
        found[name] = run(f"the {name} article edited")
    return found


def _catalogue(site: Path) -> dict[str, Any]:
    """Return what the index says of its parts."""
    plain = site / "pagefind/catalogue.pf_catalogue"
    script = plain.with_name(f"{plain.name}.js")
    return read_catalogue(
        plain.read_bytes() if plain.is_file() else from_script(script.read_bytes())[1]
    )


def _bundle(site: Path) -> dict[str, Any]:
    """Return files and bytes of the bundle."""
    kinds: dict[str, list[int]] = {}
    for path in (site / "pagefind").rglob("*"):
        if path.is_file():
            kinds.setdefault(path.name.removesuffix(".js").rpartition(".")[2], []).append(
                path.stat().st_size
            )
    is_scripts = (site / "pagefind/catalogue.pf_catalogue.js").is_file()
    return {
        "shards": len(_catalogue(site)["shards"]),
        "series": len(_catalogue(site)["series"]),
        "groups": len(_catalogue(site)["groups"]),
        "scripts": is_scripts,
        "kinds": {kind: [len(sizes), sum(sizes)] for kind, sizes in sorted(kinds.items())},
    }


if __name__ == "__main__":
    main()
