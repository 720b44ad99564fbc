import asyncio
import hashlib
import hmac
import time
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from redis.asyncio import Redis

from schemas import names
from schemas.limits import SESSION_GRACE, SESSION_LIFETIME
from schemas.stored import STATE, StoredSession
from services.gateway import sessions as sessions_module
from services.gateway.actions import Keep, Open, Resume
from services.gateway.nicknames import skeleton
from services.gateway.session import KEPT
from services.gateway.sessions import UNPROVED, Opened, Sessions, Taken, Unknown
from services.shared.evaluate import Call, evaluated
from services.shared.pipeline import Command, pipelined
from tests.services.servers import Valkey

A, B = "gateway-a", "gateway-b"


@pytest.fixture
def here(redis: Redis) -> Sessions:
    return Sessions(redis, A)


@pytest.fixture
def there(redis: Redis) -> Sessions:
    return Sessions(redis, B)


def wish(nick: str) -> Open:
    return Open(nick, skeleton(nick))


async def opened(sessions: Sessions, nick: str = "Ann") -> Opened:
    (answer,) = await sessions.open([wish(nick)])
    assert isinstance(answer, Opened)
    return answer


async def resumed(sessions: Sessions, session: str, token: str) -> Opened:
    (answer,) = await sessions.resume([Resume(session, token)])
    assert isinstance(answer, Opened)
    return answer


async def refuses(sessions: Sessions, session: str, token: str) -> bool:
    return await sessions.resume([Resume(session, token)]) == [Unknown()]


async def in_redis(redis: Redis, session: str) -> StoredSession:
    state: Any = await redis.hget(names.session(session), STATE)
    return StoredSession.model_validate_json(state)


async def holder(redis: Redis, nick: str) -> str | None:
    found: Any = await redis.get(names.name(skeleton(nick)))
    return found.decode() if found else None


def proved(answer: Opened) -> StoredSession:
    return answer.stored.replace(token_before="")


# Names


async def test_a_name_is_held_by_one_session_and_so_are_all_that_look_like_it(here: Sessions, there: Sessions) -> None:
    await opened(here, "bill")
    for nick in ("bill", "BILL", "b1ll", "bi11"):
        (answer,) = await there.open([wish(nick)])
        assert isinstance(answer, Taken)
        assert answer.nick == nick


async def test_who_comes_too_late_is_offered_a_name_that_is_free(here: Sessions, there: Sessions) -> None:
    for nick in ("Ann", "Ann2", "ann4"):
        await opened(here, nick)
    (answer,) = await there.open([wish("Ann")])
    assert isinstance(answer, Taken)
    assert answer.suggestion == "Ann3"
    assert (await opened(there, answer.suggestion)).stored.nick == "Ann3"


async def test_of_many_who_ask_at_once_one_gets_the_name(here: Sessions, there: Sessions) -> None:
    batches = await asyncio.gather(here.open([wish("Ann")] * 3), there.open([wish("ann")] * 3))
    answers = [answer for batch in batches for answer in batch]
    assert sum(isinstance(answer, Opened) for answer in answers) == 1
    assert sum(isinstance(answer, Taken) for answer in answers) == 5


async def test_a_batch_is_answered_in_its_order(here: Sessions) -> None:
    await opened(here, "Bob")
    nicks = ["Ann", "Bob", "Cid", "Bob", "Dan"]
    answers = await here.open([wish(nick) for nick in nicks])
    assert [type(answer) for answer in answers] == [Opened, Taken, Opened, Taken, Opened]
    assert [answer.stored.nick for answer in answers if isinstance(answer, Opened)] == ["Ann", "Cid", "Dan"]
    assert await here.open([]) == []


# What is stored


async def test_redis_sees_no_token_and_keeps_nothing_for_ever(redis: Redis, here: Sessions) -> None:
    first = await opened(here)
    second = await resumed(here, first.stored.session, first.token)
    keys: Any = await redis.keys("*")
    assert len(keys) == 2
    for key in keys:
        assert 0 < await redis.pttl(key) <= KEPT * 1000
    stored = str(await redis.hgetall(names.session(first.stored.session))) + str(await holder(redis, "Ann"))
    assert first.token not in stored
    assert second.token not in stored
    kept = await in_redis(redis, first.stored.session)
    assert kept.token == hashlib.sha256(second.token.encode()).hexdigest()


async def test_a_new_session_is_kept_for_moments_until_its_client_was_heard(redis: Redis, here: Sessions) -> None:
    ann = await opened(here)
    keys = [names.session(ann.stored.session), names.name("ann")]
    assert all([await redis.pttl(key) <= UNPROVED * 1000 for key in keys])
    await here.keep([Keep(ann.stored, KEPT)])
    assert all([await redis.pttl(key) > SESSION_GRACE * 1000 for key in keys])


async def test_a_lost_connection_leaves_the_grace(redis: Redis, here: Sessions) -> None:
    ann = await opened(here)
    await here.keep([Keep(ann.stored, KEPT), Keep(ann.stored, SESSION_GRACE)])
    for key in (names.session(ann.stored.session), names.name("ann")):
        assert (SESSION_GRACE - 1) * 1000 < await redis.pttl(key) <= SESSION_GRACE * 1000


async def test_tokens_are_256_random_bits(here: Sessions) -> None:
    tokens = {(await opened(here, f"Ann{number}")).token for number in range(2, 10)}
    assert len(tokens) == 8
    assert {len(token) for token in tokens} == {43}


# Resuming


async def test_a_token_is_exchanged_at_each_resume_on_any_gateway(
    redis: Redis, here: Sessions, there: Sessions
) -> None:
    ann = await opened(here)
    await here.keep([Keep(ann.stored.replace(race="00c0ffee"), KEPT)])
    again = await resumed(there, ann.stored.session, ann.token)
    assert again.token != ann.token
    assert again.resumed
    assert again.gateway_before == A
    assert (again.stored.nick, again.stored.race, again.stored.generation) == ("Ann", "00c0ffee", 2)
    assert await in_redis(redis, ann.stored.session) == again.stored
    assert again.stored.gateway == B


async def test_the_token_before_works_until_the_new_one_was_used(here: Sessions) -> None:
    ann = await opened(here)
    await resumed(here, ann.stored.session, ann.token)  # its welcome is lost
    again = await resumed(here, ann.stored.session, ann.token)
    third = await resumed(here, ann.stored.session, ann.token)  # and again
    await here.keep([Keep(proved(third), KEPT)])
    assert await refuses(here, ann.stored.session, ann.token)
    assert await refuses(here, ann.stored.session, again.token)
    assert (await resumed(here, ann.stored.session, third.token)).stored.generation == 5


WRONG = ["foreign", "guessed", "truncated", "empty", "long", "of no session", "revoked", "too old"]


async def wrong(redis: Redis, here: Sessions, kind: str) -> Resume:
    """What somebody may present who has no right to a session."""
    ann, bob = await opened(here), await opened(here, "Bob")
    session, token = ann.stored.session, ann.token
    tokens = {"foreign": bob.token, "guessed": "A" * 43, "truncated": token[:42], "empty": "", "long": token + "A"}
    if kind == "of no session":
        session = "f" * 16
    elif kind == "revoked":
        await here.forget([ann.stored])
    elif kind == "too old":
        await here.keep([Keep(ann.stored.replace(began=time.time() - SESSION_LIFETIME), KEPT)])
    return Resume(session, tokens.get(kind, token))


@pytest.mark.parametrize("kind", WRONG)
async def test_every_wrong_token_gets_the_same_answer(redis: Redis, here: Sessions, kind: str) -> None:
    presented = await wrong(redis, here, kind)
    assert await refuses(here, presented.session, presented.token)


async def test_for_every_wrong_token_the_same_is_done_so_that_time_tells_nothing(
    valkey: Valkey, monkeypatch: pytest.MonkeyPatch
) -> None:
    redis = valkey.client()
    here, done = Sessions(redis, A), list[str]()
    for module, name in ((hmac, "compare_digest"), (StoredSession, "model_validate_json"), (hashlib, "sha256")):
        monkeypatch.setattr(module, name, _noted(done, name, getattr(module, name)))
    traces = []
    for kind in WRONG:
        presented = await wrong(redis, here, kind)
        done.clear()
        await redis.config_resetstat()
        await refuses(here, presented.session, presented.token)
        traces.append((tuple(done), tuple(await redis.info("commandstats"))))
        await redis.flushall()
    await redis.aclose(close_connection_pool=True)
    assert set(traces) == {traces[0]}
    assert traces[0][0].count("compare_digest") == 2


def _noted(done: list[str], name: str, call: Callable[..., Any]) -> Callable[..., Any]:
    def noting(*arguments: Any, **more: Any) -> Any:
        done.append(name)
        return call(*arguments, **more)

    return noting


async def test_a_session_ends_a_day_after_it_began_however_often_it_came_back(redis: Redis) -> None:
    now = 1000.0
    here = Sessions(redis, A, lambda: now)
    ann = await opened(here)
    now += SESSION_LIFETIME - 1
    again = await resumed(here, ann.stored.session, ann.token)
    assert again.stored.began == ann.stored.began == 1000.0
    now += 1
    assert await refuses(here, ann.stored.session, again.token)


async def test_the_newest_of_several_resumes_wins_and_all_of_them_are_served(
    redis: Redis, here: Sessions, there: Sessions
) -> None:
    ann = await opened(here)
    ask = [Resume(ann.stored.session, ann.token)]
    answers = [answer for batch in await asyncio.gather(here.resume(ask * 2), there.resume(ask)) for answer in batch]
    generations = sorted(answer.stored.generation for answer in answers if isinstance(answer, Opened))
    assert generations == [2, 3, 4]
    assert (await in_redis(redis, ann.stored.session)).generation == 4


async def test_a_session_whose_name_was_given_away_cannot_go_on(redis: Redis, here: Sessions) -> None:
    ann = await opened(here)
    await redis.delete(names.name("ann"))
    await opened(here, "ANN")
    assert await refuses(here, ann.stored.session, ann.token)


# Keeping


async def test_an_older_connection_writes_nothing_and_is_told(redis: Redis, here: Sessions, there: Sessions) -> None:
    ann, bob = await opened(here), await opened(here, "Bob")
    again = await resumed(there, ann.stored.session, ann.token)
    assert await here.keep([Keep(ann.stored, KEPT), Keep(bob.stored, KEPT)]) == [False, True]
    assert await in_redis(redis, ann.stored.session) == again.stored


async def test_what_redis_lost_is_put_back_with_its_name(redis: Redis, here: Sessions) -> None:
    ann = await opened(here)
    await redis.flushall()
    assert await here.keep([Keep(ann.stored, KEPT)]) == [True]
    assert await holder(redis, "Ann") == ann.stored.session
    assert (await resumed(here, ann.stored.session, ann.token)).stored.nick == "Ann"


async def test_of_two_that_put_back_the_newer_one_wins_in_any_order(
    redis: Redis, here: Sessions, there: Sessions
) -> None:
    ann = await opened(here)
    again = await resumed(there, ann.stored.session, ann.token)
    await redis.flushall()
    assert await here.keep([Keep(ann.stored, KEPT)]) == [True]
    assert await there.keep([Keep(again.stored, KEPT)]) == [True]
    assert await here.keep([Keep(ann.stored, KEPT)]) == [False]
    assert await in_redis(redis, ann.stored.session) == again.stored


async def test_what_was_written_may_be_written_again(redis: Redis, here: Sessions) -> None:
    ann = await opened(here)
    for _ in range(2):
        assert await here.keep([Keep(ann.stored, KEPT)]) == [True]
        await redis.script_flush()
    assert await in_redis(redis, ann.stored.session) == ann.stored


# Forgetting


async def test_bye_frees_session_and_name_at_once(redis: Redis, here: Sessions, there: Sessions) -> None:
    ann = await opened(here)
    await here.forget([ann.stored])
    await here.forget([ann.stored])
    assert not await redis.keys("*")
    await opened(there, "Ann")


async def test_nobody_forgets_a_session_that_has_a_newer_connection(here: Sessions, there: Sessions) -> None:
    ann = await opened(here)
    again = await resumed(there, ann.stored.session, ann.token)
    await here.forget([ann.stored])
    assert (await resumed(there, ann.stored.session, again.token)).stored.nick == "Ann"


async def test_nobody_frees_a_name_that_another_session_has(redis: Redis, here: Sessions, there: Sessions) -> None:
    ann = await opened(here)
    await redis.flushall()
    other = await opened(there, "Ann")
    await here.forget([ann.stored])
    assert await holder(redis, "Ann") == other.stored.session


# A node of a cluster that is away


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Keys whose node cannot be asked."""
    keys: set[str] = set()

    async def some(_: Redis, script: str, calls: Sequence[Call]) -> list[Any]:
        return [TimeoutError() if call[0][0] in keys else (await evaluated(_, script, [call]))[0] for call in calls]

    async def found(_: Redis, commands: Sequence[Command]) -> list[Any]:
        return [TimeoutError() if each[1] in keys else (await pipelined(_, [each]))[0] for each in commands]

    monkeypatch.setattr(sessions_module, "evaluated", some)
    monkeypatch.setattr(sessions_module, "pipelined", found)
    return keys


@pytest.mark.parametrize("of", ["name", "session"])
async def test_whose_node_is_away_is_not_answered_and_others_are(here: Sessions, away: set[str], of: str) -> None:
    ann, bob = await opened(here), await opened(here, "Bob")
    away.add(names.name(ann.stored.skeleton) if of == "name" else names.session(ann.stored.session))
    kept = [Keep(ann.stored, KEPT), Keep(bob.stored, KEPT)]
    assert await here.keep(kept) == [None, True]
    wishes = [Resume(each.stored.session, each.token) for each in (ann, bob)]
    nobody, again = await here.resume(wishes)
    assert nobody is None
    assert isinstance(again, Opened)
    assert await here.forget([ann.stored, again.stored]) == [None, True]
    away.clear()
    assert await here.forget([ann.stored]) == [True]
    assert isinstance((await here.open([wish("Ann")]))[0], Opened)


async def test_a_name_whose_node_is_away_is_neither_free_nor_taken(here: Sessions, away: set[str]) -> None:
    away.add(names.name(skeleton("Ann")))
    nobody, bob = await here.open([wish("Ann"), wish("Bob")])
    assert nobody is None
    assert isinstance(bob, Opened)
    away.add(names.name(skeleton("Bob2")))
    [taken] = await here.open([wish("Bob")])
    assert isinstance(taken, Taken)
    assert taken.suggestion not in ("", "Bob2")
