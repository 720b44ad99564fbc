"""What a session asks of the shell around it, in order."""

from typing import NamedTuple

from schemas.base import Message
from schemas.close import Close
from schemas.names import Owned
from schemas.stored import StoredSession
from schemas.to_server import Input, Report


class Send(NamedTuple):
    """To the client."""

    line: bytes


class Open(NamedTuple):
    """A new session is wanted. Answered by `Session.welcome`, `refuse_name` or `close`."""

    nick: str
    skeleton: str


class Resume(NamedTuple):
    """A session is wanted back. Answered by `Session.welcome` or `close`."""

    session: str
    token: str


class Publish(NamedTuple):
    """To whoever owns it; somebody has to answer."""

    to: Owned
    message: Message


class Steer(NamedTuple):
    """To the race's owner, together with what others steer."""

    race: Owned
    session: str
    inputs: tuple[Input, ...]


class Follow(NamedTuple):
    """The client gets what is said to all; `then` is published once nothing of it can be missed."""

    owned: Owned
    then: Message | None = None


class Unfollow(NamedTuple):
    owned: Owned


class Keep(NamedTuple):
    """Stores the session for so many seconds."""

    stored: StoredSession
    seconds: float


class Forget(NamedTuple):
    """Frees session and name."""

    stored: StoredSession


class Complain(NamedTuple):
    """Keeps what the player reports of another. Answered to the client."""

    report: Report
    nick: str
    skeleton: str


class CloseWith(NamedTuple):
    """The last one for this connection that the client sees."""

    close: Close


Action = Send | Open | Resume | Publish | Steer | Follow | Unfollow | Keep | Forget | Complain | CloseWith
