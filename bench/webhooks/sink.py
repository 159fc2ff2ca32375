"""A receiver that costs next to nothing: it counts what is posted, and says thank you.

GET /count says how many posts there were since the last time, of how many ids.
"""

import asyncio
import json
from typing import cast

import uvloop

THANKS = b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nthanks"
END, LENGTH, ID = b"\r\n\r\n", b"content-length: ", b"webhook-id: "


class Counter:
    def __init__(self) -> None:
        self.posts = 0
        self.ids: set[bytes] = set()

    def take(self, id: bytes) -> None:
        self.posts += 1
        self.ids.add(id)

    def told(self) -> bytes:
        """What was counted, as an answer; then it begins anew."""
        body = json.dumps({"posts": self.posts, "ids": len(self.ids)}).encode()
        self.posts, self.ids = 0, set()
        return b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n%b" % (len(body), body)


class Sink(asyncio.Protocol):
    """One connection. HTTP/1.1 as far as the two that post here speak it: a length, and no request before an answer."""

    def __init__(self, counter: Counter) -> None:
        self._counter = counter
        self._come = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # of uvloop, whose classes are not asyncio's

    def data_received(self, data: bytes) -> None:
        self._come += data
        head, end, body = self._come.partition(END)
        if not end:
            return
        lowered = head.lower()
        if len(body) < int(_value(lowered, LENGTH) or 0):
            return
        self._come = b""
        if head.startswith(b"GET"):
            self._transport.write(self._counter.told())
        else:
            self._counter.take(_value(lowered, ID))
            self._transport.write(THANKS)


def _value(head: bytes, name: bytes) -> bytes:
    return head.partition(name)[2].partition(b"\r\n")[0]


async def main() -> None:
    counter = Counter()
    server = await asyncio.get_running_loop().create_server(lambda: Sink(counter), "127.0.0.1", 0)
    print(f"ready http://127.0.0.1:{server.sockets[0].getsockname()[1]}", flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main())
