r"""The PROXY protocol, versions 1 and 2: a proxy's first bytes on a connection say whose connection it passes on.

    version 1    PROXY TCP4 192.0.2.1 198.51.100.1 56324 5560\r\n         (TCP6 likewise; UNKNOWN: it does not say)
    version 2    12 bytes of signature, 1 version and command, 1 family, 2 length, addresses and ports, anything else

https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt has the whole of it. What is taken is its header as it
stands and nothing near it, for whoever can forge it can be anybody.
"""

from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple

from schemas.framing import BadFrame

V1_MAX: Final = 107
"""Bytes of the longest line, its end included."""
V2_MAX: Final = 2048
"""Bytes of the longest header; certificates' names and the like may follow the addresses."""

_V1: Final = b"PROXY "
_V2: Final = b"\r\n\r\n\0\r\nQUIT\n"
_V2_FIXED: Final = 16
_ADDRESSES: Final = {b"TCP4": IPv4Address, b"TCP6": IPv6Address}
_FAMILIES: Final = {0x11: (IPv4Address, 4), 0x21: (IPv6Address, 16)}
_LOCAL, _PROXY = 0x20, 0x21


class Passed(NamedTuple):
    """A connection that a proxy passes on."""

    address: str
    """The client's; empty where it is the proxy itself that speaks, or does not say."""
    rest: bytes
    """What follows the header."""


def parse(data: bytes) -> Passed | None:
    """What all bytes so far say; None: the header has not ended. Raises `BadFrame` as soon as they cannot be one."""
    if _V2.startswith(data[: len(_V2)]):
        return _version_2(data) if len(data) >= _V2_FIXED else None
    if _V1.startswith(data[: len(_V1)]):
        return _version_1(data)
    raise _bad("PROXY header of version 1 or 2", ascii(data[: len(_V2)]))


def _version_1(data: bytes) -> Passed | None:
    line, end, rest = data.partition(b"\r\n")
    if len(line if end else line.removesuffix(b"\r")) + 2 > V1_MAX:
        raise _bad(f"{V1_MAX} bytes", f"{V1_MAX + 1} bytes or more")
    if not end:
        return None
    _, protocol, *fields = line.split(b" ")
    if protocol == b"UNKNOWN":
        return Passed("", rest)
    family = _ADDRESSES.get(protocol)
    if family is None:
        raise _bad("TCP4, TCP6 or UNKNOWN", ascii(protocol[:16]))
    try:
        source, target, *ports = (field.decode("ascii") for field in fields)
        address, _ = family(source), family(target)
    except ValueError:
        raise _bad("two addresses and two ports", ascii(line[:64])) from None
    if len(ports) != 2 or not all(map(_is_port, ports)):
        raise _bad("two addresses and two ports", ascii(line[:64]))
    return Passed(str(address), rest)


def _is_port(text: str) -> bool:
    return text.isdecimal() and str(int(text)) == text and int(text) <= 65535


def _version_2(data: bytes) -> Passed | None:
    command, family = data[12], data[13]
    end = _V2_FIXED + int.from_bytes(data[14:_V2_FIXED])
    if command not in (_LOCAL, _PROXY):
        raise _bad("version 2, LOCAL or PROXY", f"{command:#04x}")
    if end > V2_MAX:
        raise _bad(f"{V2_MAX} bytes", f"{end} bytes")
    kind, size = _FAMILIES.get(family, (None, 0))
    if end < _V2_FIXED + 2 * size + 4 * bool(size):
        raise _bad("two addresses and two ports", f"{end - _V2_FIXED} bytes")
    if len(data) < end:
        return None
    if command == _LOCAL or kind is None:
        return Passed("", data[end:])
    return Passed(str(kind(data[_V2_FIXED : _V2_FIXED + size])), data[end:])


def _bad(limit: str, actual: str) -> BadFrame:
    return BadFrame("bad_frame", "not the header of a proxy", limit, actual)
