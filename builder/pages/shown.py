"""Which of the dear parts of a view the theme shows: the others are not made.

The theme's digest is part of every page's key, so pages never stay as another theme had them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable


class Shown(NamedTuple):
    """Parts that a template may leave out, and by which the making of its views is ruled.

    A part that is not shown is empty in the view.
    """

    citation: bool = True
    graph: bool = True
    """Of articles; other pages are few."""
    names: bool = True
    near: bool = True
    """Related articles, and places in series."""
    passages: bool = True
    timeline: bool = True
    """Of a person or term."""
    together: bool = True


NOTHING_SHOWN: Final = Shown(*(False for _ in Shown._fields))


def what_is_shown(
    named: Callable[[tuple[str, ...]], frozenset[str] | None], *, has_lite: bool
) -> Shown:
    """Return what the theme shows.

    `named` returns every word in some templates, None where they may say anything.
    """

    def words(*templates: str) -> frozenset[str] | None:
        return named((*templates, *(f"lite/{name}" for name in templates if has_lite)))

    article, term, lists = words("article.html"), words("term.html"), words("term_list.html")
    return Shown(
        citation=_has(article, "citation"),
        graph=_has(article, "graph"),
        names=_has(article, "names"),
        near=_has(article, "related", "series"),
        passages=_has(term, "passages") or _has(lists, "passages"),
        timeline=_has(term, "timeline"),
        together=_has(term, "with_people", "with_terms"),
    )


def _has(words: frozenset[str] | None, *names: str) -> bool:
    return words is None or not words.isdisjoint(names)
