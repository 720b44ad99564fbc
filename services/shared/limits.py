"""What a gateway takes from one client, one address and all of them together: each limit with its default.

They are settings (`SLIPSTREAM_LIMIT_*`), checked as those are. A rate is written N+M/S: N at once, then M in S seconds.
What an address may do is counted over all gateways, up to a second late; IPv6 counts by /64.
"""

import re
from dataclasses import dataclass
from functools import cached_property
from ipaddress import IPv4Network, IPv6Network, ip_network
from typing import Annotated, Final

from pydantic import BaseModel, BeforeValidator, Field

from schemas.limits import HELLO_WITHIN, PONG_WITHIN


@dataclass(frozen=True)
class Rate:
    """So many at once; what was spent comes back at so much a time."""

    at_once: float
    more: float
    seconds: float

    @cached_property
    def per_s(self) -> float:
        return self.more / self.seconds

    def __str__(self) -> str:
        seconds = "a second" if self.seconds == 1 else f"in {self.seconds:g} s"
        return f"{self.at_once:.0f} at once, then {self.more:.0f} {seconds}"


UNLIMITED: Final = Rate(1e18, 1e18, 1)
_WRITTEN: Final = re.compile(r"([0-9]{1,9})\+([0-9]{1,9})/([0-9]{1,6})")


def rate(value: object) -> Rate:
    """Of what an operator wrote; raises ValueError."""
    if isinstance(value, Rate):
        return value
    written = _WRITTEN.fullmatch(str(value))
    if written is None or "0" in map(str, map(int, written.groups())):
        raise ValueError("a rate is N+M/S, whole numbers above 0: N at once, then M in S seconds")
    return Rate(*map(int, written.groups()))


Network = IPv4Network | IPv6Network


def _networks(value: object) -> object:
    return tuple(map(ip_network, filter(None, value.split(",")))) if isinstance(value, str) else value


_Rate = Annotated[Rate, BeforeValidator(rate)]
_Whole = Annotated[int, Field(ge=1, le=10**6)]
_Seconds = Annotated[float, Field(gt=0, le=300)]


class Limits(BaseModel):
    """Of one gateway."""

    limit_connections: _Whole = Field(16_384, description="connections to this gateway")
    limit_hello: _Seconds = Field(HELLO_WITHIN, description="seconds to the first `hello` or `resume`")
    limit_idle: _Seconds = Field(PONG_WITHIN, description="seconds without a message, or without reading anything")
    limit_names: _Whole = Field(10, description="names that one connection may try")
    limit_messages: _Rate = Field(Rate(1024, 80, 1), description="messages of one client")
    limit_bursts: _Rate = Field(
        Rate(4096, 1024, 1),
        description="messages at once of all clients, of those beyond 2 s of a client's rate",
    )
    limit_bytes: _Rate = Field(Rate(524_288, 16_384, 1), description="bytes of one client")
    limit_chat: _Rate = Field(Rate(5, 2, 3), description="chat lines of one client")
    limit_requests: _Rate = Field(Rate(40, 5, 1), description="requests for races, rooms and lists of one client")
    limit_address_connections: _Whole = Field(256, description="connections of one address at a time")
    limit_address_arrivals: _Rate = Field(Rate(512, 4, 1), description="connections that one address makes")
    limit_address_floods: _Rate = Field(
        Rate(8, 1, 8),
        description="floods of one address, each counted as much as all before it that are not forgotten",
    )
    limit_address_names: _Rate = Field(Rate(256, 1, 1), description="names that one address tries")
    limit_address_resumes: _Rate = Field(Rate(256, 1, 1), description="failed resumes of one address")
    limit_address_messages: _Rate = Field(Rate(8192, 4096, 1), description="messages of one address")
    limit_address_bytes: _Rate = Field(Rate(4_194_304, 524_288, 1), description="bytes of one address")
    limit_exempt: Annotated[tuple[Network, ...], BeforeValidator(_networks)] = Field(
        (), description="networks, with commas, whose addresses are not limited as such: the operator's own"
    )
