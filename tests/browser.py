"""Chromium for the tests of the page: its fixtures, and what most of these tests do with a page.

A module that uses `page` has a fixture `address` that serves the page.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--disable-background-networking"]
DESKTOP = {"viewport": {"width": 1280, "height": 800}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
LAST = "#chat .bot-row >> nth=-1"
LIST = "#viewer .rows li"

phone = pytest.mark.parametrize("page", [PHONE], indirect=True)


class Contexts:
    """The browser's contexts, one for each set of options, so that the page's scripts are loaded once."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.made: dict[str, BrowserContext] = {}

    def get(self, options: dict[str, Any]) -> BrowserContext:
        """Give the context with these options."""
        key = repr(options)
        if key not in self.made:
            self.made[key] = self.browser.new_context(**options)
            self.made[key].set_default_timeout(10_000)
        return self.made[key]

    @contextmanager
    def opened(
        self, address: str, options: dict[str, Any] | None = None, *, until: str = LIST, expected: str = ""
    ) -> Iterator[Page]:
        """Open the page; fail if it then asks another host for anything, writes an error, opens a dialog or sets `ran`.

        Args:
            address: Of the server, without a slash at its end, and what follows it.
            options: Of the context, besides the size of a desktop's window.
            until: What to wait for.
            expected: What an error on the console may hold, where one is provoked; browsers write one for each answer
                with the status of a failure.
        """
        page = self.get(DESKTOP | (options or {})).new_page()
        forbidden: list[str] = []
        host = "/".join(address.split("/")[:3])
        local = (f"{host}/", f"blob:{host}/", "data:", "about:")
        page.on("request", lambda sent: None if sent.url.startswith(local) else forbidden.append(sent.url))
        page.on("console", lambda message: forbidden.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: forbidden.append(str(error)))
        page.on("dialog", lambda dialog: forbidden.append(dialog.message))
        page.on("dialog", lambda dialog: dialog.dismiss())
        page.goto(address)
        page.wait_for_selector("#q textarea")
        page.wait_for_selector(until)
        yield page
        ran = page.evaluate("window.ran")
        page.close()
        assert [each for each in forbidden if not (expected and expected in each)] == []
        assert ran is None


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Give the one Chromium of a module."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed")
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def contexts(browser: Browser) -> Contexts:
    """Give the browser's contexts."""
    return Contexts(browser)


@pytest.fixture
def page(contexts: Contexts, address: str, request: pytest.FixtureRequest) -> Iterator[Page]:
    """Open the page, with the options of the test's parameter, and watch it as `Contexts.opened` does."""
    with contexts.opened(address, getattr(request, "param", None)) as page:
        yield page


def ask(page: Page, question: str, *, until: str = "") -> None:
    """Type a question, press Enter and wait for its answer."""
    answers = page.locator("#chat .bot-row").count()
    page.fill("#q textarea", question)
    page.press("#q textarea", "Enter")
    page.wait_for_function("n => document.querySelectorAll('#chat .bot-row').length > n", arg=answers)
    page.wait_for_selector(until or "#q .submit-button")


def focused(page: Page) -> str:
    """Give the text or label of what has the focus."""
    return str(page.evaluate("(document.activeElement.ariaLabel || document.activeElement.innerText).trim()"))


def mark_is_visible(page: Page) -> bool:
    """Tell whether the first line of the mark lies in the visible part of the document pane and of the window."""
    return bool(
        page.evaluate(
            """() => {
              const mark = document.querySelector('#viewer mark').getClientRects()[0];
              const pane = document.querySelector('#viewer .doc').getBoundingClientRect();
              return mark.top >= Math.max(pane.top, 0) && mark.bottom <= Math.min(pane.bottom, innerHeight);
            }"""
        )
    )


def overflow(page: Page) -> int:
    """Give by how many pixels the page is wider than its window."""
    return int(page.evaluate("document.documentElement.scrollWidth - innerWidth"))
