"""Compiled templates, kept from one build to the next.

A file is used only if its digest is that of what stands in it, it was made of the very same source,
and by the very same Python, Jinja and tags of ours. Anything else counts as absent, and a folder
that cannot be written to is no reason to stop. As code comes out of it, the folder must be as
trustworthy as the archive's templates/, which are code as well.

The theme's own templates are part of the package, so what they compile to stands where Python keeps
what the package's modules compile to, for all archives, if it keeps any and may write there.
"""

from __future__ import annotations

import marshal
import os
import sys
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import jinja2
from jinja2 import BytecodeCache

from builder.basics.whole_file import put_file

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jinja2.bccache import Bucket


class Bytecode(BytecodeCache):
    """Keeps one file for each template in a folder."""

    def __init__(self, folder: Path, form: str, packaged: Path | None = None) -> None:
        """Take the folder, made with the first file, and which form of code the templates take.

        Templates of the folder `packaged` are kept beside the package's own code.
        """
        self._folder = folder
        self._form = form
        self._packaged = None if packaged is None else f"{packaged}{os.sep}"
        self._beside: set[str] = set()
        self._makers = repr(
            (
                sys.implementation.cache_tag,
                sys.version,
                form,
                _sources(Path(jinja2.__file__).parent),
                _sources(Path(__file__).parent),
            )
        ).encode()

    def get_cache_key(self, name: str, filename: str | None = None) -> str:
        """Return the key of a template, and remember whether the theme has it."""
        key = super().get_cache_key(name, filename)
        if self._packaged is not None and filename and filename.startswith(self._packaged):
            self._beside.add(key)
        return key

    def load_bytecode(self, bucket: Bucket) -> None:
        """Put the code of a template into `bucket` if it is there and fits."""
        for path in self._paths(bucket):
            try:
                data = path.read_bytes()
            except OSError:
                continue
            digest, code = data[:32], data[32:]
            if digest == self._digest(bucket, code):
                bucket.code = marshal.loads(code)  # noqa: S302 - the digest says that it is whole
                return

    def dump_bytecode(self, bucket: Bucket) -> None:
        """Write the code of a template, whole or not at all."""
        code = marshal.dumps(bucket.code)
        content = self._digest(bucket, code) + code
        *beside, own = self._paths(bucket)
        if sys.dont_write_bytecode or not any(_is_written(path, content) for path in beside):
            _is_written(own, content)

    def _paths(self, bucket: Bucket) -> Iterator[Path]:
        """Yield where the code of a template may stand, the best place first."""
        code = __spec__.cached
        if bucket.key in self._beside and code:
            tag = sys.implementation.cache_tag
            yield Path(code).parent / f"{bucket.key}.{tag}.{self._form}"
        yield self._folder / f"{bucket.key}.{self._form}"

    def _digest(self, bucket: Bucket, code: bytes) -> bytes:
        """Return the digest of the code with all that it was made of and by."""
        parts = (self._makers, bucket.key.encode(), bucket.checksum.encode(), code)
        return sha256(b"\n".join(parts)).digest()


def _is_written(path: Path, content: bytes) -> bool:
    """Write a whole file, and tell whether that could be done."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        put_file(path, content)
    except OSError:
        return False
    return True


def _sources(folder: Path) -> list[tuple[str, int, int]]:
    """Return name, size and time of each module in a folder: another version has others."""
    stats = ((path.name, path.stat()) for path in folder.glob("*.py"))
    return sorted((name, stat.st_size, stat.st_mtime_ns) for name, stat in stats)
