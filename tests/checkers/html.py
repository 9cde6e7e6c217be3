"""The Nu HTML checker (the W3C's own) on pages of a built site.

One run of Java takes many files; its start costs a second, a page some milliseconds.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urlsplit

from tests.checkers.needs import require_vnu

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["check_html", "require_vnu"]

_BLIND: Final = "Resource violates Content Security Policy (meta tag): "
"""What the checker says of 'self' in any page read from a disk; a real browser judges that."""
_AT_ONCE: Final = 1000
"""Files in one run: what a command line and the checker's memory bear easily."""
_SAME_LANGUAGE: Final = ("-Duser.language=en", "-Duser.country=US", "-Dfile.encoding=UTF-8")
_SMALL: Final = ("-Xss8m", "-Xmx1g", "-XX:+UseSerialGC")


def check_html(paths: Sequence[Path], *, warnings: bool = False) -> list[str]:
    """Return every error (and, when asked, every warning) that the checker has for these files.

    Skips the running test when Java or the checker is absent; fails it with CI=true. Files named
    .css and .svg are checked as such.
    """
    java, jar = require_vnu()
    found: list[str] = []
    for start in range(0, len(paths), _AT_ONCE):
        part = paths[start : start + _AT_ONCE]
        found.extend(_run(java, jar, part, warnings=warnings))
    return found


def _run(java: str, jar: Path, paths: Sequence[Path], *, warnings: bool) -> Iterator[str]:
    done = subprocess.run(
        [
            *(java, *_SMALL, *_SAME_LANGUAGE, "-jar", str(jar)),
            *("--format", "json", "--exit-zero-always", "--stdout"),
            *("--also-check-css", "--also-check-svg"),
            *(str(path.resolve()) for path in paths),
        ],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
    )
    try:
        messages: list[dict[str, Any]] = json.loads(done.stdout)["messages"]
    except (ValueError, KeyError) as error:
        error.add_note(f"the checker said: {done.stderr.decode(errors='replace')[:2000]}")
        raise
    for message in messages:
        is_warning = message["type"] == "info"
        if is_warning and (not warnings or message.get("subType") != "warning"):
            continue
        if not (is_warning and message["message"].startswith(_BLIND)):
            yield _finding(message)


def _finding(message: dict[str, Any]) -> str:
    path = Path(unquote(urlsplit(message.get("url", "")).path))
    place = f"{path.parent.name}/{path.name}:{message.get('lastLine', 0)}"
    kind = message.get("subType") or message["type"]
    extract = " ".join(message.get("extract", "").split())
    return f"{place}: {kind}: {message['message']} [{extract}]"
