"""Is a site's search index whole? Every file of it is read; nothing is changed.

Pagefind has shipped cut-off files without a word (its pull request 1272), and a damaged word list
shows in no other way than by results that are missing. A build checks what it makes in memory, by
the same readers; this looks at a finished site's `pagefind/` folder.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final, TypeVar

from builder.basics.digests import sha256_hex
from builder.basics.problems import Location, Problem, problem
from builder.search.assets import known_digest
from builder.search.catalogue import CATALOGUE, read_catalogue
from builder.search.formats import (
    ENTRY,
    DamagedError,
    Meta,
    read_entry,
    read_filter_name,
    read_fragment,
    read_meta,
    unpack,
)
from builder.search.postings import posting_path, words_of_postings
from builder.search.scripts import from_script
from builder.search.volumes import filter_path, may_be_named, read_volume, volume_path

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BUNDLE: Final = "pagefind"
"""Where the index stands in a site; the paths of problems begin with it."""

HASHED_FOLDERS: Final = ("*/fragment/", "*/index/", "*/filter/", "names/", "words/")
"""Below it, `*` for a shard: the folders of which every file has its digest in its name."""

SCRIPTS: Final = ("pagefind.js", "pagefind-worker.js")
"""Of Pagefind's scripts those that our own page falls back to."""

T = TypeVar("T")

DAMAGE_HINT: Final = "build again; if it stays, the disk or the installed Pagefind is damaged"
COUNT_HINT: Final = (
    "each article's page must have its language in <html lang> and an element with the attribute "
    "data-pagefind-body, and no other page may have one; look at your own templates"
)


def verify_bundle(bundle: Path, expected: Mapping[str, int]) -> tuple[Problem, ...]:
    """Return everything that is wrong with a site's index, sorted; nothing when it is whole.

    `expected` says how many pages of each language tag it must hold. All problems are
    `search-failed`, their paths as in the site: `pagefind/en-undated/fragment/en_1a2b.pf_fragment`.
    Names look-up files (`names/`) are left to whoever made them.
    """
    inspection = _Inspection(bundle)
    is_scripts = f"{CATALOGUE}.js" in inspection.present
    inspection.is_scripts = is_scripts
    listed = inspection.look(CATALOGUE, read_catalogue, is_packed=True)
    if listed is not None:
        _inspect_counts(inspection, listed["shards"], expected)
        version = listed["pagefind"]
        engines = {f"wasm.{shard['stemmer'] or 'unknown'}.pagefind" for shard in listed["shards"]}
        for name in sorted({*SCRIPTS, *engines} if engines else ()):
            inspection.look(name, partial(check_asset, name, version))
        series = {one["path"]: one["names"].split() for one in listed["series"]}
        for one in listed["series"]:
            for name in series[one["path"]]:
                file = volume_path(one["path"], name)
                inspection.look(file, partial(_check_volume, name, one["shards"]), is_packed=True)
            for title, name in one["filters"].items():
                file = filter_path(one["path"], name)
                reader = partial(_check_bound_filter, title, name, one["shards"])
                inspection.look(file, reader, is_packed=True)
        counts = {one["path"]: one["shards"] for one in listed["series"]}
        for one in listed["groups"]:
            count = sum(counts.get(path, 0) for path in one["series"])
            for name in one["names"].split():
                file = posting_path(one["path"], name)
                inspection.look(file, partial(_check_postings, name, count), is_packed=True)
        for shard in listed["shards"]:
            _inspect_shard(inspection, shard, version, len(series.get(shard.get("series"), ())))
        for name in sorted(set(inspection.present) - inspection.named):
            if not name.startswith("names/"):
                inspection.damage.append((name, "belongs to no index", DAMAGE_HINT))
    found = [
        problem("search-failed", f"this file {damage}", Location(f"{BUNDLE}/{name}"), hint)
        for name, damage, hint in inspection.damage
    ]
    return tuple(sorted(found, key=lambda p: p.sort_key))


class _Inspection:
    """The files of a bundle, those that the bundle itself has named so far, and the damage."""

    def __init__(self, bundle: Path) -> None:
        self.present = {
            path.relative_to(bundle).as_posix(): path
            for path in bundle.rglob("*")
            if path.is_symlink() or not path.is_dir()
        }
        self.is_scripts = False
        self.named: set[str] = set()
        self.damage: list[tuple[str, str, str]] = []
        """File, what is wrong with it (the file is the subject of the sentence), and a hint."""

    def look(self, name: str, reader: Callable[[bytes], T], *, is_packed: bool = False) -> T | None:
        """Return what `reader` makes of a file that the bundle names; None where it is damaged.

        `is_packed`: it stands as a script where the others of its kind do.
        """
        file = f"{name}.js" if is_packed and self.is_scripts else name
        self.named.add(file)
        try:
            data = self._bytes(file)
            if file != name:
                data = _script_content(name, data)
            return reader(data)
        except DamagedError as error:
            self.damage.append((file, str(error), DAMAGE_HINT))
            return None

    def _bytes(self, name: str) -> bytes:
        path = self.present.get(name)
        if path is None:
            raise DamagedError("is missing")
        if path.is_symlink():
            raise DamagedError("is a symbolic link")
        try:
            return path.read_bytes()
        except OSError as error:
            raise DamagedError(f"cannot be read: {error.strerror}") from error


def _script_content(name: str, data: bytes) -> bytes:
    try:
        called, content = from_script(data)
    except (ValueError, UnicodeDecodeError) as error:
        raise DamagedError("is not a whole script") from error
    if called != name:
        raise DamagedError(f"is the script of {called}")
    return content


def _inspect_counts(
    inspection: _Inspection, shards: list[dict[str, Any]], expected: Mapping[str, int]
) -> None:
    counted: dict[str, int] = {}
    for shard in shards:
        counted[shard["lang"]] = counted.get(shard["lang"], 0) + shard["pages"]
    wanted: dict[str, int] = {}
    for tag, pages in expected.items():
        wanted[tag.lower()] = wanted.get(tag.lower(), 0) + pages
    for tag in sorted({*counted, *wanted}):
        want, got = wanted.get(tag, 0), counted.get(tag, 0)
        if want != got:
            sentence = f'counts {got} pages in the language "{tag}", but {want} were written'
            inspection.damage.append((CATALOGUE, sentence, COUNT_HINT))


def _inspect_shard(
    inspection: _Inspection, shard: dict[str, Any], version: str, volumes: int
) -> None:
    """Look at the files of a shard; where its word lists are bound, at its numbers of volumes."""
    folder = shard["path"]
    tag, count, name = shard["lang"], shard["pages"], shard["meta"]
    inspection.look(f"{folder}/{ENTRY}", partial(_check_entry, tag, count, name, version))
    meta = inspection.look(
        f"{folder}/pagefind.{name}.pf_meta", partial(_read_meta_of, count, version, volumes)
    )
    if meta is None:
        # What it would have named cannot be told from what belongs to nobody.
        inspection.named |= {name for name in inspection.present if name.startswith(f"{folder}/")}
        return
    pages: set[str] = set()
    for fragment, words in meta.fragments:
        name = f"{folder}/fragment/{fragment}.pf_fragment"
        inspection.look(name, partial(_check_fragment, words, pages), is_packed=True)
    for chunk in () if volumes else meta.chunks:
        inspection.look(f"{folder}/index/{chunk}.pf_index", _check_chunk, is_packed=True)
    for title, file in () if volumes else meta.filters:
        name = f"{folder}/filter/{file}.pf_filter"
        inspection.look(name, partial(_check_filter, title), is_packed=True)


def check_asset(name: str, version: str, data: bytes) -> bool:
    """Compare what Pagefind ships with what it is known to ship; True where it is that.

    Raises:
        DamagedError: it is not.
    """
    content = unpack(data) if name.startswith("wasm.") else data
    digest = known_digest(version, name)
    if digest is not None:
        if sha256_hex(data) != digest:
            raise DamagedError(f"is not what Pagefind {version} ships")
    elif name.startswith("wasm."):
        if not content.startswith(b"\0asm"):
            raise DamagedError("is not WebAssembly")
    # A version that nobody has written down: see at least that both ends are there.
    elif len(data) < 4096 or b"\0" in data or not data.rstrip().endswith((b"}", b";")):
        raise DamagedError("is not a whole script")
    elif name == SCRIPTS[0] and f'"{version}"'.encode() not in data:
        raise DamagedError(f"is not the script of Pagefind {version}")
    return True


def _check_entry(tag: str, count: int, meta: str, version: str, data: bytes) -> None:
    entry = read_entry(data)
    if entry.version != version:
        raise DamagedError(f"was written by Pagefind {entry.version}, not {version}")
    found = [(one.tag, one.page_count, one.hash) for one in entry.languages]
    if found != [(tag, count, meta)]:
        raise DamagedError(f'does not name the {count} pages in the language "{tag}"')


def _read_meta_of(count: int, version: str, volumes: int, data: bytes) -> Meta:
    meta = read_meta(unpack(data))
    if meta.version != version:
        raise DamagedError(f"was written by Pagefind {meta.version}, not {version}")
    if len(meta.fragments) != count:
        raise DamagedError(f"lists {len(meta.fragments)} pages, not {count}")
    if volumes and not {*meta.chunks} <= {str(number) for number in range(volumes)}:
        raise DamagedError("names word lists that there are not")
    return meta


def _check_fragment(words: int, pages: set[str], data: bytes) -> None:
    """See that a fragment is of the size that the meta file says, and of a page of its own."""
    url, held = read_fragment(unpack(data))
    if held != words:
        raise DamagedError(f"has {held} words, not {words}")
    if url in pages:
        raise DamagedError(f"holds a page that another one holds too: {url}")
    pages.add(url)


def _check_chunk(data: bytes) -> None:
    if not unpack(data):
        raise DamagedError("is empty")


def _check_volume(name: str, shards: int, data: bytes) -> list[bytes]:
    content = unpack(data)
    if not may_be_named(content, name):
        raise DamagedError("is not the one that is named so")
    return read_volume(content, shards)


def _check_postings(name: str, shards: int, data: bytes) -> None:
    for part in _check_volume(name, shards, data):
        words_of_postings(part)


def _check_bound_filter(title: str, name: str, shards: int, data: bytes) -> None:
    for part in _check_volume(name, shards, data):
        if part and read_filter_name(part) != title:
            raise DamagedError(f'does not hold the filter "{title}" alone')


def _check_filter(title: str, data: bytes) -> None:
    held = read_filter_name(unpack(data))
    if held != title:
        raise DamagedError(f'holds the filter "{held}", not "{title}"')
