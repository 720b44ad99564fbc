"""The chat as it is read and typed on every screen: a log of each room, and a line that is being written.

What comes while the player looks elsewhere, or reads what was said before, is marked until it was seen. Lines of
players who are muted are not shown, those that came already included. Commands stand in `COMMANDS`.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from client.chat import LOBBY_ROOM, Chat
from client.events import Event, NotSaid, Refused, ReportTaken, RoomEntered
from client.screens.actions import Action, Attend, Back, Choose, Confirm, Copy, Edit, Press, Quit, Scroll
from client.screens.views import ChatLine, ChatView, Field, LineTone
from client.settings import MUTED_MOST, Preferences
from schemas.limits import CHAT_TEXT_MAX, NICK_MAX
from schemas.to_client import Announcement, Line, LineKind, Told
from schemas.to_server import Report, Say, Tell

LINES_KEPT: Final = 200
ROOMS_KEPT: Final = 8
FIELD: Final = "chat"
NEWS: Final = {LineKind.JOINED: "joined", LineKind.LEFT: "left"}
READ_WITHIN: Final = 2.5
"""What was in sight for so long was read [s]."""
MSG, MUTE, UNMUTE, REPORT, HELP = "/msg", "/mute", "/unmute", "/report", "/help"
COMMANDS: Final = {
    MSG: "/msg NAME text: to one player",
    MUTE: "/mute NAME: hear no more of a player",
    UNMUTE: "/unmute NAME: hear them again",
    REPORT: "/report NAME why: tell the operators of a player",
    HELP: "/help: this, and what the number keys say",
}

Colours = Mapping[str, int]
"""Of the cars, by nickname."""


class ChatBox:
    """`typing` is true while the line that is written has the focus."""

    def __init__(self, chat: Chat, preferences: Preferences) -> None:
        self._chat, self._preferences = chat, preferences
        self._logs: OrderedDict[str, deque[ChatLine]] = OrderedDict()
        self.typing = False
        self._draft = ""
        self._scrolled = 0
        self._attentive = True
        self._unread_at: float | None = None
        """Since when what is unread is in sight."""

    # What the player does

    def open(self, draft: str | None = None) -> None:
        """Lets the player type, where no text is given on what was begun before."""
        self.typing = True
        self._draft = self._draft if draft is None else draft

    def act(self, action: Action) -> bool:
        """False where the action does not concern the chat; while somebody types, nearly all do."""
        match action:
            case Attend(attentive):
                self._attentive = attentive
            case Choose(name) if name == FIELD:
                self.open()
            case Scroll(what, lines) if what == FIELD:
                self._scrolled = max(0, min(self._scrolled - lines, len(self._log) - 1))
            case Press("t") if not self.typing:
                self.open()
            case Press("/") if not self.typing:
                self.open("/")
            case Press(digit) if digit.isdecimal() and not self.typing:
                self._say_phrase(int(digit))
            case _:
                return self.typing and self._type(action)
        return True

    def _type(self, action: Action) -> bool:
        match action:
            case Edit(text):
                self._draft = text[:CHAT_TEXT_MAX]
            case Confirm():
                self._send(self._draft.strip())
                self.typing, self._draft, self._scrolled = False, "", 0
            case Back():
                self.typing = False
            case Choose() | Copy() | Quit():
                return False
        return True

    def _say_phrase(self, number: int) -> None:
        phrases = self._preferences.now.phrases
        if 1 <= number <= len(phrases):
            self._say(phrases[number - 1])

    def _send(self, text: str) -> None:
        command, _, rest = text.partition(" ")
        name, _, told = rest.strip().partition(" ")
        match command:
            case "/help":
                self._help()
            case "/msg" | "/report" if name and told:
                put = self._chat.tell if command == MSG else self._chat.report
                self._refused(put(name, told.strip()))
            case "/mute" if name:
                self._mute(name)
            case "/unmute" if name:
                self._unmute(name)
            case known if known in COMMANDS:
                self.hint(COMMANDS[known])
            case _ if command.startswith("/"):
                self.hint(f"there is no {command}, but there is {HELP}")
            case _ if text:
                self._say(text)

    def _say(self, text: str) -> None:
        self._refused(self._chat.say(text))

    def _refused(self, refused: Refused | None) -> None:
        if refused:
            self.hint(f"not sent: {refused.text}")

    def _help(self) -> None:
        phrases = self._preferences.now.phrases
        self.hint(*COMMANDS.values(), *(f"{number}: {phrase}" for number, phrase in enumerate(phrases, 1)))

    def _mute(self, name: str) -> None:
        unheard = self._preferences.now.unheard
        if len(name) > NICK_MAX:
            self.hint("nobody has such a name")
        elif name == self._chat.nick:
            self.hint("that is you")
        elif len(unheard) == MUTED_MOST:
            self.hint(f"so many are muted already: {MUTED_MOST}")
        else:
            self._preferences.change(unheard=(*(other for other in unheard if other != name), name))
            self.hint(f"{name} is muted; {UNMUTE} {name} hears them again")

    def _unmute(self, name: str) -> None:
        unheard = self._preferences.now.unheard
        self._preferences.change(unheard=tuple(other for other in unheard if other != name))
        self.hint(f"{name} is heard again" if name in unheard else f"{name} was not muted")

    # What the session says

    def hear(self, event: Event) -> None:
        match event:
            case Line(room=room, kind=LineKind.SAID, nick=nick, text=text):
                self._add(ChatLine(LineTone.SAID, nick, text), room)
            case Line(room=room, kind=kind, nick=nick):
                self._add(ChatLine(LineTone.NEWS, nick, NEWS[kind]), room)
            case Told(nick=nick, to=to, text=text):
                mine = nick == self._chat.nick
                self._add(ChatLine(LineTone.TOLD, to if mine else nick, text, outward=mine))
            case _ if hint := _hint(event):
                self.hint(hint)

    def hint(self, *texts: str) -> None:
        """The client itself says this."""
        for text in texts:
            self._add(ChatLine(LineTone.HINT, "", text))

    def _add(self, line: ChatLine, room: str | None = None) -> None:
        """To the room that we are in, where none is named."""
        room = room or self._chat.room
        log = self._logs.setdefault(room, deque(maxlen=LINES_KEPT))
        self._logs.move_to_end(room)
        while len(self._logs) > ROOMS_KEPT:
            self._logs.popitem(last=False)
        looks = self._attentive and not self._scrolled
        theirs = line.tone in (LineTone.SAID, LineTone.TOLD) and line.nick != self._chat.nick and not line.outward
        log.append(replace(line, unread=theirs and not looks))
        if self._scrolled and room == self._chat.room:
            self._scrolled = min(self._scrolled + 1, len(log) - 1)  # what is read stays in its place

    @property
    def _log(self) -> deque[ChatLine]:
        return self._logs.get(self._chat.room, deque())

    # What is shown

    def advance(self, now: float) -> None:
        """What is in sight for long enough is read."""
        log = self._log
        if not (self._attentive and not self._scrolled and any(line.unread for line in log)):
            self._unread_at = None
        elif self._unread_at is None:
            self._unread_at = now
        elif now - self._unread_at >= READ_WITHIN:
            self._logs[self._chat.room] = deque((replace(line, unread=False) for line in log), maxlen=LINES_KEPT)

    def view(self, colours: Colours) -> ChatView:
        """`colours` are those of the race that we are in."""
        lines = [line for line in self._log if line.nick not in self._preferences.now.unheard]
        return ChatView(
            title="Lobby" if self._chat.room == LOBBY_ROOM else "This race",
            lines=tuple(lines[: max(0, len(lines) - self._scrolled)]),
            field=Field(FIELD, "", self._draft, CHAT_TEXT_MAX, "Enter to chat", self.typing),
            count=self._chat.count,
            people=self._chat.members,
            colours=colours,
            scrolled=self._scrolled,
            unread=sum(line.unread for line in lines),
        )


def _hint(event: Event) -> str:
    """What the client itself says of an event, if anything."""
    match event:
        case RoomEntered(complete=False):
            return "some lines are lost: the history does not reach back that far"
        case NotSaid(text=text):
            return f"perhaps not sent: {text}"
        case Refused(request=Say() | Tell() | Report(), text=text):
            return f"not sent: {text}"
        case ReportTaken(nick=nick):
            return f"the operators can read what you reported of {nick}"
        case Announcement(text=text):
            return f"to everybody: {text}"
    return ""
