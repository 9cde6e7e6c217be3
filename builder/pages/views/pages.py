"""Pages that stand by themselves."""

import msgspec
from markupsafe import Markup

from builder.pages.views.frame import Frame
from builder.pages.views.links import Anchor


class PageView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """page.html: about, imprint, method."""

    frame: Frame
    title: str
    body: Markup
    translations: tuple[Anchor, ...]


class RedirectView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """redirect.html: an old address, leading on to the new one."""

    frame: Frame
    target: str
    target_title: str
    canonical: str | None
