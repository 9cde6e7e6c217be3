"""How far pages are from home: in clicks on disk, and by a real crawl over HTTP or file://.

With scripts off, a link is an <a href> or <area href>; nothing else leads from page to page.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from tests.checkers.links import parse_html, references_of_html

if TYPE_CHECKING:
    from pathlib import Path

_DISK: Final = "http://site.invalid/"


def click_depths(site: Path, start: str = "index.html") -> dict[str, int]:
    """Return how many clicks each page is from `start`; pages that no click reaches are absent."""
    depths = {start: 0}
    waiting = deque([start])
    while waiting:
        path = waiting.popleft()
        folder = path[: path.rfind("/") + 1]
        for address in _clicks(parse_html((site / path).read_bytes())):
            target = _path_on_disk(folder, address)
            if target is None or target in depths or not target.endswith(".html"):
                continue
            if (site / target).is_file():
                depths[target] = depths[path] + 1
                waiting.append(target)
    return depths


def _clicks(tree: Any) -> list[str]:  # noqa: ANN401 - lxml has no types
    if tree is None:
        return []
    return [
        element.get("href")
        for element in tree.iter("a", "area")
        if element.get("href") and element.get("href")[0] not in "#?"
    ]


@lru_cache(maxsize=100_000)
def _path_on_disk(folder: str, address: str) -> str | None:
    try:
        url = urldefrag(urljoin(_DISK + folder, address)).url
    except ValueError:
        return None
    if not url.startswith(_DISK):
        return None
    return unquote(urlsplit(url).path).lstrip("/")


@dataclass(slots=True)
class Crawl:
    """What a crawl saw."""

    depths: dict[str, int] = field(default_factory=dict)
    """Clicks from the start, by page, as paths from the crawl's root."""
    findings: list[str] = field(default_factory=list)
    fetched: int = 0


def crawl(root: str, start: str = "index.html", *, at_most: int = 5000) -> Crawl:
    """Return what a reader's clicks and a browser's loads find below `root`.

    Every page that a click reaches is read, and every file that those pages load is fetched once.
    A finding is an answer that is no success, a page that is not sent as HTML, and an address of
    our own host that lies outside `root`.

    Args:
        root: `http://127.0.0.1:8000/a/b/` or `file:///.../site/`; ends in a slash.
        start: The page to begin at, below `root`.
        at_most: How many files to fetch; more is a finding.
    """
    result = Crawl(depths={start: 0})
    # No proxy: everything that may be asked stands on this machine.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    waiting = deque([root + start])
    depth_of = {root + start: 0}
    loads: dict[str, str] = {}
    while waiting:
        url = waiting.popleft()
        body = _fetch(opener, url, result, "a page", wants_html=True)
        if result.fetched >= at_most:
            result.findings.append(f"more than {at_most} files")
            return result
        tree = parse_html(body)
        if tree is None:
            continue
        for reference in references_of_html(tree, body):
            target = urldefrag(urljoin(url, reference.address)).url
            if not reference.use.is_followed and not reference.use.is_load:
                continue
            if not target.startswith(root):
                if reference.use.is_load and not target.startswith("data:"):
                    result.findings.append(f"{url}: {reference.where} loads {target}")
                elif urlsplit(target)[:2] == urlsplit(root)[:2]:
                    result.findings.append(f"{url}: {reference.where} leaves the site: {target}")
            elif reference.use.is_followed and urlsplit(target).path.endswith(".html"):
                page = target.partition("?")[0]
                if page not in depth_of:
                    depth_of[page] = depth_of[url] + 1
                    waiting.append(page)
            else:
                loads.setdefault(target.partition("?")[0], url)
    for target, seen_on in loads.items():
        if target not in depth_of:
            _fetch(opener, target, result, f"loaded by {seen_on}", wants_html=False)
    result.depths = {
        unquote(url.removeprefix(root)): depth for url, depth in sorted(depth_of.items())
    }
    return result


def _fetch(
    opener: urllib.request.OpenerDirector, url: str, result: Crawl, why: str, *, wants_html: bool
) -> bytes:
    result.fetched += 1
    try:
        with opener.open(url, timeout=30) as answer:
            kind = answer.headers.get_content_type()
            if wants_html and kind != "text/html":
                result.findings.append(f"{url}: sent as {kind}")
            if answer.geturl() != url:
                result.findings.append(f"{url}: redirects to {answer.geturl()}")
            return bytes(answer.read())
    except (urllib.error.URLError, OSError) as error:
        result.findings.append(f"{url}: {error} ({why})")
        return b""
