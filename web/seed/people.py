"""The people of the seed: those of the demo, and two sellers who also buy."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from domain import users
from domain.ids import new_id
from domain.ports import Database, Passwords, Transaction
from domain.users import Registration, Role, User
from web.demo_data import PASSWORD, ROLES, email_of, name_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    name: str
    email: str
    roles: tuple[Role, ...]


CLOTHES, ATTIC = "clothes", "attic"
SELLERS = {
    CLOTHES: Person(name="Second Skin", email="clothes@swapshop.test", roles=(Role.CUSTOMER, Role.SELLER)),
    ATTIC: Person(name="Attic & Wheels", email="attic@swapshop.test", roles=(Role.CUSTOMER, Role.SELLER)),
}
PEOPLE = {str(role): Person(name=name_of(role), email=email_of(role), roles=(role,)) for role in ROLES} | SELLERS


def sign_ins(*, seeded: bool) -> list[str]:
    """A line for each of them; without the seed its sellers are not there."""
    there = [one for one in PEOPLE.values() if seeded or one not in SELLERS.values()]
    return [f"sign-in {one.roles[-1].lower()} {one.email} {PASSWORD}" for one in there]


async def people(database: Database, passwords: Passwords, *, password: str) -> Mapping[str, User]:
    """Whoever is missing is made, all in one transaction; those who are there keep their password and their roles.

    Raises Refused(InvalidInput) for a password that nobody may have.
    """
    async with database.reading() as rows:
        found = {key: await rows.users.credentials(one.email) for key, one in PEOPLE.items()}
    known = {key: there[0] for key, there in found.items() if there}
    given = {
        key: users.registration(name=one.name, email=one.email, password=password)
        for key, one in PEOPLE.items()
        if key not in known
    }
    hashes = await asyncio.gather(*(passwords.hash(password) for _ in given))
    new = list(zip(given.items(), hashes, strict=True))
    return {**known, **await database.transact(partial(_register, new=new))} if new else known


async def _register(tx: Transaction, new: Sequence[tuple[tuple[str, Registration], str]]) -> Mapping[str, User]:
    return {
        key: await users.register(tx, given, password_hash=hashed, correlation_id=new_id(), roles=PEOPLE[key].roles)
        for (key, given), hashed in new
    }
