"""What a page says of itself to machines: schema.org as JSON-LD, one graph a page.

Written as text from the start: what many pages say alike (people, topics, the way down from home)
is made once. Every `<`, `>` and `&` is escaped, so that nothing in a text can end the element that
holds it. Addresses are absolute with a base_url, else relative to the page. Pure; called by
`context` for all pages, by `articles` and `terms` for what theirs are about.

The vocabulary is that of schema.org 29; dates are as precise as they are known, and a span or a
doubtful date gives its first point alone, for schema.org has no form for more.
"""

from __future__ import annotations

import weakref
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from markupsafe import Markup
from msgspec import json

from builder.pages.cite import is_office

if TYPE_CHECKING:
    from collections.abc import Mapping

    from builder.basics.dates import ArchiveDate
    from builder.model.site import Article, Term
    from builder.pages.context import Context
    from builder.pages.views.links import Anchor
    from builder.pages.views.pictures import Picture

_KINDS: Final = {
    "calendar": "CollectionPage",
    "dates": "CollectionPage",
    "page": "WebPage",
    "person": "ProfilePage",
    "term": "CollectionPage",
    "term-list": "CollectionPage",
    "terms": "CollectionPage",
    "undated": "CollectionPage",
}
"""Families of pages and what they are; the others say what they are themselves, or nothing."""

_TERMS: Final = {"people": "Person", "places": "Place", "organisations": "Organization"}
_SAME_AS: Final = {
    "iptc": "http://cv.iptc.org/newscodes/mediatopic/",
    "isni": "https://isni.org/isni/",
    "viaf": "https://viaf.org/viaf/",
    "wikidata": "http://www.wikidata.org/entity/",
}
"""Where the registries have what an identifier names."""

_SECTIONS: Final = "sections"
_SERIES: Final = "series"


def _text(value: object) -> str:
    return json.encode(value).decode()


def _safe(text: str) -> str:
    """Return JSON that can stand in a script element (HTML, 4.12.1.3)."""
    if "<" in text:
        text = text.replace("<", "\\u003c")
    if ">" in text:
        text = text.replace(">", "\\u003e")
    if "&" in text:
        text = text.replace("&", "\\u0026")
    return text


class Structured:
    """The graphs of one site's pages, with what they share."""

    def __init__(self, context: Context) -> None:
        """Take the site."""
        # The context holds this: held in turn, it would stay, with all of the site, till Python
        # looks for garbage, and the preview makes a new one with each change.
        self._context: Context = weakref.proxy(context)
        self._has_base = context.settings.base_url is not None
        self._things: dict[tuple[str, str, str, str], str] = {}
        self._groups: dict[tuple[str, tuple[str, ...], str, str], str] = {}
        self._trails: dict[tuple[int, str], tuple[tuple[Anchor, ...], str]] = {}
        self._sites: dict[tuple[str, str], str] = {}
        self._outlets: dict[str, str] = {}
        self._authors: dict[str, str] = {}

    def address(self, url: str, root: str) -> str:
        """Return an address as JSON, as a page says it whose way up is `root`."""
        absolute = self._context.absolute(url)
        return _text(root + quote(url) if absolute is None else absolute)

    def page(
        self,
        url: str,
        root: str,
        *,
        kind: str,
        lang: str,
        title: str,
        trail: tuple[Anchor, ...],
        subject: str | None,
    ) -> Markup:
        """Return a page's graph: what it is, what it is about, and where it stands.

        `subject` is what `article` or `term` made. "" where there is nothing to say.
        """
        nodes = []
        if kind == "home":
            nodes.append(self._home(url, root, lang, title))
        elif kind in _KINDS:
            where = self.address(url, root)
            about = "" if subject is None else f',"mainEntity":{{"@id":{where[:-1]}#it"}}'
            nodes.append(
                f'{{"@type":"{_KINDS[kind]}","@id":{where},"name":{_text(title)},'
                f'"inLanguage":"{lang}","isPartOf":{self._site(lang, root)}{about}}}'
            )
        if subject is not None:
            nodes.append(subject)
        if trail:
            nodes.append(self._trail(trail, root, keep=kind == "article"))
        if not nodes:
            return Markup()
        return Markup(_safe(f'{{"@context":"https://schema.org","@graph":[{",".join(nodes)}]}}'))

    def _site(self, lang: str, root: str) -> str:
        key = (lang, "" if self._has_base else root)
        found = self._sites.get(key)
        if found is None:
            home = self.address(f"{self._context.site.prefix(lang)}index.html", root)
            name = _text(self._context.title(lang))
            found = self._sites[key] = f'{{"@type":"WebSite","@id":{home},"name":{name}}}'
        return found

    def _home(self, url: str, root: str, lang: str, title: str) -> str:
        context = self._context
        where = self.address(url, root)
        node = (
            f'{{"@type":"WebSite","@id":{where},"url":{where},"name":{_text(title)},'
            f'"inLanguage":"{lang}"'
        )
        if description := context.description(lang):
            node += f',"description":{_text(description)}'
        search = context.absolute(f"{context.site.prefix(lang)}search.html")
        if search is not None:
            node += (
                ',"potentialAction":{"@type":"SearchAction","target":{"@type":"EntryPoint",'
                f'"urlTemplate":{_text(search + "?q={search_term_string}")}}},'
                '"query-input":"required name=search_term_string"}'
            )
        return node + "}"

    def _trail(self, trail: tuple[Anchor, ...], root: str, *, keep: bool) -> str:
        """Return the way down; `keep` it where others have the same one, the very same object."""
        key = (id(trail), "" if self._has_base else root)
        found = self._trails.get(key)
        if found is not None:
            return found[1]
        items = ",".join(
            f'{{"@type":"ListItem","position":{place},"name":{_text(anchor.label)},'
            f'"item":{self.address(anchor.url, root)}}}'
            for place, anchor in enumerate(trail, start=1)
        )
        node = f'{{"@type":"BreadcrumbList","itemListElement":[{items}]}}'
        if keep:
            # The trail is held as well, so that no other one ever has its id.
            self._trails[key] = trail, node
        return node

    # -- people and terms ----------------------------------------------------------------------

    def _thing(self, kind: str, slug: str, lang: str, root: str) -> str:
        """Return a person or term as an article names it."""
        key = (kind, slug, lang, "" if self._has_base else root)
        found = self._things.get(key)
        if found is None:
            context = self._context
            term = context.site.terms[kind][slug]
            where = self.address(context.term_url(kind, slug, lang), root)
            sort = "CreativeWorkSeries" if kind == _SERIES else _TERMS.get(kind, "Thing")
            found = self._things[key] = (
                f'{{"@type":"{sort}","@id":{where[:-1]}#it",'
                f'"name":{_text(term.name_in(lang)[0])}{_same_as(term)}}}'
            )
        return found

    def _all(self, kind: str, slugs: tuple[str, ...], lang: str, root: str) -> str:
        """Return people or terms in a row; the same ones stand together often."""
        key = (kind, slugs, lang, "" if self._has_base else root)
        found = self._groups.get(key)
        if found is None:
            found = ",".join([self._thing(kind, slug, lang, root) for slug in slugs])
            self._groups[key] = found
        return found

    def term(
        self, term: Term, lang: str, url: str, root: str, portrait: Picture | None, summary: str
    ) -> str:
        """Return whom or what a person's or term's page is about."""
        record = term.record
        sort = "CreativeWorkSeries" if term.kind == _SERIES else _TERMS.get(term.kind, "Thing")
        where = self.address(url, root)
        name = term.name_in(lang)[0]
        node = [
            f'{{"@type":"{sort}","@id":{where[:-1]}#it","url":{where},"name":{_text(name)}',
            _same_as(term),
        ]
        if record is not None:
            named = (record.name, *record.names.values(), *record.aliases, *record.former_names)
            others = tuple(dict.fromkeys(other for other in named if other != name))
            if others:
                node.append(f',"alternateName":{_text(others)}')
            if summary or record.scope_note:
                node.append(f',"description":{_text(record.scope_note or summary)}')
            for key, date in (("birthDate", record.born), ("deathDate", record.died)):
                node.append(_dated(key, date))
            if record.roles:
                titles = tuple(dict.fromkeys(role.title for role in record.roles))
                node.append(f',"jobTitle":{_text(titles)},"hasOccupation":[')
                node.append(
                    ",".join(
                        '{"@type":"Role","hasOccupation":{"@type":"Occupation","name":'
                        f"{_text(role.title)}}}{_dated('startDate', role.start)}"
                        f"{_dated('endDate', role.end)}}}"
                        for role in record.roles
                    )
                )
                node.append("]")
        if portrait is not None:
            node.append(self._image(portrait, root))
        return "".join(node) + "}"

    # -- articles ------------------------------------------------------------------------------

    def article(
        self,
        article: Article,
        root: str,
        *,
        summary: str,
        published: str,
        picture: Picture | None,
        versions: Mapping[str, str],
        license_name: str | None,
    ) -> str:
        """Return an article with all that its front matter says of it.

        `published` is its date as ISO 8601 has it, "" where it has none.
        """
        head = article.head
        lang = head.lang
        where = self.address(article.url, root)
        node = [
            f'{{"@type":"NewsArticle","@id":{where}',
            f',"headline":{_text(head.title)},"inLanguage":"{lang}"',
            f',"datePublished":"{published}"' if published else "",
        ]
        if head.updated is not None:
            node.append(_dated("dateModified", head.updated))
        if summary:
            node.append(f',"description":{_text(summary)}')
        if head.authors:
            authors = ",".join([self._author(name) for name in head.authors])
            node.append(f',"author":[{authors}]')
        if head.dateline:
            node.append(f',"locationCreated":{_text(head.dateline)}')
        about = [self._all("people", article.people, lang, root)] if article.people else []
        whole = [self._site(lang, root)]
        for kind, slugs in article.terms.items():
            if not slugs:
                continue
            if kind == _SECTIONS:
                terms = self._context.site.terms[kind]
                names = tuple([terms[slug].name_in(lang)[0] for slug in slugs])
                node.append(f',"articleSection":{_text(names)}')
            elif kind == _SERIES:
                whole.append(self._all(kind, slugs, lang, root))
            else:
                about.append(self._all(kind, slugs, lang, root))
        if about:
            node.append(f',"about":[{",".join(about)}]')
        if article.mentions:
            named = self._all("people", article.mentions, lang, root)
            node.append(f',"mentions":[{named}]')
        node.append(f',"isPartOf":[{",".join(whole)}]')
        if head.source is None:
            node.append(f',"publisher":{self._publisher(self._context.title(lang))}')
        else:
            if head.source.outlet is not None:
                outlet = self._publisher(head.source.outlet)
                node.append(f',"publisher":{outlet},"sourceOrganization":{outlet}')
            if head.source.urls:
                node.append(f',"isBasedOn":{_text(head.source.urls)}')
        if len(versions) > 1:
            others = ",".join(
                [
                    f'{{"@type":"NewsArticle","@id":{self.address(url, root)}'
                    f',"inLanguage":"{tag}"}}'
                    for tag, url in versions.items()
                    if tag != lang
                ]
            )
            node.append(f',"workTranslation":[{others}]')
        if head.corrections:
            said = ",".join(
                f'{{"@type":"CorrectionComment"{_dated("datePublished", correction.date)},'
                f'"text":{_text(correction.text)}}}'
                for correction in head.corrections
            )
            node.append(f',"correction":[{said}]')
        if license_name:
            node.append(f',"license":{_text(license_name)}')
        if picture is not None:
            node.append(self._image(picture, root))
        return "".join(node) + "}"

    def _author(self, name: str) -> str:
        found = self._authors.get(name)
        if found is None:
            sort = "Organization" if is_office(name) else "Person"
            found = self._authors[name] = f'{{"@type":"{sort}","name":{_text(name)}}}'
        return found

    def _publisher(self, name: str) -> str:
        found = self._outlets.get(name)
        if found is None:
            found = self._outlets[name] = f'{{"@type":"Organization","name":{_text(name)}}}'
        return found

    def _image(self, picture: Picture, root: str) -> str:
        where = _text((self._context.settings.base_url or root) + picture.url)
        node = f',"image":{{"@type":"ImageObject","contentUrl":{where}'
        if picture.caption:
            node += f',"caption":{_text(picture.caption)}'
        if picture.credit:
            node += f',"creditText":{_text(picture.credit)}'
        return node + "}"


def _same_as(term: Term) -> str:
    if term.record is None or not term.record.ids:
        return ""
    found = [
        _SAME_AS[registry] + name.removeprefix("medtop:")
        for registry, name in sorted(term.record.ids.items())
    ]
    return f',"sameAs":{_text(found)}'


def _dated(key: str, date: ArchiveDate | None) -> str:
    return "" if date is None or not date.is_known else f',"{key}":"{date.iso()}"'
