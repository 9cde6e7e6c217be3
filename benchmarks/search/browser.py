"""What a reader's browser does: bytes and requests of the first query, times, blocked moments."""

from __future__ import annotations

import json
import shutil
import statistics
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

from benchmarks.rounds import FailedError
from benchmarks.search.phone import measure_phone
from benchmarks.search.server import Line, serve
from builder.search import CATALOGUE, as_script, pack

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from benchmarks.search.server import Answer, Sent

RUNS: Final = 100
LEAST_RUNS: Final = 3
RUNS_S: Final = 2.0
"""So often a query is asked again, or as often as fits into this time, but a few times at least."""
KEY_MS: Final = 30
SETTLED_MS: Final = 3_000
"""In which the browser has put away the pages before, or that would be measured as well."""
STOCK: Final = "/stock.pf_catalogue"
"""The catalogue as if it were of an unknown Pagefind, so that Pagefind's own runtime is taken."""

PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title>
<link rel="icon" href="data:,">
<script>
const root = location.origin + "/";
const waiting = new Map();
let worker, last = 0;
function ask(message) {{
  const id = ++last;
  worker.postMessage({{ ...message, id }});
  return new Promise((resolve, reject) => waiting.set(id, {{ resolve, reject }}));
}}
async function start(catalogue) {{
  worker?.terminate();
  worker = new Worker("{engine}");
  worker.onmessage = ({{ data }}) => {{
    if (data.progress) return;
    if (data.failed) waiting.get(data.id).reject(Error(data.failed.message));
    else waiting.get(data.id).resolve(data);
  }};
  const bytes = catalogue && await (await fetch(catalogue)).arrayBuffer();
  const {{ opened }} = await ask({{ do: "open", bundle: root + "pagefind/", root, lang: "en",
    scripts: {scripts}, stemmers: {{ en: root + "{stemmer}" }}, stock: root + "{stock}",
    catalogue: bytes }});
  return opened.known;
}}
/* Returns [milliseconds, what came of it]; [limit, null] where it takes longer. */
async function timed(work, limit) {{
  const begun = performance.now();
  const late = new Promise((resolve) => setTimeout(resolve, limit, null));
  const result = await Promise.race([work(), late]);
  return [result === null ? limit : performance.now() - begun, result];
}}
const find = (text) => ask({{ do: "search", query: {{ text }} }}).then(({{ done }}) => done.found);
</script>
"""

LINE: Final = Line(delay_s=0.04, bytes_per_s=2_500_000)
"""Twenty megabits a second, and forty milliseconds until an answer comes."""

SEEN: Final = """
  new MutationObserver((_, observer) => {
    if (!document.querySelector(".search-result")) return;
    self.seenAt = performance.timeOrigin + performance.now();
    observer.disconnect();
  }).observe(document, { childList: true, subtree: true });
"""

KINDS: Final = {"fragment": "texts of results", "index": "word lists", "words": "word lists"}

HEARTBEAT: Final = """() => {
  // The longest time in which the page's own thread did not get round to this.
  self.blocked = 0;
  let last = performance.now();
  const { port1, port2 } = new MessageChannel();
  port1.onmessage = () => {
    const now = performance.now();
    self.blocked = Math.max(self.blocked, now - last);
    last = now;
    setTimeout(() => { last = performance.now(); port2.postMessage(0); }, 1);
  };
  port2.postMessage(0);
  self.tasks = [];
  new PerformanceObserver((list) => self.tasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask" });
}"""


def measure_browser(
    site: Path, catalogue: Mapping[str, Any], queries: Sequence[str], *, limit_s: float
) -> dict[str, Any]:
    """Return all that is measured in Chromium; the first query is one for a rare word.

    Pagefind's runtime is given no more than `limit_s` for a query.
    """
    with serve(site) as (root, sent), _chromium() as browser:
        return {
            "first": {text: _first_query(browser, root, sent, text) for text in queries},
            "linked": _first_query(browser, root, sent, queries[0], is_typed=False),
            "blocked": _blocked(browser, root, queries),
            "times": _times(browser, root, sent, site, catalogue, queries, limit_s),
            "phone": _on_a_phone(browser, root, sent, site, queries),
        }


@contextmanager
def _chromium() -> Iterator[Browser]:
    executable = shutil.which("chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=executable, args=["--no-sandbox", "--disable-gpu", "--no-first-run"]
        )
        try:
            yield browser
        finally:
            browser.close()


def _first_query(
    browser: Browser, root: str, sent: Sent, text: str, *, is_typed: bool = True
) -> dict[str, Any]:
    """Return what a reader with nothing in her cache loads for her first query.

    Up to the moment in which she sees results, and until nothing more comes. With `is_typed` she
    opens the page and then types; else the query is in the address.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_init_script(SEEN)
    page = context.new_page()
    sent.take()
    sent.line = LINE
    begun = _now(page)
    opening = []
    if is_typed:
        page.goto(f"{root}search.html")
        page.locator("#bf-q").focus()
        page.wait_for_timeout(2_000)
        opening = sent.take()
        begun = _now(page)
        page.locator("#bf-q").press_sequentially(text, delay=KEY_MS)
    else:
        page.goto(f"{root}search.html?q={text.replace(' ', '+')}")
    page.locator(".search-result, .search-help:not([hidden])").first.wait_for(timeout=60_000)
    if not page.locator(".search-result").count():
        raise FailedError(f"{text}: {page.locator('.search-status').text_content()}")
    # All results are known once the page says how many; further ones come as one scrolls.
    page.locator(".search-progress[hidden]").wait_for(state="attached", timeout=60_000)
    done_ms = _now(page) - begun
    page.wait_for_timeout(2_000)
    whole = opening + sent.take()
    moment: float = page.evaluate("() => self.seenAt")
    sent.line = None
    context.close()
    return {
        "opening": len(opening),
        "ms": moment - begun,
        "done ms": done_ms,
        "seen": _sum([answer for answer in whole if answer.moment * 1_000 <= moment]),
        "whole": _sum(whole),
    }


def _on_a_phone(
    browser: Browser, root: str, sent: Sent, site: Path, queries: Sequence[str]
) -> dict[str, Any]:
    """Return what it is from the web, and from a disk where the index can be read there."""
    asked = [*queries, *(f'"{text}"' for text in queries if " " in text)]
    found = {"from the web": measure_phone(browser, root, sent, asked)}
    if _is_of_scripts(site):
        found["from a disk"] = measure_phone(browser, f"{site.as_uri()}/", None, asked)
    return found


def _is_of_scripts(site: Path) -> bool:
    return (site / f"pagefind/{CATALOGUE}.js").is_file()


def _sum(answers: Sequence[Answer]) -> dict[str, Any]:
    kinds: dict[str, list[int]] = {}
    for path, size, _ in answers:
        kinds.setdefault(_kind(path), []).append(size)
    return {
        "requests": len(answers),
        "bytes": sum(answer.size for answer in answers),
        "kinds": {kind: [len(sizes), sum(sizes)] for kind, sizes in sorted(kinds.items())},
    }


def _kind(path: str) -> str:
    if "/stemmers/" in path:
        return "stemmer"
    for part in ("words", "index", "filter", "fragment", "names"):
        if path.startswith("/pagefind/") and f"/{part}/" in path:
            return KINDS.get(part, part)
    return "catalogue" if path.startswith("/pagefind/") else "page, style and scripts"


def _now(page: Page) -> float:
    moment: float = page.evaluate("() => performance.timeOrigin + performance.now()")
    return moment


def _blocked(browser: Browser, root: str, queries: Sequence[str]) -> dict[str, float]:
    """Return the longest time that the page did not react while queries were typed, in ms."""
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    page.goto(f"{root}search.html")
    page.wait_for_timeout(1_500)
    page.evaluate(HEARTBEAT)
    page.wait_for_timeout(300)
    idle: float = page.evaluate("() => { const b = self.blocked; self.blocked = 0; return b; }")
    box = page.locator("#bf-q")
    for text in queries:
        box.fill("")
        box.press_sequentially(text, delay=KEY_MS)
        page.wait_for_timeout(1_500)
    longest: float = page.evaluate("() => self.blocked")
    tasks: list[float] = page.evaluate("() => self.tasks")
    context.close()
    return {"idle": idle, "longest": longest, "long tasks": len(tasks), "task": max(tasks or [0])}


def _times(
    browser: Browser,
    root: str,
    sent: Sent,
    site: Path,
    catalogue: Mapping[str, Any],
    queries: Sequence[str],
    limit_s: float,
) -> dict[str, Any]:
    """Return for each query how long the engine and Pagefind's runtime take, cold and warm."""
    stemmer = next(path.name for path in (site / "static/stemmers").glob("en-*.js"))
    scripts = {
        name: f"static/{next((site / 'static').glob(f'search-{name}-*.js')).name}"
        for name in ("engine", "stock")
    }
    is_scripts = _is_of_scripts(site)
    page_text = PAGE.format(
        engine=f"/{scripts['engine']}",
        stock=scripts["stock"],
        stemmer=f"static/stemmers/{stemmer}",
        scripts=json.dumps(is_scripts),
    )
    other = pack(json.dumps({**catalogue, "pagefind": "unknown"}).encode())
    sent.extra |= {
        "/bench.html": page_text.encode(),
        STOCK: as_script(CATALOGUE, other) if is_scripts else other,
    }
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(0)
    page.goto(f"{root}bench.html")
    page.wait_for_timeout(SETTLED_MS)
    limit = limit_s * 1_000
    opened, _ = page.evaluate("(limit) => timed(() => start(), limit)", limit)
    found: dict[str, Any] = {"open": opened, "limit": limit, "queries": {}}
    for text in queries:
        cold, count = _asked(page, text, limit)
        warm, _ = _again(page, text, limit)
        found["queries"][text] = {"found": count, "cold": cold, "warm": statistics.median(warm)}
        found["queries"][text]["most"] = max(warm)
    is_open = False
    for text in queries:
        if not is_open:
            begun = "([name, limit]) => timed(() => start(name), limit)"
            found["open stock"], is_known = page.evaluate(begun, [STOCK, limit])
            if is_known is not False:
                raise FailedError(f"Pagefind's runtime was not open after {limit_s:g} s")
            is_open = True
        cold, count = _asked(page, text, limit)
        warm = [cold]
        if count is not None:
            warm, count = _again(page, text, limit)
        is_open = count is not None
        told = {"stock found": count, "stock cold": cold, "stock warm": statistics.median(warm)}
        found["queries"][text] |= told
    context.close()
    return found


def _again(page: Page, text: str, limit: float) -> tuple[list[float], int | None]:
    """Return how long a query took each time it was asked again, and how much it found last."""
    took, count = _asked(page, text, limit)
    times = [took]
    while count is not None and len(times) < RUNS:
        if len(times) >= LEAST_RUNS and sum(times) > RUNS_S * 1_000:
            break
        took, count = _asked(page, text, limit)
        times.append(took)
    return times, count


def _asked(page: Page, text: str, limit: float) -> tuple[float, int | None]:
    """Return how long a query took and how much it found; None: it took longer than the limit."""
    took, count = page.evaluate("([text, limit]) => timed(() => find(text), limit)", [text, limit])
    return took, count
