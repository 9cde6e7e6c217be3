"""`backfile strip`: metadata out of pictures, documents and sound, and nothing else changed."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from builder.basics.problems import UsageError
from builder.basics.whole_file import put_file
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of
from builder.cli.telling import counted
from builder.scrub import CLEANERS, DamagedError, NeedsExtraError, clean

if TYPE_CHECKING:
    import argparse


def run(options: argparse.Namespace) -> int:
    """Take out what files tell, and say of each what it was."""
    root = archive_of(options)
    changed = failed = 0
    files = _files(root, options.files)
    for file in files:
        shown = os.path.relpath(file, root)
        try:
            cleaned = clean(file.read_bytes(), file.suffix.lower())
        except (DamagedError, OSError) as error:
            print(f"{shown}: left as it is: {error}", file=sys.stderr)
            failed += 1
            continue
        except NeedsExtraError:
            hint = 'pip install "backfile[media]"'
            print(f"{shown}: left as it is; {hint} reads it", file=sys.stderr)
            failed += 1
            continue
        if not cleaned.found:
            continue
        changed += 1
        if not options.dry_run:
            put_file(file, cleaned.data, mode=file.stat().st_mode & 0o777)
        if not options.quiet:
            print(f"{shown}: {', '.join(cleaned.found)}")
    if not options.quiet:
        done = "would be stripped" if options.dry_run else "stripped"
        print(f"{counted(changed, 'file')} of {len(files):,} {done}, {failed:,} left")
    return CONTENT if failed else GOOD


def _files(root: Path, named: list[str]) -> list[Path]:
    """Return the files to look at: those named, seen from here or from the archive."""
    if not named:
        media = root / "content/media"
        return sorted(
            path
            for path in media.rglob("*")
            if path.is_file() and not path.is_symlink() and path.suffix.lower() in CLEANERS
        )
    files: list[Path] = []
    for name in named:
        file = next((path for path in (root / name, Path(name)) if path.is_file()), None)
        if file is None:
            raise UsageError(f"there is no file {name}")
        if file.is_symlink() or file.suffix.lower() not in CLEANERS:
            known = ", ".join(sorted(CLEANERS))
            raise UsageError(f"{name} cannot be stripped; what can be are files of {known}")
        files.append(file)
    return files
