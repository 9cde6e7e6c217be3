"""A few files written over what stands in the output, where the rest of it is known to be good."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

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
    new: list[str] = []
    changed: list[tuple[int, int, bytes]] = []
    for path, (sha256, data) in fresh.items():
        line = manifest_line(path, sha256, len(data))
        last = before[path]
        if last is None:
            new.append(line)
            continue
        old = manifest_line(path, last.sha256, last.size_bytes).encode()
        if content.count(old) != 1:
            return None
        start = content.index(old)
        changed.append((start, start + len(old), line.encode()))
    parts: list[bytes | memoryview] = []
    whole, done = memoryview(content), 0
    for start, end, with_this in sorted(changed):
        parts += (whole[done:start], with_this)
        done = end
    parts.append(whole[done:])
    if not new and not gone:
        return parts
    head, _, rest = b"".join(parts).decode().partition("\n")
    body, _, foot = rest.rpartition("\n")
    lines = body.split(",\n")
    dropped = {
        manifest_line(path, last.sha256, last.size_bytes)
        for path in gone
        if (last := before[path]) is not None
    }
    kept = [line for line in lines if line not in dropped]
    if len(lines) - len(kept) != len(dropped) or len(dropped) != len(gone):
        return None
    kept += new
    kept.sort(key=_path_in)
    return ["\n".join((head, ",\n".join(kept), foot)).encode()]


def _path_in(line: str) -> str:
    """Return the path that a line of the manifest names."""
    start = len('{"path": "')
    path = line[start : line.index('", "size": ', start)]
    return path if "\\" not in path else str(json.loads(f'"{path}"'))
