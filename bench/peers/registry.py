"""Every peer, by the name that the command line knows."""

from collections.abc import Mapping
from typing import Final

from bench.peers.adapter import Adapter
from bench.peers.brokers import Mosquitto, Nats, RawRedis
from bench.peers.relay import GatheringRelay, Relay
from bench.peers.rooms import Colyseus, PythonSocketIo, SocketIo
from bench.peers.slipstream import Slipstream

ADAPTERS: Final[Mapping[str, type[Adapter]]] = {
    adapter.name: adapter
    for adapter in (
        Slipstream,
        Colyseus,
        SocketIo,
        PythonSocketIo,
        Relay,
        GatheringRelay,
        Mosquitto,
        Nats,
        RawRedis,
    )
}
