"""`swapshop bootstrap`: what a new deployment needs once, before its processes start."""

from pathlib import Path

from pydantic import SecretStr

from domain.refusals import Refused
from domain.users import Role, User
from graph.context import Shop
from web import demo_data
from web.processes import migrate_database
from web.settings import NotReady, Settings
from web.wiring import assembled, opened_shop


async def bootstrap(settings: Settings, *, receiver_url: str, secret_file: Path, admin_email: str) -> None:
    """Migrates, makes the admin, and an endpoint of theirs for the receiver, whose secret goes into the file.

    What is there is left as it is, but for the receiver's address: it may be run before every start. The secret is
    printed nowhere. Raises NotReady naming what is missing, and OSError for a file that cannot be read or written.
    """
    if not receiver_url.startswith(("http://", "https://")):
        raise NotReady(f"{receiver_url!r} is not the address of a receiver; write it like http://receiver:8100")
    await migrate_database(settings)
    async with assembled(settings) as parts, opened_shop(parts) as shop:
        admin = await _admin(shop, admin_email, settings.admin_password)
        await demo_data.receiver_endpoint(
            shop, admin, url=f"{receiver_url.rstrip('/')}/webhook", secret_file=secret_file
        )
    print(f"the receiver at {receiver_url} is told of every order; its secret is in {secret_file}")


async def _admin(shop: Shop, email: str, password: SecretStr | None) -> User:
    if password is None:
        raise NotReady("SWAPSHOP_ADMIN_PASSWORD is not set: it is what the admin signs in with")
    try:
        admin = await demo_data.person(
            shop.database,
            shop.passwords,
            Role.ADMIN,
            email=email,
            name="Admin",
            password=password.get_secret_value(),
        )
    except Refused as no:
        raise NotReady(
            f"No admin can be made from --admin-email and SWAPSHOP_ADMIN_PASSWORD: {no.refusal.message}"
        ) from None
    if Role.ADMIN not in admin.roles:
        raise NotReady(f"{email} belongs to a {', '.join(admin.roles)} and not to an ADMIN: give another --admin-email")
    return admin
