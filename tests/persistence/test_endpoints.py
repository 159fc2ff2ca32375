"""Endpoints in SQL: cursors on the log, their secrets and circuits."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from domain.circuits import CLOSED, Circuit
from domain.events import START, EventType, Place
from domain.ids import new_id
from domain.ports import Slice
from domain.users import Role
from domain.webhooks import (
    WebhookEndpoint,
    WebhookOrdering,
    WebhookSecrets,
    WebhookStatus,
    create,
    delete,
)
from persistence.database import SqlDatabase, SqlTransaction
from tests.persistence.hooks import SECRETS, claim, ended, known, owed, settle
from tests.persistence.shops import happen
from tests.support.things import NOON, make_endpoint, make_event, make_viewer

DOCUMENT = "subscription { ordersUpdated { order { number } } } # 💡"


async def found(database: SqlDatabase, id: UUID) -> WebhookEndpoint | None:
    async with database.reading() as rows:
        return await rows.endpoints.get(id)


def ids(endpoints: Sequence[WebhookEndpoint]) -> set[UUID]:
    return {endpoint.id for endpoint in endpoints}


async def test_an_endpoint_is_read_as_it_was_written(database: SqlDatabase) -> None:
    plain = await known(database, make_endpoint(types=(EventType.ORDER_READY, EventType.USER_REGISTERED)))
    full = make_endpoint(
        name="Almacén 👗",
        status=WebhookStatus.DISABLED,
        disabled_reason="Nobody answers.",
        ordering=WebhookOrdering.PER_SUBJECT,
        max_in_flight=64,
        document=DOCUMENT,
        version=9,
    )
    await known(database, full)
    assert await found(database, plain.id) == plain
    assert await found(database, full.id) == full
    assert await found(database, new_id()) is None


async def test_a_changed_endpoint_keeps_its_place_its_secrets_and_its_circuit(database: SqlDatabase) -> None:
    endpoint, other, circuit = make_endpoint(), make_endpoint(), Circuit(failures=2, failing_since=NOON)
    await known(database, endpoint)
    await known(database, other)
    place = Place(position=7, mark=b"mark")
    changed = replace(
        endpoint,
        name="Depot",
        url="https://depot.example.test/",
        status=WebhookStatus.PAUSED,
        types=(EventType.ORDER_CANCELLED,),
        ordering=WebhookOrdering.PER_SUBJECT,
        max_in_flight=1,
        document=DOCUMENT,
        version=2,
    )

    async def change(tx: SqlTransaction) -> None:
        await tx.endpoints.set_circuit(endpoint.id, circuit)
        await tx.endpoints.advance([endpoint.id], place)
        await tx.endpoints.update(changed)

    await database.transact(change)
    assert await found(database, endpoint.id) == changed
    assert await found(database, other.id) == other
    async with database.reading() as rows:
        assert await rows.endpoints.place(endpoint.id) == place
        assert await rows.endpoints.secrets(endpoint.id) == SECRETS
        both = {endpoint.id: (changed, circuit), other.id: (other, CLOSED)}
        assert await rows.endpoints.lock_all([endpoint.id, other.id]) == both
        assert await rows.endpoints.place(new_id()) is None


async def test_endpoints_are_locked_together_with_their_circuits(database: SqlDatabase) -> None:
    first, second = await known(database, make_endpoint()), await known(database, make_endpoint())
    await known(database, make_endpoint())
    circuit = Circuit(failures=9, failing_since=NOON, probes=3, retry_at=NOON + timedelta(hours=1))

    async def lock(tx: SqlTransaction) -> object:
        await tx.endpoints.set_circuit(second.id, circuit)
        assert await tx.endpoints.lock_all([]) == {}
        return await tx.endpoints.lock_all([second.id, new_id(), first.id])

    assert await database.transact(lock) == {first.id: (first, CLOSED), second.id: (second, circuit)}


async def test_secrets_are_kept_two_at_a_time(database: SqlDatabase) -> None:
    first, second = await known(database, make_endpoint()), await known(database, make_endpoint())
    both = WebhookSecrets(current="2.new", old="1.old", old_until=NOON)
    await database.transact(lambda tx: tx.endpoints.set_secrets(second.id, both))
    async with database.reading() as rows:
        assert await rows.endpoints.all_secrets() == {first.id: SECRETS, second.id: both}
        assert await rows.endpoints.secrets(second.id) == both


async def test_the_shaped_ones_are_those_that_are_enabled_and_have_a_document(database: SqlDatabase) -> None:
    shaped = await known(database, make_endpoint(document=DOCUMENT))
    await known(database, make_endpoint())
    for status in (WebhookStatus.PAUSED, WebhookStatus.DISABLED):
        await known(database, make_endpoint(document=DOCUMENT, status=status))
    async with database.reading() as rows:
        assert await rows.endpoints.shaped() == [shaped]


async def test_an_owner_lists_theirs_newest_first(database: SqlDatabase) -> None:
    owner_id = new_id()
    mine = [await known(database, make_endpoint(owner_id=owner_id)) for _ in range(3)][::-1]
    other = await known(database, make_endpoint())
    async with database.reading() as rows:
        assert await rows.endpoints.page(Slice(size=2), owner_id=owner_id) == mine[:2]
        assert await rows.endpoints.page(Slice(size=2, after=mine[1].id), owner_id=owner_id) == mine[2:]
        assert await rows.endpoints.page(Slice(size=9), owner_id=None) == [other, *mine]
        assert await rows.endpoints.count(owner_id) == 3
        assert await rows.endpoints.count(new_id()) == 0


async def test_a_new_endpoint_stands_at_the_head_of_the_log_or_where_it_was_asked_to(database: SqlDatabase) -> None:
    first, second = await happen(database, make_event(), make_event())
    fresh, older = make_endpoint(), make_endpoint()
    await database.transact(lambda tx: create(tx, fresh, secret="1.sealed", start=None))
    await database.transact(lambda tx: create(tx, older, secret="1.sealed", start=first.place))
    async with database.reading() as rows:
        assert await rows.endpoints.place(fresh.id) == second.place
        assert await rows.endpoints.place(older.id) == first.place
        assert await rows.endpoints.any_behind(second.place)
        assert not await rows.endpoints.any_behind(first.place)


async def test_endpoints_that_are_behind_are_claimed_by_where_they_stand(database: SqlDatabase) -> None:
    places = [Place(position=position, mark=b"mark") for position in (1, 1, 2, 3)]
    endpoints = [make_endpoint() for _ in places]
    stopped = [make_endpoint(status=status) for status in (WebhookStatus.PAUSED, WebhookStatus.DISABLED)]

    async def add(tx: SqlTransaction) -> None:
        for endpoint, place in zip(endpoints, places, strict=True):
            await tx.endpoints.add(endpoint, secrets=SECRETS, place=place)
        for endpoint in stopped:
            await tx.endpoints.add(endpoint, secrets=SECRETS, place=START)

    await database.transact(add)
    behind = await database.transact(lambda tx: tx.endpoints.claim_behind(places[3], 10))
    assert {place: ids(found) for place, found in behind.items()} == {
        places[0]: ids(endpoints[:2]),
        places[2]: ids(endpoints[2:3]),
    }
    await database.transact(lambda tx: tx.endpoints.advance([endpoints[0].id, endpoints[2].id], places[3]))
    behind = await database.transact(lambda tx: tx.endpoints.claim_behind(places[3], 10))
    assert {place: ids(found) for place, found in behind.items()} == {places[1]: ids(endpoints[1:2])}


async def test_a_deleted_endpoint_leaves_nothing_and_its_neighbour_all(database: SqlDatabase) -> None:
    endpoint, other = make_endpoint(), make_endpoint()
    [delivery] = await owed(database, endpoint)
    [kept] = await owed(database, other)
    claimed = await claim(database, {endpoint.id: 8, other.id: 8})
    await settle(database, *(ended(one, 200) for one in claimed))
    await database.transact(lambda tx: delete(tx, make_viewer(Role.ADMIN), endpoint.id))
    async with database.reading() as rows:
        assert await rows.endpoints.get(endpoint.id) is None
        assert await rows.deliveries.get(delivery.id) is None
        assert await rows.deliveries.attempts(delivery.id) == []
        assert len(await rows.deliveries.attempts(kept.id)) == 1


async def test_an_endpoint_that_listens_to_what_this_version_does_not_know_listens_to_the_rest(
    database: SqlDatabase,
) -> None:
    endpoint = await known(database, make_endpoint(types=(EventType.ORDER_READY,)))
    async with database.writer.begin() as connection:
        await connection.exec_driver_sql("UPDATE webhook_endpoints SET types = 'ORDER_READY,ORDER_TELEPORTED'")
    assert await found(database, endpoint.id) == endpoint
