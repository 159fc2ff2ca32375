"""Server-sent events: the same operations, without a websocket, and whoever comes again goes on where they were."""

import json
from contextlib import AsyncExitStack
from typing import Any

import httpx
import pytest

from tests.support.client import CREATE, SHIRT, Client
from tests.support.processes import Stack
from tests.support.signing_in import sign_in
from tests.support.streams import EVENT_STREAM, EventStream, streamed
from tests.support.waiting import until

UNKNOWN = "019a0000-0000-7000-8000-000000000000"
EVENTS = "subscription($after: Cursor) { events(after: $after) { cursor event { id type } } }"
ORDER_UPDATED = """subscription($id: ID!, $after: Cursor) { orderUpdated(id: $id, after: $after) {
  cursor order { id status version } event { type } } }"""
ORDERS_UPDATED = "subscription { ordersUpdated { cursor order { id status } event { type } } }"
NOTIFICATION_RECEIVED = "subscription { notificationReceived { cursor notification { id } unreadCount } }"
PULL = "query($after: Cursor) { events(after: $after, first: 100) { edges { node { id } } head } }"
LOGOUT = "mutation { logout { sessionsRevoked } }"
ALL = {
    "events": EVENTS,
    "orderUpdated": ORDER_UPDATED,
    "ordersUpdated": ORDERS_UPDATED,
    "notificationReceived": NOTIFICATION_RECEIVED,
}


async def processed(client: Client, *orders: Any) -> None:
    """Returns when the poller has been there, and there is no more to come."""
    for order in orders:
        await client.until(
            lambda found: found["status"] == "PROCESSED",
            "query($id: ID!) { order(id: $id) { status } }",
            id=order["id"],
        )


async def in_the_log(client: Client, after: str, *, count: int) -> list[str]:
    """The ids of so many events, when the API has heard of all of them."""
    page = await client.until(lambda found: len(found["edges"]) >= count, PULL, after=after)
    return [edge["node"]["id"] for edge in page["edges"]]


async def events_up_to(stream: EventStream, id: str) -> list[tuple[str, str]]:
    """The ids of the events that are told up to one of them, each with the id that the stream gives it."""
    seen = await stream.until(lambda one: (one.value["event"] or {}).get("id") == id)
    return [(one.value["event"]["id"], one.id or "") for one in seen if one.value["event"]]


async def open_streams(url: str) -> int:
    async with httpx.AsyncClient(base_url=url) as http:
        lines = (await http.get("/metrics")).text.splitlines()
    return int(float(next(line for line in lines if line.startswith("swapshop_open_sockets ")).split()[1]))


async def until_open(url: str, wanted: int) -> None:
    async def holds() -> bool:
        return await open_streams(url) == wanted

    await until(holds)


class TestStream:
    async def test_it_is_of_the_type_that_was_asked_for_and_kept_by_nobody(self, customer: Client) -> None:
        async with streamed(customer, EVENTS) as stream:
            assert stream.response.status_code == 200
            assert stream.response.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert stream.response.headers["cache-control"] == "no-store"
            assert stream.response.headers["x-accel-buffering"] == "no"
            assert stream.response.headers["x-request-id"]

    @pytest.mark.parametrize("name", ALL)
    async def test_the_id_of_each_event_is_the_cursor_of_its_message(self, customer: Client, name: str) -> None:
        order = await customer.order()
        variables = {"id": order["id"]} if name == "orderUpdated" else {}
        async with streamed(customer, ALL[name], **variables) as stream:
            first = await stream.next()
            assert list(first.data) == ["data"]
            assert not any(first.value.get(part) for part in ("event", "order", "notification"))
            other = order if name == "orderUpdated" else await customer.order()
            await processed(customer, other)
            seen = [first, await stream.next()]
        assert [one.id for one in seen] == [one.value["cursor"] for one in seen]
        assert any(seen[1].value.get(part) for part in ("event", "order", "notification"))

    async def test_get_streams_too(self, customer: Client) -> None:
        headers = {"accept": EVENT_STREAM, "authorization": f"Bearer {customer.token}"}
        async with customer.http.stream("GET", "/graphql", params={"query": EVENTS}, headers=headers) as response:
            stream = EventStream(response)
            await stream.next()
            await customer.order()
            assert (await stream.next()).value["event"]["type"] == "ORDER_CREATED"

    async def test_a_subscription_that_does_not_accept_a_stream_is_refused(self, customer: Client) -> None:
        answer = await customer.http.post("/graphql", json={"query": EVENTS})
        assert answer.status_code == 400
        assert EVENT_STREAM in answer.json()["errors"][0]["message"]


class TestResuming:
    async def test_what_happened_in_between_comes_once_and_in_order_at_any_api(
        self, stack: Stack, customer: Client
    ) -> None:
        told: list[tuple[str, str]] = []
        async with streamed(customer, EVENTS) as stream:
            begin = last = (await stream.next()).id
        assert begin
        for round in range(4):
            missed = [await customer.order() for _ in range(2)]
            await processed(customer, *missed)
            at = customer.at(stack.apis[round % len(stack.apis)].url)
            async with streamed(at, EVENTS, last=last) as stream:
                order = await customer.order()
                await processed(customer, order)
                wanted = await in_the_log(customer, begin, count=(round + 1) * 3 * 2)
                told += await events_up_to(stream, wanted[-2])  # the last one comes with the next stream
                last = told[-1][1]
        async with streamed(customer, EVENTS, last=last) as stream:
            told += await events_up_to(stream, wanted[-1])
        assert [id for id, _ in told] == wanted
        assert len(wanted) == 4 * 3 * 2

    async def test_the_last_event_counts_and_not_where_the_operation_once_began(self, customer: Client) -> None:
        """A browser comes again with the address it had, and with the Last-Event-ID."""
        async with streamed(customer, EVENTS) as stream:
            begin = (await stream.next()).id
            assert begin
            await processed(customer, await customer.order())
            wanted = await in_the_log(customer, begin, count=2)
            [*_, (_, last)] = await events_up_to(stream, wanted[0])
        variables = json.dumps({"after": begin})
        headers = {"accept": EVENT_STREAM, "authorization": f"Bearer {customer.token}", "last-event-id": last}
        parameters = {"query": EVENTS, "variables": variables}
        async with customer.http.stream("GET", "/graphql", params=parameters, headers=headers) as response:
            assert [id for id, _ in await events_up_to(EventStream(response), wanted[-1])] == wanted[1:]

    async def test_an_order_is_not_told_anew_to_whoever_comes_again(self, customer: Client) -> None:
        order = await customer.order()
        await processed(customer, order)
        async with streamed(customer, ORDER_UPDATED, id=order["id"]) as stream:
            seen = await stream.until(lambda one: one.value["order"])
        async with streamed(customer, ORDER_UPDATED, id=order["id"], last=seen[-1].id) as stream:
            first = await stream.next()
            assert first.value == {"cursor": seen[-1].id, "order": None, "event": None}
            with pytest.raises(TimeoutError):
                await stream.next(seconds=0.5)

    @pytest.mark.parametrize("last", ["garbage", "AAAAAAAAAAEAAAAA", "________________"])
    async def test_an_id_that_is_not_of_this_log_is_refused(self, customer: Client, last: str) -> None:
        async with streamed(customer, EVENTS, last=last) as stream:
            refused, complete = await stream.rest()
        assert (refused.code, complete.event) == ("CURSOR_INVALID", "complete")


class TestAtOnce:
    """What is no stream by itself is one event, and `complete`."""

    async def test_a_query_and_a_mutation_are_answered(self, customer: Client) -> None:
        async with streamed(customer, "{ me { id } }") as stream:
            answer, complete = await stream.rest()
        assert (answer.value, answer.id) == ({"id": customer.user["id"]}, None)
        assert (complete.event, complete.data) == ("complete", None)
        async with streamed(customer, CREATE, input={"items": [{"custom": SHIRT}]}) as stream:
            placed, _ = await stream.rest()
        assert (await customer.read(placed.value["id"]))["number"] == placed.value["number"]

    @pytest.mark.parametrize(
        ("document", "variables", "code"),
        [
            ("subscription {", {}, "BAD_USER_INPUT"),
            ("subscription { no }", {}, "BAD_USER_INPUT"),
            ("{ no }", {}, "BAD_USER_INPUT"),
            ("subscription { events { cursor } ordersUpdated { cursor } }", {}, "BAD_USER_INPUT"),
            (ORDER_UPDATED, {}, "BAD_USER_INPUT"),
            (ORDER_UPDATED, {"id": UNKNOWN}, "NOT_FOUND"),
            (EVENTS, {"after": "garbage"}, "CURSOR_INVALID"),
            ("{ system { openSockets } }", {}, "FORBIDDEN"),
        ],
    )
    async def test_an_error_is_told_in_the_stream(
        self, customer: Client, document: str, variables: dict[str, Any], code: str
    ) -> None:
        async with streamed(customer, document, **variables) as stream:
            assert (stream.response.status_code, stream.response.headers["content-type"].partition(";")[0]) == (
                200,
                EVENT_STREAM,
            )
            error, complete = await stream.rest()
        assert (error.code, error.id, complete.event) == (code, None, "complete")

    async def test_nobody_is_told_to_sign_in(self, nobody: Client) -> None:
        async with streamed(nobody, EVENTS) as stream:
            error, _ = await stream.rest()
        assert error.code == "UNAUTHENTICATED"

    async def test_a_token_that_is_not_good_is_a_401(self, nobody: Client) -> None:
        nobody.token = "not.a.token"
        async with streamed(nobody, EVENTS) as stream:
            assert stream.response.status_code == 401
            body = json.loads(await stream.response.aread())
        assert body["errors"][0]["extensions"]["code"] == "UNAUTHENTICATED"

    async def test_a_mutation_is_not_for_get(self, customer: Client) -> None:
        answer = await customer.http.get("/graphql", params={"query": LOGOUT}, headers={"accept": EVENT_STREAM})
        assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


class TestEnding:
    async def test_the_end_of_the_session_ends_its_streams_and_no_others(self, stack: Stack, customer: Client) -> None:
        mine = await sign_in(stack.url, customer.user["email"])
        async with AsyncExitStack() as opened, streamed(customer, EVENTS) as other:
            await other.next()
            streams: list[EventStream] = []
            for api in stack.apis:
                client = await opened.enter_async_context(mine.client(api.url))
                streams.append(await opened.enter_async_context(streamed(client, EVENTS)))
                await streams[-1].next()
            async with mine.client() as leaving:
                await leaving.run(LOGOUT)
            await customer.order()  # too late for the streams that have ended
            for stream in streams:
                error, complete = await stream.rest()
                assert (error.code, complete.event) == ("SESSION_REVOKED", "complete")
            assert (await other.next()).value["event"]["type"] == "ORDER_CREATED"

    async def test_a_client_that_goes_leaves_nothing_behind(self, stack: Stack, customer: Client) -> None:
        await until_open(stack.url, 0)  # those of the tests before end when their client has gone
        for _ in range(3):
            async with streamed(customer, EVENTS) as first, streamed(customer, ORDERS_UPDATED) as second:
                await first.next()
                await second.next()
                assert await open_streams(stack.url) == 2
            await until_open(stack.url, 0)
        await customer.order()
        assert await open_streams(stack.url) == 0

    async def test_a_stream_that_is_complete_leaves_nothing_behind(self, stack: Stack, customer: Client) -> None:
        await until_open(stack.url, 0)
        async with streamed(customer, EVENTS, after="garbage") as stream:
            await stream.rest()
            await until_open(stack.url, 0)
