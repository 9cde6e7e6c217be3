"""Arguments that both benchmarks take: which articles, where to work, where results go."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from benchmarks.stories import open_corpus

if TYPE_CHECKING:
    import argparse

    from benchmarks.stories import Corpus

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = ROOT.parent / "shared"
NONE: Final = "none"


def add_common(parser: argparse.ArgumentParser, *, results: str) -> None:
    """Add them; `results` is the name of the file with all numbers."""
    add = parser.add_argument
    add(
        "--harness",
        default=os.environ.get("BACKFILE_HARNESS"),
        help="folder of the peers' harness, or 'none' (default: ../shared/peers; BACKFILE_HARNESS)",
    )
    add(
        "--corpus",
        default=os.environ.get("BACKFILE_CORPUS"),
        help="JSON lines that the harness reads, or 'none' for made-up articles "
        "(default: ../shared/corpora/reuters21578.jsonl.gz; BACKFILE_CORPUS)",
    )
    add("--work", type=Path, default=ROOT / "build" / "bench", help="where sites are built")
    add("--results", type=Path, help=f"all numbers; added to, step by step (WORK/{results})")
    add("--write", type=Path, metavar="FILE.md", help="write the report there, not to the terminal")


def harness_of(given: argparse.Namespace) -> Path | None:
    """Return the folder of the peers' harness, where there is one."""
    return _found(given.harness, SHARED / "peers", "corpus.py")


def corpus_of(given: argparse.Namespace) -> Corpus:
    """Return the articles that the arguments ask for."""
    path = _found(given.corpus, SHARED / "corpora" / "reuters21578.jsonl.gz")
    return open_corpus(harness_of(given), path)


def tell(page: str, given: argparse.Namespace) -> None:
    """Print the report, or write it where the arguments say."""
    if given.write is None:
        print(page)
    else:
        given.write.write_text(page, encoding="utf-8")
        print(f"wrote {given.write}")


def _found(given: str | None, default: Path, inside: str = "") -> Path | None:
    """Return the folder or file that was named, or the default where it is there."""
    if given == NONE:
        return None
    if given is None:
        return default if (default / inside).exists() else None
    if not (Path(given) / inside).exists():
        sys.exit(f"there is no {Path(given) / inside}")
    return Path(given).resolve()
