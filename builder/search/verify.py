"""Is a search bundle whole? Every file of it is read; nothing is changed.

Pagefind has shipped cut-off files without a word (its pull request 1272), and a damaged word list
shows in no other way than by results that are missing. Pure reading of one folder; called by
`pagefind` after each run, and by whoever wants to check a finished site.
"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final, TypeVar

from builder.basics.digests import sha256_hex
from builder.basics.problems import Location, Problem, problem
from builder.search.assets import known_digest
from builder.search.formats import (
    ENTRY,
    DamagedError,
    Entry,
    LanguageIndex,
    Meta,
    read_entry,
    read_filter_name,
    read_fragment,
    read_meta,
    unpack,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

BUNDLE: Final = "pagefind"
"""Where a bundle stands in a site; the paths of problems begin with it."""

SCRIPTS: Final = ("pagefind.js", "pagefind-worker.js")
"""Of Pagefind's scripts those that our own page uses."""

T = TypeVar("T")

_HINT: Final = "build again; if it stays, the disk or the installed Pagefind is damaged"
_COUNT_HINT: Final = (
    "each article's page must have its language in <html lang> and an element with the attribute "
    "data-pagefind-body, and no other page may have one; look at your own templates"
)


def page_counts(expected: Mapping[str, int]) -> dict[str, int]:
    """Return the pages that each index must have, under the tags that Pagefind gives it.

    It writes tags in small letters, so `pt-BR` and `pt-br` share an index.
    """
    counts: dict[str, int] = {}
    for tag, pages in sorted(expected.items()):
        if pages:
            counts[tag.lower()] = counts.get(tag.lower(), 0) + pages
    return counts


def verify_bundle(bundle: Path, expected: Mapping[str, int]) -> tuple[Problem, ...]:
    """Return everything that is wrong with the bundle, sorted; nothing when it is whole.

    `expected` says how many pages of each language tag were handed to Pagefind. All problems are
    `search-failed`, their paths as in the site: `pagefind/fragment/en_1a2b3c4.pf_fragment`.
    """
    inspection = _Inspection(bundle)
    entry = inspection.look(ENTRY, read_entry)
    if entry is not None:
        _inspect_counts(inspection, entry, page_counts(expected))
        for name in sorted({*SCRIPTS, *(one.wasm_name for one in entry.languages)}):
            inspection.look(name, partial(_check_asset, name, entry.version))
        for language in entry.languages:
            _inspect_language(inspection, language, entry.version)
        for name in sorted(set(inspection.present) - inspection.named):
            inspection.damage.append((name, "belongs to no index", _HINT))
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
        self.named: set[str] = set()
        self.damage: list[tuple[str, str, str]] = []
        """File, what is wrong with it (the file is the subject of the sentence), and a hint."""

    def look(self, name: str, reader: Callable[[bytes], T]) -> T | None:
        """Return what `reader` makes of a file that the bundle names; None where it is damaged."""
        self.named.add(name)
        try:
            return reader(self._bytes(name))
        except DamagedError as error:
            self.damage.append((name, str(error), _HINT))
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


def _inspect_counts(inspection: _Inspection, entry: Entry, expected: Mapping[str, int]) -> None:
    counted = {one.tag: one.page_count for one in entry.languages}
    for tag in sorted({*counted, *expected}):
        want, got = expected.get(tag, 0), counted.get(tag, 0)
        if want != got:
            sentence = f'counts {got} pages in the language "{tag}", but {want} were written'
            inspection.damage.append((ENTRY, sentence, _COUNT_HINT))


def _inspect_language(inspection: _Inspection, language: LanguageIndex, version: str) -> None:
    meta = inspection.look(language.meta_name, partial(_read_meta_of, language, version))
    if meta is None:
        # What it would have named cannot be told from what belongs to nobody.
        prefix = f"{language.tag}_"
        inspection.named |= {
            name
            for name in inspection.present
            if "/" in name and name.split("/")[-1].startswith(prefix)
        }
        return
    pages: set[str] = set()
    for fragment, words in meta.fragments:
        name = f"fragment/{fragment}.pf_fragment"
        inspection.look(name, partial(_check_fragment, words, pages))
    for chunk in meta.chunks:
        inspection.look(f"index/{chunk}.pf_index", _check_chunk)
    for title, file in meta.filters:
        inspection.look(f"filter/{file}.pf_filter", partial(_check_filter, title))


def _check_asset(name: str, version: str, data: bytes) -> None:
    """Compare what Pagefind ships with what it is known to ship."""
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


def _read_meta_of(language: LanguageIndex, version: str, data: bytes) -> Meta:
    meta = read_meta(unpack(data))
    if meta.version != version:
        raise DamagedError(f"was written by Pagefind {meta.version}, not {version}")
    if len(meta.fragments) != language.page_count:
        raise DamagedError(f"lists {len(meta.fragments)} pages, not {language.page_count}")
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


def _check_filter(title: str, data: bytes) -> None:
    held = read_filter_name(unpack(data))
    if held != title:
        raise DamagedError(f'holds the filter "{held}", not "{title}"')
