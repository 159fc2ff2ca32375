"""The embedded default: API, worker and receiver in one process, on SQLite, with no servers."""

from contextlib import AsyncExitStack
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import URL

from persistence.database import SqlDatabase
from persistence.migrations import migrate
from web import demo_data, folder
from web.app import create_app
from web.receiver import create_receiver
from web.seed import filling
from web.seed.people import sign_ins
from web.serving import Server, bound, stop_signal, url_of
from web.settings import Settings
from web.wiring import assembled, opened_shop, working


async def run(settings: Settings, *, port: int, receiver_port: int) -> None:
    """Until Ctrl-C or SIGTERM."""
    data = settings.data.absolute()
    with folder.locked(data):
        await _run(_embedded(settings, data), data, port=port, receiver_port=receiver_port)


def _embedded(settings: Settings, data: Path) -> Settings:
    key = settings.secret_key or SecretStr(folder.secret_key(data))
    url = SecretStr(database_url(data))
    keys = settings.webhook_keys or SecretStr(folder.webhook_keys(data))
    servers = {"database_url": url, "redis_url": None, "mqtt_url": None}
    ours = {"data": data, **servers, "secret_key": key, "webhook_keys": keys}
    return settings.model_copy(update=ours)


def database_url(data: Path) -> str:
    """Of the SQLite database in a data folder."""
    return URL.create("sqlite+aiosqlite", database=str(data / "shop.db")).render_as_string()


async def _run(settings: Settings, data: Path, *, port: int, receiver_port: int) -> None:
    asked_to_stop = stop_signal()
    await _migrate(settings)
    async with AsyncExitStack() as stack:
        parts = await stack.enter_async_context(assembled(settings, embedded=True))
        shop = await stack.enter_async_context(opened_shop(parts))
        await stack.enter_async_context(working(parts))
        inbox = create_receiver(database=data / "receiver.db", secrets=lambda: _secrets(data))
        listener, receiver_listener = bound(port), bound(receiver_port)
        await stack.enter_async_context(Server(inbox, receiver_listener))
        receiver_url = url_of(receiver_listener)
        await filling.begin(parts.database, shop, settings)
        await demo_data.prepare(shop, receiver_url=receiver_url, secret_file=data / "receiver.secret")
        api = Server(create_app(parts, shop), listener, drain=settings.socket_drain.total_seconds())
        await stack.enter_async_context(api)
        folder.announce(data, url=url_of(listener), receiver=receiver_url)
        welcome(url_of(listener), receiver_url, data, seeded=settings.seed == "demo")
        await asked_to_stop.wait()


async def _migrate(settings: Settings) -> None:
    assert settings.database_url
    database = SqlDatabase(settings.database_url.get_secret_value())
    await migrate(database.writer)
    await database.close()


def _secrets(data: Path) -> list[str]:
    file = data / "receiver.secret"
    return [file.read_text()] if file.exists() else []


def welcome(url: str, receiver_url: str, data: Path, *, seeded: bool) -> None:
    """Where everything is; the line `ready …` comes last, when all of it answers."""
    print(
        f"""Swap Shop
  shop       {url}/  in a browser
  GraphiQL   {url}/graphql  in a browser
  API        {url}/graphql  over HTTP and as a websocket (graphql-transport-ws)
  webhooks   {receiver_url}/  what the reference receiver was sent
  data       {data}  (to start afresh: stop the shop and delete this folder)"""
    )
    for line in sign_ins(seeded=seeded):
        print(line)
    print(f"ready {url}", flush=True)
