"""Endpoints as their owners make and change them."""

import json
from typing import Any

import pytest

from tests.support.client import Client
from tests.support.processes import Stack
from tests.support.receiver import Receiver
from tests.support.webhooks import (
    CREATE,
    DELETE,
    FOUND,
    LIST,
    UNKNOWN,
    UPDATE,
    head,
    listening,
    told,
    updated,
)

DOCUMENT = "subscription { ordersUpdated { order { id number status } } }"
OTHER = "subscription { events { event { type } } }"


def issues(refused: dict[str, Any]) -> dict[str, str]:
    """What is wrong with each field of the input."""
    assert refused["__typename"] == "InvalidInput", refused
    assert all(issue["path"][0] == "input" and issue["message"] for issue in refused["issues"])
    return {issue["path"][-1]: issue["code"] for issue in refused["issues"]}


async def test_a_seller_makes_an_endpoint_and_is_shown_its_secret_once(seller: Client, receiver: Receiver) -> None:
    types = ["ORDER_READY", "ORDER_CREATED", "ORDER_READY"]
    made = await seller.run(CREATE, input={"name": " Depot ", "url": receiver.url("/hook?a=1"), "types": types})
    endpoint = made["endpoint"]
    assert made["secret"].startswith("whsec_")
    assert endpoint["secretHint"].endswith(made["secret"][-4:])
    assert made["secret"] not in json.dumps(endpoint)
    assert endpoint | {"id": 0, "secretHint": 0, "lag": 0} == {
        "id": 0,
        "name": "Depot",
        "url": receiver.url("/hook?a=1"),
        "status": "ENABLED",
        "disabledReason": None,
        "types": ["ORDER_READY", "ORDER_CREATED"],
        "ordering": "NONE",
        "maxInFlight": 8,
        "document": None,
        "secretHint": 0,
        "version": 1,
        "owner": {"id": seller.user["id"]},
        "lag": 0,
    }
    assert await seller.until(lambda found: found["lag"] == 0, FOUND, id=endpoint["id"]) == endpoint | {"lag": 0}
    assert await seller.code("query($id: ID!) { webhookEndpoint(id: $id) { secret } }", id=endpoint["id"]) == (
        "BAD_USER_INPUT"
    )


async def test_staff_may_make_endpoints_and_customers_may_not(
    customer: Client, operator: Client, staff: Client, receiver: Receiver
) -> None:
    given = {"name": "Depot", "url": receiver.url(), "types": ["ORDER_READY"]}
    assert (await customer.run(CREATE, input=given))["__typename"] == "NotAllowed"
    assert (await customer.run(LIST))["edges"] == []
    for client in (operator, staff):
        made = await client.run(CREATE, input=given)
        assert made["__typename"] == "WebhookSecretIssued"
        assert (await client.run(DELETE, id=made["endpoint"]["id"]))["__typename"] == "WebhookDeleted"


@pytest.mark.parametrize(
    "url",
    [
        "",
        "depot",
        "ftp://example.com/",
        "https://",
        "https://u:p@example.com/",
        "https://example.com/#here",
        "https://no such host/",
        "https://no-such-host.invalid/",
        f"https://example.com/{'x' * 2048}",
    ],
    ids=lambda url: url[:24],
)
async def test_an_address_that_cannot_be_sent_to_is_refused(seller: Client, url: str) -> None:
    refused = await seller.run(CREATE, input={"name": "Depot", "url": url, "types": ["ORDER_READY"]})
    assert refused["__typename"] == "UrlRejected"
    assert refused["reason"] in refused["message"]
    assert (await seller.run(LIST))["edges"] == []


async def test_an_endpoint_needs_a_name_and_something_to_listen_to(seller: Client, receiver: Receiver) -> None:
    refused = await seller.run(CREATE, input={"name": "", "url": receiver.url(), "types": []})
    assert issues(refused) == {"name": "LENGTH", "types": "COUNT"}


async def test_nobody_makes_no_endpoint(nobody: Client, receiver: Receiver) -> None:
    given = {"name": "Depot", "url": receiver.url(), "types": ["ORDER_READY"]}
    assert await nobody.code(CREATE, input=given) == "UNAUTHENTICATED"
    assert await nobody.code(LIST) == "UNAUTHENTICATED"


async def test_an_owner_has_twenty_endpoints_and_no_more(seller: Client, receiver: Receiver) -> None:
    for _ in range(20):
        await listening(seller, receiver.url())
    given = {"name": "Depot", "url": receiver.url(), "types": ["ORDER_READY"]}
    refused = await seller.run(CREATE, input=given)
    assert issues(refused) == {"input": "COUNT"}
    assert refused["message"] == "input: there are 20 endpoints already; delete one first"
    [first, *_] = (await seller.run(LIST))["edges"]
    await seller.run(DELETE, id=first["node"]["id"])
    await listening(seller, receiver.url())


async def test_a_new_endpoint_has_what_was_asked_for_or_a_refusal(seller: Client, receiver: Receiver) -> None:
    id, _ = await listening(seller, receiver.url(), document=DOCUMENT, ordering="PER_SUBJECT", maxInFlight=64)
    found = await seller.run(FOUND, id=id)
    assert (found["document"], found["ordering"], found["maxInFlight"]) == (DOCUMENT, "PER_SUBJECT", 64)
    given = {"name": "Depot", "url": receiver.url(), "types": ["ORDER_READY"]}
    assert issues(await seller.run(CREATE, input={**given, "maxInFlight": 65})) == {"maxInFlight": "RANGE"}
    refused = await seller.run(CREATE, input={**given, "document": "{ me { id } }"})
    said = "It must be a subscription, such as: subscription { ordersUpdated { order { id status } } }"
    assert (refused["__typename"], refused["errors"]) == ("DocumentInvalid", [said])
    assert refused["message"] == f"This document cannot shape webhooks: {said}"
    assert await seller.code(CREATE, input={**given, "startFrom": "garbage"}) == "CURSOR_INVALID"
    assert len((await seller.run(LIST))["edges"]) == 1


async def test_an_endpoint_is_told_the_past_after_the_place_that_it_starts_from(
    stack: Stack, seller: Client, receiver: Receiver
) -> None:
    await seller.order()
    start = await head(stack)
    past = [await seller.order() for _ in range(3)]
    await listening(seller, receiver.url(), ["ORDER_CREATED"], startFrom=start)
    await receiver.has(3)
    now = await seller.order()
    expected = sorted(("order.created", order["id"]) for order in [*past, now])
    assert told(list(await receiver.has(4))) == expected


class TestChanging:
    async def test_what_is_left_out_stays_and_no_document_is_a_wish(self, seller: Client, receiver: Receiver) -> None:
        id, _ = await listening(seller, receiver.url(), document=DOCUMENT)
        before = await seller.run(FOUND, id=id)
        renamed = await updated(seller, id, name=" Lager ")
        assert {**renamed, "lag": 0, "__typename": 0} == {
            **before,
            "name": "Lager",
            "version": 2,
            "lag": 0,
            "__typename": 0,
        }
        await updated(seller, id, document=OTHER, types=["ORDER_READY"], ordering="PER_SUBJECT", maxInFlight=1)
        await updated(seller, id, url=receiver.url("/new"), status="PAUSED")
        found = await seller.run(FOUND, id=id)
        assert (found["document"], found["types"], found["ordering"]) == (OTHER, ["ORDER_READY"], "PER_SUBJECT")
        assert (found["maxInFlight"], found["url"], found["status"]) == (1, receiver.url("/new"), "PAUSED")
        assert (found["name"], found["version"]) == ("Lager", 4)
        plain = await updated(seller, id, document=None)
        assert (plain["document"], plain["name"], plain["status"]) == (None, "Lager", "PAUSED")

    async def test_whoever_has_seen_an_older_version_is_told_which_it_is_now(
        self, seller: Client, receiver: Receiver
    ) -> None:
        id, _ = await listening(seller, receiver.url())
        await updated(seller, id, name="Lager")
        refused = await seller.run(UPDATE, input={"id": id, "expectedVersion": 1, "name": "Almacén"})
        assert (refused["__typename"], refused["expected"], refused["actual"]) == ("VersionConflict", 1, 2)
        assert (await seller.run(FOUND, id=id))["name"] == "Lager"

    @pytest.mark.parametrize(
        ("change", "found"),
        [
            ({"name": " "}, {"name": "LENGTH"}),
            ({"name": "x" * 121}, {"name": "LENGTH"}),
            ({"types": []}, {"types": "COUNT"}),
            ({"maxInFlight": 0}, {"maxInFlight": "RANGE"}),
            ({"maxInFlight": 65}, {"maxInFlight": "RANGE"}),
            ({"status": "DISABLED"}, {"status": "VALUE"}),
            (
                {"name": "", "types": [], "maxInFlight": -1},
                {"name": "LENGTH", "types": "COUNT", "maxInFlight": "RANGE"},
            ),
        ],
        ids=str,
    )
    async def test_what_is_wrong_is_said_field_by_field(
        self, seller: Client, receiver: Receiver, change: dict[str, Any], found: dict[str, str]
    ) -> None:
        id, _ = await listening(seller, receiver.url())
        before = await seller.run(FOUND, id=id)
        assert issues(await seller.run(UPDATE, input={"id": id, "expectedVersion": 1, **change})) == found
        assert await seller.run(FOUND, id=id) == before

    async def test_an_address_or_a_document_that_cannot_be_is_refused(self, seller: Client, receiver: Receiver) -> None:
        id, _ = await listening(seller, receiver.url())
        refused = await seller.run(UPDATE, input={"id": id, "expectedVersion": 1, "url": "ftp://example.com/"})
        assert (refused["__typename"], refused["reason"]) == ("UrlRejected", "The url's scheme is ftp; use https.")
        document = "subscription { ordersUpdated { order { customer { id } } } }"
        refused = await seller.run(UPDATE, input={"id": id, "expectedVersion": 1, "document": document})
        assert refused["errors"] == ["Order.customer is of the moment it is asked, not of the event: leave it out."]
        assert (await seller.run(FOUND, id=id))["version"] == 1

    async def test_who_may_not_change_it_learns_nothing_of_it(
        self, seller: Client, operator: Client, staff: Client, receiver: Receiver
    ) -> None:
        id, _ = await listening(seller, receiver.url())
        for change in ({"name": "Mine"}, {"url": "ftp://example.com/"}, {"document": "{ me { id } }"}, {"name": ""}):
            for target in (id, UNKNOWN, "garbage"):
                refused = await operator.run(UPDATE, input={"id": target, "expectedVersion": 7, **change})
                assert refused["__typename"] == "NotFound"
        assert (await staff.run(UPDATE, input={"id": id, "expectedVersion": 1, "name": "Lager"}))["name"] == "Lager"
