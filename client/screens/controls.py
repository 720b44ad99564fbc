"""What keys do, as players are told; `client.window.keys` and `client.terminal.keys` make it true."""

from typing import Final

from client.screens.views import Hint
from client.settings import Keys

SIGNS: Final = {
    "left": "\N{LEFTWARDS ARROW}",
    "right": "\N{RIGHTWARDS ARROW}",
    "up": "\N{UPWARDS ARROW}",
    "down": "\N{DOWNWARDS ARROW}",
}
"""Of keys that have one printed on them."""
NO_KEY: Final = "none"


def sign(key: str) -> str:
    """A key as it is told to players."""
    return SIGNS.get(key) or (key.upper() if len(key) == 1 else key.capitalize())


def signs(keys: tuple[str, ...]) -> str:
    return "  or  ".join(map(sign, keys)) or NO_KEY


CHAT: Final = Hint("Enter", "chat")
MENU: Final = Hint("Esc", "menu")
HELP: Final = Hint("F1", "all keys")
CHOOSE: Final = Hint("\N{UPWARDS ARROW} \N{DOWNWARDS ARROW}", "choose")
CONFIRM: Final = Hint("Enter", "confirm, or chat")
OTHER_CAR: Final = Hint("\N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}", "watch another car")

IN_CONNECT: Final = (Hint("Enter", "play"), Hint("Tab", "next field"), Hint("Esc", "quit"))
IN_LOBBY: Final = (CHOOSE, CONFIRM, MENU, HELP)
WATCHING: Final = (OTHER_CAR, CHAT, MENU, HELP)
IN_RESULTS: Final = (Hint("R", "rematch"), Hint("L", "lobby"), CHAT, MENU, HELP)
IN_OPTIONS: Final = (
    CHOOSE,
    Hint("\N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}", "change"),
    Hint("Enter", "press another key"),
    Hint("Esc", "done"),
)
ANYWHERE: Final = (CHAT, MENU, HELP)
TYPING: Final = (Hint("Enter", "send"), Hint("Esc", "leave the chat"), Hint("/help", "commands"))


def driving(keys: Keys) -> tuple[Hint, ...]:
    """What one must know before the start."""
    wheel = f"{signs(keys.left[:1])} {signs(keys.right[:1])}"
    pedals = (Hint(signs(keys.faster[:1]), "full throttle"), Hint(signs(keys.brake[:1]), "brake"))
    return (Hint(wheel, "steer"), *pedals, HELP)


def every(keys: Keys) -> tuple[Hint, ...]:
    """All there is."""
    return (
        Hint(signs(keys.left), "steer left"),
        Hint(signs(keys.right), "steer right"),
        Hint(signs(keys.faster), "full throttle"),
        Hint(signs(keys.brake), "brake"),
        Hint("Game pad", "stick or cross steers, A or trigger drives"),
        Hint("Enter  or  T", "chat"),
        Hint("1 to 9", "quick phrases; /help lists them"),
        Hint("Page up, page down", "older and newer chat"),
        Hint("Space", "ready for the start"),
        Hint("Tab", "standings in full"),
        Hint("M", "sound on and off"),
        Hint("Esc", "back, menu"),
        Hint("F1", "this help"),
        Hint("F3", "network graph"),
        Hint("F11", "full screen"),
    )
