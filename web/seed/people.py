"""The people of the seed: those of the demo, and two sellers who also buy."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from domain.ports import Database, Passwords
from domain.users import Role, User
from web.demo_data import PASSWORD, ROLES, email_of, name_of, person


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
    """Whoever is missing is made; those who are there keep their password and their roles."""
    found = await asyncio.gather(
        *(
            person(database, passwords, *one.roles, email=one.email, name=one.name, password=password)
            for one in PEOPLE.values()
        )
    )
    return dict(zip(PEOPLE, found, strict=True))
