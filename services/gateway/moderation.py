"""What operators do about players: mute, kick, ban, take that back, tell everybody something, and look at it all.

    moderation = Moderation(connect(url))
    await moderation.ban(target(By.NAME, "troll"), seconds=3600, who="ann", why="insults")
    await moderation.sanctions()

All gateways carry it out within a second. One that was deaf meanwhile reads all sanctions when it hears again.

Everything raises one of `connect.Unavailable` where Redis cannot be asked; what was sent may then have happened.
"""

from typing import Final, NamedTuple

from pydantic import TypeAdapter
from redis.asyncio import Redis

from schemas import names
from schemas.conduct import (
    Announced,
    By,
    Decision,
    Deed,
    Imposed,
    Lift,
    Lifted,
    Ruling,
    Sanction,
    StoredReport,
    Target,
    What,
    field,
)
from schemas.ids import ChatText, SessionId
from schemas.stored import STATE, StoredSession
from services.gateway.addresses import counted, shortened
from services.gateway.conduct import MAX_SANCTIONS, Conduct
from services.gateway.nicknames import Refused, accepted, skeleton
from services.gateway.sessions import Sessions
from services.shared.pipeline import ask

MUTED_FOR: Final = 600.0
BANNED_FOR: Final = 24 * 3600.0
LONGEST: Final = 366 * 24 * 3600.0
"""Seconds: those that nobody chose, and the most that can be chosen."""
KICK_KEPT: Final = 600.0
"""Seconds that a session that was kicked is refused: longer than any gateway may still keep it."""
KICKED_ADDRESS_FOR: Final = 5.0
"""The same for an address, from which others may come too."""
TICK: Final = 1e-6
"""Seconds between two decisions about the same, at least."""
_session_id: Final[TypeAdapter[str]] = TypeAdapter(SessionId)
_text: Final[TypeAdapter[str]] = TypeAdapter(ChatText)


class Impossible(Exception):
    """What the operator asked for cannot be done; the text says why."""


class Meant(NamedTuple):
    """A target, and how people write it."""

    target: Target
    shown: str


def target(by: By, given: str) -> Meant:
    """Whom an operator means by a session's id, a name or an address. Raises `Impossible`."""
    match by:
        case By.NAME:
            name = accepted(given)
            if isinstance(name, Refused):
                raise Impossible(f"{given!r} is no name: {name.text}")
            return Meant(Target(by, skeleton(name)), name)
        case By.ADDRESS:
            address = counted(given)
            if not address:
                raise Impossible(f"{given!r} is no internet address")
            return Meant(Target(by, address), shortened(address))
        case By.SESSION:
            try:
                return Meant(Target(by, _session_id.validate_python(given)), given)
            except ValueError:
                raise Impossible(f"{given!r} is no session: 16 hexadecimal digits") from None


class Moderation:
    """`who` is the operator, `why` the reason that the player is told too, at most as long as a chat line."""

    def __init__(self, redis: Redis) -> None:
        self._redis, self._conduct = redis, Conduct(redis)
        self._sessions = Sessions(redis, "moderation")

    async def mute(self, meant: Meant, *, who: str, why: str = "", seconds: float = MUTED_FOR) -> Sanction:
        return await self._impose(Ruling.MUTE, meant, seconds, who, why)

    async def kick(self, meant: Meant, *, who: str, why: str = "") -> Sanction:
        """Ends sessions: that of a name is looked up now. Raises `Impossible` where nobody has the name."""
        if meant.target.by is By.NAME:
            holder = await self._holder(meant.target.subject)
            if holder is None:
                raise Impossible(f"nobody is called {meant.shown}")
            meant = Meant(Target(By.SESSION, holder), meant.shown)
        seconds = KICKED_ADDRESS_FOR if meant.target.by is By.ADDRESS else KICK_KEPT
        sanction = await self._impose(Ruling.KICK, meant, seconds, who, why)
        await self._revoke(meant.target)
        return sanction

    async def ban(self, meant: Meant, *, who: str, why: str = "", seconds: float = BANNED_FOR) -> Sanction:
        sanction = await self._impose(Ruling.BAN, meant, seconds, who, why)
        await self._revoke(meant.target)
        return sanction

    async def unmute(self, meant: Meant, *, who: str) -> bool:
        """False: was not muted."""
        return await self._lift(Ruling.MUTE, meant, who)

    async def unban(self, meant: Meant, *, who: str) -> bool:
        """False: was not banned."""
        return await self._lift(Ruling.BAN, meant, who)

    async def announce(self, text: str, *, who: str) -> None:
        """One line to everybody who is connected; raises `Impossible` for what is no chat text."""
        now, text = await self._now(), _checked(text)
        deed = Deed(at=now, who=who, what=What.ANNOUNCE, why=text)
        await self._conduct.act(Announced(text=text, at=now), deed)

    async def sanctions(self) -> list[Sanction]:
        """Those that hold, the one that ends first in front."""
        _, found = await self._conduct.decisions()
        now = await self._now()
        holding = [one for one in found.values() if isinstance(one, Sanction) and one.until > now]
        return sorted(holding, key=lambda sanction: sanction.until)

    async def deeds(self, most: int = 50) -> list[Deed]:
        """The audit log, the newest first."""
        return await self._conduct.deeds(most)

    async def reports(self, most: int = 50) -> list[StoredReport]:
        """What players reported, the newest first."""
        return await self._conduct.reports(most)

    async def _impose(self, ruling: Ruling, meant: Meant, seconds: float, who: str, why: str) -> Sanction:
        if not 0 < seconds <= LONGEST:
            raise Impossible(f"it must last up to {LONGEST:.0f} s, not {seconds:.0f} s")
        why = _checked(why) if why else ""
        now, _ = await self._next(ruling, meant)
        sanction = Sanction(
            ruling=ruling, target=meant.target, shown=meant.shown, at=now, until=now + seconds, who=who, why=why
        )
        deed = Deed(
            at=now, who=who, what=What(ruling), by=meant.target.by, shown=meant.shown, until=sanction.until, why=why
        )
        if await self._conduct.act(Imposed(sanction=sanction), deed, sanction) < 0:
            raise Impossible(f"there are {MAX_SANCTIONS} sanctions already")
        return sanction

    async def _lift(self, ruling: Ruling, meant: Meant, who: str) -> bool:
        now, known = await self._next(ruling, meant)
        if not isinstance(known, Sanction) or known.until <= now:
            return False
        lift = Lift(ruling=ruling, target=meant.target, at=now, until=known.until)
        deed = Deed(at=now, who=who, what=What(f"un{ruling}"), by=meant.target.by, shown=meant.shown)
        return await self._conduct.act(Lifted(lift=lift), deed, lift) > 0

    async def _next(self, ruling: Ruling, meant: Meant) -> tuple[float, Decision | None]:
        """When a decision is made, later than the last about the same even if another Redis's clock says so."""
        now, known = await self._conduct.decided(field(ruling, meant.target))
        return max(now, known.at + TICK) if known else now, known

    async def _revoke(self, gone: Target) -> None:
        """Also a session without a connection just now."""
        session = await self._holder(gone.subject) if gone.by is By.NAME else gone.subject
        if session is None or gone.by is By.ADDRESS:
            return
        [state] = await ask(self._redis, ("HGET", names.session(session), STATE))
        if state:
            await self._sessions.forget([StoredSession.model_validate_json(state)])

    async def _holder(self, name_skeleton: str) -> str | None:
        [session] = await ask(self._redis, ("GET", names.name(name_skeleton)))
        return session.decode() if session else None

    async def _now(self) -> float:
        """By Redis's clock, so that operators' machines need not agree."""
        [[seconds, microseconds]] = await ask(self._redis, ("TIME",))
        return int(seconds) + int(microseconds) / 1e6


def _checked(text: str) -> str:
    try:
        return _text.validate_python(text)
    except ValueError as error:
        raise Impossible(f"{text[:40]!r} cannot be shown as one line of chat: {error}") from None
