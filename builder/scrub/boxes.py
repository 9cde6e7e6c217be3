"""AVIF and MP4: files of boxes (ISO/IEC 14496-12), in which places are counted from the start.

So nothing is cut out: what tells of people is blanked where it stands, and its box renamed `free`,
which every reader passes over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from builder.scrub.cleaned import Cleaned, DamagedError
from builder.scrub.pictures import exif_name

if TYPE_CHECKING:
    from collections.abc import Iterator

_HOLDERS: Final = frozenset({b"moov", b"trak", b"mdia", b"minf", b"moof", b"traf"})
_TIMED: Final = frozenset({b"mvhd", b"tkhd", b"mdhd"})
_NOTES: Final = {b"udta": "notes such as place, maker or title", b"uuid": "XMP or notes"}


def clean_boxes(data: bytes) -> Cleaned:
    """Blank notes, XMP, EXIF and the times of making."""
    if data[4:8] != b"ftyp":
        raise DamagedError("it does not begin as such a file does")
    out = bytearray(data)
    found: list[str] = []
    for kind, start, end in _boxes(data, 0, len(data)):
        _clean(out, kind, start, end, found)
    return Cleaned(bytes(out), tuple(dict.fromkeys(found)))


def _clean(out: bytearray, kind: bytes, start: int, end: int, found: list[str]) -> None:
    body = _body(out, start)
    if kind in _NOTES:
        found.append(_NOTES[kind])
        out[start + 4 : start + 8] = b"free"
        out[body:end] = bytes(end - body)
    elif kind in _TIMED:
        size = 16 if out[body] == 1 else 8
        if any(out[body + 4 : body + 4 + size]):
            found.append("the time it was made")
            out[body + 4 : body + 4 + size] = bytes(size)
    elif kind == b"meta":
        _clean_items(out, body + 4, end, found)
    elif kind in _HOLDERS:
        for inner, first, last in _boxes(out, body, end):
            _clean(out, inner, first, last, found)


def _clean_items(out: bytearray, start: int, end: int, found: list[str]) -> None:
    """Blank the EXIF and XMP items of an image (ISO/IEC 23008-12, annex A)."""
    kinds: dict[int, tuple[str, int]] = {}
    places: dict[int, list[tuple[int, int]]] = {}
    idat = 0
    for kind, first, last in _boxes(out, start, end):
        body = _body(out, first)
        if kind == b"iinf":
            kinds = {item: (name, at) for item, name, at in _item_kinds(out, body, last)}
        elif kind == b"iloc":
            places = _item_places(bytes(out[body:last]))
        elif kind == b"idat":
            idat = body
    for item, (name, at_kind) in kinds.items():
        for place, size in places.get(item, ()):
            at = place if place >= 0 else idat - place - 1
            if not any(out[at : at + size]):
                continue
            if name == "Exif":
                found.append(exif_name(bytes(out[at + 4 : at + size]).removeprefix(b"Exif\0\0")))
            else:
                found.append("XMP")
            out[at : at + size] = bytes(size)
        # An empty EXIF is an error to some readers; an item of a kind that none knows is not.
        out[at_kind : at_kind + 4] = b"free"


def _item_kinds(data: bytearray, body: int, end: int) -> Iterator[tuple[int, str, int]]:
    """Yield the EXIF and XMP items: number, which of the two, where its kind is written."""
    at = body + (6 if data[body] == 0 else 8)
    for kind, first, last in _boxes(data, at, end):
        inner = _body(data, first)
        if kind != b"infe" or data[inner] < 2:
            continue
        wide = 4 if data[inner] == 3 else 2
        item = int.from_bytes(data[inner + 4 : inner + 4 + wide], "big")
        place = inner + 6 + wide
        name = bytes(data[place : place + 4])
        if name == b"Exif":
            yield item, "Exif", place
        elif name == b"mime" and b"rdf+xml" in data[inner:last]:
            yield item, "XMP", place


def _item_places(iloc: bytes) -> dict[int, list[tuple[int, int]]]:
    """Return the extents of each item; one inside the `idat` box has -1 less its place there."""
    version, sizes, more = iloc[0], iloc[4], iloc[5]
    wide_offset, wide_length = sizes >> 4, sizes & 15
    wide_base, wide_index = more >> 4, more & 15 if version else 0
    wide_item = 4 if version == 2 else 2
    at = 6

    def number(size: int) -> int:
        nonlocal at
        at += size
        return int.from_bytes(iloc[at - size : at], "big")

    found: dict[int, list[tuple[int, int]]] = {}
    for _ in range(number(wide_item)):
        item = number(wide_item)
        method = number(2) & 15 if version else 0
        number(2)
        base = number(wide_base)
        extents = []
        for _ in range(number(2)):
            number(wide_index)
            place = base + number(wide_offset)
            extents.append((place if method == 0 else -1 - place, number(wide_length)))
        if method in {0, 1}:
            found[item] = extents
    return found


def _boxes(data: bytes | bytearray, at: int, end: int) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, start and end of each box between two places."""
    while at + 8 <= end:
        size = int.from_bytes(data[at : at + 4], "big")
        if size == 1:
            size = int.from_bytes(data[at + 8 : at + 16], "big")
        last = end if size == 0 else at + size
        if last > end or last < at + 8:
            raise DamagedError("it is cut short or damaged")
        yield bytes(data[at + 4 : at + 8]), at, last
        at = last


def _body(data: bytes | bytearray, start: int) -> int:
    """Return where the content of a box begins."""
    wide = int.from_bytes(data[start : start + 4], "big") == 1
    uuid = data[start + 4 : start + 8] == b"uuid"
    return start + 8 + (8 if wide else 0) + (16 if uuid else 0)
