"""The tables of the open data: what a row of each holds. The types are the published schema.

A row is a value of one of these classes; the names of its fields are the columns, and `schema`
turns their types into a Table Schema (Data Package 2.0). Names of columns are part of what an
archive promises to those who read its data: add some, rename none.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from types import NoneType
from typing import TYPE_CHECKING, Annotated, Any, Final, NamedTuple, get_args

import msgspec

if TYPE_CHECKING:
    from builder.model.words import Words

FORMS: Final = ("csv", "jsonl")
MOST_PAIRS: Final = 20_000
"""Pairs of one year that `co-appearances` holds. With more of them, those that meet least often are
left out, all that meet equally often alike."""

Prose = Annotated[str, "what somebody wrote"]
"""Text that may begin with anything, also with what a spreadsheet takes for a formula."""
Code = Annotated[str, "of letters, digits and marks"]
"""Text of ours: no comma, quotation mark or line end is ever in it."""
Day = Annotated[str, "YYYY-MM-DD"]
List = Annotated[tuple[str, ...], "JSON, in CSV too"]
Lists = Annotated[Mapping[str, tuple[str, ...]], "JSON"]


class ArticleRow(msgspec.Struct, frozen=True, gc=False):
    """An article: what its front matter says."""

    url: Code
    lang: Code
    title: Prose
    date: Code | None
    """EDTF, as precise as it is known; None where undated."""
    earliest: Day | None
    latest: Day | None
    authors: List
    dateline: Prose | None
    summary: Prose | None
    """The writer's own; what is taken from the text is no data."""
    outlet: Prose | None
    source_urls: List
    captured: Code | None
    sha256: Code | None
    updated: Code | None
    license: Prose | None
    translation_key: Prose | None


class ArticleDocument(ArticleRow, frozen=True, gc=False):
    """An article with all that it is about, as JSON holds it; CSV has a table of mentions."""

    people: List
    """Slugs of those it is about, in the writer's order."""
    mentions: List
    """Slugs of those it only names."""
    terms: Lists
    """Slugs by kind: topics and each declared taxonomy."""


class MentionRow(msgspec.Struct, frozen=True, gc=False):
    """An article is about somebody or something, or names them."""

    article: Code
    kind: Code
    slug: Code
    relation: Code
    """`about` or `mentions`."""


class TermRow(msgspec.Struct, frozen=True, gc=False):
    """Anybody or anything that articles are sorted under."""

    kind: Code
    """`people`, `topics` or a declared taxonomy."""
    slug: Code
    url: Code
    name: Prose
    parent: Code | None
    scope_note: Prose | None
    wikidata: Code | None
    iptc: Code | None


class PersonRow(msgspec.Struct, frozen=True, gc=False):
    """What is known of a person."""

    slug: Code
    url: Code
    name: Prose
    sort_name: Prose | None
    born: Code | None
    died: Code | None
    wikidata: Code | None
    viaf: Code | None
    isni: Code | None


class RoleRow(msgspec.Struct, frozen=True, gc=False):
    """An office or occupation of a person."""

    person: Code
    role: Prose
    start: Code | None
    end: Code | None


class NameRow(msgspec.Struct, frozen=True, gc=False):
    """One of the names of a person or term."""

    kind: Code
    slug: Code
    name: Prose
    lang: Code | None
    use: Code
    """`name`, `translation`, `alias` or `former`."""


class PairRow(msgspec.Struct, frozen=True, gc=False):
    """Two that stand in the same articles of one language and year."""

    year: int | None
    lang: Code
    kind: Code
    slug: Code
    with_kind: Code
    with_slug: Code
    articles: int


class Column(NamedTuple):
    """A column of a table."""

    name: str
    type: str
    """Of Table Schema."""
    is_required: bool
    is_prose: bool
    is_code: bool
    """Whether it holds nothing that CSV would have to quote."""


class Key(NamedTuple):
    """Columns whose values stand in another table."""

    columns: tuple[str, ...]
    table: str
    theirs: tuple[str, ...]


class Table(NamedTuple):
    """A table of the open data."""

    name: str
    row: type[msgspec.Struct]
    primary: tuple[str, ...]
    foreign: tuple[Key, ...] = ()
    is_yearly: bool = False
    """Whether it is cut into files by the year of the articles."""
    document: type[msgspec.Struct] | None = None
    """What a row holds in JSON lines, where that is more than in CSV."""
    forms: tuple[str, ...] = FORMS
    """Ways in which it is written."""

    @property
    def word(self) -> str:
        """Its name as part of an interface word's."""
        return self.name.replace("-", "_")

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns of a row, in order."""
        return columns_of(self.row)

    @property
    def all_columns(self) -> tuple[Column, ...]:
        """The columns, those that JSON lines alone have among them."""
        return columns_of(self.document or self.row)


_TERM: Final = ("kind", "slug")
ARTICLES: Final = Table("articles", ArticleRow, ("url",), is_yearly=True, document=ArticleDocument)
MENTIONS: Final = Table(
    "mentions",
    MentionRow,
    ("article", "kind", "slug"),
    (Key(("article",), "articles", ("url",)), Key(_TERM, "terms", _TERM)),
    is_yearly=True,
    forms=("csv",),  # in JSON lines the articles hold them
)
# `parent` is no foreign key: together with `kind` it would be half empty where there is none, and
# the standard does not say that such a key is none.
TERMS: Final = Table("terms", TermRow, _TERM)
PEOPLE: Final = Table("people", PersonRow, ("slug",))
ROLES: Final = Table("roles", RoleRow, (), (Key(("person",), "people", ("slug",)),))
NAMES: Final = Table("names", NameRow, (), (Key(_TERM, "terms", _TERM),))
PAIRS: Final = Table(
    "co-appearances",
    PairRow,
    (),  # its rows differ in all but the last column, and the first may be empty
    (Key(_TERM, "terms", _TERM), Key(("with_kind", "with_slug"), "terms", _TERM)),
    is_yearly=True,
)
TABLES: Final = (ARTICLES, MENTIONS, TERMS, PEOPLE, ROLES, NAMES, PAIRS)


@cache  # there are as many as tables
def columns_of(row: type[msgspec.Struct]) -> tuple[Column, ...]:
    """Return the columns that a row has."""
    return tuple(_column(field.encode_name, field.type) for field in msgspec.structs.fields(row))


def _column(name: str, hint: Any) -> Column:  # noqa: ANN401 - a type, in whatever form
    options = get_args(hint)
    is_required = NoneType not in options
    if not is_required:
        (hint,) = (option for option in options if option is not NoneType)
    types = {
        Prose: "string",
        Code: "string",
        Day: "date",
        List: "array",
        Lists: "object",
        int: "integer",
    }
    is_required = is_required and hint not in (List, Lists)
    return Column(name, types[hint], is_required, hint is Prose, hint is Code)


def described(table: Table, words: Words) -> str:
    """Return what a table holds, in words."""
    key = f"table_{table.word}_text"
    return words.format(key, n=words.number(MOST_PAIRS)) if table is PAIRS else words[key]


def schema(table: Table, form: str, words: Words) -> dict[str, Any]:
    """Return the Table Schema of a table, its columns described in a language."""
    fields: list[dict[str, Any]] = []
    for column in table.columns if form == "csv" else table.all_columns:
        field: dict[str, Any] = {
            "name": column.name,
            "type": column.type,
            "description": words[f"column_{column.name}"],
        }
        if column.is_required:
            field["constraints"] = {"required": True}
        fields.append(field)
    found: dict[str, Any] = {"fields": fields}
    if table.primary:
        found["primaryKey"] = list(table.primary)
    if table.foreign:
        found["foreignKeys"] = [
            {
                "fields": list(key.columns),
                "reference": {"resource": key.table, "fields": list(key.theirs)},
            }
            for key in table.foreign
        ]
    return found
