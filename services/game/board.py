"""The leaderboard in Redis: wins and best times by nickname, each result counted once."""

from typing import Final

from redis.asyncio import Redis

from schemas import names
from schemas.limits import BOARD_ROWS
from schemas.to_client import BoardRow, BoardTop
from services.game.standings import Result
from services.shared.evaluate import evaluate
from services.shared.pipeline import ask

MAX_NICKS: Final = 10_000
"""The best so many are kept."""
SEEN_FOR: Final = 3600
"""Seconds that a counted result is remembered; a race is taken over within seconds."""
KEPT_FOR: Final = 400 * 24 * 3600
"""Seconds after the last result that the board is kept."""

_COUNT: Final = """
if not redis.call('SET', KEYS[1], 1, 'NX', 'EX', ARGV[1]) then return 0 end
if ARGV[4] ~= '' then redis.call('ZINCRBY', KEYS[2], 1, ARGV[4]) end
for i = 5, #ARGV, 2 do redis.call('ZADD', KEYS[3], 'LT', ARGV[i + 1], ARGV[i]) end
redis.call('ZREMRANGEBYRANK', KEYS[2], 0, -ARGV[3] - 1)
redis.call('ZREMRANGEBYRANK', KEYS[3], ARGV[3], -1)
redis.call('EXPIRE', KEYS[2], ARGV[2])
redis.call('EXPIRE', KEYS[3], ARGV[2])
return 1
"""


class Board:
    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    async def count(self, result: Result) -> bool:
        """Adds a result; False: it was there already, so repeating is harmless."""
        keys = [names.board_seen(result.race, result.round), names.BOARD_WINS, names.BOARD_TIMES]
        times = [part for pair in result.times.items() for part in pair]
        arguments = [SEEN_FOR, KEPT_FOR, MAX_NICKS, result.winner, *times]
        [counted] = await evaluate(self._redis, _COUNT, [(keys, arguments)])
        return bool(counted)

    async def top(self) -> BoardTop:
        """The best by wins and by time."""
        winners, fastest = await ask(
            self._redis,
            ("ZREVRANGE", names.BOARD_WINS, 0, BOARD_ROWS - 1),
            ("ZRANGE", names.BOARD_TIMES, 0, BOARD_ROWS - 1),
        )
        nicks = [*winners, *fastest]
        boards = (names.BOARD_WINS, names.BOARD_TIMES)
        scores = await ask(self._redis, *(("ZSCORE", board, nick) for nick in nicks for board in boards))
        rows = [
            BoardRow(nick=nick.decode(), wins=int(wins or 0), ticks=None if ticks is None else int(ticks))
            for nick, wins, ticks in zip(nicks, scores[::2], scores[1::2], strict=True)
        ]
        return BoardTop(most_wins=tuple(rows[: len(winners)]), best_times=tuple(rows[len(winners) :]))
