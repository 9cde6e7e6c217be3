"""A person's or a term's own page."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from builder.basics.languages import direction
from builder.basics.urls import way_up
from builder.pages.articles import picture
from builder.pages.context import datetime_attribute
from builder.pages.links import fill
from builder.pages.listing import SERIES, by_year, cut, listing
from builder.pages.terms.addresses import (
    FEW_MENTIONS,
    MENTIONED,
    index_anchor,
    mentions_url,
    own_url,
)
from builder.pages.terms.life import life_text, role_view
from builder.pages.terms.lists import card_of
from builder.pages.terms.timeline import term_timeline
from builder.pages.terms.together import together
from builder.pages.views.links import Anchor
from builder.pages.views.listing import Listing
from builder.pages.views.terms import NameView, TermView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from builder.model.site import Article, Term
    from builder.model.words import Words
    from builder.pages.context import Context
    from builder.pages.links import Targets

KNOWN_FOR: Final = 3
"""As many roles as stand in the head of a person's page."""
ID_NAMES: Final = {"iptc": "IPTC", "isni": "ISNI", "viaf": "VIAF", "wikidata": "Wikidata"}


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
    _, newest = cut(len(about), context.settings.page_size)[0]
    card = card_of(context, term, newest + min(len(mentioned), FEW_MENTIONS))
    first, last = _first_and_last(about, mentioned)
    people, groups = together(context, term, lang) if context.shown.together else ((), ())
    summary = context.beginning(path)
    portrait = None if record is None else picture(context, targets, record.portrait, path)
    main = site.settings.main_language
    feed_url = f"{site.prefix(lang)}{term.kind}/{term.slug}/feed.xml"
    return TermView(
        frame=context.frames.around(
            url,
            kind="person" if term.kind == "people" else "term",
            lang=lang,
            title=name,
            description=summary,
            versions=context.frames.versions(
                lambda other: (
                    own_url(context, term, other) if other == main or term.is_in(other) else None
                )
            ),
            trail=context.frames.trail(lang, index_anchor(context, term.kind, lang)),
            feeds=[
                Anchor(
                    label=words.format("feed_of", name=name, site=context.title(lang)), url=feed_url
                )
            ],
            subject=context.frames.structured.term(term, lang, url, way_up(url), portrait, summary),
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
        roles=() if record is None else tuple(role_view(role, words) for role in record.roles),
        known_for=()
        if record is None or record.lang != lang
        else tuple(dict.fromkeys(role.title for role in record.roles))[:KNOWN_FOR],
        ids=()
        if record is None
        else tuple((ID_NAMES[key], value) for key, value in sorted(record.ids.items())),
        portrait=portrait,
        scope_note=None if record is None else record.scope_note,
        body=body,
        body_lang=lang if record is None else record.lang,
        body_dir=direction(lang if record is None else record.lang),
        broader=context.term_links(term.kind, _ancestors(context, term), lang),
        narrower=context.term_links(term.kind, term.children, lang),
        see_also=context.term_links(term.kind, term.see_also, lang),
        articles=listing(context, about, lang, url, 0, card, is_series=term.kind == SERIES),
        mentions=Listing(
            groups=by_year(context, mentioned[:FEW_MENTIONS], lang, prefix=MENTIONED, card=card),
            total=len(mentioned),
            pager=None,
        ),
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
        timeline=term_timeline(context, term, lang) if context.shown.timeline else None,
        years=_years(first, last, words),
        first=None if first is None else context.card(first),
        last=None if last is None else context.card(last),
        feed_url=feed_url,
    )


def _first_and_last(*lists: Sequence[Article]) -> tuple[Article | None, Article | None]:
    """Return the earliest and the latest article of lists that begin with the newest.

    Of one day, as the lists have them. What has no date stands at their ends.
    """
    ends: list[Article] = []
    for articles in lists:
        last = next((found for found in reversed(articles) if found.head.date.is_known), None)
        if last is not None:
            ends += articles[0], last
    ends.sort(key=lambda article: article.head.date.sort_key, reverse=True)
    return (ends[-1], ends[0]) if ends else (None, None)


def _years(first: Article | None, last: Article | None, words: Words) -> str:
    if first is None or last is None:
        return ""
    start, end = (words.digits(article.head.date.year) for article in (first, last))
    return start if start == end else words.format("date_span", start=start, end=end)


def _names(term: Term, shown: str, words: Words) -> tuple[NameView, ...]:
    if term.record is None:
        return ()
    names = {term.record.lang: term.record.name, **term.record.names}
    return tuple(
        NameView(name=name, lang=tag, dir=direction(tag), language=words.language_name(tag))
        for tag, name in sorted(names.items())
        if name != shown
    )


def _ancestors(context: Context, term: Term) -> tuple[str, ...]:
    terms = context.site.terms[term.kind]
    found: list[str] = []
    above = term.parent
    while above is not None:
        found.append(above)
        above = terms[above].parent
    return tuple(reversed(found))
