"""A Redis client that never waits long and never repeats a command by itself.

A command that timed out may have run: only who knows that it is idempotent may send it again. So there are no retries
here, and one short deadline around the whole of what is awaited (`deadline`). The client has no timeout of its own for
reading and writing, because redis-py writes within `asyncio.wait_for`, which on Python 3.11 can lose a cancellation:
the task would live on for ever.
"""

from typing import Any, Final

from redis.asyncio import Connection, Redis, SSLConnection
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from services.shared import cluster, places, sentinels
from services.shared.deadline import COMMAND_WITHIN, Unavailable, deadline, reason
from services.shared.exchange import MAX_CONNECTIONS, Pool, SentinelPool

__all__ = ["COMMAND_WITHIN", "CONNECT_WITHIN", "Unavailable", "connect", "deadline", "reason"]

CONNECT_WITHIN: Final = 0.5
"""Seconds that connecting, or waiting for a free connection, may take."""


def connect(url: str, process: str = "") -> Redis:
    """A client for `url`; connects on first use, under the process's name. Raises ValueError for no URL of Redis.

    `redis://`, `rediss://` (TLS) and `unix://` name a server; `redis+sentinel://HOST:PORT[,HOST:PORT...]/NAME[/DB]`
    names Sentinels and what they call the server, `redis+cluster://HOST:PORT[,HOST:PORT...]` some nodes of a cluster;
    `rediss+sentinel://` and `rediss+cluster://` the same with TLS. User and password are those of the servers.
    """
    options = {**_connection_options(), "client_name": process}
    match places.scheme(url):
        case kind if kind in places.SENTINELS:
            return _behind_sentinels(places.parse(url), options)
        case kind if kind in places.CLUSTERS:
            return _in_a_cluster(places.parse(url), options)
    return Redis.from_pool(Pool.from_url(url, **options, **_POOL))


def _behind_sentinels(place: places.Place, options: dict[str, Any]) -> Redis:
    options |= {"ssl": place.tls}
    tls = {name: value for name, value in place.options.items() if name.startswith("ssl_")}
    finder = sentinels.Finder(place.addresses, {**options, **tls})
    # It has no pool that waits for a free connection; nothing here asks for many at once.
    pool = SentinelPool(place.name, finder, max_connections=2 * MAX_CONNECTIONS, **options, **place.options)  # type: ignore[no-untyped-call] # left untyped there
    return Redis.from_pool(pool)


def _in_a_cluster(place: places.Place, options: dict[str, Any]) -> Redis:
    kind = SSLConnection if place.tls else Connection
    return cluster.Cluster(place.addresses, {**options, **place.options, **_POOL, "connection_class": kind})


_POOL: Final = {"max_connections": MAX_CONNECTIONS, "timeout": CONNECT_WITHIN}


def _connection_options() -> dict[str, Any]:
    return {
        "protocol": 2,
        "socket_timeout": None,
        "socket_connect_timeout": CONNECT_WITHIN,
        "socket_keepalive": True,
        "retry": Retry(NoBackoff(), 0),
    }
