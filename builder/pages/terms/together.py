"""Who and what stands in the same articles."""

from __future__ import annotations

from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING, Final

import msgspec

from builder.pages.views.links import TermGroup, TermLink

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.model.site import Article, Term
    from builder.pages.context import Context

TOGETHER: Final = 12
"""As many people, and terms of each taxonomy, as "appears with" shows."""


def together(
    context: Context, term: Term, lang: str
) -> tuple[tuple[TermLink, ...], tuple[TermGroup, ...]]:
    """Return the people and terms that stand in the same articles most often."""
    articles = [*term.about.get(lang, ()), *term.mentioned.get(lang, ())]
    people, *groups = _most_frequent(context, articles, lang, term)
    return people.terms, tuple(group for group in groups if group.terms)


def most_frequent(
    context: Context, articles: Sequence[Article], lang: str
) -> tuple[TermGroup, ...]:
    """Return the people and terms that stand in most of these articles; no empty groups.

    Their totals are of what they hold: the index of a kind is of all articles.
    """
    return tuple(
        msgspec.structs.replace(group, total=len(group.terms))
        for group in _most_frequent(context, articles, lang)
        if group.terms
    )


def _most_frequent(
    context: Context, articles: Sequence[Article], lang: str, but: Term | None = None
) -> list[TermGroup]:
    """Return a group for each kind, people first; `but` is left out."""
    groups: list[TermGroup] = []
    for kind in context.settings.term_kinds:
        # One count over all of them: a call for each article would take five times as long.
        if kind == "people":
            named = chain.from_iterable([(*a.people, *a.mentions) for a in articles])
        else:
            named = chain.from_iterable([a.terms[kind] for a in articles if kind in a.terms])
        counts = Counter(named)
        if but is not None and but.kind == kind:
            counts.pop(but.slug, None)
        least = min(sorted(counts.values())[-TOGETHER:], default=0)
        most = sorted([(-n, slug) for slug, n in counts.items() if n >= least])[:TOGETHER]
        terms = context.site.terms[kind]
        groups.append(
            TermGroup(
                kind=kind,
                label=context.kind_label(kind, lang),
                url=f"{context.site.prefix(lang)}{kind}.html",
                terms=tuple([context.term_link(terms[slug], lang, -n) for n, slug in most]),
                total=len(counts),
            )
        )
    return groups
