"""python-socketio's AsyncServer and AsyncRedisManager under uvicorn and uvloop: rooms of cars, and a chat.

`pysio.py PORT REDIS_PORT HZ race|chat`. A car is a row [name, x, distance, speed, score, last input], as it goes into a
state.
"""

import asyncio
import sys
import time
from typing import Any

import socketio
import uvicorn

PORT, REDIS_PORT, HZ, WORKLOAD = int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), sys.argv[4]
Cars = dict[str, list[Any]]


class Rooms(socketio.AsyncNamespace):  # type: ignore[misc, unused-ignore] # it carries no types
    def __init__(self) -> None:
        super().__init__("/")
        self._rooms: dict[str, Cars] = {}
        self._where: dict[str, tuple[str, str]] = {}
        """Room and name of each connection."""

    async def on_join(self, sid: str, data: dict[str, str]) -> None:
        room, name = data["room"], data["name"]
        await self.enter_room(sid, room)
        self._where[sid] = room, name
        self._rooms.setdefault(room, {})[name] = [name, 0.0, 0.0, 0.0, 0, 0]
        await self.emit("joined", 1, to=sid)

    async def on_input(self, sid: str, data: dict[str, int]) -> None:
        room, name = self._where[sid]
        car = self._rooms[room][name]
        car[1] = (car[1] + data["steer"]) % 800
        car[3] = min(90.0, car[3] + data["gas"])
        car[5] = data["seq"]

    async def on_chat(self, sid: str, data: dict[str, str]) -> None:
        await self.emit("chat", data, room=self._where[sid][0])

    async def on_disconnect(self, sid: str, reason: str | None = None) -> None:  # noqa: ARG002 - the library's
        room, name = self._where.pop(sid, ("", ""))
        self._rooms.get(room, {}).pop(name, None)
        if not self._rooms.get(room):
            self._rooms.pop(room, None)

    async def tick(self) -> None:
        for room, cars in list(self._rooms.items()):
            for car in cars.values():
                car[2] = round(car[2] + car[3] / HZ, 2)
                car[4] = int(car[2] / 10)
            await self.emit("state", {"cars": list(cars.values())}, room=room)


async def race(rooms: Rooms) -> None:
    due = time.perf_counter()
    while True:
        due = max(due + 1 / HZ, time.perf_counter() - 1 / HZ)
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        await rooms.tick()


async def main() -> None:
    manager = socketio.AsyncRedisManager(f"redis://127.0.0.1:{REDIS_PORT}")
    server = socketio.AsyncServer(async_mode="asgi", client_manager=manager)
    rooms = Rooms()
    server.register_namespace(rooms)
    config = uvicorn.Config(
        socketio.ASGIApp(server), "127.0.0.1", PORT, log_level="error", access_log=False, backlog=2048
    )
    ticking = asyncio.create_task(race(rooms)) if WORKLOAD == "race" else None
    await uvicorn.Server(config).serve()
    if ticking:
        ticking.cancel()


if __name__ == "__main__":
    import uvloop

    uvloop.run(main())
