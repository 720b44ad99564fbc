"""Where a player is, in which race and which room, and what follows from going somewhere else.

Every step is pure: the player before in, the player after and actions out.
"""

from typing import NamedTuple

from schemas import names
from schemas.caller import Caller, Detach
from schemas.ids import room_of
from schemas.names import Owned
from schemas.to_chat import EnterRoom, ExitRoom
from schemas.to_game import GiveUp
from schemas.to_server import Seen
from services.gateway.actions import Action, Follow, Publish, Unfollow


class Player(NamedTuple):
    """An open session's player. Empty: in no race, in no room."""

    caller: Caller
    race: str = ""
    room: str = ""
    asked: int = 0
    """Id of the last request for a seat that went on its way."""
    lists_races: bool = False
    """Has asked for the list of races, which keeps coming while in no race."""

    @property
    def places(self) -> tuple[Owned, ...]:
        race = (names.race(self.race),) if self.race else ()
        return (*race, names.room(self.room)) if self.room else race


Step = tuple[Player, tuple[Action, ...]]


def seated(player: Player, race: str) -> Step:
    """A race has a place for the player."""
    if race == player.race:
        return player, ()
    if not player.race:
        return player._replace(race=race), (Unfollow(names.LOBBY), Follow(names.race(race)))
    # Two requests found a place each: the newer one counts.
    give_up = Publish(names.race(player.race), GiveUp(caller=player.caller, id=0))
    player, left = unseated(player, player.race)
    player, entered = seated(player, race)
    return player, (give_up, *left, *entered)


def unseated(player: Player, race: str) -> Step:
    """The player has no place in a race any more; the race's chat room is closed to this player too."""
    if race != player.race:
        return player, ()
    out: tuple[Action, ...] = (Unfollow(names.race(race)),)
    if player.room == room_of(race):
        player, left = exited(player)
        out += left
    if player.lists_races:
        out += (Follow(names.LOBBY),)
    return player._replace(race=""), out


def entered(player: Player, room: str, seen: Seen | None) -> Step:
    """The player goes into a room, out of the one before; or asks the same room for what was missed."""
    player, left = exited(player) if player.room not in ("", room) else (player, ())
    enter = EnterRoom(caller=player.caller, seen=seen)
    return player._replace(room=room), (*left, Follow(names.room(room), enter))


def exited(player: Player) -> Step:
    """The player leaves the room for good."""
    room = names.room(player.room)
    return player._replace(room=""), (Unfollow(room), Publish(room, ExitRoom(session=player.caller.session)))


def silenced(player: Player) -> tuple[Action, ...]:
    """Nothing more is for this connection."""
    return tuple(Unfollow(place) for place in (names.LOBBY, *player.places))


def detached(player: Player) -> tuple[Action, ...]:
    """The connection is gone; the places are held for a while."""
    detach = Detach(session=player.caller.session, generation=player.caller.generation)
    return tuple(Publish(place, detach) for place in player.places)


def departed(player: Player) -> tuple[Action, ...]:
    """The player leaves for good."""
    race = (Publish(names.race(player.race), GiveUp(caller=player.caller, id=0)),) if player.race else ()
    return (*race, *exited(player)[1]) if player.room else race
