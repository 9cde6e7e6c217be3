"""One import into a small archive, for tests."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from builder.importers import ImportOptions, ImportReport, run_import
from builder.model.source import SourceText
from builder.reading import parse_article, parse_settings, split

if TYPE_CHECKING:
    from collections.abc import Iterable

    from builder.importers import ImportKind
    from builder.model.content import ArticleHead

SHARED = Path(__file__).resolve().parents[3] / "shared"
SETTINGS = "title: A test\nbase_url: https://archive.example/\n"


def new_archive(folder: Path, settings: str = SETTINGS) -> Path:
    """Make an archive without articles."""
    (folder / "content").mkdir(parents=True)
    (folder / "content/archive.yaml").write_bytes(settings.encode())
    return folder


def write_lines(path: Path, records: Iterable[dict[str, Any]]) -> Path:
    """Write records as JSON lines, packed where the name says so."""
    data = "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records).encode()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)
    return path


def import_into(
    archive: Path,
    kind: ImportKind,
    *sources: Path,
    into: str | None = None,
    dry_run: bool = False,
    **options: Any,  # noqa: ANN401 - the fields of ImportOptions
) -> ImportReport:
    """Import sources with some options."""
    return run_import(
        kind,
        sources,
        archive=archive,
        into=into,
        dry_run=dry_run,
        options=ImportOptions(**options),
    )


def articles(archive: Path) -> dict[str, tuple[ArticleHead, str]]:
    """Return every article by its path below content/articles, read as the builder reads it.

    Fails where the builder would report anything.
    """
    settings_text = (archive / "content/archive.yaml").read_bytes().decode()
    settings = parse_settings(_source("content/archive.yaml", settings_text)).value
    assert settings is not None
    found: dict[str, tuple[ArticleHead, str]] = {}
    root = archive / "content/articles"
    for path in sorted(root.rglob("*.md")):
        name = path.relative_to(root).as_posix()
        outcome = split(_source(f"content/articles/{name}", path.read_bytes().decode()))
        assert outcome.value is not None, (name, outcome.problems)
        article = parse_article(outcome.value.head, f"content/articles/{name}", settings)
        assert (outcome.problems, article.problems) == ((), ()), name
        assert article.value is not None
        found[name] = (article.value, outcome.value.prose.text.strip("\n"))
    return found


def only(archive: Path) -> tuple[ArticleHead, str]:
    """Return the one article of an archive."""
    (found,) = articles(archive).values()
    return found


def _source(path: str, text: str) -> SourceText:
    return SourceText(path=path, text=text)
