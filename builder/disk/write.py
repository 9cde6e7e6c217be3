"""Putting a finished site in place: whole files only, unchanged ones untouched, ours alone removed.

A build makes all files in a staging folder. Only when every one is there are those that differ
moved over the old ones by rename, which no reader and no SIGKILL sees half done.
"""

from __future__ import annotations

import errno
import json
import os
import re
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.digests import sha256_hex
from builder.basics.problems import BuilderError, Location, Problem, problem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from pathlib import Path

    from builder.disk.memory import StoredFile

MANIFEST: Final = "manifest.json"

_PLAIN_PATH: Final = re.compile(r"[A-Za-z0-9/._-]+")
"""Needs no escape in JSON."""


_POSSIBLE_PATH: Final = re.compile(r"[^/\0\ud800-\udfff]{1,255}(?:/[^/\0\ud800-\udfff]{1,255})*")
"""May be the path of a file."""


class OutputError(BuilderError):
    """The output cannot be written."""


class WriteReport(NamedTuple):
    """What changed in the output folder."""

    files: int
    size_bytes: int
    written: tuple[str, ...]
    removed: tuple[str, ...]
    gone: tuple[str, ...]
    """Pages that the last build had and this one has not, by url."""


def blocked(error: OSError, folder: Path) -> OutputError:
    """Return what the disk would not do as a problem."""
    place = folder.name
    named = error.filename
    if isinstance(named, str) and named.startswith(f"{folder}/"):
        place = f"{folder.name}/{named[len(str(folder)) + 1 :]}"
    cause = error.strerror or str(error)
    message = f"the file or folder cannot be written: {cause[:1].lower()}{cause[1:]}"
    hint = {
        errno.ENOSPC: "make room on this disk and build again",
        errno.EDQUOT: "make room within your quota and build again",
        errno.EROFS: "the disk is mounted read-only; name another folder with --out",
    }.get(error.errno or 0, "see who owns it and whether it may be written, then build again")
    return OutputError((problem("output-blocked", message, Location(place), hint),))


def staging_folder(state: Path, out: Path) -> Path:
    """Return where a site for `out` is made: on the same disk, so that it can be moved there."""
    out.mkdir(parents=True, exist_ok=True)
    beside, inside = state / "staging", out / ".backfile-new"
    if inside.exists():
        remove_tree(inside)  # a killed build left it
    # Only trying tells: a volume may be mounted from the very same disk (rename(2), EXDEV).
    fresh_folder(beside)
    try:
        beside.rename(inside)
    except OSError as error:
        if error.errno != errno.EXDEV:
            raise
        beside.rmdir()
        return inside
    inside.rmdir()
    return beside


def standing_files(files: Mapping[str, StoredFile], out: Path) -> dict[str, Written]:
    """Return those of the files last written that stand in the output as they were written."""
    found: dict[str, Written] = {}
    for path, file in files.items():
        try:
            now = os.lstat(f"{out}/{path}")
        except OSError:
            continue
        if (
            now.st_mtime_ns == file.mtime_ns
            and now.st_size == file.size_bytes
            and stat.S_ISREG(now.st_mode)
        ):
            found[path] = Written(file.sha256, file.size_bytes, file.mtime_ns)
    return found


def folder_times(paths: Iterable[str], out: Path) -> bytes:
    """Return when each folder of the output last gained or lost a file."""
    folders = sorted({path.rpartition("/")[0] for path in paths})
    return _look_at(folders, out)


def look_again(before: bytes, out: Path, only: Collection[str] | None = None) -> bytes:
    """Return what `folder_times` would, for the folders that it named before.

    `only` these are looked at, where it is known that the others are as they were.
    """
    lines = before.decode().split("\n")
    if only is None:
        return _look_at([line.rpartition("\t")[0] for line in lines], out)
    for place, line in enumerate(lines):
        folder = line.rpartition("\t")[0]
        if folder in only:
            lines[place] = _look_at([folder], out).decode()
    return "\n".join(lines).encode()


def _look_at(folders: Iterable[str], out: Path) -> bytes:
    lines = []
    for folder in folders:
        try:
            lines.append(f"{folder}\t{os.stat(f'{out}/{folder}').st_mtime_ns}")  # noqa: PTH116
        except OSError:
            lines.append(f"{folder}\t-")
    return "\n".join(lines).encode()


def remove_tree(folder: Path, *, ignore_errors: bool = False) -> None:
    """Remove a folder with all that may be in it."""
    try:
        folder.rmdir()  # it is empty, mostly
    except OSError:
        import shutil  # noqa: PLC0415 - it loads what packs archives

        shutil.rmtree(folder, ignore_errors=ignore_errors)


def fresh_folder(path: Path) -> Path:
    """Return `path` as an empty folder; what a killed build left there is removed."""
    if path.exists():
        remove_tree(path)
    path.mkdir(parents=True)
    return path


class Written(NamedTuple):
    """A file of the site as it was written."""

    sha256: str
    """"" where it was not asked for."""
    size_bytes: int
    mtime_ns: int
    """Of the file on disk; 0 where it was not written anew, since the same bytes stand there."""


def write_file(path: str, *parts: bytes | memoryview) -> int:
    """Write a whole file, in parts, and return its time of change in nanoseconds."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o644)
    try:
        for part in parts:
            rest = memoryview(part)
            while rest:
                rest = rest[os.write(handle, rest) :]
        return os.fstat(handle).st_mtime_ns
    except OSError as error:
        raise OSError(error.errno, error.strerror, path) from error  # it does not say where
    finally:
        os.close(handle)


class Staging:
    """The folder in which what is new of a site is made before it is shown.

    Workers write into it side by side; what they wrote is told to the one that publishes.
    """

    def __init__(self, folder: Path, standing: Mapping[str, Written] | None = None) -> None:
        """Take an empty folder, and the files that are known to stand in the output, whole."""
        self.folder = folder
        self.files: dict[str, Written] = {}
        self.standing = standing or {}
        self._folders: set[str] = set()

    def add(self, path: str, content: bytes) -> Written:
        """Write one file, if it is new; `path` is posix, from the site's root, checked before."""
        digest = sha256_hex(content)
        before = self.standing.get(path)
        if before is not None and before.sha256 == digest:
            found = Written(digest, len(content), 0)
        else:
            parent = path.rpartition("/")[0]
            if parent not in self._folders:
                os.makedirs(f"{self.folder}/{parent}", exist_ok=True)  # noqa: PTH103 - the hot path of a large build
                self._folders.add(parent)
            mtime_ns = write_file(f"{self.folder}/{path}", content)
            found = Written(digest, len(content), mtime_ns)
        self.files[path] = found
        return found

    def distrust(self, path: str) -> None:
        """Take a file of the output for one that is to be written: it is not as it was left."""
        self.standing = {name: file for name, file in self.standing.items() if name != path}


def make_manifest(files: Mapping[str, Written]) -> bytes:
    """Return the list of all files: path, size in bytes, SHA-256, sorted by path."""
    body = ",\n".join([manifest_line(path, *files[path][:2]) for path in sorted(files)])
    return f'{{"version": 1, "files": [\n{body}\n]}}\n'.encode()


def manifest_line(path: str, sha256: str, size_bytes: int) -> str:
    """Return one file's entry in the manifest."""
    name = f'"{path}"' if _PLAIN_PATH.fullmatch(path) else json.dumps(path, ensure_ascii=False)
    return f'{{"path": {name}, "size": {size_bytes}, "sha256": "{sha256}"}}'


def read_manifest(site: Path) -> dict[str, tuple[int, str]]:
    """Return path -> (size, SHA-256) of a site's manifest; empty where there is none to read."""
    try:
        stored = json.loads((site / MANIFEST).read_bytes())
        files = {file["path"]: (file["size"], file["sha256"]) for file in stored["files"]}
        if all(map(_POSSIBLE_PATH.fullmatch, files)):
            return files
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        pass
    return {}  # none, or somebody else's


def publish(
    staging: Staging, before: Collection[str], out: Path, state: Path
) -> tuple[WriteReport, dict[str, Written]]:
    """Move what is new over the last site; return what changed, and every file that stands now.

    `staging.files` tells all of the site, `before` names the files of the last one as far as they
    are remembered; what its manifest and the journal of earlier builds name is ours as well.

    Raises:
        OutputError: something that is not ours is in the way, or the disk does not take it
            (output-blocked).
    """
    last = set(before) or set(read_manifest(out))
    ours = last | _journal(state, out)
    files = dict(staging.files)
    fresh = [path for path, file in files.items() if file.mtime_ns]
    gone = sorted(ours - files.keys() - {MANIFEST})
    _check_way(staging.folder, fresh, ours, out)
    check_free([*fresh, *gone, MANIFEST], out)
    manifest = make_manifest(files)
    try:
        if not ours.issuperset(files):
            # Remember what is about to be written, so that a build killed half way can be tidied.
            _write_journal(state, out, ours | files.keys())
        written = _place_all(staging.folder, out, fresh, files)
        removed = [path for path in gone if remove(out, path)]
        if staging.standing.get(MANIFEST) is None or written or removed:
            place = Staging(staging.folder, staging.standing)
            files[MANIFEST] = place.add(MANIFEST, manifest)
            if files[MANIFEST].mtime_ns:
                written += _place_all(staging.folder, out, [MANIFEST], files)
        else:
            files[MANIFEST] = staging.standing[MANIFEST]
        if files.keys() != ours | {MANIFEST}:
            _write_journal(state, out, files.keys() - {MANIFEST})
    except OSError as error:
        raise blocked(error, out) from error
    report = WriteReport(
        files=len(files),
        size_bytes=sum(file.size_bytes for file in files.values()),
        written=tuple(written),
        removed=tuple(removed),
        gone=lost_pages(last, files),
    )
    return report, files


def lost_pages(last: Iterable[str], files: Collection[str]) -> tuple[str, ...]:
    """Return the pages among the files of the `last` site that are not among those of this one."""
    return tuple(
        path
        for path in sorted(last)
        if path not in files
        and path.endswith(".html")
        and not path.startswith(("pagefind/", "static/"))
    )


def last_written(state: Path, out: Path) -> set[str]:
    """Return the files of the last site, as far as they are known."""
    return set(read_manifest(out)) or _journal(state, out)


def look_of_output(state: Path, out: Path, *, with_sizes: bool) -> str:
    """Return what is another text when a build adds or removes files, or changes one's size."""
    paths = (_journal_path(state, out), *((out / MANIFEST,) if with_sizes else ()))
    times = []
    for path in paths:
        with suppress(OSError):
            times.append(path.stat().st_mtime_ns)
    return str(times)


def _place_all(
    folder: Path, out: Path, fresh: Iterable[str], files: dict[str, Written]
) -> list[str]:
    """Move the fresh files into place; return those whose bytes changed, sorted.

    A folder of which nothing stands in the output yet goes there whole, at one stroke.
    """
    waiting = sorted(fresh)
    moved: set[str] = set()
    there: set[str] = set()
    written: list[str] = []
    for path in waiting:
        top = path
        while "/" in top:
            top = top.rpartition("/")[0]
            if top in moved:
                break
        else:
            top = ""
        if top:
            written.append(path)
            continue
        whole = _missing_folder(out, path, there)
        if whole is not None:
            os.rename(f"{folder}/{whole}", f"{out}/{whole}")  # noqa: PTH104
            moved.add(whole)
            written.append(path)
        elif _place(folder, out, path):
            written.append(path)
        else:
            files[path] = files[path]._replace(mtime_ns=os.stat(f"{out}/{path}").st_mtime_ns)  # noqa: PTH116
    return written


def _missing_folder(out: Path, path: str, there: set[str]) -> str | None:
    """Return the widest folder above `path` that the output has not got, or None."""
    parts = path.split("/")[:-1]
    for end in range(1, len(parts) + 1):
        here = "/".join(parts[:end])
        if here in there:
            continue
        if not os.path.lexists(f"{out}/{here}"):
            return here
        there.add(here)
    return None


def _check_way(folder: Path, fresh: Collection[str], ours: set[str], out: Path) -> None:
    """Make sure that nothing is written through a symbolic link, or over what is not ours."""
    found = []
    folders = {path.rpartition("/")[0] for path in fresh} - {""}
    for name in sorted(folders):
        here = out
        for part in name.split("/"):
            here /= part
            if here.is_symlink() or (here.exists() and not here.is_dir()):
                found.append(here)
                break
    there = {name for name in (*folders, "") if (out / name).is_dir()}
    found.extend(
        out / path
        for path in fresh
        if path.rpartition("/")[0] in there and _is_in_the_way(folder, out, path, path in ours)
    )
    problems = tuple(
        problem(
            "output-blocked",
            "a link, file or folder that is not ours stands where a page must be",
            Location(path.relative_to(out.parent).as_posix()),
            "move it away",
        )
        for path in sorted(set(found))
    )
    if problems:
        raise OutputError(problems)


def check_free(paths: Iterable[str], out: Path) -> None:
    """Make sure that all these files can be replaced or removed, before the first of them is.

    Asked by access(2), which knows of immutable files and folders too.

    Raises:
        OutputError: some cannot (output-blocked).
    """
    held: set[str] = set()
    nearest: dict[str, str] = {}
    for path in paths:
        folder = path.rpartition("/")[0]
        there = nearest.get(folder)
        if there is None:
            there = folder
            while there and not os.path.isdir(f"{out}/{there}"):  # noqa: PTH112
                there = there.rpartition("/")[0]
            nearest[folder] = there
            if not os.access(f"{out}/{there}", os.W_OK):
                held.add(there)
        if there == folder and folder not in held and _is_held(f"{out}/{path}"):
            held.add(path)
    if held:
        raise OutputError(tuple(_held(out, path) for path in sorted(held)))


def _is_held(target: str) -> bool:
    """Return whether a file is immutable; one without the bit for writing is its owner's still."""
    try:
        found = os.lstat(target)
    except OSError:
        return False
    is_plain = stat.S_ISREG(found.st_mode) and bool(found.st_mode & stat.S_IWUSR)
    return is_plain and os.geteuid() in {0, found.st_uid} and not os.access(target, os.W_OK)


def _held(out: Path, path: str) -> Problem:
    is_fixed = os.statvfs(f"{out}/{path}").f_flag & os.ST_RDONLY
    cause = os.strerror(errno.EROFS if is_fixed else errno.EPERM)
    return blocked(OSError(None, cause, f"{out}/{path}"), out).problems[0]


def _is_in_the_way(folder: Path, out: Path, path: str, is_ours: bool) -> bool:  # noqa: FBT001
    """Return whether a folder, or a file that somebody else made, stands at `path`."""
    target = f"{out}/{path}"
    try:
        mode = os.lstat(target).st_mode
    except OSError:
        return False
    if stat.S_ISDIR(mode):
        return True
    if is_ours or not stat.S_ISREG(mode):
        return False
    with open(f"{folder}/{path}", "rb") as new, open(target, "rb") as old:  # noqa: PTH123
        return new.read() != old.read()


def _place(folder: Path, out: Path, path: str) -> bool:
    """Move one file into place; return False where the same bytes stood there already."""
    source, target = f"{folder}/{path}", f"{out}/{path}"
    try:
        if not os.path.islink(target) and os.path.getsize(target) == os.path.getsize(source):  # noqa: PTH114, PTH202
            with open(source, "rb") as new, open(target, "rb") as old:  # noqa: PTH123
                if new.read() == old.read():
                    return False
    except FileNotFoundError:
        pass
    os.replace(source, target)  # noqa: PTH105
    return True


def remove(out: Path, path: str) -> bool:
    """Remove a file of ours and the folders that it leaves empty."""
    target = out / path
    if not target.resolve().parent.is_relative_to(out.resolve()):
        return False
    try:
        target.unlink()
    except (FileNotFoundError, IsADirectoryError, NotADirectoryError, PermissionError):
        return False
    for parent in target.parents:
        if parent == out:
            break
        with suppress(OSError):
            parent.rmdir()
    return True


def _journal_path(state: Path, out: Path) -> Path:
    return state / f"written-{sha256_hex(str(out.resolve()).encode())[:12]}.txt"


def _journal(state: Path, out: Path) -> set[str]:
    try:
        text = _journal_path(state, out).read_text(encoding="utf-8")
    except OSError:
        return set()
    except UnicodeDecodeError:
        return set()  # damaged; what the manifest names is known all the same
    # A journal torn by a crash may end in half a path; that file is then simply not found.
    return {line for line in text.split("\n") if line and ".." not in line.split("/")}


def _write_journal(state: Path, out: Path, paths: Iterable[str]) -> None:
    target = _journal_path(state, out)
    fresh = target.with_suffix(".new")
    fresh.write_text("\n".join(sorted(paths)), encoding="utf-8")
    fresh.replace(target)


def add_to_journal(state: Path, out: Path, paths: Iterable[str]) -> None:
    """Name more files as ours, before they are written."""
    with _journal_path(state, out).open("a", encoding="utf-8") as journal:
        journal.write("".join(f"\n{path}" for path in paths))


def verify(site: Path) -> tuple[str, ...]:
    """Return how a site differs from its manifest, a line each, sorted; () where it does not.

    Raises:
        OSError: there is no manifest.
    """
    stored = (site / MANIFEST).read_bytes()
    del stored
    listed = read_manifest(site)
    found = {
        path.relative_to(site).as_posix()
        for path in site.rglob("*")
        if path.is_file() or path.is_symlink()
    } - {MANIFEST, ".gitkeep"}
    lines = [f"{path}: is not in the manifest" for path in found - set(listed)]
    lines += [f"{path}: is missing" for path in set(listed) - found]
    for path in sorted(found & set(listed)):
        size, digest = listed[path]
        content = (site / path).read_bytes()
        if len(content) != size:
            lines.append(f"{path}: has {len(content)} bytes, the manifest says {size}")
        elif sha256_hex(content) != digest:
            lines.append(f"{path}: has other bytes than the manifest says")
    return tuple(sorted(lines))
