"""Pagefind's files from the inside: what `pagefind-entry.json`, `.pf_meta` and the like hold.

Every file but the scripts and the entry is gzip around a signature and CBOR (RFC 8949) or JSON.
Pure: bytes in, values out. Used by `verify` and `pagefind`.
"""

from __future__ import annotations

import json
import zlib
from dataclasses import dataclass
from typing import Any, Final

import deflate

SIGNATURE: Final = b"pagefind_dcd"
"""Stands before the contents of every compressed file; the browser's half looks for it."""

_LEVEL: Final = 7
"""Packs 40 MB of word lists a second; the next one takes twice as long for a hundredth less."""

ENTRY: Final = "pagefind-entry.json"


class DamagedError(Exception):
    """A file is not what Pagefind writes; the text says how, in plain words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LanguageIndex:
    """One language of a bundle, as the entry names it."""

    tag: str
    """The pages' <html lang> in small letters."""
    hash: str
    """Names the meta file: `pagefind.{hash}.pf_meta`."""
    wasm: str | None
    """Which engine, None for the one without a stemmer."""
    page_count: int

    @property
    def meta_name(self) -> str:
        """The file that lists everything else of this language."""
        return f"pagefind.{self.hash}.pf_meta"

    @property
    def wasm_name(self) -> str:
        """The engine that the browser loads for this language."""
        return f"wasm.{self.wasm or 'unknown'}.pagefind"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What a browser reads first."""

    version: str
    languages: tuple[LanguageIndex, ...]
    """Sorted by tag; Pagefind's own order varies from run to run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Meta:
    """What there is to load for one language."""

    version: str
    fragments: tuple[tuple[str, int], ...]
    """Name and number of words of each page's fragment, in the order of page numbers."""
    chunks: tuple[str, ...]
    """Names of the word lists."""
    filters: tuple[tuple[str, str], ...]
    """(filter, file name) pairs."""


def read_entry(data: bytes) -> Entry:
    """Return what `pagefind-entry.json` says.

    Raises:
        DamagedError: it is not JSON, or not of the known form.
    """
    try:
        stored = json.loads(data)
        found = [
            LanguageIndex(
                tag=_text(tag),
                hash=_text(one["hash"]),
                wasm=None if one["wasm"] is None else _text(one["wasm"]),
                page_count=_number(one["page_count"]),
            )
            for tag, one in sorted(stored["languages"].items())
        ]
        return Entry(version=_text(stored["version"]), languages=tuple(found))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise DamagedError("is not the list of languages that Pagefind writes") from error


def unpack(data: bytes) -> bytes:
    """Return the contents of a compressed file, without the signature.

    Raises:
        DamagedError: it is cut off, altered (gzip's checksum tells), or somebody else's.
    """
    stream = zlib.decompressobj(wbits=31)
    try:
        content = stream.decompress(data)
    except zlib.error as error:
        raise DamagedError("cannot be unpacked: its bytes are not as they were written") from error
    if not stream.eof:
        raise DamagedError("is cut off")
    if stream.unused_data:
        raise DamagedError("has something behind its end")
    if not content.startswith(SIGNATURE):
        raise DamagedError("does not carry Pagefind's signature")
    return content[len(SIGNATURE) :]


def pack(content: bytes) -> bytes:
    """Return contents compressed as Pagefind does: gzip, without a time, around a signature.

    By libdeflate, not by the zlib that Python was linked with: that is another one on other
    machines (zlib-ng, Apple's), which packs the same into other bytes.
    """
    return bytes(deflate.gzip_compress(SIGNATURE + content, _LEVEL))


def read_meta(content: bytes) -> Meta:
    """Return what an unpacked meta file says.

    Raises:
        DamagedError: it has another form.
    """
    try:
        value, end = read_cbor(content)
        if end != len(content):
            raise DamagedError("has something behind its end")
        version, pages, chunks, filters = value[:4]
        return Meta(
            version=_text(version),
            fragments=tuple((_text(name), _number(words)) for name, words, *_ in pages),
            chunks=tuple(_text(chunk[2]) for chunk in chunks),
            filters=tuple((_text(name), _text(file)) for name, file, *_ in filters),
        )
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError("does not list pages, words and filters as it should") from error


def read_filter_name(content: bytes) -> str:
    """Return which filter an unpacked filter file holds; its values are not looked at.

    Raises:
        DamagedError: it has another form.
    """
    try:
        if content[0] != 0x82:  # an array of two: name, values
            raise DamagedError("is not a filter")
        return _text(read_cbor(content, 1)[0])
    except (ValueError, TypeError, IndexError) as error:
        raise DamagedError("is not a filter") from error


def read_fragment(content: bytes) -> tuple[str, int]:
    """Return the address and the number of words of the page that a fragment holds.

    Raises:
        DamagedError: it is not JSON, or lacks what a result is shown from.
    """
    try:
        stored = json.loads(content)
        _text(stored["content"])
        if not isinstance(stored["meta"], dict) or not isinstance(stored["filters"], dict):
            raise DamagedError("lacks its title or filters")
        return _text(stored["url"]), _number(stored["word_count"])
    except (ValueError, KeyError, TypeError) as error:
        raise DamagedError("is not the record of a page") from error


def read_cbor(data: bytes, at: int = 0) -> tuple[Any, int]:
    """Return the CBOR item at `at` and where the next one begins.

    Only what Pagefind writes: integers, text, arrays of known length, true, false and null
    (RFC 8949 section 3).

    Raises:
        ValueError: anything else. IndexError: the data ends too early.
    """
    head = data[at]
    at += 1
    major, argument = head >> 5, head & 31
    if major == 7:
        return {20: False, 21: True, 22: None}[argument], at
    if 24 <= argument <= 27:
        size = 1 << (argument - 24)
        if at + size > len(data):
            raise IndexError(at)
        argument = int.from_bytes(data[at : at + size])
        at += size
    elif argument > 27:
        raise ValueError(head)
    if major == 0:
        return argument, at
    if major == 1:
        return -1 - argument, at
    if major == 3:
        if at + argument > len(data):
            raise IndexError(at)
        return data[at : at + argument].decode(), at + argument
    if major == 4:
        items = []
        for _ in range(argument):
            item, at = read_cbor(data, at)
            items.append(item)
        return items, at
    raise ValueError(head)


def write_cbor(value: Any) -> bytes:  # noqa: ANN401 - what read_cbor returns
    """Return a value as CBOR, each head as short as it can be (RFC 8949 section 4.2.1).

    Raises:
        TypeError: it is not made of integers, text, lists, booleans and None.
    """
    parts: list[bytes] = []
    _write(value, parts)
    return b"".join(parts)


def _write(value: object, parts: list[bytes]) -> None:
    if value is None or isinstance(value, bool):
        parts.append({False: b"\xf4", True: b"\xf5", None: b"\xf6"}[value])
    elif isinstance(value, int):
        parts.append(cbor_head(0, value) if value >= 0 else cbor_head(1, -1 - value))
    elif isinstance(value, str):
        data = value.encode()
        parts += (cbor_head(3, len(data)), data)
    elif isinstance(value, list):
        parts.append(cbor_head(4, len(value)))
        for item in value:
            _write(item, parts)
    else:
        raise TypeError(value)


def cbor_head(major: int, argument: int) -> bytes:
    """Return the head of an item: its kind, and its value, length or count."""
    major <<= 5
    if argument < 24:
        return bytes((major | argument,))
    for code, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << 8 * size:
            return bytes((major | code,)) + argument.to_bytes(size)
    raise TypeError(argument)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(value)
    return value


def _number(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(value)
    return value
