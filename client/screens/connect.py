"""Who and where: the first screen, which stays until a server knows us, and comes back when none does any more."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Final

from pydantic import TypeAdapter, ValidationError

from client.dialling import TLS
from client.events import Ended, Event, NameRefused, Reconnecting
from client.screens.actions import Action, Confirm, Edit
from client.screens.menu import Menu
from client.screens.views import Choice, ConnectView, Field, Tone
from schemas.ids import Endpoint
from schemas.limits import NICK_MAX

PORT: Final = 5560
"""Of a server that is named without one."""
SERVERS_MAX: Final = 400
NICK: Final = "nick"
SERVERS: Final = "servers"
CONNECT: Final = "connect"
SUGGESTED: Final = "suggested"
OPTIONS: Final = "options"
RECENT_SHOWN: Final = 2
RECENT: Final = "recent "

_ENDPOINT: Final = TypeAdapter[str](Endpoint)

Start = Callable[[str, Sequence[str]], None]
"""Begins, or goes on, with this name on these servers."""


class ConnectScreen:
    """`start` is called when the player has said who and where."""

    def __init__(self, nick: str, servers: Sequence[str], recent: Sequence[str], start: Start) -> None:
        """`recent`: what was written for the server of late."""
        self._texts = {NICK: nick, SERVERS: ", ".join(servers) or (recent[0] if recent else "")}
        self._recent = recent
        self._start = start
        self.options_wanted = False
        self._menu = Menu(NICK)
        self._busy = False
        self._status, self._tone = "", Tone.PLAIN
        self._suggestion = ""

    def act(self, action: Action) -> None:
        if isinstance(action, Edit) and self._menu.at in self._texts:
            self._texts[self._menu.at] = action.text
            return
        chosen = self._menu.act(action, self._rows()) or ""
        if chosen == SUGGESTED:
            self._texts[NICK] = self._suggestion
        if chosen in self._texts and not isinstance(action, Confirm):
            self._menu.at = chosen
        elif chosen.startswith(RECENT):
            self._texts[SERVERS] = chosen.removeprefix(RECENT)
            self._menu.at = CONNECT
        elif chosen == OPTIONS:
            self.options_wanted = True
        elif chosen:
            self._connect()

    def connecting(self) -> None:
        """It was started, by the player or without asking."""
        self._busy, self._suggestion = True, ""
        self._status, self._tone = "Connecting", Tone.PLAIN

    def asking(self) -> None:
        """The player is to say who and where."""
        self._busy, self._suggestion, self._status = False, "", ""
        self._menu.at = NICK

    def _connect(self) -> None:
        nick = self._texts[NICK].strip()
        servers = addresses(self._texts[SERVERS])
        if not nick:
            self._refuse("choose a name", NICK)
        elif isinstance(servers, str):
            self._refuse(servers, SERVERS)
        else:
            self._start(nick, servers)

    def _refuse(self, why: str, field: str) -> None:
        self._busy, self._status, self._tone = False, f"{why[:1].upper()}{why[1:]}", Tone.BAD
        self._menu.at = field

    def hear(self, event: Event) -> None:
        match event:
            case NameRefused(nick=nick, text=text, suggestion=suggestion):
                self._texts[NICK], self._suggestion = nick, suggestion
                self._refuse(f"{nick}: {text}", SUGGESTED if suggestion else NICK)
            case Reconnecting(why=why):
                self._status, self._tone = f"No connection, trying again ({why})", Tone.BAD
            case Ended(text=text):
                self._refuse(text, NICK)

    @property
    def _can_choose(self) -> bool:
        """Nothing is on its way, or what is did not get there yet: another server may be better."""
        return not self._busy or self._tone is Tone.BAD

    def _choices(self) -> tuple[Choice, ...]:
        suggested = (Choice(SUGGESTED, f"Play as {self._suggestion}"),) if self._suggestion else ()
        return (*suggested, Choice(CONNECT, "Play"), Choice(OPTIONS, "Settings"))

    def _recent_choices(self) -> tuple[Choice, ...]:
        others = (server for server in self._recent if server != self._texts[SERVERS].strip())
        return tuple(Choice(f"{RECENT}{server}", server) for server in others)[:RECENT_SHOWN]

    def _rows(self) -> list[list[str]]:
        recent, choices = self._recent_choices(), self._choices()
        return [[NICK], [SERVERS], [choice.name for choice in recent], *([choice.name] for choice in choices)]

    def view(self) -> ConnectView:
        fields = (
            Field(NICK, "Your name", self._texts[NICK], NICK_MAX, "what the others see"),
            Field(SERVERS, "Server", self._texts[SERVERS], SERVERS_MAX, "play.example.org:5560"),
        )
        return ConnectView(
            fields=tuple(replace(field, focused=field.name == self._menu.at) for field in fields),
            recent=self._menu.marked(self._recent_choices()) if self._can_choose else (),
            choices=self._menu.marked(self._choices()) if self._can_choose else (),
            status=self._status,
            tone=self._tone,
            busy=self._busy,
        )


def addresses(text: str) -> list[str] | str:
    """The HOST:PORT parts of a comma-separated list; a text that says what is wrong where one is none."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    found = [part if ":" in part.removeprefix(TLS) else f"{part}:{PORT}" for part in parts]
    for part in found:
        try:
            _ENDPOINT.validate_python(part.removeprefix(TLS))
        except ValidationError:
            return f"{part} is no HOST:PORT"
    return found or "name a server"
