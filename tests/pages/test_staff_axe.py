"""The staff's pages for those who use them with a keyboard or a screen reader: both themes, both languages."""

import pytest
from playwright.async_api import expect

from domain.users import Role
from tests.pages.axe import violations
from tests.pages.staff import email_of
from tests.pages.visiting import Visits
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import Stack
from tests.support.webhooks import listening

PATIENCE = 20_000
PRODUCT = """mutation($input: CreateProductInput!) { createProduct(input: $input) { ... on Product { id } } }"""
ARTICLE = {
    "sku": "AXE-1", "name": "Axe", "category": "Tools", "condition": "GOOD", "price": "5",
    "stock": [{"region": "north", "quantity": 1}],
}  # fmt: skip


@pytest.mark.parametrize("stack", ["embedded"], indirect=True)
@pytest.mark.parametrize(("language", "theme"), [("en", "light"), ("es", "dark")])
async def test_axe_finds_nothing_on_the_staffs_pages(
    visit: Visits, stack: Stack, customer: Client, language: str, theme: str
) -> None:
    async with await signed_in(stack, Role.ADMIN, Role.SELLER) as admin:
        await customer.order()
        endpoint_id, _ = await listening(admin, "http://127.0.0.1:9/hook")
        product_id = (await admin.run(PRODUCT, input=ARTICLE))["id"]
        visitor = await visit(email=await email_of(admin), language=language, theme=theme)
        paths = (
            "/board", "/webhooks", "/webhooks/new", f"/webhooks/{endpoint_id}", "/catalogue", "/catalogue/new",
            f"/catalogue/{product_id}", "/users", "/system",
        )  # fmt: skip
        for path in paths:
            page = await visitor.go(path)
            await expect(page.locator("main h1")).to_be_visible(timeout=PATIENCE)
            await expect(page.get_by_text("Loading …" if language == "en" else "Cargando …")).to_have_count(0)
            assert await violations(page) == [], path
