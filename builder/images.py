"""A picture's size, and smaller copies of it: bytes in, bytes out, always the same.

Copies are turned the right way up and in the colours of screens (sRGB), and hold nothing but the
picture. Pillow is imported here alone, and loads with the first archive that has a picture. Called
by `imaging`.
"""

from __future__ import annotations

import io
import warnings
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PIL.Image import Image

WIDTHS: Final = (400, 800, 1600)
"""Of the copies, in pixels: telephones, tablets, and screens with four pixels where others have
one. Made are those that are smaller than the picture."""

MOST_PIXELS: Final = 120_000_000
"""Of a picture that is made smaller: it takes four bytes of memory for each."""

_ORIENTATION: Final = 0x0112
_TURNED: Final = frozenset({5, 6, 7, 8})
"""Orientations (EXIF 2.32, 4.6.4 A) in which width and height change places."""

_FORMATS: Final = {
    ".avif": "AVIF",
    ".gif": "GIF",
    ".jpeg": "JPEG",
    ".jpg": "JPEG",
    ".png": "PNG",
    ".webp": "WEBP",
}
_SAVED: Final[dict[str, dict[str, Any]]] = {
    "AVIF": {"quality": 60, "speed": 7, "max_threads": 1},
    "JPEG": {"quality": 82, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 80, "method": 4},
}


class NoImageError(Exception):
    """The bytes are no picture of the kind that the file's name says."""


class NotResizedError(Exception):
    """The picture has no smaller copies; the reason in a few words."""


class Look(NamedTuple):
    """What a picture is."""

    width: int
    """As it is shown, the right way up."""
    height: int


def look(data: bytes, suffix: str) -> Look:
    """Return the size of a picture, from the beginning of its file.

    `suffix` is the ending of the file's name in small letters.

    Raises:
        NoImageError: it is none.
    """
    facts = _facts(data, suffix)
    return Look(facts.width, facts.height)


def copy_widths(data: bytes, suffix: str) -> tuple[int, ...]:
    """Return the widths of the copies that a picture has, if it is whole.

    Raises:
        NoImageError: it is none.
        NotResizedError: it is too large, or has more colours than a copy could.
    """
    if _FORMATS[suffix] == "GIF":
        return ()  # old, small and drawn: a copy of other colours is seldom smaller
    width, height, is_still, mode = _facts(data, suffix)
    if width * height > MOST_PIXELS:
        message = f"it has {width} times {height} pixels, which are too many"
        raise NotResizedError(message)
    if mode in {"I;16", "I;16B", "I;16L", "I", "F"}:
        raise NotResizedError("it has more than eight bits for each colour")
    return tuple(wanted for wanted in WIDTHS if wanted < width) if is_still else ()


def copies(data: bytes, suffix: str) -> Iterator[tuple[int, bytes]]:
    """Yield the smaller copies of a picture with their widths, the widest last.

    Raises:
        NoImageError: it is none.
        NotResizedError: as `copy_widths`, or it is damaged.
    """
    kind = _FORMATS[suffix]
    wanted = copy_widths(data, suffix)
    if not wanted:
        return
    with _opened(data, suffix) as image:
        has_palette = image.mode == "P"
        try:
            upright = _upright(image)
        except (OSError, SyntaxError, ValueError, MemoryError) as error:
            raise NotResizedError("the end of it is missing or damaged") from error
    for width in wanted:
        height = max(1, round(upright.height * width / upright.width))
        small = upright.resize((width, height), _filter())
        if has_palette and small.mode == "RGB":
            # Else a copy of a drawing would be larger than the drawing.
            small = _in_few_colours(small)
        out = io.BytesIO()
        small.save(out, kind, **_SAVED[kind])
        yield width, out.getvalue()


class _Facts(NamedTuple):
    width: int
    height: int
    is_still: bool
    mode: str


def _facts(data: bytes, suffix: str) -> _Facts:
    """Return what the beginning of a picture's file says, the right way up."""
    with _opened(data, suffix) as image:
        width, height = image.size
        # Of a PNG that says nothing of it at the beginning, Pillow would decode all.
        may_turn = image.format != "PNG" or "exif" in image.info
        if may_turn and image.getexif().get(_ORIENTATION) in _TURNED:
            width, height = height, width
        return _Facts(width, height, not getattr(image, "is_animated", False), image.mode)


def _filter() -> Any:  # noqa: ANN401 - an enumeration of Pillow's
    from PIL.Image import Resampling  # noqa: PLC0415

    return Resampling.LANCZOS


def _in_few_colours(image: Image) -> Image:
    from PIL.Image import Dither, Quantize  # noqa: PLC0415

    return image.quantize(256, Quantize.MAXCOVERAGE, dither=Dither.NONE)


def _opened(data: bytes, suffix: str) -> Image:
    from PIL import Image, UnidentifiedImageError  # noqa: PLC0415 - few archives have pictures

    # How many pixels are too many is ours to say, and it is asked before any is decoded.
    Image.MAX_IMAGE_PIXELS = None
    kind = _FORMATS[suffix]
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return Image.open(io.BytesIO(data), formats=[kind])
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        message = f"it is no {kind} picture, or damaged at its beginning"
        raise NoImageError(message) from error


def _upright(image: Image) -> Image:
    """Return the picture itself, decoded, turned, in sRGB, with eight bits for each colour."""
    from PIL import ImageOps  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        image.load()
        profile = image.info.get("icc_profile")
        turned = ImageOps.exif_transpose(image)
    has_alpha = turned.mode in {"LA", "PA", "RGBA", "La", "RGBa"} or "transparency" in turned.info
    if turned.mode == "CMYK" or (profile and turned.mode in {"RGB", "RGBA"}):
        turned = _in_srgb(turned, profile, "RGBA" if turned.mode == "RGBA" else "RGB")
    wanted = "RGBA" if has_alpha else "L" if turned.mode in {"1", "L"} else "RGB"
    plain = turned if turned.mode == wanted else turned.convert(wanted)
    plain.info = {}
    return plain


def _in_srgb(image: Image, profile: bytes | None, mode: str) -> Image:
    if not profile:
        return image.convert(mode)
    from PIL import ImageCms  # noqa: PLC0415

    convert: Callable[..., Image | None] = ImageCms.profileToProfile
    try:
        found = convert(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode=mode)
    except (ImageCms.PyCMSError, OSError, ValueError):
        found = None  # a profile that makes no sense: as if there were none
    return image.convert(mode) if found is None else found
