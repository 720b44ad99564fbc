"""The local stack: a real Valkey from its wheel, and fake services that honour the contract."""

import asyncio
import signal
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import pytest
import redis

from slipstream.process import StackFailed
from slipstream.stack import LocalStack
from tests.slipstream.fakes import fake_command

pytestmark = pytest.mark.failover

FakeStack = partial(LocalStack, command=fake_command)


async def test_every_process_is_listed_with_its_role_name_id_and_address(tmp_path: Path) -> None:
    async with FakeStack(gateways=2, games=2, chats=1, log_dir=tmp_path) as stack:
        ready = stack.ready
        assert [process.name for process in ready.processes] == [
            *("redis", "gateway-1", "gateway-2", "game-1", "game-2", "chat-1")
        ]
        assert [process.address for process in ready.processes] == [
            *(ready.redis.removeprefix("redis://"), *stack.gateways, None, None, None)
        ]
        assert len({process.pid for process in ready.processes}) == 6


async def test_each_service_is_told_of_redis_and_of_all_gateways(tmp_path: Path) -> None:
    async with FakeStack(gateways=2, log_dir=tmp_path) as stack:
        expected = f"redis {stack.redis} gateways {','.join(stack.gateways)}\n"
    for name in ("gateway-1", "gateway-2", "game-1", "chat-1"):
        assert (tmp_path / f"{name}.log").read_text() == expected


async def test_what_was_stored_survives_the_kill_of_valkey_which_comes_back_on_its_port(tmp_path: Path) -> None:
    async with FakeStack(log_dir=tmp_path) as stack:
        with redis.Redis.from_url(stack.redis) as client:
            client.set("key", "value")
        await stack.of("redis")[0].kill()
        await stack.of("redis")[0].up()
        with redis.Redis.from_url(stack.redis) as client:
            assert client.get("key") == b"value"


async def test_a_killed_gateway_comes_back_at_its_address(tmp_path: Path) -> None:
    async with FakeStack(gateways=2, log_dir=tmp_path) as stack:
        second = stack.of("gateway")[1]
        await second.kill()
        await second.up()
        host, port = stack.gateways[1].split(":")
        _, writer = await asyncio.open_connection(host, int(port))
        writer.close()


async def test_without_restarts_the_dead_stay_dead_and_the_others_live(tmp_path: Path) -> None:
    async with FakeStack(games=2, restart=False, log_dir=tmp_path) as stack:
        first, second = stack.of("game")
        await first.kill()
        assert second.is_up
        for process in stack.processes:
            await process.kill()
        await stack.watch()


async def test_the_end_of_the_stack_is_the_end_of_every_process_and_of_its_data(tmp_path: Path) -> None:
    async with FakeStack(log_dir=tmp_path) as stack:
        with redis.Redis.from_url(stack.redis) as client:
            directory = Path(client.config_get("dir")["dir"])
        assert (directory / "appendonlydir").is_dir()
    assert not directory.exists()
    assert [process.exit_code for process in stack.processes] == [0, 0, 0, 0]


async def test_a_stopped_process_does_not_outlive_the_stack(tmp_path: Path) -> None:
    async with FakeStack(log_dir=tmp_path) as stack:
        stack.of("game")[0].run.signal(signal.SIGSTOP)
    assert [process.exit_code for process in stack.processes] == [0, 0, 0, 0]


async def test_a_redis_from_elsewhere_is_used_and_left_running(tmp_path: Path) -> None:
    async with FakeStack(gateways=0, games=0, chats=0, log_dir=tmp_path) as elsewhere:
        async with FakeStack(redis=elsewhere.redis, log_dir=tmp_path) as stack:
            assert stack.redis == elsewhere.redis
            assert not stack.of("redis")
        assert elsewhere.of("redis")[0].is_up


async def test_a_service_that_does_not_start_fails_the_stack_by_name_and_nothing_is_left(tmp_path: Path) -> None:
    def broken_chat(service: str) -> Sequence[str]:
        return ["sh", "-c", "exit 3"] if service == "chat" else fake_command("game")

    stack = LocalStack(command=broken_chat, log_dir=tmp_path)
    with pytest.raises(StackFailed, match="chat-1 ended with code 3"):
        await stack.__aenter__()
    assert not any(process.is_up for process in stack.processes)


async def test_a_service_that_never_gets_ready_fails_the_stack_by_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mute_chat(service: str) -> Sequence[str]:
        return ["cat"] if service == "chat" else fake_command("game")

    monkeypatch.setattr("slipstream.stack.START_S", 2)
    with pytest.raises(StackFailed, match=r"not ready within 2 s: chat-1$"):
        await LocalStack(command=mute_chat, log_dir=tmp_path).__aenter__()


async def test_a_taken_port_fails_the_stack_with_a_way_out(tmp_path: Path) -> None:
    async with FakeStack(log_dir=tmp_path) as other:
        port = int(other.gateways[0].split(":")[1])
        with pytest.raises(StackFailed, match=f"port {port} cannot be listened on: choose another with --port"):
            await FakeStack(port=port, log_dir=tmp_path).__aenter__()


async def test_a_port_names_that_of_the_first_gateway_and_the_next_ones_follow(tmp_path: Path) -> None:
    async with FakeStack(gateways=2, port=31_998, log_dir=tmp_path) as stack:
        assert stack.gateways == ["127.0.0.1:31998", "127.0.0.1:31999"]
