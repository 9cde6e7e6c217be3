"""Compiled templates, kept from one build to the next.

A file is used only if its digest is that of what stands in it, it was made of the very same source,
and by the very same Python, Jinja and tags of ours. Anything else counts as absent, and a folder
that cannot be written to is no reason to stop. As code comes out of it, the folder must be as
trustworthy as the archive's templates/, which are code as well.
"""

from __future__ import annotations

import contextlib
import marshal
import os
import sys
import tempfile
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2 import BytecodeCache

if TYPE_CHECKING:
    from jinja2.bccache import Bucket


class Bytecode(BytecodeCache):
    """Keeps one file for each template in a folder."""

    def __init__(self, folder: Path, form: str) -> None:
        """Take the folder, made with the first file, and which form of code the templates take."""
        self._folder = folder
        self._form = form
        self._makers = repr(
            (
                sys.implementation.cache_tag,
                sys.version,
                form,
                _sources(Path(jinja2.__file__).parent),
                _sources(Path(__file__).parent),
            )
        ).encode()

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code of a template into `bucket` if it is there and fits."""
        try:
            data = self._path(bucket).read_bytes()
        except OSError:
            return
        digest, code = data[:32], data[32:]
        if digest == self._digest(bucket, code):
            bucket.code = marshal.loads(code)  # noqa: S302 - the digest says that it is whole

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the code of a template, whole or not at all."""
        code = marshal.dumps(bucket.code)
        with contextlib.suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, name = tempfile.mkstemp(dir=self._folder)
            try:
                with os.fdopen(handle, "wb") as file:
                    file.write(self._digest(bucket, code) + code)
                Path(name).replace(self._path(bucket))
            except OSError:
                Path(name).unlink(missing_ok=True)

    def _path(self, bucket: Bucket) -> Path:
        return self._folder / f"{bucket.key}.{self._form}"

    def _digest(self, bucket: Bucket, code: bytes) -> bytes:
        """Return the digest of the code with all that it was made of and by."""
        parts = (self._makers, bucket.key.encode(), bucket.checksum.encode(), code)
        return sha256(b"\n".join(parts)).digest()


def _sources(folder: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of each module in a folder: another version has others."""
    stats = ((path.name, path.stat()) for path in folder.glob("*.py"))
    return sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
