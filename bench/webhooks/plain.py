"""The plain loop: httpx posts what a file has, so many at once, and writes nothing down.

python -m bench.webhooks.plain URL FILE AT_ONCE; the file has the headers and the body of a post in each line, as JSON.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import uvloop

Post = tuple[dict[str, str], bytes]


async def posted(url: str, posts: list[Post], at_once: int) -> float:
    """The seconds that it took; raises httpx.HTTPError when one is not accepted."""
    left, limits = iter(posts), httpx.Limits(max_connections=at_once, max_keepalive_connections=at_once)
    async with httpx.AsyncClient(limits=limits, trust_env=False, timeout=15) as client:
        begun = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(at_once):
                group.create_task(_post_all(client, url, left))
        return time.perf_counter() - begun


async def _post_all(client: httpx.AsyncClient, url: str, posts: Iterator[Post]) -> None:
    for headers, body in posts:
        (await client.post(url, headers=headers, content=body)).raise_for_status()


def main(url: str, file: str, at_once: str) -> None:
    posts = [(one["headers"], one["body"].encode()) for one in map(json.loads, Path(file).read_text().splitlines())]
    begun = time.process_time()
    seconds = uvloop.run(posted(url, posts, int(at_once)))
    print("ready " + json.dumps({"seconds": seconds, "cpu": time.process_time() - begun}), flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
