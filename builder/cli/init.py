"""`backfile init`: a new archive that builds at once."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from builder.cli.exits import GOOD
from builder.cli.telling import counted
from builder.starter import write_starter

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Make a new archive and say what comes next."""
    files = write_starter(
        options.dir,
        title=options.title,
        lang=options.lang,
        workflow=options.workflow,
        has_hook=options.hook,
    )
    if not options.quiet:
        print(f"made an archive in {options.dir} with {counted(files, 'file')}")
        archive = shlex.quote(str(options.dir))
        print(f'next: backfile -C {archive} new article "The first story"')
        print(f"      backfile -C {archive} serve --drafts --open")
        if options.hook:
            print("before the first commit, in that folder, once in each clone:")
            print("      git init")
            print("      git config core.hooksPath .githooks")
            print("      git config user.name archive; git config user.email archive@invalid")
            print("      export TZ=UTC")
    return GOOD
