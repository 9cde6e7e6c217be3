"""Commits -> the changes of each file, oldest first. Pure; kept between builds as bytes."""

from collections.abc import Iterable
from typing import Final

import msgspec


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """What a commit did to one file; paths from content/."""

    old_path: str
    path: str
    before: str
    """Id of the blob; "" where the file was added."""
    after: str
    """"" where it was removed."""


class Commit(msgspec.Struct, frozen=True, array_like=True):
    """A commit that touched files of the archive."""

    id: str
    seconds: int
    """When it was made, since 1970 in UTC. The committer's zone is nobody's business."""
    author: str
    subject: str
    entries: tuple[Entry, ...]


class Change(msgspec.Struct, frozen=True, array_like=True):
    """One change of one file."""

    commit: int
    """Its place in `Trails.commits`."""
    before: str
    after: str


class Trails(msgspec.Struct, frozen=True, array_like=True):
    """All that is known of the files that are there now."""

    tip: str = ""
    """The commit up to which it is told."""
    root: str = ""
    """Where the history was begun: another one is another history."""
    commits: tuple[tuple[str, int, str, str], ...] = ()
    """(id, seconds, author, subject) of those that the changes name."""
    changes: dict[str, tuple[Change, ...]] = {}
    """By path from content/, oldest first."""


_ENCODER: Final = msgspec.msgpack.Encoder()
_DECODER: Final = msgspec.msgpack.Decoder(Trails)


def extend(trails: Trails, commits: Iterable[Commit], tip: str) -> Trails:
    """Return the trails after more commits, given oldest first.

    A renamed file keeps its changes. What is removed is forgotten, and begins anew if it returns.
    """
    known = list(trails.commits)
    changes = dict(trails.changes)
    for commit in commits:
        place = len(known)
        known.append((commit.id, commit.seconds, commit.author, commit.subject))
        # Two files may change their names for each other's: take all away before putting any back.
        before = {entry.old_path: changes.get(entry.old_path, ()) for entry in commit.entries}
        for entry in commit.entries:
            if not entry.after or entry.old_path != entry.path:
                changes.pop(entry.old_path, None)
        for entry in commit.entries:
            if entry.after:
                earlier = before[entry.old_path] if entry.before else ()
                changes[entry.path] = (*earlier, Change(place, entry.before, entry.after))
    return Trails(tip, trails.root or (known[0][0] if known else ""), tuple(known), changes)


def pack_trails(trails: Trails) -> bytes:
    """Return the trails as bytes."""
    return _ENCODER.encode(trails)


def unpack_trails(packed: bytes) -> Trails:
    """Return the trails that were packed.

    Raises:
        ValueError: the bytes are not those of trails.
    """
    try:
        return _DECODER.decode(packed)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
