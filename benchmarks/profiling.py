"""Where one build spends its time: cProfile over the whole command, in one process."""

from __future__ import annotations

import io
import pstats
import re
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Final

from benchmarks.contestants import SETTINGS
from benchmarks.stories import write_archive

if TYPE_CHECKING:
    from pathlib import Path

    from benchmarks.stories import Corpus

BUILDS: Final = ("cold", "warm", "none")

_ABOVE: Final = re.compile(r"/\S*/(?=(?:site-packages|builder|python3\.\d+)/)")


def profile(corpus: Corpus, size: int, *, build: str, search: bool, top: int, folder: Path) -> Path:
    """Print what takes longest, by own time and with all that is called; return the profile.

    `build` is cold, warm (one article edited) or none (nothing changed).
    """
    root = folder / "profile"
    shutil.rmtree(root, ignore_errors=True)
    paths = write_archive(corpus.load(size), root, corpus.markdown, SETTINGS)
    command = ["builder", "-C", str(root), "--quiet", "build", "--jobs", "1"]
    command += [] if search else ["--no-search"]
    if build != "cold":
        subprocess.run([sys.executable, "-m", *command], check=True)
    if build == "warm":
        edited = paths[len(paths) // 2]
        edited.write_text(f"{edited.read_text('utf-8')}\nA correction.\n", encoding="utf-8")
    found = folder / f"{build}-{size}.prof"
    subprocess.run([sys.executable, "-m", "cProfile", "-o", str(found), "-m", *command], check=True)
    for order in ("tottime", "cumulative"):
        lines = io.StringIO()
        pstats.Stats(str(found), stream=lines).sort_stats(order).print_stats(top)
        # Names from the package on: enough to find a function, and the lines stay readable.
        print(_ABOVE.sub("", lines.getvalue()))
    shutil.rmtree(root)
    return found
