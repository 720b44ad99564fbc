"""The director's deeds on real processes, which here are fake services that do nothing else."""

from pathlib import Path

import pytest

from slipstream.chaos.director import Director
from slipstream.chaos.interruptions import Interruptions
from slipstream.chaos.schedule import Deed, Mischief
from slipstream.stack import LocalStack
from tests.slipstream.fakes import fake_command

pytestmark = pytest.mark.failover


async def test_each_deed_is_done_to_one_process_which_serves_again_when_it_is_over(tmp_path: Path) -> None:
    seen = Interruptions()
    async with LocalStack(games=2, chats=1, log_dir=tmp_path, command=fake_command) as stack:
        before = [process.run.pid for process in stack.processes]
        await Director(stack, seen).carry_out(
            [
                Mischief(0.0, Deed.KILL, "game", 0.9, 0.0),
                Mischief(0.0, Deed.DRAIN, "redis", 0.0, 0.0),
                Mischief(0.1, Deed.STOP, "redis", 0.0, 0.1),
            ]
        )
        assert all(process.is_up for process in stack.processes)
        changed = [process.name for process, pid in zip(stack.processes, before, strict=True) if process.run.pid != pid]
    assert changed == ["redis", "game-2"]
    assert seen.report()["events"] == {"game": 1, "redis": 1}, "who is being drained is not stopped as well"
    assert all(cause.until and cause.until >= cause.at for cause in seen._causes)


async def test_the_last_process_of_a_service_is_left_alone(tmp_path: Path) -> None:
    seen = Interruptions()
    async with LocalStack(log_dir=tmp_path, command=fake_command) as stack:
        await Director(stack, seen).carry_out([Mischief(0.0, Deed.KILL, "game", 0.0, 0.0)])
        assert stack.of("game")[0].is_up
    assert seen.report()["events"] == {}
