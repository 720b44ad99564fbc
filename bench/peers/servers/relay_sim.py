"""The bare relay's game: takes inputs from Redis pub/sub, and publishes a line of JSON for each room and tick.

`relay_sim.py REDIS_PORT HZ`. A car is a row [name, x, distance, speed, score, last input], as it goes into a state.
"""

import asyncio
import sys
import time
from typing import Any, cast

import hiredis
import uvloop
from pydantic_core import to_json

REDIS_PORT, HZ = int(sys.argv[1]), float(sys.argv[2])


class Game(asyncio.Protocol):
    def __init__(self) -> None:
        self._reader = hiredis.Reader()
        self._rooms: dict[bytes, dict[bytes, list[Any]]] = {}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.WriteTransport, transport)
        self._transport.write(b"HELLO 3\r\nSUBSCRIBE join\r\nPSUBSCRIBE in:*\r\n")

    def data_received(self, data: bytes) -> None:
        self._reader.feed(data)
        while (message := self._reader.gets()) is not False:
            match message:
                case [b"pmessage", _, channel, lines]:
                    self._steer(self._rooms[channel.removeprefix(b"in:")], lines)
                case [b"message", _, joined]:
                    room, name = joined.split()
                    self._rooms.setdefault(room, {})[name] = [name.decode(), 0.0, 0.0, 0.0, 0, 0]

    def _steer(self, cars: dict[bytes, list[Any]], lines: bytes) -> None:
        for line in lines.split(b"\n"):
            name, seq, steer, gas = line.split()
            car = cars[name]
            car[1] = (car[1] + int(steer)) % 800
            car[3] = min(90.0, car[3] + int(gas))
            car[5] = int(seq)

    def tick(self) -> None:
        """All rooms in one write."""
        commands = []
        for room, cars in self._rooms.items():
            for car in cars.values():
                car[2] = round(car[2] + car[3] / HZ, 2)
                car[4] = int(car[2] / 10)
            state = to_json(list(cars.values())) + b"\n"
            head = b"*3\r\n$7\r\nPUBLISH\r\n$%d\r\nst:%b\r\n$%d\r\n" % (3 + len(room), room, len(state))
            commands.append(head + state + b"\r\n")
        if commands:
            self._transport.write(b"".join(commands))


async def main() -> None:
    _, game = await asyncio.get_running_loop().create_connection(Game, "127.0.0.1", REDIS_PORT)
    due = time.perf_counter()
    while True:
        due = max(due + 1 / HZ, time.perf_counter() - 1 / HZ)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        game.tick()


uvloop.run(main())
