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

from benchmarks.machine import describe
from benchmarks.rounds import measure
from benchmarks.search.browser import measure_browser
from benchmarks.search.report import write_report
from benchmarks.search.texts import long_articles
from benchmarks.stories import open_corpus, write_archive
from builder.search.formats import unpack
from builder.search.scripts import from_script

if TYPE_CHECKING:
    from benchmarks.stories import Corpus

ROOT: Final = Path(__file__).resolve().parents[2]
SHARED: Final = ROOT.parent / "shared"
SETTINGS: Final = (
    "title: News Archive\nbase_url: https://archive.example/\ntaxonomies: [places]\n"
    "page_size: 500\n"
)
QUERIES: Final = ["cocoa", "oil price", "bank", "said"]
"""A rare word, two words, a common one, one that nearly every article has."""
NONE: Final = "none"
LIMIT_S: Final = 7_200.0


def main() -> None:
    """Run what the arguments ask for."""
    given = _parser().parse_args()
    results_file: Path = given.results or given.work / "search.json"
    results: dict[str, Any] = {"sizes": {}}
    if results_file.is_file():
        results = json.loads(results_file.read_text(encoding="utf-8"))
    if not given.report:
        given.work.mkdir(parents=True, exist_ok=True)
        harness, path = _shared(given.harness, "peers"), _shared(given.corpus, "corpora")
        corpus = open_corpus(harness, path / "reuters21578.jsonl.gz" if path else None)
        results["corpus"] = corpus.description
        results["machine"] = describe(given.work) | {"load before": f"{os.getloadavg()[0]:.1f}"}
        results["versions"] = {"pagefind": version("pagefind-bin")}
        for size in given.size:
            results["sizes"][str(size)] = _measure(given, corpus, size)
            results_file.write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
    page = write_report(results)
    if given.write is None:
        print(page)
    else:
        given.write.write_text(page, encoding="utf-8")
        print(f"wrote {given.write}")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.search",
        description="Measure the search index: building it, and searching it in Chromium.",
    )
    add = parser.add_argument
    add("--size", type=int, nargs="+", default=[20_000, 100_000], help="articles (%(default)s)")
    add("--query", action="append", help=f"to search for; several ({', '.join(QUERIES)})")
    add("--search-memory", help="handed on to the builds (default: what backfile decides)")
    add("--harness", help="folder of the peers' harness, or 'none' (default: ../shared/peers)")
    add("--corpus", help="folder of the corpora, or 'none' for made-up articles")
    add("--work", type=Path, default=ROOT / "build" / "bench", help="where archives are built")
    add("--keep", action="store_true", help="keep them, and use what is there already")
    add("--results", type=Path, help="all numbers; sizes are added to it (WORK/search.json)")
    add("--report", action="store_true", help="only write the page from the results")
    add("--write", type=Path, metavar="FILE.md", help="write the page there, not to the terminal")
    return parser


def _measure(given: argparse.Namespace, corpus: Corpus, size: int) -> dict[str, Any]:
    """Return all numbers of one size."""
    folder: Path = (given.work / f"search-{size}").resolve()
    made = folder / "made"
    if not (given.keep and made.is_file()):
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        print(f"{size} articles: writing them", file=sys.stderr)
        rows = long_articles(corpus.load(None), size)
        paths = write_archive(rows, folder, corpus.markdown, SETTINGS)
        # The oldest, the middle one and the newest: shards of other sizes.
        made.write_text("\n".join(str(paths[at]) for at in (0, size // 2, -1)), encoding="utf-8")
    found = {"build": _builds(given, folder, made.read_text(encoding="utf-8").split("\n"))}
    found["bundle"] = _bundle(folder / "site")
    print(f"{size} articles: searching", file=sys.stderr)
    found["browser"] = measure_browser(
        folder / "site", _shards(folder / "site"), given.query or QUERIES
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
    found["index"] = run("the index, cold")
    found["none"] = run("nothing changed")
    for name, path in zip(("oldest", "middle", "newest"), articles, strict=True):
        with Path(path).open("a", encoding="utf-8") as file:
            file.write("\nA correction was added to this story.\n")
        found[name] = run(f"the {name} article edited")
    forget()
    run("everything but the index, again", "--no-search")
    found["memory"] = run("the index, its memory", sample_s=0.2)
    return found


def _shards(site: Path) -> list[dict[str, Any]]:
    """Return what the catalogue says of the shards, as far as Pagefind's runtime needs it."""
    plain = site / "pagefind/catalogue.pf_catalogue"
    script = plain.with_name(f"{plain.name}.js")
    packed = plain.read_bytes() if plain.is_file() else from_script(script.read_bytes())[1]
    shards = json.loads(unpack(packed))["shards"]
    return [{"path": one["path"], "lang": one["lang"], "pages": one["pages"]} for one in shards]


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
        "shards": len(_shards(site)),
        "scripts": is_scripts,
        "kinds": {kind: [len(sizes), sum(sizes)] for kind, sizes in sorted(kinds.items())},
    }


def _shared(given: str | None, name: str) -> Path | None:
    if given == NONE:
        return None
    path = Path(given) if given else SHARED / name
    if given and not path.is_dir():
        sys.exit(f"there is no {path}")
    return path if path.is_dir() else None


if __name__ == "__main__":
    main()
