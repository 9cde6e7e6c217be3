"""Images of the archive."""

import msgspec


class PictureCopy(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One size of an image."""

    url: str
    """As it stands in a srcset."""
    width: int


class Picture(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An image of the archive."""

    url: str
    """Of the largest copy that is shown, as it stands in an attribute."""
    address: str | None
    """The same in full; None without a base_url."""
    alt: str
    caption: str | None
    credit: str | None
    width: int | None
    """In pixels, of the image as it was taken in; None where it is not known."""
    height: int | None
    copies: tuple[PictureCopy, ...]
    """What a browser may choose from, the smallest first; empty where there is one size."""
