"""A file that is written whole or not at all."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def put_file(path: Path, content: bytes, *, mode: int | None = None) -> None:
    """Put these bytes in a file's place at once, so that nobody ever reads half of them.

    What stood there is replaced, and not written through: it may be a link. `mode` are the bits of
    permission; without it the file is its owner's alone.

    Raises:
        OSError: the disk does not take it; what stood there still does.
    """
    handle, fresh = tempfile.mkstemp(dir=path.parent, prefix=".backfile-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        if mode is not None:
            Path(fresh).chmod(mode)
        Path(fresh).replace(path)
    except BaseException:
        Path(fresh).unlink(missing_ok=True)
        raise
