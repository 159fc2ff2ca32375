"""Sealing: the secrets in the database are brought under the newest key when a worker starts."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from domain.clock import now
from domain.webhooks import WebhookEndpoint, WebhookSecrets
from persistence.database import SqlDatabase, SqlTransaction
from persistence.tables import webhook_endpoints
from tests.persistence.hooks import known
from tests.persistence.shops import Held, Process
from tests.support.things import SECRET, make_endpoint
from web.vault import AesVault
from worker.sealing import resealed

FIRST, SECOND = bytes(range(32)), bytes(range(1, 33))
OLD, NEW = AesVault({"1": FIRST}), AesVault({"2": SECOND, "1": FIRST})
OTHER = "whsec_b3RoZXIgb3RoZXIgb3RoZXIgb3Ro"
SOON = timedelta(hours=1)


async def sealed(database: SqlDatabase, secrets: WebhookSecrets) -> WebhookEndpoint:
    endpoint = await known(database, make_endpoint())
    opened = {"current": OLD.seal(secrets.current, about=endpoint.id)}
    if secrets.old:
        opened["old"] = OLD.seal(secrets.old, about=endpoint.id)
    await database.transact(lambda tx: tx.endpoints.set_secrets(endpoint.id, replace(secrets, **opened)))
    return endpoint


async def of(database: SqlDatabase, endpoint: WebhookEndpoint) -> WebhookSecrets:
    async with database.reading() as rows:
        return await rows.endpoints.secrets(endpoint.id)


async def reseal(database: SqlDatabase, vault: AesVault) -> None:
    await database.transact(lambda tx: resealed(tx, vault))


async def test_with_a_new_key_before_the_old_one_the_old_one_is_soon_needed_no_more(database: SqlDatabase) -> None:
    until = now() + SOON
    one = await sealed(database, WebhookSecrets(current=SECRET))
    two = await sealed(database, WebhookSecrets(current=OTHER, old=SECRET, old_until=until))
    await reseal(database, NEW)
    alone = AesVault({"2": SECOND})
    first, second = await of(database, one), await of(database, two)
    assert alone.open(first.current, about=one.id) == SECRET
    assert first.old is None
    assert alone.open(second.current, about=two.id) == OTHER
    assert second.old
    assert alone.open(second.old, about=two.id) == SECRET
    assert second.old_until == until


async def test_an_old_secret_alone_is_resealed_too(database: SqlDatabase) -> None:
    """As it is when it was replaced while two processes had other keys."""
    endpoint = await known(database, make_endpoint())
    mixed = WebhookSecrets(
        current=NEW.seal(OTHER, about=endpoint.id), old=OLD.seal(SECRET, about=endpoint.id), old_until=now() + SOON
    )
    await database.transact(lambda tx: tx.endpoints.set_secrets(endpoint.id, mixed))
    await reseal(database, NEW)
    found = await of(database, endpoint)
    assert found.old
    assert NEW.is_fresh(found.old)


async def test_what_is_under_the_newest_key_is_left_alone(database: SqlDatabase) -> None:
    endpoint = await sealed(database, WebhookSecrets(current=SECRET))
    before = await of(database, endpoint)
    await reseal(database, OLD)
    assert await of(database, endpoint) == before


async def test_a_secret_from_before_there_were_keys_is_sealed(database: SqlDatabase) -> None:
    endpoint = await known(database, make_endpoint())
    assert await of(database, endpoint) == WebhookSecrets(current=SECRET)
    await reseal(database, NEW)
    found = (await of(database, endpoint)).current
    assert SECRET not in found
    assert NEW.open(found, about=endpoint.id) == SECRET
    async with database.reading() as rows:
        raw = (await rows.connection.execute(select(webhook_endpoints))).all()
    assert "whsec_" not in repr(raw)


async def test_a_key_that_is_missing_is_named_and_nothing_is_resealed(database: SqlDatabase) -> None:
    fine = await known(database, make_endpoint())
    endpoint = await sealed(database, WebhookSecrets(current=SECRET))
    before = [await of(database, one) for one in (fine, endpoint)]
    with pytest.raises(LookupError) as missing:
        await reseal(database, AesVault({"2": SECOND}))
    assert str(missing.value) == (
        f"the secret of endpoint {endpoint.id} needs the key '1', which SWAPSHOP_WEBHOOK_KEYS has not"
    )
    assert [await of(database, one) for one in (fine, endpoint)] == before


async def test_a_secret_that_is_replaced_meanwhile_stays_replaced(
    mariadb_database: SqlDatabase, process: Process
) -> None:
    """On MariaDB, where an owner does not wait for the worker: it looks again at what it is about to write."""
    endpoint = await sealed(mariadb_database, WebhookSecrets(current=SECRET))
    rotated = WebhookSecrets(current=OLD.seal(OTHER, about=endpoint.id))

    async def rotate(tx: SqlTransaction) -> None:
        await tx.endpoints.lock(endpoint.id)
        await tx.endpoints.set_secrets(endpoint.id, rotated)

    async with Held(mariadb_database, rotate):
        worker = process(mariadb_database.url)
        resealing = asyncio.create_task(worker.transact(lambda tx: resealed(tx, NEW)))
        await asyncio.sleep(0.3)  # until it waits for the lock, which nothing tells
    await resealing
    found = await of(mariadb_database, endpoint)
    assert NEW.open(found.current, about=endpoint.id) == OTHER
    assert NEW.is_fresh(found.current)
