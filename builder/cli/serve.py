"""`backfile serve`: the archive in a browser, up to date while it is written."""

from __future__ import annotations

import gc
import sys
import webbrowser
from typing import TYPE_CHECKING, Final

from builder.basics.problems import BuilderError
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import now, request_of
from builder.cli.telling import counted, print_problems, tally
from builder.serving.server import Listener, serve

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence

    from builder.basics.problems import Problem

_COUNT: Final = " 0123456789,"


def run(options: argparse.Namespace) -> int:
    """Serve until Ctrl-C, which is how it ends well."""
    gc.set_threshold(200_000, 20, 100)  # nearly all that is made while reading stays
    request = request_of(options)
    root = request.root

    def is_ready(address: str) -> None:
        print(f"the preview is at {address} (Ctrl-C ends it)", flush=True)
        if options.open:
            webbrowser.open(address)

    told: set[tuple[str, str, str]] = set()

    def is_shown(problems: Sequence[Problem], seconds: float) -> None:
        # What was said before is not said again after each change, nor where only a count or a
        # line is another one.
        keys = {(p.code, p.location.path, p.message.rstrip(_COUNT)): p for p in problems}
        fresh = [found for key, found in keys.items() if key not in told]
        told.clear()
        told.update(keys)
        print_problems(fresh, root, quiet=options.quiet)
        if not options.quiet:
            print(f"up to date: {tally(problems)}, in {seconds:.2f} s", flush=True)

    def polls() -> None:
        message = "the system has no more room to watch files, so they are looked at now and then"
        print(f"backfile: {message}", file=sys.stderr, flush=True)

    try:
        serve(request, options.port, now, Listener(is_ready, is_shown, polls))
    except KeyboardInterrupt:
        if not options.quiet:
            print("the preview has ended")
    except BuilderError as error:
        print_problems(error.problems, root)
        print(f"nothing to show: {counted(len(error.problems), 'error')}", file=sys.stderr)
        return CONTENT
    return GOOD
