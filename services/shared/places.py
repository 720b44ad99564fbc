"""URLs that name several servers: Sentinels, or nodes of a cluster."""

from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple
from urllib.parse import unquote, urlsplit

from redis.asyncio.connection import parse_url

SENTINELS: Final = ("redis+sentinel", "rediss+sentinel")
CLUSTERS: Final = ("redis+cluster", "rediss+cluster")
SENTINEL_PORT: Final = 26379
NODE_PORT: Final = 6379

Address = tuple[str, int]


class Place(NamedTuple):
    """What a URL says."""

    addresses: Sequence[Address]
    name: str
    """Of the primary and its replicas, as the Sentinels call them; empty for a cluster."""
    tls: bool
    options: Mapping[str, Any]
    """Of connections to the servers: user, password, database, and certificates for TLS."""


def scheme(url: str) -> str:
    return urlsplit(url).scheme


def parse(url: str) -> Place:
    """Raises ValueError for what names no servers, or Sentinels and nothing to ask them for."""
    parts = urlsplit(url)
    login, at, hosts = parts.netloc.rpartition("@")
    name, _, db = parts.path.strip("/").partition("/")
    of_sentinels, tls = parts.scheme in SENTINELS, parts.scheme.startswith("rediss")
    addresses = [_address(host, SENTINEL_PORT if of_sentinels else NODE_PORT) for host in hosts.split(",") if host]
    if not addresses or bool(name) != of_sentinels:
        rest = "/NAME[/DB] is what a URL of Sentinels" if of_sentinels else " is what a URL of a cluster"
        raise ValueError(f"{parts.scheme}://HOST:PORT[,HOST:PORT...]{rest} looks like")
    one = parse_url(f"{'rediss' if tls else 'redis'}://{login}{at}server/{int(db or 0)}?{parts.query}")
    options = {name: value for name, value in one.items() if name not in ("host", "port", "connection_class")}
    return Place(addresses, unquote(name), tls, options)


def _address(host_and_port: str, default: int) -> Address:
    parts = urlsplit(f"//{host_and_port}")
    return parts.hostname or "", parts.port or default
