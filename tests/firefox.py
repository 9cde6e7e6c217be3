"""A real Firefox for what browsers do differently, driven by its own protocol (Marionette).

Playwright drives a Firefox of its own making alone, and Debian has no geckodriver; the protocol is
a length, a colon and JSON (firefox-source-docs.mozilla.org/testing/marionette/Protocol.html).
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from tests.checkers.needs import missing
from tests.ports import free_port
from tests.waiting import PATIENCE_S
from tests.windows import Window

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_PREFERENCES = """\
user_pref("marionette.port", {port});
user_pref("app.update.auto", false);
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
user_pref("network.connectivity-service.enabled", false);
user_pref("toolkit.telemetry.reportingpolicy.firstRun", false);
"""


class Firefox(Window):
    """A browser window."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._last = 0
        self._read()  # it greets
        self._do("WebDriver:NewSession")

    def open(self, url: str) -> None:
        self._do("WebDriver:Navigate", url=url)

    def evaluate(self, expression: str) -> Any:  # noqa: ANN401 - as the page has it
        script = f"return {expression}"
        return self._do("WebDriver:ExecuteScript", script=script, args=[])["value"]

    def said(self) -> list[str]:
        """Return what the browser's console said of pages of ours, policy and scripts included."""
        self._do("Marionette:SetContext", value="chrome")
        messages = self.evaluate("Services.console.getMessageArray().map((one) => String(one))")
        self._do("Marionette:SetContext", value="content")
        ours = ("search", "pagefind", "Content-Security-Policy")
        # Nothing is preloaded from a disk; some seconds later it remarks upon that.
        heard = [line for line in messages if not ("preload" in line and "file:" in line)]
        return [line for line in heard if any(word in line for word in ours)]

    def _do(self, command: str, **arguments: object) -> Any:  # noqa: ANN401 - by command
        self._last += 1
        message = json.dumps([0, self._last, command, arguments]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _, _, error, result = self._read()
        assert error is None, error
        return result

    def _read(self) -> Any:  # noqa: ANN401 - JSON
        length = b""
        while not length.endswith(b":"):
            length += self._receive(1)
        return json.loads(self._receive(int(length[:-1])))

    def _receive(self, size: int) -> bytes:
        data = b""
        while len(data) < size:
            part = self._connection.recv(size - len(data))
            assert part, "Firefox is gone"
            data += part
        return data


@contextmanager
def firefox(folder: Path) -> Iterator[Firefox]:
    """Start Debian's Firefox with its profile in `folder`; skips the test where it is absent."""
    program = shutil.which("firefox-esr")
    if program is None:
        missing("Firefox")
    port = free_port()
    (folder / "user.js").write_text(_PREFERENCES.format(port=port), encoding="utf-8")
    options = ("--headless", "--marionette", "--remote-allow-system-access", "--no-remote")
    process = subprocess.Popen(
        [program or "", *options, "--profile", str(folder), "about:blank"],
        env={**os.environ, "HOME": str(folder)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with _connect(port) as connection:
            yield Firefox(connection)
    finally:
        process.terminate()
        process.wait()


def _connect(port: int) -> socket.socket:
    end = time.monotonic() + PATIENCE_S
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_S)
        except OSError:
            assert time.monotonic() < end, "Firefox does not answer"
            time.sleep(0.1)
