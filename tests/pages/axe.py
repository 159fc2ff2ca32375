"""What axe finds wrong with a page, for those who use it with a keyboard or a screen reader."""

from functools import cache
from pathlib import Path
from typing import Any

from playwright.async_api import Page

AXE = Path(__file__).parents[2] / "frontend/node_modules/axe-core/axe.min.js"
RUN = """async () => (await axe.run(document, { resultTypes: ['violations'] })).violations.map(
  ({ id, nodes }) => `${id}: ${nodes.map(({ html, failureSummary }) => html + ' ' + failureSummary).join(' | ')}`)"""


@cache
def source() -> str:
    return AXE.read_text()


async def violations(page: Page) -> Any:
    """One line for each rule that is broken. Evaluated, not added as a script: the policy of the page holds."""
    if not await page.evaluate("'axe' in window"):
        await page.evaluate(source())
    return await page.evaluate(RUN)
