"""A static host as they are: compresses text, lets files that carry a hash be kept for ever.

It counts what it sends, which a browser does not tell of its workers.
"""

from __future__ import annotations

import gzip
import re
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
}
_HASHED: Final = re.compile(
    r"^/(static/.*-[0-9a-f]{8,}\.|pagefind/[^/]+/(index|filter|fragment)/|pagefind/(names|words)/)"
)
_BUNDLED: Final = re.compile(r"^/pagefind/.*\.pf_\w+(\.js)?$|\.pagefind$")
"""Compressed already; as scripts they are, too."""


class Answer(NamedTuple):
    """A file that was sent."""

    path: str
    size: int
    """Head and all."""
    moment: float
    """Seconds since 1970."""


class Line(NamedTuple):
    """What stands between a server and a reader."""

    delay_s: float
    """Until an answer begins to come."""
    bytes_per_s: float
    """Of all answers together."""


@dataclass(slots=True)
class Sent:
    """What the server sent since it was last asked."""

    answers: list[Answer] = field(default_factory=list)
    extra: dict[str, bytes] = field(default_factory=dict)
    """Pages of the benchmark's own, by path."""

    line: Line | None = None
    """None: as fast as it goes."""
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def pass_through(self, size: int) -> None:
        """Wait as long as the line takes for an answer."""
        if self.line is not None:
            time.sleep(self.line.delay_s)
            with self._turn:
                time.sleep(size / self.line.bytes_per_s)

    def take(self) -> list[Answer]:
        """Return it, and begin anew."""
        found, self.answers = self.answers, []
        return found


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def __init__(self, *args: Any, site: Path, sent: Sent) -> None:  # noqa: ANN401 - the server's
        self.site = site
        self.sent = sent
        super().__init__(*args)

    def do_GET(self) -> None:
        path = self.path.partition("?")[0]
        content = self.sent.extra.get(path)
        if content is None:
            content = self._file(path)
        status = 404 if content is None else 200
        body = content or b""
        suffix = path[path.rfind(".") :]
        head = [
            f"HTTP/1.1 {status} {'OK' if content is not None else 'Not Found'}",
            f"Content-Type: {_TYPES.get(suffix, 'application/octet-stream')}",
            "Cache-Control: "
            + ("public, max-age=31536000, immutable" if _HASHED.match(path) else "no-cache"),
        ]
        if suffix in _TYPES and not _BUNDLED.search(path):
            body = gzip.compress(body, 6)
            head.append("Content-Encoding: gzip")
        head.append(f"Content-Length: {len(body)}")
        data = "\r\n".join((*head, "", "")).encode() + body
        self.sent.pass_through(len(data))
        self.sent.answers.append(Answer(path, len(data), time.time()))
        self.wfile.write(data)

    def _file(self, path: str) -> bytes | None:
        file = self.site / path.lstrip("/")
        return file.read_bytes() if file.is_file() else None

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - as the base has it
        """Say nothing."""


@contextmanager
def serve(site: Path) -> Iterator[tuple[str, Sent]]:
    """Serve a site on a free port; yield its address and what is sent."""
    sent = Sent()
    handler = partial(_Handler, site=site, sent=sent)
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/", sent
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
