"""By what a client's address is counted and sanctioned, and what of it may be read by people."""

import ipaddress
from functools import lru_cache
from typing import Final

NOWHERE: Final = ""
"""A client without an internet address."""


@lru_cache(maxsize=4096)
def counted(host: object) -> str:
    """IPv4 as it is, IPv6 by its /64, for that is what one customer has; `NOWHERE` where it is no address."""
    try:
        address = ipaddress.ip_address(str(host).removesuffix("/64").partition("%")[0])
    except ValueError:
        return NOWHERE
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is None:
            return str(ipaddress.ip_network((address, 64), strict=False))
        address = address.ipv4_mapped
    return str(address)


def shortened(address: str) -> str:
    """What logs and the audit log may keep of an address that `counted` made: the network that it is from."""
    network = ipaddress.ip_network(address)
    return str(network.supernet(new_prefix=16 if network.version == 4 else 32))
