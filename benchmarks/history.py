"""How long git takes to tell the history of an archive: once, and after a few more commits.

    python -m benchmarks.history --articles 100000 --commits 20000

The repository is made by `git fast-import`: one commit that brings all articles, then a commit for
each edit of one of them. What is measured is all that a build does of it: one pass over the log,
the states of changed articles looked at, and both kept in the memory.
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from builder.disk.memory import Memory
from builder.model.source import SourceText
from builder.past import look_back
from builder.reading import parse_settings

_SETTINGS = "title: An archive\nhistory: true\n"


def _text(number: int, edit: int) -> bytes:
    words = " ".join(f"word{(number * 7 + place) % 5000}" for place in range(150))
    head = f"---\ntitle: Story {number}\ndate: 1987-01-01\n---\n"
    return f"{head}{words}.\n\nCorrected {edit} times.\n".encode()


def _write_commits(root: Path, articles: int, first: int, last: int) -> None:
    """Add the commits numbered from `first` to `last` less one; number 0 brings all articles."""
    command = ["git", "-C", str(root), "fast-import", "--quiet", "--force"]
    with subprocess.Popen(command, stdin=subprocess.PIPE) as importer:
        stream = importer.stdin
        assert stream is not None
        for number in range(first, last):
            message = b"Edit %d" % number
            stream.write(
                b"commit refs/heads/main\ncommitter a <a@invalid> %d +0000\ndata %d\n%s\n"
                % (1_700_000_000 + number * 60, len(message), message)
            )
            if number == first and first:
                stream.write(b"from refs/heads/main^0\n")
            edited = range(articles) if number == 0 else [number * 7919 % articles]
            for article in edited:
                data = _text(article, number)
                path = b"content/articles/%d/%d.md" % (article // 1000, article)
                stream.write(b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(data), data))
    assert importer.returncode == 0


def _measure(root: Path, memory: Memory, paths: list[str]) -> tuple[float, int]:
    settings = parse_settings(SourceText("content/archive.yaml", _SETTINGS)).value
    assert settings is not None
    start = time.perf_counter()
    past, problems = look_back(root, settings, memory, paths, jobs=2)
    changed = past.changed()
    memory.commit()
    assert not problems
    return time.perf_counter() - start, len(changed)


def main() -> None:
    """Make the repository, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, prog="python -m benchmarks.history")
    parser.add_argument("--articles", type=int, default=100_000)
    parser.add_argument("--commits", type=int, default=20_000)
    parser.add_argument("--more", type=int, default=10)
    options = parser.parse_args()
    work = Path(tempfile.mkdtemp(prefix="backfile-history-"))
    try:
        root = work / "archive"
        subprocess.run(["git", "init", "--quiet", "-b", "main", str(root)], check=True)
        (root / "content").mkdir()
        _write_commits(root, options.articles, 0, options.commits + 1)
        paths = [f"content/articles/{n // 1000}/{n}.md" for n in range(options.articles)]
        memory = Memory(work / "memory.sqlite", b"benchmark")
        print(f"{options.articles:,} articles, {options.commits:,} commits", flush=True)
        seconds, changed = _measure(root, memory, paths)
        print(f"first pass: {seconds:.2f} s, {changed:,} articles changed", flush=True)
        seconds, _ = _measure(root, memory, paths)
        print(f"nothing new: {seconds:.2f} s", flush=True)
        end = options.commits + 1
        _write_commits(root, options.articles, end, end + options.more)
        seconds, _ = _measure(root, memory, paths)
        print(f"{options.more} more commits: {seconds:.2f} s", flush=True)
        memory.close()
    finally:
        shutil.rmtree(work)


if __name__ == "__main__":
    main()
