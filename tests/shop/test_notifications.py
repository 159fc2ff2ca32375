"""Notifications: what a user finds in the inbox, and what is still unread."""

import asyncio
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.processes import Stack

INBOX = """query($unread: Boolean! = false, $first: Int, $after: String) {
  notifications(unreadOnly: $unread, first: $first, after: $after) { unreadCount pageInfo { hasNextPage endCursor }
    edges { node { id title body readAt createdAt event { id type subjectId ... on OrderEvent { order { version } } } }
    } } }"""
MARK = "mutation($ids: [ID!], $all: Boolean) { markNotificationsRead(ids: $ids, all: $all) { unreadCount } }"


def notes(inbox: dict[str, Any]) -> list[dict[str, Any]]:
    return [edge["node"] for edge in inbox["edges"]]


async def filled(client: Client, count: int) -> list[dict[str, Any]]:
    """The inbox, newest first, once so many orders have been placed and processed."""
    before = (await client.run(INBOX))["unreadCount"]
    for _ in range(count):
        await client.order()
    await client.until(lambda inbox: inbox["unreadCount"] == before + count, INBOX)
    return notes(await client.run(INBOX, first=100))


async def test_an_inbox_begins_empty(customer: Client) -> None:
    inbox = await customer.run(INBOX)
    assert (inbox["edges"], inbox["unreadCount"]) == ([], 0)


async def test_the_inbox_tells_of_each_order_that_is_ready(customer: Client) -> None:
    orders = [await customer.order() for _ in range(3)]
    inbox = await customer.until(lambda found: len(found["edges"]) == 3, INBOX)
    assert inbox["unreadCount"] == 3
    assert [note["event"]["subjectId"] for note in notes(inbox)] == [order["id"] for order in reversed(orders)]
    assert {note["title"] for note in notes(inbox)} == {f"Order {order['number']} is ready" for order in orders}
    assert all(note["readAt"] is None for note in notes(inbox))
    assert all(note["event"]["order"] == {"version": 2} for note in notes(inbox))


async def test_some_are_marked_as_read_and_the_rest_stays_unread(stack: Stack, customer: Client) -> None:
    newest, middle, oldest = await filled(customer, 3)
    assert await customer.run(MARK, ids=[newest["id"], oldest["id"]]) == {"unreadCount": 1}
    there = customer.at(stack.apis[-1].url)
    inbox = await there.run(INBOX)
    assert [note["readAt"] is None for note in notes(inbox)] == [False, True, False]
    unread = await there.run(INBOX, unread=True)
    assert ([note["id"] for note in notes(unread)], unread["unreadCount"]) == ([middle["id"]], 1)


async def test_all_are_marked_as_read_and_new_ones_are_unread_again(customer: Client) -> None:
    await filled(customer, 2)
    assert await customer.run(MARK, all=True) == {"unreadCount": 0}
    (newest, *_) = await filled(customer, 1)
    assert newest["readAt"] is None
    assert (await customer.run(INBOX))["unreadCount"] == 1


async def test_what_was_read_keeps_the_time_when_it_was(customer: Client) -> None:
    (note,) = await filled(customer, 1)
    await customer.run(MARK, ids=[note["id"]])
    (read,) = notes(await customer.run(INBOX))
    assert note["createdAt"] < read["readAt"]
    await customer.run(MARK, ids=[note["id"]])
    await customer.run(MARK, all=True)
    assert notes(await customer.run(INBOX)) == [read]


async def test_the_ids_of_anothers_notifications_change_nothing(
    customer: Client, stranger: Client, staff: Client
) -> None:
    (theirs,) = await filled(stranger, 1)
    (mine,) = await filled(customer, 1)
    for client in (customer, staff):
        before = (await client.run(INBOX))["unreadCount"]
        assert await client.run(MARK, ids=[theirs["id"], "garbage"]) == {"unreadCount": before}
    await customer.run(MARK, all=True)
    assert notes(await stranger.run(INBOX)) == [theirs]
    assert notes(await customer.run(INBOX))[0]["id"] == mine["id"]
    assert theirs["id"] not in {note["id"] for note in notes(await staff.run(INBOX))}


@pytest.mark.parametrize(
    "given", [{}, {"ids": ["1"], "all": True}, {"all": False}, {"ids": None, "all": None}], ids=str
)
async def test_what_to_mark_is_said_in_one_way(customer: Client, given: dict[str, Any]) -> None:
    assert await customer.code(MARK, **given) == "BAD_USER_INPUT"


async def test_marking_none_leaves_all_unread(customer: Client) -> None:
    await filled(customer, 1)
    assert await customer.run(MARK, ids=[]) == {"unreadCount": 1}


async def test_the_inbox_is_paged(customer: Client) -> None:
    everything = await filled(customer, 5)
    first = await customer.run(INBOX, first=3)
    rest = await customer.run(INBOX, first=3, after=first["pageInfo"]["endCursor"])
    assert notes(first) + notes(rest) == everything
    assert (first["pageInfo"]["hasNextPage"], rest["pageInfo"]["hasNextPage"]) == (True, False)
    assert (first["unreadCount"], rest["unreadCount"]) == (5, 5)


async def test_fifty_orders_at_once_are_fifty_notifications(stack: Stack, customer: Client) -> None:
    there = customer.at(stack.apis[-1].url)
    orders = await asyncio.gather(*((customer, there)[n % 2].order() for n in range(50)))
    inbox = await customer.until(lambda found: len(found["edges"]) >= 50, INBOX, first=100)
    assert sorted(note["event"]["subjectId"] for note in notes(inbox)) == sorted(order["id"] for order in orders)
    assert inbox["unreadCount"] == 50


async def test_nobody_has_no_inbox(nobody: Client) -> None:
    assert await nobody.code(INBOX) == "UNAUTHENTICATED"
    assert await nobody.code(MARK, all=True) == "UNAUTHENTICATED"
