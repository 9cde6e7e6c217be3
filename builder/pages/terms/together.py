"""Who and what stands in the same articles."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import chain
from typing import TYPE_CHECKING, Final

from builder.pages.views import TermGroup, TermLink

if TYPE_CHECKING:
    from builder.model.site import Term
    from builder.pages.context import Context

TOGETHER: Final = 12
"""As many people, and terms of each taxonomy, as "appears with" shows."""


def together(
    context: Context, term: Term, lang: str
) -> tuple[tuple[TermLink, ...], tuple[TermGroup, ...]]:
    """Return the people and terms that stand in the same articles most often."""
    counts: dict[str, Counter[str]] = defaultdict(Counter)
    for article in chain(term.about.get(lang, ()), term.mentioned.get(lang, ())):
        counts["people"].update(article.people)
        counts["people"].update(article.mentions)
        for kind, slugs in article.terms.items():
            counts[kind].update(slugs)
    counts[term.kind].pop(term.slug, None)
    links: dict[str, tuple[TermLink, ...]] = {}
    for kind in context.settings.term_kinds:
        most = sorted(counts[kind].items(), key=lambda item: (-item[1], item[0]))[:TOGETHER]
        terms = context.site.terms[kind]
        links[kind] = tuple(context.term_link(terms[slug], lang, n) for slug, n in most)
    groups = tuple(
        TermGroup(
            kind=kind,
            label=context.kind_label(kind, lang),
            url=f"{context.site.prefix(lang)}{kind}.html",
            terms=found,
            total=len(counts[kind]),
        )
        for kind, found in links.items()
        if kind != "people" and found
    )
    return links["people"], groups
