"""People with roles, which nobody can give themselves over the API."""

import os

from domain import users
from domain.ids import new_id
from domain.users import Role
from tests.support.client import PASSWORD, Client
from tests.support.processes import Stack
from web.auth import Argon2Passwords


async def signed_in(stack: Stack, *roles: Role) -> Client:
    """A new user with these roles, signed in at the stack's first API. Close the client."""
    given = users.registration(name="Eva", email=f"{os.urandom(6).hex()}@example.test", password=PASSWORD)
    passwords = Argon2Passwords()
    hashed = await passwords.hash(PASSWORD)
    passwords.close()
    async with stack.looking() as database:
        await database.transact(
            lambda tx: users.register(tx, given, password_hash=hashed, correlation_id=new_id(), roles=roles)
        )
    return await Client(stack.url).login(given.email)
