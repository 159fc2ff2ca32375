"""Demo data: four people to sign in as, and an endpoint for the reference receiver."""

from dataclasses import replace
from pathlib import Path
from uuid import UUID

from domain import users, webhooks
from domain.events import EventType
from domain.ids import new_id
from domain.ports import Database, Passwords, Slice, Transaction
from domain.users import Role, User
from domain.webhooks import NewSecret
from graph.context import Shop
from web.folder import write_secret

PASSWORD = "swap-shop-demo"  # noqa: S105  (printed at every start, on a shop that only this computer can reach)
ROLES = (Role.CUSTOMER, Role.SELLER, Role.OPERATOR, Role.ADMIN)
ENDPOINT = "Reference receiver"
TYPES = (EventType.ORDER_CREATED, EventType.ORDER_READY, EventType.ORDER_CANCELLED, EventType.USER_REGISTERED)


def email_of(role: Role) -> str:
    return f"{role.lower()}@swapshop.test"


def name_of(role: Role) -> str:
    return f"Demo {role.capitalize()}"


async def prepare(shop: Shop, *, receiver_url: str, secret_file: Path) -> None:
    """Makes what is missing; what is there is left alone, but for the receiver's address."""
    people = {
        role: await person(
            shop.database, shop.passwords, role, email=email_of(role), name=name_of(role), password=PASSWORD
        )
        for role in ROLES
    }
    await receiver_endpoint(shop, people[Role.ADMIN], url=f"{receiver_url}/webhook", secret_file=secret_file)


async def person(database: Database, passwords: Passwords, *roles: Role, email: str, name: str, password: str) -> User:
    """Whoever has the e-mail address; a new user with the roles when nobody has. Raises Refused(InvalidInput)."""
    async with database.reading() as rows:
        known = await rows.users.credentials(email)
    if known:
        return known[0]
    given = users.registration(name=name, email=email, password=password)
    hashed = await passwords.hash(password)
    return await database.transact(
        lambda tx: users.register(tx, given, password_hash=hashed, correlation_id=new_id(), roles=roles)
    )


async def receiver_endpoint(shop: Shop, owner: User, *, url: str, secret_file: Path) -> None:
    """One endpoint for the reference receiver, and its secret in the file; one that is there is moved to the URL."""
    async with shop.database.reading() as rows:
        mine = await rows.endpoints.page(Slice(size=webhooks.MOST_ENDPOINTS), owner_id=owner.id)
    known = next((endpoint for endpoint in mine if endpoint.name == ENDPOINT), None)
    if known and secret_file.exists():  # noqa: ASYNC240  (once, at the start)
        await shop.database.transact(lambda tx: _move(tx, known.id, url))
        return
    if known:  # whoever lost the secret cannot verify what is still owed
        await shop.database.transact(lambda tx: tx.endpoints.delete(known.id))
    secret, viewer = NewSecret(), webhooks.viewer_for(owner)
    new = webhooks.endpoint(viewer, name=ENDPOINT, url=url, types=TYPES, secret_hint=secret.hint)
    write_secret(secret_file, secret.text)
    sealed = shop.vault.seal(secret.text, about=new.id)
    await shop.database.transact(lambda tx: webhooks.create(tx, new, secret=sealed, start=None))


async def _move(tx: Transaction, id: UUID, url: str) -> None:
    known = await tx.endpoints.lock(id)
    if known and known.url != url:
        await tx.endpoints.update(replace(known, url=url, version=known.version + 1))
