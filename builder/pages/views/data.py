"""The page of the open data."""

import msgspec

from builder.pages.views.frame import Frame
from builder.pages.views.links import Anchor


class DataColumn(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A column of a table of the open data."""

    name: str
    type: str
    """In words."""
    description: tuple[tuple[str, bool], ...]
    """Pieces of text; whether one is to be typed as it is."""
    is_key: bool
    """Whether it is part of what tells the rows apart."""
    refers_to: Anchor | None
    """The column of a table on this page whose values these are; the address is a fragment."""


class DataPart(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A table, or one year of it, as files that hold the same rows."""

    label: str
    files: tuple[Anchor, ...]
    """One for each format."""


class DataTable(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A table of the open data."""

    name: str
    anchor: str
    title: str
    description: str
    parts: tuple[DataPart, ...]
    """One, or one for each year."""
    columns: tuple[DataColumn, ...]


class DataView(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """data.html: which tables there are, and what stands in them."""

    frame: Frame
    package: Anchor | None
    """None where there is no table yet."""
    license: str | None
    tables: tuple[DataTable, ...]
