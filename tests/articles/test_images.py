"""Pictures: sizes for every screen, nothing told but the picture, made once."""

from __future__ import annotations

import io
import re
import shutil
import struct
import zlib
from typing import TYPE_CHECKING, Any

import pytest
from lxml import html
from PIL import Image, ImageChops, ImageCms

from builder.basics.problems import ContentError
from builder.imaging import FOLDER
from tests.archives import brief, build_archive, problems_of, tree, write_archive
from tests.checkers import report
from tests.checkers.html import check_html
from tests.checkers.links import check_links

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser


def picture(width: int = 1000, height: int = 500, mode: str = "RGB") -> Image.Image:
    """Return red above and blue below, and a soft slope from left to right."""
    slope = Image.linear_gradient("L").rotate(90).resize((width, height))
    halves = Image.new("L", (width, height), 200)
    halves.paste(20, (0, 0, width, height // 2))
    made = Image.merge("RGB", (ImageChops.invert(halves), slope, halves))
    return made.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def told(orientation: int = 1) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    exif[0x010F] = "Secret Camera"
    exif.get_ifd(0x8825).update({1: "N", 2: (55.0, 45.0, 0.0)})
    return exif


BASE_URL = "https://archive.example/"

STORY = """---
title: A story
date: 2025-05-08
image: {src: media/lead.jpg, alt: The lead, caption: A caption}
people: [jane-roe]
---
Text.

![A map](media/map.png "The map")

Small ![dot](media/dot.gif) and <img src="media/lead.jpg" alt="small" width="50" height="25">.
"""
PERSON = "---\nname: Jane Roe\nportrait: {src: media/face.webp, alt: Her face}\n---\nText.\n"


def archive(folder: Path, **changes: bytes) -> Path:
    files: dict[str, str | bytes] = {
        "content/articles/a.md": STORY,
        "content/people/jane-roe.md": PERSON,
        # Taken with the camera on its side: it is shown 1000 wide and 2000 high.
        "content/media/lead.jpg": saved(picture(2000, 1000), "JPEG", exif=told(6), comment=b"Me"),
        "content/media/map.png": saved(picture(900, 300, "RGBA"), "PNG", exif=told()),
        "content/media/dot.gif": saved(picture(20, 10, "P"), "GIF"),
        "content/media/face.webp": saved(picture(500, 500), "WEBP", exif=told(), xmp=b"<x/>"),
    }
    return write_archive(folder, files | {f"content/media/{k}": v for k, v in changes.items()})


def images(page: Path) -> dict[str, dict[str, str]]:
    """Return the attributes of each image by its description."""
    found = html.fromstring(page.read_text("utf-8")).xpath("//main//img")
    return {image.get("alt"): dict(image.attrib) for image in found}


def test_pages_offer_sizes(tmp_path: Path) -> None:
    root = archive(tmp_path)
    assert brief(build_archive(root).problems) == []
    site = root / "site"
    found = images(site / "2025/05/a.html")
    lead = found["The lead"]
    assert (lead["width"], lead["height"]) == ("1000", "2000")
    assert lead["srcset"] == (
        "../../media/lead-400w.jpg 400w, ../../media/lead-800w.jpg 800w, ../../media/lead.jpg 1000w"
    )
    assert lead["src"] == "../../media/lead.jpg"
    assert "loading" not in lead, "it stands above the fold"
    assert (found["A map"]["width"], found["A map"]["height"]) == ("900", "300")
    assert found["A map"]["loading"] == "lazy"
    assert found["A map"]["srcset"].startswith("../../media/map-400w.png 400w, ")
    assert (found["dot"]["width"], found["dot"]["height"]) == ("20", "10")
    assert "srcset" not in found["dot"]
    assert (found["small"]["width"], found["small"]["height"]) == ("50", "25")
    portrait = images(site / "people/jane-roe.html")["Her face"]
    assert (portrait["width"], portrait["height"]) == ("500", "500")
    assert portrait["srcset"].startswith("../media/face-400w.webp 400w, ")
    for image in (*found.values(), portrait):
        for url in re.findall(r"media/[^ ]+", image.get("srcset", "") + " " + image["src"]):
            assert (site / url).is_file(), url


@pytest.mark.tools
def test_pages_with_pictures_are_valid(tmp_path: Path) -> None:
    root = archive(tmp_path)
    build_archive(root)
    pages = [root / "site" / page for page in ("2025/05/a.html", "people/jane-roe.html")]
    findings = check_html(pages)
    # There is no index without a search.
    findings += [
        found for found in check_links(root / "site", base_url=BASE_URL) if "pagefind/" not in found
    ]
    assert not findings, report(findings)


def test_nothing_is_told_but_the_picture(tmp_path: Path) -> None:
    root = archive(tmp_path)
    build_archive(root)
    files = sorted((root / "site/media").iterdir())
    assert len(files) == 4 + 2 + 2 + 1
    for path in files:
        data = path.read_bytes()
        for secret in (b"Secret", b"GPS", b"<x/>", b"Me", b"Exif\0\0MM\0*\0\0\0\x08\0\x03"):
            assert secret not in data or secret == b"Me", (path.name, secret)
        with Image.open(path) as image:
            exif = image.getexif()
            # The published original keeps which way up it is, and nothing else.
            assert set(exif) <= ({0x0112} if path.name == "lead.jpg" else set()), path.name
            assert not exif.get_ifd(0x8825)
            assert "icc_profile" not in image.info
            assert "comment" not in image.info or path.suffix == ".gif"


def test_copies_are_upright_and_as_wide_as_they_say(tmp_path: Path) -> None:
    root = archive(tmp_path)
    build_archive(root)
    with Image.open(root / "site/media/lead-400w.jpg") as small:
        assert small.size == (400, 800)
        # Orientation 6: what was at the left is at the top; the half that was below is at the left.
        left, right = small.getpixel((20, 400)), small.getpixel((380, 400))
        assert isinstance(left, tuple)
        assert isinstance(right, tuple)
        assert left[2] > right[2] + 100
    with Image.open(root / "site/media/map-400w.png") as small:
        assert (small.size, small.mode) == ((400, 133), "RGBA")


def test_colours_of_other_profiles_become_those_of_screens() -> None:
    from builder.images import copies

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    data = saved(picture(), "JPEG", icc_profile=profile, quality=95)
    plain = dict(copies(saved(picture(), "JPEG", quality=95), ".jpg"))
    with_profile = dict(copies(data, ".jpg"))
    with (
        Image.open(io.BytesIO(plain[400])) as one,
        Image.open(io.BytesIO(with_profile[400])) as two,
    ):
        difference = ImageChops.difference(one, two).getextrema()
        assert max(high for _, high in difference) < 12  # type: ignore[misc]
        assert "icc_profile" not in two.info
    cmyk = dict(copies(saved(picture(mode="CMYK"), "JPEG"), ".jpg"))
    with Image.open(io.BytesIO(cmyk[400])) as small:
        assert small.mode == "RGB"


@pytest.mark.parametrize(
    ("kind", "mode", "options"),
    [
        ("PNG", "P", {}),
        ("PNG", "LA", {}),
        ("PNG", "1", {}),
        ("WEBP", "RGBA", {}),
        ("AVIF", "RGB", {}),
        ("JPEG", "L", {}),
    ],
)
def test_every_kind_has_copies_of_its_kind(kind: str, mode: str, options: dict[str, Any]) -> None:
    from builder.images import copies, look

    data = saved(picture(mode=mode), kind, **options)
    suffix = f".{kind.lower()}"
    assert look(data, suffix) == (1000, 500)
    made = dict(copies(data, suffix))
    assert sorted(made) == [400, 800]
    assert made == dict(copies(data, suffix)), "the same every time"
    for width, small in made.items():
        with Image.open(io.BytesIO(small)) as image:
            assert (image.format, image.size) == (kind, (width, width // 2))
            assert (image.mode == "P") == (mode == "P"), "of as few colours"


def test_what_moves_has_no_copies() -> None:
    from builder.images import copies, look

    frames = [picture(), picture().transpose(Image.Transpose.FLIP_LEFT_RIGHT)]
    for kind in ("GIF", "WEBP", "PNG"):
        data = saved(frames[0], kind, save_all=True, append_images=frames[1:])
        assert look(data, f".{kind.lower()}") == (1000, 500)
        assert dict(copies(data, f".{kind.lower()}")) == {}


def _cut_png(width: int, height: int) -> bytes:
    """Return a PNG of that size, by its head, with a hundred pixels in it."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        rest = kind + data
        return struct.pack(">I", len(data)) + rest + struct.pack(">I", zlib.crc32(rest))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = chunk(b"IDAT", zlib.compress(bytes(100)))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + data + chunk(b"IEND", b"")


@pytest.mark.parametrize("size", [(100_000, 100_000), (1000, 1000)], ids=["bomb", "cut"])
def test_what_is_damaged_or_too_large_is_said(tmp_path: Path, size: tuple[int, int]) -> None:
    root = archive(tmp_path, **{"map.png": _cut_png(*size)})
    told = ["content/media/map.png: warning[image-not-resized]"]
    assert brief(build_archive(root).problems) == told
    found = images(root / "site/2025/05/a.html")["A map"]
    assert (found["width"], found["height"]) == (str(size[0]), str(size[1]))
    assert "srcset" not in found
    assert brief(build_archive(root).problems) == told, "it is remembered"


def test_what_is_no_picture_is_an_error(tmp_path: Path) -> None:
    root = archive(tmp_path, **{"map.png": b"no picture", "lead.jpg": saved(picture(), "PNG")})
    assert brief(problems_of(root)) == [
        "content/media/lead.jpg: error[bad-image]",
        "content/media/map.png: error[bad-image]",
    ]


def test_a_file_with_the_name_of_a_copy_is_told(tmp_path: Path) -> None:
    root = archive(tmp_path, **{"map-400w.png": saved(picture(), "PNG")})
    with pytest.raises(ContentError) as caught:
        build_archive(root)
    assert "content/media/map-400w.png: error[duplicate-address]" in brief(caught.value.problems)


def test_copies_are_made_once_and_may_be_deleted(tmp_path: Path) -> None:
    root = archive(tmp_path)
    build_archive(root)
    first = tree(root / "site")
    kept = root / ".backfile" / FOLDER
    assert len(list(kept.iterdir())) == 5
    times = {path: path.stat().st_mtime_ns for path in kept.iterdir()}
    shutil.rmtree(root / "site")
    build_archive(root)
    assert tree(root / "site") == first
    assert times == {path: path.stat().st_mtime_ns for path in kept.iterdir()}
    shutil.rmtree(kept)
    shutil.rmtree(root / "site")
    build_archive(root)
    assert tree(root / "site") == first
    # A copy that somebody spoiled is not published, and those of a file that is gone are removed.
    for path in kept.iterdir():
        path.write_bytes(b"spoilt")
    shutil.rmtree(root / "site")
    write_archive(root, {"content/people/jane-roe.md": "---\nname: Jane Roe\n---\nText.\n"})
    build_archive(root)
    for name, data in tree(root / "site").items():
        if name.startswith("media/"):
            assert data == first[name]
    assert len(list(kept.iterdir())) == 4


@pytest.mark.browser
def test_a_browser_takes_the_size_it_needs(tmp_path: Path, browser: Browser) -> None:
    root = archive(tmp_path)
    build_archive(root)
    for width, expected in ((360, "lead-400w.jpg"), (700, "lead-800w.jpg")):
        page = browser.new_page(viewport={"width": width, "height": 800})
        page.goto((root / "site/2025/05/a.html").as_uri())
        taken = page.evaluate("document.querySelector('.story-picture img').currentSrc")
        assert taken.endswith(expected)
        page.close()
