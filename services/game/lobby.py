"""Finds a race for whoever asks, and lists the races there are.

What it knows are the races' own reports, a moment old. So it remembers which seats it promised: two who ask at once
come to the same race, and a race is not filled twice over. Whoever repeats a request is sent where the first one was
sent. The race has the last word on its seats. All times are seconds of any one clock.
"""

from collections import Counter
from collections.abc import Mapping
from typing import Final, NamedTuple

from schemas.close import Error, ErrorCode
from schemas.limits import MAX_LISTED_RACES, MAX_SEATS
from schemas.race import Phase, Summary
from schemas.stored import StoredLobby
from schemas.to_client import RaceList
from schemas.to_game import FindRace, ListRaces, OpenRace, RaceNews, Settings, TakeSeat
from schemas.to_gateway import Deliver, addressed
from services.game.replies import Reply

PROMISE_KEPT: Final = 10.0
"""A request is remembered so long, and so long a promised seat counts as taken."""
FORGET_AFTER: Final = 10.0
"""A race that was not heard of for so long is no more."""
TELL_EVERY: Final = 1.0
"""Changes are told to all at most this often."""
MAX_RACES: Final = 5_000
"""No more races are opened."""
MAX_REQUESTS: Final = 20_000
"""Requests that are remembered; of more, the oldest are forgotten."""


class AskRace(NamedTuple):
    """To the race, wherever it is."""

    race: str
    message: TakeSeat


class AskReplica(NamedTuple):
    """To any one replica."""

    message: OpenRace


Effect = AskRace | AskReplica | Reply


class Update(NamedTuple):
    """To be stored, then told to all who are in the lobby."""

    stored: StoredLobby
    told: RaceList


class _Known:
    """A race, as last heard of."""

    def __init__(self, settings: Settings | None, summary: Summary, now: float) -> None:
        self.settings, self.summary, self.heard = settings, summary, now
        """`settings`: it was asked for and nobody has heard of it yet."""
        self.owner: str | None = None
        """The replica that has it, or was chosen to make it."""
        self.epoch = 0
        self.promised: dict[str, float] = {}
        """Sessions that were sent here and are not reported yet, oldest first, and since when."""

    def hear(self, news: RaceNews, now: float) -> None:
        arrived = max(news.summary.players - self.summary.players, 0)
        for session in list(self.promised)[:arrived]:
            del self.promised[session]
        self.settings, self.summary, self.heard = None, news.summary, now
        self.owner, self.epoch = news.owner, news.epoch

    @property
    def people(self) -> int:
        return self.summary.players + len(self.promised)

    @property
    def is_open(self) -> bool:
        """Waits and has a seat free."""
        waits = self.summary.phase is Phase.WAITING and not self.summary.practice
        return waits and self.people < self.summary.size


class Lobby:
    """All races, and the requests of late."""

    def __init__(self, stored: StoredLobby, now: float) -> None:
        self._races = {summary.race: _Known(None, summary, now) for summary in stored.races}
        self._sent: dict[tuple[str, int], tuple[str, float]] = {}
        """Request -> the race that it was sent to, and when last, the oldest first."""
        self._changed = True
        self._next_look = now

    def find(self, request: FindRace, now: float, race: str, seed: int) -> Effect:
        """Sends a request for a seat to a race; if none fits, to a new one of this id and seed, both random."""
        known = self._sent_before(request) or self._fitting(request)
        if known is None:
            if len(self._races) >= MAX_RACES:
                return _refused(request)
            known = self._races[race] = _new(request, now, race, seed)
        self._remember(request, known, now)
        seat = TakeSeat(caller=request.caller, id=request.id, watch=False)
        if known.settings:
            return AskReplica(OpenRace(race=known.summary.race, settings=known.settings, first=seat))
        return AskRace(known.summary.race, seat)

    def maker(self, race: str, loads: Mapping[str, int]) -> str | None:
        """The replica that makes a new race, the same one again as long as it takes anything on.

        It is the least loaded one, by its report (`loads`) or by what is known here, whichever is more: reports are a
        moment old, and many races may have been asked for since.
        """
        known = self._races[race]
        if known.owner not in loads:
            has = Counter(other.owner for other in self._races.values())
            known.owner = min(loads, key=lambda name: (max(loads[name], has[name]), f"{race}{name}"), default=None)
        return known.owner

    def hear(self, news: RaceNews, now: float) -> None:
        """Takes the report of a race, unless a later owner of it has reported already."""
        race = news.summary.race
        known = self._races.get(race)
        if known and news.epoch < known.epoch:
            return
        if news.closed:
            self._changed |= self._races.pop(race, None) is not None
            return
        if known is None:
            known = self._races[race] = _Known(None, news.summary, now)
            self._changed = True
        self._changed |= known.settings is not None or known.summary != news.summary
        known.hear(news, now)

    def answer(self, request: ListRaces) -> Reply:
        """The list of races for one who asks."""
        return Reply(request.gateway, addressed(Deliver(session=request.session), self.listed().line()))

    def listed(self) -> RaceList:
        """Those to join first, fullest first; then those to watch; practice last."""
        heard = [known for known in self._races.values() if known.settings is None]
        heard.sort(key=lambda known: (not known.is_open, known.summary.practice, -known.summary.players))
        return RaceList(races=tuple(known.summary for known in heard[:MAX_LISTED_RACES]), total=len(heard))

    def update(self, now: float) -> Update | None:
        """Forgets what is over, and gives what has changed since the last time, if it is time to tell."""
        if now < self._next_look:
            return None
        self._next_look = now + TELL_EVERY
        self._forget(now)
        if not self._changed:
            return None
        self._changed = False
        heard = tuple(known.summary for known in self._races.values() if known.settings is None)
        return Update(StoredLobby(races=heard), self.listed())

    def _sent_before(self, request: FindRace) -> _Known | None:
        race, _ = self._sent.get((request.caller.session, request.id), ("", 0.0))
        return self._races.get(race)

    def _remember(self, request: FindRace, known: _Known, now: float) -> None:
        session, asked, race = request.caller.session, (request.caller.session, request.id), known.summary.race
        if self._sent.pop(asked, ("", 0.0))[0] != race:
            known.promised[session] = now
        self._sent[asked] = race, now
        if len(self._sent) > MAX_REQUESTS:
            del self._sent[next(iter(self._sent))]

    def _fitting(self, request: FindRace) -> _Known | None:
        if request.practice:
            return None
        fitting = [known for known in self._races.values() if known.is_open]
        if request.name is not None:
            fitting = [known for known in fitting if known.summary.name == request.name]
        return max(fitting, key=lambda known: known.people, default=None)

    def _forget(self, now: float) -> None:
        silent = [race for race, known in self._races.items() if now - known.heard > FORGET_AFTER]
        for race in silent:
            del self._races[race]
            self._changed = True
        for known in self._races.values():
            known.promised = {who: since for who, since in known.promised.items() if now - since <= PROMISE_KEPT}
        while self._sent and now - next(iter(self._sent.values()))[1] > PROMISE_KEPT:
            del self._sent[next(iter(self._sent))]


def _new(request: FindRace, now: float, race: str, seed: int) -> _Known:
    size = min(request.bots + 1, MAX_SEATS) if request.practice else max(request.size, 2)
    name = request.name or f"{request.caller.nick}'s race"
    settings = Settings(
        name=name, size=size, bots=request.bots, practice=request.practice, seed=seed, skill=request.skill
    )
    summary = Summary(
        race=race,
        name=name,
        phase=Phase.WAITING,
        practice=request.practice,
        size=size,
        players=0,
        bots=0,
        watchers=0,
    )
    return _Known(settings, summary, now)


def _refused(request: FindRace) -> Reply:
    text, limit = "there are too many races: join one of them", str(MAX_RACES)
    error = Error(code=ErrorCode.TOO_MANY, text=text, limit=limit, actual=limit, about=request.id)
    return Reply(request.caller.gateway, addressed(Deliver(session=request.caller.session), error.line()))
