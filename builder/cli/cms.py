"""`backfile cms`: a folder with an editor for the browser, served on this machine on request."""

from __future__ import annotations

import functools
import http.server
from typing import TYPE_CHECKING, Any

from builder.basics.problems import UsageError
from builder.cli.exits import CONTENT, GOOD
from builder.cli.surroundings import archive_of
from builder.cli.telling import counted, print_problems
from builder.cms import PACKAGES, cms_config, write_admin
from builder.disk.state import STATE_FOLDER
from builder.looking import settings_of
from builder.model.settings import plain_title

if TYPE_CHECKING:
    import argparse
    from pathlib import Path


def run(options: argparse.Namespace) -> int:
    """Write the folder, and serve it where that is wished."""
    root = archive_of(options)
    settings, problems = settings_of(root)
    if settings is None or any(found.is_error for found in problems):
        print_problems(problems, root)
        return CONTENT
    target: Path = options.out or root / "admin"
    given = {path.name: path for path in options.package}
    known = {package.file_name for package in PACKAGES}
    for name in given.keys() - known:
        raise UsageError(f"{name} is not one of {' and '.join(sorted(known))}")
    lang = settings.main_language
    config = cms_config(settings, lambda kind: settings.kind_title(kind, lang) or plain_title(kind))
    files = write_admin(config, settings.title, target, root / STATE_FOLDER / "cms", given)
    if not options.quiet:
        print(f"wrote an editor into {target} with {counted(files, 'file')}")
    if options.port is not None:
        _serve(target, options.port)
    elif not options.quiet:
        print("next: backfile cms --serve, then open the folder of the archive in it")
    return GOOD


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
