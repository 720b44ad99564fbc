"""Carries out what sessions ask for, and brings them what services send.

Each session has one connection here, the newest; a player's seat, room and name outlive it for `SESSION_GRACE`.

One file, however long: it is where sessions meet all that does something for them, each of which has a file of its own.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from itertools import takewhile
from typing import Any, Final, NamedTuple

import structlog

from schemas import names
from schemas.base import BadMessage
from schemas.caller import Detach
from schemas.close import Close, CloseCode
from schemas.conduct import Sanction
from schemas.limits import SESSION_GRACE, SESSION_LIFETIME
from schemas.names import CHAT
from schemas.stored import StoredSession
from schemas.to_chat import AskHead
from schemas.to_game import LookAt
from schemas.to_gateway import AnyToGateway, Deliver, Replaced, Seated, Unseated, addressed, opened
from services.gateway import discipline
from services.gateway.actions import (
    Action,
    CloseWith,
    Complain,
    Follow,
    Forget,
    Keep,
    Open,
    Publish,
    Resume,
    Send,
    Steer,
    Unfollow,
)
from services.gateway.conduct import Conduct
from services.gateway.connection import Connection
from services.gateway.door import Door
from services.gateway.feeds import Feeds
from services.gateway.keeper import Keeper
from services.gateway.post import Post
from services.gateway.reports import Reports
from services.gateway.session import KEPT, Session, State
from services.gateway.sessions import Opened, Sessions
from services.gateway.tally import Tally
from services.gateway.warden import Warden
from services.gateway.words import Filter, anything_goes
from services.shared.link import Link

ELSEWHERE: Final = Close.because(CloseCode.REPLACED, "the session goes on with a newer connection")

log = structlog.get_logger()


class Gone(NamedTuple):
    """A session whose connection was here; it may come back."""

    stored: StoredSession
    address: str
    until: float


class Switchboard:
    """Connections by session, and what they follow."""

    def __init__(
        self,
        link: Link,
        sessions: Sessions,
        conduct: Conduct,
        tally: Tally,
        *,
        gateway: str,
        told: tuple[str, ...],
        clock: Callable[[], float],
        unwanted: Filter = anything_goes,
        now: Callable[[], float] = time.time,
    ) -> None:
        """`now` is seconds since 1970, by which sanctions end; everything else goes by `clock`."""
        self._link, self._bus, self._tally = link, link.bus, tally
        self._gateway, self._told, self._clock = gateway, told, clock
        self._feeds = Feeds(self._bus, clock)
        self._post = Post(self._bus, clock, self._feeds.heard_at)
        self.keeper = Keeper(sessions, self._superseded)
        self.reports = Reports(conduct)
        self.warden = Warden(conduct, link, self, now)
        self.door = Door(self, link, sessions, rulings=self.warden.rulings, unwanted=unwanted, clock=clock, now=now)
        self._unwanted, self._now = unwanted, now
        self._connections: dict[str, Connection] = {}
        self._gone: dict[str, Gone] = {}
        self._ways: Mapping[type[Action], Callable[[Connection, Any], None]] = {
            Send: lambda connection, send: connection.send(send.line),
            Open: self.door.ask,
            Resume: self.door.ask,
            Publish: self._publish,
            Steer: lambda _, steer: self._post.steer(*steer),
            Follow: self._follow,
            Unfollow: lambda connection, unfollow: self._feeds.unfollow(connection, unfollow.owned),
            Keep: lambda _, keep: self.keeper.write(keep),
            Forget: lambda _, forget: self.keeper.write(forget),
            Complain: lambda connection, complain: self.reports.put(connection, complain, self._now()),
            CloseWith: self._close,
        }

    def perform(self, connection: Connection, wanted: Sequence[Action]) -> None:
        """Does all that a session asks for, in order."""
        for action in wanted:
            self._ways[type(action)](connection, action)

    def hear(self, message: bytes) -> None:
        """What a service or another gateway sends to this gateway."""
        try:
            head, body = opened(message)
        except BadMessage as error:
            log.warning("not a message for a gateway", error=error.for_log)
            return
        connection = self._connections.get(head.session)
        if connection is None:
            self._stranger(head)
            return
        self.perform(connection, _told(connection.session, head))
        # A player who knows of a seat finds it again on another gateway: so it is stored before it is told.
        if isinstance(head, Seated) or self.keeper.promises(head.session):
            self.keeper.then(head.session, lambda: connection.send(body))
        elif body:
            connection.send(body)

    def tell_all(self, line: bytes) -> None:
        """One line for everybody who has a session."""
        for connection in self._connections.values():
            connection.send(line)

    def enforce(self, sanctions: Sequence[Sanction]) -> None:
        """Sends away whom they expel, and whoever has gone meanwhile does not come back."""
        for connection in list(self._connections.values()):
            close = discipline.sent_away(sanctions, connection.session.stored, connection.address)
            if close:
                self.perform(connection, connection.session.expel(close))
        for gone in self._gone.values():
            if discipline.sent_away(sanctions, gone.stored, gone.address):
                self.keeper.write(Forget(gone.stored))

    def mend(self) -> None:
        """Messages may have been missed, and Redis may have come back empty: asks for what was said, stores again."""
        for owned in self._feeds.followed():
            if owned.group == CHAT:
                self._post.publish(owned, AskHead())
        for connection in self._connections.values():
            player = connection.session.player
            if player.race:
                self._post.publish(names.race(player.race), LookAt(caller=player.caller))
            self.keeper.write(Keep(connection.session.stored, KEPT))

    @property
    def players(self) -> int:
        """Whose newest connection is here."""
        return len(self._connections)

    def install(self, connection: Connection, opened: Opened) -> None:
        """The session is this connection's from now on."""
        session, stored = connection.session, opened.stored
        banned = discipline.inside(self.warden.rulings, stored, connection.address, self._now())
        if banned:
            self.keeper.write(Forget(stored))
            self.perform(connection, session.close(banned))
            return
        log.debug("session opened", session=stored.session, thing=_race_of(stored.race), resumed=opened.resumed)
        left = stored.began + SESSION_LIFETIME - self._now()
        now = self._clock()
        welcome = session.welcome(stored, opened.token, self._told, now, resumed=opened.resumed, left=left)
        if session.state is State.OPEN:
            session.account = self._tally.of_session(stored.session, resumed=opened.resumed)
            self._tally.connected(session.account)
            older = self._connections.get(stored.session)
            self._connections[stored.session] = connection
            self._gone.pop(stored.session, None)
            if older:
                self.perform(older, older.session.close(ELSEWHERE))
            if opened.gateway_before not in ("", self._gateway):
                replaced = addressed(Replaced(session=stored.session, generation=stored.generation))
                self._bus.publish(names.gateway(opened.gateway_before), replaced)
        self.perform(connection, welcome)

    def forget(self, connection: Connection) -> None:
        """The connection has ended."""
        session = connection.session
        if self._connections.get(session.id) is connection:
            del self._connections[session.id]
            self._gone[session.id] = Gone(session.stored, connection.address, self._clock() + SESSION_GRACE)

    def sweep(self) -> None:
        """Lets go what nobody came back for."""
        self._feeds.sweep()
        now = self._clock()
        for session in [*takewhile(lambda session: self._gone[session].until < now, self._gone)]:
            del self._gone[session]

    def _follow(self, connection: Connection, follow: Follow) -> None:
        heard = self._feeds.follow(connection, follow.owned)
        if heard.done():
            self._then(connection, follow)
        elif follow.then:
            heard.add_done_callback(lambda _: self._then(connection, follow))

    def _then(self, connection: Connection, follow: Follow) -> None:
        if follow.then and self._feeds.follows(connection, follow.owned):
            self._post.publish(follow.owned, follow.then)

    def _publish(self, connection: Connection, publish: Publish) -> None:
        rulings, stored, message = self.warden.rulings, connection.session.stored, publish.message
        muted = discipline.speaking(rulings, message, stored, connection.address, self._now())
        slip = muted or discipline.unwanted(self._unwanted, message)
        if slip:
            connection.send(slip.line())
        else:
            self._post.publish(publish.to, message)

    def _superseded(self, stored: StoredSession) -> None:
        connection = self._connections.get(stored.session)
        if connection and connection.session.stored.generation == stored.generation:
            self.perform(connection, connection.session.close(ELSEWHERE))

    def _close(self, connection: Connection, last: CloseWith) -> None:
        session = connection.session
        race = session.player.race if session.id else ""
        log.debug("connection closed", session=session.id, thing=_race_of(race), code=last.close.code)
        connection.close(last.close)
        self.forget(connection)

    def _stranger(self, head: AnyToGateway) -> None:
        """A seat that was found for somebody who has gone meanwhile is not to be held for ever."""
        gone = self._gone.get(head.session)
        if gone and isinstance(head, Seated):
            self._post.publish(names.race(head.race), Detach(session=head.session, generation=gone.stored.generation))


def _race_of(race: str) -> str:
    """As logs name it."""
    return names.race(race).id if race else ""


def _told(session: Session, head: AnyToGateway) -> Sequence[Action]:
    """What follows from the head of a message to a gateway."""
    match head:
        case Seated(race=race):
            return session.seated(race)
        case Unseated(race=race):
            return session.unseated(race)
        case Replaced(generation=generation) if session.stored.generation < generation:
            return session.close(ELSEWHERE)
        case Deliver() | Replaced():
            return ()
