"""What is to be shown, as values: whatever draws it, window or terminal, needs nothing else.

One file, however long: it is all that the screens and those who draw them have in common.

`x` and `distance` are millimetres, as in the race; ages and other times are seconds.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import NamedTuple

from client.settings import Settings
from schemas.race import Summary
from schemas.to_client import BoardTop
from services.game.sim.events import Event as Happening


class Tone(Enum):
    """What kind of message it is."""

    PLAIN = auto()
    GOOD = auto()
    BAD = auto()
    COOL = auto()


# Parts of screens


@dataclass(frozen=True, slots=True)
class Choice:
    """Something that can be chosen: by mouse, by moving the focus there and confirming, or by its key."""

    name: str
    """What `Choose` says."""
    label: str
    key: str = ""
    """To be shown beside the label."""
    focused: bool = False


@dataclass(frozen=True, slots=True)
class Field:
    """A line of text that can be edited while it has the focus."""

    name: str
    """What `Edited` says."""
    label: str
    text: str
    longest: int
    hint: str = ""
    """Shown while there is no text."""
    focused: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    nick: str
    colour: int | None
    """Of the car; None: has none here."""


class LineTone(Enum):
    SAID = auto()
    TOLD = auto()
    """For one person only."""
    NEWS = auto()
    """Who came and who went."""
    HINT = auto()
    """From the client itself."""


@dataclass(frozen=True, slots=True)
class ChatLine:
    """`unread`: it came while nobody looked."""

    tone: LineTone
    nick: str
    """Who said it, or of whom it is news; empty where the client itself says it."""
    text: str
    outward: bool = False
    """Told by ourselves to `nick`."""
    unread: bool = False


@dataclass(frozen=True, slots=True)
class ChatView:
    title: str
    lines: tuple[ChatLine, ...]
    """Oldest first; without the newest `scrolled` ones."""
    field: Field
    """Has the focus while somebody types."""
    count: int
    """People in the room."""
    people: tuple[str, ...]
    """Their names; empty where there are too many to list."""
    colours: Mapping[str, int]
    """Of the cars that some of them have here, by name."""
    scrolled: int = 0
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Message:
    """A few words over the road that rise and fade."""

    text: str
    tone: Tone
    age: float


@dataclass(frozen=True, slots=True)
class Notice:
    """Something that everybody must see: what is wrong, and for how long."""

    title: str
    text: str
    tone: Tone
    since: float | None = None
    """Lasts for so long already [s]; None: it just happened."""


class NetSample(NamedTuple):
    """What the network did at a moment."""

    round_trip: float
    age: float
    """Of the newest snapshot."""
    correction: float
    """How far the newest snapshot proved the own car wrong [mm]."""


@dataclass(frozen=True, slots=True)
class NetView:
    """What the network does; None: not known yet."""

    round_trip: float | None
    age: float | None
    jitter: float | None
    """By how much snapshots come more or less late than the one before."""
    correction: float | None
    lead: float | None
    """What is shown is so far ahead of the newest snapshot."""
    epoch: int | None
    """The how manieth owner of the race has it."""
    takeovers: int
    """So often another owner went on, as far as we have seen."""
    history: tuple[NetSample, ...]
    """Of the last seconds, the oldest first."""


@dataclass(frozen=True, slots=True)
class Amount:
    """Something that is set by left and right, between two ends."""

    name: str
    label: str
    text: str
    """As it is set."""
    less: bool
    """Left would change it, as would `more` right."""
    more: bool
    focused: bool = False


@dataclass(frozen=True, slots=True)
class Binding:
    """The keys that do something."""

    name: str
    label: str
    keys: tuple[str, ...]
    waiting: bool
    """The next key that is pressed does it."""
    focused: bool = False


# Screens


@dataclass(frozen=True, slots=True)
class ConnectView:
    fields: tuple[Field, ...]
    recent: tuple[Choice, ...]
    """Servers of late."""
    choices: tuple[Choice, ...]
    status: str
    tone: Tone
    busy: bool


@dataclass(frozen=True, slots=True)
class RaceRow:
    """A race in the lobby's list."""

    race: Summary
    choices: tuple[Choice, ...]
    focused: bool


@dataclass(frozen=True, slots=True)
class CreateForm:
    field: Field
    amounts: tuple[Amount, ...]
    choices: tuple[Choice, ...]
    error: str


@dataclass(frozen=True, slots=True)
class LobbyView:
    nick: str
    choices: tuple[Choice, ...]
    races: tuple[RaceRow, ...]
    """Those that are in sight; `above` and `below` are hidden."""
    above: int
    below: int
    total: int | None
    """Races there are; None: not known yet."""
    practice: tuple[Amount, ...]
    """What practice is to be like."""
    best: str
    """The least time that the player ever needed; empty: never got there."""
    form: CreateForm | None
    board: BoardTop | None


@dataclass(frozen=True, slots=True)
class CarView:
    """A player's car as it is drawn now."""

    nick: str
    colour: int
    x: float
    distance: float
    speed: float
    """[mm/s]"""
    heading: float
    """Of the car's nose; right is positive, a crash adds whole turns [degrees]."""
    spinning: bool
    immune: bool
    draft: float
    """How much of a full slipstream it has, 0 to 1."""
    own: bool
    away: bool
    braking: bool = False
    scraping: bool = False
    """Along the rail."""


@dataclass(frozen=True, slots=True)
class VehicleView:
    """A car of the traffic as it is drawn now."""

    x: float
    distance: float
    look: int


@dataclass(frozen=True, slots=True)
class RoadView:
    """What is to be seen of the road."""

    distance: float
    """Of the car that the camera follows."""
    seed: int
    cars: tuple[CarView, ...] = ()
    traffic: tuple[VehicleView, ...] = ()


@dataclass(frozen=True, slots=True)
class StandingRow:
    place: int
    person: Person
    score: int
    gap: str
    """To the first, as a text; a racing time for those who have finished."""
    own: bool
    note: str = ""
    """bot, away, ready or nothing."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A car on the strip map."""

    colour: int
    at: float
    """From the last (0) to the first (1)."""
    own: bool


@dataclass(frozen=True, slots=True)
class Lamps:
    """The start: so many of three red lamps are lit; or all are green."""

    red: int
    green: bool = False


@dataclass(frozen=True, slots=True)
class RaceScreenView:
    """`place` and what follows are of the own car, or of the one that is watched."""

    name: str
    status: str
    """One line on what goes on: who waits for what, for how long."""
    watching: str | None
    """Whom, where the player only watches."""
    road: RoadView
    place: int | None
    of: int
    ahead: str
    """Who is in front, and by how much; empty for the first."""
    score: int
    goal: int
    speed: int
    """[km/h]"""
    draft: float
    standings: tuple[StandingRow, ...]
    in_full: bool
    """The standings, because somebody asked for it."""
    strip: tuple[Mark, ...]
    lamps: Lamps | None
    messages: tuple[Message, ...]
    choices: tuple[Choice, ...]
    """What one can do before the start."""
    happened: tuple[Happening, ...] = ()
    """What the own car went through since the last frame."""


@dataclass(frozen=True, slots=True)
class ResultRow:
    place: int
    person: Person
    score: int
    time: str
    """To the winning score; empty where it was not reached."""
    own: bool
    bot: bool
    ready: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class ResultsView:
    name: str
    title: str
    won: bool
    best: str
    """The least time that the player ever needed; empty: never got there."""
    record: bool
    """This time was it."""
    status: str
    rows: tuple[ResultRow, ...]
    choices: tuple[Choice, ...]
    seed: int


@dataclass(frozen=True, slots=True)
class Hint:
    keys: str
    text: str
    """What they do."""


@dataclass(frozen=True, slots=True)
class MenuView:
    title: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class SettingsView:
    rows: tuple[Amount | Binding, ...]
    choices: tuple[Choice, ...]

    @property
    def waiting(self) -> bool:
        """The next key is not to do what it does elsewhere."""
        return any(isinstance(row, Binding) and row.waiting for row in self.rows)


Screen = ConnectView | LobbyView | RaceScreenView | ResultsView


@dataclass(frozen=True, slots=True)
class View:
    """A whole frame."""

    now: float
    screen: Screen
    settings: Settings
    chat: ChatView | None = None
    notices: tuple[Notice, ...] = ()
    menu: MenuView | None = None
    """Over the screen, until something in it was chosen."""
    options: SettingsView | None = None
    """Over everything else, until the player goes back."""
    controls: tuple[Hint, ...] = ()
    """All keys, where somebody asked for them."""
    net: NetView | None = None
    hints: tuple[Hint, ...] = ()
    """The keys that matter most just now."""

    @property
    def typed(self) -> Field | None:
        """The field that has the focus."""
        if self.menu or self.options:
            return None
        fields = [self.chat.field] if self.chat else []
        match self.screen:
            case ConnectView(fields=asked):
                fields += asked
            case LobbyView(form=CreateForm(field=name)):
                fields.append(name)
        return next((field for field in fields if field.focused), None)
