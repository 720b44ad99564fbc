"""The chat as it is read and typed on every screen: a log of each room, and a line that is being written.

`/msg NAME text` tells one player, `/help` says so.
"""

from collections import OrderedDict, deque
from collections.abc import Mapping
from typing import Final

from client.chat import LOBBY_ROOM, Chat
from client.events import Event, NotSaid, Refused, RoomEntered
from client.screens.actions import Action, Back, Choose, Confirm, Edit, Press, Quit, Scroll
from client.screens.views import ChatLine, ChatView, Field, LineTone
from schemas.limits import CHAT_TEXT_MAX
from schemas.to_client import Line, LineKind, Told
from schemas.to_server import Say, Tell

LINES_KEPT: Final = 200
ROOMS_KEPT: Final = 8
FIELD: Final = "chat"
HELP: Final = ("/msg NAME text tells one player", "/help shows this", "anything else is said to everybody here")
NEWS: Final = {LineKind.JOINED: "joined", LineKind.LEFT: "left"}

Colours = Mapping[str, int]
"""Of the cars, by nickname."""


class ChatBox:
    """`typing` is true while the line that is written has the focus."""

    def __init__(self, chat: Chat) -> None:
        self._chat = chat
        self._logs: OrderedDict[str, deque[ChatLine]] = OrderedDict()
        self.typing = False
        self._draft = ""
        self._scrolled = 0

    # What the player does

    def open(self, draft: str | None = None) -> None:
        """Lets the player type, where no text is given on what was begun before."""
        self.typing = True
        self._draft = self._draft if draft is None else draft

    def act(self, action: Action) -> bool:
        """False where the action does not concern the chat; while somebody types, nearly all do."""
        match action:
            case Choose(name) if name == FIELD:
                self.open()
            case Scroll(what, lines) if what == FIELD:
                self._scrolled = max(0, min(self._scrolled - lines, len(self._log) - 1))
            case Press("t") if not self.typing:
                self.open()
            case Press("/") if not self.typing:
                self.open("/")
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
            case Choose() | Quit():
                return False
        return True

    def _send(self, text: str) -> None:
        command, _, rest = text.partition(" ")
        refused = None
        if command == "/help":
            self._hint(*HELP)
        elif command == "/msg":
            refused = self._tell(rest.strip())
        elif command.startswith("/"):
            self._hint(f"there is no {command}, but there is /help")
        elif text:
            refused = self._chat.say(text)
        if refused:
            self._hint(f"not sent: {refused.text}")

    def _tell(self, rest: str) -> Refused | None:
        to, _, text = rest.partition(" ")
        if to and text:
            return self._chat.tell(to, text.strip())
        self._hint(HELP[0])
        return None

    # What the session says

    def hear(self, event: Event) -> None:
        match event:
            case RoomEntered(complete=False):
                self._hint("some lines are lost: the history does not reach back that far")
            case Line(room=room, kind=LineKind.SAID, nick=nick, text=text):
                self._add(ChatLine(LineTone.SAID, nick, text), room)
            case Line(room=room, kind=kind, nick=nick):
                self._add(ChatLine(LineTone.NEWS, nick, NEWS[kind]), room)
            case Told(nick=nick, to=to, text=text):
                mine = nick == self._chat.nick
                self._add(ChatLine(LineTone.TOLD, to if mine else nick, text, outward=mine))
            case NotSaid(text=text):
                self._hint(f"perhaps not sent: {text}")
            case Refused(request=Say() | Tell(), text=text):
                self._hint(f"not sent: {text}")

    def _hint(self, *texts: str) -> None:
        for text in texts:
            self._add(ChatLine(LineTone.HINT, "", text))

    def _add(self, line: ChatLine, room: str | None = None) -> None:
        """To the room that we are in, where none is named."""
        room = room or self._chat.room
        log = self._logs.setdefault(room, deque(maxlen=LINES_KEPT))
        self._logs.move_to_end(room)
        while len(self._logs) > ROOMS_KEPT:
            self._logs.popitem(last=False)
        log.append(line)
        if self._scrolled and room == self._chat.room:
            self._scrolled = min(self._scrolled + 1, len(log) - 1)  # what is read stays in its place

    @property
    def _log(self) -> deque[ChatLine]:
        return self._logs.get(self._chat.room, deque())

    def view(self, colours: Colours) -> ChatView:
        """`colours` are those of the race that we are in."""
        lines = list(self._log)[: len(self._log) - self._scrolled]
        return ChatView(
            title="Lobby" if self._chat.room == LOBBY_ROOM else "This race",
            lines=tuple(lines),
            field=Field(FIELD, "", self._draft, CHAT_TEXT_MAX, "Enter to chat", self.typing),
            count=self._chat.count,
            people=self._chat.members,
            colours=colours,
            scrolled=self._scrolled,
        )
