"""Arguments -> a command -> an exit code."""

from __future__ import annotations

import errno
import os
import sys
from typing import TYPE_CHECKING, Final

from builder.basics.problems import UsageError
from builder.cli.arguments import make_parser
from builder.cli.exits import CONTENT, GOOD, OUR_BUG, USAGE

if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable, Sequence

    from builder.disk.listing import Listing


_DISK: Final = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS}
"""No fault of ours: what we say goes to a disk, too, where it is led into a file."""


def main(
    arguments: Sequence[str] | None = None, *, listing: Callable[[], Listing] | None = None
) -> int:
    """Run a command and return the exit code of DESIGN: 0 good, 1 content, 2 usage, 3 our bug.

    `listing` waits for the content of the archive that is to be built, where it was begun already.
    """
    is_ended_so = False
    try:
        options = make_parser().parse_args(arguments)
        is_ended_so = options.run_until_interrupted
        options.listing = listing
        run: Callable[[argparse.Namespace], int] = options.run
        return run(options)
    except UsageError as error:
        print(f"backfile: {error}", file=sys.stderr)
        return USAGE
    except KeyboardInterrupt:
        if is_ended_so:
            return GOOD
        print("backfile: interrupted; the last good site is as it was", file=sys.stderr)
        return 130
    except BrokenPipeError:
        _lead_nowhere()  # whoever read our output has gone; there is nobody left to tell
        return GOOD
    except Exception as error:
        if isinstance(error, OSError) and error.errno in _DISK:
            _lead_nowhere()
            place = f" to {error.filename}" if error.filename else ""
            print(f"backfile: cannot write{place}: {error.strerror}", file=sys.stderr)
            return CONTENT
        import traceback  # noqa: PLC0415

        traceback.print_exc()
        print("backfile: this is a bug in Backfile, not in your archive", file=sys.stderr)
        return OUR_BUG


def _lead_nowhere() -> None:
    """Lead nowhere what is still to be said and cannot be written where it should go."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
