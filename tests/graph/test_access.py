"""Access: every field is closed until somebody has decided whom it is open to."""

from collections.abc import AsyncGenerator, Iterator, Mapping
from pathlib import Path
from typing import Any, cast

import pytest
import strawberry
from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
)

from domain.users import Role, Viewer
from graph.access import Access, access_of, open_to
from graph.context import Context, Shop
from graph.schema import Schema, schema
from graph.users import User
from tests.graph.access_matrix import ARGUMENTS, FIELDS, NARROWER, For, Id
from tests.support.things import make_user, make_viewer

ROOT = Path(__file__).parents[2]
PRINTED = (ROOT / "schema.graphql").read_text()
SERVED = schema._schema
ROOTS = ("Query", "Mutation", "Subscription")
OF_ROOTS = {For.ANYONE, For.SIGNED_IN, For.STAFF, For.SELLERS, For.ADMIN}


def places(of: GraphQLSchema) -> Iterator[tuple[str, str]]:
    """Where the schema has a field or takes an argument, and the name of the type there."""
    for kind in of.type_map.values():
        if kind.name.startswith("__"):
            continue
        if isinstance(kind, (GraphQLObjectType, GraphQLInterfaceType)):
            for name, field in kind.fields.items():
                yield f"{kind.name}.{name}", get_named_type(field.type).name
                for argument, taken in field.args.items():
                    yield f"{kind.name}.{name}({argument})", get_named_type(taken.type).name
        elif isinstance(kind, GraphQLInputObjectType):
            for name, taken in kind.fields.items():
                yield f"{kind.name}.{name}", get_named_type(taken.type).name


def undecided(of: GraphQLSchema) -> set[str]:
    return {place for place, _ in places(of)} - {*FIELDS, *ARGUMENTS}


@pytest.mark.parametrize("of", [SERVED, build_schema(PRINTED)], ids=["served", "printed"])
def test_every_field_and_argument_has_a_row_and_every_row_is_of_one(of: GraphQLSchema) -> None:
    assert undecided(of) == set()
    assert {*FIELDS, *ARGUMENTS} - {place for place, _ in places(of)} == set(), "rows of nothing"
    assert FIELDS.keys() & ARGUMENTS.keys() == set()


@pytest.mark.parametrize(
    ("was", "becomes", "found"),
    [
        ("  cancelReason: String", "  cancelReason: String margin: Money!", {"Order.margin"}),
        ("order(id: ID!): Order", "order(id: ID!, asOf: DateTime): Order", {"Query.order(asOf)"}),
        ("  logout: LoggedOut!", "  logout: LoggedOut! wipe: Boolean!", {"Mutation.wipe"}),
        ("  expectedVersion: Int!", "  expectedVersion: Int! owner: ID", {"UpdateOrderInput.owner"}),
        ("type WebhookDeleted {", "type Secret { text: String! }\ntype WebhookDeleted {", {"Secret.text"}),
    ],
)
def test_whatever_is_added_without_a_row_is_found(was: str, becomes: str, found: set[str]) -> None:
    assert was in PRINTED
    assert undecided(build_schema(PRINTED.replace(was, becomes, 1))) == found


@pytest.mark.parametrize("place", [place for place in FIELDS if place.partition(".")[0] in ROOTS])
def test_the_roots_are_open_to_whom_the_matrix_says(place: str) -> None:
    root, _, name = place.partition(".")
    kind = SERVED.type_map[root]
    assert isinstance(kind, GraphQLObjectType)
    access = access_of(kind.fields[name])
    assert access
    assert FIELDS[place] in OF_ROOTS
    assert access.name == FIELDS[place].name


def test_what_is_below_the_roots_is_for_those_who_see_it_or_for_fewer() -> None:
    below = {place: decision for place, decision in FIELDS.items() if place.partition(".")[0] not in ROOTS}
    assert OF_ROOTS.isdisjoint(below.values())
    assert NARROWER.keys() <= FIELDS.keys() - below.keys()


def test_the_row_of_an_id_says_what_it_is_of_and_how_anothers_is_answered() -> None:
    ids = {place for place, kind in places(SERVED) if place in ARGUMENTS and kind == "ID"}
    assert {place for place, row in ARGUMENTS.items() if isinstance(row, Id)} == ids


def root(metadata: Mapping[str, object]) -> type:
    @strawberry.type
    class Query:
        @strawberry.field(metadata=metadata)
        def secret(self) -> str:
            return "told"

    return Query


def test_a_root_field_that_is_open_to_nobody_keeps_the_shop_from_starting() -> None:
    with pytest.raises(TypeError, match=r"Query\.secret is open to nobody"):
        Schema(query=root({}))
    assert access_of(Schema(query=root(open_to(Access.STAFF)))._schema.query_type.fields["secret"]) is Access.STAFF


def test_a_subscription_that_is_open_to_nobody_keeps_the_shop_from_starting() -> None:
    @strawberry.type
    class Subscription:
        @strawberry.subscription
        async def secrets(self) -> "AsyncGenerator[str, None]":
            yield "told"

    with pytest.raises(TypeError, match=r"Subscription\.secrets is open to nobody"):
        Schema(query=root(open_to(Access.ANYONE)), subscription=Subscription)


class TestBelowTheRoots:
    """The fields that not everybody who sees the object may see, asked for on an object that anybody is shown."""

    @staticmethod
    def asked(kind: type, value: object, selection: str, viewer: Viewer | None) -> Any:
        @strawberry.type
        class Query:
            @strawberry.field(graphql_type=kind, metadata=open_to(Access.ANYONE))
            def shown(self) -> object:
                return value

        shop = cast(Shop, None)  # nothing of it is asked for
        context = Context(shop=shop, viewer=viewer)
        result = Schema(query=Query).execute_sync(f"{{ shown {{ {selection} }} }}", context_value=context)
        assert result.errors is None
        assert result.data
        return result.data["shown"]

    def test_an_address_is_shown_to_the_user_and_to_staff(self) -> None:
        ana = make_user()
        may = [make_viewer(user_id=ana.id), make_viewer(Role.OPERATOR), make_viewer(Role.ADMIN)]
        for viewer in may:
            assert self.asked(User, ana, "name email", viewer) == {"name": ana.name, "email": ana.email}
        for stranger in (None, make_viewer(), make_viewer(Role.SELLER)):
            assert self.asked(User, ana, "name email", stranger) == {"name": ana.name, "email": None}
