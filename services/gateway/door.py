"""Who gets in: a wish for a session meets the limits, the sanctions and the word list, then Redis.

What is wrong with it ends the connection, or asks for another name.
"""

from collections.abc import Callable, Sequence
from typing import Final, Protocol

import structlog

from schemas.close import Close, CloseCode, Error, ErrorCode
from services.gateway import discipline, refusals
from services.gateway.account import Meter
from services.gateway.actions import Action, Open, Resume
from services.gateway.admission import Admission, Answer
from services.gateway.connection import Connection
from services.gateway.metrics import ADMISSIONS
from services.gateway.rulings import Rulings
from services.gateway.sessions import Opened, Sessions, Taken, Unknown
from services.gateway.words import Filter
from services.shared.link import Link

NO_STORE: Final = Close.because(CloseCode.UNAVAILABLE, "the store cannot be reached, come back in a moment")
NO_SESSION: Final = Close.because(CloseCode.SESSION_UNKNOWN, "no such session, or not its token")

log = structlog.get_logger()


class Host(Protocol):
    """What the door needs of the switchboard."""

    def perform(self, connection: Connection, wanted: Sequence[Action]) -> None: ...

    def install(self, connection: Connection, opened: Opened) -> None:
        """The session is this connection's from now on."""


class Door:
    """`now` is seconds since 1970, by which sanctions end."""

    def __init__(
        self,
        host: Host,
        link: Link,
        sessions: Sessions,
        *,
        rulings: Rulings,
        unwanted: Filter,
        clock: Callable[[], float],
        now: Callable[[], float],
    ) -> None:
        self._host, self._link = host, link
        self._rulings, self._unwanted, self._now = rulings, unwanted, now
        self._admission: Admission[Connection] = Admission(sessions, self._answered, clock)

    async def run(self) -> None:
        """Ends only by cancellation or a fault of ours."""
        await self._admission.run()

    def ask(self, connection: Connection, wish: Open | Resume) -> None:
        """The answer comes later, unless it is no."""
        session = connection.session
        overdrawn = _overdrawn(connection, wish)
        if overdrawn or (isinstance(wish, Open) and not self._link.healthy):
            close = refusals.flood(overdrawn, "address") if overdrawn else NO_STORE
            self._host.perform(connection, session.close(close))
            return
        match discipline.at_door(self._rulings, self._unwanted, wish, connection.address, self._now()):
            case Close() as close:
                self._host.perform(connection, session.close(close))
            case Error() as error:
                self._host.perform(connection, session.refuse_name(error))
            case None:
                self._admission.ask(connection, wish)

    def _answered(self, connection: Connection, answer: Answer) -> None:
        session = connection.session
        outcome = _outcome(answer)
        ADMISSIONS.labels(outcome).inc()
        log.debug("session asked for", outcome=outcome)
        match answer:
            case Opened():
                self._host.install(connection, answer)
            case Taken(nick=nick, suggestion=suggestion):
                error = Error(code=ErrorCode.NAME_TAKEN, text="this name is taken", actual=nick, suggestion=suggestion)
                self._host.perform(connection, session.refuse_name(error))
            case Unknown():
                if connection.home:
                    connection.home.meters["failed resumes"].spend()
                self._host.perform(connection, session.close(NO_SESSION))
            case None:
                self._host.perform(connection, session.close(NO_STORE))


def _overdrawn(connection: Connection, wish: Open | Resume) -> Meter | None:
    """What the address has used up. A name is paid for by trying, a resume by failing."""
    assert connection.home  # known before anything it sent was read
    meters = connection.home.meters
    if isinstance(wish, Open):
        names_tried = meters["names"]
        names_tried.spend()
        return names_tried if names_tried.left < 0 else None
    failed = meters["failed resumes"]
    return failed if failed.left < 1 else None


def _outcome(answer: Answer) -> str:
    """Of a wish for a session, as it is counted."""
    match answer:
        case Opened(resumed=resumed):
            return "resumed" if resumed else "new"
        case Taken():
            return "name_taken"
        case Unknown():
            return "unknown"
        case None:
            return "unavailable"
