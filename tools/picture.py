"""Take the README's picture from the running app: `python -m tools.picture`."""

from pathlib import Path

from playwright.sync_api import sync_playwright

from tools.browser import find, launch
from tools.playground import Playground
from tools.server import Server

PICTURE = Path(__file__).parents[1] / "docs" / "playground.png"
SHOWN_STEP = 240


def main() -> None:
    """Play the default experiment until its boundary is curved, and take a screenshot."""
    with Server() as server, sync_playwright() as playwright:
        path = find(playwright)
        assert path, "no Chromium starts here: `make browser` gets one"
        browser = launch(playwright, path)
        page = browser.new_page(viewport={"width": 1400, "height": 900}, color_scheme="light")
        playground = Playground(page, server.url).open()
        playground.play()
        playground.play_until_step(SHOWN_STEP)
        playground.pause()
        playground.rest()
        page.screenshot(path=PICTURE)
        browser.close()


if __name__ == "__main__":
    main()
