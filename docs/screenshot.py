"""Takes docs/screenshot.png of the built sample archive; run it after `make site`."""

from __future__ import annotations

from pathlib import Path

from tests.browsing import chromium

ROOT = Path(__file__).resolve().parent.parent


def main() -> None:
    """Open the front page from the disk in Chromium and write what it shows."""
    with chromium() as browser:
        page = browser.new_page(viewport={"width": 1200, "height": 820}, color_scheme="light")
        page.goto((ROOT / "site" / "index.html").as_uri())
        page.screenshot(path=ROOT / "docs" / "screenshot.png")


if __name__ == "__main__":
    main()
