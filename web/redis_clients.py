"""The clients of Redis, and how patient each is with it."""

from contextlib import AsyncExitStack

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import ExponentialWithJitterBackoff

from web.settings import Settings


def redis_of(settings: Settings, stack: AsyncExitStack) -> Redis | None:
    if settings.redis_url is None:
        return None
    redis = Redis.from_url(
        settings.redis_url.get_secret_value(),
        socket_timeout=0.5,
        socket_connect_timeout=0.5,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.05, base=0.01), 1),
    )
    stack.push_async_callback(redis.aclose)
    return redis


def listener_of(settings: Settings, stack: AsyncExitStack) -> Redis:
    """For the bus, which asks for a sign of life itself: silence is normal on a channel.

    In protocol 3 the library writes the whole of each message down for a log, whether or not that is kept.
    """
    assert settings.redis_url
    listener = Redis.from_url(
        settings.redis_url.get_secret_value(),
        protocol=2,
        socket_timeout=5.0,
        socket_connect_timeout=1.0,
        socket_keepalive=True,
        retry=Retry(ExponentialWithJitterBackoff(cap=0.05, base=0.01), 0),
    )
    stack.push_async_callback(listener.aclose)
    return listener
