"""Where the pages of people and terms stand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from builder.model.site import Term
    from builder.pages.context import Context

FEW_MENTIONS: Final = 20
"""As many mentions as a person's own page shows; with more there is a list of all."""
MENTIONED: Final = "bf-mentioned-"
"""How the ids of mentions begin where they stand on the person's own page."""


def own_url(context: Context, term: Term, lang: str) -> str:
    """Return the address of a term's page in one language."""
    return f"{context.site.prefix(lang)}{term.kind}/{term.slug}.html"


def mentions_url(context: Context, term: Term, lang: str) -> str:
    """Return where the whole list of a person's mentions begins."""
    return f"{context.site.prefix(lang)}{term.kind}/{term.slug}/mentions.html"


def index_anchor(context: Context, kind: str, lang: str) -> Anchor:
    """Return the way to the index that a term stands in."""
    url = f"{context.site.prefix(lang)}{kind}.html"
    return Anchor(label=context.kind_label(kind, lang), url=url)
