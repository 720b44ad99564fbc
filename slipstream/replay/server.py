"""A server on which one race can be watched, as it was: `slipstream replay` points the game at it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Final

from schemas.base import BadMessage, Message
from schemas.framing import BadFrame, Lines
from schemas.limits import MAX_FRAME_BYTES, PING_EVERY, PROTOCOL, SNAPSHOT_TICKS, TICK_HZ
from schemas.to_client import Joined, Ping, Pong, Room, Welcome
from schemas.to_server import Enter, Hello, Join, Look, Resume, to_server
from schemas.to_server import Ping as AskedPing
from services.game.rerun import Record
from slipstream.ports import HOST
from slipstream.replay.reel import Reel

FRAME: Final = SNAPSHOT_TICKS / TICK_HZ
"""Seconds between two snapshots."""
CHUNK: Final = 4096


@asynccontextmanager
async def serving(record: Record) -> AsyncIterator[str]:
    """Shows the race from its beginning to everybody who comes; yields HOST:PORT."""
    watched: set[asyncio.Task[None]] = set()

    async def show(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task
        watched.add(task)
        # Whoever goes away, or says what is no message, has seen enough.
        with suppress(ConnectionError, BadFrame, BadMessage, asyncio.CancelledError):
            await Showing(reader, writer, Reel(record)).run()
        watched.discard(task)
        writer.close()

    server = await asyncio.start_server(show, HOST, 0)
    try:
        yield f"{HOST}:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()
        ending = list(watched)
        for task in ending:
            task.cancel()
        await asyncio.gather(*ending, return_exceptions=True)


class Showing:
    """To one client."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, reel: Reel) -> None:
        self._reader, self._writer, self._reel = reader, writer, reel
        self._watches = asyncio.Event()

    async def run(self) -> None:
        """Until the client goes."""
        lines = Lines(MAX_FRAME_BYTES)
        playing = asyncio.create_task(self._play())
        try:
            while data := await self._reader.read(CHUNK):
                for frame in lines.feed(data):
                    self._answer(to_server.decode(frame))
        finally:
            playing.cancel()
            with suppress(ConnectionError, asyncio.CancelledError):
                await playing

    def _answer(self, asked: Message) -> None:
        state = self._reel.state
        match asked:
            case Hello(nick=nick):
                self._send(_welcome(nick, state.race))
            case Resume(session=session):
                self._send(_welcome(f"Viewer{session[:4]}", state.race))
            case Join(id=request, race=race):
                self._send(Joined(id=request, race=race, watching=True), state)
                self._watches.set()
            case Look():
                self._send(state)
            case Enter(room=room):
                self._send(Room(room=room, era="0" * 8, epoch=1, first=1, head=0, complete=True, count=1, members=()))
            case AskedPing(id=number):
                self._send(Pong(id=number))

    async def _play(self) -> None:
        loop = asyncio.get_running_loop()
        await self._watches.wait()
        at = loop.time()
        for messages in self._reel.frames():
            self._send(*messages)
            await self._writer.drain()
            at += FRAME
            await asyncio.sleep(at - loop.time())
        while True:
            self._send(Ping(id=0))
            await asyncio.sleep(PING_EVERY)

    def _send(self, *messages: Message) -> None:
        self._writer.write(b"".join(message.line() for message in messages))


def _welcome(nick: str, race: str) -> Welcome:
    shown = f"{nick[:13]:_<3}"
    return Welcome(
        protocol=PROTOCOL, session=f"{race}{race}", token="0" * 43, nick=shown, resumed=False, race=None, gateways=()
    )
