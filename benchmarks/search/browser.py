"""What a reader's browser does: bytes and requests of the first query, times, blocked moments."""

from __future__ import annotations

import json
import shutil
import statistics
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final

from playwright.sync_api import sync_playwright

from benchmarks.search.server import serve

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, Page

    from benchmarks.search.server import Sent

RUNS: Final = 7
STOCK_BUDGET_MS: Final = 60_000
"""A query that takes the stock runtime so long is not asked twice."""

PAGE: Final = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Bench</title>
<link rel="icon" href="data:,"><script src="{engine}"></script><script src="{stock}"></script>
<script>
const root = location.origin + "/";
const bundle = root + "pagefind/";
const open = {{ do: "open", bundle, root, lang: "en", scripts: {scripts},
  stemmers: {{ en: root + "{stemmer}" }} }};
let worker, last = 0;
const waiting = new Map();
function ask(message) {{
  const id = ++last;
  worker.postMessage({{ ...message, id }});
  return new Promise((resolve) => waiting.set(id, resolve));
}}
async function start() {{
  worker = new Worker("{engine}");
  worker.onmessage = ({{ data }}) => {{
    if (data.progress) return;
    waiting.get(data.id)(data);
  }};
  await ask(open);
}}
async function timed(work) {{
  const begun = performance.now();
  const result = await work();
  return [performance.now() - begun, result];
}}
const find = (text) => ask({{ do: "search", query: {{ text }} }}).then(({{ done }}) => done.found);
let stock;
async function startStock(shards) {{
  stock = await backfileStock({{ given: open, shards, isScripts: false, raw: null,
    direction: () => "ltr" }});
}}
const findStock = (text) => stock.search({{ query: {{ text }} }}).then(({{ done }}) => done.found);
</script>
"""

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


def measure_browser(site: Path, shards: list[dict[str, Any]], queries: list[str]) -> dict[str, Any]:
    """Return all that is measured in Chromium; the first query is one for a rare word."""
    with serve(site) as (root, sent), _chromium() as browser:
        return {
            "first": _first_query(browser, root, sent, queries[0]),
            "second": _first_query(browser, root, sent, queries[1]),
            "linked": _first_query(browser, root, sent, queries[0], is_typed=False),
            "blocked": _blocked(browser, root, queries),
            "times": _times(browser, root, sent, site, shards, queries),
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
    """Return what a reader with nothing in her cache loads until she sees her results.

    With `is_typed` she opens the page and then types; else the query is in the address.
    """
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    page = context.new_page()
    sent.take()
    begun = _now(page)
    if is_typed:
        page.goto(f"{root}search.html")
        page.locator("#bf-q").focus()
        page.wait_for_timeout(1_000)
        opening = sent.take()
        begun = _now(page)
        page.locator("#bf-q").press_sequentially(text, delay=60)
    else:
        opening = []
        page.goto(f"{root}search.html?q={text.replace(' ', '+')}")
    page.locator(".search-result").first.wait_for(timeout=60_000)
    seen_ms = _now(page) - begun
    page.wait_for_timeout(1_000)
    answers = opening + sent.take()
    context.close()
    kinds: dict[str, list[int]] = {}
    for path, size in answers:
        kinds.setdefault(_kind(path), []).append(size)
    return {
        "opening": len(opening),
        "requests": len(answers),
        "bytes": sum(size for _, size in answers),
        "ms": seen_ms,
        "kinds": {kind: [len(sizes), sum(sizes)] for kind, sizes in sorted(kinds.items())},
    }


def _kind(path: str) -> str:
    if "/stemmers/" in path:
        return "stemmer"
    for part in ("index", "filter", "fragment", "names"):
        if path.startswith("/pagefind/") and f"/{part}/" in path:
            return {"fragment": "texts of results", "index": "word lists"}.get(part, part)
    return "catalogue" if path.startswith("/pagefind/") else "page, style and scripts"


def _now(page: Page) -> float:
    moment: float = page.evaluate("() => performance.timeOrigin + performance.now()")
    return moment


def _blocked(browser: Browser, root: str, queries: list[str]) -> dict[str, float]:
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
        box.press_sequentially(text, delay=60)
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
    shards: list[dict[str, Any]],
    queries: list[str],
) -> dict[str, Any]:
    """Return for each query how long the engine and Pagefind's runtime take, cold and warm."""
    names = {path.name.partition("-")[0]: path for path in (site / "static/stemmers").iterdir()}
    scripts = {
        name: next(path for path in (site / "static").glob(f"{name}-*.js"))
        for name in ("search-engine", "search-stock")
    }
    is_scripts = (site / "pagefind/catalogue.pf_catalogue.js").is_file()
    page_text = PAGE.format(
        engine=f"/static/{scripts['search-engine'].name}",
        stock=f"/static/{scripts['search-stock'].name}",
        stemmer=f"static/stemmers/{names['en'].name}",
        scripts=json.dumps(is_scripts),
    )
    sent.extra["/bench.html"] = page_text.encode()
    context = browser.new_context()
    page = context.new_page()
    page.set_default_timeout(0)
    page.goto(f"{root}bench.html")
    opened = page.evaluate("async () => (await timed(start))[0]")
    found: dict[str, Any] = {"open": opened, "queries": {}}
    for text in queries:
        cold, count = page.evaluate("(text) => timed(() => find(text))", text)
        warm = [page.evaluate("(text) => timed(() => find(text))", text)[0] for _ in range(RUNS)]
        found["queries"][text] = {"found": count, "cold": cold, "warm": statistics.median(warm)}
        found["queries"][text]["most"] = max(warm)
    page.goto(f"{root}bench.html")
    found["open stock"] = page.evaluate(
        "async (shards) => (await timed(() => startStock(shards)))[0]", shards
    )
    for text in queries:
        cold, count = page.evaluate("(text) => timed(() => findStock(text))", text)
        runs = 1 if cold > STOCK_BUDGET_MS / 10 else 3
        warm = [cold]
        if cold < STOCK_BUDGET_MS:
            asked = "(text) => timed(() => findStock(text))"
            warm = [page.evaluate(asked, text)[0] for _ in range(runs)]
        found["queries"][text] |= {
            "stock found": count,
            "stock cold": cold,
            "stock warm": statistics.median(warm),
        }
    context.close()
    return found
