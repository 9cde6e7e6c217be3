"""The folder .backfile/: opening what earlier builds left there, or beginning anew.

Deleting it is always safe. So is carrying it to another machine: what depends on the builder itself
is kept under `builder_version` and forgotten under another one.
"""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from builder import __version__
from builder.disk.memory import Memory, MemoryDamagedError, drop_packs

if TYPE_CHECKING:
    from collections.abc import Iterator

STATE_FOLDER: Final = ".backfile"
"""In the archive's folder."""

MEMORY: Final = "memory.sqlite"
COMPILED: Final = "templates"


def builder_version() -> bytes:
    """Return what tells this builder, and the libraries it works with, from any other.

    Every file of the package as the disk lists it, so that a changed line of a checkout counts, and
    the folder in which libraries are installed, which changes whenever one comes or goes.
    """
    package = Path(__file__).parent.parent
    lines = [__version__, sys.version, *sorted(_listed(str(package)))]
    for folder in sys.path:
        if folder.endswith("-packages"):
            with suppress(OSError):
                lines.append(f"{folder}\t{os.stat(folder).st_mtime_ns}")  # noqa: PTH116 - once for each start
    return "\n".join(lines).encode()


def _listed(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name in {"__pycache__", "theme"}:
                continue
            if entry.is_dir():
                yield from _listed(entry.path)
            else:
                stat = entry.stat()
                yield f"{entry.path}\t{stat.st_size}\t{stat.st_mtime_ns}"


def open_memory(state: Path) -> Memory:
    """Return the memory of an archive, an empty one where there is none that can be trusted.

    Raises:
        OSError: it cannot be opened or written.
    """
    version = builder_version()
    try:
        return Memory(state / MEMORY, version)
    except MemoryDamagedError:
        forget(state)
        return Memory(state / MEMORY, version)


def forget(state: Path) -> None:
    """Remove the memory, and the templates that were compiled.

    The lock stays with its holder, and so does the list of the files that are ours.
    """
    for suffix in ("", "-journal", "-wal", "-shm"):
        (state / (MEMORY + suffix)).unlink(missing_ok=True)
    drop_packs(state)
    import shutil  # noqa: PLC0415 - it loads what packs archives

    shutil.rmtree(state / COMPILED, ignore_errors=True)
