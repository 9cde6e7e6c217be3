"""Colours as `#rrggbb`, and how well one can be read on another (WCAG 2.2, "contrast ratio")."""

from __future__ import annotations

import colorsys
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

_HEX: Final = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})", re.IGNORECASE)

LEAST_CONTRAST: Final = 4.5
"""Of text on its ground, WCAG 2.2 AA (1.4.3)."""

PAPERS: Final = {"light": ("#fcfbf8", "#f3f0e8"), "dark": ("#161513", "#211f1c")}
"""`--paper` and `--wash` of the theme's style sheet, by colour scheme."""


def normal_colour(text: str) -> str | None:
    """Return `#rrggbb` in small letters for `#rgb` and `#rrggbb`; None for anything else."""
    if not _HEX.fullmatch(text):
        return None
    digits = text[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def contrast(one: str, other: str) -> float:
    """Return the contrast ratio of two colours, from 1 to 21."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def worst_contrast(colour: str, grounds: Sequence[str]) -> tuple[float, str]:
    """Return the ground on which a colour is read worst, with its contrast there."""
    return min((contrast(colour, ground), ground) for ground in grounds)


def readable(colour: str, grounds: Sequence[str]) -> str:
    """Return a colour that can be read on all grounds: itself, or the nearest shade of its hue.

    The grounds are all light or all dark.
    """
    red, green, blue = (part / 255 for part in _parts(colour))
    hue, lightness, saturation = colorsys.rgb_to_hls(red, green, blue)
    step = 0.01 if _luminance(grounds[0]) < 0.2 else -0.01
    shade = colour
    while worst_contrast(shade, grounds)[0] < LEAST_CONTRAST and 0 < lightness + step < 1:
        lightness += step
        found = colorsys.hls_to_rgb(hue, lightness, saturation)
        shade = "#" + "".join(f"{round(part * 255):02x}" for part in found)
    return shade


def _parts(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[start : start + 2], 16) for start in (1, 3, 5))


def _luminance(colour: str) -> float:
    """Return the relative luminance (WCAG 2.2, definitions)."""
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4
        for part in (value / 255 for value in _parts(colour))
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
