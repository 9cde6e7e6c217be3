"""People and topics, and every other taxonomy: the index, a page each, older pages, mentions."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Final

from builder.basics.languages import direction
from builder.basics.urls import way_up
from builder.model.page import PlannedPage
from builder.pages.articles import picture
from builder.pages.context import datetime_attribute
from builder.pages.links import fill
from builder.pages.listing import by_year, cut, listing, page_urls, span_label
from builder.pages.views import (
    Anchor,
    IndexEntry,
    LetterGroup,
    Listing,
    NameView,
    RoleView,
    TermGroup,
    TermIndexView,
    TermLink,
    TermListView,
    TermView,
    TreeNode,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from builder.basics.dates import ArchiveDate
    from builder.model.content import Role
    from builder.model.site import Article, Term
    from builder.model.words import Words
    from builder.pages.context import Context
    from builder.pages.keys import Keys
    from builder.pages.links import Targets

FEW_MENTIONS: Final = 20
"""As many mentions as a person's own page shows."""
TOGETHER: Final = 12
"""As many people, and terms of each taxonomy, as "appears with" shows."""
ID_NAMES: Final = {"iptc": "IPTC", "isni": "ISNI", "viaf": "VIAF", "wikidata": "Wikidata"}


def plan_terms(context: Context, targets: Targets, keys: Keys) -> Iterator[PlannedPage]:
    """Yield index, term pages, older pages and lists of mentions, by language and kind."""
    size = context.settings.page_size
    for lang in context.site.languages:
        for kind in context.settings.term_kinds:
            terms = context.visible_terms(kind, lang)
            if not terms:
                continue
            index_url = f"{context.site.prefix(lang)}{kind}.html"
            yield PlannedPage(
                index_url,
                "terms.html",
                lang,
                partial(index_view, context, kind, lang, index_url),
            )
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


def own_url(context: Context, term: Term, lang: str) -> str:
    """Return the address of a term's page in one language."""
    return f"{context.site.prefix(lang)}{term.kind}/{term.slug}.html"


def mentions_url(context: Context, term: Term, lang: str) -> str:
    """Return where the whole list of a person's mentions begins."""
    return f"{context.site.prefix(lang)}{term.kind}/{term.slug}/mentions.html"


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
    title = words.format("mentions_of", name=name) if is_mentions else name
    size = context.settings.page_size
    if len(articles) > size and page > 0:
        title += f" · {span_label(words, articles, size, page)}"
    return TermListView(
        frame=context.frame(
            url,
            kind="term-list",
            lang=lang,
            title=title,
            trail=context.trail(
                lang,
                _index_anchor(context, term.kind, lang),
                Anchor(label=name, url=own_url(context, term, lang), lang=name_lang),
            ),
        ),
        kind=term.kind,
        name=name,
        name_lang=name_lang,
        name_dir=None if name_lang is None else direction(name_lang),
        term_url=own_url(context, term, lang),
        is_mentions=is_mentions,
        listing=listing(context, articles, lang, first_url, page),
    )


def _index_anchor(context: Context, kind: str, lang: str) -> Anchor:
    url = f"{context.site.prefix(lang)}{kind}.html"
    return Anchor(label=context.kind_label(kind, lang), url=url)


# -- a term's own page -------------------------------------------------------------------------


def term_view(context: Context, targets: Targets, term: Term, lang: str) -> TermView:
    """Return what term.html shows."""
    site, words, record = context.site, context.words[lang], term.record
    url = own_url(context, term, lang)
    name, name_lang = term.name_in(lang)
    about = term.about.get(lang, ())
    mentioned = term.mentioned.get(lang, ())
    path = "" if record is None else record.path
    stored = context.bodies.get(path)
    body, _ = fill(stored, path, way_up(url), targets, context.used_media)
    born = None if record is None else record.born
    died = None if record is None else record.died
    life = life_text(born, died, words)
    people, groups = _together(context, term, lang)
    dated = [a.head.date for a in (*about[:1], *mentioned[:1]) if a.head.date.is_known]
    oldest = [a.head.date for a in (*about[-1:], *mentioned[-1:]) if a.head.date.is_known]
    summary = context.beginning(path)
    main = site.settings.main_language
    feed_url = f"{site.prefix(lang)}{term.kind}/{term.slug}/feed.xml"
    return TermView(
        frame=context.frame(
            url,
            kind="person" if term.kind == "people" else "term",
            lang=lang,
            title=name,
            description=summary,
            versions=context.versions(
                lambda other: (
                    own_url(context, term, other) if other == main or term.is_in(other) else None
                )
            ),
            trail=context.trail(lang, _index_anchor(context, term.kind, lang)),
            feeds=[
                Anchor(
                    label=words.format("feed_of", name=name, site=context.title(lang)), url=feed_url
                )
            ],
        ),
        kind=term.kind,
        kind_label=context.kind_label(term.kind, lang),
        kind_url=f"{site.prefix(lang)}{term.kind}.html",
        name=name,
        name_lang=name_lang,
        name_dir=None if name_lang is None else direction(name_lang),
        names=_names(term, name, words),
        aliases=() if record is None else record.aliases,
        former_names=() if record is None else record.former_names,
        life=life,
        born_text="" if born is None else words.date(born),
        born_iso="" if born is None else datetime_attribute(born),
        died_text="" if died is None else words.date(died),
        died_iso="" if died is None else datetime_attribute(died),
        roles=() if record is None else tuple(_role(role, words) for role in record.roles),
        ids=()
        if record is None
        else tuple((ID_NAMES[key], value) for key, value in sorted(record.ids.items())),
        portrait=None
        if record is None
        else picture(context, targets, record.portrait, record.path),
        scope_note=None if record is None else record.scope_note,
        body=body,
        body_lang=lang if record is None else record.lang,
        body_dir=direction(lang if record is None else record.lang),
        broader=context.term_links(term.kind, _ancestors(context, term), lang),
        narrower=context.term_links(term.kind, term.children, lang),
        see_also=context.term_links(term.kind, term.see_also, lang),
        articles=listing(context, about, lang, url, 0),
        mentions=listing(context, mentioned, lang, mentions_url(context, term, lang), 0)
        if len(mentioned) <= FEW_MENTIONS
        else _first_mentions(context, mentioned, lang),
        mentions_url=mentions_url(context, term, lang) if len(mentioned) > FEW_MENTIONS else None,
        with_people=people,
        with_terms=groups,
        other_languages=tuple(
            Anchor(
                label=context.own_language_name(other),
                url=own_url(context, term, other),
                lang=other,
                dir=direction(other),
                count=term.count(other) + len(term.mentioned.get(other, ())),
            )
            for other in site.languages
            if other != lang and term.is_in(other)
        ),
        first_text=words.date(min(oldest, key=lambda d: d.sort_key)) if oldest else "",
        last_text=words.date(max(dated, key=lambda d: d.sort_key)) if dated else "",
        feed_url=feed_url,
    )


def _first_mentions(context: Context, mentioned: Sequence[Article], lang: str) -> Listing:
    groups = by_year(context, mentioned[:FEW_MENTIONS], lang)
    return Listing(groups=groups, total=len(mentioned), pager=None)


def _names(term: Term, shown: str, words: Words) -> tuple[NameView, ...]:
    if term.record is None:
        return ()
    names = {term.record.lang: term.record.name, **term.record.names}
    return tuple(
        NameView(name=name, lang=tag, dir=direction(tag), language=words.language_name(tag))
        for tag, name in sorted(names.items())
        if name != shown
    )


def _role(role: Role, words: Words) -> RoleView:
    start, end = role.start, role.end
    if start is not None and end is not None:
        period = words.format("date_span", start=words.date(start), end=words.date(end))
    elif start is not None:
        period = words.format("period_since", start=words.date(start))
    elif end is not None:
        period = words.format("period_until", end=words.date(end))
    else:
        period = ""
    return RoleView(title=role.title, period=period)


def life_text(born: ArchiveDate | None, died: ArchiveDate | None, words: Words) -> str:
    """Return a person's years, as a list shows them."""
    if born is not None and died is not None:
        return words.format("life_span", born=_year(born, words), died=_year(died, words))
    if born is not None:
        return words.format("life_born", date=_year(born, words))
    if died is not None:
        return words.format("life_died", date=_year(died, words))
    return ""


def _year(date: ArchiveDate, words: Words) -> str:
    text = words.digits(date.year)
    if date.approximate:
        return words.format("date_approximate", date=text)
    return f"{text}?" if date.uncertain else text


def _ancestors(context: Context, term: Term) -> tuple[str, ...]:
    terms = context.site.terms[term.kind]
    found: list[str] = []
    above = term.parent
    while above is not None:
        found.append(above)
        above = terms[above].parent
    return tuple(reversed(found))


def _together(
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


# -- the index ---------------------------------------------------------------------------------


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


_NO_LETTERS: Final = ("CJK", "HIRAGANA", "KATAKANA", "HANGUL")


def sort_place(name: str, slug: str) -> tuple[str, str]:
    """Return the letter a name stands under and its key among the names there.

    Diacritics of Latin letters do not make another letter. Scripts that are not ordered by letters
    go by their slug, which spells them in Latin ones. What starts with no letter goes under "".
    """
    stripped = _without_marks(name.casefold()).strip()
    first = next((c for c in stripped if c.isalnum()), "")
    if first and unicodedata.name(first, "").startswith(_NO_LETTERS):
        if not slug:
            return "", stripped
        return slug[0].upper() if slug[0].isalpha() else "", slug
    if not first.isalpha():
        return "", stripped
    return first.upper(), stripped


_OWN_LETTERS: Final = frozenset({"\u0438\u0306", "\u0456\u0308"})


def _without_marks(text: str) -> str:
    """Return text as an index files it: Latin letters plain (Ł as L, ø as o), others unmarked.

    Й and Ї keep their marks, which make them letters of the alphabet; Ё is filed under Е, as
    Russian indexes do.
    """
    if text.isascii():
        return text
    from anyascii import anyascii  # noqa: PLC0415 - a large table

    kept: list[str] = []
    for char in unicodedata.normalize("NFKD", text):
        if unicodedata.combining(char):
            if kept and kept[-1] + char in _OWN_LETTERS:
                kept.append(char)
        elif char.isalpha() and not char.isascii() and "LATIN" in unicodedata.name(char, ""):
            kept.append(anyascii(char).casefold())
        else:
            kept.append(char)
    return unicodedata.normalize("NFC", "".join(kept))


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
