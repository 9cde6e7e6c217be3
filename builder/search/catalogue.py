"""What the search page reads first: every shard with all that a query must know of it.

One compressed JSON file for all shards, made of one entry for each, which is remembered with its
shard: so a shard that stays as it was is listed without being looked at. Pure.
"""

from __future__ import annotations

import base64
import datetime as dt
import json
import math
from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from builder.basics.languages import direction
from builder.search.formats import DamagedError, pack, unpack

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from builder.search.shards import Page

CATALOGUE: Final = "catalogue.pf_catalogue"
FORMAT: Final = 3


def shard_entry(
    *,
    path: str,
    lang: str,
    stemmer: str | None,
    pages: Sequence[Page],
    meta: str,
    words: Sequence[int],
    fragments: Sequence[str],
    chunks: Sequence[tuple[str, str]],
    filters: Mapping[str, str],
    fields: Sequence[str],
) -> dict[str, Any]:
    """Return a shard's place in the catalogue.

    Args:
        path: Its folder.
        lang: As Pagefind writes it.
        stemmer: Which of Pagefind's engines its words were stemmed for.
        pages: In the order of their numbers.
        meta: The name of its meta file without `pagefind.` and `.pf_meta`.
        words: How many each page has.
        fragments: The name of each page's fragment: `en_8f2a03c717`, the last two digits its place
            in a group of neighbours.
        chunks: First word and name of each.
        filters: File by name of filter.
        fields: Of the pages, as the word lists number them.
    """
    dated = [page.day for page in pages if page.day is not None]
    steps = (
        (later - day for day, later in zip([dated[0], *dated], dated, strict=False))
        if dated
        else ()
    )
    groups = Counter(name.rpartition("_")[2][:8] for name in fragments)
    return {
        "path": path,
        "lang": lang,
        "dir": direction(lang),
        "stemmer": stemmer,
        "from": dt.date.fromordinal(dated[0]).isoformat() if dated else None,
        "to": dt.date.fromordinal(dated[-1]).isoformat() if dated else None,
        "pages": len(pages),
        "undated": len(pages) - len(dated),
        "meta": meta,
        "average": round(sum(words) / max(1, len(words)), 2),
        "lengths": _base64(bytes(length_byte(count) for count in words)),
        "days": _base64(b"".join(_leb128(step) for step in steps)),
        "fragments": _base64(
            b"".join(bytes([count]) + bytes.fromhex(name) for name, count in groups.items())
        ),
        "chunks": {
            "from": "\n".join(first for first, _ in chunks),
            "names": "\n".join(name for _, name in chunks),
        },
        "filters": dict(sorted(filters.items())),
        "fields": list(fields),
    }


def series_entry(
    path: str,
    *,
    shards: int,
    starts: Iterable[str],
    names: Iterable[str],
    filters: Mapping[str, str],
) -> dict[str, Any]:
    """Return a series' place in the catalogue: see `builder.search.volumes`."""
    return {
        "path": path,
        "shards": shards,
        "from": "\n".join(starts),
        "names": "\n".join(names),
        "filters": dict(sorted(filters.items())),
    }


def group_entry(path: str, *, series: Iterable[str], names: Iterable[str]) -> dict[str, Any]:
    """Return a group's place in the catalogue: see `builder.search.postings`."""
    return {"path": path, "series": list(series), "names": "\n".join(names)}


def length_byte(words: int) -> int:
    """Return a page's number of words on a scale of eight steps for each doubling."""
    return min(255, round(8 * math.log2(words + 1)))


def make_catalogue(
    entries: Iterable[Mapping[str, Any]],
    *,
    version: str,
    is_scripts: bool,
    names: Mapping[str, Any] | None = None,
    series: Iterable[Mapping[str, Any]] = (),
    groups: Iterable[Mapping[str, Any]] = (),
) -> bytes:
    """Return the catalogue of these shards, compressed, never as a script.

    Newest first: by last day, then language, and within one by first day. `names` is the index of
    the name look-up, if there is one; `series` are those that the entries name, `groups` those that
    have them.
    """
    newest_first = sorted(
        entries, key=lambda one: (one["from"] or "", len(one["path"]), one["path"]), reverse=True
    )
    newest_first.sort(key=lambda one: str(one["lang"]))
    newest_first.sort(key=lambda one: one["to"] or "", reverse=True)
    listed: dict[str, Any] = {
        "format": FORMAT,
        "pagefind": version,
        "scripts": is_scripts,
        "shards": newest_first,
        "series": sorted(series, key=lambda one: str(one["path"])),
        "groups": sorted(groups, key=lambda one: str(one["path"])),
    }
    if names is not None:
        listed["names"] = names
    return pack(json.dumps(listed, ensure_ascii=False, separators=(",", ":")).encode())


def read_catalogue(data: bytes) -> dict[str, Any]:
    """Return what a catalogue says.

    Raises:
        DamagedError: it is not whole, or not of the known form.
    """
    try:
        listed: dict[str, Any] = json.loads(unpack(data))
        if listed["format"] != FORMAT or not isinstance(listed["shards"], list):
            raise DamagedError("is of another form")
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError("is not a catalogue") from error
    return listed


def _base64(data: bytes) -> str:
    return base64.b64encode(data).decode("ascii")


def _leb128(number: int) -> bytes:
    parts = bytearray()
    while number > 127:
        parts.append(number & 127 | 128)
        number >>= 7
    parts.append(number)
    return bytes(parts)
