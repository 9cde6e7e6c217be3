"""Real nginx, Apache and Caddy, each with the site's own settings and nothing else, on loopback."""

from __future__ import annotations

import http.client
import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, NamedTuple

from tests.checkers.needs import missing
from tests.ports import free_port
from tests.waiting import PATIENCE_S

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_NGINX: Final = """\
daemon off; pid {state}/nginx.pid; error_log {state}/error.log; {user}
events {{}}
http {{
    include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
    client_body_temp_path {state}/a; proxy_temp_path {state}/b; fastcgi_temp_path {state}/c;
    uwsgi_temp_path {state}/d; scgi_temp_path {state}/e;
    server {{
        listen 127.0.0.1:{port};
        root {top};
        include {site}/hosting/nginx.conf;
    }}
}}
"""

_CADDY: Final = """\
{{
    admin off
    auto_https off
}}
http://127.0.0.1:{port} {{
    root * {top}
    import {site}/hosting/Caddyfile
}}
"""

_APACHE: Final = """\
ServerRoot {state}
ServerName localhost
PidFile {state}/apache.pid
ErrorLog {state}/error.log
Listen 127.0.0.1:{port}
{modules}
TypesConfig /etc/mime.types
DocumentRoot {top}
<Directory {top}>
    AllowOverride FileInfo Indexes Options=Indexes
    Require all granted
</Directory>
"""
_MODULES: Final = ("mpm_event", "authz_core", "dir", "mime", "alias", "headers", "setenvif")
_APACHE_MODULES: Final = Path("/usr/lib/apache2/modules")


class Answer(NamedTuple):
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes


@contextmanager
def serving(kind: str, site: Path, prefix: str, state: Path) -> Iterator[Callable[[str], Answer]]:
    """Serve a site below `prefix`; yield what asks for a path and does not follow redirects."""
    state.mkdir()
    state.chmod(0o755)
    top = state / "top"
    if prefix == "/":
        top.symlink_to(site)
    else:
        (top / prefix.strip("/")).parent.mkdir(parents=True)
        (top / prefix.strip("/")).symlink_to(site)
    port = free_port()
    command = _command(kind, state, top, site, port)
    log = state / "log"
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL)
    try:
        _wait(process, port, log)

        def ask(path: str) -> Answer:
            connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE_S)
            try:
                connection.request("GET", path)
                response = connection.getresponse()
                headers = {name.lower(): value for name, value in response.getheaders()}
                return Answer(response.status, headers, response.read())
            finally:
                connection.close()

        yield ask
    finally:
        process.terminate()
        process.wait(PATIENCE_S)


def _command(kind: str, state: Path, top: Path, site: Path, port: int) -> list[str]:
    program = shutil.which({"apache": "apache2"}.get(kind, kind), path=_path())
    if program is None:
        missing(kind)
    place = {"state": state, "top": top, "site": site, "port": port}
    config = state / kind
    if kind == "nginx":
        config.write_text(_NGINX.format(user="user root;" if _is_root() else "", **place))
        return [str(program), "-c", str(config), "-p", str(state)]
    if kind == "caddy":
        config.write_text(_CADDY.format(**place))
        return [str(program), "run", "--adapter", "caddyfile", "--config", str(config)]
    modules = "\n".join(
        f"LoadModule {name}_module {_APACHE_MODULES}/mod_{name}.so" for name in _MODULES
    )
    if _is_root():
        modules += "\nUser www-data"
        _open_way(site)
    config.write_text(_APACHE.format(modules=modules, **place))
    return [str(program), "-X", "-f", str(config)]


def _open_way(folder: Path) -> None:
    """Let another user read what is below a folder of the test's own."""
    for parent in (folder, *folder.parents):
        if parent.owner() == "root" and parent != Path("/"):
            parent.chmod(parent.stat().st_mode | 0o055)


def _is_root() -> bool:
    return os.geteuid() == 0


def _path() -> str:
    import os

    return f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin"


def _wait(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    end = time.monotonic() + PATIENCE_S
    while time.monotonic() < end and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError(f"the server did not start\n{log.read_text()}")
