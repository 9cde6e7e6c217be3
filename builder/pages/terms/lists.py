"""An older page of a term's articles, and the pages of a person's mentions."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from builder.basics.languages import direction
from builder.pages.listing import SERIES, cut, listing
from builder.pages.terms.addresses import index_anchor, own_url
from builder.pages.terms.passages import AT_MOST
from builder.pages.views.links import Anchor
from builder.pages.views.terms import TermListView

if TYPE_CHECKING:
    from collections.abc import Callable

    from builder.model.site import Article, Term
    from builder.pages.context import Context
    from builder.pages.views.listing import Card

FEW: Final = 24
"""With more entries than this a page shows one sentence of each article alone."""


def list_view(
    context: Context,
    term: Term,
    lang: str,
    url: str,
    first_url: str,
    page: int,
    *,
    is_mentions: bool,
) -> TermListView:
    """Return an older page of a term's articles, or a page of a person's mentions."""
    name, name_lang = term.name_in(lang)
    articles = (term.mentioned if is_mentions else term.about).get(lang, ())
    words = context.words[lang]
    start, end = cut(len(articles), context.settings.page_size)[page]
    shown = listing(
        context,
        articles,
        lang,
        first_url,
        page,
        card_of(context, term, end - start),
        is_series=term.kind == SERIES,
    )
    title = words.format("mentions_of", name=name) if is_mentions else name
    if shown.reach:
        title += f" · {shown.reach}"
    return TermListView(
        frame=context.frames.around(
            url,
            kind="term-list",
            lang=lang,
            title=title,
            trail=context.frames.trail(
                lang,
                index_anchor(context, term.kind, lang),
                Anchor(label=name, url=own_url(context, term, lang), lang=name_lang),
            ),
        ),
        kind=term.kind,
        name=name,
        name_lang=name_lang,
        name_dir=None if name_lang is None else direction(name_lang),
        term_url=own_url(context, term, lang),
        is_mentions=is_mentions,
        listing=shown,
    )


def card_of(context: Context, term: Term, entries: int) -> Callable[[Article], Card]:
    """Return what makes the entries of a term's list, of which a page shows so many."""
    if term.kind == "people" and context.shown.passages:
        at_most = AT_MOST if entries <= FEW else 1
        return partial(context.naming_card, slug=term.slug, at_most=at_most)
    return context.card
