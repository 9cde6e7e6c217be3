"""A real Chromium and a real server on this machine, for tests that look as a reader does."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urljoin

from playwright.sync_api import Error, sync_playwright

from tests.checkers.needs import missing
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, ConsoleMessage, Locator, Page, Route

_FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


class _Handler(SimpleHTTPRequestHandler):
    """Serves a folder below a prefix, and nothing beside it."""

    prefix = "/"

    def do_GET(self) -> None:
        if not self.path.startswith(self.prefix):
            self.send_error(404)
            return
        self.path = "/" + self.path.removeprefix(self.prefix)
        super().do_GET()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002, ANN401 - as the base class has it
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    """Says nothing of a browser that wants the rest of a file no more."""

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ANN401 - as the base class has it
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


@contextmanager
def serve(folder: Path, prefix: str = "/") -> Iterator[str]:
    """Serve a folder on a free port and yield its address, which ends in `prefix`."""
    handler = type("Handler", (_Handler,), {"prefix": prefix})
    server = _Server(("127.0.0.1", 0), partial(handler, directory=str(folder)))
    # It looks so often whether it shall end; half a second, as usual, each test would wait for.
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}{prefix}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def chromium() -> Iterator[Browser]:
    """Start Debian's Chromium; skips the test where it is absent, fails it in CI."""
    executable = shutil.which("chromium")
    if executable is None:
        missing("Chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=list(_FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def follow(page: Page, link: Locator) -> None:
    """Click, and wait until what a link leads to is there as a whole: a click alone does not."""
    address = link.get_attribute("href")
    target = unquote(urljoin(page.url, address or ""))
    link.click()
    if address is not None:
        page.wait_for_url(lambda url: unquote(url) == target)


def until(page: Page, is_true: Callable[[], bool]) -> None:
    """Wait for it. Playwright's own waiting runs text as code, which our policy forbids."""
    end = time.monotonic() + PATIENCE_S
    while not _holds(is_true):
        assert time.monotonic() < end, page.inner_text("body")
        page.wait_for_timeout(20)


def _holds(is_true: Callable[[], bool]) -> bool:
    """Return whether it is true; a page that gives way to another cannot be asked just then."""
    try:
        return is_true()
    except Error as error:
        if "Execution context was destroyed" in error.message:
            return False
        raise


class Gate:
    """Keeps requests waiting until it is opened; those that come later go through at once."""

    def __init__(self) -> None:
        self.held: list[Route] = []
        self._is_open = False

    def __call__(self, route: Route) -> None:
        """Take a request; what Playwright calls."""
        if self._is_open:
            route.continue_()
        else:
            self.held.append(route)

    def open(self) -> None:
        """Let all of them go on."""
        self._is_open = True
        for route in self.held:
            route.continue_()


class Reader:
    """A page in the browser, and everything that it said and asked for."""

    def __init__(self, browser: Browser, root: str, *, locale: str = "en-US") -> None:
        self.root = root
        self.context = browser.new_context(locale=locale)
        self.page = self.context.new_page()
        self.said: list[str] = []
        self.asked: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.context.on("request", lambda request: self.asked.append(request.url))

    def _hear(self, message: ConsoleMessage) -> None:
        # A browser asks each host for an icon, which a site need not have.
        if not message.location["url"].endswith("/favicon.ico"):
            self.said.append(message.text)

    def open(self, url: str) -> None:
        """Go to a page of the site."""
        self.page.goto(self.root + url)

    def until(self, is_true: Callable[[], bool]) -> None:
        """Wait for it."""
        until(self.page, is_true)

    def close(self) -> None:
        """End; `said` and `asked` can still be read."""
        self.context.close()
