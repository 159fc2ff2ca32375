"""Access, asked of the running shop: every root field and every id, by everybody. Made from schema and matrix."""

import json
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack
from typing import Any
from uuid import UUID

import pytest
from graphql import build_schema
from sqlalchemy import select

from domain import products, webhooks
from domain.events import EventType
from domain.ids import new_id
from domain.listings import Listing
from domain.users import Role
from domain.users import Viewer as SignedIn
from graph.scalars import write_cursor
from persistence import tables
from tests.graph.access_matrix import ARGUMENTS, FIELDS, NARROWER, SEEN_BY, For, Id, Opens, Thing, Viewer
from tests.support.calls import UNKNOWN, IdPath, call, id_paths, root_fields
from tests.support.client import Client
from tests.support.people import signed_in
from tests.support.processes import ROOT, Stack
from tests.support.receiver import Receiver
from tests.support.things import make_cause, make_product
from tests.support.waiting import until

SCHEMA = build_schema((ROOT / "schema.graphql").read_text())
ADMITTED = {
    For.ANYONE: frozenset(Viewer),
    For.SIGNED_IN: frozenset(Viewer) - {Viewer.ANONYMOUS},
    For.STAFF: frozenset({Viewer.OPERATOR, Viewer.ADMIN}),
    For.SELLERS: frozenset({Viewer.SELLER, Viewer.ADMIN}),
    For.ADMIN: frozenset({Viewer.ADMIN}),
}
ROLES = {Viewer.SELLER: Role.SELLER, Viewer.OPERATOR: Role.OPERATOR, Viewer.ADMIN: Role.ADMIN}
KEPT = (
    tables.users,
    tables.sessions,
    tables.orders,
    tables.order_items,
    tables.idempotency_keys,
    tables.products,
    tables.product_terms,
    tables.stock_levels,
    tables.stock_movements,
    tables.events,
    tables.notifications,
)
HOOK = "of the access tests"
PROCESS = """mutation($id: ID!) { processOrder(id: $id) { __typename } }"""
PING = """mutation($id: ID!) { pingWebhookEndpoint(id: $id) { ... on WebhookDelivery { id } } }"""


class People:
    """One client for each viewer, and what belongs to their users."""

    def __init__(self, stack: Stack, receiver: Receiver, clients: Mapping[Viewer, Client]) -> None:
        self.stack = stack
        self.receiver = receiver
        self.clients = clients
        self.emails = {viewer: client.user["email"] for viewer, client in clients.items() if client.token}

    def __getitem__(self, viewer: Viewer) -> Client:
        return self.clients[viewer]

    async def sign_in_again(self, viewer: Viewer) -> None:
        """So that one call does not suffer from what the one before has ended."""
        if viewer is not Viewer.ANONYMOUS:
            self[viewer].token = None
            await self[viewer].login(self.emails[viewer])

    async def make(self, thing: Thing, owner: Viewer) -> str:
        """A new one that is the owner's; its id."""
        client = self[owner]
        match thing:
            case Thing.ORDER | Thing.SUBJECT:
                id = (await client.order())["id"]
            case Thing.PAYMENT:
                order = await client.order(payment={"cash": True})
                found = await client.run("query($id: ID!) { order(id: $id) { payments { id } } }", id=order["id"])
                id = found["payments"][0]["id"]
            case Thing.CUSTOMER:
                await client.order()
                id = client.user["id"]
            case Thing.ENDPOINT:
                id = await self._endpoint(client)
            case Thing.DELIVERY:
                id = (await self[Viewer.ADMIN].run(PING, id=await self._endpoint(client)))["id"]
            case Thing.SESSION:
                async with await Client(client.url).login(self.emails[owner]) as elsewhere:
                    sessions = await elsewhere.run("{ sessions { id current } }")
                id = next(session["id"] for session in sessions if session["current"])
            case Thing.NOTIFICATION:
                await self[Viewer.OPERATOR].run(PROCESS, id=(await client.order())["id"])
                inbox = await client.run("{ notifications(first: 1) { edges { node { id } } } }")
                id = inbox["edges"][0]["node"]["id"]
            case Thing.USER:
                async with await Client(client.url).register() as somebody:
                    id = somebody.user["id"]
            case Thing.PRODUCT | Thing.LISTED:
                id = await self._product(client)
            case Thing.LISTER:
                await self._product(client)
                id = client.user["id"]
        return str(id)

    async def _product(self, client: Client) -> str:
        """Of a user who was a seller once."""
        new = make_product(seller_id=UUID(client.user["id"]), sku=str(new_id()))
        async with self.stack.looking() as database:
            await database.transact(
                lambda tx: products.create(tx, Listing(product=new, stock={"north": 3}), cause=make_cause())
            )
        return str(new.id)

    async def _endpoint(self, client: Client) -> str:
        """Of a user who was a seller once: customers cannot make one."""
        seller = SignedIn(user_id=UUID(client.user["id"]), session_id=UUID(UNKNOWN), roles=frozenset({Role.SELLER}))
        secret, types = webhooks.NewSecret(), [EventType.ORDER_COMPLETED]
        new = webhooks.endpoint(seller, name=HOOK, url=self.receiver.url(), types=types, secret_hint=secret.hint)
        async with self.stack.looking() as database:
            await database.transact(lambda tx: webhooks.create(tx, new, secret=secret.text, start=None))
        return str(new.id)


@pytest.fixture
async def people(unhurried: Stack, receiver: Receiver) -> AsyncIterator[People]:
    async with AsyncExitStack() as stack:
        clients: dict[Viewer, Client] = {}
        for viewer in Viewer:
            made = await signed_in(unhurried, ROLES[viewer]) if viewer in ROLES else Client(unhurried.url)
            clients[viewer] = await stack.enter_async_context(made)
            if viewer in (Viewer.OWNER, Viewer.OTHER):
                await made.register()
            if viewer is not Viewer.ANONYMOUS:
                made.user |= await made.run("{ me { id email } }")
        yield People(unhurried, receiver, clients)


def is_let_in(place: str, viewer: Viewer) -> bool:
    return viewer in ADMITTED[FIELDS[place]] & NARROWER.get(place, frozenset(Viewer))


def verdict(answer: str) -> str:
    """How somebody was turned away; "let in" for every other answer to what was executed."""
    body = json.loads(answer)
    errors = body if isinstance(body, list) else body.get("errors") or []
    code = str(errors[0]["extensions"]["code"]) if errors else ""
    if code in ("UNAUTHENTICATED", "FORBIDDEN", "INTERNAL", "UNAVAILABLE"):
        return code
    if isinstance(body, list):
        return "let in" if code == "NOT_FOUND" else code
    if "data" not in body:
        return f"not executed: {errors}"
    value = next(iter((body["data"] or {"": None}).values()))
    return "NotAllowed" if isinstance(value, dict) and value.get("__typename") == "NotAllowed" else "let in"


def expected_verdict(place: str, viewer: Viewer) -> set[str]:
    if is_let_in(place, viewer):
        return {"let in"}
    return {"UNAUTHENTICATED"} if viewer is Viewer.ANONYMOUS else {"NotAllowed", "FORBIDDEN"}


async def written(stack: Stack) -> dict[str, Any]:
    """All that a call could have changed, once the loops of the shop are done with what was owed before."""
    hooks, owed = tables.webhook_endpoints.c, tables.webhook_deliveries.c
    ours = select(owed.id, owed.status, owed.attempt, owed.settled_at).join(
        tables.webhook_endpoints, (hooks.id == owed.endpoint_id) & (hooks.name == HOOK)
    )
    queries = {table.name: select(table) for table in KEPT}
    queries["endpoints"] = select(hooks.id, hooks.name, hooks.url, hooks.status, hooks.version)
    async with stack.looking() as database:

        async def settled() -> bool:
            async with database.reading() as rows:
                found = (await rows.connection.execute(ours)).all()
            return not stack.workers or all(row.settled_at for row in found)

        await until(settled)
        async with database.reading() as rows:
            return {
                name: sorted(map(repr, (await rows.connection.execute(query)).all()))
                for name, query in {**queries, "deliveries": ours}.items()
            }


async def heard_of_all(stack: Stack, people: People) -> None:
    """What was written past the shop it has not been told of: it looks by itself."""
    async with stack.looking() as database, database.reading() as rows:
        head = write_cursor(await rows.events.head())
    await people[Viewer.ADMIN].until(lambda page: page["head"] == head, "{ events(first: 1) { head } }")


async def test_every_root_field_lets_in_whom_the_matrix_says_and_nobody_else(unhurried: Stack, people: People) -> None:
    calls = [(f"{root}.{name}", viewer) for root, name in root_fields(SCHEMA) for viewer in Viewer]
    assert len(calls) > 200
    refused = [one for one in calls if not is_let_in(*one)]
    verdicts: dict[tuple[str, Viewer], str] = {}
    before = await written(unhurried)
    for place, viewer in refused:
        verdicts[place, viewer] = verdict(await call(SCHEMA, *place.split(".")).by(people[viewer]))
    assert await written(unhurried) == before, "who is turned away has changed nothing"
    for place, viewer in calls:
        if (place, viewer) not in verdicts:
            if place.startswith("Mutation."):
                await people.sign_in_again(viewer)
            verdicts[place, viewer] = verdict(await call(SCHEMA, *place.split(".")).by(people[viewer]))
    wrong = {one: said for one, said in verdicts.items() if said not in expected_verdict(*one)}
    assert wrong == {}


async def answers(people: People, viewer: Viewer, at: IdPath, *ids: str) -> list[str]:
    """How a viewer is answered about each id; the id itself, which some answers repeat, is taken out."""
    said = [await call(SCHEMA, at.root, at.field, path=at.path, id=id).by(people[viewer]) for id in ids]
    return [answer.replace(id, "(the id)") for answer, id in zip(said, ids, strict=True)]


def is_answered_as(answer: str, row: Id, at: IdPath) -> bool:
    body = json.loads(answer)
    if isinstance(body, list):  # of a subscription that did not begin
        return row.answer is Opens.NOT_FOUND and body[0]["extensions"]["code"] == "NOT_FOUND"
    if body.get("errors"):
        return row.answer is Opens.NOT_FOUND and body["errors"][0]["extensions"]["code"] == "NOT_FOUND"
    value = body["data"].get(at.field)
    match row.answer:
        case Opens.NULL:
            return value is None
        case Opens.NOT_FOUND:
            return isinstance(value, dict) and value["__typename"] == "NotFound"
        case Opens.EMPTY:
            return value.get("edges", []) == []
        case _:
            return row.answer is Opens.IGNORED


async def test_an_id_of_somebody_else_is_answered_as_one_that_is_not_there(unhurried: Stack, people: People) -> None:
    """Byte for byte, to everybody who does not see the thing, and without changing anything."""
    asked = {at: ARGUMENTS[at.row] for at in id_paths(SCHEMA)}
    assert len(asked) > 15
    theirs = {
        (thing, owner): await people.make(thing, owner) for thing in Thing for owner in (Viewer.OWNER, Viewer.OTHER)
    }
    await heard_of_all(unhurried, people)
    before = await written(unhurried)
    told_apart, answered_otherwise = [], []
    for at, row in asked.items():
        assert isinstance(row, Id), at
        for viewer in Viewer:
            owner = Viewer.OTHER if viewer is Viewer.OWNER else Viewer.OWNER
            if (Viewer.OTHER if viewer is Viewer.OWNER else viewer) in SEEN_BY[row.of]:
                continue
            said = await answers(people, viewer, at, theirs[row.of, owner], UNKNOWN, "garbage")
            if len(set(said)) != 1:
                told_apart.append((at.row, at.place, viewer.name, said))
            if is_let_in(at.place, viewer) and not is_answered_as(said[0], row, at):
                answered_otherwise.append((at.row, at.place, viewer.name, said[0]))
    assert told_apart == []
    assert answered_otherwise == []
    assert await written(unhurried) == before


async def test_an_id_that_one_may_see_is_answered_otherwise(people: People) -> None:
    """Else the test above could not fail."""
    for at in id_paths(SCHEMA):
        row = ARGUMENTS[at.row]
        assert isinstance(row, Id)
        if at.root == "Subscription" and row.answer is Opens.EMPTY:
            continue  # its first message is a cursor, whatever it is about
        if at.field == "updateOrder" and row.of is Thing.LISTED:
            continue  # the order that would list it comes first, and is unknown
        for viewer in SEEN_BY[row.of]:
            if not is_let_in(at.place, viewer):
                continue
            id = await people.make(row.of, Viewer.OWNER)
            unknown, seen = await answers(people, viewer, at, UNKNOWN, id)
            assert seen != unknown, (at.place, viewer)
            assert not is_answered_as(seen, row, at) or row.answer is Opens.IGNORED, (at.place, viewer)


@pytest.mark.parametrize("place", [place for place, decision in FIELDS.items() if decision is For.STAFF_OF_THEM])
async def test_a_customer_who_sees_their_order_does_not_see_what_is_for_staff(people: People, place: str) -> None:
    id = await people.make(Thing.ORDER, Viewer.OWNER)
    document = f"query($id: ID!) {{ order(id: $id) {{ id {place.partition('.')[2]} {{ __typename }} }} }}"
    for viewer, code in ((Viewer.OWNER, "FORBIDDEN"), (Viewer.OPERATOR, None), (Viewer.ADMIN, None)):
        answer = await people[viewer].post(document, id=id)
        assert [error["extensions"]["code"] for error in answer.get("errors", ())] == ([code] if code else []), answer
        assert (answer["data"]["order"] is None) is bool(code)


@pytest.mark.parametrize("place", [place for place, decision in FIELDS.items() if decision is For.MANAGERS])
async def test_an_operator_sees_whose_endpoint_was_pinged_and_not_what_is_managed(people: People, place: str) -> None:
    """An event leads staff to an endpoint that is not theirs."""
    endpoint = await people.make(Thing.ENDPOINT, Viewer.OWNER)
    start = (await people[Viewer.ADMIN].run("{ events(first: 1) { head } }"))["head"]
    await people[Viewer.ADMIN].run(PING, id=endpoint)
    name = place.partition(".")[2]
    asked = f"{name} {{ __typename }}" if name in ("deliveries", "stats") else name
    document = f"""query($after: Cursor, $id: ID!) {{ events(after: $after, filter: {{subjectIds: [$id]}}) {{
      edges {{ node {{ ... on WebhookEvent {{ endpoint {{ id {asked} }} }} }} }} }} }}"""
    pinged = "query($after: Cursor) { events(after: $after) { edges { cursor } } }"
    await people[Viewer.ADMIN].until(lambda page: page["edges"], pinged, after=start)
    for viewer, code in ((Viewer.OPERATOR, "FORBIDDEN"), (Viewer.ADMIN, None), (Viewer.OWNER, None)):
        answer = await people[viewer].post(document, after=start, id=endpoint)
        assert [error["extensions"]["code"] for error in answer.get("errors", ())] == ([code] if code else []), answer
        if not code:
            assert answer["data"]["events"]["edges"][0]["node"]["endpoint"]["id"] == endpoint
