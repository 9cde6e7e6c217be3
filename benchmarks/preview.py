"""How long an edit takes to be seen: saved, noticed, understood, made, shown by a real Chromium.

`python -m benchmarks.preview --size 10000` serves an archive of so many made-up articles and tells
the medians of several edits. Numbers are told and not judged: a busy machine doubles them.
"""

from __future__ import annotations

import argparse
import re
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

from playwright.sync_api import sync_playwright

from benchmarks.stories import made_up, write_archive

if TYPE_CHECKING:
    from collections.abc import Callable

SETTINGS = "title: Bench\nbase_url: https://a.example/\ntaxonomies: [places]\n"
PAUSE_S = 2.5
"""Between two edits, so that what follows one does not weigh on the next."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--size", type=int, default=10_000)
    parser.add_argument("--runs", type=int, default=7)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "archive"
        rows = made_up(options.size)
        paths = write_archive(rows, root, lambda row: str(row["body"]) + "\n", SETTINGS)
        for start in ("first", "next"):
            seconds, process, address = serve(root)
            print(f"{start} start, {options.size:,} articles: {seconds:.2f} s", flush=True)
            if start == "next":
                measure(process, address, root, paths[len(paths) // 2], options.runs)
            process.send_signal(signal.SIGINT)
            process.wait()


def serve(root: Path) -> tuple[float, subprocess.Popen[str], str]:
    """Start the preview; return seconds till it is there, its process and its address."""
    start = time.perf_counter()
    process = subprocess.Popen(
        [sys.executable, "-m", "builder", "-C", str(root), "--quiet", "serve", "--port", "0"],
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    for line in process.stdout:
        if found := re.search(r"http://\S+/", line):
            return time.perf_counter() - start, process, found[0]
    raise SystemExit("it did not start")


def measure(
    process: subprocess.Popen[str], address: str, root: Path, path: Path, runs: int
) -> None:
    """Edit one article again and again while its page is open."""
    text = path.read_text(encoding="utf-8")
    year, month = path.parent.relative_to(root / "content/articles").parts
    edits: dict[str, Callable[[int], str]] = {
        "a text": lambda n: f"{text}\nFresh words {n}.\n",
        "a title": lambda n: re.sub("^title: .*$", f"title: Fresh words {n}", text, flags=re.M),
    }
    executable = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{address}{year}/{month}/{path.stem}.html")
        page.wait_for_timeout(1500)
        for name, edit in edits.items():
            seen = []
            for number in range(runs):
                start = time.perf_counter()
                path.write_text(edit(number), encoding="utf-8")
                while f"Fresh words {number}" not in page.locator("body").inner_text():
                    page.wait_for_timeout(4)
                seen.append((time.perf_counter() - start) * 1000)
                time.sleep(PAUSE_S)
            print(
                f"{name} saved and seen: {statistics.median(seen):.0f} ms "
                f"({min(seen):.0f} to {max(seen):.0f})",
                flush=True,
            )
        browser.close()
    memory = Path(f"/proc/{process.pid}/status").read_text(encoding="utf-8")
    if found := re.search(r"VmHWM:\s+(\d+) kB", memory):
        print(f"memory at most: {int(found[1]) / 1024:.0f} MiB", flush=True)


if __name__ == "__main__":
    main()
