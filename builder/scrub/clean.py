"""Which files can be cleaned, and by what."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING, Final

from builder.scrub.boxes import clean_boxes
from builder.scrub.cleaned import Cleaned, DamagedError, NeedsExtraError
from builder.scrub.documents import clean_pdf, clean_sound
from builder.scrub.pictures import clean_gif, clean_jpeg, clean_png, clean_webp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

__all__ = ["CLEANERS", "Cleaned", "DamagedError", "NeedsExtraError", "clean"]

CLEANERS: Final[Mapping[str, Callable[[bytes], Cleaned]]] = {
    ".avif": clean_boxes,
    ".gif": clean_gif,
    ".jpeg": clean_jpeg,
    ".jpg": clean_jpeg,
    ".mp3": clean_sound,
    ".mp4": clean_boxes,
    ".ogg": clean_sound,
    ".pdf": clean_pdf,
    ".png": clean_png,
    ".webp": clean_webp,
}
"""By the ending of the file's name, in small letters."""


def clean(data: bytes, suffix: str) -> Cleaned:
    """Return a file without what it tells of people.

    `suffix` is a key of `CLEANERS`.

    Raises:
        DamagedError: the file is not what its name says.
        NeedsExtraError: the extra `backfile[media]` is not installed.
    """
    try:
        return CLEANERS[suffix](data)
    except (IndexError, struct.error) as error:
        raise DamagedError("it is cut short or damaged") from error
