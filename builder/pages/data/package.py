"""data/datapackage.json: what the tables are, for programs (Data Package 2.0).

It names no day on which it was made, and no sizes or digests of files: those stand in the
archive's manifest, and would change here with every article.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Final

from builder.basics.slugs import make_slug
from builder.pages.data.tables import described, schema

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from builder.model.words import Words
    from builder.pages.context import Context
    from builder.pages.data.tables import Table

PROFILE: Final = "https://datapackage.org/profiles/2.0/datapackage.json"
MEDIA_TYPES: Final = {"csv": "text/csv", "jsonl": "application/jsonl"}
_LICENSE_NAME: Final = re.compile(r"[-A-Za-z0-9._]+")


def package(context: Context, files: Mapping[Table, Sequence[str]]) -> bytes:
    """Return the description of the tables; `files` has the file names of each, without ending."""
    settings = context.settings
    words = context.words[settings.main_language]
    found: dict[str, Any] = {
        "$schema": PROFILE,
        "name": make_slug(settings.title) or "archive",
        "title": settings.title,
    }
    if settings.description:
        found["description"] = settings.description
    if settings.base_url is not None:
        found["homepage"] = settings.base_url
    if licenses := _licenses(settings.license):
        found["licenses"] = licenses
    found["resources"] = [
        _resource(table, names, form, words)
        for table, names in files.items()
        for form in table.forms
    ]
    return json.dumps(found, ensure_ascii=False, indent=1).encode() + b"\n"


def _licenses(text: str | None) -> list[dict[str, str]]:
    """Return the licence as the standard wants it: a name from Open Definition's list, or a path.

    One in words of the archive's own fits neither; it stands in the rows and on data.html alone.
    """
    if text is None:
        return []
    if _LICENSE_NAME.fullmatch(text):
        return [{"name": text}]
    return [{"path": text}] if re.match(r"https?://\S+$", text) else []


def _resource(table: Table, names: Sequence[str], form: str, words: Words) -> dict[str, Any]:
    paths = [f"{name}.{form}" for name in names]
    return {
        "name": table.name if form == "csv" else f"{table.name}-{form}",
        "type": "table",
        "title": words[f"table_{table.word}"],
        "description": described(table, words),
        "path": paths if table.is_yearly else paths[0],
        "scheme": "file",
        "format": form,
        "mediatype": MEDIA_TYPES[form],
        "encoding": "utf-8",
        "schema": schema(table, form, words),
    }
