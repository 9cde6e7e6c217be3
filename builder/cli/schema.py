"""`backfile schema`: what may stand in front matter and settings, for editors and other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from builder.basics.problems import UsageError
from builder.cli.exits import GOOD
from builder.looking import settings_of
from builder.reading.schema import KINDS, as_json

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Print one schema, or write all of them into a folder."""
    settings = None if options.general else settings_of(options.root).value
    if options.into is None:
        if options.kind is None:
            raise UsageError("name one of " + ", ".join(KINDS) + "; or a folder with --into")
        print(as_json(options.kind, settings), end="")
        return GOOD
    kinds = KINDS if options.kind is None else (options.kind,)
    try:
        options.into.mkdir(parents=True, exist_ok=True)
        for kind in kinds:
            path = options.into / f"{kind}.schema.json"
            path.write_text(as_json(kind, settings), encoding="utf-8")
            if not options.quiet:
                print(path)
    except OSError as error:
        raise UsageError(f"{options.into} cannot be written: {error.strerror}") from error
    return GOOD
