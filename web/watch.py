"""`swapshop tail`: the event log of a running shop, line by line."""

import json

from web.following import Account, Json, Watch, Wish, aside, printable, until_stopped

EVENTS = """
subscription ($after: Cursor) {
  events(after: $after) {
    cursor
    event {
      id type occurredAt subjectId version correlationId
      actor { kind user { name } }
      ... on OrderEvent { previousStatus order { number status total { amount currency } } }
      ... on UserEvent { user { name } }
      ... on WebhookEvent { endpoint { name } }
    }
  }
}
"""


def as_line(event: Json) -> str:
    """An event for a person: when, what, about what, by whom."""
    what = event["type"].ljust(16)
    return printable(f"{event['occurredAt'][11:23]}  {what}  {_subject(event)}  by {_actor(event)}")


def _subject(event: Json) -> str:
    match event:
        case {"order": order, "previousStatus": before}:
            total = f"{order['total']['amount']} {order['total']['currency']}"
            came = f" (was {before})" if before else ""
            return f"{order['number']} {order['status']}{came}, {total}"
        case {"user": {"name": name}} | {"endpoint": {"name": name}}:
            return str(name)
        case _:
            return str(event["subjectId"])


def _actor(event: Json) -> str:
    user = event["actor"]["user"]
    return str(user["name"] if user else event["actor"]["kind"])


async def run_tail(url: str, account: Account, *, after: str | None, as_json: bool) -> None:
    """Prints events until Ctrl-C or SIGTERM, then where to go on from; raises NotReady when the shop says no."""

    async def show(event: Json) -> None:
        print(json.dumps(event) if as_json else as_line(event), flush=True)

    watch = Watch(url, account, Wish(document=EVENTS, variables={}), cursor=after, say=aside)
    await until_stopped(watch, show, again="swapshop tail")
