"""JPEG, PNG, GIF and WebP, piece by piece."""

from __future__ import annotations

import struct
import zlib
from typing import TYPE_CHECKING, Final

from builder.scrub.cleaned import Cleaned, DamagedError

if TYPE_CHECKING:
    from collections.abc import Iterator

# -- JPEG (ITU T.81, annex B) ----------------------------------------------------------------------

_EXIF: Final = b"Exif\0\0"
_XMP: Final = b"http://ns.adobe.com/xap/1.0/\0"
_GPS_TAG: Final = 0x8825
_ORIENTATION: Final = 0x0112
_KEPT_APPS: Final = {0xE0: (b"JFIF\0",), 0xE2: (b"ICC_PROFILE\0",), 0xEE: (b"Adobe",)}
"""Application segments that change how a picture looks."""


def clean_jpeg(data: bytes) -> Cleaned:
    """Keep what makes the picture, and which way up it is; what follows its end goes too."""
    if data[:2] != b"\xff\xd8":
        raise DamagedError("it does not begin as a JPEG file does")
    found: list[str] = []
    kept = [b"\xff\xd8"]
    at = 2
    while True:
        marker, segment, at = _segment(data, at)
        if marker == 0xD9:
            kept.append(b"\xff\xd9")
            break
        body = segment[4:]
        if 0xE0 <= marker <= 0xEF:
            if body.startswith(_KEPT_APPS.get(marker, ())):
                kept.append(segment)
            else:
                found.append(_app_name(marker, body))
                if marker == 0xE1 and body.startswith(_EXIF):
                    turned = _orientation(body[len(_EXIF) :])
                    if turned > 1:
                        kept.append(_orientation_segment(turned))
                        if segment == kept[-1]:
                            found.pop()  # nothing else was in it
        elif marker == 0xFE:
            found.append("a comment")
        else:
            kept.append(segment)
        if marker == 0xDA:
            end = _end_of_scan(data, at)
            kept.append(data[at:end])
            at = end
    if data[at:].strip(b"\0"):
        found.append("more behind the end of the picture")
    return Cleaned(b"".join(kept), tuple(found))


def _segment(data: bytes, at: int) -> tuple[int, bytes, int]:
    """Return the marker at `at`, its whole segment, and where the next one begins."""
    while data[at : at + 2] == b"\xff\xff":  # a marker may have fill bytes before it
        at += 1
    if len(data) < at + 2 or data[at] != 0xFF:
        raise DamagedError("it is cut short or damaged")
    marker = data[at + 1]
    if marker == 0xD9 or 0xD0 <= marker <= 0xD8 or marker == 0x01:
        return marker, data[at : at + 2], at + 2
    size = int.from_bytes(data[at + 2 : at + 4], "big")
    end = at + 2 + size
    if size < 2 or end > len(data):
        raise DamagedError("it is cut short or damaged")
    return marker, data[at:end], end


def _end_of_scan(data: bytes, at: int) -> int:
    """Return where compressed data that begins at `at` ends: at a marker not its own."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise DamagedError("it is cut short")
        following = data[at + 1]
        if following != 0 and not 0xD0 <= following <= 0xD7 and following != 0xFF:
            return at
        at += 1 if following == 0xFF else 2


def _app_name(marker: int, body: bytes) -> str:
    if marker == 0xE1 and body.startswith(_EXIF):
        return exif_name(body[len(_EXIF) :])
    if marker == 0xE1 and body.startswith(_XMP[:28]):
        return "XMP"
    if marker == 0xED:
        return "IPTC or Photoshop notes"
    if marker == 0xE2 and body.startswith(b"MPF\0"):
        return "more pictures behind this one"
    return f"notes of a program (APP{marker - 0xE0})"


def exif_name(tiff: bytes) -> str:
    """Return what to call EXIF: with the place, where it has one."""
    return "EXIF with the place" if _tag(tiff, _GPS_TAG) else "EXIF"


def _orientation(tiff: bytes) -> int:
    return _tag(tiff, _ORIENTATION)


def _tag(tiff: bytes, wanted: int) -> int:
    """Return a short or long number of the first directory (TIFF 6.0, section 2); 0 without it."""
    order = {b"II": "<", b"MM": ">"}.get(tiff[:2])
    if order is None or len(tiff) < 8:
        return 0
    (at,) = struct.unpack_from(f"{order}I", tiff, 4)
    if at + 2 > len(tiff):
        return 0
    (count,) = struct.unpack_from(f"{order}H", tiff, at)
    for entry in range(at + 2, min(at + 2 + 12 * count, len(tiff) - 11), 12):
        tag, kind = struct.unpack_from(f"{order}HH", tiff, entry)
        if tag == wanted:
            return int(
                struct.unpack_from(f"{order}{'H' if kind == 3 else 'I'}", tiff, entry + 8)[0]
            )
    return 0


def _orientation_segment(turned: int) -> bytes:
    tiff = struct.pack(">2sHIHHHIHHI", b"MM", 42, 8, 1, _ORIENTATION, 3, 1, turned, 0, 0)
    return b"\xff\xe1" + struct.pack(">H", len(_EXIF) + len(tiff) + 2) + _EXIF + tiff


# -- PNG (PNG 3rd edition, section 11) -------------------------------------------------------------

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_TOLD: Final = {
    b"tEXt": "text",
    b"zTXt": "text",
    b"iTXt": "text or XMP",
    b"tIME": "the time of its last change",
}


def clean_png(data: bytes) -> Cleaned:
    """Keep every chunk but those of text, time and EXIF; of EXIF which way up it is."""
    if data[:8] != _PNG:
        raise DamagedError("it does not begin as a PNG file does")
    kept, found, at = [_PNG], [], 8
    while True:
        size = int.from_bytes(data[at : at + 4], "big")
        kind, end = data[at + 4 : at + 8], at + 12 + size
        if end > len(data) or len(kind) < 4:
            raise DamagedError("it is cut short")
        chunk, body = data[at:end], data[at + 8 : end - 4]
        at = end
        if kind == b"eXIf":
            turned = _orientation(body)
            small = _orientation_segment(turned)[4 + len(_EXIF) :] if turned > 1 else b""
            if small:
                kept.append(_chunk(kind, small))
            if small != body:
                found.append(exif_name(body))
        elif kind in _PNG_TOLD:
            found.append(_PNG_TOLD[kind])
        else:
            kept.append(chunk)
        if kind == b"IEND":
            break
    if data[at:].strip(b"\0"):
        found.append("more behind the end of the picture")
    return Cleaned(b"".join(kept), tuple(found))


def _chunk(kind: bytes, body: bytes) -> bytes:
    crc = zlib.crc32(kind + body)
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", crc)


# -- GIF (GIF89a) ----------------------------------------------------------------------------------

_LOOPS: Final = (b"NETSCAPE2.0", b"ANIMEXTS1.0")


def clean_gif(data: bytes) -> Cleaned:
    """Keep pictures, their timing and their loop; comments and notes of programs go."""
    if data[:4] != b"GIF8" or len(data) < 13:
        raise DamagedError("it does not begin as a GIF file does")
    at = 13 + _table(data[10])
    kept, found = [data[:at]], list[str]()
    while True:
        if at >= len(data):
            raise DamagedError("it is cut short")
        start, kind = at, data[at]
        if kind == 0x3B:
            kept.append(b";")
            at += 1
            break
        if kind == 0x2C:
            at += 10 + _table(data[at + 9] if at + 9 < len(data) else 0) + 1
            at = _blocks(data, at)
            kept.append(data[start:at])
        elif kind == 0x21:
            label = data[at + 1 : at + 2]
            name = data[at + 3 : at + 14]
            at = _blocks(data, at + 2)
            if label == b"\xfe":
                found.append("a comment")
            elif label == b"\xff" and name not in _LOOPS:
                found.append("XMP" if name == b"XMP DataXMP" else "notes of a program")
            else:
                kept.append(data[start:at])
        else:
            raise DamagedError("it is damaged")
    if data[at:].strip(b"\0"):
        found.append("more behind the end of the picture")
    return Cleaned(b"".join(kept), tuple(found))


def _table(flags: int) -> int:
    """Return the bytes of a colour table."""
    return 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0


def _blocks(data: bytes, at: int) -> int:
    """Return where a run of sub-blocks ends."""
    while at < len(data) and data[at]:
        at += 1 + data[at]
    return at + 1


# -- WebP (RFC 9649) -------------------------------------------------------------------------------


def clean_webp(data: bytes) -> Cleaned:
    """Keep every chunk but EXIF and XMP, and say so in the header."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP":
        raise DamagedError("it does not begin as a WebP file does")
    size = int.from_bytes(data[4:8], "little") + 8
    if size > len(data):
        raise DamagedError("it is cut short")
    kept, found = [], list[str]()
    for kind, chunk in _riff(data[12:size]):
        if kind == b"EXIF":
            found.append(exif_name(chunk[8:].removeprefix(_EXIF)))
        elif kind == b"XMP ":
            found.append("XMP")
        elif kind == b"VP8X":
            kept.append(chunk[:8] + bytes([chunk[8] & ~0x0C]) + chunk[9:])
        else:
            kept.append(chunk)
    if data[size:].strip(b"\0"):
        found.append("more behind the end of the picture")
    if not found:
        return Cleaned(data, ())
    body = b"WEBP" + b"".join(kept)
    return Cleaned(b"RIFF" + struct.pack("<I", len(body)) + body, tuple(found))


def _riff(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    at = 0
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        end = at + 8 + size + size % 2
        yield data[at : at + 4], data[at:end]
        at = end
