"""What a player may choose, and what is remembered of them from one evening to the next."""

from enum import StrEnum
from typing import Annotated, Final

from pydantic import ConfigDict, Field, StringConstraints

from schemas.base import Shape
from schemas.ids import AskedNick, ChatText, Count
from schemas.limits import MAX_SEATS
from schemas.race import Skill

LOUDEST: Final = 10
SERVERS_KEPT: Final = 4
MUTED_MOST: Final = 64
"""Names whose lines are not shown."""
KEYS_EACH: Final = 2
"""Keys that do the same."""

KeyName = Annotated[str, StringConstraints(min_length=1, max_length=32)]
ServerText = Annotated[str, StringConstraints(min_length=1, max_length=400)]


class Sight(StrEnum):
    """Which colours a player can tell apart."""

    ALL = "all"
    RED_GREEN = "red_green"
    """Red and green look alike."""
    BLUE_YELLOW = "blue_yellow"
    """Blue and yellow do."""


class Keys(Shape):
    """What drives, by the names of the keys; those that are first are told to players."""

    left: Annotated[tuple[KeyName, ...], Field(max_length=KEYS_EACH)] = ("left", "a")
    right: Annotated[tuple[KeyName, ...], Field(max_length=KEYS_EACH)] = ("right", "d")
    faster: Annotated[tuple[KeyName, ...], Field(max_length=KEYS_EACH)] = ("up", "w")
    brake: Annotated[tuple[KeyName, ...], Field(max_length=KEYS_EACH)] = ("down", "s")

    def bound(self, name: str, key: str) -> "Keys":
        """With a key more for what has this name; whatever else the key did, it does no more."""
        held = {other: tuple(each for each in keys if each != key) for other, keys in dict(self).items()}
        held[name] = (key, *held[name])[:KEYS_EACH]
        return Keys(**held)


class Settings(Shape):
    """Everything has a default, and what another version wrote and this one does not know is left out."""

    model_config = ConfigDict(extra="ignore")

    nick: AskedNick | None = None
    servers: Annotated[tuple[ServerText, ...], Field(max_length=SERVERS_KEPT)] = ()
    """Last used ones, as they were typed, the newest first."""
    volume: Annotated[int, Field(ge=0, le=LOUDEST)] = 7
    muted: bool = False
    sight: Sight = Sight.ALL
    reduced_motion: bool = False
    net_graph: bool = False
    full_screen: bool = False
    driving: Keys = Keys()
    bots: Annotated[int, Field(ge=1, lt=MAX_SEATS)] = 5
    """In practice."""
    skill: Skill = Skill.NORMAL
    phrases: Annotated[tuple[ChatText, ...], Field(min_length=1, max_length=9)] = (
        "Good luck!", "Well driven!", "Watch out!", "Sorry!", "Thanks for the tow!", "So close!", "Good race!",
        "Rematch?", "Back in a minute",
    )  # fmt: skip
    """Said by the number keys."""
    unheard: Annotated[tuple[AskedNick, ...], Field(max_length=MUTED_MOST)] = ()
    """Players whose lines are not shown."""
    best: Count | None = None
    """Least ticks to the winning score, ever."""

    def used(self, nick: str, server: str) -> "Settings":
        """A server knew us by this name."""
        others = tuple(other for other in self.servers if other != server)
        return self.replace(nick=nick, servers=(server, *others)[:SERVERS_KEPT])


class Preferences:
    """The settings as they are now; whoever shows or changes them has the same one."""

    def __init__(self, settings: Settings) -> None:
        self.now = settings

    def change(self, **changes: object) -> None:
        """Raises pydantic's ValidationError, and changes nothing, where a value cannot be."""
        self.now = self.now.replace(**changes)
