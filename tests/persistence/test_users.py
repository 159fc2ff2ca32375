"""Users in SQL."""

import asyncio
from dataclasses import replace

import pytest

from domain.refusals import Refused
from domain.users import User, registration
from persistence.database import SqlDatabase
from tests.support.things import make_user


async def test_a_user_is_one_row_per_address_in_whatever_spelling(database: SqlDatabase) -> None:
    ana, other = make_user(email="Ana@example.test"), make_user(email="ANA@EXAMPLE.TEST")
    assert await database.transact(lambda tx: tx.users.add(ana, password_hash="hashed"))
    assert not await database.transact(lambda tx: tx.users.add(other, password_hash="other"))
    assert await database.transact(lambda tx: tx.users.add(replace(other, email="áná@x.test"), password_hash="other"))
    async with database.reading() as rows:
        assert await rows.users.credentials(" ana@EXAMPLE.test") == (ana, "hashed")
        assert await rows.users.credentials("ana@x.test") is None


async def test_two_who_register_one_address_at_once_are_one_user(database: SqlDatabase) -> None:
    async def add(user: User) -> bool:
        return await database.transact(lambda tx: tx.users.add(user, password_hash="hashed"))

    added = await asyncio.gather(add(make_user()), add(make_user()))
    assert sorted(added) == [False, True]


@pytest.mark.parametrize("sign", ["\u00df", "\ufdfa", "\u2122"])
async def test_the_longest_address_that_is_taken_can_be_kept(database: SqlDatabase, sign: str) -> None:
    longest = max((sign * n + "@b" for n in range(1, 253)), key=lambda email: len(email) * taken(email))
    user = make_user(email=longest)
    assert await database.transact(lambda tx: tx.users.add(user, password_hash="hashed"))


def taken(email: str) -> bool:
    try:
        registration(name="Ana", email=email, password="correct horse battery")
    except Refused:
        return False
    return True


async def test_what_people_are_called_is_kept_as_they_write_it(database: SqlDatabase) -> None:
    user = make_user(name="Ñandú 👗 " + "é" * 100, email="a" * 241 + "@example.test")
    assert await database.transact(lambda tx: tx.users.add(user, password_hash="hashed"))
    async with database.reading() as rows:
        assert await rows.users.by_ids([user.id]) == {user.id: user}
