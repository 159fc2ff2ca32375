"""Shapes: a stored subscription document makes a webhook's body of an event, and of nothing else."""

import json
from dataclasses import replace
from typing import Any

import pytest

from domain.bodies import body_of
from domain.deliveries import rendered
from domain.events import Event, EventType
from domain.ids import new_id
from domain.orders import OrderStatus
from domain.ports import Shape
from domain.refusals import DocumentInvalid, Refused
from domain.samples import sample
from domain.users import Role, Viewer
from graph.documents import BYTES
from graph.scalars import write_cursor, write_time
from graph.shapes import DocumentShapes
from tests.support.things import make_event, make_order, make_user, make_viewer

ADMIN = make_viewer(Role.ADMIN)
ANA = make_viewer(Role.SELLER)
EVENT = "subscription { events { event { %s } } }"
ORDER = "subscription { ordersUpdated { order { %s } } }"
PUBLISHED = [type for type in EventType if not type.is_internal]
ALL = """subscription Everything { told: events { cursor event { __typename id type subjectId version occurredAt
  correlationId actor { kind }
  ... on OrderEvent { previousStatus order { ...of } }
  ... on PaymentEvent { payment { id method status amount { amount currency } transactionId card { brand last4 }
    declineReason createdAt updatedAt } }
  ... on ProductEvent { product { id sku name description category condition size color price { amount currency }
    imageUrl archived available stock { region onHand reserved available } createdAt version } }
  ... on UserEvent { user { id name email roles active createdAt } }
  ... on WebhookEvent { endpoint { id name status disabledReason types ordering maxInFlight document version } } } } }
fragment of on Order { id number status paymentState total { amount currency } note version createdAt updatedAt
  processedAt cancelReason items { product size color quantity unitPrice { amount } subtotal { amount } } }"""


async def shaped(document: str, viewer: Viewer = ADMIN) -> Shape:
    return await DocumentShapes().of(document, viewer)


async def refusal(document: str, viewer: Viewer = ADMIN) -> tuple[str, ...]:
    with pytest.raises(Refused) as refused:
        await shaped(document, viewer)
    assert isinstance(refused.value.refusal, DocumentInvalid)
    assert refused.value.refusal.message == f"This document cannot shape webhooks: {refused.value.refusal.errors[0]}"
    return refused.value.refusal.errors


async def test_without_a_document_the_body_is_the_default_one() -> None:
    shape, event = await DocumentShapes().of(None, ADMIN), make_event()
    assert shape.wants(event)
    assert shape.body(event) == body_of(event)


async def test_a_body_has_the_data_that_the_document_asks_for_in_the_envelope_that_all_have() -> None:
    order = make_order(serial=7, status=OrderStatus.PROCESSED)
    event = make_event(EventType.ORDER_READY, order, position=3, previous_status=OrderStatus.PENDING)
    shape = await shaped("subscription { updated: ordersUpdated { cursor order { number was: status } event { id } } }")
    assert shape.body(event) == (
        f'{{"type":"order.ready","timestamp":"{write_time(event.at)}","data":{{"updated":{{'
        f'"cursor":"{write_cursor(event.place)}","order":{{"number":"SW-000007","was":"PROCESSED"}},'
        f'"event":{{"id":"{event.id}"}}}}}}}}'
    )


@pytest.mark.parametrize("type", PUBLISHED)
async def test_every_type_of_event_has_a_body_of_a_document_that_asks_for_all_it_may(type: EventType) -> None:
    event = sample(type, owner_id=new_id())
    shape = await shaped(ALL)
    assert shape.wants(event)
    body = json.loads(shape.body(event))
    told = body["data"]["told"]
    assert (body["type"], body["timestamp"]) == (type.dotted, write_time(event.at))
    assert told["cursor"] == write_cursor(event.place)
    found = told["event"]
    assert (found["id"], found["type"], found["subjectId"]) == (str(event.id), type, str(event.subject_id))
    assert (found["actor"]["kind"], found["version"]) == (event.cause.actor.kind, event.version)
    [about] = [found[name] for name in ("order", "payment", "product", "user", "endpoint") if name in found]
    default = next(iter(json.loads(body_of(event))["data"].values()))
    same = set(about) & set(default) - {"items"}
    assert len(same) >= 5
    assert {name: about[name] for name in same} == {name: default[name] for name in same}


async def test_the_same_event_has_the_same_bytes_whenever_it_is_asked() -> None:
    event = sample(EventType.ORDER_READY, owner_id=new_id())
    shapes = DocumentShapes()
    first = (await shapes.of(ALL, ADMIN)).body(event)
    assert {(await shapes.of(ALL, ADMIN)).body(event), (await shaped(ALL)).body(event)} == {first}


async def test_a_shape_is_kept_for_those_who_share_it_and_for_no_others() -> None:
    shapes = DocumentShapes()
    first = await shapes.of(ALL, ADMIN)
    assert await shapes.of(ALL, replace(ADMIN, session_id=new_id())) is first
    assert await shapes.of(ALL, replace(ADMIN, roles=frozenset({Role.SELLER}))) is not first
    assert await shapes.of(ALL, ANA) is not first
    assert await shapes.of(ALL, replace(ADMIN, user_id=new_id())) is not first
    assert await shapes.of(f"{ALL} ", ADMIN) is not first


class TestWants:
    @staticmethod
    async def wants(filter: str, event: Event, *, of: str = "events", viewer: Viewer = ADMIN) -> bool:
        inner = "event { id }" if of == "events" else "order { id }"
        return (await shaped(f"subscription {{ {of}{filter} {{ {inner} }} }}", viewer)).wants(event)

    async def test_a_filter_in_the_document_applies(self) -> None:
        order = make_order(status=OrderStatus.PROCESSED)
        ready = make_event(EventType.ORDER_READY, order, previous_status=OrderStatus.PENDING)
        assert await self.wants("", ready)
        assert await self.wants("(filter: {types: [ORDER_READY]})", ready)
        assert not await self.wants("(filter: {types: [ORDER_CREATED]})", ready)
        assert await self.wants(f'(filter: {{subjectIds: ["{order.id}"]}})', ready)
        assert not await self.wants('(filter: {subjectIds: ["lamp"]})', ready)

    async def test_of_orders_one_that_leaves_the_filter_is_told_too(self) -> None:
        order = make_order(status=OrderStatus.PROCESSED)
        ready = make_event(EventType.ORDER_READY, order, previous_status=OrderStatus.PENDING)
        for status, told in (("PENDING", True), ("PROCESSED", True), ("CANCELLED", False)):
            assert await self.wants(f"(filter: {{status: [{status}]}})", ready, of="ordersUpdated") is told

    async def test_orders_alone_are_told_by_what_follows_orders(self) -> None:
        assert not await self.wants("", make_event(EventType.USER_REGISTERED, make_user()), of="ordersUpdated")

    async def test_a_default_of_a_variable_applies(self) -> None:
        document = """subscription($filter: EventFilter = {types: [ORDER_READY]}, $no: Boolean = false) {
          events(filter: $filter) { event { id @skip(if: $no) } } }"""
        for written in (document, document.replace("EventFilter =", "EventFilter! =")):
            shape = await shaped(written)
            assert shape.wants(make_event(EventType.ORDER_READY))
            assert not shape.wants(make_event(EventType.ORDER_CREATED))


MOMENT = "is of the moment it is asked, not of the event: leave it out."
FIELD = "It must begin with one of events, ordersUpdated."


class TestRefused:
    @pytest.mark.parametrize(
        ("document", "said"),
        [
            (
                "{ me { id } }",
                "It must be a subscription, such as: subscription { ordersUpdated { order { id status } } }",
            ),
            (
                "mutation { logout { sessionsRevoked } }",
                "It must be a subscription, such as: subscription { ordersUpdated { order { id status } } }",
            ),
            ("subscription { notificationReceived { cursor } }", FIELD),
            ('subscription { webhookDeliveryUpdated(endpointId: "lamp") { id } }', FIELD),
            ('subscription { orderUpdated(id: "lamp") { cursor } }', FIELD),
            ("subscription { ...F } fragment F on Subscription { events { cursor } }", FIELD),
            (
                'subscription { events(after: "x") { cursor } }',
                "Leave out `after`: the endpoint has a place of its own in the log.",
            ),
            (
                "subscription($after: Cursor) { events(after: $after) { cursor } }",
                "Leave out `after`: the endpoint has a place of its own in the log.",
            ),
            (
                "subscription($f: EventFilter!) { events(filter: $f) { cursor } }",
                "$f has no value here: write it into the document.",
            ),
            (ORDER % "customer { id }", f"Order.customer {MOMENT}"),
            (ORDER % "id history { edges { cursor } }", f"Order.history {MOMENT}"),
            (EVENT % "actor { user { name } }", f"Actor.user {MOMENT}"),
            (EVENT % "... on WebhookEvent { endpoint { url } }", f"WebhookEndpoint.url {MOMENT}"),
            (EVENT % "... on WebhookEvent { endpoint { s: stats { failed } } }", f"WebhookEndpoint.stats {MOMENT}"),
            (
                EVENT % "... on WebhookEvent { endpoint { deliveries { edges { cursor } } } }",
                f"WebhookEndpoint.deliveries {MOMENT}",
            ),
            ("subscription { events { cursor ", "Syntax Error: Expected Name, found <EOF>."),
            (ORDER % "colour", "Cannot query field 'colour' on type 'Order'. Did you mean 'color'?"),
            ("", "Syntax Error: Unexpected <EOF>."),
        ],
    )
    async def test_what_is_not_of_an_event_alone_is_refused_in_words(self, document: str, said: str) -> None:
        found = await refusal(document)
        assert found == (said,) or ("Did you mean" in said and found[0].startswith(said.partition(" Did")[0]))

    async def test_everything_that_is_wrong_is_said_at_once(self) -> None:
        document = """subscription($id: ID!) { orderUpdated(id: $id) { event {
          actor { user { name } } ... on OrderEvent { order { history { edges { cursor } } } } } } }"""
        unset = "$id has no value here: write it into the document."
        assert await refusal(document) == (FIELD, f"Actor.user {MOMENT}", f"Order.history {MOMENT}", unset)

    async def test_one_beyond_the_limits_is_refused(self) -> None:
        aliases = " ".join(f"a{n}: id" for n in range(400))
        assert "aliases" in (await refusal(ORDER % aliases))[0]
        assert "longer than 32,768 bytes" in (await refusal(ORDER % f"id #{'x' * BYTES}\n"))[0]

    async def test_one_of_several_operations_is_not_guessed(self) -> None:
        both = "subscription A { events { cursor } } subscription B { events { cursor } }"
        assert "say which in `operationName`" in (await refusal(both))[0]

    async def test_a_filter_with_a_value_that_is_none_is_refused(self) -> None:
        found = await refusal("subscription { events(filter: {types: [ORDER_TELEPORTED]}) { cursor } }")
        assert "ORDER_TELEPORTED" in found[0]

    async def test_a_document_that_asks_for_nothing_is_refused(self) -> None:
        found = await refusal("subscription { events @skip(if: true) { cursor } }")
        assert "must not use `@skip` or `@include` directives in the top level selection" in found[0]

    async def test_a_refused_document_is_refused_again(self) -> None:
        shapes = DocumentShapes()
        for _ in range(2):
            with pytest.raises(Refused):
                await shapes.of("{ me { id } }", ADMIN)


async def test_a_body_that_would_have_a_hole_where_there_must_be_none_is_not_rendered() -> None:
    broken: Any = make_order(serial=None)
    shape = await shaped(ORDER % "id total { amount } number")
    assert shape.wants(make_event(EventType.ORDER_READY, broken))
    assert rendered(shape, make_event(EventType.ORDER_READY, broken)) is None
