"""`swapshop seed`: fills a shop that somebody has named, and takes care that its admin has a password of its own."""

from pydantic import SecretStr

from domain.refusals import Refused
from domain.users import Role
from persistence.database import SqlDatabase
from persistence.migrations import is_current, migrate
from web import folder
from web.auth import Argon2Passwords
from web.card_tokens import HmacCardTokens
from web.demo_data import PASSWORD, email_of
from web.embedded import database_url
from web.seed.filling import fill
from web.settings import NotReady, Settings


async def seed(settings: Settings, *, agreed: bool) -> None:
    """The database of SWAPSHOP_DATABASE_URL, or else the data folder, which only this computer can reach.

    Raises NotReady rather than give a database an admin whose password everybody can read, unless that is `agreed` to.
    """
    if settings.database_url:
        if settings.secret_key is None:
            raise NotReady("SWAPSHOP_SECRET_KEY is not set: the seed needs the one that the shop is served with")
        password = _password(settings, agreed=agreed)
        await _seed(settings.database_url, settings.secret_key, settings, password=password)
        return
    data = settings.data.absolute()
    with folder.locked(data):
        key = settings.secret_key or SecretStr(folder.secret_key(data))
        await _seed(SecretStr(database_url(data)), key, settings, password=PASSWORD, newest=True)


def _password(settings: Settings, *, agreed: bool) -> str:
    own = settings.seed_password.get_secret_value() if settings.seed_password else PASSWORD
    if own == PASSWORD and not agreed:
        raise NotReady(
            f"The seed has an admin, {email_of(Role.ADMIN)}, and everybody can read its password in the source. "
            "Set SWAPSHOP_SEED_PASSWORD to one of your own; or add --yes, for a shop that only you can reach."
        )
    return own


async def _seed(url: SecretStr, key: SecretStr, settings: Settings, *, password: str, newest: bool = False) -> None:
    """With the `newest` schema, or in a database that has it."""
    database, passwords = SqlDatabase(url.get_secret_value()), Argon2Passwords()
    tokens = HmacCardTokens(key.get_secret_value())
    try:
        if newest:
            await migrate(database.writer)
        elif not await is_current(database.reader):
            raise NotReady("The database does not have this version's schema. Run: swapshop migrate")
        filled = await fill(database, passwords, tokens, settings, password=password)
    except Refused as no:
        raise NotReady(f"The seed cannot be planted here: {no.refusal.message}") from None
    finally:
        passwords.close()
        await database.close()
    print(f"the seed is there: {filled.articles} articles were added, {filled.orders} orders moved on")
