"""Names, addresses and time zones in commits and tags, each told once."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from builder.basics.problems import Location, Problem, problem
from builder.history.repository import environment

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from builder.history import Repository

_SIGNED: Final = re.compile(rb"^(author|committer|tagger) (.*) <(.*)> \d+ ([+-]\d{4})$")
_TRAILER: Final = re.compile(rb"^[A-Z][a-z]+(?:-[a-z]+)*-by: *(.*?) *<(.*)> *$")
_PENDING: Final = ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT")


@dataclass(slots=True)
class _Seen:
    """Who and from where, with how often and the first commit of each."""

    people: Counter[tuple[str, str]] = field(default_factory=Counter)
    zones: Counter[str] = field(default_factory=Counter)
    signed: int = 0
    first: dict[object, str] = field(default_factory=dict)

    def person(self, name: bytes, address: bytes, commit: str) -> None:
        who = (name.decode(errors="replace"), address.decode(errors="replace"))
        self.people[who] += 1
        self.first.setdefault(who, commit)

    def zone(self, zone: str, commit: str) -> None:
        if zone not in {"+0000", "-0000"}:
            self.zones[zone] += 1
            self.first.setdefault(zone, commit)


def commit_traces(repository: Repository, allowed: frozenset[str]) -> Iterator[Problem]:
    """Yield what every commit and tag of the repository tells, of all its branches.

    `allowed` are names and e-mail addresses that may be there.
    """
    seen = _Seen()
    for raw in _raw_commits(repository):
        _look_at(raw, seen)
    tags = repository.ask(
        "for-each-ref", "refs/tags", "--format=%(refname:short)%00%(tagger)"
    ).stdout
    for line in tags.splitlines():
        name, _, tagger = line.partition(b"\0")
        found = _SIGNED.match(b"tagger " + tagger)
        if found:
            seen.person(found[2], found[3], f"the tag {name.decode(errors='replace')}")
            seen.zone(found[4].decode(), f"the tag {name.decode(errors='replace')}")
    yield from _problems(seen, allowed, "of the history")


def pending_traces(repository: Repository, allowed: frozenset[str]) -> Iterator[Problem]:
    """Yield what the commit that is about to be made would tell."""
    seen = _Seen()
    for name in _PENDING:
        told = repository.ask("var", name).stdout.strip()
        found = _SIGNED.match(b"author " + told)
        if found:
            seen.person(found[2], found[3], "this commit")
            seen.zone(found[4].decode(), "this commit")
    yield from _problems(seen, allowed, "of this commit")


def _raw_commits(repository: Repository) -> Iterator[bytes]:
    """Yield commits as git keeps them, behind a line with their id; not all are in memory."""
    command = repository.command("rev-list", "--all", "--header")
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdout is not None  # noqa: S101 - as asked for above
        rest = b""
        while block := process.stdout.read(1 << 20):
            *whole, rest = (rest + block).split(b"\0")
            yield from whole
        if rest.strip():
            yield rest


def _look_at(raw: bytes, seen: _Seen) -> None:
    head, _, message = raw.partition(b"\n\n")
    commit = head[:10].decode(errors="replace")
    for line in head.split(b"\n"):
        found = _SIGNED.match(line)
        if found:
            seen.person(found[2], found[3], commit)
            seen.zone(found[4].decode(), commit)
        elif line.startswith((b"gpgsig", b"encoding Windows", b"encoding cp")):
            seen.signed += line.startswith(b"gpgsig")
            seen.first.setdefault("signature", commit)
    for line in message.split(b"\n"):
        trailer = _TRAILER.match(line.strip())
        if trailer:
            seen.person(trailer[1], trailer[2], commit)


def _problems(seen: _Seen, allowed: frozenset[str], where: str) -> Iterable[Problem]:
    place = Location(".git")
    for (name, address), times in sorted(seen.people.items()):
        told = [part for part in (name, address) if part and part.casefold() not in allowed]
        if told:
            message = (
                f"{' and '.join(told)} can be read in {_counted(times)} {where}, "
                f"first in {seen.first[name, address]}"
            )
            hint = "allow them under `identity: {allow: [...]}`, or write the history anew"
            yield problem("identity-name", message, place, hint)
    for zone, times in sorted(seen.zones.items()):
        message = (
            f"the time zone {zone[:3]}:{zone[3:]} can be read in {_counted(times)} {where}, "
            f"first in {seen.first[zone]}"
        )
        hint = "commit with TZ=UTC in the environment"
        yield problem("identity-zone", message, place, hint)
    if seen.signed:
        message = (
            f"a signature tells whose key made {_counted(seen.signed)} {where}, first "
            f"{seen.first['signature']}"
        )
        yield problem("identity-name", message, place, "commit with --no-gpg-sign")


def _counted(times: int) -> str:
    return "1 line" if times == 1 else f"{times:,} lines"
