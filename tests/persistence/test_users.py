"""Users in SQL."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from domain.clock import now
from domain.ids import new_id
from domain.ports import Slice
from domain.refusals import Refused
from domain.users import Role, User, registration
from persistence.database import SqlDatabase
from tests.support.things import ago, make_user


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


async def kept(database: SqlDatabase, *users: User) -> list[User]:
    """Puts the users in, one after the other; the newest first."""
    for user in users:
        assert await database.transact(lambda tx, user=user: tx.users.add(user, password_hash=f"hash of {user.name}"))
    return list(reversed(users))


async def test_a_user_is_changed_and_the_password_stays(database: SqlDatabase) -> None:
    ana, bea = make_user(name="Ana"), make_user(name="Bea", email="bea@example.test")
    await kept(database, ana, bea)
    changed = replace(ana, roles=(Role.SELLER, Role.ADMIN), active=False, version=2)
    await database.transact(lambda tx: tx.users.update(changed, at=now()))
    assert await database.transact(lambda tx: tx.users.lock(ana.id)) == (changed, "hash of Ana")
    assert await database.transact(lambda tx: tx.users.lock(bea.id)) == (bea, "hash of Bea")
    assert await database.transact(lambda tx: tx.users.lock(new_id())) is None
    async with database.reading() as rows:
        assert await rows.users.credentials(ana.email) == (changed, "hash of Ana")


async def test_a_password_is_changed_and_the_user_stays(database: SqlDatabase) -> None:
    ana, bea = make_user(name="Ana"), make_user(name="Bea", email="bea@example.test")
    await kept(database, ana, bea)
    await database.transact(lambda tx: tx.users.set_password(ana.id, "new"))
    assert await database.transact(lambda tx: tx.users.lock(ana.id)) == (ana, "new")
    assert await database.transact(lambda tx: tx.users.lock(bea.id)) == (bea, "hash of Bea")


async def test_who_was_changed_lately_is_found(database: SqlDatabase) -> None:
    ana, bea, cleo, dora = [
        make_user(name=name, email=f"{name}@example.test") for name in ("ana", "bea", "cleo", "dora")
    ]
    await kept(database, ana, bea, cleo, dora)
    at = ago(minutes=5)
    for user, moment in ((ana, at), (bea, at - timedelta(microseconds=1)), (cleo, now())):
        await database.transact(lambda tx, user=user, moment=moment: tx.users.update(user, at=moment))
    async with database.reading() as rows:
        found = [user.id for user in await rows.users.changed_since(at)]
    assert sorted(found) == sorted([ana.id, cleo.id])


async def names(database: SqlDatabase, search: str | None = None, role: Role | None = None) -> list[str]:
    async with database.reading() as rows:
        return [user.name for user in await rows.users.page(Slice(size=9), search=search, role=role)]


async def test_users_are_listed_newest_first_page_by_page(database: SqlDatabase) -> None:
    made = [make_user(name=f"user {n}", email=f"{n}@example.test") for n in range(5)]
    newest = await kept(database, *made)
    async with database.reading() as rows:
        assert await rows.users.page(Slice(size=9), search=None, role=None) == newest
        first = await rows.users.page(Slice(size=2), search=None, role=None)
        rest = await rows.users.page(Slice(size=9, after=first[-1].id), search=None, role=None)
    assert first + rest == newest


async def test_users_are_found_by_part_of_a_name_or_of_an_address(database: SqlDatabase) -> None:
    await kept(
        database,
        make_user(name="Ana 100%", email="one@example.test"),
        make_user(name="Bea_B", email="two@shop.test"),
        make_user(name="bea/b", email="three%@shop.test"),
        make_user(name='O\'Hara \\ "quoted"', email="four@shop.test"),
    )
    assert await names(database, "BEA") == ["bea/b", "Bea_B"]
    assert await names(database, "a_b") == ["Bea_B"]
    assert await names(database, "a/b") == ["bea/b"]
    assert await names(database, "%") == ["bea/b", "Ana 100%"]
    assert await names(database, "O'HARA \\ \"") == ['O\'Hara \\ "quoted"']
    assert await names(database, "Shop.Test") == ['O\'Hara \\ "quoted"', "bea/b", "Bea_B"]
    assert await names(database, " one@ ") == ["Ana 100%"]
    assert await names(database, "nobody") == []
    assert len(await names(database, "")) == 4


async def test_users_are_found_by_a_role_among_others(database: SqlDatabase) -> None:
    await kept(
        database,
        make_user(Role.CUSTOMER, Role.ADMIN, name="Ana", email="one@example.test"),
        make_user(Role.OPERATOR, name="Bea", email="two@example.test"),
        make_user(Role.ADMIN, name="Cleo", email="three@example.test"),
    )
    assert await names(database, role=Role.ADMIN) == ["Cleo", "Ana"]
    assert await names(database, role=Role.OPERATOR) == ["Bea"]
    assert await names(database, role=Role.SELLER) == []
    assert await names(database, "cleo", Role.ADMIN) == ["Cleo"]
    assert await names(database, "bea", Role.ADMIN) == []
