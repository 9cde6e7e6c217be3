"""What the search is on a telephone: a slow page on a slow line, imitated in Chromium."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from benchmarks.rounds import FailedError
from benchmarks.search.server import Line

if TYPE_CHECKING:
    from collections.abc import Sequence

    from playwright.sync_api import Browser, Page

    from benchmarks.search.server import Sent

SLOWER: Final = 4
"""So many times slower runs the page's own thread; that of a worker no browser slows down."""
LINE: Final = Line(delay_s=0.15, bytes_per_s=200_000)
"""1.6 megabits a second, and 150 milliseconds until an answer comes."""
KEY_MS: Final = 120
SETTLED_MS: Final = 1_000
OPENED_MS: Final = 3_000
LIMIT_MS: Final = 60_000

WATCHED: Final = """
  self.tasks = [];
  new PerformanceObserver((list) => self.tasks.push(...list.getEntries().map((e) => e.duration)))
    .observe({ type: "longtask", buffered: true });
  self.typedAt = self.seenAt = 0;
  addEventListener("input", () => {
    self.typedAt = performance.now();
    self.seenAt = 0;
  }, true);
  new MutationObserver((records) => {
    const box = document.querySelector("#bf-q");
    // What the box would be reset to is what is searched; before, it is the text a letter shorter.
    if (self.seenAt || box?.defaultValue !== box?.value) return;
    const isPut = ({ target, addedNodes }) => addedNodes.length
      && target.matches(".search-results");
    if (records.some(isPut)) self.seenAt = performance.now();
  }).observe(document, { childList: true, subtree: true });
"""


def measure_phone(
    browser: Browser, root: str, sent: Sent | None, queries: Sequence[str]
) -> dict[str, Any]:
    """Return in ms how long results take after the last letter, and how long the page is busy.

    `root` is a server's, which `sent` slows down, or that of a folder. Each query is typed into a
    page that is open already, once with nothing known and once again after all the others.
    """
    context = browser.new_context(
        viewport={"width": 360, "height": 740},
        device_scale_factor=2,
        has_touch=True,
        is_mobile=True,
    )
    context.add_init_script(WATCHED)
    page = context.new_page()
    context.new_cdp_session(page).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    if sent is not None:
        sent.line = LINE
    page.goto(f"{root}search.html")
    page.tap("#bf-q")
    page.wait_for_timeout(OPENED_MS)
    opening = _tasks(page)
    rounds = [{text: _typed(page, text) for text in queries} for _ in range(2)]
    page.wait_for_timeout(SETTLED_MS)
    typing = _tasks(page)
    if sent is not None:
        sent.line = None
    context.close()
    return {
        "queries": {text: [known[text] for known in rounds] for text in queries},
        "opening": max(opening, default=0),
        "typing": max(typing, default=0),
    }


def _typed(page: Page, text: str) -> float:
    page.fill("#bf-q", "")
    page.locator(".search-result").first.wait_for(state="detached", timeout=LIMIT_MS)
    page.wait_for_timeout(SETTLED_MS)
    page.keyboard.type(text, delay=KEY_MS)
    left_ms = LIMIT_MS
    while not (taken := page.evaluate("() => self.seenAt && self.seenAt - self.typedAt")):
        if left_ms <= 0:
            raise FailedError(f"{text}: {page.locator('.search-status').text_content()}")
        page.wait_for_timeout(20)  # not in the page: its policy lets no text be run as code
        left_ms -= 20
    page.locator(".search-progress[hidden]").wait_for(state="attached", timeout=LIMIT_MS)
    return float(taken)


def _tasks(page: Page) -> list[float]:
    found: list[float] = page.evaluate("() => self.tasks.splice(0)")
    return found
