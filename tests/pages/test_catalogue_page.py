"""Articles and stock in the browser: listed by a seller, changed by two at once, adjusted, and seen in the shop."""

from playwright.async_api import expect

from domain.users import Role
from tests.pages.staff import email_of
from tests.pages.visiting import Visits
from tests.support.people import signed_in
from tests.support.processes import Stack

PATIENCE = 20_000
UPDATE = """mutation($input: UpdateProductInput!) { updateProduct(input: $input) {
  __typename ... on Product { id version } ... on Refusal { message } } }"""


async def test_an_article_is_listed_its_stock_adjusted_and_both_are_seen_in_the_shop(
    visit: Visits, stack: Stack
) -> None:
    async with await signed_in(stack, Role.SELLER, Role.CUSTOMER) as seller:
        page = await (await visit(email=await email_of(seller))).go("/catalogue/new")
        await page.get_by_label("Name").fill("Copper samovar")
        await page.get_by_label("Price").fill("dear")
        await page.get_by_role("button", name="List the article").click()
        await expect(page.get_by_text("Please write a number.")).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("Price").fill("49,90")
        await page.get_by_role("combobox", name="Region").fill("north")
        await page.get_by_role("button", name="List the article").click()
        await expect(page.get_by_text("Please fill this in.").first).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("SKU").fill("SAM-1")
        await page.get_by_label("Category").fill("Kitchen")
        await page.get_by_role("button", name="List the article").click()
        north = page.locator("tr[data-region=north]")
        await expect(north).to_contain_text("1", timeout=PATIENCE)
        product_id = page.url.rpartition("/")[2]

        shop = await (await visit(email=await email_of(seller))).go(f"/articles/{product_id}")
        await expect(shop.get_by_role("heading", name="Copper samovar")).to_be_visible(timeout=PATIENCE)
        await expect(shop.get_by_text("The last one").first).to_be_visible(timeout=PATIENCE)

        await page.get_by_role("button", name="Adjust the stock").click()
        await page.get_by_label("Change").fill("-5")
        await page.get_by_label("Reason").fill("Two more were in the cellar.")
        await page.get_by_role("button", name="Adjust", exact=True).click()
        await expect(page.get_by_text("5 were asked for, and 1 can be had.")).to_be_visible(timeout=PATIENCE)
        await page.get_by_label("Change").fill("2")
        await page.get_by_role("button", name="Adjust", exact=True).click()
        await expect(north.get_by_role("cell").last).to_have_text("3", timeout=PATIENCE)
        await expect(page.get_by_text("Two more were in the cellar.")).to_be_visible(timeout=PATIENCE)
        await expect(shop.get_by_text("3 available").first).to_be_visible(timeout=PATIENCE)

        theirs = {"id": product_id, "expectedVersion": 1, "category": "Tea"}
        assert (await seller.run(UPDATE, input=theirs))["__typename"] == "Product"
        await page.get_by_label("Name").fill("Brass samovar")
        await expect(page.get_by_label("Category")).to_have_value("Tea", timeout=PATIENCE)  # told live
        await page.get_by_role("button", name="Save").click()
        await expect(shop.get_by_role("heading", name="Brass samovar")).to_be_visible(timeout=PATIENCE)
        await page.get_by_role("button", name="Archive").click()
        await expect(page.get_by_text("Archived", exact=True)).to_be_visible(timeout=PATIENCE)
