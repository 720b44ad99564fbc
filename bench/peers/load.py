"""Makes the load of one trial and measures what comes of it: `python -m bench.peers.load SPEC`, a process of its own.

It writes READY when all players have joined, waits for a line, writes BEGIN and END around the window, then `Seen`.
"""

import asyncio
import gc
import sys
import time
from itertools import count
from pkgutil import resolve_name
from typing import Final

import uvloop

from bench.peers.adapter import RACE
from bench.peers.client import Client, now, said_at
from bench.peers.tally import Seen, Spec, Tally, milliseconds
from bench.peers.wires import Wire

JOINING: Final = 32
"""Clients that connect at a time."""
JOINS_WITHIN: Final = 20.0
AFTERWARDS: Final = 0.4
"""Seconds that the load goes on, so that the end of the window is like its middle."""


class Load:
    """All clients of one process."""

    def __init__(self, spec: Spec) -> None:
        self._spec = spec
        self._wire: type[Wire] = resolve_name(spec.wire)
        self._tally = Tally(float("inf"), float("inf"))
        self._clients: list[Client] = []
        self._lags: list[float] = []
        self._take = self._state if spec.workload == RACE else self._line

    async def connect(self) -> None:
        gate = asyncio.Semaphore(JOINING)
        self._clients = await asyncio.gather(*(self._joined(i, gate) for i in range(self._spec.clients)))

    async def _joined(self, i: int, gate: asyncio.Semaphore) -> Client:
        spec = self._spec
        wire = self._wire(i, f"r{i // spec.players if spec.players else 0}", spec.workload)
        host, port = spec.endpoints[i % len(spec.endpoints)]
        async with gate, asyncio.timeout(JOINS_WITHIN):
            _, client = await asyncio.get_running_loop().create_connection(lambda: Client(wire, self._take), host, port)
            await client.joined
        return client

    def _state(self, client: Client, frame: bytes, at: float) -> None:
        seq = client.wire.state_seq(frame)
        if seq is not None:
            self._tally.state(seq, len(frame), at, client.waiting)

    def _line(self, client: Client, frame: bytes, at: float) -> None:
        said = said_at(frame) if client.wire.is_chat(frame) else None
        if said is not None:
            self._tally.line(said, len(frame), at)

    async def run(self) -> Seen:
        begin = now() + self._spec.warm
        end = begin + self._spec.dur
        self._tally = Tally(begin, end)
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._pace(end + AFTERWARDS))
            cpu = tasks.create_task(_window(begin, end))
        for client in self._clients:
            self._tally.never(client.waiting, now())
        lost = sum(client.lost for client in self._clients)
        for client in self._clients:
            client.abort()
        return self._seen(cpu.result(), lost)

    async def _pace(self, end: float) -> None:
        """Sends one message after the other, evenly, each client in turn.

        What is late is made up for, but all that came is read in between, however late it is.
        """
        begin, clients, each = now(), self._clients, 1 / self._spec.sends
        reached = begin
        for k in count():
            due = begin + k * each
            if due > reached:
                await asyncio.sleep(max(0.001, due - now()))
                reached = now()
            if (at := now()) >= end:
                return
            self._send(clients[k % len(clients)], at)
            if k % 16 == 0:
                self._lags.append(at - due)

    def _send(self, client: Client, at: float) -> None:
        if self._spec.workload == RACE:
            client.steer(at)
        else:
            self._tally.say(at)
            client.say(at)

    def _seen(self, cpu: float, lost: int) -> Seen:
        tally, spec = self._tally, self._spec
        lines = tally.said * spec.members
        return Seen(
            delivered=tally.delivered,
            expected=int(spec.clients * spec.hz * spec.dur) if spec.workload == RACE else lines,
            p50=milliseconds(tally.latencies, 50),
            p99=milliseconds(tally.latencies, 99),
            unacked=tally.unacked,
            lost_conns=lost,
            frame_bytes=round(tally.bytes / max(1, tally.delivered)),
            gen_cpu=round(cpu / spec.dur, 3),
            gen_lag_p99=milliseconds(self._lags, 99),
            clients=spec.clients,
        )


async def _window(begin: float, end: float) -> float:
    """Announces the window, and gives the CPU time that this process took in it [s]."""
    await asyncio.sleep(begin - now())
    print("BEGIN", flush=True)
    before = time.process_time()
    await asyncio.sleep(end - now())
    print("END", flush=True)
    return time.process_time() - before


async def main() -> None:
    load = Load(Spec.model_validate_json(sys.argv[1]))
    await load.connect()
    print("READY", flush=True)
    await asyncio.get_running_loop().run_in_executor(None, sys.stdin.readline)
    gc.collect()
    gc.freeze()
    gc.disable()
    print((await load.run()).model_dump_json(), flush=True)


if __name__ == "__main__":
    uvloop.run(main())
