"""Baskets and payments, with each of the cards that the simulated processor knows."""

from playwright.async_api import Page, expect

from tests.pages.doing import article, describe, orders_of, place, status_of, type_card
from tests.pages.visiting import Visits
from tests.support.client import Client
from tests.support.processes import Stack

GOOD, TWICE = "4242 4242 4242 4242", "4000 0000 0000 0101"
NO_MONEY, LOST, FAULT = "4000 0000 0000 9995", "4000 0000 0000 9987", "4000 0000 0000 0119"
NO_ANSWER, LATE, AT_LAST = "4000 0000 0000 0259", "4000 0000 0000 0341", "4000 0000 0000 0069"


async def test_a_basket_is_kept_over_a_reload_and_paid_by_card(visit: Visits, stack: Stack, customer: Client) -> None:
    lamp = await article(stack, quantity=1)
    ana = await visit(email=customer.user["email"])
    page = await ana.go(f"/?search={lamp['name'].replace(' ', '+')}")
    await page.get_by_role("link", name=lamp["name"]).click()
    await page.get_by_role("button", name="Put in the basket").click()
    await expect(page.get_by_role("button", name="Put in the basket")).to_be_disabled()
    await ana.go("/basket")
    await expect(page.get_by_role("link", name=lamp["name"])).to_be_visible()
    await type_card(page, "4242 4242 4242 4241", **{"Security code": "1"})
    await place(page)
    await expect(page.get_by_text("This is not the number of a card.")).to_be_visible()
    await type_card(page, GOOD)
    await place(page)
    await expect(status_of(page, "Paid")).to_be_visible()
    await expect(status_of(page, "Processed")).to_be_visible()
    await expect(page.get_by_role("main").get_by_text("···· 4242").first).to_be_visible()
    assert "4242424242424242" not in await page.evaluate("JSON.stringify({...localStorage, ...sessionStorage})")
    assert [order["paymentState"] for order in await orders_of(customer)] == ["PAID"]
    await ana.go("/basket")
    await expect(page.get_by_text("The basket is empty.")).to_be_visible()


async def test_what_a_card_cannot_do_another_can(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page = await ana.go("/orders/new")
    await describe(page)
    await page.get_by_text("Card", exact=True).click()
    await type_card(page, NO_MONEY)
    await place(page)
    await expect(page.get_by_text("There is not enough money on the card.")).to_be_visible()
    await pay_again(page, LOST)
    await expect(page.get_by_text("The card was reported lost.")).to_be_visible()
    await pay_again(page, FAULT)
    await expect(page.get_by_text("The processor of cards had a fault.")).to_be_visible()
    await expect(status_of(page, "Awaiting payment")).to_be_visible()
    await pay_again(page, AT_LAST)  # declined, and approved after all
    await expect(status_of(page, "Paid")).to_be_visible()
    assert len(await orders_of(customer)) == 1


async def test_an_answer_may_come_late_or_twice_or_never(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page = ana.page
    for card in (LATE, TWICE):
        await by_card(page, ana.watch.origin, card)
        await expect(status_of(page, "Paid")).to_be_visible()
        await expect(page.get_by_text("Approved", exact=True)).to_have_count(1)
    await by_card(page, ana.watch.origin, NO_ANSWER)
    await expect(page.get_by_text("Requested", exact=True)).to_be_visible()
    await expect(page.get_by_role("button", name="Pay", exact=True)).to_have_count(0)


async def test_a_transfer_waits_for_the_money_and_cash_does_not(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page = await ana.go("/orders/new")
    await describe(page)
    await page.get_by_text("Bank transfer", exact=True).click()
    await place(page)
    await expect(page.get_by_text("Please fill this in.")).to_be_visible()
    await page.get_by_label("Reference of the transfer").fill("camisa de Ana")
    await place(page)
    await expect(status_of(page, "Awaiting payment")).to_be_visible()
    await ana.go("/orders/new")
    await describe(page)
    await page.get_by_text("Cash", exact=True).click()
    await place(page)
    await expect(status_of(page, "Processed")).to_be_visible()
    assert [order["paymentState"] for order in await orders_of(customer)] == ["NOT_REQUIRED", "AWAITING"]


async def test_every_field_of_a_list_says_what_is_wrong_with_it(visit: Visits, customer: Client) -> None:
    ana = await visit(email=customer.user["email"])
    page = await ana.go("/orders/new")
    await describe(page)
    await page.get_by_role("button", name="Add an item").click()
    second = page.get_by_role("group", name="Item 2")
    await second.get_by_label("Quantity").fill("many")
    await second.get_by_label("Price of one").fill("1.005")
    await place(page)
    await expect(second.get_by_label("Product")).to_have_accessible_description("Please fill this in.")
    await expect(second.get_by_label("Quantity")).to_have_accessible_description("Must be 1 to 10000.")
    await expect(second.get_by_label("Price of one")).to_have_accessible_description("Has more than 2 decimal places.")
    await page.get_by_role("button", name="Remove item 2").click()
    await place(page)
    await expect(status_of(page, "Processed")).to_be_visible()


async def test_stock_and_prices_change_under_the_eyes_of_the_customer(
    visit: Visits, stack: Stack, customer: Client
) -> None:
    lamp = await article(stack, quantity=2)
    ana = await visit(email=customer.user["email"])
    page = await ana.go(f"/articles/{lamp['id']}")
    await expect(page.get_by_text("2 available")).to_be_visible()
    await page.get_by_role("button", name="Put in the basket").click()
    bought = {"items": [{"listed": {"productId": lamp["id"], "quantity": 1}}]}
    create = "mutation($input: CreateOrderInput!) { createOrder(input: $input) { __typename } }"
    await customer.run(create, input=bought)
    await expect(page.get_by_text("The last one")).to_be_visible()
    await page.get_by_role("button", name="In the basket: 1").click()
    await page.get_by_label(f"Quantity of {lamp['name']}").fill("2")
    await expect(page.get_by_text("Only 1 can be had.")).to_be_visible()


async def by_card(page: Page, origin: str, number: str) -> None:
    await page.goto(f"{origin}/orders/new")
    await describe(page)
    await page.get_by_text("Card", exact=True).click()
    await type_card(page, number)
    await place(page)


async def pay_again(page: Page, number: str) -> None:
    await page.get_by_role("button", name="Pay", exact=True).click()
    dialog = page.get_by_role("dialog")
    await type_card(dialog, number)
    await dialog.get_by_role("button", name="Pay €10.00").click()
    await expect(dialog).to_have_count(0)
