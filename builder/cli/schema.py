"""`backfile schema`: what may stand in front matter and settings, for editors and other tools."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from builder.basics.problems import UsageError
from builder.cli.exits import GOOD
from builder.disk.texts import read_text
from builder.intake import SETTINGS_FILE
from builder.model.source import SourceFile
from builder.reading import parse_settings
from builder.reading.schema import KINDS, make_schema

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from builder.model.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Print one schema, or write all of them into a folder."""
    settings = None if options.general else _settings(options.root)
    if options.into is None:
        if options.kind is None:
            raise UsageError("name one of " + ", ".join(KINDS) + "; or a folder with --into")
        print(_as_json(options.kind, settings), end="")
        return GOOD
    kinds = KINDS if options.kind is None else (options.kind,)
    try:
        options.into.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            path = options.into / f"{kind}.schema.json"
            path.write_text(_as_json(kind, settings), encoding="utf-8")
            if not options.quiet:
                print(path)
    except OSError as error:
        raise UsageError(f"{options.into} cannot be written: {error.strerror}") from error
    return GOOD


def _as_json(kind: str, settings: Settings | None) -> str:
    return json.dumps(make_schema(kind, settings), ensure_ascii=False, indent=2) + "\n"


def _settings(root: Path) -> Settings | None:
    """Return the settings of the archive that one stands in; None where there is none."""
    path = root / SETTINGS_FILE
    if not path.is_file():
        return None
    text = read_text(root, SourceFile(SETTINGS_FILE, path.stat().st_size)).value
    return None if text is None else parse_settings(text).value
