"""The index of all people or all terms of a kind."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from builder.basics.languages import direction
from builder.pages.terms.addresses import own_url
from builder.pages.terms.filing import sort_place
from builder.pages.terms.life import life_text
from builder.pages.terms.together import TOGETHER
from builder.pages.views import Anchor, IndexEntry, LetterGroup, TermIndexView, TreeNode

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from builder.model.site import Term
    from builder.model.words import Words
    from builder.pages.context import Context


def index_view(context: Context, kind: str, lang: str, url: str) -> TermIndexView:
    """Return what terms.html shows: by letter, with counts, other names as "see" lines."""
    words = context.words[lang]
    entries: list[tuple[str, str, IndexEntry]] = []
    terms = context.visible_terms(kind, lang)
    for term in terms:
        entries.extend(_entries(context, term, lang, words))
    groups: dict[str, list[tuple[str, IndexEntry]]] = defaultdict(list)
    for letter, key, entry in entries:
        groups[letter].append((key, entry))
    letters = []
    for number, letter in enumerate(_in_order(groups), start=1):
        found = sorted(groups[letter], key=lambda pair: (pair[0], pair[1].url, pair[1].see or ""))
        letters.append(
            LetterGroup(
                letter=letter or words["other_letters"],
                anchor=_anchor(number),
                entries=tuple(entry for _, entry in found),
            )
        )
    main = context.settings.main_language
    return TermIndexView(
        frame=context.frame(
            url,
            kind="terms",
            lang=lang,
            title=context.kind_label(kind, lang),
            versions=context.versions(
                lambda other: (
                    f"{context.site.prefix(other)}{kind}.html"
                    if other == main or context.visible_terms(kind, other)
                    else None
                )
            ),
            trail=context.trail(lang),
        ),
        kind=kind,
        heading=context.kind_label(kind, lang),
        total=len(terms),
        letters=tuple(letters),
        tree=_tree(context, kind, terms, lang),
        most_used=context.most_used(kind, lang) if len(terms) > TOGETHER else (),
    )


def index_letters(context: Context, kind: str, lang: str) -> tuple[Anchor, ...]:
    """Return the letters of an index, each with the address of its place there."""
    found: set[str] = set()
    for term in context.visible_terms(kind, lang):
        _, sort_name, others = _filed(term, lang)
        found.add(_letter(sort_name, term.slug))
        found.update(_letter(other, "") for other in others)
    url = f"{context.site.prefix(lang)}{kind}.html"
    other_letters = context.words[lang]["other_letters"]
    return tuple(
        Anchor(label=letter or other_letters, url=f"{url}#{_anchor(number)}")
        for number, letter in enumerate(_in_order(found), start=1)
    )


def _in_order(letters: Iterable[str]) -> list[str]:
    """Return letters as an index has them: what starts with none comes last."""
    return sorted(letters, key=lambda letter: (letter == "", letter))


def _anchor(number: int) -> str:
    return f"bf-letter-{number}"


def _letter(name: str, slug: str) -> str:
    first = name[:1]
    return first.upper() if first.isascii() and first.isalpha() else sort_place(name, slug)[0]


def _filed(term: Term, lang: str) -> tuple[str, str, tuple[str, ...]]:
    """Return a term's name as an index shows it, as it files it, and its other names there."""
    record = term.record
    name, _ = term.name_in(lang)
    if record is None:
        return name, name, ()
    is_own_name = name == record.name
    sort_name = record.sort_name if record.sort_name and is_own_name else name
    shown = sort_name if term.kind == "people" and is_own_name else name
    others = dict.fromkeys((*record.aliases, *record.former_names))
    if not is_own_name:
        others[record.name] = None
    return shown, sort_name, tuple(other for other in others if other not in {name, shown})


def _entries(
    context: Context, term: Term, lang: str, words: Words
) -> Iterator[tuple[str, str, IndexEntry]]:
    record = term.record
    _, name_lang = term.name_in(lang)
    shown_dir = None if name_lang is None else direction(name_lang)
    url = own_url(context, term, lang)
    count = term.count(lang)
    note = "" if record is None else life_text(record.born, record.died, words)
    shown, sort_name, others = _filed(term, lang)
    letter, key = sort_place(sort_name, term.slug)
    yield (
        letter,
        key,
        IndexEntry(
            name=shown, lang=name_lang, dir=shown_dir, url=url, note=note, count=count, see=None
        ),
    )
    for other in others:
        other_letter, other_key = sort_place(other, "")
        yield (
            other_letter,
            other_key,
            IndexEntry(name=other, lang=None, dir="auto", url=url, note="", count=None, see=shown),
        )


def _tree(context: Context, kind: str, terms: Sequence[Term], lang: str) -> tuple[TreeNode, ...]:
    shown = {term.slug for term in terms}
    if not any(term.parent in shown for term in terms):
        return ()
    by_slug = context.site.terms[kind]

    def node(slug: str) -> TreeNode:
        term = by_slug[slug]
        return TreeNode(
            term=context.term_link(term, lang, term.count(lang)),
            children=tuple(node(child) for child in term.children if child in shown),
        )

    return tuple(node(term.slug) for term in terms if term.parent not in shown)
