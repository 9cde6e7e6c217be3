"""Reading asks for little and leaves nothing behind: weight, requests, policy, storage."""

from __future__ import annotations

import gzip
import json
import re
from html import unescape
from typing import TYPE_CHECKING, Final

import pytest

from tests.archives import build_archive, write_archive
from tests.browsing import Reader, serve
from tests.checkers import report
from tests.checkers.access import Inspector
from tests.test_accessibility import LANGUAGES, pages_to_look_at
from tests.test_sample import page_kinds

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Browser

LIMIT: Final = 25_000
"""Bytes of a page as it is sent, compressed as servers do by default, images apart."""
MOST_REQUESTS: Final = 3

_POLICY: Final = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">')
_SHEET: Final = re.compile(r'<link rel="stylesheet" href="([^"]+)">')


def sent(path: Path) -> int:
    """Return how many bytes a file is on its way to the reader."""
    return len(gzip.compress(path.read_bytes(), 6))


def weight(page: Path) -> int:
    """Return what a page and its one stylesheet weigh."""
    sheets = _SHEET.findall(page.read_text("utf-8"))
    assert len(sheets) == 1, page
    return sent(page) + sent(page.parent / sheets[0])


def test_an_article_with_its_style_is_light(sample: Path) -> None:
    site = sample / "site"
    articles = [
        page
        for name, pages in page_kinds(site).items()
        for page in pages
        if name.startswith("article ")
    ]
    assert len(articles) >= 60
    weights = {page: weight(site / page) for page in articles}
    assert {page: size for page, size in weights.items() if size >= LIMIT} == {}


def test_a_page_with_200_entries_is_light(sample: Path, tmp_path: Path) -> None:
    """Each entry has a headline and two lines of the sample's own text, none of it twice."""
    words = [
        word
        for path in sorted((sample / "content/articles").rglob("*.md"))
        if "\nlang:" not in (text := path.read_text("utf-8"))
        for word in re.findall(r"\w+[.,;]?", text.split("\n---\n", 1)[1])
    ]
    each = 33
    assert len(words) > 200 * each
    files = {"content/archive.yaml": "title: Long lists\npage_size: 200\n"}
    for number in range(200):
        own = words[number * each : (number + 1) * each]
        title, text = json.dumps(" ".join(own[:9])), " ".join(own[9:])
        date = f"{1980 + number // 10}-{1 + number % 12:02}-{1 + number % 28:02}"
        files[f"content/articles/{number}.md"] = (
            f"---\ntitle: {title}\nslug: story-{number}\ndate: {date}\npeople: [Ada Roe]\n"
            f"---\n{text}\n"
        )
    build_archive(write_archive(tmp_path, files))
    page = tmp_path / "site/people/ada-roe.html"
    assert page.read_text("utf-8").count('class="entry"') == 200
    assert sent(page) < LIMIT


def test_the_policy_of_each_page_allows_no_more_than_it_uses(sample: Path) -> None:
    findings: list[str] = []
    site = sample / "site"
    for pages in page_kinds(site).values():
        for page in pages:
            text = (site / page).read_text("utf-8")
            found = _POLICY.search(text)
            if found is None:
                findings.append(f"{page}: has no policy")
                continue
            rules = dict(rule.strip().partition(" ")[::2] for rule in unescape(found[1]).split(";"))
            findings += [f"{page}: {fault}" for fault in _too_much(rules, text)]
    assert not findings, report(findings)


def _too_much(rules: dict[str, str], text: str) -> list[str]:
    found = []
    if rules.get("default-src") != "'none'" or rules.get("style-src") != "'self'":
        found.append("more than its own style may be loaded")
    for name, value in rules.items():
        if name != "base-uri" and not set(value.split()) <= {
            "'none'",
            "'self'",
            "'wasm-unsafe-eval'",
        }:
            found.append(f"{name} {value}")
    if ("script-src" in rules) != ("<script src=" in text):
        found.append("scripts are allowed where there are none, or forbidden where there are some")
    return found


@pytest.mark.browser
def test_reading_asks_no_one_and_leaves_nothing(browser: Browser, sample: Path) -> None:
    site = sample / "site"
    with serve(site, "/a/b/") as root:
        reader = Reader(browser, root)
        inspector = Inspector(reader.page)
        left: list[str] = []
        for lang in LANGUAGES.values():
            for page in pages_to_look_at(site, lang):
                asked = len(reader.asked)
                reader.open(page)
                loaded = [url for url in reader.asked[asked:] if "/media/" not in url]
                if inspector.run("document.body.className") != "page-search":
                    assert len(loaded) <= MOST_REQUESTS, loaded
                kept = json.loads(inspector.run(_KEPT))
                left += [f"{page}: {what}" for what in kept]
        reader.open("search.html?q=censorship")
        reader.until(lambda: reader.page.locator(".search-result").count() > 0)
        left += json.loads(inspector.run(_KEPT))
        left += [str(cookie) for cookie in reader.context.cookies()]
        reader.close()
    assert left == []
    assert [url for url in reader.asked if not url.startswith(root)] == []


_KEPT: Final = """
(async () => JSON.stringify([
  ...Object.keys(localStorage), ...Object.keys(sessionStorage), document.cookie,
  ...(await indexedDB.databases()).map((one) => one.name), ...await caches.keys(),
  ...(await navigator.serviceWorker.getRegistrations()).map((one) => one.scope),
].filter((kept) => kept !== "")))()
"""
