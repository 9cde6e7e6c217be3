"""`backfile parts`: a page that shows each part of the theme."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from builder.basics.problems import BuilderError
from builder.cli.exits import CONTENT, GOOD
from builder.parts import show_parts
from builder.showing import show_problems

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Write the page and say where it is."""
    try:
        pages = show_parts(options.root)
    except BuilderError as error:
        sys.stderr.write(show_problems(error.problems, options.root))
        return CONTENT
    if not options.quiet:
        print("open " + "\n  or ".join(str(page) for page in pages))
    return GOOD
