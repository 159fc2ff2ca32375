"""The open sockets of this process: who is there, how many, and how to end one from outside."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from uuid import UUID

from domain.clock import now
from domain.events import Event, EventType
from domain.users import Viewer
from graph.context import Context
from graph.faults import Code

End = Callable[[Code, str], Awaitable[None]]
"""Tells a client that, and why, this is over."""


class Socket:
    """One open websocket. `context.viewer` is None until its client has said who it is."""

    __slots__ = ("_end", "_tasks", "context", "ids")

    def __init__(self, context: Context, end: End, tasks: set[asyncio.Task[None]]) -> None:
        self.context = context
        self.ids: tuple[UUID, ...] = ()
        """Under which it is filed: its user's and its session's."""
        self._end = end
        self._tasks = tasks

    def end(self, code: Code, reason: str) -> None:
        """As soon as the loop comes to it; its client may do nothing more from now on.

        May be called from anywhere in the loop, and again.
        """
        self.context.revoked = True
        task = asyncio.ensure_future(self._ended(code, reason))
        self._tasks.add(task)  # the loop itself keeps only a weak reference
        task.add_done_callback(self._tasks.discard)

    def expire_with(self, viewer: Viewer, *, grace: float) -> asyncio.TimerHandle | None:
        """Ends it so many seconds after the viewer's token has become bad, unless the handle is cancelled."""
        if viewer.expires_at is None:
            return None
        left = (viewer.expires_at - now()).total_seconds() + grace
        reason = "The access token has expired. Connect again with a new one."
        return asyncio.get_running_loop().call_later(left, self.end, Code.UNAUTHENTICATED, reason)

    def forget(self) -> None:
        """It is over: from now on nobody is told."""
        self._end = _nobody

    async def _ended(self, code: Code, reason: str) -> None:
        await self._end(code, reason)


class Sockets:
    """By whom they are of, too: when a session ends, or somebody opens one more, nobody looks through all of them."""

    def __init__(self) -> None:
        self._open: set[Socket] = set()
        self._of: dict[UUID, set[Socket]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Socket]:
        return iter(list(self._open))

    def hear(self, event: Event) -> None:
        """Ends what a session that was revoked, or a user who was changed, has open: at its place in the log."""
        match event.type:
            case EventType.SESSION_REVOKED:
                reason = "This session was ended. Sign in again."
            case EventType.USER_CHANGED:
                reason = "What you may do has changed. Connect again."
            case _:
                return
        for socket in self.of(event.subject_id):
            socket.end(Code.SESSION_REVOKED, reason)

    def of(self, id: UUID) -> list[Socket]:
        """Those of a session, or of a user."""
        return list(self._of.get(id, ()))

    @contextmanager
    def entered(self, context: Context, end: End) -> Iterator[Socket]:
        """The socket is among the open ones inside, as whose it is at the moment."""
        socket = Socket(context, end, self._tasks)
        context.became = partial(self._file, socket)
        self._open.add(socket)
        self._file(socket)
        try:
            yield socket
        finally:
            context.became = _nothing  # or these would keep each other alive until the collector finds them
            socket.forget()
            self._open.discard(socket)
            self._unfile(socket)

    def _file(self, socket: Socket) -> None:
        self._unfile(socket)
        viewer = socket.context.viewer
        socket.ids = (viewer.user_id, viewer.session_id) if viewer else ()
        for id in socket.ids:
            self._of.setdefault(id, set()).add(socket)

    def _unfile(self, socket: Socket) -> None:
        for id in socket.ids:
            its = self._of[id]
            its.discard(socket)
            if not its:
                del self._of[id]
        socket.ids = ()


def _nothing() -> None:
    pass


async def _nobody(_code: Code, _reason: str) -> None:
    pass
