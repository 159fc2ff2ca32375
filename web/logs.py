"""Logs: one JSON object a line, or, on a terminal, lines for people. No secret is ever in them.

Our code logs through the standard library and never passes a secret on. What is here is the second line of defence:
text that looks like a secret is struck out before anything is written.
"""

import logging
import re
import sys
from collections.abc import Callable
from typing import Any, TextIO
from uuid import UUID

import structlog
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from structlog.typing import EventDict, Processor, WrappedLogger

from domain.cards import passes_luhn
from domain.ids import new_id

OURS = ("domain", "graph", "persistence", "worker", "web")
HIDDEN = "[hidden]"
MOST_TEXT = 20_000
CARD_NUMBER = re.compile(r"(?<![\w.])\d(?:[ -]?\d){11,18}(?![\w.])")
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")

SECRET_NAME = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|credential|cvc|card_?number", re.IGNORECASE
)
SECRET_TEXT: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"\b(bearer|basic)\s+[^\s\"',;]+", re.IGNORECASE), rf"\1 {HIDDEN}"),
    (re.compile(r"\bwhsec_[\w+/=-]+"), f"whsec_{HIDDEN}"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]*\.?[\w-]*"), HIDDEN),  # a JWT: its header begins with {"
    (re.compile(r"(://[^\s/:@]{0,64}:)\S{1,256}@"), rf"\1{HIDDEN}@"),
    (
        re.compile(
            r"""(\w{0,40}(?:password|passwd|secret|token|authorization|cookie|cvc)\w{0,40}\\?["']?\s*[:=]\s*)"""
            r"""(\\?"(?:[^"\\]|\\[^"])*\\?"|'[^']*'|[^\s,;&}\])]+)""",
            re.IGNORECASE,
        ),
        rf"\1{HIDDEN}",
    ),
)


def configure(*, level: str, format: str) -> None:
    """Logs of our own from `level` on, of everybody else's code from WARNING on, to stderr.

    Libraries log at DEBUG what passes through them, tokens and rows among it, so their level is never ours. A level or
    a format that there is not is as if it had not been given; the settings complain about it.
    """
    logging.basicConfig(level=logging.WARNING, handlers=[handler(sys.stderr, format=format)], force=True)
    logging.captureWarnings(True)
    for name in OURS:
        logging.getLogger(name).setLevel(level if level in LEVELS else "INFO")


def handler(stream: TextIO, *, format: str) -> logging.Handler:
    """Writes lines of `format`: json, console, or, for anything else, what suits the stream."""
    terminal = {"json": False, "console": True}.get(format, stream.isatty())
    made = logging.StreamHandler(stream)
    made.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_found(), processors=_told(terminal, stream.isatty()))
    )
    return made


def _found() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True, key="time"),
    ]


def _told(terminal: bool, colors: bool) -> list[Processor]:
    """Hidden last of all before it is written: an exception is text by then."""
    chain: list[Processor] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    if terminal:
        plain = structlog.dev.plain_traceback  # the other one prints what local variables hold
        return [*chain, structlog.dev.ConsoleRenderer(colors=colors, exception_formatter=plain, timestamp_key="time")]
    in_order = structlog.processors.EventRenamer("message")
    return [*chain, in_order, _first_things_first, structlog.processors.JSONRenderer(default=str)]


def _first_things_first(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    first = ("time", "level", "logger", "message")
    return {**{name: line[name] for name in first if name in line}, **line}


def hide_secrets(_logger: WrappedLogger, _method: str, line: EventDict) -> EventDict:
    """A structlog processor: values whose name says that they are secret, and text that looks like it."""
    return {name: _hidden(name, value) for name, value in line.items()}


def _hidden(name: str, value: Any) -> Any:
    if SECRET_NAME.search(name) and value is not None:
        return HIDDEN
    match value:
        case str():
            return without_secrets(value)
        case bool() | int() | float() | None:
            return value
        case dict():
            return {key: _hidden(str(key), one) for key, one in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_hidden("", one) for one in value]
        case _:
            return without_secrets(str(value))


def without_secrets(text: str) -> str:
    """The text with whatever looks like a password, a token or a key struck out; what is very long loses its middle."""
    if len(text) > MOST_TEXT:
        text = f"{text[: MOST_TEXT // 2]} … {text[-MOST_TEXT // 2 :]}"
    for pattern, instead in SECRET_TEXT:
        text = pattern.sub(instead, text)
    return CARD_NUMBER.sub(_without_card, text)


def _without_card(match: re.Match[str]) -> str:
    """Only what can be the number of a card: a time in nanoseconds is no secret."""
    return HIDDEN if passes_luhn(re.sub(r"[ -]", "", match[0])) else match[0]


bind: Callable[..., Any] = structlog.contextvars.bound_contextvars
"""`with bind(request_id=…):` puts a field on every line that is logged inside, also by tasks that are started there."""


class RequestIds:
    """ASGI middleware: gives each request and each socket an id, which is on all that is logged for it.

    The id is a UUID: the one of the header `X-Request-Id`, where a proxy has made one, or a new one. The answer has it
    in the same header, and what the request changes has it as `correlationId`.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in ("http", "websocket"):
            await self._app(scope, receive, send)
            return
        id = _given_id(Headers(scope=scope).get("x-request-id")) or new_id()
        scope["request_id"] = id

        async def stamped(message: Message) -> None:
            if message["type"] in ("http.response.start", "websocket.accept"):
                message["headers"] = [*message.get("headers", ()), (b"x-request-id", str(id).encode())]
            await send(message)

        with bind(request_id=str(id)):
            await self._app(scope, receive, stamped)


def request_id(scope: Scope) -> UUID:
    """The id of the request or the socket."""
    id: UUID = scope["request_id"]
    return id


def _given_id(text: str | None) -> UUID | None:
    """As people write a UUID, or as 32 hexadecimal digits, which is how nginx makes its `$request_id`."""
    if text is None or not re.fullmatch(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", text):
        return None
    return UUID(text)
