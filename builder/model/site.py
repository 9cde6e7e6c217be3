"""The whole archive, resolved: every name found, every address known. Born in `archive`, once.

Only what may be seen is here: drafts and embargoed articles never become part of a `Site`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Mapping

    from builder.basics.dates import ArchiveDate
    from builder.basics.problems import Location
    from builder.model.content import ArticleHead, NoticeRecord, PageRecord, TermRecord
    from builder.model.settings import Settings


class Article(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """An article in its place. Compared by identity: there is one value per article."""

    head: ArticleHead
    url: str
    people: tuple[str, ...]
    """Slugs of those it is about, in the writer's order."""
    mentions: tuple[str, ...]
    """Slugs of those it names in passing, none of them among `people`."""
    terms: Mapping[str, tuple[str, ...]]
    """Slugs by taxonomy."""
    notices: tuple[str, ...]
    changed: ArchiveDate | None = None
    """The day its text last changed since readers first saw it; None where nobody tells."""

    @property
    def changes(self) -> tuple[ArchiveDate, ...]:
        """Return every day on which it is known to have changed since it was published."""
        head = self.head
        if not head.corrections and head.updated is None and self.changed is None:
            return ()
        said = (*(correction.date for correction in head.corrections), head.updated, self.changed)
        return tuple(date for date in said if date is not None)

    @property
    def is_withdrawn(self) -> bool:
        """Whether a tombstone stands here."""
        return self.head.status == "withdrawn"


class Term(msgspec.Struct, frozen=True, kw_only=True, eq=False):
    """A person or a term with its articles."""

    kind: str
    slug: str
    record: TermRecord | None
    name: str
    about: Mapping[str, tuple[Article, ...]]
    """Articles about the person or under the term, by language, newest first."""
    mentioned: Mapping[str, tuple[Article, ...]]
    """Articles that only name the person."""
    parent: str | None
    children: tuple[str, ...]
    see_also: tuple[str, ...]
    merged: tuple[TermRecord, ...] = ()
    """Records that this one stands for as well."""

    @property
    def names(self) -> tuple[tuple[str, str | None], ...]:
        """Everything it is called, with the language where the writer says it; the first is shown.

        Names by language, aliases, former names, and the same of what was merged into it.
        """
        if self.record is None:
            return ((self.name, None),)
        return tuple(
            named
            for record in (self.record, *self.merged)
            for named in (
                (record.name, record.lang),
                *((name, lang) for lang, name in record.names.items()),
                *((name, None) for name in (*record.aliases, *record.former_names)),
            )
        )

    @property
    def sort_names(self) -> tuple[tuple[str, str], ...]:
        """Names with that under which an index has them, where the writer says it."""
        records = () if self.record is None else (self.record, *self.merged)
        return tuple((found.name, found.sort_name) for found in records if found.sort_name)

    def count(self, lang: str) -> int:
        """Return how many articles in `lang` are about the person or under the term."""
        return len(self.about.get(lang, ()))

    def is_in(self, lang: str) -> bool:
        """Return whether any article in `lang` names it."""
        return bool(self.about.get(lang) or self.mentioned.get(lang))

    def name_in(self, lang: str) -> tuple[str, str | None]:
        """Return the name to show on a page in `lang`, and its language where that differs."""
        if self.record is None:
            return self.name, None
        names = self.record.names
        if lang in names:
            return names[lang], None
        base = lang.split("-", maxsplit=1)[0]
        if base in names:
            return names[base], None
        return self.name, None if self.record.lang.split("-")[0] == base else self.record.lang


class Redirect(msgspec.Struct, frozen=True):
    """An old address."""

    url: str
    target: str
    title: str
    lang: str
    location: Location | None
    """Where the old address is written, if it is."""


class Site(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that a page may need."""

    settings: Settings
    articles: Mapping[str, tuple[Article, ...]]
    """Published ones by language, newest first; every language of the archive is a key."""
    withdrawn: tuple[Article, ...]
    terms: Mapping[str, Mapping[str, Term]]
    """By kind (`people` first), then by slug in order of the alphabet."""
    notices: Mapping[str, NoticeRecord]
    pages: Mapping[str, tuple[PageRecord, ...]]
    """By language, in the order of the menu."""
    translations: Mapping[str, tuple[Article, ...]]
    """By translation key, in the order of the archive's languages; two or more each."""
    merged: Mapping[tuple[str, str], str]
    """(kind, slug of a record that is merged) to the slug that stands for it."""
    redirects: tuple[Redirect, ...]
    hidden: frozenset[str]
    """Paths of content files that must not be linked to."""

    @property
    def languages(self) -> tuple[str, ...]:
        """Languages in which there is anything to read; the archive's own always."""
        main = self.settings.main_language
        return tuple(
            lang
            for lang in self.settings.languages
            if lang == main or self.articles[lang] or self.pages.get(lang)
        )

    def prefix(self, lang: str) -> str:
        """Return the folder of a language: "" for the archive's own, else "ru/"."""
        return "" if lang == self.settings.main_language else f"{lang}/"
