"""A gateway behind a proxy, on real sockets: whose connection it is, and what becomes of those that do not say."""

from collections.abc import AsyncIterator

import pytest

from schemas.close import CloseCode
from schemas.limits import PROTOCOL
from schemas.to_client import Welcome
from services.gateway.gateway import Gateway
from tests.services.gateway.shapes import frame
from tests.services.gateway.wire import client, gateway
from tests.services.servers import Imitation

HELLO = frame("hello", protocol=PROTOCOL, nick="Ann") + b"\n"
HEADER = b"PROXY TCP4 192.0.2.7 198.51.100.1 56324 5560\r\n"


@pytest.fixture
async def proxied() -> AsyncIterator[Gateway]:
    async with gateway(Imitation(), proxy_protocol=True) as one:
        yield one


async def test_behind_a_proxy_a_client_is_known_by_its_own_address(proxied: Gateway) -> None:
    async with client(proxied) as ann:
        ann.send(HEADER + HELLO)
        await ann.hear(Welcome)
        (connection,) = proxied._wheel
        assert connection.address == "192.0.2.7"


async def test_a_header_may_come_byte_by_byte(proxied: Gateway) -> None:
    async with client(proxied) as ann:
        for byte in HEADER + HELLO:
            ann.send(bytes([byte]))
            await ann.writer.drain()
        await ann.hear(Welcome)


async def test_a_proxy_that_speaks_for_itself_has_its_own_address(proxied: Gateway) -> None:
    async with client(proxied) as ann:
        ann.send(b"PROXY UNKNOWN\r\n" + HELLO)
        await ann.hear(Welcome)
        (connection,) = proxied._wheel
        assert connection.address == "127.0.0.1"


@pytest.mark.parametrize("data", [HELLO, b"PROXY TCP4 nobody\r\n" + HELLO, b"\r\n\r\n\0\r\nQUIT\n\x11\x11\0\0" + HELLO])
async def test_who_comes_past_the_proxy_or_with_a_broken_header_is_told_and_goes(proxied: Gateway, data: bytes) -> None:
    async with client(proxied) as thief:
        thief.send(data)
        close = await thief.closed()
        assert close.code is CloseCode.BAD_FRAME
        assert close.limit
        assert close.actual


async def test_without_the_setting_a_header_is_a_bad_message_and_says_nothing() -> None:
    async with gateway(Imitation()) as one, client(one) as thief:
        thief.send(HEADER + HELLO)
        assert (await thief.closed()).code is CloseCode.BAD_MESSAGE
