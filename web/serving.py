"""Serving: sockets, uvicorn servers that share one loop, and stopping when asked to."""

import asyncio
import errno
import gc
import random
import signal
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import uvicorn
from starlette.types import ASGIApp

from web.wire import HttpProtocol, WebSocketProtocol

LOOPBACK = "127.0.0.1"
NEXT_PORTS = 50
GRACE = 5
BACKLOG = 1024
UNSENT = 131_072
"""Bytes that the kernel keeps for a connection and has not sent yet; by itself it would take 4 MB."""
COLLECT_AFTER = (100_000, 50, 1_000)
"""Objects, and generations: see gc.set_threshold."""
WAVES = 100
QUICKLY = 0.005
"""Seconds for each websocket to go when there are only a few."""


class Server(uvicorn.Server):
    """One of several in a process: signals are the process's business."""

    def __init__(self, app: ASGIApp, bound: socket.socket, *, drain: float = 0.0) -> None:
        """`drain`: seconds over which websockets are told to go when it stops."""
        super().__init__(
            uvicorn.Config(
                app,
                log_config=None,
                access_log=False,
                http=HttpProtocol,
                ws=WebSocketProtocol,
                ws_per_message_deflate=False,
                ws_max_size=65_536,
                timeout_graceful_shutdown=GRACE,
            )
        )
        self._bound = bound
        self._drain = drain
        self._up = asyncio.Event()
        self._running: asyncio.Task[None] | None = None

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        _quieten_the_collector()
        self._up.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for server in self.servers:
            server.close()
        await self._send_away([one for one in self.server_state.connections if isinstance(one, WebSocketProtocol)])
        await super().shutdown(sockets)

    async def _send_away(self, going: list[WebSocketProtocol]) -> None:
        """A few at a time, or all of their clients would come to the other processes at the same moment."""
        random.shuffle(going)
        over = min(self._drain, QUICKLY * len(going))
        for wave in range(WAVES):
            for one in going[wave::WAVES]:
                one.shutdown()
            await asyncio.sleep(over / WAVES)

    async def __aenter__(self) -> "Server":
        self._running = asyncio.create_task(self.serve(sockets=[self._bound]))
        await self._up.wait()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.should_exit = True
        if self._running:
            await self._running
        self._bound.close()


def _quieten_the_collector() -> None:
    """What is there at the start stays, so it is not looked through again, and the rest less often.

    By default a full collection comes after some ten thousand new objects, which is a few sockets: it takes 0.3 s with
    some thousand of them open, and everybody waits. The price: what is held together by a circle of references, and has
    become old, is hardly ever found. So a socket leaves none (tests/faults/test_many_sockets.py).
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECT_AFTER)


def bound(port: int, *, host: str = LOOPBACK, say: Callable[[str], None] = print) -> socket.socket:
    """A listening socket on the port, or on the next free one, said aloud. Port 0: the kernel chooses."""
    for candidate in range(port, port + NEXT_PORTS) if port else [0]:
        # Named as TCP, or asyncio does not set TCP_NODELAY and every small answer waits 40 ms.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((host, candidate))
            # Inherited by its connections: beyond so much, what is not sent waits with us, where it is counted.
            listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_NOTSENT_LOWAT, UNSENT)
            listener.listen(BACKLOG)
        except OSError as fault:
            listener.close()
            if fault.errno != errno.EADDRINUSE:
                raise
        else:
            if candidate != port:
                say(f"port {port} is taken, using {candidate}")
            return listener
    raise OSError(errno.EADDRINUSE, f"ports {port} to {port + NEXT_PORTS - 1} are all taken; give another --port")


def url_of(listener: socket.socket) -> str:
    host, port = listener.getsockname()
    return f"http://{host}:{port}"


def stop_signal() -> asyncio.Event:
    """Set by Ctrl-C and by SIGTERM."""
    asked = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, asked.set)
    return asked
