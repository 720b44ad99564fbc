"""One run of a program, shown with one-line Python programs."""

import os
import signal
import sys
from pathlib import Path

import pytest

from slipstream.run import Program, Run

pytestmark = pytest.mark.failover

WAITS = "print('ready', flush=True); import sys; sys.stdin.read()"
STUBBORN = f"import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); {WAITS}"


def python(code: str, log: Path) -> Program:
    command = [sys.executable, "-c", code]
    return Program(role="game", name="game-1", command=command, announced=lambda line: line == b"ready\n", log=log)


async def test_a_program_is_ready_when_it_says_so_and_what_it_said_before_is_in_its_log(tmp_path: Path) -> None:
    run = await Run.begin(python(f"print('warming up'); {WAITS}", tmp_path / "log"))
    assert await run.ready()
    assert await run.end(grace_s=10)
    assert (tmp_path / "log").read_text() == "warming up\n"


async def test_a_program_that_ends_early_was_never_ready_and_leaves_its_code_and_its_last_words(tmp_path: Path) -> None:
    run = await Run.begin(python("import sys; sys.exit('no Redis here')", tmp_path / "log"))
    assert not await run.ready()
    assert await run.ended() == 1
    assert "no Redis here" in (tmp_path / "log").read_text()


async def test_output_beyond_any_buffer_does_not_keep_a_program_from_ending(tmp_path: Path) -> None:
    run = await Run.begin(python("print('ready'); print('x' * 1_000_000)", tmp_path / "log"))
    assert await run.ready()
    assert await run.ended() == 0
    assert (tmp_path / "log").stat().st_size == 1_000_001


async def test_a_program_that_ignores_the_request_to_end_is_killed_after_its_grace(tmp_path: Path) -> None:
    run = await Run.begin(python(STUBBORN, tmp_path / "log"))
    assert await run.ready()
    assert not await run.end(grace_s=0.05)
    assert await run.ended() == -signal.SIGKILL


async def test_a_stopped_program_hears_the_request_to_end(tmp_path: Path) -> None:
    run = await Run.begin(python(WAITS, tmp_path / "log"))
    assert await run.ready()
    run.signal(signal.SIGSTOP)
    assert await run.end(grace_s=10)
    assert await run.ended() == -signal.SIGTERM


async def test_no_signal_reaches_a_program_that_has_ended(tmp_path: Path) -> None:
    run = await Run.begin(python("", tmp_path / "log"))
    await run.ended()
    run.signal(signal.SIGTERM)
    run.kill()


async def test_a_run_leaves_no_descriptor_behind(tmp_path: Path) -> None:
    async def one_run() -> set[str]:
        await (await Run.begin(python("", tmp_path / "log"))).ended()
        return set(os.listdir("/dev/fd"))

    assert len(await one_run()) == len(await one_run())


async def test_a_program_that_does_not_exist_is_an_error_and_leaves_no_descriptor_behind(tmp_path: Path) -> None:
    before = len(os.listdir("/dev/fd"))
    with pytest.raises(FileNotFoundError):
        await Run.begin(Program("game", "game-1", [str(tmp_path / "nothing")], announced=bool))
    assert len(os.listdir("/dev/fd")) == before
