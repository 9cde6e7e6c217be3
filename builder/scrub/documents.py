"""PDF and sound, which libraries of their fields take apart (the extra `backfile[media]`)."""

from __future__ import annotations

import io
from typing import Any

from builder.scrub.cleaned import Cleaned, DamagedError, NeedsExtraError


def clean_pdf(data: bytes) -> Cleaned:
    """Take out who wrote a document, with what and when; its pages stay."""
    try:
        from pypdf import PdfReader, PdfWriter  # noqa: PLC0415 - few archives have documents
        from pypdf.errors import PyPdfError  # noqa: PLC0415
        from pypdf.generic import NameObject  # noqa: PLC0415
    except ImportError as error:
        raise NeedsExtraError from error
    try:
        reader = PdfReader(io.BytesIO(data))
        found = [
            f"{key[1:].lower()}: {value}"
            for key, value in sorted((reader.metadata or {}).items())
            if str(value).strip()
        ]
        root: Any = reader.trailer["/Root"]
        if "/Metadata" in root:
            found.append("XMP")
        if not found:
            return Cleaned(data, ())
        writer = PdfWriter(clone_from=reader)
        writer.metadata = None
        catalogue = writer.root_object
        if "/Metadata" in catalogue:
            del catalogue[NameObject("/Metadata")]
        writer.compress_identical_objects(remove_unreferenced=True)
        out = io.BytesIO()
        writer.write(out)
    except (PyPdfError, ValueError, KeyError, TypeError, OSError, RecursionError) as error:
        raise DamagedError("it cannot be read as a PDF file") from error
    return Cleaned(out.getvalue(), tuple(found))


def clean_sound(data: bytes) -> Cleaned:
    """Take out the tags of a recording."""
    try:
        import mutagen  # noqa: PLC0415 - few archives have sound
    except ImportError as error:
        raise NeedsExtraError from error
    held = io.BytesIO(data)
    try:
        read = mutagen.File(held)
        if read is None:
            raise DamagedError("it is no recording that can be read")
        found = sorted(str(key) for key in (read.tags or {}).keys())  # noqa: SIM118
        if not found:
            return Cleaned(data, ())
        held.seek(0)
        read.delete(held)
    except mutagen.MutagenError as error:
        raise DamagedError("it is no recording that can be read") from error
    return Cleaned(held.getvalue(), tuple(f"tag {name}" for name in found))
