"""Ports for processes that must come back on the same one after a restart."""

import contextlib
import random
import socket
from collections.abc import Iterator

HOST = "127.0.0.1"
FREE = range(20_000, 32_000)
"""Below the ports that systems give to outgoing connections: a client that keeps dialling a dead server's port could
otherwise be given that very port, reach itself, and keep the server from coming back."""


def free_ports() -> Iterator[int]:
    """Ports of `FREE` in random order that nothing listens on; ends when all were tried."""
    return (port for port in random.sample(FREE, k=len(FREE)) if is_free(port))


def is_free(port: int) -> bool:
    """Whether a server could listen there: the port exists, is allowed to us, and nobody else has it."""
    with socket.socket() as probe, contextlib.suppress(OSError, OverflowError):
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((HOST, port))
        return True
    return False
