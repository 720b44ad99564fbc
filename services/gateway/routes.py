"""What a player's message leads to: one function a type, and the table of them.

A route is pure: player and message in, the player after it and actions out. A person's slip is answered with an
`error` and goes nowhere.
"""

from collections.abc import Callable, Mapping
from typing import Any, Final

from pydantic import TypeAdapter, ValidationError

from schemas import names
from schemas.base import Message
from schemas.close import Error, ErrorCode
from schemas.ids import ChatText, room_of
from schemas.limits import CHAT_TEXT_MAX, MAX_SEATS
from schemas.race import Skill
from schemas.to_chat import SayLine, TellLine
from schemas.to_game import FindRace, GiveUp, ListRaces, LookAt, SetReady, ShowBoard, TakeSeat
from schemas.to_server import (
    Board,
    Create,
    Enter,
    Join,
    Leave,
    Look,
    Practise,
    Quick,
    Races,
    Ready,
    Report,
    Say,
    Tell,
)
from services.gateway.actions import Complain, Follow, Publish, Send
from services.gateway.nicknames import Refused, accepted, skeleton
from services.gateway.player import Player, Step, entered


def quick(player: Player, asked: Quick) -> Step:
    return _find(player, asked.id, name=None, size=MAX_SEATS, bots=0)


def create(player: Player, asked: Create) -> Step:
    return _find(player, asked.id, name=asked.name, size=asked.size, bots=asked.bots, skill=asked.skill)


def practise(player: Player, asked: Practise) -> Step:
    size = asked.bots + 1
    return _find(player, asked.id, name=None, size=size, bots=asked.bots, skill=asked.skill, practice=True)


def join(player: Player, asked: Join) -> Step:
    if player.race not in ("", asked.race):
        return _seated_already(player, asked.id)
    return _take_seat(player, asked.race, asked.id, watch=asked.watch)


def leave(player: Player, asked: Leave) -> Step:
    return _to_race(player, GiveUp(caller=player.caller, id=asked.id), about=asked.id)


def ready(player: Player, asked: Ready) -> Step:
    return _to_race(player, SetReady(caller=player.caller, ready=asked.ready))


def look(player: Player, _: Look) -> Step:
    return _to_race(player, LookAt(caller=player.caller))


def races(player: Player, _: Races) -> Step:
    ask = ListRaces(session=player.caller.session, gateway=player.caller.gateway)
    action = Publish(names.LOBBY, ask) if player.race else Follow(names.LOBBY, ask)
    return player._replace(lists_races=True), (action,)


def board(player: Player, _: Board) -> Step:
    ask = ShowBoard(session=player.caller.session, gateway=player.caller.gateway)
    return player, (Publish(names.LOBBY, ask),)


def enter(player: Player, asked: Enter) -> Step:
    if asked.room in ("lobby", room_of(player.race)):
        return entered(player, asked.room, asked.seen)
    return _slip(player, ErrorCode.NOT_IN_ROOM, "only for those in the race", actual=asked.room)


def say(player: Player, asked: Say) -> Step:
    if asked.room != player.room:
        return _not_in_room(player, asked.room, asked.id)
    if wrong := _wrong_text(asked.text, asked.id):
        return player, (wrong,)
    return _to_room(player, SayLine(caller=player.caller, id=asked.id, text=asked.text))


def tell(player: Player, asked: Tell) -> Step:
    if not player.room:
        return _not_in_room(player, "", asked.id)
    to = accepted(asked.to)
    if isinstance(to, Refused):
        return _slip(player, ErrorCode.NOBODY, "nobody has this name", limit=to.text, actual=to.actual, about=asked.id)
    if wrong := _wrong_text(asked.text, asked.id):
        return player, (wrong,)
    return _to_room(player, TellLine(caller=player.caller, id=asked.id, to=to, skeleton=skeleton(to), text=asked.text))


def report(player: Player, asked: Report) -> Step:
    nick = accepted(asked.nick)
    if isinstance(nick, Refused):
        return _slip(
            player, ErrorCode.NOBODY, "nobody has this name", limit=nick.text, actual=nick.actual, about=asked.id
        )
    if wrong := _wrong_text(asked.why, asked.id):
        return player, (wrong,)
    return player, (Complain(asked, nick, skeleton(nick)),)


ROUTES: Final[Mapping[type[Message], Callable[[Player, Any], Step]]] = {
    Quick: quick,
    Create: create,
    Practise: practise,
    Join: join,
    Leave: leave,
    Ready: ready,
    Look: look,
    Races: races,
    Board: board,
    Enter: enter,
    Say: say,
    Tell: tell,
    Report: report,
}


def _find(
    player: Player,
    about: int,
    *,
    name: str | None,
    size: int,
    bots: int,
    skill: Skill = Skill.NORMAL,
    practice: bool = False,
) -> Step:
    if not player.race:
        wish = FindRace(caller=player.caller, id=about, name=name, size=size, bots=bots, practice=practice, skill=skill)
        return player._replace(asked=about), (Publish(names.LOBBY, wish),)
    if about == player.asked:  # a repetition that crossed its answer: the race gives the same one again
        return _take_seat(player, player.race, about, watch=False)
    return _seated_already(player, about)


def _take_seat(player: Player, race: str, about: int, *, watch: bool) -> Step:
    ask = TakeSeat(caller=player.caller, id=about, watch=watch)
    return player._replace(asked=about), (Publish(names.race(race), ask),)


def _to_race(player: Player, message: Message, about: int = 0) -> Step:
    if not player.race:
        return _slip(player, ErrorCode.NOT_SEATED, "not in a race", about=about)
    return player, (Publish(names.race(player.race), message),)


def _to_room(player: Player, message: Message) -> Step:
    return player, (Publish(names.room(player.room), message),)


def _seated_already(player: Player, about: int) -> Step:
    return _slip(player, ErrorCode.ALREADY_SEATED, "leave the other race first", actual=player.race, about=about)


def _not_in_room(player: Player, asked: str, about: int) -> Step:
    return _slip(player, ErrorCode.NOT_IN_ROOM, "enter the room first", limit=player.room, actual=asked, about=about)


def _slip(player: Player, code: ErrorCode, text: str, *, limit: str = "", actual: str = "", about: int = 0) -> Step:
    return player, (Send(Error(code=code, text=text, limit=limit, actual=actual, about=about).line()),)


_chat_text: Final[TypeAdapter[str]] = TypeAdapter(ChatText)


def _wrong_text(text: str, about: int) -> Send | None:
    """What is wrong with a chat line, if anything."""
    try:
        _chat_text.validate_python(text)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
    else:
        return None
    if first["type"] == "string_too_long":
        code, limit, actual = ErrorCode.LINE_TOO_LONG, f"{CHAT_TEXT_MAX} characters", f"{len(text)} characters"
    else:
        code, limit, actual = ErrorCode.LINE_INVALID, "one line of printable text", ascii(text[:16])
    return Send(Error(code=code, text=first["msg"], limit=limit, actual=actual, about=about).line())
