"""What two engines, and a keyboard, find in a page that Chromium shows.

axe-core and HTML_CodeSniffer (the engine of pa11y) are run through the browser's debugger, so the
page keeps its Content-Security-Policy and none of their code stands in it. They judge the parts of
WCAG 2.2 AA that a machine can; what is left (order, wording, sense) is for people.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final

from tests.checkers.needs import require_accessibility_engines

if TYPE_CHECKING:
    from playwright.sync_api import Page

_RULES: Final = (
    *("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa"),
    "best-practice",
)
"""Tags of axe's rules. The last are not of WCAG: headings in order, all content in landmarks."""

_LOOKS: Final = (
    "color-contrast",
    "target-size",
    "link-in-text-block",
    "scrollable-region-focusable",
)
"""Those of its rules for which colours and the window's width matter."""

_AXE: Final = """
axe.run(document, {
  runOnly: %s,
  resultTypes: ["violations"],
}).then((found) => JSON.stringify(found.violations.map((rule) => ({
  rule: rule.id,
  places: rule.nodes.map((node) => [node.target.join(" "), node.html, node.failureSummary]),
}))))
"""

_CODESNIFFER: Final = """
new Promise((resolve) => HTMLCS.process("WCAG2AA", document, () => resolve(JSON.stringify(
  HTMLCS.getMessages().filter((found) => found.type === HTMLCS.ERROR).map(
    (found) => [found.code, found.element.outerHTML || "", found.msg],
  ),
))))
"""

_WIDE: Final = """
(() => {
  const wide = document.documentElement;
  if (wide.scrollWidth <= wide.clientWidth) return "[]";
  const cuts = (e) => getComputedStyle(e).overflowX !== "visible";
  const inside = (e) => e && (cuts(e) || inside(e.parentElement));
  return JSON.stringify([...document.body.querySelectorAll("*")].filter((element) => {
    const box = element.getBoundingClientRect();
    return box.width && (box.right > wide.clientWidth + 0.5 || box.left < -0.5) &&
      !inside(element.parentElement);
  }).map((element) => element.outerHTML.slice(0, 120)));
})()
"""

_STOPS: Final = """
(() => {
  const shown = (e) => e.checkVisibility({visibilityProperty: true}) && !e.closest("[inert]");
  window.stops = [...document.querySelectorAll(
    "a[href], area[href], button, input, select, textarea, summary, audio[controls], " +
    "video[controls], [tabindex]:not([tabindex='-1'])",
  )].filter((e) => !e.disabled && e.tabIndex >= 0 && shown(e));
  window.faults = [];
  window.reached = new Set();
  const name = (e) => e.outerHTML.replace(/\\s+/g, " ").slice(0, 120);
  document.addEventListener("focusin", ({target}) => {
    if (reached.has(target)) return;
    reached.add(target);
    const style = getComputedStyle(target);
    if (style.outlineStyle === "none" || parseFloat(style.outlineWidth) < 2) {
      faults.push("focus is not seen: " + name(target));
    }
    const box = target.getClientRects()[0];
    const x = Math.min(Math.max(box.left + Math.min(box.width / 2, 8), 1), innerWidth - 1);
    const y = Math.min(Math.max(box.top + Math.min(box.height / 2, 8), 1), innerHeight - 1);
    const top = document.elementFromPoint(x, y);
    if (!top || !(target.contains(top) || top.contains(target))) {
      faults.push("what has the focus is hidden: " + name(target));
    }
  });
  return stops.length;
})()
"""

_MISSED: Final = """
JSON.stringify([...faults, ...stops.filter((e) => !reached.has(e)).map(
  (e) => "no key leads to: " + e.outerHTML.replace(/\\s+/g, " ").slice(0, 120),
)])
"""


_TAB: Final = {"key": "Tab", "code": "Tab", "windowsVirtualKeyCode": 9}
"""What moves the focus is the key going down."""


class Inspector:
    """A page of the browser with the engines at hand; they are put in anew on each page opened."""

    def __init__(self, page: Page) -> None:
        """Take a page of Chromium; skips or fails the test where an engine is absent."""
        self.page = page
        self._axe, self._codesniffer = require_accessibility_engines()
        self._debugger = page.context.new_cdp_session(page)

    def run(self, code: str) -> Any:  # noqa: ANN401 - what the code says
        """Return the value of JavaScript, a promise awaited; the page's policy does not apply."""
        answer = self._debugger.send(
            "Runtime.evaluate", {"expression": code, "awaitPromise": True, "returnByValue": True}
        )
        if "exceptionDetails" in answer:
            raise AssertionError(json.dumps(answer["exceptionDetails"])[:2000])
        return answer["result"].get("value")

    def axe(self, *, only_looks: bool = False) -> list[str]:
        """Return what axe-core finds wrong with the page as it is shown now.

        `only_looks` leaves out what colours and widths change nothing of.
        """
        if self.run("typeof axe") == "undefined":
            self.run(self._axe)
        rules = _LOOKS if only_looks else _RULES
        return [
            f"axe {found['rule']}: {place}: {' '.join(why.split())[:300]} [{_short(html)}]"
            for found in json.loads(self.run(_AXE % json.dumps(rules)))
            for place, html, why in found["places"]
        ]

    def codesniffer(self) -> list[str]:
        """Return the errors of HTML_CodeSniffer for the page as it is shown now."""
        if self.run("typeof HTMLCS") == "undefined":
            self.run(self._codesniffer)
        return [
            f"{code}: {why} [{_short(html)}]"
            for code, html, why in json.loads(self.run(_CODESNIFFER))
        ]

    def too_wide(self) -> list[str]:
        """Return what sticks out of the window; empty where nothing has to be scrolled sideways."""
        return [f"wider than the window: {_short(html)}" for html in json.loads(self.run(_WIDE))]

    def keyboard(self) -> list[str]:
        """Return what Tab does not reach, or what it reaches unseen, from the page's beginning."""
        stops = self.run(_STOPS)
        for _ in range(stops + 2):
            self._debugger.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **_TAB})
        return list(json.loads(self.run(_MISSED)))


def _short(html: str) -> str:
    return " ".join(html.split())[:160]
