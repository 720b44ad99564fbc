"""The life of one connection, without a socket, a clock or Redis: frames and answers in, actions out.

    state      the client may send       what else may happen
    --------   -----------------------   ------------------------------------------------------------
    greeting   hello, resume             check, close, lost
    opening    nothing                   welcome, refuse_name, close, lost
    open       all but hello, resume     seated, unseated, check, close, lost
    closed     (nothing is read)         all of these: an answer may come after the connection went

and between them it goes

    greeting -> opening    hello or resume in our version, the name acceptable
    opening  -> open       welcome
    opening  -> greeting   refuse_name: another `hello` may follow, a few times
    any      -> closed     close, lost, a broken rule, a deadline

What a client may not send closes the connection, with a reason; so does what is no message at all. What a person gets
wrong (a name, a line) is answered with `error` and changes nothing.

Deadlines: `hello` within `limit_hello`; once open, any frame within `limit_idle`, and a ping's pong too, or the client
does not read. It is pinged every second, more rarely while frames are coming and lines are going anyway, or while it
rests: is in no race and wants nothing, as most who only stay connected. Of those there may be ten thousand.

Who talks or asks too fast is told so, with the time to wait, and that message is as if it had not come.

A token is proved by the first frame after `welcome`: the client has read it. Until then the token before stays valid,
and a new session is kept for a few seconds only, so that a name is not lost with the connection that asked for it.

One file, however long: the table above and the steps that carry it out are read together.
"""

import math
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import ClassVar, Final

from schemas import names, to_client
from schemas.base import BadMessage, Message
from schemas.caller import Caller
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.framing import BadFrame
from schemas.limits import (
    INPUT_REPEAT,
    MAX_NUMBER,
    PING_EVERY,
    PING_EVERY_AT_REST,
    PROTOCOL,
    REST_AFTER,
    SESSION_GRACE,
    SESSION_LIFETIME,
)
from schemas.stored import StoredSession
from schemas.to_game import Attach
from schemas.to_server import AnyToServer, Bye, Drive, Hello, Ping, Pong, Resume, Say, Tell, to_server
from services.gateway import account, actions, player, refusals
from services.gateway.actions import Action, CloseWith, Follow, Forget, Keep, Open, Send, Steer
from services.gateway.nicknames import Refused, accepted, skeleton
from services.gateway.player import Player, Step
from services.gateway.routes import ROUTES
from services.shared.limits import Limits

KEPT: Final = SESSION_GRACE + 15.0
"""Seconds that Redis keeps the session of a living connection; renewed every ..."""
RENEW_EVERY: Final = 10.0
"""... so that after a gateway's death at least the grace is left, and more often than anybody calls the roll."""
QUIET: Final = 0.1
"""Whoever was sent something within so many seconds need not be pinged just now ..."""
PROBE_EVERY: Final = 2.0
"""... but so often all the same, for only a pong shows that what is sent is read."""

PONG: Final = b'{"type":"pong",'
FEW: Final = 4
"""Inputs of one `drive`, up to which those that were passed on before are passed on again at once."""
INEXACT: Final = 0.05
"""Seconds by which a look at the deadlines, once every `PING_EVERY`, may come early."""


class State(Enum):
    GREETING = "greeting"
    OPENING = "opening"
    OPEN = "open"
    CLOSED = "closed"


class Session:
    """One connection's side of a session. Times are seconds of one steady clock."""

    __slots__ = (
        "_asked_at",
        "_count",
        "_driven",
        "_driven_at",
        "_due",
        "_ends_at",
        "_heard_at",
        "_limits",
        "_names_left",
        "_new",
        "_ping_id",
        "_pinged_at",
        "_proved",
        "_renewed_at",
        "_said",
        "_told",
        "_unread_since",
        "account",
        "calm_until",
        "id",
        "player",
        "state",
        "stored",
    )

    player: Player
    stored: StoredSession
    """Both from `welcome` on."""

    def __init__(self, now: float, limits: Limits, count: Callable[[str], None] = lambda _: None) -> None:
        """`count` is called with the type of each message."""
        self._count = count
        self.state = State.GREETING
        self.account = account.of_client("", limits, now)
        """What the client has spent; from `welcome` on, that of the session on whichever connection."""
        self.id = ""
        """Of the session; empty before `welcome`."""
        self._heard_at = self._asked_at = self._renewed_at = now
        self._limits = limits
        self._due = now + limits.limit_hello
        self._names_left = limits.limit_names
        self._said, self._told = ("", 0), 0
        self._driven, self._driven_at = ("", 0), now
        """Race and number of the newest input that was passed on, and when all of a `drive` was passed on last."""
        self._ping_id, self._pinged_at = 0, now
        self._unread_since: float | None = None
        """When the ping was sent that has no pong yet."""
        self._proved = self._new = False
        self._ends_at = math.inf
        self.calm_until = 0.0
        """Until then `check` has nothing to look at; set back by any request, and by a race entered or left."""

    def receive(self, frame: bytes, now: float) -> Sequence[Action]:
        """The client sent a frame that `schemas.framing` let pass."""
        if self.state is State.CLOSED:
            return ()
        try:
            message = _decoded_pong(frame) if frame.startswith(PONG) else to_server.decode(frame)
        except BadMessage as error:
            greeting = self.state is State.GREETING
            return self.close(refusals.no_greeting(frame, error) if greeting else refusals.unreadable(error))
        self._count(message.type)
        step = self._STEPS[self.state].get(type(message))
        if step is None:
            return self.close(refusals.out_of_phase(message, self._STEPS[self.state]))
        self._heard_at = now
        proof = self._prove() if self.state is State.OPEN and not self._proved else ()
        return (*proof, *step(self, message))

    def broken(self, error: BadFrame) -> Sequence[Action]:
        """The client's stream cannot be read on."""
        return self.close(refusals.unreadable(error))

    def welcome(
        self,
        stored: StoredSession,
        token: str,
        gateways: tuple[str, ...],
        now: float,
        *,
        resumed: bool,
        left: float = SESSION_LIFETIME,
    ) -> Sequence[Action]:
        """The session is open in Redis, and this connection is its newest. It may last for so many seconds."""
        if self.state is State.CLOSED:
            return () if resumed else (Forget(stored),)
        self.state, self.id, self.stored, self._new = State.OPEN, stored.session, stored, not resumed
        self._heard_at = self._asked_at = self._renewed_at = now
        self._ends_at = now + left
        session, nick, race = stored.session, stored.nick, stored.race
        caller = Caller(session=session, nick=nick, gateway=stored.gateway, generation=stored.generation)
        self.player = Player(caller, race)
        attach = (Follow(names.race(race), Attach(caller=caller)),) if race else ()
        return (Send(_welcome(stored, token, gateways, resumed=resumed).line()), *attach)

    def refuse_name(self, error: Error) -> Sequence[Action]:
        """The name is taken or not allowed."""
        if self.state is State.CLOSED:
            return ()
        self._names_left -= 1
        if not self._names_left:
            return self.close(refusals.too_many_names(self._limits.limit_names))
        self.state, self._due = State.GREETING, self._heard_at + self._limits.limit_hello
        return (Send(error.line()),)

    def seated(self, race: str) -> Sequence[Action]:
        """The session is in the race from now on."""
        return self._moved(player.seated(self.player, race)) if self.state is State.OPEN else ()

    def unseated(self, race: str) -> Sequence[Action]:
        """The session is not in this race any more."""
        return self._moved(player.unseated(self.player, race)) if self.state is State.OPEN else ()

    def check(self, now: float, wrote_at: float) -> Sequence[Action]:
        """Looks at the deadlines, once every `PING_EVERY`. `wrote_at`: when the client was sent something last."""
        if self.state is State.GREETING and now >= self._due:
            return self.close(refusals.no_hello(self._limits.limit_hello))
        if self.state is not State.OPEN:
            return ()
        silent, rests = now - self._heard_at, not self.player.race and now - self._asked_at >= REST_AFTER
        may_be_silent = self._limits.limit_idle + (PING_EVERY_AT_REST if rests else 0.0)
        if silent >= may_be_silent - INEXACT:
            return self.close(refusals.silent(may_be_silent, silent))
        unread = 0.0 if self._unread_since is None else now - self._unread_since
        if unread >= self._limits.limit_idle - INEXACT:
            return self.close(refusals.unread(self._limits.limit_idle, unread))
        if now >= self._ends_at - INEXACT:
            return self.expel(refusals.too_old())
        every = 0.0
        if rests:
            every = PING_EVERY_AT_REST
        elif silent < PING_EVERY and now - wrote_at < QUIET:
            every = PROBE_EVERY
        due = now - self._pinged_at >= every - INEXACT
        done = (*self._renew(now), *(self._probe(now) if due else ()))
        self.calm_until = self._next_deadline(now) if rests else 0.0
        return done

    def _next_deadline(self, now: float) -> float:
        """Of one at rest; 0 where it has sent so much that it has to be looked at all the same."""
        if not self.account.lasts(PING_EVERY_AT_REST):
            return 0.0
        may_be_silent = self._limits.limit_idle
        unread_since = now if self._unread_since is None else self._unread_since
        next_ping, next_renewal = self._pinged_at + PING_EVERY_AT_REST, self._renewed_at + RENEW_EVERY
        silent_at = self._heard_at + may_be_silent + PING_EVERY_AT_REST
        return min(next_ping, next_renewal, unread_since + may_be_silent, silent_at, self._ends_at) - INEXACT

    def close(self, close: Close) -> Sequence[Action]:
        """Ends the connection. Seat and name wait for the session's next one, if this is the newest."""
        if self.state is State.CLOSED:
            return ()
        return (*self._end(newest=close.code is not CloseCode.REPLACED), CloseWith(close))

    def expel(self, close: Close) -> Sequence[Action]:
        """Ends the session for good: seat and name are free, its token opens nothing."""
        if self.state is not State.OPEN:
            return self.close(close)
        self.state = State.CLOSED
        gone = (*player.silenced(self.player), *player.departed(self.player), Forget(self.stored))
        return (*gone, CloseWith(close))

    def lost(self) -> Sequence[Action]:
        """The connection is gone."""
        return self._end(newest=True)

    def _end(self, *, newest: bool) -> Sequence[Action]:
        was, self.state = self.state, State.CLOSED
        if was is not State.OPEN:
            return ()
        silenced = player.silenced(self.player)
        if not newest:
            return silenced
        held = () if self._new else (Keep(self.stored, SESSION_GRACE),)
        return (*silenced, *player.detached(self.player), *held)

    def _hello(self, hello: Hello) -> Sequence[Action]:
        if hello.protocol != PROTOCOL:
            return self.close(refusals.wrong_version(hello.protocol))
        nick = accepted(hello.nick)
        if isinstance(nick, Refused):
            text, limit, actual = nick
            return self.refuse_name(Error(code=ErrorCode.NAME_INVALID, text=text, limit=limit, actual=actual))
        self.state = State.OPENING
        return (Open(nick, skeleton(nick)),)

    def _resume(self, resume: Resume) -> Sequence[Action]:
        if resume.protocol != PROTOCOL:
            return self.close(refusals.wrong_version(resume.protocol))
        self.state = State.OPENING
        return (actions.Resume(resume.session, resume.token),)

    def _ping(self, ping: Ping) -> Sequence[Action]:
        return (Send(to_client.Pong(id=ping.id).line()),)

    def _pong(self, pong: Pong) -> Sequence[Action]:
        if pong.id == self._ping_id:
            self._unread_since = None
        return ()

    def _probe(self, now: float) -> Sequence[Action]:
        """The same ping again while it has no pong, so that one pong is enough, however slow the way."""
        if self._unread_since is None:
            self._ping_id, self._unread_since = self._ping_id % MAX_NUMBER + 1, now
        self._pinged_at = now
        return (Send(_ping_line(self._ping_id)),)

    def _bye(self, _: Bye) -> Sequence[Action]:
        return self.expel(Close.because(CloseCode.GOODBYE, "goodbye"))

    def _drive(self, drive: Drive) -> Sequence[Action]:
        """In no race any more: the client will hear of it, and this steering concerns nobody.

        A race that is late acknowledges late, so clients repeat more and more; all of it would make the race later.
        """
        race, inputs, now = self.player.race, drive.inputs, self._heard_at
        if not race:
            return ()
        known_in, known = self._driven
        if len(inputs) > FEW and known_in == race and now - self._driven_at < INPUT_REPEAT:
            inputs = tuple(each for each in inputs if each.number > known)
        else:
            self._driven_at = now
        self._driven = race, drive.inputs[-1].number
        return (Steer(names.race(race), self.id, inputs),) if inputs else ()

    def _talk(self, line: Say | Tell) -> Sequence[Action]:
        """A repetition of what was let through costs nothing, for a chat that is away is asked again and again."""
        if isinstance(line, Say) and line.room != self.player.room:
            return self._routed(line)
        is_new = line.id > self._last_id(line)
        slip = self._too_fast("chat lines", line.id) if is_new else None
        if slip:
            return (Send(slip.line()),)
        if isinstance(line, Tell):
            self._told = max(self._told, line.id)
        else:
            self._said = line.room, max(self._last_id(line), line.id)
        return self._routed(line)

    def _last_id(self, line: Say | Tell) -> int:
        if isinstance(line, Tell):
            return self._told
        room, said = self._said
        return said if room == line.room else 0

    def _ask(self, asked: Message) -> Sequence[Action]:
        slip = self._too_fast("requests", getattr(asked, "id", 0))
        return (Send(slip.line()),) if slip else self._routed(asked)

    def _too_fast(self, what: str, about: int) -> Error | None:
        """Takes one of what may be spent, or says when there is one."""
        meter, wait = self.account.spend(what, self._heard_at)
        return refusals.too_fast(meter, wait, about) if wait else None

    def _routed(self, message: Message) -> Sequence[Action]:
        self._asked_at = self._heard_at
        return self._moved(ROUTES[type(message)](self.player, message))

    def _moved(self, step: Step) -> Sequence[Action]:
        self.calm_until = 0.0
        self.player, done = step
        return done if self.player.race == self.stored.race else (*done, self._keep(race=self.player.race))

    def _prove(self) -> Sequence[Action]:
        self._proved, self._new = True, False
        return (self._keep(token_before=""),)

    def _keep(self, **changes: str) -> Keep:
        self.stored = self.stored.replace(**changes)
        return Keep(self.stored, KEPT)

    def _renew(self, now: float) -> Sequence[Action]:
        if not self._proved or now - self._renewed_at < RENEW_EVERY - INEXACT:
            return ()
        self._renewed_at = now
        return (Keep(self.stored, KEPT),)

    _STEPS: ClassVar[Mapping[State, Mapping[type[Message], Callable[..., Sequence[Action]]]]] = {
        State.GREETING: {Hello: _hello, Resume: _resume},
        State.OPENING: {},
        State.OPEN: {
            Ping: _ping,
            Pong: _pong,
            Bye: _bye,
            **dict.fromkeys(ROUTES, _ask),
            Drive: _drive,
            Say: _talk,
            Tell: _talk,
        },
    }


@lru_cache
def _ping_line(ping_id: int) -> bytes:
    return to_client.Ping(id=ping_id).line()


@lru_cache
def _decoded_pong(frame: bytes) -> AnyToServer:
    """Thousands who only listen answer in the same words."""
    return to_server.decode(frame)


def _welcome(stored: StoredSession, token: str, gateways: tuple[str, ...], *, resumed: bool) -> to_client.Welcome:
    return to_client.Welcome(
        protocol=PROTOCOL,
        session=stored.session,
        token=token,
        nick=stored.nick,
        resumed=resumed,
        race=stored.race or None,
        gateways=gateways,
    )
