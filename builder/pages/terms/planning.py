"""Which pages people and terms have."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from builder.model.page import PlannedPage
from builder.pages.listing import cut, page_urls
from builder.pages.terms.addresses import FEW_MENTIONS, mentions_url, own_url
from builder.pages.terms.index import plan_index
from builder.pages.terms.lists import list_view
from builder.pages.terms.page import term_view

if TYPE_CHECKING:
    from collections.abc import Iterator

    from builder.model.site import Term
    from builder.pages.context import Context
    from builder.pages.keys import Keys
    from builder.pages.links import Targets


def plan_terms(context: Context, targets: Targets, keys: Keys) -> Iterator[PlannedPage]:
    """Yield index, term pages, older pages and lists of mentions, by language and kind."""
    size = context.settings.page_size
    for lang in context.site.languages:
        for kind in context.settings.term_kinds:
            terms = context.visible_terms(kind, lang)
            if not terms:
                continue
            yield from plan_index(context, keys, kind, lang)
            for term in terms:
                origin = None if term.record is None else term.record.location
                url = own_url(context, term, lang)
                yield PlannedPage(
                    url,
                    "term.html",
                    lang,
                    partial(term_view, context, targets, term, lang),
                    origin,
                    partial(keys.term_page, term, lang),
                )
                yield from _list_pages(context, keys, term, lang, url, size, is_mentions=False)
                if len(term.mentioned.get(lang, ())) > FEW_MENTIONS:
                    more = mentions_url(context, term, lang)
                    yield from _list_pages(context, keys, term, lang, more, size, is_mentions=True)


def _list_pages(
    context: Context, keys: Keys, term: Term, lang: str, first: str, size: int, *, is_mentions: bool
) -> Iterator[PlannedPage]:
    articles = (term.mentioned if is_mentions else term.about).get(lang, ())
    spans = cut(len(articles), size)
    for page, url in enumerate(page_urls(first, len(spans))):
        if page == 0 and not is_mentions:
            continue  # the term's own page
        yield PlannedPage(
            url,
            "term_list.html",
            lang,
            partial(list_view, context, term, lang, url, first, page, is_mentions=is_mentions),
            None,
            partial(keys.list_page, term, lang, articles, spans, page),
        )
