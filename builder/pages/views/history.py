"""What became of an article: its changes, and what is left of it once withdrawn."""

import msgspec

from builder.pages.views.frame import Frame
from builder.pages.views.links import Anchor


class PieceView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A run of words."""

    kind: str
    """same, new or gone."""
    text: str


class ChangeView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """One change of an article."""

    anchor: str
    date_text: str
    date_iso: str
    subject: str
    """The first line of what was said of it."""
    author: str
    """"" unless the archive chose to name who made it."""
    added_text: str
    removed_text: str
    is_first: bool
    """Whether the article was new then; there are no paragraphs to show."""
    paragraphs: tuple[tuple[PieceView, ...], ...]
    """Those that changed, in order."""


class HistoryView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """history.html: how an article changed since readers first saw it."""

    frame: Frame
    article: Anchor
    text: str
    """How often, and when last."""
    changes: tuple[ChangeView, ...]
    """Newest first."""


class TombstoneView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """tombstone.html: a withdrawn article's address."""

    frame: Frame
    title: str
    date_text: str
    date_iso: str
    withdrawn_text: str
    withdrawn_iso: str
    reason: str
