"""What is to be known of an article's page for putting another text into it, as bytes.

Most texts lead nowhere and most articles name nobody: of those there is nothing to keep.
"""

from typing import Final

import msgspec

from builder.model.pictures import SizedUrl

Links = tuple[str | SizedUrl | None, ...]
"""Where the links of the text lead."""
Sought = tuple[tuple[str, ...], ...]
"""By what each of the article's people is found in its text."""


class _Stored(msgspec.Struct, frozen=True, array_like=True):
    links: Links
    sought: Sought


_ENCODER: Final = msgspec.msgpack.Encoder()


def pack_known(links: Links, sought: Sought) -> bytes:
    """Return these as bytes; none where there is nothing to know."""
    return _ENCODER.encode(_Stored(links, sought)) if links or any(sought) else b""


def unpack_known(packed: bytes) -> tuple[Links, Sought]:
    """Return what was packed.

    Raises:
        ValueError: the bytes are not of this kind.
    """
    if not packed:
        return (), ()
    try:
        stored = msgspec.msgpack.decode(packed, type=_Stored)
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    return stored.links, stored.sought
