"""The `swapshop` program."""

import logging
import os
import sys
from datetime import timedelta
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer
from pydantic import SecretStr

from web import logs, webhook_commands
from web.options import After, Data, Email, Password, Shop, Token
from web.running import guarded as _guarded
from web.running import read_settings as _settings
from web.running import run as _run
from web.settings import Settings

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
users = typer.Typer(no_args_is_help=True, help="Users of the shop.")
app.add_typer(users, name="users")
app.add_typer(webhook_commands.webhook, name="webhook")

Port = Annotated[int, typer.Option(min=0, max=65535, help="0: the kernel chooses. A taken one: the next free one.")]
Host = Annotated[str, typer.Option(help="The address to listen on.")]

SCHEMA = Path("schema.graphql")


@app.command()
def start(port: Port = 8000, receiver_port: Port = 8100, data: Data = None) -> None:
    """The whole shop in one process on SQLite: API, worker, webhook receiver."""
    from web import embedded

    settings = _settings(data)
    if settings.database_url or settings.redis_url or settings.mqtt_url:
        print("note: `start` keeps its own SQLite; for SWAPSHOP_DATABASE_URL use: swapshop serve, swapshop worker")
    _run(lambda: embedded.run(settings, port=port, receiver_port=receiver_port))


@app.command()
def serve(port: Port = 8000, host: Host = "127.0.0.1") -> None:
    """The API: GraphQL over HTTP and websockets."""
    from web import processes

    _run(lambda: processes.serve(_settings(), host=host, port=port))


@app.command()
def worker(
    metrics_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Serve /metrics there; 0: the kernel chooses. Off otherwise.")
    ] = None,
    metrics_host: Host = "127.0.0.1",
) -> None:
    """The worker: promotes pending orders, sends webhooks, and is the bridge to the card processor."""
    from web import processes

    _run(lambda: processes.work(_settings(), metrics_host=metrics_host, metrics_port=metrics_port))


@app.command()
def receiver(port: Port = 8100, host: Host = "127.0.0.1", data: Data = None) -> None:
    """A reference webhook receiver; SWAPSHOP_RECEIVER_SECRETS holds the secrets of its endpoints."""
    from web import processes

    _run(lambda: processes.receive(_settings(data), host=host, port=port))


@app.command()
def provider(
    delay: Annotated[
        str | None, typer.Option(help="How long an answer takes, e.g. 30s; SWAPSHOP_PROVIDER_DELAY.")
    ] = None,
    health_port: Annotated[
        int | None, typer.Option(min=0, max=65535, help="Serve /healthz there; 0: the kernel chooses. Off otherwise.")
    ] = None,
    health_host: Host = "127.0.0.1",
    data: Data = None,
) -> None:
    """A simulated card processor on the broker of SWAPSHOP_MQTT_URL; its ledger is a file in the data folder."""
    from web.provider import provide

    settings = _settings(data, **({"provider_delay": delay} if delay else {}))
    _run(lambda: provide(settings, health_host=health_host, health_port=health_port))


@app.command()
def up(port: Port = 8000, receiver_port: Port = 8100, apis: int = 1, data: Data = None) -> None:
    """The shop on MariaDB, Redis and Mosquitto servers of its own: API, worker, receiver and provider as processes."""
    from web.up import run

    settings = _settings(data)
    _guarded(lambda: run(settings, port=port, receiver_port=receiver_port, apis=apis))


@app.command()
def migrate() -> None:
    """Bring the database of SWAPSHOP_DATABASE_URL to this version's schema."""
    from web import processes

    _run(lambda: processes.migrate_database(_settings()))


@app.command()
def bootstrap(
    receiver_url: Annotated[str, typer.Option(help="Where the receiver answers, e.g. http://receiver:8100.")],
    secret_file: Annotated[Path, typer.Option(help="Where the receiver finds its secret; nobody else may read it.")],
    admin_email: Annotated[str, typer.Option(help="Whose endpoint it is; when new, with SWAPSHOP_ADMIN_PASSWORD.")],
) -> None:
    """Make a database ready for a deployment: its schema, an admin, and an endpoint for the receiver. Repeatable."""
    from web import bootstrap as steps

    _run(
        lambda: steps.bootstrap(
            _settings(),
            receiver_url=receiver_url,
            secret_file=secret_file,
            admin_email=admin_email,
        )
    )


@app.command()
def seed(
    yes: Annotated[bool, typer.Option("--yes", help="Also where its admin has the password of the demo.")] = False,
    data: Data = None,
) -> None:
    """Fill a shop with articles, people and orders to look at. For SWAPSHOP_DATABASE_URL, or else the data folder."""
    from web import seeding

    _run(lambda: seeding.seed(_settings(data), agreed=yes))


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def load(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="A script in the folder load, e.g. orders. What follows is for k6.")],
    url: str | None = None,
    data: Data = None,
) -> None:
    """Put a running shop under load with k6; SMOKE=1 in the environment makes it short."""
    from web import folder
    from web import load as k6

    _guarded(lambda: k6.become_k6(name, context.args, url=url or folder.running(_settings(data).data)["url"]))


@users.command()
def grant(
    email: str,
    role: Annotated[str, typer.Argument(help="CUSTOMER, SELLER, OPERATOR or ADMIN.")],
    data: Data = None,
) -> None:
    """Give a user a role: how a shop gets its first admin. For SWAPSHOP_DATABASE_URL, or else the data folder."""
    from domain.users import Role
    from web import people

    if role.upper() not in Role.__members__:
        sys.exit(f"swapshop: there is no role {role!r}; there are {', '.join(Role)}")
    _run(lambda: people.grant(_settings(data), email, Role[role.upper()]))


@app.command()
def demo(url: str | None = None, receiver_url: str | None = None, data: Data = None) -> None:
    """Order in a running shop, pay an article by card, and watch what follows."""
    from rich.console import Console

    from web import folder
    from web.demo import run_demo

    def where() -> tuple[str, str]:
        found = folder.running(_settings(data).data) if url is None or receiver_url is None else {}
        return url or found["url"], receiver_url or found["receiver"]

    async def watched() -> None:
        shop, inbox = where()
        if not await run_demo(url=shop, receiver_url=inbox, console=Console()):
            raise typer.Exit(1)

    _run(watched)


@app.command()
def tail(
    url: Shop = None,
    email: Email = None,
    password: Password = None,
    token: Token = None,
    after: After = None,
    as_json: Annotated[bool, typer.Option("--json", help="A JSON object for each event.")] = False,
    data: Data = None,
) -> None:
    """Follow the event log of a running shop; Ctrl-C ends it, and says where to go on from."""
    from web import folder, following, watch

    async def followed() -> None:
        where = url or folder.running(_settings(data).data)["url"]
        who = following.account(email=email, password=password, token=token, demo=url is None)
        await watch.run_tail(where, who, after=after, as_json=as_json)

    _run(followed)


app.command()(webhook_commands.listen)


@app.command()
def doctor(data: Data = None) -> None:
    """Find out what is here, what is missing, and what is wrong with a running shop."""
    from web.doctor import report

    async def examined() -> None:
        if not await report(data):
            raise typer.Exit(1)

    _run(examined)


@app.command()
def config() -> None:
    """Print every setting and its value; secrets are masked."""
    settings = _settings()
    for name, field in Settings.model_fields.items():
        print(f"SWAPSHOP_{name.upper()}={_shown(getattr(settings, name))}  # {field.description}")


@app.command()
def schema(
    check: Annotated[bool, typer.Option("--check", help="Fail when schema.graphql differs.")] = False,
    write: Annotated[bool, typer.Option("--write", help="Write schema.graphql.")] = False,
) -> None:
    """Print the GraphQL schema."""
    from graph.schema import schema as served

    printed = served.as_str().rstrip() + "\n"
    if write:
        SCHEMA.write_text(printed)
    elif not check:
        print(printed, end="")
    elif not SCHEMA.exists() or SCHEMA.read_text() != printed:
        sys.exit("schema.graphql is not what the code says. Write it with: swapshop schema --write, and read the diff.")


@app.callback(invoke_without_command=True)
def options(show_version: Annotated[bool, typer.Option("--version", help="Print the version.")] = False) -> None:
    """Swap Shop: orders for a second-hand shop, told at once to everyone who must know."""
    if show_version:
        print(version("swapshop"))
        raise typer.Exit


def _shown(value: object) -> object:
    if isinstance(value, list):
        return ",".join(str(_shown(one)) for one in value)
    if isinstance(value, timedelta):
        return f"{value.total_seconds():g}s"
    return "********" if isinstance(value, SecretStr) else "" if value is None else value


def main() -> None:
    level, form = (os.environ.get(f"SWAPSHOP_LOG_{name}", "") for name in ("LEVEL", "FORMAT"))
    logs.configure(level=level.upper(), format=form.lower())
    try:
        app()
    except Exception:
        logging.getLogger("web.cli").critical("ended by a fault", exc_info=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
