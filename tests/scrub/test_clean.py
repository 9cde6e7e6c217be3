"""What files tell of people is found and gone, and what they show is the same."""

from __future__ import annotations

import io
import struct

import mutagen
import pytest
from mutagen.id3 import ID3, TPE1
from PIL import Image, ImageChops, PngImagePlugin
from pypdf import PdfReader

from builder.scrub import CLEANERS, DamagedError, clean

SECRET = "Anna Secret"
XMP = (
    b'<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
    b"<dc:creator>Anna Secret</dc:creator></x:xmpmeta><?xpacket end='w'?>"
)


def picture(mode: str = "RGB", size: tuple[int, int] = (96, 64)) -> Image.Image:
    image = Image.radial_gradient("L").resize(size).convert(mode)
    if mode == "RGBA":
        image.putalpha(Image.linear_gradient("L").resize(size))
    return image


def exif(orientation: int = 6) -> Image.Exif:
    found = Image.Exif()
    found[0x0112] = orientation
    found[0x013B] = SECRET
    found[0x0131] = "Camera 9000"
    found.get_ifd(0x8825)[2] = (56.0, 57.0, 0.0)
    return found


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def files() -> dict[str, tuple[str, bytes]]:
    """Return files that tell, by name, with their endings."""
    text = PngImagePlugin.PngInfo()
    text.add_text("Author", SECRET)
    text.add_itxt("XML:com.adobe.xmp", XMP.decode())
    frames = [picture("P"), picture("P").transpose(Image.Transpose.FLIP_TOP_BOTTOM)]
    jpeg = saved(picture(), "JPEG", exif=exif(), comment=SECRET.encode(), icc_profile=_profile())
    xmp = b"http://ns.adobe.com/xap/1.0/\0" + XMP
    segment = b"\xff\xe1" + struct.pack(">H", len(xmp) + 2) + xmp
    return {
        "jpeg": (".jpg", jpeg[:2] + segment + jpeg[2:] + b"\0behind: Anna Secret"),
        "progressive": (".jpeg", saved(picture(), "JPEG", exif=exif(), progressive=True)),
        "png": (".png", saved(picture("RGBA"), "PNG", pnginfo=text, exif=exif(3))),
        "gif": (
            ".gif",
            saved(
                frames[0], "GIF", save_all=True, append_images=frames[1:], loop=0, duration=80,
                comment=SECRET.encode(),
            ),
        ),
        "webp": (".webp", saved(picture("RGBA"), "WEBP", exif=exif(1), xmp=XMP, lossless=True)),
        "avif": (".avif", saved(picture(), "AVIF", exif=exif(1), xmp=XMP)),
    }  # fmt: skip


def _profile() -> bytes:
    from PIL import ImageCms

    return ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()


def decoded(data: bytes) -> list[Image.Image]:
    image = Image.open(io.BytesIO(data))
    found = []
    for number in range(getattr(image, "n_frames", 1)):
        image.seek(number)
        found.append(image.convert("RGBA"))
    return found


@pytest.mark.parametrize("name", files())
def test_a_picture_tells_nothing_and_looks_the_same(name: str) -> None:
    suffix, told = files()[name]
    cleaned = clean(told, suffix)
    assert cleaned.found
    assert SECRET.encode() not in cleaned.data
    before, after = Image.open(io.BytesIO(told)), Image.open(io.BytesIO(cleaned.data))
    assert len(cleaned.data) <= len(told)
    for old, new in zip(decoded(told), decoded(cleaned.data), strict=True):
        assert ImageChops.difference(old, new).getbbox() is None
    kept = dict(after.getexif())
    turned = before.getexif().get(0x0112, 1)
    assert kept == ({0x0112: turned} if turned > 1 else {})
    assert not after.getexif().get_ifd(0x8825)
    assert after.info.get("icc_profile") == before.info.get("icc_profile")
    assert after.info.get("duration") == before.info.get("duration")
    assert after.info.get("loop") == before.info.get("loop")
    assert "xmp" not in after.info or not after.info["xmp"].strip(b"\0")
    assert clean(cleaned.data, suffix) == (cleaned.data, ()), "what is clean stays as it is"


def test_the_place_is_named() -> None:
    suffix, told = files()["jpeg"]
    assert clean(told, suffix).found == (
        "XMP",
        "EXIF with the place",
        "a comment",
        "more behind the end of the picture",
    )


@pytest.mark.parametrize("suffix", sorted(CLEANERS))
@pytest.mark.parametrize("name", files())
def test_whatever_it_is_it_is_read_or_refused(name: str, suffix: str) -> None:
    _, told = files()[name]
    for data in (told, told[: len(told) // 2], told[:20], b"", b"\0" * 64):
        try:
            cleaned = clean(data, suffix)
        except DamagedError:
            continue
        assert isinstance(cleaned.data, bytes)


def test_pdf() -> None:
    told = saved(picture(), "PDF", author=SECRET, title="Map", producer="Camera 9000")
    cleaned = clean(told, ".pdf")
    assert f"author: {SECRET}" in cleaned.found
    assert SECRET.encode() not in cleaned.data
    reader = PdfReader(io.BytesIO(cleaned.data))
    assert not {"/Author", "/Title", "/CreationDate"} & set(reader.metadata or {})
    assert len(reader.pages) == 1
    old = PdfReader(io.BytesIO(told)).pages[0].images[0].data
    assert reader.pages[0].images[0].data == old
    assert clean(cleaned.data, ".pdf").found == ()


def test_sound() -> None:
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    held = io.BytesIO(frame * 8)
    tags = ID3()  # type: ignore[no-untyped-call]
    tags.add(TPE1(encoding=3, text=SECRET))  # type: ignore[no-untyped-call]
    tags.save(held)
    assert mutagen.File(io.BytesIO(held.getvalue())).tags
    cleaned = clean(held.getvalue(), ".mp3")
    assert cleaned.found == ("tag TPE1",)
    assert SECRET.encode() not in cleaned.data
    assert cleaned.data.endswith(frame * 8)


def test_film() -> None:
    def box(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body) + 8) + kind + body

    place = box(b"udta", box(b"\xa9xyz", b"+56.95+024.10/"))
    header = box(b"mvhd", bytes(4) + struct.pack(">II", 3_800_000_000, 3_800_000_001) + bytes(88))
    told = box(b"ftyp", b"isom") + box(b"moov", header + place) + box(b"mdat", b"pictures")
    cleaned = clean(told, ".mp4")
    assert cleaned.found == ("the time it was made", "notes such as place, maker or title")
    assert b"+56.95" not in cleaned.data
    assert len(cleaned.data) == len(told)
    assert cleaned.data.endswith(b"mdatpictures")
