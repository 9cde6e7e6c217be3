"""The files of the open data, once for the whole archive, and a page in each language on them."""

from __future__ import annotations

from functools import cached_property, partial
from typing import TYPE_CHECKING

from builder.model.page import PlannedPage
from builder.pages.data.files import to_bytes
from builder.pages.data.package import package
from builder.pages.data.rows import UNDATED, Rows
from builder.pages.data.tables import TABLES, described
from builder.pages.keys import digest
from builder.pages.views.data import DataColumn, DataPart, DataTable, DataView
from builder.pages.views.links import Anchor

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from builder.model.words import Words
    from builder.pages.context import Context
    from builder.pages.data.tables import Table
    from builder.pages.keys import Keys

FOLDER = "data/"
PACKAGE = f"{FOLDER}datapackage.json"


class Data:
    """The open data of one site."""

    def __init__(self, context: Context, keys: Keys) -> None:
        """Take what the pages share."""
        self._context = context
        self._keys = keys
        self._years: dict[str, bytes] = {}
        self.rows = Rows(context.site)

    def plan(self) -> Iterator[PlannedPage]:
        """Yield every file and data.html in each language; nothing where it is not wanted."""
        context = self._context
        if not context.settings.data:
            return
        main = context.settings.main_language
        for table, names in self.files.items():
            for name in names:
                part = name.partition("/")[2]
                key = partial(self._key, table, part)
                for form in table.forms:
                    file = partial(self._file, table, part, form)
                    yield PlannedPage(f"{FOLDER}{name}.{form}", "", main, file, None, key)
        if self.files:  # the standard wants at least one table
            yield PlannedPage(PACKAGE, "", main, lambda: package(context, self.files))
        for lang in context.site.languages:
            view = partial(self._view, lang)
            url = f"{context.site.prefix(lang)}data.html"
            yield PlannedPage(url, "data.html", lang, view)

    @cached_property
    def files(self) -> Mapping[Table, tuple[str, ...]]:
        """The names of each table's files, without ending; of tables that have any row."""
        found: dict[Table, tuple[str, ...]] = {}
        for table in TABLES:
            if table.is_yearly:
                parts = (part for part in self.rows.parts if self.rows.has_any(table.name, part))
                names = tuple(f"{table.name}/{part}" for part in parts)
            else:
                names = (table.name,) if self.rows.has_any(table.name) else ()
            if names:
                found[table] = names
        return found

    def _file(self, table: Table, part: str, form: str) -> bytes:
        return to_bytes(table, self.rows.of(table.name, part), form)

    # -- what it depends on ----------------------------------------------------------------------

    def _key(self, table: Table, part: str) -> bytes:
        """Return the key of a file: what its rows are made of, and perhaps a little more."""
        return self._year(part) + self._terms if table.is_yearly else self._terms

    def _year(self, part: str) -> bytes:
        found = self._years.get(part)
        if found is None:
            found = self._years[part] = self._keys.cards(self.rows.parts[part])
        return found

    @cached_property
    def _terms(self) -> bytes:
        """All people and terms, as what they are called and all that their files say."""
        site, file = self._context.site, self._keys.file
        return digest(
            [
                (kind, slug, term.name, term.parent, record and file(record.path), merged)
                for kind, terms in site.terms.items()
                for slug, term in terms.items()
                for record in (term.record,)
                for merged in ([file(other.path) for other in term.merged],)
            ]
        )

    # -- the page --------------------------------------------------------------------------------

    def _view(self, lang: str) -> DataView:
        context, words = self._context, self._context.words[lang]
        return DataView(
            frame=context.frames.everywhere(
                "data.html",
                kind="data",
                lang=lang,
                title=words["data"],
                description=words["data_lead"],
            ),
            package=Anchor(label="datapackage.json", url=PACKAGE) if self.files else None,
            license=context.settings.license,
            tables=tuple(self._table(table, names, words) for table, names in self.files.items()),
        )

    def _table(self, table: Table, names: tuple[str, ...], words: Words) -> DataTable:
        parts = tuple(self._part(table, name, words) for name in names)
        return DataTable(
            name=table.name,
            anchor=f"bf-{table.name}",
            title=words[f"table_{table.word}"],
            description=described(table, words),
            parts=parts,
            columns=tuple(
                DataColumn(
                    name=column.name,
                    type=words[f"type_{column.type}"],
                    description=_pieces(words[f"column_{column.name}"]),
                    is_key=column.name in table.primary,
                    refers_to=next(
                        (
                            Anchor(
                                label=f"{key.table}.{theirs}",
                                url=f"#bf-{key.table}",
                            )
                            for key in table.foreign
                            for ours, theirs in zip(key.columns, key.theirs, strict=True)
                            if ours == column.name
                        ),
                        None,
                    ),
                )
                for column in table.all_columns
            ),
        )

    def _part(self, table: Table, name: str, words: Words) -> DataPart:
        year = name.partition("/")[2]
        if not year:
            label = table.name
        else:
            label = words["undated"] if year == UNDATED else words.digits(int(year))
        return DataPart(
            label=label,
            files=tuple(
                Anchor(label=words[f"format_{form}"], url=f"{FOLDER}{name}.{form}")
                for form in table.forms
            ),
        )


def _pieces(text: str) -> tuple[tuple[str, bool], ...]:
    """Return a description in pieces; what stands between backticks is to be typed as it is."""
    pieces = enumerate(text.split("`"))
    return tuple((piece, bool(place % 2)) for place, piece in pieces if piece)
