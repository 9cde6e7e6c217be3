"""The pictures of an archive: how large they are, and their smaller copies, made once and kept.

What is published of each is cleaned of what it tells of people, and never decoded and encoded
again; the copies hold the picture alone. The work is done once for the same bytes: copies stand in
.backfile/pictures/ under the digest of the file they were made from, where they may be deleted at
any time.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Final, NamedTuple

import msgspec

from builder.basics.digests import sha256_hex
from builder.basics.problems import Location, Problem, problem
from builder.basics.whole_file import put_file
from builder.disk.state import STATE_FOLDER
from builder.images import NoImageError, NotResizedError, copies, copy_widths, look
from builder.model.pictures import IMAGE_TYPES, Sizes, copy_url
from builder.scrub import DamagedError, clean
from builder.workers import ordered_map

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from builder.disk.memory import Memory

FOLDER: Final = "pictures"
"""In .backfile/."""

_FEW: Final = 3
"""Pictures that one process makes sooner than others can be started."""
_SUM: Final = 32
"""Bytes before a kept copy: its SHA-256."""


class _Known(msgspec.Struct, frozen=True, array_like=True):
    """What is remembered of a picture."""

    mark: bytes
    """By which its file is known not to have changed."""
    digest: str
    """SHA-256 of its file, "" where it could not be used."""
    sizes: Sizes | None
    message: str
    """What is wrong with it; "": nothing."""


class Pictures(NamedTuple):
    """The pictures of an archive."""

    sizes: Mapping[str, Sizes]
    """By address."""
    digests: Mapping[str, str]
    """Of the files as they are in content/, by address."""
    problems: tuple[Problem, ...]


def find_pictures(
    root: Path,
    marks: Mapping[str, bytes],
    names: frozenset[str],
    memory: Memory | None,
    jobs: int,
) -> Pictures:
    """Return what the pictures in use are, and make the copies that are not there yet.

    `marks` are those of the files in use, by address; `names` every address that a file of
    content/media/ could have. Without a memory no copies are made, and every picture is taken to be
    as whole as its beginning says.

    Problems: bad-image, duplicate-address, image-not-resized.
    """
    used = sorted(url for url in marks if PurePosixPath(url).suffix.lower() in IMAGE_TYPES)
    before: dict[str, _Known] = {}
    if memory is not None and (packed := memory.get("pictures")) is not None:
        before = msgspec.msgpack.decode(packed, type=dict[str, _Known])
    folder = None if memory is None else root / STATE_FOLDER / FOLDER
    todo = [url for url in used if (url not in before or before[url].mark != marks[url])]
    work = _Maker(root, marks, before, folder)
    fresh = ordered_map(work, todo, jobs if len(todo) > _FEW and folder is not None else 1)
    found = {url: before[url] for url in used if url in before}
    found.update(zip(todo, fresh, strict=True))
    if memory is not None and found != before:
        memory.put("pictures", msgspec.msgpack.encode(found))
    return Pictures(
        sizes={url: known.sizes for url, known in found.items() if known.sizes is not None},
        digests={url: known.digest for url, known in found.items() if known.digest},
        problems=tuple(_problems(found, names)),
    )


def _problems(found: Mapping[str, _Known], names: frozenset[str]) -> Iterable[Problem]:
    for url, known in found.items():
        place = Location(f"content/{url}")
        if known.message and not known.digest:
            hint = "put the picture in its place again, or name the file by what it is"
            yield problem("bad-image", f"this cannot be shown: {known.message}", place, hint)
        elif known.message:
            message = f"the picture is published in one size only: {known.message}"
            yield problem("image-not-resized", message, place)
        for width in () if known.sizes is None else known.sizes.copies:
            copy = copy_url(url, width)
            if copy in names:
                message = f"a smaller copy of {url} is published under this name"
                hint = "give the file another name"
                yield problem("duplicate-address", message, Location(f"content/{copy}"), hint)


class _Maker:
    """Looks at a picture and makes its copies, in whichever process is free."""

    def __init__(
        self,
        root: Path,
        marks: Mapping[str, bytes],
        before: Mapping[str, _Known],
        folder: Path | None,
    ) -> None:
        self.root = root
        self.marks = marks
        self.before = before
        self.folder = folder

    def __call__(self, url: str) -> _Known:
        data = (self.root / f"content/{url}").read_bytes()
        mark, suffix = self.marks[url], PurePosixPath(url).suffix.lower()
        digest = sha256_hex(data)
        known = self.before.get(url)
        if known is not None and known.digest == digest:
            return _Known(mark, digest, known.sizes, known.message)
        try:
            seen = look(data, suffix)
            clean(data, suffix)
        except (NoImageError, DamagedError) as error:
            return _Known(mark, "", None, str(error))
        widths: list[int] = []
        message = ""
        try:
            if self.folder is None:
                widths += copy_widths(data, suffix)
            else:
                for width, copy in copies(data, suffix):
                    _keep(self.folder, f"{digest}-{width}", copy)
                    widths.append(width)
        except (NoImageError, NotResizedError) as error:
            message, widths = str(error), []
        return _Known(mark, digest, Sizes(seen.width, seen.height, tuple(widths)), message)


def _keep(folder: Path, name: str, data: bytes) -> None:
    """Keep a copy, behind a digest by which it is known to be whole."""
    folder.mkdir(parents=True, exist_ok=True)
    put_file(folder / name, hashlib.sha256(data).digest() + data)


def _kept(folder: Path, name: str) -> bytes | None:
    with suppress(OSError):
        stored = (folder / name).read_bytes()
        if hashlib.sha256(stored[_SUM:]).digest() == stored[:_SUM]:
            return stored[_SUM:]
    return None


def published(data: bytes, url: str) -> bytes:
    """Return a file of content/media/ as it is published: a picture tells nothing but itself."""
    suffix = PurePosixPath(url).suffix.lower()
    return clean(data, suffix).data if suffix in IMAGE_TYPES else data


def copy_of(root: Path, url: str, width: int, digest: str) -> bytes:
    """Return a smaller copy of a picture: the one that was kept, else one that is made anew.

    Raises:
        NotResizedError: it has none of this width.
    """
    folder = root / STATE_FOLDER / FOLDER
    found = _kept(folder, f"{digest}-{width}")
    if found is None:
        data = (root / f"content/{url}").read_bytes()
        for made, copy in copies(data, PurePosixPath(url).suffix.lower()):
            _keep(folder, f"{digest}-{made}", copy)
            if made == width:
                found = copy
    if found is None:
        message = f"{url} has no copy {width} pixels wide"
        raise NotResizedError(message)
    return found


def forget_copies(root: Path, digests: Iterable[str]) -> None:
    """Remove the copies of pictures that are no more in use."""
    kept = frozenset(digests)
    with suppress(OSError):
        for path in (root / STATE_FOLDER / FOLDER).iterdir():
            if path.name.partition("-")[0] not in kept:
                path.unlink(missing_ok=True)
