"""One player's life across connections, without sockets or clocks: bytes in, events out, bytes to send.

A front end needs a `client.connection.Connection` for it, and then does this in every frame:

    session = Session("Ada", ["play.example.org:7777"], Random())
    session.racing.quick()                  # or create, practise, join, leave, ready, races, board
    session.racing.steer(tick, -100, 100)   # from this tick on: left, full throttle (`client.scene` knows the tick)
    session.chat.say("hello")               # to the lobby, or to the race that we are in; tell: to one player
    for event in session.events():          # everything in `client.events`, oldest first
        ...
    session.racing.view, session.racing.seat, session.chat.members, session.round_trip     # what is known now

All this may be asked for at any time, connected or not; it goes out with the next `tick` (`Connection.advance` does it
at once) and is repeated until answered. Times are seconds of one steady clock.

    state       wants                          goes on to
    WAITING     a connection at `dial_at`      DIALLING by `dial`
    DIALLING    -                              GREETING by `connected`, WAITING by `lost`
    GREETING    `welcome` within a time        OPEN; WAITING by `lost`; NAMELESS when the name is refused
    OPEN        to hear something always       WAITING by `lost` or silence; ENDED or WAITING by `close`
    NAMELESS    another name                   WAITING by `rename`
    ENDED       -                              nothing

Whoever owns the connection closes it as soon as the state is neither GREETING nor OPEN. A call that does not fit the
state (the old connection's `lost` after the new one was asked for) changes nothing.
"""

from collections import deque
from collections.abc import Callable, Iterable
from enum import Enum, auto
from random import Random
from typing import Any, Final

from client.chat import LOBBY_ROOM, Chat
from client.dialling import Dialling
from client.events import Connected, Ended, Event, NameRefused, Reconnecting, Refused, StartedOver
from client.heartbeat import Heartbeat
from client.identity import Identity
from client.racing import Racing
from schemas import to_client, to_server
from schemas.base import BadMessage
from schemas.close import Close, CloseCode, Error, ErrorCode
from schemas.framing import BadFrame, Lines
from schemas.ids import room_of
from schemas.limits import MAX_SERVER_FRAME_BYTES, PROTOCOL
from schemas.race import RaceState, Snapshot

GREETING_WITHIN: Final = 2.0
"""A gateway that does not answer `hello` or `resume` for so long is given up [s]."""
EVENTS_KEPT: Final = 4096
"""Beyond this, the oldest of the events that nobody fetches are dropped."""
IDS_LEFT_FREE: Final = 1000
"""Ids between those that an identity names and those of the session's next life."""


class State(Enum):
    WAITING = auto()
    DIALLING = auto()
    GREETING = auto()
    OPEN = auto()
    NAMELESS = auto()
    ENDED = auto()


class Session:
    """`nick` is 1 to 64 characters, the gateway says what else is wrong with it; `servers` are HOST:PORT."""

    def __init__(self, nick: str, servers: Iterable[str], random: Random, identity: Identity | None = None) -> None:
        self.nick = identity.nick if identity else nick
        self.state = State.WAITING
        self.dial_at = 0.0
        self.racing = Racing(self._next_id)
        self.chat = Chat(LOBBY_ROOM, self._next_id)
        self._key = (identity.session, identity.token) if identity else None
        self._last_id = identity.next_id + IDS_LEFT_FREE if identity else 0
        self._dialling = Dialling(servers, random)
        self._lines = Lines(MAX_SERVER_FRAME_BYTES)
        self._out: list[bytes] = []
        self._events: deque[Event] = deque(maxlen=EVENTS_KEPT)
        self._away_since: float | None = None
        self._opened: float | None = None
        self._heartbeat = Heartbeat()
        self._handlers = self._table()

    @property
    def round_trip(self) -> float:
        """Seconds, smoothed; 0 until measured."""
        return self._heartbeat.round_trip

    @property
    def identity(self) -> Identity | None:
        """To be kept after each `Connected`; None before the first."""
        return Identity(self.nick, *self._key, self._last_id) if self._key else None

    def events(self) -> list[Event]:
        """What happened since the last call."""
        events = list(self._events)
        self._events.clear()
        return events

    def rename(self, nick: str) -> None:
        """Another name, after `NameRefused`."""
        if self.state is State.NAMELESS:
            self.nick, self.state, self.dial_at = nick, State.WAITING, 0.0

    def quit(self) -> None:
        """Leaves for good: seat and name are free at once."""
        if self.state is State.OPEN:
            self._send(to_server.Bye())
        self._end(None, "you left")

    # For the owner of the connection

    def dial(self, now: float) -> str | None:
        """The address to connect to, or None while none is wanted."""
        if self.state is not State.WAITING or now < self.dial_at:
            return None
        self.state = State.DIALLING
        return self._dialling.next_address()

    def connected(self, now: float) -> None:
        if self.state is not State.DIALLING:
            return
        self.state, self._opened = State.GREETING, None
        self._heartbeat.started(now)
        self._lines = Lines(MAX_SERVER_FRAME_BYTES)
        self._out.clear()
        if self._key is None:
            self._send(to_server.Hello(protocol=PROTOCOL, nick=self.nick))
        else:
            self._send(to_server.Resume(protocol=PROTOCOL, session=self._key[0], token=self._key[1]))

    def received(self, data: bytes, now: float) -> None:
        """Takes what came, whole messages or not."""
        self._heartbeat.heard(now)
        try:
            for frame in self._lines.feed(data):
                if self.has_connection and (message := _known(frame)):
                    self._take(message, now)
        except (BadFrame, BadMessage) as error:
            self.lost(now, f"the server sent what is no message: {error}")

    def lost(self, now: float, why: str) -> None:
        """There is no connection, or none came about."""
        if self.state not in (State.DIALLING, State.GREETING, State.OPEN):
            return
        lasted = now - self._opened if self._opened is not None else 0.0
        self.state, self._opened = State.WAITING, None
        self.dial_at = now + self._dialling.delay_after(lasted)
        self.racing.detached()
        if self._away_since is None:
            self._away_since = now
        self._events.append(Reconnecting(self._away_since, why))

    def tick(self, now: float) -> None:
        """Carries out what time brings; call it about 50 times a second, and after asking for something."""
        if self.state is State.GREETING and self._heartbeat.silence(now) > GREETING_WITHIN:
            self.lost(now, "the server does not answer")
        elif self.state is State.OPEN and self._heartbeat.is_lost(now):
            self.lost(now, "the server fell silent")
        elif self.state is State.OPEN:
            self._keep_up(now)

    def outgoing(self) -> bytes:
        """Bytes to send; empty when there are none."""
        data = b"".join(self._out)
        self._out.clear()
        return data

    @property
    def has_connection(self) -> bool:
        """False: a connection that is still there must be closed, once what is outgoing was sent."""
        return self.state in (State.GREETING, State.OPEN)

    # Within

    def _keep_up(self, now: float) -> None:
        due = [*self.racing.due(now), *self.chat.due(now)]
        if due or self.racing.view:
            self._heartbeat.wanted(now)
        for message in (*self._heartbeat.due(now), *due):
            self._send(message)

    def _send(self, message: to_server.AnyToServer) -> None:
        self._out.append(message.line())

    def _next_id(self) -> int:
        self._last_id += 1
        return self._last_id

    def _end(self, code: CloseCode | None, text: str) -> None:
        if self.state is not State.ENDED:
            self.state = State.ENDED
            self._events.append(Ended(code, text))

    def _take(self, message: to_client.AnyToClient, now: float) -> None:
        self._events.extend(self._handlers[type(message)](message, now) or ())
        view = self.racing.view
        self._events.extend(self.chat.enter(room_of(view.race) if view else LOBBY_ROOM))

    def _table(self) -> dict[type, Callable[[Any, float], Iterable[Event] | None]]:
        racing, chat = self.racing, self.chat
        return {
            to_client.Welcome: self._welcome,
            to_client.Ping: lambda ping, _: self._send(to_server.Pong(id=ping.id)),
            to_client.Pong: lambda pong, now: self._heartbeat.answered(pong.id, now),
            Close: self._close,
            Error: self._error,
            to_client.Joined: racing.joined,
            to_client.Left: lambda left, _: racing.left(left),
            RaceState: racing.state,
            Snapshot: racing.snapshot,
            to_client.RaceList: lambda races, _: racing.listed(races),
            to_client.BoardTop: lambda board, _: racing.board_shown(board),
            to_client.Room: lambda room, _: chat.take_room(room),
            to_client.Line: lambda line, _: chat.take_line(line),
            to_client.Head: lambda head, _: chat.take_head(head),
            to_client.Told: lambda told, _: chat.take_told(told),
            to_client.Reported: lambda reported, _: chat.take_reported(reported),
            to_client.Paused: lambda paused, _: [paused],
            to_client.Announcement: lambda announcement, _: [announcement],
        }

    def _welcome(self, welcome: to_client.Welcome, now: float) -> list[Event]:
        if self.state is not State.GREETING:
            return []
        self.state, self._opened, self._away_since = State.OPEN, now, None
        self.nick = self.racing.nick = self.chat.nick = welcome.nick
        self._key = (welcome.session, welcome.token)
        self._dialling.learn(welcome.gateways)
        self.chat.again()
        return [Connected(welcome.nick, welcome.resumed), *self.racing.welcomed(welcome.race, now)]

    def _close(self, close: Close, now: float) -> None:
        if close.reconnect:
            self.lost(now, close.text)
        elif close.code is CloseCode.SESSION_UNKNOWN and self._key:
            self._key = None
            self._events.append(StartedOver(self.nick))
            self.lost(now, close.text)
        else:
            self._end(close.code, close.text)

    def _error(self, error: Error, _: float) -> list[Event]:
        if self.state is State.GREETING:
            self.state = State.NAMELESS
            return [NameRefused(self.nick, error.code, error.text, error.suggestion)]
        if error.code is ErrorCode.TOO_FAST:  # whatever it was is repeated until it is taken
            return [Refused(error.code, error.text, error.limit, error.actual)]
        line = self.chat.refused(error)
        request, events = (None, []) if line else self.racing.refused(error)
        if error.code is ErrorCode.NOT_IN_ROOM:  # nobody's slip: chat enters the room again by itself
            return events
        return [Refused(error.code, error.text, error.limit, error.actual, error.suggestion, line or request), *events]


def _known(frame: bytes) -> to_client.AnyToClient | None:
    """The message; None for a type of a newer server. Raises BadMessage."""
    try:
        return to_client.to_client.decode(frame)
    except BadMessage as error:
        if error.code != CloseCode.UNKNOWN_TYPE:
            raise
        return None
