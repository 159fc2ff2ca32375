"""The commands for whoever writes a receiver of webhooks."""

from typing import Annotated

import typer

from web.options import After, Data, Email, Password, Shop, Token
from web.running import read_settings, run

SECRET = "SWAPSHOP_WEBHOOK_SECRET"  # noqa: S105  (a name)

webhook = typer.Typer(no_args_is_help=True, help="For whoever writes a receiver of webhooks.")


def listen(
    forward: Annotated[str, typer.Option(help="Where your receiver answers, e.g. http://localhost:3000/hook.")],
    types: Annotated[str | None, typer.Option(help="ORDER_CREATED,ORDER_READY,…; all otherwise.")] = None,
    secret: Annotated[str | None, typer.Option(envvar=SECRET, help="To sign with; a new one otherwise.")] = None,
    url: Shop = None,
    email: Email = None,
    password: Password = None,
    token: Token = None,
    after: After = None,
    data: Data = None,
) -> None:
    """Post what happens in a running shop to your own machine, signed, as its webhooks would be."""
    from web import folder, following
    from web.listen import run_listen

    async def listening() -> None:
        where = url or folder.running(read_settings(data).data)["url"]
        who = following.account(email=email, password=password, token=token, demo=url is None)
        await run_listen(where, who, forward=forward, types=types, secret=secret, after=after)

    run(listening)


@webhook.command()
def check(
    url: Annotated[str, typer.Argument(help="Of your receiver, e.g. http://localhost:3000/hook.")],
    secret: Annotated[str, typer.Option(envvar=SECRET, help="That the receiver verifies with: whsec_…")],
    type: Annotated[str, typer.Option(help="Of the sample that is sent.")] = "ORDER_READY",
) -> None:
    """Send a receiver what it must take and what it must refuse, and say what it did; status 1 when that was wrong."""
    from web.webhook_check import report

    async def checked() -> None:
        if not await report(url, secret=secret, type=type):
            raise typer.Exit(1)

    run(checked)


@webhook.command()
def catalogue() -> None:
    """Print an example of the body of each type of event."""
    from web.webhook_catalogue import catalogue as printed

    print(printed(), end="")
