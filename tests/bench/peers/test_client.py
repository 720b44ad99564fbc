"""A connection writes what its wire has to say, also what a state made it say, and nothing once it is cut off."""

import asyncio

import pytest

from bench.peers.client import Client
from bench.peers.wires import LineWire


class Transport(asyncio.WriteTransport):
    def __init__(self) -> None:
        self.written = b""
        self.closed = False

    def write(self, data: bytes | bytearray | memoryview) -> None:
        assert not self.closed, "a closed transport raises"
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closed


class AnsweringWire(LineWire):
    """Says of each state that it has it."""

    def input(self, seq: int) -> bytes:
        return b"%d\n" % seq

    def state_seq(self, frame: bytes) -> int | None:
        self.out += b"has " + frame + b"\n"
        return int(frame)


def take(client: Client, frame: bytes, at: float) -> None:
    client.wire.state_seq(frame)


@pytest.fixture
async def client() -> Client:
    return Client(AnsweringWire(0, "r0", "race"), take)


@pytest.fixture
async def transport(client: Client) -> Transport:
    transport = Transport()
    client.connection_made(transport)
    return transport


async def test_what_a_state_makes_it_say_is_said_at_once(client: Client, transport: Transport) -> None:
    client.data_received(b"1\n2\n")
    assert transport.written == b"has 1\nhas 2\n"


async def test_who_was_cut_off_says_nothing_more_and_is_counted(client: Client, transport: Transport) -> None:
    client.joined.set_result(None)
    client.steer(1.0)
    transport.closed = True
    client.connection_lost(None)
    client.steer(2.0)
    assert transport.written == b"1\n"
    assert client.lost
