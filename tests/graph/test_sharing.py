"""Sharing: a field that may be each viewer's own, or of this moment, says so, and a document is known by them."""

from collections.abc import Mapping
from typing import Any

import pytest
import strawberry
from graphql import parse, validate
from strawberry.types import Info

from graph.access import Access, open_to
from graph.schema import Schema, schema
from graph.sharing import ALIKE, OWN, STORED, Sharing, fields_by_sharing

CORE = schema._schema


def asks_for_own(document: str, of: Any = CORE) -> bool:
    parsed = parse(document)
    assert not validate(of, parsed)
    return bool(fields_by_sharing(of, parsed)[Sharing.OWN])


def made(metadata: Mapping[str, object] | None) -> Schema:
    """A schema with one field that looks at who asks."""

    @strawberry.type
    class Thing:
        name: str

        @strawberry.field(metadata=metadata)
        def mine(self, info: Info) -> str:
            return str(info.context)

    @strawberry.type
    class Query:
        @strawberry.field(metadata=open_to(Access.ANYONE))
        def thing(self) -> Thing:
            return Thing(name="lamp")

    return Schema(query=Query)


def test_a_field_that_looks_at_who_asks_and_does_not_say_so_stops_the_schema() -> None:
    with pytest.raises(TypeError, match=r"Thing\.mine takes `info`: give it metadata=STORED, ALIKE or OWN"):
        made(None)


@pytest.mark.parametrize(("metadata", "own"), [(STORED, False), (ALIKE, False), (OWN, True)])
def test_one_that_says_so_is_taken_at_its_word(metadata: Mapping[str, object], own: bool) -> None:
    core = made(metadata)._schema
    assert asks_for_own("{ thing { mine } }", core) is own
    assert not asks_for_own("{ thing { name } }", core)


@strawberry.interface
class Shelf:
    label: str

    @strawberry.field(metadata=OWN)
    def yours(self, info: Info) -> bool:
        return bool(info.context)


@strawberry.type
class Drawer(Shelf):
    depth: int


@strawberry.type
class Furniture:
    @strawberry.field(metadata=open_to(Access.ANYONE))
    def shelf(self) -> Shelf:
        return Drawer(label="top", depth=3)


@pytest.mark.parametrize(
    ("document", "own"),
    [
        ("{ shelf { yours } }", True),
        ("{ shelf { label: yours } }", True),
        ("{ shelf { ... on Drawer { yours } } }", True),
        ("{ shelf { ...deep } } fragment deep on Drawer { ...deeper } fragment deeper on Shelf { yours }", True),
        ("{ shelf { yours: label } }", False),
        ("{ shelf { __typename ... on Drawer { depth } } }", False),
    ],
)
def test_it_is_found_in_an_interface_and_in_what_implements_it(document: str, own: bool) -> None:
    assert asks_for_own(document, Schema(query=Furniture, types=[Drawer])._schema) is own


EVENT = "subscription { events { cursor event { %s } } }"


@pytest.mark.parametrize(
    ("document", "own"),
    [
        (EVENT % "id type actor { kind user { id } }", False),
        (EVENT % "... on WebhookEvent { endpoint { name status } }", False),
        (EVENT % "... on WebhookEvent { endpoint { lag } }", True),
        (EVENT % "... on WebhookEvent { about: endpoint { name: lag } }", True),
        (EVENT % "... on Event { ... on WebhookEvent { endpoint { position } } }", True),
        (EVENT % "...told" + " fragment told on WebhookEvent { endpoint { lag } }", True),
        (
            EVENT % "...told"
            + " fragment told on Event { ...hook } fragment hook on WebhookEvent { endpoint { lag } }",
            True,
        ),
        (EVENT % "... on OrderEvent { order { id customer { id } } }", False),
        ("subscription { notificationReceived { unreadCount notification { title event { id } } } }", False),
    ],
)
def test_a_document_of_the_shop_that_asks_for_what_is_each_viewers_own_is_known(document: str, own: bool) -> None:
    assert asks_for_own(document) is own
    assert schema.documents.get(document).has_own is own


@pytest.mark.parametrize(
    ("document", "live"),
    [
        (EVENT % "id type at: occurredAt actor { kind }", []),
        (EVENT % "... on UserEvent { user { name email } }", []),
        (EVENT % "actor { user { id } }", ["Actor.user"]),
        (
            EVENT % "... on WebhookEvent { endpoint { name url lag owner { id } } }",
            ["WebhookEndpoint.owner", "WebhookEndpoint.url", "WebhookEndpoint.lag"],
        ),
        (
            EVENT % "... on OrderEvent { order { who: customer { id } ...past } }"
            + " fragment past on Order { history(first: 1) { edges { node { actor { user { name } } } } } }",
            ["Order.customer", "Order.history", "Actor.user"],
        ),
        ("subscription { ordersUpdated { order { id status customer { id } } } }", ["Order.customer"]),
        ("query { orders { edges { node { id } } } }", []),
    ],
)
def test_the_fields_that_are_of_this_moment_are_known(document: str, live: list[str]) -> None:
    found = schema.documents.get(document)
    assert not found.errors
    assert list(found.live_fields) == live
