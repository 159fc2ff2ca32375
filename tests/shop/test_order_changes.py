"""Changes of orders: by their owners while they are PENDING, by staff by hand, and what is told of it."""

import asyncio
from collections import Counter
from typing import Any

import pytest

from domain.users import Role
from tests.support.client import ORDER, READ, SHIRT, TROUSERS, Client
from tests.support.people import signed_in
from tests.support.processes import Stack

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
RESULT = f"""__typename ... on Order {{ {ORDER} }} ... on Refusal {{ message }} ... on NotFound {{ id }}
  ... on InvalidInput {{ issues {{ path code }} }} ... on InvalidTransition {{ from to }}
  ... on VersionConflict {{ expected actual }}"""
UPDATE = f"mutation($input: UpdateOrderInput!) {{ updateOrder(input: $input) {{ {RESULT} }} }}"
PROCESS = f"mutation($id: ID!, $version: Int) {{ processOrder(id: $id, expectedVersion: $version) {{ {RESULT} }} }}"
COMPLETE = f"mutation($id: ID!, $version: Int) {{ completeOrder(id: $id, expectedVersion: $version) {{ {RESULT} }} }}"
CANCEL = f"mutation($id: ID!, $version: Int) {{ cancelOrder(id: $id, expectedVersion: $version) {{ {RESULT} }} }}"
BY_HAND = {"process": PROCESS, "complete": COMPLETE, "cancel": CANCEL}
HISTORY = """query($id: ID!, $first: Int, $after: String) { order(id: $id) { history(first: $first, after: $after) {
  oldest head pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
  edges { cursor node { id type cursor version correlationId occurredAt actor { kind user { id } }
    ... on OrderEvent { previousStatus order { status note version } } } } } } }"""
EVENTS = """subscription($id: ID!) { orderUpdated(id: $id) { cursor order { status version note } event { type } } }"""


async def update(client: Client, order: dict[str, Any], **given: Any) -> dict[str, Any]:
    asked = {"id": order["id"], "expectedVersion": order["version"], **given}
    answer: dict[str, Any] = await client.run(UPDATE, input=asked)
    return answer


async def types_of(client: Client, order: dict[str, Any]) -> list[str]:
    return [event["type"] for event in await history(client, order["id"])]


async def history(client: Client, id: str, least: int = 1) -> list[dict[str, Any]]:
    def is_there(order: dict[str, Any]) -> bool:
        return len(order["history"]["edges"]) >= least

    shown = await client.until(is_there, HISTORY, id=id, first=100)
    return [edge["node"] for edge in shown["history"]["edges"]]


class TestUpdate:
    async def test_an_owner_changes_items_and_note_of_a_pending_order(self, unhurried: Stack, buyer: Client) -> None:
        order = await buyer.order(items=[SHIRT, TROUSERS], note="first")
        there = buyer.at(unhurried.apis[-1].url)
        items = [{"custom": TROUSERS | {"quantity": 3}}, {"custom": SHIRT | {"product": " chaqueta "}}]
        changed = await update(there, order, items=items, note=" second ")
        assert (changed["__typename"], changed["version"], changed["note"]) == ("Order", 2, "second")
        assert [(item["product"], item["quantity"]) for item in changed["items"]] == [("pantalon", 3), ("chaqueta", 1)]
        assert changed["total"]["amount"] == "70.00"
        assert changed["updatedAt"] > changed["createdAt"] == order["createdAt"]
        assert (changed["number"], changed["status"]) == (order["number"], "PENDING")
        for client in (buyer, there):
            assert await client.read(order["id"]) == {name: changed[name] for name in changed if name != "__typename"}

    async def test_what_is_left_out_stays(self, buyer: Client) -> None:
        order = await buyer.order(note="stays")
        items = await update(buyer, order, items=[{"custom": SHIRT}])
        assert (items["note"], len(items["items"])) == ("stays", 1)
        note = await update(buyer, items, note="new")
        assert (note["note"], note["items"]) == ("new", items["items"])
        cleared = await update(buyer, note, note=None)
        assert (cleared["note"], cleared["items"], cleared["version"]) == (None, items["items"], 4)

    @pytest.mark.parametrize(
        "given", [{}, {"note": " same "}, {"items": None}, {"items": [{"custom": SHIRT}]}], ids=str
    )
    async def test_a_change_that_changes_nothing_writes_no_event(self, buyer: Client, given: dict[str, Any]) -> None:
        order = await buyer.order(items=[SHIRT], note="same")
        same = await update(buyer, order, **given)
        assert {**same, "__typename": 0} == {**order, "__typename": 0}
        changed = await update(buyer, order, note="other")
        assert changed["version"] == 2
        assert [event["type"] for event in await history(buyer, order["id"], 2)] == ["ORDER_CREATED", "ORDER_UPDATED"]

    async def test_everything_that_is_wrong_is_told_at_once_and_nothing_changes(self, buyer: Client) -> None:
        order = await buyer.order()
        wrong = [{"custom": SHIRT}, {"custom": SHIRT | {"quantity": 0, "product": ""}}]
        refused = await update(buyer, order, items=wrong, note="n" * 2001)
        assert [".".join(issue["path"]) for issue in refused["issues"]] == [
            "input.items.1.custom.quantity",
            "input.items.1.custom.product",
            "input.note",
        ]
        assert (await update(buyer, order, items=[]))["issues"] == [{"path": ["input", "items"], "code": "COUNT"}]
        assert (await buyer.read(order["id"]))["version"] == 1

    async def test_staff_change_everybodys_orders_and_the_owner_is_told(self, buyer: Client, clerk: Client) -> None:
        order = await buyer.order()
        changed = await update(clerk, order, note="only one left")
        assert changed["note"] == "only one left"
        inbox = await buyer.run("{ notifications { edges { node { title event { type } } } } }")
        assert [edge["node"]["event"]["type"] for edge in inbox["edges"]] == ["ORDER_UPDATED"]

    async def test_somebody_elses_order_is_not_found(self, unhurried: Stack, buyer: Client) -> None:
        order = await buyer.order()
        async with await Client(unhurried.url).register() as other:
            for id in (order["id"], UNKNOWN, "garbage"):
                refused = await update(other, {"id": id, "version": 9}, note="mine")
                assert (refused["__typename"], refused["id"]) == ("NotFound", id)
        assert (await buyer.read(order["id"]))["version"] == 1

    async def test_what_is_no_longer_pending_is_not_changed(self, buyer: Client, clerk: Client) -> None:
        order = await buyer.order()
        processed = await clerk.run(PROCESS, id=order["id"])
        for client in (buyer, clerk):
            refused = await update(client, processed, note="too late")
            assert (refused["__typename"], refused["from"]) == ("InvalidTransition", "PROCESSED")
        assert (await buyer.read(order["id"]))["note"] is None

    async def test_a_subscriber_sees_the_change(self, buyer: Client, clerk: Client) -> None:
        order = await buyer.order()
        async with buyer.subscribe(EVENTS, id=order["id"]) as following:
            await following.next()
            assert (await following.next())["order"]["version"] == 1
            await update(clerk, order, note="new")
            told = await following.next()
            assert told["order"] == {"status": "PENDING", "version": 2, "note": "new"}
            assert told["event"] == {"type": "ORDER_UPDATED"}


class TestByHand:
    async def test_staff_take_an_order_all_the_way(self, unhurried: Stack, buyer: Client, clerk: Client) -> None:
        async with await signed_in(unhurried, Role.ADMIN) as admin:
            order = await buyer.order()
            processed = await clerk.run(PROCESS, id=order["id"], version=1)
            assert (processed["status"], processed["version"]) == ("PROCESSED", 2)
            assert processed["processedAt"] == processed["updatedAt"]
            completed = await admin.run(COMPLETE, id=order["id"], version=2)
            assert (completed["status"], completed["version"]) == ("COMPLETED", 3)
            assert completed["processedAt"] == processed["processedAt"]
            for document in BY_HAND.values():
                refused = await admin.run(document, id=order["id"])
                assert (refused["__typename"], refused["from"]) == ("InvalidTransition", "COMPLETED")
        told = await history(buyer, order["id"], 3)
        assert [event["type"] for event in told] == ["ORDER_CREATED", "ORDER_READY", "ORDER_COMPLETED"]
        inbox = await buyer.run("{ notifications { edges { node { event { type } } } } }")
        assert [edge["node"]["event"]["type"] for edge in inbox["edges"]] == ["ORDER_COMPLETED", "ORDER_READY"]

    async def test_an_order_is_not_completed_before_it_is_processed(self, buyer: Client, clerk: Client) -> None:
        order = await buyer.order()
        refused = await clerk.run(COMPLETE, id=order["id"])
        assert (refused["from"], refused["to"]) == ("PENDING", "COMPLETED")

    @pytest.mark.parametrize("doing", ["process", "complete"])
    async def test_a_customer_does_not_even_for_their_own(self, buyer: Client, doing: str) -> None:
        order = await buyer.order()
        for id in (order["id"], UNKNOWN):
            assert (await buyer.run(BY_HAND[doing], id=id))["__typename"] == "NotAllowed"
        assert (await buyer.read(order["id"]))["version"] == 1

    @pytest.mark.parametrize("doing", BY_HAND)
    async def test_of_two_of_staff_at_once_with_one_version_one_wins(
        self, unhurried: Stack, buyer: Client, clerk: Client, doing: str
    ) -> None:
        there = clerk.at(unhurried.apis[-1].url)
        for _ in range(5):
            order = await buyer.order()
            if doing == "complete":
                order = await clerk.run(PROCESS, id=order["id"])
            answers = await asyncio.gather(
                *(client.run(BY_HAND[doing], id=order["id"], version=order["version"]) for client in (clerk, there))
            )
            assert Counter(answer["__typename"] for answer in answers) == {"Order": 1, "VersionConflict": 1}
            lost = next(answer for answer in answers if answer["__typename"] == "VersionConflict")
            assert (lost["expected"], lost["actual"]) == (order["version"], order["version"] + 1)

    async def test_of_two_who_change_an_order_at_once_one_wins(
        self, unhurried: Stack, buyer: Client, clerk: Client
    ) -> None:
        order = await buyer.order(note="first")
        there = clerk.at(unhurried.apis[-1].url)
        answers = await asyncio.gather(
            *(update(client, order, note=f"note {n}") for n, client in enumerate((buyer, there) * 4))
        )
        assert Counter(answer["__typename"] for answer in answers) == {"Order": 1, "VersionConflict": 7}
        won = next(answer for answer in answers if answer["__typename"] == "Order")
        assert (await there.read(order["id"]))["note"] == won["note"]
        assert await types_of(buyer, order) == ["ORDER_CREATED", "ORDER_UPDATED"]


async def test_a_change_that_meets_the_poller_happens_before_it_or_not_at_all(stack: Stack, customer: Client) -> None:
    """The shop that is in a hurry: orders are promoted at once, and changed in that same moment."""

    async def once(n: int) -> str:
        client = customer.at(stack.apis[n % len(stack.apis)].url)
        order = await client.order(note="first")
        changed = await update(client, order, note="second")
        done = await client.until(lambda found: found["status"] == "PROCESSED", READ, id=order["id"])
        told = await history(client, order["id"], 3 if changed["__typename"] == "Order" else 2)
        if changed["__typename"] == "Order":
            assert (done["note"], done["version"]) == ("second", 3)
            assert [event["type"] for event in told] == ["ORDER_CREATED", "ORDER_UPDATED", "ORDER_READY"]
        else:
            assert (changed["__typename"], changed["actual"]) == ("VersionConflict", 2)
            assert (done["note"], done["version"]) == ("first", 2)
            assert [event["type"] for event in told] == ["ORDER_CREATED", "ORDER_READY"]
        assert [event["version"] for event in told] == list(range(1, len(told) + 1))
        return str(changed["__typename"])

    outcomes = [kind for round in range(5) for kind in await asyncio.gather(*(once(n) for n in range(6)))]
    assert set(outcomes) <= {"Order", "VersionConflict"}


class TestHistory:
    async def test_it_says_what_happened_who_did_it_and_what_belongs_together(
        self, buyer: Client, clerk: Client
    ) -> None:
        order = await buyer.order(note="first")
        await update(clerk, order, note="second")
        await clerk.run(PROCESS, id=order["id"])
        told = await history(clerk, order["id"], 3)
        assert [(event["type"], event["version"], event["previousStatus"]) for event in told] == [
            ("ORDER_CREATED", 1, None),
            ("ORDER_UPDATED", 2, "PENDING"),
            ("ORDER_READY", 3, "PENDING"),
        ]
        assert [event["order"]["note"] for event in told] == ["first", "second", "second"], "as it was then"
        assert [event["actor"]["user"]["id"] for event in told] == [
            buyer.user["id"],
            clerk.user["id"],
            clerk.user["id"],
        ]
        assert len({event["correlationId"] for event in told}) == 3, "three requests"
        assert [event["occurredAt"] for event in told] == sorted(event["occurredAt"] for event in told)
        owners = await history(buyer, order["id"], 3)
        assert [event["actor"] for event in owners] == [
            {"kind": "USER", "user": {"id": buyer.user["id"]}},
            {"kind": "USER", "user": None},
            {"kind": "USER", "user": None},
        ], "who of the staff it was is not the customer's to see"
        assert [event["id"] for event in owners] == [event["id"] for event in told]

    async def test_what_one_request_did_bears_one_id(self, unhurried: Stack, buyer: Client, clerk: Client) -> None:
        one, other = await buyer.order(), await buyer.order()
        both = """mutation($one: ID!, $other: ID!) {
          first: processOrder(id: $one) { __typename } second: processOrder(id: $other) { __typename } }"""
        await clerk.post(both, one=one["id"], other=other["id"])
        ids = {(await history(clerk, order["id"], 2))[-1]["correlationId"] for order in (one, other)}
        assert len(ids) == 1

    async def test_the_poller_is_named_and_is_nobody(self, customer: Client) -> None:
        order = await customer.order()
        told = await history(customer, order["id"], 2)
        assert told[1]["actor"] == {"kind": "POLLER", "user": None}

    async def test_it_is_paged_to_the_end_and_after_it(self, buyer: Client) -> None:
        order = await buyer.order(note="0")
        for n in range(1, 7):
            order |= {"version": (await update(buyer, order, note=str(n)))["version"]}
        await history(buyer, order["id"], 7)
        seen: list[str] = []
        after, more = None, True
        while more:
            page = (await buyer.run(HISTORY, id=order["id"], first=3, after=after))["history"]
            seen += [edge["node"]["order"]["note"] for edge in page["edges"]]
            about = page["pageInfo"]
            assert about["hasPreviousPage"] is (after is not None)
            assert (about["startCursor"], about["endCursor"]) == (
                page["edges"][0]["cursor"],
                page["edges"][-1]["cursor"],
            )
            assert [edge["cursor"] for edge in page["edges"]] == [edge["node"]["cursor"] for edge in page["edges"]]
            after, more = about["endCursor"], about["hasNextPage"]
        assert seen == list("0123456")
        empty = (await buyer.run(HISTORY, id=order["id"], after=after))["history"]
        assert (empty["edges"], empty["pageInfo"]["hasNextPage"]) == ([], False)

    @pytest.mark.parametrize(
        ("part", "code"),
        [
            ({"first": 0}, "BAD_USER_INPUT"),
            ({"first": 101}, "BAD_USER_INPUT"),
            ({"after": "x"}, "CURSOR_INVALID"),
            ({"after": ""}, "CURSOR_INVALID"),
        ],
        ids=str,
    )
    async def test_a_page_that_cannot_be_has_its_code(self, buyer: Client, part: dict[str, Any], code: str) -> None:
        order = await buyer.order()
        assert await buyer.code(HISTORY, id=order["id"], **part) == code
