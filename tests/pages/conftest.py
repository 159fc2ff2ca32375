"""A browser for the tests of a worker, and windows in it that are watched."""

import shutil
from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, async_playwright, expect

from tests.pages.visiting import Visits
from tests.support.processes import Stack

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-dev-shm-usage"]

expect.set_options(timeout=20_000)  # milliseconds; a machine that runs all tests at once is slow


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    chromium = shutil.which("chromium")
    assert chromium, "chromium is not installed; ./run test installs it"
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=chromium, args=["--headless", *ARGUMENTS])
        yield browser
        await browser.close()


@pytest.fixture
async def visit(browser: Browser, stack: Stack) -> AsyncIterator[Visits]:
    """`await visit(email=…)` opens a window at the shared shop. What a page must never do fails the test."""
    visits = Visits(browser, stack.url)
    yield visits
    await visits.close()
