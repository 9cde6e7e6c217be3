"""The view of an article's page as bytes, so that a corrected text is shown without the archive.

What stands around all pages is kept once, beside the views that refer to it.
"""

from hashlib import blake2b
from typing import Final, NamedTuple

import msgspec
from markupsafe import Markup

from builder.model.pictures import SizedUrl
from builder.pages.views.articles import NOT_CITED, ArticleView
from builder.pages.views.frame import SiteFrame
from builder.pages.views.links import Anchor

_NOWHERE: Final = SiteFrame(
    root="",
    lang="",
    dir="",
    title="",
    description="",
    home_url="",
    search_url="",
    stylesheet="",
    icon="",
    csp="",
    locale="",
    nav=(),
    pages=(),
    more=(),
    feed=Anchor(label="", url=""),
)
"""Stands for the frame that is kept elsewhere."""

Sought = tuple[tuple[str, ...], ...]
"""By what each of the article's people is found in its text."""


class _Stored(msgspec.Struct, array_like=True):
    view: ArticleView
    links: tuple[str | SizedUrl | None, ...]
    sought: Sought


def _as_text(value: object) -> str:
    if isinstance(value, Markup):
        return str(value)
    raise TypeError(f"a view holds a {type(value).__name__}")


def _as_markup(kind: type, value: object) -> object:
    if kind is Markup:
        return Markup(value)
    raise TypeError(f"a view holds a {kind.__name__}")


_ENCODER: Final = msgspec.msgpack.Encoder(enc_hook=_as_text)
_VIEW: Final = msgspec.msgpack.Decoder(_Stored, dec_hook=_as_markup)
_SITE: Final = msgspec.msgpack.Decoder(SiteFrame)


class ViewPacker:
    """Packs views; a frame that many share is packed once."""

    def __init__(self) -> None:
        """Start with no frame packed."""
        self._sites: dict[int, tuple[SiteFrame, bytes, bytes]] = {}

    def pack(
        self, view: ArticleView, links: tuple[str | SizedUrl | None, ...], sought: Sought
    ) -> tuple[bytes, bytes, bytes]:
        """Return the view without text and citation, its site's frame's name, and that frame.

        The citation is made anew from the article's head in no time.
        """
        site = view.frame.site
        kept = self._sites.get(id(site))
        if kept is None:
            # The frame is held as well, so that no other one ever has its id.
            packed = _ENCODER.encode(site)
            name = blake2b(packed, digest_size=8).digest()
            kept = self._sites[id(site)] = site, name, packed
        frame = msgspec.structs.replace(view.frame, site=_NOWHERE)
        bare = msgspec.structs.replace(view, frame=frame, body=Markup(), citation=NOT_CITED)
        return _ENCODER.encode(_Stored(bare, links, sought)), kept[1], kept[2]


class Unpacked(NamedTuple):
    """What is known of an article's page besides its text."""

    view: ArticleView
    """Without the text."""
    links: tuple[str | SizedUrl | None, ...]
    """Where the links of the text lead."""
    sought: Sought


def unpack_view(packed: bytes, site: bytes) -> Unpacked:
    """Return what was packed.

    Raises:
        ValueError: the bytes are not those of a view.
    """
    try:
        stored = _VIEW.decode(packed)
        whole = msgspec.structs.replace(stored.view.frame, site=_SITE.decode(site))
    except msgspec.MsgspecError as error:
        raise ValueError(str(error)) from error
    view = msgspec.structs.replace(stored.view, frame=whole)
    return Unpacked(view, stored.links, stored.sought)
