"""GraphiQL: from the shop alone, on the shop's own schema, as whoever signs in there."""

import re

from playwright.async_api import Page, expect

from tests.pages.visiting import Visitor, Visits
from tests.support.client import PASSWORD, Client
from tests.support.processes import EmbeddedStack, Stack

PATIENCE = 30_000
EXAMPLES = {"sign-in": "SignIn", "place": "Place", "watch": "Watch", "events": "Events"}


async def opened(visitor: Visitor, path: str = "/graphql") -> Page:
    page = await visitor.go(path)
    await expect(page.locator(".graphiql-query-editor .view-lines")).not_to_be_empty(timeout=PATIENCE)
    return page


async def sign_in(page: Page, email: str, password: str = PASSWORD) -> None:
    await page.get_by_label("Sign in as").select_option("somebody else …")
    form = page.get_by_role("dialog", name="Sign in")
    await form.get_by_label("E-mail").fill(email)
    await form.get_by_label("Password").fill(password)
    await form.get_by_role("button", name="Sign in").click()


async def press_play(page: Page) -> None:
    await page.get_by_role("button", name=re.compile("Execute query")).click()


async def expect_answer(page: Page, text: str) -> None:
    response = page.locator(".graphiql-response .view-lines")
    await expect(response).to_contain_text(text, timeout=PATIENCE)


async def test_it_runs_what_is_asked_as_whoever_has_signed_in(visit: Visits, customer: Client) -> None:
    page = await opened(await visit(), "/graphql?example=place")
    await press_play(page)
    await expect_answer(page, "UNAUTHENTICATED")
    await sign_in(page, customer.user["email"])
    await expect(page.get_by_role("status").first).to_contain_text("Ana, CUSTOMER")
    await press_play(page)
    await expect_answer(page, "SW-")
    orders = await customer.run("{ orders { edges { node { number } } } }")
    [number] = [edge["node"]["number"] for edge in orders["edges"]]
    await expect_answer(page, number)


async def test_a_subscription_shows_an_order_while_it_moves(visit: Visits, customer: Client) -> None:
    """On a websocket that says who is there by its `connection_init`: nobody else sees this order."""
    page = await opened(await visit(), "/graphql?example=watch")
    await sign_in(page, customer.user["email"])
    await expect(page.get_by_role("status").first).to_contain_text("CUSTOMER")
    await press_play(page)
    await expect_answer(page, "cursor")
    order = await customer.order()
    await expect_answer(page, order["number"])
    await expect_answer(page, "PROCESSED")


async def test_a_wrong_password_is_told_in_the_form_and_another_one_may_be_tried(
    visit: Visits, customer: Client
) -> None:
    page = await opened(await visit())
    await sign_in(page, customer.user["email"], "not the password")
    form = page.get_by_role("dialog", name="Sign in")
    await expect(form.get_by_role("alert")).to_contain_text("wrong")
    await form.get_by_label("Password").fill(PASSWORD)
    await form.get_by_role("button", name="Sign in").click()
    await expect(form).to_be_hidden()
    await expect(page.get_by_role("status").first).to_contain_text("CUSTOMER")


async def test_the_demos_people_are_one_choice_away_where_there_are_any(visit: Visits, stack: Stack) -> None:
    page = await opened(await visit(), "/graphql?example=events")
    await page.get_by_label("Sign in as").select_option("operator")
    if isinstance(stack, EmbeddedStack):
        await expect(page.get_by_role("status").first).to_contain_text("OPERATOR")
        await press_play(page)
        await expect_answer(page, "USER_REGISTERED")
    else:
        await expect(page.get_by_role("dialog", name="Sign in").get_by_role("alert")).to_contain_text("no demo users")


async def test_it_leaves_the_sign_in_of_the_shops_own_pages_alone(visit: Visits, customer: Client) -> None:
    visitor = await visit(email=customer.user["email"])
    page = await opened(visitor)
    before = await visitor.context.cookies()
    await expect(page.get_by_role("status").first).to_contain_text("not signed in")
    await sign_in(page, customer.user["email"])
    await expect(page.get_by_role("status").first).to_contain_text("CUSTOMER")
    assert before
    assert await visitor.context.cookies() == before


async def test_a_link_opens_its_example_also_the_second_time(visit: Visits) -> None:
    visitor = await visit()
    await opened(visitor)
    for name, title in {**EXAMPLES, "watch": "Watch"}.items():
        page = await opened(visitor, f"/graphql?example={name}")
        await expect(page.get_by_role("tab", selected=True)).to_contain_text(title)
        await expect(page.locator(".graphiql-query-editor .view-lines")).to_contain_text(title)
        assert await page.get_by_role("tab").filter(has_text=re.compile("|".join(EXAMPLES.values()))).count() == 4


async def test_the_editor_knows_the_schema(visit: Visits) -> None:
    """Its workers run: they mark what is not a field."""
    page = await opened(await visit(), "/graphql?example=events")
    await page.get_by_label("Show GraphiQL Explorer").click()
    await expect(page.locator(".graphiql-explorer-root, .docExplorerWrap").first).to_contain_text(
        "edges", timeout=PATIENCE
    )
    await page.locator(".graphiql-query-editor .view-lines").click()
    await page.keyboard.press("Control+End")
    await page.keyboard.type("\nquery Wrong { nothingOfTheKind }")
    await expect(page.locator(".graphiql-query-editor .squiggly-error").first).to_be_visible(timeout=PATIENCE)
