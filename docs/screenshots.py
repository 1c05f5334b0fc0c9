"""Makes the README's pictures of the page, from the sample collection and with the real models.

    python docs/screenshots.py [FOLDER FOR THE PICTURES]

Needs the test extra's playwright, and Chromium.
"""

from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

import qa
import ui
from qa.sample import QUESTIONS, sample_folder

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

WIDE = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "device_scale_factor": 2, "is_mobile": True, "has_touch": True}
QUESTION = QUESTIONS[1]
CITED = '#chat .bot-row a[href^="#cite="]'
FOLDER = "Papers on the pact"
SHOWN_PATH = f"~/{FOLDER}"  # in place of a temporary one


def main() -> None:
    """Serve the sample collection and make the pictures."""
    pictures = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place) / FOLDER
        shutil.copytree(sample_folder(), folder)
        with qa.open(folder) as papers:

            def make(address: str) -> None:
                try:
                    with sync_playwright() as running:
                        browser = running.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
                        make_pictures(browser, address, pictures)
                        browser.close()
                finally:
                    os.kill(os.getpid(), signal.SIGTERM)  # which ends the server, and it alone

            ui.serve(papers, port=0, open_browser=False, suggestions=QUESTIONS, on_ready=make)


def make_pictures(browser: Browser, address: str, pictures: Path) -> None:
    """Write each picture: light and dark with an answer and its page, the same on a phone, and the documents."""
    for name, options in (("page", WIDE), ("page-dark", WIDE | {"color_scheme": "dark"})):
        page = opened(browser, address, options)
        ask(page)
        open_page_of_a_pdf(page)
        page.screenshot(path=pictures / f"{name}.png")
        page.close()
    page = opened(browser, address, PHONE)
    ask(page)
    page.screenshot(path=pictures / "page-phone.png")
    page.close()
    page = opened(browser, address, WIDE)
    ask(page)
    page.locator(".rows input").nth(0).check()
    page.locator(".rows input").nth(1).check()
    page.screenshot(path=pictures / "page-documents.png")
    page.close()


def opened(browser: Browser, address: str, options: dict[str, Any]) -> Page:
    """Open the page in a window of its own."""
    page = browser.new_page(**options)
    page.goto(address)
    page.wait_for_selector("#viewer .rows li")
    page.evaluate("(path) => { document.querySelector('#header .path').textContent = path; }", SHOWN_PATH)
    return page


def ask(page: Page) -> None:
    """Ask the question and wait for its answer."""
    page.fill("#q textarea", QUESTION)
    page.press("#q textarea", "Enter")
    page.wait_for_selector(CITED, timeout=120_000)  # the first question loads the reader
    page.wait_for_selector("#q .submit-button")


def open_page_of_a_pdf(page: Page) -> None:
    """Open the first citation that stands in a PDF and wait for the image of its page."""
    page.locator("#chat blockquote", has_text=".pdf").first.locator(CITED.split()[-1]).first.click()
    page.wait_for_function("document.querySelector('.frame img')?.naturalWidth > 0")
    page.mouse.move(0, 0)


if __name__ == "__main__":
    main()
