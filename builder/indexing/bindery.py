"""The series and groups of a whole build: each is bound once all its shards are made."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Final

import msgspec

from builder.indexing.binding import Bound, BoundGroup
from builder.indexing.records import bound_entries
from builder.search import groups_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from builder.disk.memory import Memory
    from builder.disk.write import Staging
    from builder.indexing.binding import Binder, Grouper, GroupRow, SeriesRow
    from builder.search import Member, Shard

_MADE: Final = "all that was missing is made"


class Bindery:
    """Puts the files of series and groups among those of the site."""

    def __init__(
        self,
        shards: Iterable[Shard],
        stale: Iterable[Shard],
        binder: Binder,
        grouper: Grouper,
        make: Callable[[Sequence[Shard]], Iterator[tuple[Shard, Member | None]]],
        staging: Staging,
        memory: Memory,
        entries: dict[str, bytes],
    ) -> None:
        """Take the shards of a plan, and those of them that will be handed on, made anew.

        `make` makes shards, such as can be bound in no other way; `entries` are the places of all
        in the catalogue, which change as they are bound.
        """
        self.bound: dict[str, SeriesRow] = {}
        self.grouped: dict[str, GroupRow] = {}
        self.remade: list[Shard] = []
        """Shards that were made although nothing of them had changed."""
        self._binder = binder
        self._grouper = grouper
        self._make = make
        self._staging = staging
        self._memory = memory
        self._entries = entries
        self._shards: dict[str, list[Shard]] = {}
        for shard in shards:
            if shard.series:
                self._shards.setdefault(shard.series, []).append(shard)
        self._made: dict[str, dict[str, Member]] = {path: {} for path in self._shards}
        self._awaited = Counter(shard.series for shard in stale)
        listed = [(one[0].lang, path) for path, one in self._shards.items()]
        self._groups = groups_of(listed)
        self._homes = {path: group for group, paths in self._groups.items() for path in paths}

    def take(self, shard: Shard, member: Member | None) -> None:
        """Take a shard that was made anew; with the last one of a series bind that."""
        if member is None:
            return
        made = self._made[shard.series]
        made[shard.path] = member
        if len(made) == self._awaited[shard.series]:
            self._finish(shard.series)

    def finish(self) -> None:
        """Bind what has not been bound."""
        for path in self._shards:
            if path not in self.bound:
                self._finish(path)

    def _finish(self, path: str) -> None:
        row = self._binder.rows.get(path)
        members = tuple(shard.path for shard in self._shards[path])
        if row is None or row.members != members or self._made[path]:
            self._bind(path)
        else:
            self.bound[path] = row
        group = self._homes[path]
        if all(one in self.bound for one in self._groups[group]):
            self._finish_group(group)

    def _bind(self, path: str) -> None:
        shards, made = self._shards[path], self._made[path]
        listed = [(shard.path, shard.lang) for shard in shards]
        found = self._binder.bind(path, listed, made)
        if isinstance(found, list):
            self._remake(shard for shard in shards if shard.path in found)
            found = self._binder.bind(path, listed, made)
            assert isinstance(found, Bound), _MADE  # noqa: S101 - for mypy
        made.clear()
        self._write(found.fresh)
        self._memory.put(f"series {path}", msgspec.msgpack.encode(found.row))
        for shard_path, entry in bound_entries(path, found.row, self._entries):
            self._entries[shard_path] = entry
            self._memory.put(f"shard entry {shard_path}", entry)
        self.bound[path] = found.row

    def _finish_group(self, path: str) -> None:
        shards = [shard for one in self._groups[path] for shard in self._shards[one]]
        row = self._grouper.rows.get(path)
        if (
            row is None
            or row.members != tuple(shard.path for shard in shards)
            or any(self.bound[one] is not self._binder.rows.get(one) for one in self._groups[path])
            or not all(name in self._staging.standing for name in row.files)
        ):
            row = self._bind_group(path, shards)
        self.grouped[path] = row

    def _bind_group(self, path: str, shards: Sequence[Shard]) -> GroupRow:
        series = self._groups[path]
        listed = [(shard.path, shard.lang) for shard in shards]
        found = self._grouper.bind(series, listed, self.bound[path].starts)
        if isinstance(found, list):
            lost = [shard for shard in shards if shard.path in found]
            self._remake(lost)
            for one in dict.fromkeys(shard.series for shard in lost):
                self._bind(one)
            found = self._grouper.bind(series, listed, self.bound[path].starts)
            assert isinstance(found, BoundGroup), _MADE  # noqa: S101 - for mypy
        self._write(found.fresh)
        self._memory.put(f"group {path}", msgspec.msgpack.encode(found.row))
        return found.row

    def _remake(self, shards: Iterable[Shard]) -> None:
        lost = list(shards)
        self.remade += lost
        for shard, member in self._make(lost):
            if member is not None:
                self._made[shard.series][shard.path] = member

    def _write(self, files: Iterable[tuple[str, bytes]]) -> None:
        for name, content in files:
            self._staging.add(name, content)
