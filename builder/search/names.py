r"""The name look-up: which people and terms a reader means who has typed a few letters.

Every word of every spelling leads to its person or term. The words are sorted and cut into files of
a few kilobytes, at their first letters, deeper where many begin alike; each file holds all that is
shown of its entries, so that an answer needs one file, at most two. Where more files than that
begin with the same letters, the first of them also holds the entries with those letters that have
the most articles.

The reader is templates/static/search-names.js, which folds as `builder.basics.spellings` does.

The index, which the catalogue carries as `names`:

    {"format": 1, "kinds": ["people", ...], "languages": {"en": ["", "ltr"], "ru": ["ru/", "ltr"]},
     "directions": {"fr": "ltr"}, "from": "\nhe\nm...", "files": "0f1e2d3c\n..."}

`from` are the first letters of each file, in the order of UTF-16, `files` their names. A file is
`names/<name>.pf_names`: gzip of `pagefind_dcd` and JSON, the entries with the most articles first:

    [[kind, slug, {"": name, "ru": name}, language of the first, articles, pages, [spelling]]]

The index may also have `labels`: `{"ru": "9e107d9d"}`, for languages in which a topic or section is
not called as in the filters of the index; the file holds `{"topic": {"Printing": "Печать"}}`.

`kind` counts in the index's kinds; `pages` has a bit for each of its languages in which there is a
page. A spelling is "vladimir/wladimir putin/poutine", the forms of one word parted by slashes;
forms that belong into another file are left out.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_left
from dataclasses import dataclass
from hashlib import sha256
from itertools import groupby
from operator import attrgetter
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from builder.basics.digests import sha256_hex
from builder.basics.languages import direction
from builder.basics.spellings import PROPER_KINDS, spell
from builder.search.formats import pack

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from builder.basics.spellings import Words
    from builder.model.site import Site, Term

FORMAT: Final = 1
NAMES: Final = "names"
"""The folder below pagefind/."""

FILTERS: Final = {"topics": "topic", "sections": "section"}
"""What the filter of each kind is called in the index: see templates/article.html."""

MOST_BYTES: Final = 8_000
"""About as large as a file gets, compressed; it may be a quarter larger."""
MOST_ALIKE: Final = 60
"""Entries that one and the same word leads to; those with the most articles."""
TOPS: Final = 12
"""Entries told for letters with which more than two files begin."""
_HAN: Final = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003134f]+")
_order: Final = attrgetter("order")
_COMPRESSED: Final = 0.45
"""Size of a file in relation to its JSON, about."""


@dataclass(frozen=True, slots=True)
class NameFiles:
    """The look-up of one site."""

    index: dict[str, Any]
    """For the catalogue."""
    files: dict[str, bytes]
    """By path below pagefind/, as plain files."""


class _Entry(NamedTuple):
    """A person or term with what is shown of it."""

    head: tuple[Any, ...]
    """All but the spellings, as in a file."""
    spellings: tuple[Words, ...]
    size: float
    """Bytes that it adds to a file, about."""


class _Lead(NamedTuple):
    """One word and the entry to which it leads."""

    order: bytes
    """The word in UTF-16, as scripts compare text."""
    rank: int
    """Place of the entry among all, those with the most articles first."""
    word: str


def name_files(site: Site) -> NameFiles | None:
    """Return the look-up of all people and terms; None where there are none."""
    languages, kinds = site.languages, site.settings.term_kinds
    terms = [term for kind in kinds for term in site.terms[kind].values()]
    if not terms:
        return None
    terms.sort(key=lambda term: (-_count(term), kinds.index(term.kind), term.slug))
    entries = [_entry(term, kinds.index(term.kind), languages) for term in terms]
    leads = sorted(
        _Lead(word.encode("utf-16-be", "surrogatepass"), rank, word)
        for rank, entry in enumerate(entries)
        for word in set(_keys(entry.spellings))
    )
    parts = list(_cut(_without_crowds(leads), entries, 1, ""))
    starts = [start for start, _ in parts]
    tops = _tops(leads, starts)
    names: list[str] = []
    files: dict[str, bytes] = {}
    for number, (_, part) in enumerate(parts):
        content = _file(part, tops.get(number, []), entries)
        names.append(sha256_hex(content)[:8])
        files[f"{NAMES}/{names[-1]}.pf_names"] = content
    others = {entry.head[3] for entry in entries} - {None, *languages}
    index: dict[str, Any] = {
        "format": FORMAT,
        "kinds": kinds,
        "languages": {tag: (site.prefix(tag), direction(tag)) for tag in languages},
        "directions": {tag: direction(tag) for tag in sorted(others)},
        "from": "\n".join(starts),
        "files": "\n".join(names),
    }
    labels = dict(_labels(site))
    if labels:
        index["labels"] = {tag: sha256_hex(content)[:8] for tag, content in labels.items()}
        files |= {
            f"{NAMES}/{index['labels'][tag]}.pf_names": content for tag, content in labels.items()
        }
    return NameFiles(index, files)


def _labels(site: Site) -> Iterator[tuple[str, bytes]]:
    """Yield for each language what the values of filters are called in it, where that differs."""
    for lang in site.languages:
        named = {
            name: {
                term.name: here
                for _, term in sorted(site.terms[kind].items())
                if (here := term.name_in(lang)[0]) != term.name
            }
            for kind, name in FILTERS.items()
            if kind in site.settings.term_kinds
        }
        if any(named.values()):
            yield lang, pack(_json(named))


def names_key(site: Site) -> bytes:
    """Return the digest of all that the look-up is made of."""
    languages = site.languages
    folders = [(lang, site.prefix(lang)) for lang in languages]
    told = sha256(repr((folders, site.settings.term_kinds)).encode())
    for kind in site.settings.term_kinds:
        for term in site.terms[kind].values():
            shown = [term.name_in(lang) for lang in languages]
            here = [term.is_in(lang) for lang in languages]
            told.update(repr((kind, term.slug, term.names, shown, here, _count(term))).encode())
    return told.digest()


def _count(term: Term) -> int:
    return sum(len(found) for by in (term.about, term.mentioned) for found in by.values())


def _entry(term: Term, kind: int, languages: Sequence[str]) -> _Entry:
    spellings = spell(term.names, is_proper=term.kind in PROPER_KINDS).words
    names = {"": term.name}
    for lang in languages:
        name, _ = term.name_in(lang)
        if name != term.name:
            names[lang] = name
    pages = sum(1 << n for n, lang in enumerate(languages) if n == 0 or term.is_in(lang))
    own = None if term.record is None else term.record.lang
    head = (kind, term.slug, names, own, _count(term), pages)
    return _Entry(head, spellings, len(_json([*head, ""])) * _COMPRESSED)


def _json(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _keys(spellings: Iterable[Words]) -> Iterator[str]:
    """Yield the words that lead to an entry."""
    for words in spellings:
        for forms in words:
            for form in forms:
                yield from _ways_to(form)


def _ways_to(form: str) -> tuple[str, ...]:
    """Return a word, and where it is Chinese, which has no spaces, its ends: 近平 for 习近平."""
    if form.isascii() or not _HAN.fullmatch(form):
        return (form,)
    return (form, *(form[at:] for at in range(1, len(form) - 1)))


def _without_crowds(leads: Iterable[_Lead]) -> Iterator[_Lead]:
    """Yield what sorted leads hold, of each word only the first ones."""
    for _, same in groupby(leads, key=lambda lead: lead.word):
        yield from list(same)[:MOST_ALIKE]


def _cut(
    leads: Iterable[_Lead], entries: Sequence[_Entry], letters: int, start: str
) -> Iterator[tuple[str, list[_Lead]]]:
    """Yield the parts of sorted leads, cut before their letter of that number, and their starts.

    The first part starts at `start`, the others with the letters of their first word.
    """
    heap: list[_Lead] = []
    ranks: set[int] = set()
    filled = 0.0
    begun: str | None = start
    for begin, group in groupby(leads, key=lambda lead: lead.word[:letters]):
        found = list(group)
        size = _size(found, ranks, entries)
        if heap and filled + size > MOST_BYTES:
            yield begun or "", heap
            heap, ranks, filled, begun = [], set(), 0.0, None
            size = _size(found, ranks, entries)
        begun = begin if begun is None else begun
        if size <= MOST_BYTES or found[0].word == found[-1].word:
            heap += found
            ranks.update(lead.rank for lead in found)
            filled += size
        else:
            yield from _cut(found, entries, letters + 1, begun)
            begun = None
    if heap:
        yield begun or "", heap


def _size(leads: Sequence[_Lead], ranks: set[int], entries: Sequence[_Entry]) -> float:
    """Return about how much these leads add to a file that holds entries of these ranks."""
    words = sum(len(lead.order) for lead in leads) * _COMPRESSED
    return words + sum(entries[rank].size for rank in {lead.rank for lead in leads} - ranks)


def _tops(leads: Sequence[_Lead], starts: Sequence[str]) -> dict[int, list[_Lead]]:
    """Return for each file what it holds besides its own: see TOPS."""
    begun: dict[str, list[int]] = {}
    for number, start in enumerate(starts):
        for end in range(1, len(start) + 1):
            begun.setdefault(start[:end], []).append(number)
    found: dict[int, list[_Lead]] = {}
    for letters, numbers in begun.items():
        # A file that begins with just these letters is the first of them; else the one before is.
        first = numbers[0] if starts[numbers[0]] == letters else numbers[0] - 1
        if numbers[-1] - first >= 2:
            at = bisect_left(leads, letters.encode("utf-16-be", "surrogatepass"), key=_order)
            same = []
            while at < len(leads) and leads[at].word.startswith(letters):
                same.append(leads[at])
                at += 1
            ranks = sorted({lead.rank for lead in same})[:TOPS]
            found.setdefault(first, []).extend(lead for lead in same if lead.rank in ranks)
    return found


def _file(part: Sequence[_Lead], tops: Sequence[_Lead], entries: Sequence[_Entry]) -> bytes:
    """Return the file of these leads."""
    words: dict[int, set[str]] = {}
    for lead in (*part, *tops):
        words.setdefault(lead.rank, set()).add(lead.word)
    listed = [
        (*entries[rank].head, list(_written(entries[rank].spellings, here)))
        for rank, here in sorted(words.items())
    ]
    return pack(_json(listed))


def _written(spellings: Iterable[Words], here: set[str]) -> Iterator[str]:
    """Yield the spellings to which words that are in a file lead.

    A word by which nobody came here is told in all its forms, to be compared with what else was
    typed; so is each word where several lead here.
    """
    for words in spellings:
        led = [_led(forms, here) for forms in words]
        count = len(words) - led.count([])
        if count:
            told = (
                forms if count > bool(found) else found
                for forms, found in zip(words, led, strict=True)
            )
            yield " ".join(map("/".join, told))


def _led(forms: Iterable[str], here: set[str]) -> list[str]:
    return [
        form
        for form in forms
        if form in here or (not form.isascii() and not here.isdisjoint(_ways_to(form)))
    ]
