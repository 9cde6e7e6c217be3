"""Takes docs/screenshots/ of the built sample archive, of each kind of page: `make screenshots`.

Chromium shows the site from a server, so that search works, and writes WebP through its debugger.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from tests.browsing import chromium, serve

if TYPE_CHECKING:
    from playwright.sync_api import Browser

ROOT: Final = Path(__file__).resolve().parent.parent
SHOTS: Final = ROOT / "docs" / "screenshots"
QUALITY: Final = 72
"""Of WebP: letters stay clean, and all pictures together below a megabyte and a half."""


class Shot(NamedTuple):
    """A picture of a page."""

    name: str
    url: str
    width: int = 1200
    height: int = 820
    scheme: Literal["light", "dark"] = "light"
    wait_for: str = "main"
    """What has to be there first."""


WIDE: Final = (
    Shot("home", "index.html"),
    Shot("article", "1968/04/chronicle-of-current-events.html", height=1000),
    Shot("article-end", "1968/04/chronicle-of-current-events.html#bf-end", height=1000),
    Shot("person", "people/andrei-sakharov.html", height=1000),
    Shot("topic", "topics/samizdat.html", height=1000),
    Shot("people", "people.html"),
    Shot("topics", "topics.html"),
    Shot("dates", "dates.html"),
    Shot("year", "2017.html"),
    Shot("search", "search.html?q=samizdat", wait_for=".search-result"),
    Shot("withdrawn", "1605/first-newspaper-claim.html", height=600),
    Shot("not-found", "404.html", height=700),
    Shot("about", "about.html"),
)
OTHERWISE: Final = (
    Shot("article-dark", "1968/04/chronicle-of-current-events.html", scheme="dark"),
    Shot("article-arabic", "ar/1987/07/naji-al-ali.html"),
    Shot("home-arabic", "ar/index.html"),
    Shot("article-narrow", "1968/04/chronicle-of-current-events.html", 360, 780),
    Shot("person-narrow", "people/andrei-sakharov.html", 360, 780),
    Shot("home-narrow-dark", "index.html", 360, 780, "dark"),
)


def take(browser: Browser, root: str, shot: Shot, target: Path) -> None:
    """Write what a page shows in a window of that size."""
    size = {"width": shot.width, "height": shot.height}
    page = browser.new_page(
        viewport={"width": size["width"], "height": size["height"]},
        color_scheme=shot.scheme,
        reduced_motion="reduce",
    )
    page.goto(root + shot.url)
    page.wait_for_selector(shot.wait_for)
    debugger = page.context.new_cdp_session(page)
    taken = debugger.send("Page.captureScreenshot", {"format": "webp", "quality": QUALITY})
    target.write_bytes(base64.b64decode(taken["data"]))
    page.close()


def main() -> None:
    """Take every picture anew; those that are no longer taken go."""
    SHOTS.mkdir(exist_ok=True)
    shots = (*WIDE, *OTHERWISE)
    for path in SHOTS.glob("*.webp"):
        if path.stem not in {shot.name for shot in shots}:
            path.unlink()
    with chromium() as browser, serve(ROOT / "site") as root:
        for shot in shots:
            take(browser, root, shot, SHOTS / f"{shot.name}.webp")


if __name__ == "__main__":
    main()
