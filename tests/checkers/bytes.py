"""Reads every byte of a built site for what would ask another host, or run or style from a page.

A second opinion beside links.py: no parser of ours, but a scan of the text for tags, so that it
sees what a tree would have mended. A site without findings holds under the strictest
Content-Security-Policy and shows the same with the network cut.
"""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING, Final

from tests.checkers.references import (
    SRCSET_ATTRIBUTES,
    URL_ATTRIBUTES,
    css_urls,
    is_url,
    refresh_url,
    srcset_urls,
    use_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_DATA_SCRIPTS: Final = frozenset(("application/json", "application/ld+json"))
_MARKUP: Final = re.compile(
    r"""<!--.*?--\s*>"""
    r"""|<(?P<raw>script|style)\b(?P<raw_attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>"""
    r"""(?P<content>.*?)(?:</(?P=raw)\s*>|\Z)"""
    r"""|<(?P<tag>[a-z][^\s/>]*)(?P<attributes>(?:[^>"']|"[^"]*"|'[^']*')*)>""",
    re.IGNORECASE | re.DOTALL,
)
_ATTRIBUTE: Final = re.compile(
    r"""([^\s"'>/=]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?"""
)
_REMOTE: Final = re.compile(r"(?:[a-z][a-z0-9+.-]*:)?[\\/]{2}|(?:https?|wss?|ftp):", re.IGNORECASE)
_ACTIVE: Final = re.compile(r"(?:javascript|vbscript|livescript):", re.IGNORECASE)
_IGNORED_IN_URLS: Final = re.compile(r"[\x00-\x20]")

_JS_REMOTE: Final = re.compile(r"""["'`](?:(?:https?|wss?):)?//[^\s"'`]+""", re.IGNORECASE)
_JS_EVAL: Final = re.compile(r"\beval\s*\(|\bnew\s+Function\s*\(|\.write(?:ln)?\s*\(\s*[\"'`]\s*<")
_JS_HARMLESS: Final = (
    "http://www.w3.org/",  # names of namespaces
    "https://example.com$",  # Pagefind reads relative addresses with it; nothing is asked
)
_XML_ENTITY: Final = re.compile(r"<!ENTITY\b|<!DOCTYPE[^>]*\b(?:SYSTEM|PUBLIC)\b", re.IGNORECASE)
_XML_SHEET: Final = re.compile(r"<\?xml-stylesheet\b[^>]*?href\s*=\s*[\"']([^\"']*)", re.IGNORECASE)
_FEED_HTML: Final = re.compile(
    r"<(?:content|summary|title|subtitle|rights)\b[^>]*\btype\s*=\s*[\"']html[\"'][^>]*>(.*?)</",
    re.DOTALL,
)


def check_closed(site: Path) -> list[str]:
    """Return what in the text files of the site breaks the promise that it is closed.

    Findings: addresses of other hosts that a browser loads by itself; scripts with code, style
    elements and attributes, and event attributes in pages; `javascript:` anywhere; code made from
    text; the place where the site was built.
    """
    found: list[str] = []
    here = str(site.resolve())
    for path in sorted(site.rglob("*")):
        if not path.is_file():
            continue
        data = path.read_bytes()
        if b"\0" in data[:8192] or data[:2] == b"\x1f\x8b":
            continue
        name = path.relative_to(site).as_posix()
        text = data.decode("utf-8", errors="replace")
        found += [f"{name}: {fault}" for fault in _faults(path.suffix.lower(), text)]
        if len(here) > 1 and here in text:
            found.append(f"{name}: tells where it was built: {here}")
    return found


def _faults(suffix: str, text: str) -> Iterator[str]:
    if suffix in {".html", ".htm", ".xhtml"}:
        yield from _in_markup(text, is_page=True)
    elif suffix == ".svg":
        yield from _in_markup(text, is_page=False)
        yield from _in_xml(text)
    elif suffix in {".xml", ".atom", ".rss"}:
        yield from _in_xml(text)
        for match in _FEED_HTML.finditer(text):
            yield from _in_markup(unescape(match[1]), is_page=True)
    elif suffix == ".css":
        yield from _in_css(text)
    elif suffix in {".js", ".mjs"}:
        yield from _in_script(text)


def _in_markup(text: str, *, is_page: bool) -> Iterator[str]:
    for match in _MARKUP.finditer(text):
        if match["raw"]:
            tag, raw_attributes = match["raw"].lower(), match["raw_attributes"]
        elif match["tag"]:
            tag, raw_attributes = match["tag"].lower(), match["attributes"]
        else:
            continue
        attributes = _attributes(raw_attributes)
        yield from _in_attributes(tag, attributes, is_page=is_page)
        if tag == "script" and match["raw"]:
            yield from _in_inline_script(attributes, match["content"])
        elif tag == "style" and match["raw"]:
            if is_page:
                yield "<style> in a page"
            yield from _in_css(match["content"])


def _attributes(text: str) -> dict[str, str]:
    """Return names in small letters and decoded values; of two the first, as in a browser."""
    found: dict[str, str] = {}
    for name, *values in _ATTRIBUTE.findall(text):
        found.setdefault(name.lower(), unescape("".join(values)))
    return found


def _in_inline_script(attributes: dict[str, str], content: str) -> Iterator[str]:
    kind = attributes.get("type", "").strip().lower()
    if content.strip() and kind not in _DATA_SCRIPTS:
        yield f"inline script: {' '.join(content.split())[:60]!r}"


def _in_attributes(tag: str, attributes: dict[str, str], *, is_page: bool) -> Iterator[str]:
    rel = attributes.get("rel")
    for name, value in attributes.items():
        plain = _IGNORED_IN_URLS.sub("", value)
        if name.startswith("on") and len(name) > 2:
            yield f"<{tag} {name}> runs code"
        elif name == "style":
            if is_page:
                yield f"<{tag} style> {value[:60]!r}"
            yield from _in_css(f"x{{{value}}}")
        elif name == "srcdoc":
            yield f"<{tag} srcdoc> is a page inside a page"
        elif name in SRCSET_ATTRIBUTES:
            for url in srcset_urls(value):
                if _REMOTE.match(url):
                    yield f"<{tag} {name}> loads {url!r}"
        elif name == "ping":
            yield f"<{tag} ping> tells {value!r}"
        elif name in URL_ATTRIBUTES and _ACTIVE.match(plain):
            yield f"<{tag} {name}> runs code: {value[:60]!r}"
        elif name in URL_ATTRIBUTES and is_url(tag, name) and _REMOTE.match(plain):
            yield from _remote(tag, name, rel, value)
    if tag == "meta" and attributes.get("http-equiv", "").lower() == "refresh":
        target = refresh_url(attributes.get("content", "")) or ""
        if _REMOTE.match(target) or _ACTIVE.match(target):
            yield f"<meta refresh> leads to {target!r}"


def _remote(tag: str, name: str, rel: str | None, value: str) -> Iterator[str]:
    if use_of(tag, name, rel).is_load:
        yield f"<{tag} {name}> loads {value!r}"


def _in_css(text: str) -> Iterator[str]:
    for url in css_urls(text):
        if _REMOTE.match(url):
            yield f"the stylesheet loads {url!r}"
    if re.search(r"\bexpression\s*\(|-moz-binding|(?<![-\w])behavior\s*:", text, re.IGNORECASE):
        yield "the stylesheet runs code"


def _in_script(text: str) -> Iterator[str]:
    for match in _JS_REMOTE.finditer(text):
        if not match[0][1:].startswith(_JS_HARMLESS):
            yield f"the script names {match[0][1:80]!r}"
    for match in _JS_EVAL.finditer(text):
        yield f"the script makes code from text: {match[0]!r}"


def _in_xml(text: str) -> Iterator[str]:
    for match in _XML_ENTITY.finditer(text):
        yield f"XML with entities of its own: {match[0][:60]!r}"
    for match in _XML_SHEET.finditer(text):
        if _REMOTE.match(match[1]):
            yield f"the stylesheet {match[1]!r} is on another host"
