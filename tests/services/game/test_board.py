"""The leaderboard counts every result once and ranks wins and times."""

import fakeredis
import pytest
from redis.asyncio import Redis

from services.game.board import Board
from services.game.standings import Result


@pytest.fixture
async def redis() -> Redis:
    return fakeredis.FakeAsyncRedis(protocol=2)


async def test_an_empty_board_has_no_rows(redis: Redis) -> None:
    top = await Board(redis).top()
    assert (top.most_wins, top.best_times) == ((), ())


async def test_wins_add_up_and_the_best_time_stays(redis: Redis) -> None:
    board = Board(redis)
    await board.count(Result("00000001", 1, "ann", {"ann": 4000, "bob": 4100}))
    await board.count(Result("00000001", 2, "ann", {"ann": 4500}))
    await board.count(Result("00000002", 1, "bob", {"bob": 3900}))
    top = await board.top()
    assert [(row.nick, row.wins, row.ticks) for row in top.most_wins] == [("ann", 2, 4000), ("bob", 1, 3900)]
    assert [(row.nick, row.ticks) for row in top.best_times] == [("bob", 3900), ("ann", 4000)]


async def test_a_repeated_result_counts_once(redis: Redis) -> None:
    board = Board(redis)
    result = Result("00000001", 1, "ann", {"ann": 4000})
    assert await board.count(result)
    assert not await board.count(result)
    assert [row.wins for row in (await board.top()).most_wins] == [1]


async def test_a_bots_win_adds_times_of_people_only(redis: Redis) -> None:
    board = Board(redis)
    await board.count(Result("00000001", 1, "", {"bob": 4200}))
    top = await board.top()
    assert top.most_wins == ()
    assert [(row.nick, row.wins) for row in top.best_times] == [("bob", 0)]


async def test_every_key_of_the_board_expires(redis: Redis) -> None:
    await Board(redis).count(Result("00000001", 1, "ann", {"ann": 4000}))
    keys = await redis.keys("*")
    assert len(keys) == 3
    assert all([await redis.ttl(key) > 0 for key in keys])
