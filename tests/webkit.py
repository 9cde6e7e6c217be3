"""A real WebKit, the engine of Safari: Debian's WebKitGTK, shown on a display that nobody sees.

Its MiniBrowser is driven by WebKitWebDriver over WebDriver (w3.org/TR/webdriver2), which is JSON
over HTTP: the handful of commands below is all that is needed, and Selenium brings fifteen packages
and 45 MB for them. What the console says is kept from a driver, so `console` reads it of a browser
that no one drives.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import threading
import time
from contextlib import closing, contextmanager, suppress
from http import HTTPStatus
from http.client import HTTPConnection
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from tests import waiting
from tests.checkers.needs import missing
from tests.ports import free_port
from tests.waiting import PATIENCE_S
from tests.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_SCREEN: Final = "1280x1024x24"
KEYS: Final = {"Enter": "\ue007", "Escape": "\ue00c", "ArrowDown": "\ue015", "ArrowUp": "\ue013"}


class WebKit(Window):
    """A browser window."""

    def __init__(self, port: int) -> None:
        self._port = port
        given = _ask(port, "POST", "/session", {"capabilities": {}})
        self._session = f"/session/{given['sessionId']}"

    def open(self, url: str) -> None:
        self._do("url", url=url)

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - as the page has it
        return self._do("execute/sync", script=f"return {expression}", args=[])

    def press(self, *keys: str) -> None:
        """Press keys one after another, each a name of `KEYS` or what is on it."""
        codes = [KEYS.get(key, key) for key in keys]
        strokes = [{"type": kind, "value": code} for code in codes for kind in ("keyDown", "keyUp")]
        self._do("actions", actions=[{"type": "key", "id": "keyboard", "actions": strokes}])

    def back(self) -> None:
        """Press the browser's own button."""
        self._do("back")

    def until_there(self, path: Path, text: str) -> None:
        """Wait until a file was saved that has a text in it."""
        waiting.until(lambda: path.is_file() and text in path.read_text(encoding="utf-8"))

    def _do(self, command: str, **arguments: object) -> Any:  # noqa: ANN401 - by command
        return _ask(self._port, "POST", f"{self._session}/{command}", arguments)


@contextmanager
def webkit(folder: Path) -> Iterator[WebKit]:
    """Start WebKit with `folder` as its home; skips the test where it is absent, fails it in CI."""
    driver = shutil.which("WebKitWebDriver")
    if driver is None:
        missing("WebKit")
    port = free_port()
    with _display(folder) as env, _running([driver or "", f"--port={port}"], env):
        end = time.monotonic() + PATIENCE_S
        while True:
            try:
                _ask(port, "GET", "/status")
                break
            except OSError:
                assert time.monotonic() < end, "WebKitWebDriver does not answer"
                time.sleep(0.05)
        yield WebKit(port)


def console(folder: Path, url: str, *, until: str) -> list[str]:
    """Return what WebKit's console says of a page before the page itself logs `until`."""
    browser = next(iter(Path("/usr/lib").glob("*/webkit2gtk-4.?/MiniBrowser")), None)
    if browser is None:
        missing("WebKit")
    command = [str(browser), "--enable-write-console-messages-to-stdout=true", url]
    said: list[str] = []
    # It is called so, but writes to the other one.
    with _display(folder) as env, _running(command, env, stderr=subprocess.PIPE) as process:
        clock = threading.Timer(PATIENCE_S, process.kill)
        clock.start()
        try:
            for line in process.stderr or ():
                text = line.decode().strip()
                if "CONSOLE" in text and until in text:
                    return said
                if "CONSOLE" in text:
                    said.append(text)
        finally:
            clock.cancel()
    raise AssertionError(f"{url} never says {until}, but {said}")


@contextmanager
def _display(folder: Path) -> Iterator[dict[str, str]]:
    """Start a display and yield the environment for what is shown there."""
    server = shutil.which("Xvfb")
    if server is None:
        missing("Xvfb")
    told, tells = os.pipe()
    options = ["-displayfd", str(tells), "-screen", "0", _SCREEN, "-nolisten", "tcp"]
    with _running([server or "", *options], dict(os.environ), pass_fds=(tells,)):
        os.close(tells)
        with os.fdopen(told) as answer:
            number = answer.readline().strip()  # one that was free; nothing where it has ended
        assert number, "Xvfb does not start"
        settings = {
            "HOME": str(folder),
            "DISPLAY": f":{number}",
            "GDK_BACKEND": "x11",  # where somebody sits before a display of Wayland, too
            "NO_AT_BRIDGE": "1",  # nor is there a bus to a screen reader
            "GIO_USE_PROXY_RESOLVER": "dummy",  # or a proxy would be asked for our own server
        }
        yield {**os.environ, **settings}


@contextmanager
def _running(
    command: Sequence[str],
    env: dict[str, str],
    *,
    pass_fds: tuple[int, ...] = (),
    stderr: int = subprocess.DEVNULL,
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a program, and end it with all that it has started."""
    with subprocess.Popen(
        command,
        env=env,
        pass_fds=pass_fds,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=stderr,
        start_new_session=True,
    ) as process:
        try:
            yield process
        finally:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(5)
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)


def _ask(port: int, method: str, path: str, body: object = None) -> Any:  # noqa: ANN401 - JSON
    connection = HTTPConnection("127.0.0.1", port, timeout=2 * PATIENCE_S)  # and by no proxy
    with closing(connection):
        connection.request(method, path, None if body is None else json.dumps(body))
        answer = connection.getresponse()
        value = json.load(answer)["value"]
        assert answer.status == HTTPStatus.OK, value
        return value
