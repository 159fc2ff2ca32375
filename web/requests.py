"""Requests as clients send them, over HTTP and in the frames of a websocket: read with care, or refused."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from graph.faults import Code

JSON, GRAPHQL_RESPONSE = "application/json", "application/graphql-response+json"
EVENT_STREAM = "text/event-stream"

RANGES = {
    JSON: JSON,
    GRAPHQL_RESPONSE: GRAPHQL_RESPONSE,
    EVENT_STREAM: EVENT_STREAM,
    "application/*": JSON,
    "*/*": JSON,
}
QUALITY = re.compile(r"[01](\.[0-9]{0,3})?", re.ASCII)

DEPTH = 32
"""Levels of JSON: an order with its items has 6."""
VALUES = 10_000
"""Values in one request: an order of 100 items has 700."""


class Refusal(Exception):
    """The request is refused as a whole: the HTTP status, and the error that says why."""

    def __init__(
        self,
        status: int,
        message: str,
        *,
        code: Code = Code.BAD_USER_INPUT,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.code = code
        self.headers = dict(headers or {})

    @property
    def body(self) -> dict[str, Any]:
        return {"errors": [{"message": self.message, "extensions": {"code": self.code.value}}]}


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphQLRequest:
    """https://graphql.github.io/graphql-over-http/draft/#sec-Request-Parameters"""

    query: str
    operation_name: str | None = None
    variables: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, body: object) -> Self:
        """From parsed JSON; raises Refusal, which names the parameter that is not as it must be."""
        if isinstance(body, list):
            raise Refusal(400, "Batches are not supported: send one operation, as an object.")
        if not isinstance(body, dict):
            raise Refusal(400, f"A request is a JSON object with `query`, not {_kind(body)}.")
        for name, kind, wanted in PARAMETERS:
            if not isinstance(body.get(name), kind):
                raise Refusal(400, f"`{name}` must be {wanted}, not {_kind(body.get(name))}.")
        return cls(query=body["query"], operation_name=body.get("operationName"), variables=body.get("variables") or {})

    @classmethod
    def of_parameters(cls, given: Mapping[str, str]) -> Self:
        """From the parameters of a URL, of which `variables` and `extensions` are JSON."""
        parsed = {name: read_json(given[name], f"`{name}`") for name in ("variables", "extensions") if given.get(name)}
        return cls.of({name: given[name] for name in ("query", "operationName") if name in given} | parsed)


PARAMETERS: tuple[tuple[str, Any, str], ...] = (
    ("query", str, "text"),
    ("operationName", str | None, "text or null"),
    ("variables", dict | None, "an object or null"),
    ("extensions", dict | None, "an object or null"),
)


def accepted_type(accept: str) -> str:
    """The one of our media types that the client likes best (RFC 9110, 12.5.1); raises Refusal(406)."""
    best, chosen = 0.0, None
    for part in accept.lower().split(",") if accept.strip() else ["*/*"]:
        range_, *parameters = (one.strip() for one in part.split(";"))
        if RANGES.get(range_) and (quality := _quality(parameters)) > best:
            best, chosen = quality, RANGES[range_]
    if chosen is None:
        raise Refusal(406, f"Accept {GRAPHQL_RESPONSE} or {JSON}: nothing else is served here.")
    return chosen


def _quality(parameters: list[str]) -> float:
    given = next((one.removeprefix("q=") for one in parameters if one.startswith("q=")), "1")
    return float(given) if QUALITY.fullmatch(given) else 0.0


def check_content_type(given: str) -> None:
    """Only JSON in UTF-8, which a page of another site cannot send unasked; raises Refusal(415)."""
    kind, *parameters = (one.strip() for one in given.lower().split(";"))
    charsets = [one.removeprefix("charset=").strip('"') for one in parameters if one.startswith("charset=")]
    if kind != JSON or any(charset != "utf-8" for charset in charsets):
        raise Refusal(415, f"Send `content-type: {JSON}`, in UTF-8.")


def read_json(text: str | bytes, name: str = "The body") -> Any:
    """RFC 8259, in UTF-8, of bounded depth and size; raises Refusal(400) for anything else."""
    try:
        found = json.loads(text.decode() if isinstance(text, bytes) else text, parse_constant=_no_number)
    except UnicodeDecodeError as fault:
        raise Refusal(400, f"{name} is not UTF-8: byte {fault.start} cannot be read.") from None
    except RecursionError:
        raise Refusal(400, f"{name} is nested more than {DEPTH} levels deep.") from None
    except json.JSONDecodeError as fault:
        raise Refusal(400, f"{name} is not JSON: {fault.msg} at character {fault.pos}.") from None
    except ValueError:
        raise Refusal(400, f"{name} has a number that cannot be read: NaN, Infinity, or thousands of digits.") from None
    _check(found, name)
    return found


def _check(found: object, name: str) -> None:
    """Level by level, so that no depth is too much for the check itself."""
    level, values = [found], 0
    for _ in range(DEPTH):
        values += len(level)
        if values > VALUES:
            raise Refusal(400, f"{name} has more than {VALUES:,} values.")
        if not all(_is_text(one) for one in level if isinstance(one, str)):
            raise Refusal(400, f"{name} has text that is not Unicode: half of a surrogate pair.")
        level = [part for one in level for part in _parts(one)]
        if not level:
            return
    raise Refusal(400, f"{name} is nested more than {DEPTH} levels deep.")


def _parts(value: object) -> list[object]:
    if isinstance(value, dict):
        return [*value.keys(), *value.values()]
    return value if isinstance(value, list) else []


def _is_text(value: str) -> bool:
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True


def _no_number(constant: str) -> None:
    raise ValueError(f"{constant} is not a number in JSON")


def _kind(value: object) -> str:
    kinds = {dict: "an object", list: "an array", str: "text", bool: "a boolean", int: "a number", float: "a number"}
    return kinds.get(type(value), "null")
