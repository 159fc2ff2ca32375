"""What people do on the pages, step by step."""

import os
from typing import Any

from playwright.async_api import Locator, Page

from domain.users import Role
from tests.support.client import PASSWORD, Client
from tests.support.people import signed_in
from tests.support.processes import Stack

CARD = {"Good until": "12 / 40", "Security code": "123", "Name on the card": "Ana"}
CREATE_PRODUCT = """mutation($input: CreateProductInput!) { createProduct(input: $input) {
  __typename ... on Product { id name } ... on Refusal { message } } }"""


async def register(page: Page, *, name: str = "Ana", email: str | None = None) -> str:
    """On the page for it; the e-mail address."""
    email = email or f"{os.urandom(6).hex()}@example.test"
    await page.get_by_label("Name").fill(name)
    await page.get_by_label("E-mail address").fill(email)
    await page.get_by_label("Password").fill(PASSWORD)
    await page.get_by_role("button", name="Create the account").click()
    return email


async def describe(page: Page, *, product: str = "camisa", color: str = "negro", price: str = "10.00") -> None:
    """The first item of an order that is described by hand."""
    await page.get_by_label("Product").fill(product)
    await page.get_by_label("Color").fill(color)
    await page.get_by_label("Price of one").fill(price)


async def place(page: Page) -> None:
    await page.get_by_role("button", name="Place the order").click()


async def type_card(form: Page | Locator, number: str, **fields: str) -> None:
    await form.get_by_label("Card number").fill(number)
    for label, text in {**CARD, **fields}.items():
        await form.get_by_label(label).fill(text)


async def article(stack: Stack, *, quantity: int = 5, **given: Any) -> dict[str, Any]:
    """A new article of a new seller."""
    stock = [{"region": "north", "quantity": quantity}]
    plain = {"sku": os.urandom(4).hex(), "name": f"Lamp {os.urandom(3).hex()}", "category": "lamps"}
    async with await signed_in(stack, Role.SELLER) as seller:
        said = {**plain, "condition": "GOOD", "price": "20.00", "stock": stock, **given}
        product: dict[str, Any] = await seller.run(CREATE_PRODUCT, input=said)
    assert product["__typename"] == "Product", product
    return product


async def orders_of(customer: Client) -> list[dict[str, Any]]:
    """Newest first."""
    found = await customer.run("{ orders(first: 100) { edges { node { id status paymentState } } } }")
    return [edge["node"] for edge in found["edges"]]


async def email_of(client: Client) -> str:
    email: str = (await client.run("{ me { email } }"))["email"]
    return email


def status_of(page: Page, word: str) -> Locator:
    """The order's state, as it stands below its number."""
    return page.get_by_role("main").get_by_role("status").get_by_text(word, exact=True)
