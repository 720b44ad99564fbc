"""Carries a schedule out on a stack of real processes."""

import asyncio
from collections.abc import Sequence
from time import monotonic

import structlog

from schemas.ready import Role
from slipstream.chaos.interruptions import Interruptions
from slipstream.chaos.schedule import Deed, Mischief
from slipstream.process import Process
from slipstream.stack import LocalStack

log = structlog.get_logger()


class Director:
    """Never takes the last process of a service; Redis there is only one of."""

    def __init__(self, stack: LocalStack, interruptions: Interruptions) -> None:
        self._stack, self._interruptions = stack, interruptions
        self._busy: set[Process] = set()

    async def carry_out(self, schedule: Sequence[Mischief]) -> None:
        """Returns when the last deed is over and its process serves again."""
        start = monotonic()
        async with asyncio.TaskGroup() as deeds:
            for mischief in schedule:
                await asyncio.sleep(start + mischief.at - monotonic())
                process = self._chosen(mischief.role, mischief.pick)
                if process is None:
                    log.info("left alone, there is no other", deed=mischief.deed, role=mischief.role)
                else:
                    deeds.create_task(self._do(mischief, process))

    def _chosen(self, role: Role, pick: float) -> Process | None:
        there = [process for process in self._stack.of(role) if process.is_up and process not in self._busy]
        spare = 0 if role == "redis" else 1
        return there[int(pick * len(there))] if len(there) > spare else None

    async def _do(self, mischief: Mischief, process: Process) -> None:
        self._busy.add(process)
        log.info("chaos", deed=mischief.deed, process=process.name, pid=process.run.pid)
        cause = self._interruptions.begin(mischief.deed, process.role, monotonic())
        match mischief.deed:
            case Deed.KILL:
                await process.kill()
            case Deed.STOP:
                with process.stopped():
                    await asyncio.sleep(mischief.lasts)
            case Deed.DRAIN:
                await process.terminate()
        if process.role != "redis":
            cause.until = monotonic()
        await process.up()
        cause.until = cause.until or monotonic()
        self._busy.discard(process)
