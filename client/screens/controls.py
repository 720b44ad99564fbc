"""What keys do, as players are told; `client.window.keys` and `client.terminal` make it true."""

from typing import Final

from client.screens.views import Hint

STEER: Final = Hint("\N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}  or  A D", "steer")
FASTER: Final = Hint("\N{UPWARDS ARROW}  or  W", "full throttle")
BRAKE: Final = Hint("\N{DOWNWARDS ARROW}  or  S", "brake")
CHAT: Final = Hint("Enter", "chat")
MENU: Final = Hint("Esc", "menu")
HELP: Final = Hint("F1", "all keys")
CHOOSE: Final = Hint("\N{UPWARDS ARROW} \N{DOWNWARDS ARROW}", "choose")
CONFIRM: Final = Hint("Enter", "confirm, or chat")
STANDINGS: Final = Hint("Tab", "standings")
OTHER_CAR: Final = Hint("\N{LEFTWARDS ARROW} \N{RIGHTWARDS ARROW}", "watch another car")
SEND: Final = Hint("Enter", "send")
LEAVE_CHAT: Final = Hint("Esc", "leave the chat")

IN_CONNECT: Final = (Hint("Enter", "play"), Hint("Tab", "next field"), Hint("Esc", "quit"))
IN_LOBBY: Final = (CHOOSE, CONFIRM, MENU, HELP)
BEFORE_START: Final = (STEER, FASTER, BRAKE, HELP)
WATCHING: Final = (OTHER_CAR, MENU, HELP)
IN_RESULTS: Final = (Hint("R", "rematch"), Hint("L", "lobby"), CHAT, MENU, HELP)
ANYWHERE: Final = (CHAT, MENU, HELP)
TYPING: Final = (SEND, LEAVE_CHAT, Hint("/help", "commands"))

ALL: Final = (
    STEER,
    FASTER,
    BRAKE,
    Hint("Enter  or  T", "chat"),
    Hint("Esc", "back, menu"),
    Hint("Tab", "standings in full"),
    Hint("Space", "ready for the start"),
    Hint("Page up, page down", "older and newer chat"),
    Hint("F1", "this help"),
    Hint("F3", "network"),
    Hint("F11", "full screen"),
)
