"""A few files written over what stands in the output, where the rest of it is known to be good."""

from __future__ import annotations

import json
import os
from bisect import bisect_left, insort_left
from typing import TYPE_CHECKING, Final

from builder.disk.write import (
    MANIFEST,
    Written,
    add_to_journal,
    check_free,
    fresh_folder,
    manifest_line,
    remove,
    remove_tree,
    staging_folder,
    write_file,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from builder.disk.memory import StoredFile

_BEGINS: Final = b"[\n"
_BETWEEN: Final = b",\n"
_ENDS: Final = b"\n]"


def exchange(
    fresh: Mapping[str, tuple[str, bytes]],
    gone: Sequence[str],
    before: Mapping[str, StoredFile | None],
    out: Path,
    state: Path,
    begin: Callable[[], None],
) -> dict[str, Written] | None:
    """Write a few files over what stands in the output, and the manifest; return what was written.

    `fresh` are digests and bytes by path, placed in that order; `gone` are removed last. `before`
    tells what is known to stand at each path of both, None where nothing does. `begin` is called
    when all is found out and the first file is about to be moved. None, and nothing is touched,
    where the manifest or the folder is not as it was left.

    Raises:
        OutputError: the disk does not take it (output-blocked).
        OSError: likewise, while files are moved.
    """
    new = [path for path in fresh if before[path] is None]
    manifest = _edited_manifest(fresh, gone, before, out)
    if manifest is None or any(os.path.lexists(f"{out}/{path}") for path in new):
        return None
    check_free([*fresh, *gone, MANIFEST], out)
    begin()
    if new:
        add_to_journal(state, out, new)
    folder = fresh_folder(staging_folder(state, out))
    written: dict[str, Written] = {}
    try:
        # All of them are on the disk before the first one is moved.
        for number, (path, (sha256, content)) in enumerate(fresh.items()):
            mtime_ns = write_file(f"{folder}/{number}", content)
            written[path] = Written(sha256, len(content), mtime_ns)
        mtime_ns = write_file(f"{folder}/{len(fresh)}", *manifest)
        written[MANIFEST] = Written("", sum(map(len, manifest)), mtime_ns)
        for number, path in enumerate(written):
            _move(f"{folder}/{number}", f"{out}/{path}")
    finally:
        remove_tree(folder, ignore_errors=True)
    for path in gone:
        remove(out, path)
    return written


def _move(source: str, target: str) -> None:
    try:
        os.replace(source, target)  # noqa: PTH105
    except FileNotFoundError:
        os.makedirs(target.rpartition("/")[0], exist_ok=True)  # noqa: PTH103
        os.replace(source, target)  # noqa: PTH105


def _edited_manifest(
    fresh: Mapping[str, tuple[str, bytes]],
    gone: Sequence[str],
    before: Mapping[str, StoredFile | None],
    out: Path,
) -> list[bytes | memoryview] | None:
    """Return the manifest with these lines changed, in parts; None where it is another one."""
    try:
        content = (out / MANIFEST).read_bytes()
    except OSError:
        return None
    new: list[bytes] = []
    changed: list[tuple[int, int, bytes]] = []
    for path, (sha256, data) in fresh.items():
        line = _line(path, sha256, len(data))
        last = before[path]
        if last is None:
            new.append(line)
            continue
        old = _line(path, last.sha256, last.size_bytes)
        start = content.find(old)
        if start < 0 or content.find(old, start + 1) >= 0:
            return None
        changed.append((start, start + len(old), line))
    parts: list[bytes | memoryview] = []
    whole, done = memoryview(content), 0
    for start, end, with_this in sorted(changed):
        parts += (whole[done:start], with_this)
        done = end
    parts.append(whole[done:])
    if not new and not gone:
        return parts
    head, begins, rest = b"".join(parts).partition(_BEGINS)
    body, ends, foot = rest.rpartition(_ENDS)
    lines = body.split(_BETWEEN)
    try:
        for path in gone:
            last = before[path]
            at = bisect_left(lines, path, key=_path_in)
            if last is None or lines[at : at + 1] != [_line(path, last.sha256, last.size_bytes)]:
                return None
            del lines[at]
        for line in new:
            insort_left(lines, line, key=_path_in)
    except ValueError:
        return None  # somebody wrote in it
    return [head, begins, _BETWEEN.join(lines), ends, foot]


def _line(path: str, sha256: str, size_bytes: int) -> bytes:
    return manifest_line(path, sha256, size_bytes).encode()


def _path_in(line: bytes) -> str:
    """Return the path that a line of the manifest names.

    Raises:
        ValueError: it is none of ours.
    """
    start = len(b'{"path": "')
    path = line[start : line.index(b'", "size": ', start)]
    return path.decode() if b"\\" not in path else str(json.loads(b'"%b"' % path))
