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
FOLDER: Final = ROOT / "docs" / "screenshots"
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


SHOTS: Final = (
    Shot("home", "index.html"),
    Shot("article", "1968/04/chronicle-of-current-events.html", height=1000),
    Shot("article-dark", "1957/11/doctor-zhivago.html", scheme="dark"),
    Shot("article-arabic", "ar/1987/07/naji-al-ali.html"),
    Shot("article-narrow", "1968/04/chronicle-of-current-events.html", 360, 780),
    Shot("person", "people/mikhail-gorbachev.html", height=1000),
    Shot("person-narrow", "people/mikhail-gorbachev.html", 360, 780),
    Shot("topic", "topics/press-law.html", height=1000),
    Shot("people", "people.html"),
    Shot("people-by-count", "people-by-count.html"),
    Shot("topics-russian", "ru/topics.html"),
    Shot("dates", "dates.html"),
    Shot("year", "2017.html"),
    Shot("on-this-day", "on-this-day.html"),
    Shot("day-of-year", "on-this-day/07-22.html", height=700),
    Shot("numbers", "numbers.html", height=1000),
    Shot("numbers-dark-arabic", "ar/numbers.html", scheme="dark"),
    Shot("data", "data.html"),
    Shot("random", "random.html"),
    Shot("search", "search.html?q=samizdat", wait_for=".search-result"),
    Shot("about", "about.html"),
    Shot("withdrawn", "1605/first-newspaper-claim.html", height=600),
    Shot("not-found", "404.html", height=700),
    Shot("home-arabic", "ar/index.html"),
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
    FOLDER.mkdir(exist_ok=True)
    names = {shot.name for shot in SHOTS}
    for path in FOLDER.glob("*.webp"):
        if path.stem not in names:
            path.unlink()
    with chromium() as browser, serve(ROOT / "site") as root:
        for shot in SHOTS:
            take(browser, root, shot, FOLDER / f"{shot.name}.webp")


if __name__ == "__main__":
    main()
