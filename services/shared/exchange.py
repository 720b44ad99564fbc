"""Many commands to one server in one write and one wait.

redis-py's own pipeline packs commands in Python, which costs three times as much as what is sent is worth; hiredis
packs in C. Nothing is repeated here, and a connection on which something went wrong is not used again.
"""

from collections.abc import Iterable
from typing import Any

import hiredis
from redis.exceptions import ReadOnlyError, ResponseError

Command = tuple[Any, ...]
"""Of texts, bytes and numbers."""


async def exchanged(pool: Any, commands: Iterable[Command]) -> list[Any]:
    """The answer of each command, in order; a refusal by the server is an answer too (`ResponseError`).

    Raises one of `deadline.Unavailable` where the server cannot be asked: which commands ran is then unknown.
    """
    packed = [hiredis.pack_command(command) for command in commands]
    connection = await pool.get_connection()
    reusable = False
    try:
        await connection.send_packed_command(b"".join(packed))
        answers = [await _answer(connection) for _ in packed]
        # A server that takes no writes any more was replaced: the next connection finds the one that does.
        reusable = not any(isinstance(answer, ReadOnlyError) for answer in answers)
        return answers
    finally:
        if not reusable:
            await connection.disconnect(nowait=True)
        await pool.release(connection)


async def _answer(connection: Any) -> Any:
    try:
        return await connection.read_response()
    except ResponseError as refusal:
        return refusal


def accepted(answers: list[Any]) -> list[Any]:
    """The same answers; raises the first error among them."""
    for answer in answers:
        if isinstance(answer, Exception):
            raise answer
    return answers
