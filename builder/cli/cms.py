"""`backfile cms`: a folder with an editor for the browser, served on this machine on request."""

from __future__ import annotations

import functools
import http.server
from typing import TYPE_CHECKING, Any

from builder.basics.problems import ContentError, UsageError
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of
from builder.cli.telling import counted, print_problems
from builder.cms import PACKAGES, cms_config, write_admin
from builder.disk.state import STATE_FOLDER
from builder.disk.texts import read_text
from builder.model.source import SourceFile
from builder.reading import parse_settings

if TYPE_CHECKING:
    import argparse
    from pathlib import Path

    from builder.model.settings import Settings


def run(options: argparse.Namespace) -> int:
    """Write the folder, and serve it where that is wished."""
    root = archive_of(options)
    try:
        settings = _settings(root)
    except ContentError as error:
        print_problems(error.problems, root)
        return CONTENT
    target: Path = options.out or root / "admin"
    given = {path.name: path for path in options.package}
    known = {package.file_name for package in PACKAGES}
    for name in given.keys() - known:
        raise UsageError(f"{name} is not one of {' and '.join(sorted(known))}")
    config = cms_config(settings, lambda kind: _label(settings, kind))
    files = write_admin(config, settings.title, target, root / STATE_FOLDER / "cms", given)
    if not options.quiet:
        print(f"wrote an editor into {target} with {counted(files, 'file')}")
    if options.port is not None:
        _serve(target, options.port)
    elif not options.quiet:
        print("next: backfile cms --serve, then open the folder of the archive in it")
    return GOOD


def _settings(root: Path) -> Settings:
    path = "content/archive.yaml"
    if not (root / path).is_file():
        raise UsageError(f"there is no {path} here, so this is no archive")
    read = read_text(root, SourceFile(path, (root / path).stat().st_size))
    parsed = None if read.value is None else parse_settings(read.value)
    problems = (*read.problems, *(() if parsed is None else parsed.problems))
    if parsed is None or parsed.value is None or any(found.is_error for found in problems):
        raise ContentError(tuple(problems))
    return parsed.value


def _label(settings: Settings, kind: str) -> str:
    for spec in settings.taxonomies:
        if spec.kind == kind and spec.titles:
            return next(iter(spec.titles.values()))
    return kind.replace("_", " ").capitalize()


class _Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves the editor's files to this machine, and says nothing."""

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - as the base class has it
        """Say nothing."""


def _serve(folder: Path, port: int) -> None:
    handler = functools.partial(_Quiet, directory=str(folder))
    try:
        server = http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except OSError as error:
        raise UsageError(f"port {port} cannot be used: {error.strerror}") from error
    with server:
        # The editor works with local folders at this name alone.
        print(f"http://localhost:{server.server_address[1]}/ (Ctrl-C ends it)", flush=True)
        try:
            server.serve_forever()
        except KeyboardInterrupt:
            print()
