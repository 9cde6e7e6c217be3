"""Who and what stands in the same articles."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

from builder.pages.views.links import TermGroup, TermLink

if TYPE_CHECKING:
    from builder.model.site import Term
    from builder.pages.context import Context

TOGETHER: Final = 12
"""As many people, and terms of each taxonomy, as "appears with" shows."""


def together(
    context: Context, term: Term, lang: str
) -> tuple[tuple[TermLink, ...], tuple[TermGroup, ...]]:
    """Return the people and terms that stand in the same articles most often."""
    articles = [*term.about.get(lang, ()), *term.mentioned.get(lang, ())]
    counts: dict[str, Counter[str]] = {}
    for kind in context.settings.term_kinds:
        # One count over all of them: a call for each article would take five times as long.
        if kind == "people":
            named = chain.from_iterable([(*a.people, *a.mentions) for a in articles])
        else:
            named = chain.from_iterable([a.terms[kind] for a in articles if kind in a.terms])
        counts[kind] = Counter(named)
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
