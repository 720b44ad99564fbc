"""What a player does, whatever it is done with: keys, a mouse, a game pad or a terminal."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Steer:
    """From now on wheel and pedal are so [per cent]."""

    steer: int
    pedal: int


@dataclass(frozen=True, slots=True)
class Move:
    """The focus, by so many to the right and down."""

    right: int
    down: int


@dataclass(frozen=True, slots=True)
class Confirm:
    """What has the focus; where nothing has it, opens the chat."""


@dataclass(frozen=True, slots=True)
class Back:
    """Out of what was entered last."""


@dataclass(frozen=True, slots=True)
class Press:
    """A key with a letter, in lower case, a digit, or "space": it may be the key of a choice."""

    key: str


@dataclass(frozen=True, slots=True)
class Bind:
    """Any key, by its name, while one is asked for."""

    key: str


@dataclass(frozen=True, slots=True)
class Choose:
    """A choice or a field, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Edit:
    """The text of the field that has the focus is now this."""

    text: str


@dataclass(frozen=True, slots=True)
class Scroll:
    """A list, by so many lines down."""

    what: str
    lines: int


@dataclass(frozen=True, slots=True)
class Standings:
    """To be seen in full, or no more."""

    shown: bool


@dataclass(frozen=True, slots=True)
class Help:
    """The controls are shown, or no more."""


@dataclass(frozen=True, slots=True)
class Readout:
    """What the network does is shown, or no more."""


@dataclass(frozen=True, slots=True)
class FullScreen:
    """The whole screen, or a window again."""


@dataclass(frozen=True, slots=True)
class Attend:
    """The player looks at the game, or at something else."""

    attentive: bool


@dataclass(frozen=True, slots=True)
class Copy:
    """A text that can now be pasted elsewhere."""

    text: str


@dataclass(frozen=True, slots=True)
class Quit:
    """Leaves the game."""


Action = (
    Steer
    | Move
    | Confirm
    | Back
    | Press
    | Bind
    | Choose
    | Edit
    | Scroll
    | Standings
    | Help
    | Readout
    | FullScreen
    | Attend
    | Copy
    | Quit
)
