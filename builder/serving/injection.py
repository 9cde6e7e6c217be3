"""What the preview adds to a page on its way to the browser; the page itself knows nothing of it.

One script of our own, named in the page, and the page's Content-Security-Policy widened by what it
needs: scripts, styles and answers from this very server.
"""

from __future__ import annotations

import html
import json
import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

SCRIPT: Final = "/-/preview.js"

_POLICY: Final = re.compile(
    r'(<meta\s+http-equiv="Content-Security-Policy"\s+content=")([^"]*)(")', re.IGNORECASE
)
_BASE: Final = re.compile(r"<base\s[^>]*>\s*", re.IGNORECASE)
_HEAD: Final = re.compile(r"(<meta\s[^>]*charset[^>]*>\s*)", re.IGNORECASE)
_NEEDED: Final = ("script-src", "style-src", "connect-src", "base-uri")


def with_script(content: bytes, facts: Mapping[str, object], *, is_lost: bool = False) -> bytes:
    """Return a page with the preview's script in it; `facts` are what the script is told.

    `is_lost`: it is shown at an address that is not its own, so its links start at the top.
    """
    text = content.decode()
    text = _POLICY.sub(lambda found: found[1] + _widened(found[2]) + found[3], text)
    if is_lost:
        # Its own base says where the site stands on its host; here it stands at the top.
        text = _BASE.sub("", text)
        text = _HEAD.sub(r'\1<base href="/">\n', text, count=1)
    told = html.escape(json.dumps(facts, ensure_ascii=False))
    tag = f'<script src="{SCRIPT}" data-backfile="{told}"></script>\n'
    before, end, after = text.rpartition("</body>")
    if not end:
        return f"{text}{tag}".encode()
    return f"{before}{tag}{end}{after}".encode()


def _widened(policy: str) -> str:
    """Return a policy, as it stands in an attribute, that lets this server's own in."""
    rules: dict[str, list[str]] = {}
    for part in html.unescape(policy).split(";"):
        name, *values = part.split()[:1] + part.split()[1:] or [""]
        if name:
            rules.setdefault(name, values)
    for name in _NEEDED:
        values = [value for value in rules.get(name, []) if value != "'none'"]
        rules[name] = values if "'self'" in values else [*values, "'self'"]
    return html.escape("; ".join(" ".join((name, *values)) for name, values in rules.items()))


def bare_page(title: str, text: str) -> bytes:
    """Return a page of the preview's own, where the site has none to show."""
    return (
        '<!doctype html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="color-scheme" content="light dark">\n'
        f"<title>{html.escape(title)}</title>\n"
        '<link rel="stylesheet" href="/-/preview.css">\n'
        '</head>\n<body class="backfile-bare">\n<main>\n'
        f"<h1>{html.escape(title)}</h1>\n<p>{html.escape(text)}</p>\n"
        "</main>\n</body>\n</html>\n"
    ).encode()
