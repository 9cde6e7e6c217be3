"""Everything the files say -> one `Site`, and what does not fit together."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from builder.archive.doubts import before_birth
from builder.archive.names import Register
from builder.archive.permalinks import Permalinks
from builder.basics.problems import Outcome, Problem, problem
from builder.model.site import Article, Redirect, Site, Term

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from builder.basics.dates import ArchiveDate
    from builder.model.content import (
        ArticleHead,
        NoticeRecord,
        PageRecord,
        Reference,
        TermRecord,
    )
    from builder.model.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What was read from content/, file by file, in order of path."""

    articles: tuple[ArticleHead, ...]
    terms: tuple[TermRecord, ...]
    notices: tuple[NoticeRecord, ...]
    pages: tuple[PageRecord, ...]


def assemble(
    found: Inventory,
    settings: Settings,
    *,
    now: dt.datetime,
    with_drafts: bool,
    changed: Mapping[str, ArchiveDate],
) -> Outcome[Site]:
    """Return the archive as its readers may see it at `now` (aware).

    `changed` is when texts last changed, by path, for those of which that is known.
    """
    problems: list[Problem] = []
    by_kind: dict[str, list[TermRecord]] = {kind: [] for kind in settings.term_kinds}
    for record in found.terms:
        by_kind[record.kind].append(record)
    registers = {kind: Register(kind, records) for kind, records in by_kind.items()}
    notices = _notices(found.notices, problems)
    permalinks = Permalinks(settings)
    articles: list[Article] = []
    hidden: set[str] = set()
    for head in found.articles:
        if _is_visible(head, now, with_drafts=with_drafts):
            articles.append(_place(head, registers, notices, permalinks, changed, problems))
        else:
            hidden.add(head.path)
    articles.sort(key=lambda a: (a.head.date.sort_key, a.url), reverse=True)
    published = [a for a in articles if not a.is_withdrawn]
    terms = {
        kind: _terms(kind, register, published, problems) for kind, register in registers.items()
    }
    pages = _pages(found.pages, settings, problems)
    site = Site(
        settings=settings,
        articles={
            lang: tuple(a for a in published if a.head.lang == lang) for lang in settings.languages
        },
        withdrawn=tuple(a for a in articles if a.is_withdrawn),
        terms=terms,
        notices=notices,
        pages=pages,
        translations=_translations(published, settings, problems),
        merged={
            (kind, slug): end
            for kind, register in registers.items()
            for slug, end in sorted(register.merged.items())
        },
        redirects=_redirects(articles, pages, settings),
        hidden=frozenset(hidden),
    )
    problems.extend(before_birth(terms["people"]))
    for register in registers.values():
        problems.extend(register.problems)
    return Outcome(site, tuple(problems))


def _is_visible(head: ArticleHead, now: dt.datetime, *, with_drafts: bool) -> bool:
    if with_drafts:
        return True
    if head.status == "draft":
        return False
    if head.embargo is not None:
        return head.embargo <= now
    return head.status != "embargoed"


def _place(
    head: ArticleHead,
    registers: Mapping[str, Register],
    notices: Mapping[str, NoticeRecord],
    permalinks: Permalinks,
    changed: Mapping[str, ArchiveDate],
    problems: list[Problem],
) -> Article:
    terms = {kind: _resolve(registers[kind], names) for kind, names in head.terms.items() if names}
    people = _resolve(registers["people"], head.people)
    mentions = _resolve(registers["people"], head.mentions)
    used: list[str] = []
    for name in head.notices:
        if name.text in notices:
            used.append(name.text)
        else:
            message = f'no file in content/notices/ has the slug "{name.text}"'
            hint = "known are " + ", ".join(sorted(notices)) if len(notices) < 10 else None
            problems.append(problem("unknown-notice", message, name.location, hint))
    section = next(iter(terms.get("sections", ())), None)
    return Article(
        head=head,
        url=permalinks.url(head, section),
        people=people,
        mentions=tuple(slug for slug in mentions if slug not in people),
        terms=terms,
        notices=tuple(used),
        changed=changed.get(head.path),
    )


def _resolve(register: Register, names: Sequence[Reference]) -> tuple[str, ...]:
    if not names:
        return ()
    slugs: dict[str, None] = {}
    for name in names:
        slug = register.resolve(name)
        if slug is not None:
            slugs[slug] = None
    return tuple(slugs)


def _notices(records: Iterable[NoticeRecord], problems: list[Problem]) -> dict[str, NoticeRecord]:
    notices: dict[str, NoticeRecord] = {}
    for record in records:
        before = notices.setdefault(record.slug, record)
        if before is not record:
            message = f'the notice "{record.slug}" is described twice, here and in {before.path}'
            problems.append(problem("duplicate-slug", message, record.location))
    return notices


def _terms(
    kind: str, register: Register, articles: Iterable[Article], problems: list[Problem]
) -> dict[str, Term]:
    about: dict[str, dict[str, list[Article]]] = defaultdict(lambda: defaultdict(list))
    mentioned: dict[str, dict[str, list[Article]]] = defaultdict(lambda: defaultdict(list))
    for article in articles:
        named = article.people if kind == "people" else article.terms.get(kind, ())
        for slug in named:
            about[slug][article.head.lang].append(article)
        if kind == "people":
            for slug in article.mentions:
                mentioned[slug][article.head.lang].append(article)
    names = {slug: record.name for slug, record in register.records.items()}
    names = {slug: name for slug, name in names.items() if slug not in register.merged}
    visible = set(about) | set(mentioned)
    names |= {slug: name for slug, name in register.new_terms().items() if slug in visible}
    register.warn_of_similar(
        {
            slug: sum(map(len, (*about[slug].values(), *mentioned[slug].values())))
            for slug in visible
        }
    )
    parents = _parents(register, problems)
    children: dict[str, list[str]] = defaultdict(list)
    for slug, parent in sorted(parents.items()):
        children[parent].append(slug)
    merged: dict[str, list[TermRecord]] = defaultdict(list)
    for slug, end in sorted(register.merged.items()):
        merged[end].append(register.records[slug])
    terms: dict[str, Term] = {}
    for slug in sorted(names):
        record = register.records.get(slug)
        see_also = () if record is None else _see_also(register, record, problems)
        terms[slug] = Term(
            kind=kind,
            slug=slug,
            record=record,
            name=names[slug],
            about={lang: tuple(found) for lang, found in about[slug].items()},
            mentioned={lang: tuple(found) for lang, found in mentioned[slug].items()},
            parent=parents.get(slug),
            children=tuple(children[slug]),
            see_also=tuple(other for other in see_also if other != slug),
            merged=tuple(merged[slug]) if slug in merged else (),
        )
    return terms


def _see_also(register: Register, record: TermRecord, problems: list[Problem]) -> tuple[str, ...]:
    found: list[str] = []
    for name in record.see_also:
        slug = register.look_up(name)
        if slug is None:
            message = f'no file in content/{register.kind}/ describes "{name.text}"'
            problems.append(problem("unknown-parent", message, name.location))
        else:
            found.append(slug)
    return tuple(dict.fromkeys(found))


def _parents(register: Register, problems: list[Problem]) -> dict[str, str]:
    parents: dict[str, str] = {}
    for slug, record in register.records.items():
        if record.parent is None or slug in register.merged:
            continue
        parent = register.look_up(record.parent)
        if parent is None:
            message = f'no file in content/{register.kind}/ describes "{record.parent.text}"'
            hint = f"write the slug of a file in content/{register.kind}/"
            problems.append(problem("unknown-parent", message, record.parent.location, hint))
        else:
            parents[slug] = parent
    for slug in sorted(parents):
        seen = {slug}
        above = parents.get(slug)
        while above is not None and above not in seen:
            seen.add(above)
            above = parents.get(above)
        record = register.records[slug]
        if above == slug and record.parent is not None:
            message = f'"{slug}" stands below itself'
            problems.append(problem("term-cycle", message, record.parent.location))
            del parents[slug]
    return parents


def _pages(
    records: Iterable[PageRecord], settings: Settings, problems: list[Problem]
) -> dict[str, tuple[PageRecord, ...]]:
    pages: dict[str, list[PageRecord]] = {lang: [] for lang in settings.languages}
    taken: dict[tuple[str, str], PageRecord] = {}
    for record in records:
        before = taken.setdefault((record.lang, record.slug), record)
        if before is not record:
            message = f'the page "{record.slug}" stands twice, here and in {before.path}'
            problems.append(problem("duplicate-slug", message, record.location))
        else:
            pages[record.lang].append(record)
    return {
        lang: tuple(sorted(found, key=lambda p: (p.order, p.slug))) for lang, found in pages.items()
    }


def _translations(
    articles: Iterable[Article], settings: Settings, problems: list[Problem]
) -> dict[str, tuple[Article, ...]]:
    groups: dict[str, dict[str, Article]] = defaultdict(dict)
    for article in sorted(articles, key=lambda a: a.head.path):
        key = article.head.translation_key
        if key is None:
            continue
        before = groups[key].setdefault(article.head.lang, article)
        if before is not article:
            message = (
                f'"{key}" is already translated into "{article.head.lang}", in {before.head.path}'
            )
            place = article.head.where["translation_key"]
            hint = "give one of them another translation_key or another lang"
            problems.append(problem("duplicate-translation", message, place, hint))
    order = {lang: place for place, lang in enumerate(settings.languages)}
    return {
        key: tuple(sorted(group.values(), key=lambda a: order[a.head.lang]))
        for key, group in sorted(groups.items())
        if len(group) > 1
    }


def _redirects(
    articles: Iterable[Article], pages: Mapping[str, tuple[PageRecord, ...]], settings: Settings
) -> tuple[Redirect, ...]:
    redirects = [
        Redirect(old.path, article.url, article.head.title, article.head.lang, old.location)
        for article in articles
        for old in article.head.aliases
    ]
    for lang, records in pages.items():
        folder = "" if lang == settings.main_language else f"{lang}/"
        redirects.extend(
            Redirect(old.path, f"{folder}{page.slug}.html", page.title, lang, old.location)
            for page in records
            for old in page.aliases
        )
    return tuple(sorted(redirects, key=lambda r: (r.url, r.target)))
