"""An article's page read back as those read it who were not there when it was made."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import extruct
import jsonschema
import rispy
from bibtexparser.entrypoint import parse_string
from bibtexparser.library import Library
from bibtexparser.middlewares import (
    LatexDecodingMiddleware,
    SeparateCoAuthors,
    SplitNameParts,
)
from bibtexparser.model import Entry, Field
from lxml import html

from tests.checkers.needs import ROOT

if TYPE_CHECKING:
    from pathlib import Path

CSL = json.loads((ROOT / "tests/schemas/csl-item.json").read_text("utf-8"))


def downloads_of(page: str) -> dict[str, str]:
    """Return the citations that a page holds, by name of file."""
    found = {}
    for link in html.fromstring(page).xpath("//a[@download]"):
        head, _, data = link.get("href").partition(",")
        assert head.startswith("data:application/")
        assert head.endswith(";charset=utf-8")
        found[link.get("download")] = unquote(data, errors="strict")
    return found


def read_bibtex(text: str) -> dict[str, Any]:
    """Return the fields of one entry, without TeX; authors as (given, family), or one name."""
    library = parse_string(
        text,
        append_middleware=[
            SeparateCoAuthors(),
            SplitNameParts(),
        ],
    )
    assert not library.failed_blocks, library.failed_blocks
    (entry,) = library.entries
    fields = {field.key: field.value for field in entry.fields}
    names = fields.pop("author", [])
    found: dict[str, Any] = {
        # biblatex reads dates and addresses as they stand.
        key: value if key in {"date", "url"} else _plain(value)
        for key, value in fields.items()
    }
    found |= {"id": entry.key, "type": entry.entry_type}
    found["author"] = [
        (_plain(" ".join(name.first)), _plain(" ".join(name.last)))
        if name.first
        else _plain(" ".join((*name.von, *name.last)))
        for name in names
    ]
    return found


def _plain(value: str) -> str:
    """Return what TeX would print, the braces that keep its capitals aside."""
    # LaTeX knows these three; our reader does not, or takes the last for an accent.
    value = value.replace(r"\textbraceleft{}", r"\{").replace(r"\textbraceright{}", r"\}")
    value = value.replace(r"\textasciicircum{}", "^")
    library = Library([Entry("x", "x", [Field("y", value)])])
    decoded = LatexDecodingMiddleware(keep_braced_groups=False).transform(library)
    return str(decoded.entries[0].fields[0].value)


def read_ris(text: str) -> dict[str, Any]:
    """Return the fields of one entry."""
    assert text.endswith("\r\nER  - \r\n")
    assert all(line[2:6] == "  - " for line in text.rstrip("\r\n").split("\r\n"))
    (entry,) = rispy.loads(text)
    return dict(entry)


def read_csl(text: str) -> dict[str, Any]:
    """Return one item, which the schema allows."""
    items = json.loads(text)
    jsonschema.validate(items, CSL)
    (item,) = items
    return dict(item)


def graph_of(page: Path) -> dict[str, dict[str, Any]]:
    """Return what a page says of itself, by type of node."""
    found = extruct.extract(page.read_text("utf-8"), syntaxes=["json-ld"])["json-ld"]
    assert len(found) <= 1
    for graph in found:
        assert graph["@context"] == "https://schema.org"
    return {node["@type"]: node for graph in found for node in graph["@graph"]}


def tags_of(page: Path) -> list[tuple[str, str]]:
    """Return every <meta> with a name or a property, and what it says."""
    return [
        (name, meta.get("content"))
        for meta in html.fromstring(page.read_text("utf-8")).xpath("//meta[@name or @property]")
        for name in (meta.get("name"), meta.get("property"))
        if name
    ]
