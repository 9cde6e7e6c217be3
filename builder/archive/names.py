"""Who or what a name in front matter means: by slug, then by name, then by alias."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Final

from builder.archive.doubts import similar_names
from builder.basics.nearest import nearest
from builder.basics.problems import Location, Problem, problem
from builder.basics.slugs import fold_name, make_slug, slug_fault

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from builder.model.content import Reference, TermRecord

MOST_HINTS: Final = 200
"""Unknown names that get a "did you mean"; each look-up reads all known names."""


class Register:
    """The people, or the terms of one taxonomy, that have a file; and those that do not."""

    def __init__(self, kind: str, records: Iterable[TermRecord]) -> None:
        """Take the records of one kind; the first in order of path keeps a slug claimed twice."""
        self.kind = kind
        self.problems: list[Problem] = []
        self.records: dict[str, TermRecord] = {}
        self.merged: dict[str, str] = {}
        self._by_name: dict[str, set[str]] = defaultdict(set)
        self._by_alias: dict[str, set[str]] = defaultdict(set)
        self._found: dict[str, str | None] = {}
        self._unknown: dict[str, dict[str, list[Location]]] = defaultdict(lambda: defaultdict(list))
        for record in sorted(records, key=lambda r: r.path):
            self._add(record)
        self._merge()

    def _add(self, record: TermRecord) -> None:
        before = self.records.get(record.slug)
        if before is not None:
            message = f'"{record.slug}" is described twice, here and in {before.path}'
            hint = "keep one file, or give one of them another slug"
            self.problems.append(problem("duplicate-slug", message, record.location, hint))
            return
        self.records[record.slug] = record
        for name in (record.name, *record.names.values()):
            self._by_name[fold_name(name)].add(record.slug)
        for name in (*record.aliases, *record.former_names):
            self._by_alias[fold_name(name)].add(record.slug)

    def _merge(self) -> None:
        targets: dict[str, str] = {}
        for record in self.records.values():
            if record.merged_into is not None:
                target = self._look_up(record.merged_into)
                if target is None:
                    message = f'"{record.merged_into.text}" has no file to be merged into'
                    place = record.merged_into.location
                    self.problems.append(problem("unknown-parent", message, place))
                else:
                    targets[record.slug] = target
        for slug, target in targets.items():
            seen, end = {slug}, target
            while end in targets and end not in seen:
                seen.add(end)
                end = targets[end]
            if end in seen:
                place = self.records[slug].location
                message = f'"{slug}" is merged into itself'
                self.problems.append(problem("term-cycle", message, place))
            else:
                self.merged[slug] = end

    def resolve(self, name: Reference) -> str | None:
        """Return the slug that `name` means, a new one where nobody is known by it.

        None where it cannot be told (ambiguous-name) or cannot be an address (bad-slug).
        """
        if name.text in self._found:
            slug = self._found[name.text]
        else:
            slug = self._look_up(name)
            if slug is None and not self._is_ambiguous(name.text):
                slug = self._new_slug(name)
            self._found[name.text] = slug
        if slug is None:
            if self._is_ambiguous(name.text):
                self._report_ambiguous(name)
            return None
        slug = self.merged.get(slug, slug)
        if slug not in self.records:
            self._unknown[slug][name.text].append(name.location)
        return slug

    def look_up(self, name: Reference) -> str | None:
        """Return the slug of the file that `name` means, or None where there is none."""
        slug = self._look_up(name)
        return None if slug is None else self.merged.get(slug, slug)

    def _candidates(self, text: str) -> tuple[str, ...]:
        if text in self.records:
            return (text,)
        key = fold_name(text)
        if key in self.records:
            return (key,)
        return tuple(sorted(self._by_name.get(key) or self._by_alias.get(key) or ()))

    def _is_ambiguous(self, text: str) -> bool:
        ends = {self.merged.get(slug, slug) for slug in self._candidates(text)}
        return len(ends) > 1

    def _look_up(self, name: Reference) -> str | None:
        found = self._candidates(name.text)
        ends = {self.merged.get(slug, slug) for slug in found}
        return found[0] if len(ends) == 1 else None

    def _report_ambiguous(self, name: Reference) -> None:
        slugs = self._candidates(name.text)
        files = " and ".join(self.records[slug].path for slug in slugs)
        message = f'"{name.text}" can mean {files}'
        hint = "write the slug: " + " or ".join(slugs)
        self.problems.append(problem("ambiguous-name", message, name.location, hint))

    def _new_slug(self, name: Reference) -> str | None:
        slug = make_slug(name.text)
        fault = slug_fault(slug)
        if fault is None:
            return slug
        message = f'the name "{name.text}" makes the slug "{slug}", which {fault}'
        hint = f"describe it in a file in content/{self.kind}/ with a slug of your own"
        self.problems.append(problem("bad-slug", message, name.location, hint))
        return None

    def warn_of_similar(self, counts: Mapping[str, int]) -> None:
        """Warn of names without a file that are nearly the same; `counts`: articles by slug."""
        names = {
            slug: min(spellings, key=lambda text: (text == slug, text))
            for slug, spellings in self._unknown.items()
            if counts.get(slug)
        }
        for pair in similar_names(names):
            less, more = sorted(pair, key=lambda slug: (counts[slug], slug))
            place = min(place for found in self._unknown[less].values() for place in found)
            message = (
                f'"{names[less]}" is nearly "{names[more]}", and both are in use: '
                f"by {counts[less]} and by {counts[more]}"
            )
            hint = "write one of them everywhere, or a file for each if they are two"
            self.problems.append(problem("similar-terms", message, place, hint))

    def new_terms(self) -> dict[str, str]:
        """Return slug and name of everything named without a file, and warn of each once."""
        terms: dict[str, str] = {}
        known = [record.name for record in self.records.values()]
        for number, (slug, spellings) in enumerate(sorted(self._unknown.items())):
            # A name as somebody wrote it is better than a slug; else the first of the alphabet.
            best = min(spellings, key=lambda text: (text == slug, text))
            terms[slug] = best if best != slug else _name_from_slug(slug, self.kind)
            places = sorted(place for found in spellings.values() for place in found)
            more = len(places) - 1
            times = (
                "" if not more else ", and once more" if more == 1 else f", and {more:,} times more"
            )
            message = f'no file in content/{self.kind}/ describes "{best}"{times}'
            guess = nearest(best, known) if known and number < MOST_HINTS else None
            hint = f"write content/{self.kind}/{slug}.md"
            if guess is not None:
                hint = f'did you mean "{guess}"? otherwise {hint}'
            self.problems.append(problem("unknown-term", message, places[0], hint))
        return terms


def _name_from_slug(slug: str, kind: str) -> str:
    """Return a readable name where only a slug was ever written: `james-baker` to James Baker."""
    words = slug.replace("_", "-").split("-")
    if kind in {"people", "places", "organisations"}:
        return " ".join(word.capitalize() for word in words)
    return " ".join(words).capitalize()
