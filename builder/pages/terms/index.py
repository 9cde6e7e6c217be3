"""The indexes of all people or all terms of a kind: by letter, and by number of articles.

An index of many names has a page for each letter, so that none is heavy.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from functools import partial
from typing import TYPE_CHECKING, Final, NamedTuple

from builder.basics.languages import direction
from builder.model.page import PlannedPage
from builder.pages.listing import runs
from builder.pages.terms.addresses import index_anchor, own_url
from builder.pages.terms.alphabet import alphabet
from builder.pages.terms.life import life_text
from builder.pages.terms.together import TOGETHER
from builder.pages.views.links import Anchor
from builder.pages.views.terms import IndexEntry, LetterGroup, TermIndexView, TreeNode

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from builder.model.site import Article, Term
    from builder.model.words import Words
    from builder.pages.context import Context
    from builder.pages.keys import Keys
    from builder.pages.views.frame import Frame

WHOLE: Final = 600
"""An index of at most so many lines is one page."""
MOST_COUNTED: Final = 300
"""As many terms as are listed by number of articles; the index by letter has them all."""
MOST_OF_PERIOD: Final = 60


def plan_index(context: Context, keys: Keys, kind: str, lang: str) -> Iterator[PlannedPage]:
    """Yield the pages of one index."""
    url = _url(context, kind, lang)
    key = partial(keys.index, kind, lang)
    yield PlannedPage(url, "terms.html", lang, partial(index_view, context, kind, lang), None, key)
    terms = context.visible_terms(kind, lang)
    if len(terms) > TOGETHER:
        yield PlannedPage(
            _count_url(context, kind, lang),
            "terms.html",
            lang,
            partial(count_view, context, kind, lang),
        )
    if _is_long(terms, lang):
        for number, (letter, _) in enumerate(_letters(context, kind, lang)):
            yield PlannedPage(
                _letter_url(context, kind, lang, letter),
                "terms.html",
                lang,
                partial(letter_view, context, kind, lang, number),
                None,
                key,
            )


def _url(context: Context, kind: str, lang: str) -> str:
    return f"{context.site.prefix(lang)}{kind}.html"


def _count_url(context: Context, kind: str, lang: str) -> str:
    return f"{context.site.prefix(lang)}{kind}-by-count.html"


def _letter_url(context: Context, kind: str, lang: str, letter: str) -> str:
    name = letter.lower() if letter.isascii() else f"u{ord(letter[0]):04x}"
    return f"{context.site.prefix(lang)}{kind}-by-letter/{name or 'other'}.html"


# -- by letter ---------------------------------------------------------------------------------


def index_view(context: Context, kind: str, lang: str) -> TermIndexView:
    """Return what terms.html shows: by letter, with counts, other names as "see" lines."""
    terms = context.visible_terms(kind, lang)
    is_long = _is_long(terms, lang)
    main = context.settings.main_language
    label = context.kind_label(kind, lang)
    url = _url(context, kind, lang)
    letters = _letters(context, kind, lang)
    return TermIndexView(
        frame=context.frames.around(
            url,
            kind="terms",
            lang=lang,
            title=label,
            versions=context.frames.versions(
                lambda other: (
                    _url(context, kind, other)
                    if other == main or context.visible_terms(kind, other)
                    else None
                )
            ),
            trail=context.frames.trail(lang),
        ),
        kind=kind,
        heading=label,
        total=len(terms),
        orders=_orders(context, kind, lang, url),
        jumps=_jumps(context, kind, lang),
        is_by_count=False,
        groups_heading="" if is_long else context.words[lang]["by_letter"],
        groups=()
        if is_long
        else tuple(_group(context, lang, n, *found) for n, found in enumerate(letters)),
        tree=_tree(context, kind, terms, lang),
        most_used=context.most_used(kind, lang) if len(terms) > TOGETHER else (),
    )


def letter_view(context: Context, kind: str, lang: str, number: int) -> TermIndexView:
    """Return what terms.html shows of one letter of a long index."""
    letter, lines = _letters(context, kind, lang)[number]
    words = context.words[lang]
    url = _letter_url(context, kind, lang, letter)
    heading = (
        context.kind_label(kind, lang) + words["label_separator"] + _shown_letter(letter, words)
    )
    return _arranged(
        context,
        kind,
        lang,
        url,
        heading=heading,
        total=sum(line.entry.see is None for line in lines),
        jumps=_jumps(context, kind, lang, letter),
        groups=(_group(context, lang, number, letter, lines),),
    )


def index_letters(context: Context, kind: str, lang: str) -> tuple[Anchor, ...]:
    """Return the letters of an index, each with the address of its place there."""
    return _jumps(context, kind, lang)


def _jumps(
    context: Context, kind: str, lang: str, current: str | None = None
) -> tuple[Anchor, ...]:
    words, is_long = context.words[lang], _is_long(context.visible_terms(kind, lang), lang)
    return tuple(
        Anchor(
            label=_shown_letter(letter, words),
            url=_letter_url(context, kind, lang, letter)
            if is_long
            else f"{_url(context, kind, lang)}#{_anchor(number)}",
            count=sum(line.entry.see is None for line in lines),
            is_current=letter == current,
        )
        for number, (letter, lines) in enumerate(_letters(context, kind, lang))
    )


def _shown_letter(letter: str, words: Words) -> str:
    return letter or words["other_letters"]


def _anchor(number: int) -> str:
    return f"bf-letter-{number + 1}"


def _group(
    context: Context, lang: str, number: int, letter: str, lines: Sequence[_Line]
) -> LetterGroup:
    return LetterGroup(
        letter=_shown_letter(letter, context.words[lang]),
        anchor=_anchor(number),
        entries=tuple(line.entry for line in lines),
    )


class _Line(NamedTuple):
    """A line of an index and where it stands below its letter."""

    key: tuple[object, ...]
    entry: IndexEntry


def _letters(context: Context, kind: str, lang: str) -> tuple[tuple[str, tuple[_Line, ...]], ...]:
    """Return the letters of an index with their lines; what begins with no letter comes last."""
    found = context.letters.get((kind, lang))
    if found is None:
        groups: dict[tuple[int, str], list[_Line]] = defaultdict(list)
        place_of = alphabet(lang).place
        for term in context.visible_terms(kind, lang):
            for name, entry in _lines(context, term, lang):
                place = place_of(name)
                groups[place.rank, place.letter].append(
                    _Line((place.key, entry.url, entry.see or ""), entry)
                )
        # Two ranks may have one letter, as the Persian alef with hamza and without.
        letters: dict[str, list[_Line]] = {}
        for (_, letter), lines in sorted(groups.items(), key=lambda item: item[0]):
            letters.setdefault(letter, []).extend(sorted(lines, key=lambda line: line.key))
        found = tuple((letter, tuple(lines)) for letter, lines in letters.items())
        context.letters[kind, lang] = found
    return found


def _is_long(terms: Sequence[Term], lang: str) -> bool:
    return sum(1 + len(_other_names(term, lang)) for term in terms) > WHOLE


def _shown_name(term: Term, lang: str) -> tuple[str, str]:
    """Return a term's name as an index shows it, and as it files it."""
    record = term.record
    name, _ = term.name_in(lang)
    if record is None or name != record.name or not record.sort_name:
        return name, name
    return record.sort_name if term.kind == "people" else name, record.sort_name


def _other_names(term: Term, lang: str) -> tuple[str, ...]:
    """Return the names that lead to a term's line from elsewhere in an index."""
    if term.record is None:
        return ()
    own = {term.name_in(lang)[0], _shown_name(term, lang)[0]}
    records = (term.record, *term.merged)
    others = [name for r in records for name in (r.name, *r.aliases, *r.former_names)]
    return tuple(name for name in dict.fromkeys(others) if name not in own)


def _lines(context: Context, term: Term, lang: str) -> Iterator[tuple[str, IndexEntry]]:
    """Yield a term's line, then one for each of its other names; each with what it is filed by."""
    shown, filed = _shown_name(term, lang)
    entry = _entry(context, term, lang, term.count(lang))
    yield filed, entry
    for other in _other_names(term, lang):
        yield (
            other,
            IndexEntry(
                name=other,
                lang=None,
                dir="auto",
                url=entry.url,
                note="",
                count=None,
                see=shown,
            ),
        )


def _entry(context: Context, term: Term, lang: str, count: int) -> IndexEntry:
    record = term.record
    _, name_lang = term.name_in(lang)
    return IndexEntry(
        name=_shown_name(term, lang)[0],
        lang=name_lang,
        dir=None if name_lang is None else direction(name_lang),
        url=own_url(context, term, lang),
        note="" if record is None else life_text(record.born, record.died, context.words[lang]),
        count=count,
        see=None,
    )


# -- by number of articles, and by period ------------------------------------------------------


def count_view(context: Context, kind: str, lang: str) -> TermIndexView:
    """Return what terms.html shows by number of articles: in all years, then in each decade."""
    words = context.words[lang]
    terms = {term.slug: term for term in context.visible_terms(kind, lang)}
    everywhere = {slug: term.count(lang) for slug, term in terms.items()}
    groups = [
        LetterGroup(
            letter=words["all_years"],
            anchor="bf-all-years",
            entries=_counted(context, terms, everywhere, lang, MOST_COUNTED),
        )
    ]
    decades: dict[int, Counter[str]] = defaultdict(Counter)
    for slug, term in terms.items():
        for decade, found in runs(term.about.get(lang, ()), _decade):
            if decade is not None:
                decades[decade][slug] = len(found)
    if len(decades) > 1:
        groups += [
            LetterGroup(
                letter=words.format("decade", year=words.digits(decade)),
                anchor=f"bf-decade-{decade}",
                entries=_counted(context, terms, counts, lang, MOST_OF_PERIOD),
            )
            for decade, counts in sorted(decades.items(), reverse=True)
        ]
    return _arranged(
        context,
        kind,
        lang,
        _count_url(context, kind, lang),
        heading=context.kind_label(kind, lang),
        total=len(terms),
        jumps=tuple(
            Anchor(label=group.letter, url=f"{_count_url(context, kind, lang)}#{group.anchor}")
            for group in groups
        )
        if len(groups) > 1
        else (),
        groups=tuple(groups),
    )


def _decade(article: Article) -> int | None:
    year = article.head.date.year
    return None if year is None else year // 10 * 10


def _counted(
    context: Context,
    terms: Mapping[str, Term],
    counts: Mapping[str, int],
    lang: str,
    at_most: int,
) -> tuple[IndexEntry, ...]:
    used = sorted((count for count in counts.values() if count), reverse=True)
    least = used[:at_most][-1] if used else 0
    place_of = alphabet(lang).place
    most = sorted(
        (-count, place_of(_shown_name(terms[slug], lang)[1])[1:], slug)
        for slug, count in counts.items()
        if count and count >= least
    )
    return tuple(_entry(context, terms[slug], lang, -count) for count, _, slug in most[:at_most])


# -- both --------------------------------------------------------------------------------------


def _arranged(
    context: Context,
    kind: str,
    lang: str,
    url: str,
    *,
    heading: str,
    total: int,
    jumps: tuple[Anchor, ...],
    groups: tuple[LetterGroup, ...],
) -> TermIndexView:
    """Return a page of an index beside its first one."""
    words = context.words[lang]
    is_by_count = url == _count_url(context, kind, lang)
    title = f"{heading} · {words['by_count']}" if is_by_count else heading
    return TermIndexView(
        frame=_frame(context, kind, lang, url, title),
        kind=kind,
        heading=heading,
        total=total,
        orders=_orders(context, kind, lang, url),
        jumps=jumps,
        is_by_count=is_by_count,
        groups_heading=words["by_count"] if is_by_count else words["by_letter"],
        groups=groups,
        tree=(),
        most_used=(),
    )


def _frame(context: Context, kind: str, lang: str, url: str, title: str) -> Frame:
    return context.frames.around(
        url,
        kind="terms",
        lang=lang,
        title=title,
        trail=context.frames.trail(lang, index_anchor(context, kind, lang)),
    )


def _orders(context: Context, kind: str, lang: str, url: str) -> tuple[Anchor, ...]:
    """Return the ways in which the index can be read; none where there is one."""
    if len(context.visible_terms(kind, lang)) <= TOGETHER:
        return ()
    words = context.words[lang]
    by_letter, by_count = _url(context, kind, lang), _count_url(context, kind, lang)
    return (
        Anchor(label=words["by_letter"], url=by_letter, is_current=url != by_count),
        Anchor(label=words["by_count"], url=by_count, is_current=url == by_count),
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
