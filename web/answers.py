"""What the shop answers, as the programs that are its clients read it."""

import json
from typing import Any

import httpx

Json = dict[str, Any]


class NoAnswer(Exception):
    """What was asked for did not come; the message says what did not, and what to look at."""


def graphql_data(response: httpx.Response, field: str) -> Json:
    """The field's value; what stands in the way is told as the shop tells it."""
    try:
        answer = response.json()
    except ValueError:
        answer = None
    if not isinstance(answer, dict) or not answer.keys() & {"data", "errors"}:
        raise NoAnswer(f"{response.url} answered {response.status_code} and no GraphQL: is that the shop?")
    return _value(answer, field)


def orders_updated(message: Json) -> Json:
    """The value that a `next` message of the socket carries."""
    return _value(message["payload"], "ordersUpdated")


def _value(answer: Json, field: str) -> Json:
    if answer.get("errors"):
        told = "; ".join(_error(error) for error in answer["errors"])
        raise NoAnswer(f"The shop answered {field} with an error: {told}")
    value: Json = answer["data"][field]
    return value


def _error(error: Json) -> str:
    code = error.get("extensions", {}).get("code")
    return f"{error.get('message')} ({code})" if code else str(error.get("message"))


def expect(kind: str, value: Json) -> Json:
    """The member of the result union that was hoped for; a refusal is told with its issues."""
    if value["__typename"] == kind:
        return value
    issues = [f"{'.'.join(issue['path'])}: {issue['message']}" for issue in value.get("issues", [])]
    raise NoAnswer("; ".join([f"The shop refused ({value['__typename']}): {value.get('message')}", *issues]))


def unreachable(who: str, url: str, fault: Exception) -> NoAnswer:
    reason = str(fault) or type(fault).__name__
    return NoAnswer(f"{who} does not answer at {url} ({reason}): start it with ./run in another terminal.")


def short(message: Json) -> str:
    text = json.dumps(message)
    return text if len(text) <= 300 else text[:300] + "…"
