"""How large a picture is, and which smaller copies of it are published beside it."""

from __future__ import annotations

from typing import Final

import msgspec

IMAGE_TYPES: Final = frozenset({".avif", ".gif", ".jpeg", ".jpg", ".png", ".webp"})
"""Endings of the files that pages show."""


class Sizes(msgspec.Struct, frozen=True, array_like=True):
    """A picture's size."""

    width: int
    """In pixels, the right way up."""
    height: int
    copies: tuple[int, ...]
    """Widths of the smaller copies, the smallest first."""


class SizedUrl(msgspec.Struct, frozen=True, array_like=True):
    """Where an image in a text is, with its size."""

    url: str
    sizes: Sizes


def copy_url(url: str, width: int) -> str:
    """Return the address of a smaller copy: `media/map.jpg` has `media/map-800w.jpg`."""
    stem, dot, suffix = url.rpartition(".")
    return f"{stem}-{width}w{dot}{suffix}"


def shown_sizes(sizes: Sizes, url: str) -> tuple[tuple[str, int], ...]:
    """Return what a browser may choose from, (address, width), the smallest first.

    A picture little wider than its widest copy is among them; a much larger one is not.
    """
    found = [(copy_url(url, width), width) for width in sizes.copies]
    if not found or sizes.width <= 2 * found[-1][1]:
        found.append((url, sizes.width))
    return tuple(found)
