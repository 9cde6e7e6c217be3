"""Draws the pictures of the sample archive into content/media/: `python -m docs.drawings`.

They are ours and in the public domain (CC0). They are drawn four times too large and then made
smaller, which smooths their edges.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

MEDIA: Final = Path(__file__).resolve().parent.parent / "content" / "media"
SCALE: Final = 4
COLOURS: Final = 64
"""So few make a picture of plain areas small and nobody sees it."""

GROUND: Final = "#f4efe4"
PAPER: Final = "#fffdf8"
INK: Final = "#26221c"
PALE: Final = "#8d8475"
GREY: Final = "#6b6355"
RULE: Final = "#c9bfae"
RED: Final = "#9c2f22"

Point = tuple[float, float]


class Sheet:
    """A picture in the making; all measures are those of the finished one."""

    def __init__(self, width: int, height: int) -> None:
        """Take its measures in pixels."""
        self.size = width, height
        self._image = Image.new("RGB", (width * SCALE, height * SCALE), GROUND)
        self._draw = ImageDraw.Draw(self._image)

    def line(self, start: Point, end: Point, colour: str, width: float) -> None:
        """Draw a straight line."""
        self._draw.line([_large(start), _large(end)], colour, round(width * SCALE))

    def box(
        self, corner: Point, size: Point, fill: str, edge: str | None = None, width: float = 1
    ) -> None:
        """Fill a rectangle."""
        far = corner[0] + size[0], corner[1] + size[1]
        edge_width = round(width * SCALE) if edge else 0
        self._draw.rectangle([_large(corner), _large(far)], fill, edge, edge_width)

    def dot(self, middle: Point, radius: float, fill: str, edge: str) -> None:
        """Draw a round mark."""
        box = [(middle[0] - radius, middle[1] - radius), (middle[0] + radius, middle[1] + radius)]
        self._draw.ellipse([_large(corner) for corner in box], fill, edge, 3 * SCALE)

    def text(self, place: Point, text: str, size: float, colour: str, anchor: str = "mm") -> None:
        """Write a line of text; `anchor` is Pillow's."""
        font = ImageFont.load_default(size * SCALE)
        self._draw.text(_large(place), text, colour, font, anchor)

    def save(self, name: str) -> None:
        """Write it as a PNG of few colours."""
        small = self._image.resize(self.size, Image.Resampling.LANCZOS)
        few = small.quantize(COLOURS, Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE)
        few.save(MEDIA / name, optimize=True)


def carbon_copies() -> None:
    """One typescript, its seven copies, the seven of each; the later ones of each are paler."""
    sheet = Sheet(1600, 700)
    middle, apart = 850, 200
    first, second, third = (140, 182), (90, 117), (24, 32)
    tops = 40, 322, 590
    places = range(-3, 4)
    for x in (middle + place * apart for place in places):
        sheet.line((middle, tops[0] + first[1]), (x, tops[1]), RULE, 2)
        for place in places:
            sheet.line((x, tops[1] + second[1]), (x + place * 27, tops[2]), RULE, 1.3)
    _typescript(sheet, (middle - first[0] / 2, tops[0]), first, INK, 11)
    for number, x in enumerate(middle + place * apart for place in places):
        _typescript(sheet, (x - second[0] / 2, tops[1]), second, _faded(number), 8)
        for copy, place in enumerate(places):
            corner = x + place * 27 - third[0] / 2, tops[2]
            _typescript(sheet, corner, third, _faded(copy), 4)
    for top, size, count in zip(tops, (first, second, third), ("1", "7", "49"), strict=True):
        sheet.text((66, top + size[1] / 2), count, 54, RED, "lm")
    sheet.save("seven-copies.png")


def _typescript(sheet: Sheet, corner: Point, size: Point, ink: str, lines: int) -> None:
    """Draw a page with lines of type, the last of a paragraph shorter."""
    sheet.box(corner, size, PAPER, PALE, 1.5)
    margin, step = size[0] * 0.14, size[1] * 0.8 / lines
    for line in range(lines):
        y = corner[1] + size[1] * 0.13 + line * step
        length = (size[0] - 2 * margin) * (0.55 if line % 4 == 3 or line == 0 else 1)
        sheet.box((corner[0] + margin, y), (length, max(1.2, step * 0.3)), ink)


def _faded(copy: int) -> str:
    """Return the ink of a copy: of the first black, of the seventh hardly to be read."""
    pairs = zip((0x26, 0x22, 0x1C), (0xC4, 0xBC, 0xAE), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * copy / 6):02x}" for a, b in pairs)


def licensing() -> None:
    """When nothing could be printed in England without a licence."""
    sheet = Sheet(1600, 620)
    start, end, left, right = 1530, 1730, 70, 1530
    top, height = 316, 96

    def at(year: float) -> float:
        return left + (year - start) / (end - start) * (right - left)

    sheet.box((left, top), (right - left, height), PAPER, RULE, 2)
    for first, last in ((1538, 1641.5), (1643.5, 1679.4), (1685.5, 1695.3)):
        sheet.box((at(first), top), (at(last) - at(first), height), INK)
    for year in range(1550, end, 50):
        sheet.line((at(year), top + height), (at(year), top + height + 12), PALE, 2)
        sheet.text((at(year), top + height + 38), str(year), 28, GREY)
    sheet.text((at(1590), top + height / 2), "licence required", 36, PAPER)
    sheet.text(((at(1695.3) + right) / 2, top + height / 2), "none required", 30, GREY)
    marks: tuple[tuple[float, str, str, float, str], ...] = (
        (1538, "1538", "royal proclamation", 64, "l"),
        (1586.5, "1586", "Star Chamber decree", 64, "l"),
        (1637.5, "1637", "second decree", 176, "r"),
        (1643.5, "1643", "Parliament's order", 64, "l"),
        (1662.5, "1662", "Licensing Act", 176, "l"),
        (1695.3, "1695", "not renewed", 64, "l"),
    )
    for moment, year, what, y, side in marks:
        colour = RED if year == "1643" else INK
        sheet.line((at(moment), y + 50), (at(moment), top), colour, 2.5)
        sheet.text((at(moment), y - 16), year, 42, colour, f"{side}m")
        sheet.text((at(moment), y + 26), what, 30, colour, f"{side}m")
    for first, last, label in ((1641.5, 1643.5, "1641-43"), (1679.4, 1685.5, "1679-85")):
        x = (at(first) + at(last)) / 2
        sheet.line((x, top + height), (x, top + height + 76), PALE, 2)
        sheet.text((x, top + height + 104), label, 34, INK)
        sheet.text((x, top + height + 142), "none required", 28, GREY)
    sheet.save("licensing-1538-1695.png")


def _large(point: Point) -> tuple[int, int]:
    return round(point[0] * SCALE), round(point[1] * SCALE)


def main() -> None:
    """Draw all of them."""
    MEDIA.mkdir(exist_ok=True)
    carbon_copies()
    licensing()


if __name__ == "__main__":
    main()
