"""The processes of a shop that is more than one: API, worker, receiver."""

from contextlib import AsyncExitStack

from starlette.applications import Starlette

from persistence.database import SqlDatabase
from persistence.migrations import migrate
from web.app import create_app
from web.metrics import metrics_route
from web.receiver import create_receiver
from web.serving import Server, bound, stop_signal, url_of
from web.settings import NotReady, Settings
from web.wiring import assembled, opened_shop, working


async def serve(settings: Settings, *, host: str, port: int) -> None:
    asked_to_stop = stop_signal()
    async with assembled(settings) as parts, opened_shop(parts) as shop:
        listener = bound(port, host=host)
        async with Server(create_app(parts, shop), listener, drain=settings.socket_drain.total_seconds()):
            print(f"ready {url_of(listener)}", flush=True)
            await asked_to_stop.wait()


async def work(settings: Settings, *, metrics_host: str, metrics_port: int | None) -> None:
    """`metrics_port` None: no metrics are served."""
    asked_to_stop = stop_signal()
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(assembled(settings))
        await stack.enter_async_context(working(parts))
        if metrics_port is not None:
            listener = bound(metrics_port, host=metrics_host)
            app = Starlette(routes=[metrics_route(parts.metrics, parts.health)])
            await stack.enter_async_context(Server(app, listener))
            print(f"metrics {url_of(listener)}/metrics", flush=True)
        print("ready worker", flush=True)
        await asked_to_stop.wait()


async def receive(settings: Settings, *, host: str, port: int) -> None:
    asked_to_stop = stop_signal()
    if not receiver_secrets(settings):
        raise NotReady("SWAPSHOP_RECEIVER_SECRETS is not set: it holds the whsec_… that createWebhookEndpoint gave")
    settings.data.mkdir(parents=True, exist_ok=True)
    listener = bound(port, host=host)
    inbox = create_receiver(database=settings.data / "receiver.db", secrets=lambda: receiver_secrets(settings))
    async with Server(inbox, listener):
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


def receiver_secrets(settings: Settings) -> list[str]:
    """Those of the environment and those in the file, as it is now."""
    given = [secret.get_secret_value() for secret in settings.receiver_secrets]
    file = settings.receiver_secrets_file
    if file and not file.exists():
        raise NotReady(f"SWAPSHOP_RECEIVER_SECRETS_FILE names {file}, which is not there: swapshop bootstrap makes it")
    return [*given, *(file.read_text().split() if file else [])]
