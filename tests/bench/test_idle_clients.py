"""An idle client says hello, answers what it must, and knows when it was turned away."""

import asyncio

import pytest

from bench.idle_clients import IdleClient
from schemas.close import Close, CloseCode
from schemas.limits import PROTOCOL
from schemas.to_client import Ping, Welcome
from schemas.to_server import Hello, Pong

WELCOME = Welcome(
    protocol=PROTOCOL, session="0" * 16, token="t" * 43, nick="Idle1", resumed=False, race=None, gateways=()
)


class Transport(asyncio.WriteTransport):
    def __init__(self) -> None:
        self.written = b""

    def write(self, data: bytes | bytearray | memoryview) -> None:
        self.written += bytes(data)


@pytest.fixture
async def client() -> IdleClient:
    return IdleClient("Idle1")


@pytest.fixture
async def transport(client: IdleClient) -> Transport:
    transport = Transport()
    client.connection_made(transport)
    return transport


async def test_it_is_welcomed_and_answers_its_pings(client: IdleClient, transport: Transport) -> None:
    for byte in WELCOME.line() + Ping(id=7).line():
        client.data_received(bytes([byte]))
    await client.welcomed
    assert transport.written == Hello(protocol=PROTOCOL, nick="Idle1").line() + Pong(id=7).line()


async def test_it_says_why_it_was_turned_away(client: IdleClient, transport: Transport) -> None:
    client.data_received(Close.because(CloseCode.UNAVAILABLE, "the gateway is full").line())
    client.connection_lost(None)
    with pytest.raises(ConnectionError, match="the gateway is full"):
        await client.welcomed
    assert client.lost


async def test_one_that_is_lost_later_is_counted(client: IdleClient, transport: Transport) -> None:
    client.data_received(WELCOME.line())
    client.connection_lost(ConnectionResetError())
    await client.welcomed
    assert client.lost
