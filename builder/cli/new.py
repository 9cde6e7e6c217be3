"""`backfile new`: a file of content/ with what is known filled in."""

from __future__ import annotations

import os
import shlex
import subprocess
import sys
from typing import TYPE_CHECKING

from builder.basics.problems import BuilderError, UsageError
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of, now
from builder.cli.telling import print_problems
from builder.starter import NewFile, RefusedError, write_new

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Write the file, print its path, and open the editor where asked to."""
    root = archive_of(options)
    editor = _editor() if options.edit else []
    wanted = NewFile(
        kind=options.kind,
        title=options.title,
        slug=options.slug,
        lang=options.lang,
        date=options.date,
        is_published=options.published,
        is_anyway=options.anyway,
    )
    try:
        path = write_new(root, wanted, now())
    except BuilderError as error:
        print_problems(error.problems, root)
        return CONTENT
    except RefusedError as error:
        print(f"backfile: {error}", file=sys.stderr)
        return CONTENT
    print(path, flush=True)
    if wanted.kind in {"article", "articles"} and not wanted.is_published and not options.quiet:
        told = "it is a draft: the line `status: draft` keeps it out of the site till you delete it"
        print(told, file=sys.stderr, flush=True)
    if editor:
        try:
            subprocess.run([*editor, str(root / path)], check=False)
        except OSError as error:
            raise UsageError(f"{editor[0]!r} cannot be run: {error.strerror}") from error
    return GOOD


def _editor() -> list[str]:
    """Return the command of the person's editor, as environ(7) has it."""
    command = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "")
    if not command:
        raise UsageError("--edit needs an editor: set VISUAL or EDITOR")
    return command
