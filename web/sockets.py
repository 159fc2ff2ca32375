"""The open sockets of this process: who is there, how many, and how to end one from outside."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
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

    def __init__(self, context: Context, end: End, tasks: set[asyncio.Task[None]]) -> None:
        self.context = context
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

    async def _ended(self, code: Code, reason: str) -> None:
        await self._end(code, reason)


class Sockets:
    def __init__(self) -> None:
        self._open: set[Socket] = set()
        self._tasks: set[asyncio.Task[None]] = set()

    def __len__(self) -> int:
        return len(self._open)

    def __iter__(self) -> Iterator[Socket]:
        return iter(list(self._open))

    def hear(self, event: Event) -> None:
        """Ends what a session that was revoked, or a user who was changed, has open: at its place in the log."""
        match event.type:
            case EventType.SESSION_REVOKED:
                ended, reason = self.of(session_id=event.subject_id), "This session was ended. Sign in again."
            case EventType.USER_CHANGED:
                ended, reason = self.of(user_id=event.subject_id), "What you may do has changed. Connect again."
            case _:
                return
        for socket in ended:
            socket.end(Code.SESSION_REVOKED, reason)

    def of(self, *, session_id: UUID | None = None, user_id: UUID | None = None) -> list[Socket]:
        """Those of a session, or of a user; those of nobody are never among them."""
        return [one for one in self._open if _is(one, session_id=session_id, user_id=user_id)]

    @contextmanager
    def entered(self, context: Context, end: End) -> Iterator[Socket]:
        """The socket is among the open ones inside."""
        socket = Socket(context, end, self._tasks)
        self._open.add(socket)
        try:
            yield socket
        finally:
            self._open.discard(socket)


def _is(socket: Socket, *, session_id: UUID | None, user_id: UUID | None) -> bool:
    viewer = socket.context.viewer
    return viewer is not None and (viewer.session_id == session_id or viewer.user_id == user_id)
