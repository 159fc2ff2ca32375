"""The processes of a shop that is more than one: API, worker, receiver."""

from persistence.database import SqlDatabase
from persistence.migrations import migrate
from web.app import create_app
from web.receiver import create_receiver
from web.serving import Server, bound, stop_signal, url_of
from web.settings import NotReady, Settings
from web.wiring import assembled, opened_shop, working


async def serve(settings: Settings, *, host: str, port: int) -> None:
    asked_to_stop = stop_signal()
    async with assembled(settings) as parts, opened_shop(parts) as shop:
        listener = bound(port, host=host)
        async with Server(create_app(parts, shop), listener):
            print(f"ready {url_of(listener)}", flush=True)
            await asked_to_stop.wait()


async def work(settings: Settings) -> None:
    asked_to_stop = stop_signal()
    async with assembled(settings) as parts, working(parts):
        print("ready worker", flush=True)
        await asked_to_stop.wait()


async def receive(settings: Settings, *, host: str, port: int) -> None:
    asked_to_stop = stop_signal()
    secrets = [secret.get_secret_value() for secret in settings.receiver_secrets]
    if not secrets:
        raise NotReady("SWAPSHOP_RECEIVER_SECRETS is not set: it holds the whsec_… that createWebhookEndpoint gave")
    settings.data.mkdir(parents=True, exist_ok=True)
    listener = bound(port, host=host)
    async with Server(create_receiver(database=settings.data / "receiver.db", secrets=secrets), listener):
        print(f"ready {url_of(listener)}", flush=True)
        await asked_to_stop.wait()


async def migrate_database(settings: Settings) -> None:
    if settings.database_url is None:
        raise NotReady("SWAPSHOP_DATABASE_URL is not set, e.g. mysql+aiomysql://user:password@host/swapshop")
    database = SqlDatabase(settings.database_url.get_secret_value())
    try:
        await migrate(database.writer)
    finally:
        await database.close()
    print("the database has this version's schema")
