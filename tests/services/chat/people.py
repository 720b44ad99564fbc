"""Who talks in the tests, and what their gateways send."""

from schemas.caller import Caller, Detach
from schemas.to_chat import EnterRoom, ExitRoom, SayLine, TellLine
from schemas.to_client import AnyToClient, Line, to_client
from schemas.to_server import Seen

ANN, BOB, CAT = (f"{number:016x}" for number in (1, 2, 3))
NICKS = {ANN: "ann", BOB: "bob", CAT: "cat"}


def caller(session: str, generation: int = 1, gateway: str = "gateway-1", nick: str = "") -> Caller:
    nick = nick or NICKS.get(session, f"p{int(session, 16)}xx")
    return Caller(session=session, nick=nick, gateway=gateway, generation=generation)


def enter(session: str, seen: Seen | None = None, generation: int = 1, gateway: str = "gateway-1") -> EnterRoom:
    return EnterRoom(caller=caller(session, generation, gateway), seen=seen)


def leave(session: str) -> ExitRoom:
    return ExitRoom(session=session)


def detach(session: str, generation: int = 1) -> Detach:
    return Detach(session=session, generation=generation)


def say(session: str, line_id: int, text: str = "", generation: int = 1, gateway: str = "gateway-1") -> SayLine:
    return SayLine(caller=caller(session, generation, gateway), id=line_id, text=text or f"{session} says {line_id}")


def tell(session: str, line_id: int, to: str, text: str = "psst") -> TellLine:
    return TellLine(caller=caller(session), id=line_id, to=to, skeleton=to, text=text)


def messages(body: bytes) -> list[AnyToClient]:
    return [to_client.decode(frame) for frame in body.splitlines()]


def talk(lines: list[bytes]) -> list[tuple[int, str, str]]:
    """Lines as number, kind (or text, if said) and nick."""
    read = [Line.model_validate_json(line) for line in lines]
    return [(line.number, line.text or line.kind.value, line.nick) for line in read]
