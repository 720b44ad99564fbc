"""A proxy's header, by itself; through sockets in `test_bytes.py`."""

import socket
from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from schemas.framing import BadFrame
from services.gateway.proxy import V1_MAX, V2_MAX, Passed, parse

SIGNATURE = b"\r\n\r\n\0\r\nQUIT\n"
LONGEST_V1 = b"PROXY UNKNOWN".ljust(V1_MAX - 2, b"f") + b"\r\n"

Address = IPv4Address | IPv6Address
ports = st.integers(0, 65535)
v4, v6 = st.ip_addresses(v=4), st.ip_addresses(v=6)
pairs = st.tuples(v4, v4) | st.tuples(v6, v6)


def version_1(source: Address, target: Address, source_port: int, target_port: int) -> bytes:
    return f"PROXY TCP{source.version} {source} {target} {source_port} {target_port}\r\n".encode()


def version_2(command: int, family: int, rest: bytes) -> bytes:
    return SIGNATURE + bytes([command, family]) + len(rest).to_bytes(2) + rest


def one_by_one(data: bytes) -> Passed | None:
    """As `parse` sees a header that comes a byte at a time, and what is behind it in one piece."""
    for end in range(1, len(data) + 1):
        passed = parse(data[:end])
        if passed:
            return passed._replace(rest=passed.rest + data[end:])
    return None


@given(pairs, ports, ports, st.binary())
def test_version_1_tells_the_client(pair: tuple[Address, Address], source: int, target: int, rest: bytes) -> None:
    data = version_1(*pair, source, target) + rest
    assert parse(data) == one_by_one(data) == Passed(str(pair[0]), rest)


@given(pairs, ports, ports, st.binary(max_size=300), st.binary())
def test_version_2_tells_the_client(
    pair: tuple[Address, Address], source: int, target: int, more: bytes, rest: bytes
) -> None:
    addresses = pair[0].packed + pair[1].packed + source.to_bytes(2) + target.to_bytes(2)
    data = version_2(0x21, 0x11 if pair[0].version == 4 else 0x21, addresses + more) + rest
    assert parse(data) == one_by_one(data) == Passed(str(pair[0]), rest)


def test_what_haproxy_sends_is_understood() -> None:
    addresses = socket.inet_aton("192.0.2.7") + socket.inet_aton("198.51.100.1") + bytes.fromhex("dc0415b8")
    assert parse(version_2(0x21, 0x11, addresses) + b"{") == Passed("192.0.2.7", b"{")
    assert parse(b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 5560\r\n{") == Passed("192.0.2.7", b"{")


@pytest.mark.parametrize(
    "data",
    [
        b"PROXY UNKNOWN\r\n",
        b"PROXY UNKNOWN ffff::1 ffff::2 1 2\r\n",
        LONGEST_V1.replace(b"UNKNOWN", b"UNKNOWN ", 1)[: V1_MAX - 2] + b"\r\n",
        version_2(0x20, 0x00, b""),
        version_2(0x20, 0x11, bytes(12)),
        version_2(0x21, 0x00, b""),
        version_2(0x21, 0x31, bytes(216)),
    ],
)
def test_a_proxy_may_speak_for_itself_or_not_say_for_whom(data: bytes) -> None:
    assert parse(data + b"{") == one_by_one(data + b"{") == Passed("", b"{")


@pytest.mark.parametrize(
    "data",
    [
        b'{"type":"hello"',
        b"GET / HTTP/1.1\r\n",
        b"\x16\x03\x01",
        b"PROXY\r\n",
        b"PROXY \r\n",
        b"PROXY TCP5 192.0.2.7 198.51.100.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.7\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.1 1\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.1 1 2 3\r\n",
        b"PROXY TCP4  192.0.2.7 198.51.100.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.256 198.51.100.1 1 2\r\n",
        b"PROXY TCP4 ::1 ::1 1 2\r\n",
        b"PROXY TCP6 192.0.2.7 198.51.100.1 1 2\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.1 65536 2\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.1 01 2\r\n",
        b"PROXY TCP4 192.0.2.7 198.51.100.1 -1 2\r\n",
        "PROXY TCP4 192.0.2.7 198.51.100.1 ² 2\r\n".encode(),
        b"PROXY TCP4 " + b"1" * V1_MAX,
        SIGNATURE[:-1] + b"\r" + bytes(4),
        version_2(0x11, 0x11, bytes(12)),
        version_2(0x22, 0x11, bytes(12)),
        version_2(0x21, 0x11, bytes(11)),
        version_2(0x21, 0x21, bytes(35)),
        version_2(0x21, 0x00, bytes(V2_MAX)),
    ],
    ids=lambda data: ascii(data[:48]),
)
def test_whatever_is_no_header_is_refused_with_limit_and_actual_however_it_comes(data: bytes) -> None:
    with pytest.raises(BadFrame) as refused:
        parse(data)
    assert refused.value.code == "bad_frame"
    assert refused.value.limit
    assert refused.value.actual
    with pytest.raises(BadFrame):
        one_by_one(data)


@given(st.one_of(st.binary(), *(st.binary().map(start.__add__) for start in (b"PROXY ", b"PROXY TCP4 ", SIGNATURE))))
@example(b"PROXY UNKNOWN ".ljust(V1_MAX - 2, b"x") + b"\r\n")
@example(b"PROXY UNKNOWN ".ljust(V1_MAX - 1, b"x") + b"\r\n")
def test_any_bytes_are_a_header_the_beginning_of_one_or_refused_the_same_in_one_piece_and_byte_by_byte(
    data: bytes,
) -> None:
    try:
        expected = parse(data)
    except BadFrame:
        with pytest.raises(BadFrame):
            one_by_one(data)
    else:
        assert one_by_one(data) == expected
