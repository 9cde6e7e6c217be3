"""The command's first steps, before anything is loaded, and its last.

Nearly all the time of a small build is looking at every file of content/. So where the arguments
plainly ask for a build or a check, another process begins to look while this one still loads the
rest of the command. Imports next to nothing by itself.
"""

from __future__ import annotations

import os
import sys

from builder.basics.cores import usable_cores

TYPE_CHECKING = False  # the other one comes with all of `typing`
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from typing import NoReturn

    from builder.disk.listing import Listing


def run() -> NoReturn:
    """Run a command as a process of its own, and end it at once.

    Python would take apart all that a large build made, object by object; the kernel need not.
    """
    _open_standard_streams()
    listing = _begin(sys.argv[1:])
    from builder.cli import main  # noqa: PLC0415 - while the other process looks

    code = main(listing=listing)
    try:
        sys.stdout.flush()
        sys.stderr.flush()
    except OSError:
        code = code or 1  # nobody could be told
    os._exit(code)


def _open_standard_streams() -> None:
    """Put nowhere in the place of a stream that was closed before we came.

    Else a file of ours would be opened under its number, and what is said would be written into it.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode))  # noqa: PTH123, SIM115 - it stays open


def _begin(arguments: Sequence[str]) -> Callable[[], Listing] | None:
    """Begin to list the archive that is to be built; None where it had better wait."""
    root = root_of_build(arguments)
    # macOS, where a process is not safely forked, has no such call.
    if root is None or not hasattr(os, "sched_getaffinity") or usable_cores() == 1:
        return None
    from builder.disk.ahead import begin_listing  # noqa: PLC0415

    return begin_listing(root)


def root_of_build(arguments: Sequence[str]) -> str | None:
    """Return the archive's folder where a build or a check by several processes is asked for.

    None for whatever is not plainly that; the command itself reads them properly.
    """
    root = "."
    rest = iter(arguments)
    for word in rest:
        if word == "-C":
            root = next(rest, "")
        elif word.startswith("-C"):
            root = word[2:]
        elif word in {"build", "check"}:
            options = list(rest)
            is_plain = root and not any(
                option.startswith(("--j", "-h", "--h")) for option in options
            )
            return root if is_plain else None
        elif word != "--quiet":
            return None
    return None
