"""A series of shards whose word lists are bound: its volumes, and what its shards say of them.

Their filters are bound too, each in one file.

Pagefind's meta file names a shard's word lists; here it names the volumes in which they are, by
number, so that Pagefind's own runtime finds them too (templates/static/search-stock.js). Pure.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from builder.search.canonical import entry_file, meta_file
from builder.search.formats import ENTRY, DamagedError, read_cbor, unpack
from builder.search.volumes import bind, filter_path, name_volumes, stack, volume_path
from builder.search.words import Words, join_words, split_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from builder.search.canonical import MadeShard
    from builder.search.volumes import Volumes


class Member(NamedTuple):
    """A shard of a series."""

    path: str
    lang: str
    words: Words
    meta: bytes
    """Its meta file, unpacked, whatever word lists that names; b"" where nothing is to be found."""
    entry: bytes
    """Its pagefind-entry.json, whatever meta file that names."""
    filters: dict[str, bytes]
    """Its filters by name, unpacked."""


class BoundSeries(NamedTuple):
    """The files of a series."""

    path: str
    starts: tuple[str, ...]
    names: tuple[str, ...]
    metas: tuple[str, ...]
    """The name of each shard's meta file, without `pagefind.` and `.pf_meta`."""
    filters: dict[str, str]
    """The file of each filter, which is made of parts as volumes are."""
    files: dict[str, bytes]
    """The other files of its shards, by path below pagefind/."""
    words: Volumes
    values: tuple[bytes, ...]
    """Of each filter, not packed."""

    @property
    def paths(self) -> tuple[str, ...]:
        """Where volumes and filters stand below pagefind/, as plain files."""
        volumes = (volume_path(self.path, name) for name in self.names)
        return (*volumes, *(filter_path(self.path, name) for name in self.filters.values()))

    def contents(self) -> Iterator[bytes]:
        """Yield what stands there, not packed: one volume at a time, for they are large."""
        yield from self.words.contents()
        yield from self.values


def member_of(path: str, lang: str, made: MadeShard) -> Member:
    """Return a shard as it was made.

    Raises:
        DamagedError: a word list has another form.
    """
    parts = [
        split_words(unpack(content))
        for name, content in made.files.items()
        if name.startswith("index/")
    ]
    words = join_words(sorted(parts, key=lambda part: part.first))
    (meta,) = (unpack(made.files[name]) for name in made.files if name.endswith(".pf_meta"))
    assert made.entry is not None  # noqa: S101 - for mypy: there is a meta file
    filters = {
        title: unpack(made.files[f"filter/{file}.pf_filter"])
        for title, file in made.entry["filters"].items()
    }
    return Member(path, lang, words, meta, made.files[ENTRY], filters)


def is_bound(name: str) -> bool:
    """Return whether a file of a shard, by its path below that, is made anew for its series."""
    return name.startswith(("index/", "filter/")) or name.endswith(".pf_meta") or name == ENTRY


def bind_series(path: str, members: Sequence[Member]) -> BoundSeries:
    """Return the files of these shards, in their order.

    Raises:
        DamagedError: a meta file has another form.
    """
    bound = bind([member.words for member in members])
    files: dict[str, bytes] = {}
    metas: list[str] = []
    for member, chunks in zip(members, bound.chunks, strict=True):
        if not member.meta:
            metas.append("")
            continue
        meta: list[Any] = _read(member.meta)
        meta[2] = [[first, last, str(number)] for first, last, number in chunks]
        name, content = meta_file(member.lang, meta)
        metas.append(name)
        files[f"{member.path}/pagefind.{name}.pf_meta"] = content
        files[f"{member.path}/{ENTRY}"] = entry_file(member.entry, member.lang, name)
    titles = sorted({title for member in members for title in member.filters})
    values = tuple(stack(member.filters.get(title, b"") for member in members) for title in titles)
    return BoundSeries(
        path=path,
        starts=bound.starts,
        names=bound.names,
        metas=tuple(metas),
        filters=dict(zip(titles, name_volumes(values), strict=True)),
        files=files,
        words=bound,
        values=values,
    )


def _read(content: bytes) -> list[Any]:
    try:
        value, _ = read_cbor(content)
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError("is not a meta file") from error
    if not isinstance(value, list) or len(value) < 5:
        raise DamagedError("is not a meta file")
    return value


def bound_entry(entry: Mapping[str, Any], *, series: str, place: int, meta: str) -> dict[str, Any]:
    """Return a shard's place in the catalogue once its word lists are bound."""
    kept = {name: value for name, value in entry.items() if name != "chunks"}
    return kept | {"meta": meta, "series": series, "place": place}
