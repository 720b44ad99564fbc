"""What an operator has done: to a process, or about players, which the audit log keeps."""

import getpass
from datetime import datetime
from typing import Final

from redis.asyncio import Redis
from typer import BadParameter

from schemas.conduct import By, Deed, Ruling, Sanction
from schemas.names import Group
from schemas.operations import Announcement, Drain
from services.gateway.moderation import Impossible, Moderation, target
from services.shared.bus import Bus
from slipstream.moderate import seconds_of

AUDITED: Final = 20
UNKNOWN: Final = "operator"
"""Who decided, where the machine does not know."""


class NotDone(Exception):
    """What was asked for makes no sense; the text says why."""


class Orders:
    """All that wait raise one of `connect.Unavailable` where Redis cannot be asked, and say in words what holds now."""

    def __init__(self, redis: Redis, bus: Bus) -> None:
        self._bus, self._moderation, self._who = bus, Moderation(redis), _login()

    def drain(self, process: Announcement) -> None:
        """Has a process hand everything over and end."""
        self._bus.publish(Group(process.role).control(process.name), Drain(type="drain").encode())

    async def moderate(self, ruling: Ruling, name: str, lasts: str, why: str) -> str:
        """Mutes, kicks or bans whoever has this name, or one that looks like it. Raises `NotDone`."""
        try:
            sanction = await self._impose(ruling, name, lasts, why)
        except (Impossible, BadParameter) as error:
            raise NotDone(str(error)) from error
        return f"{ruling} of {sanction.shown} by {self._who}, until {_clock(sanction.until)}"

    async def announce(self, text: str) -> str:
        """Tells everybody who is connected. Raises `NotDone`."""
        try:
            await self._moderation.announce(text, who=self._who)
        except Impossible as error:
            raise NotDone(str(error)) from error
        return f"everybody was told: {text}"

    async def audit(self) -> list[str]:
        """What operators did of late, the newest last."""
        deeds = await self._moderation.deeds(AUDITED)
        return [_line(deed) for deed in reversed(deeds)]

    async def _impose(self, ruling: Ruling, name: str, lasts: str, why: str) -> Sanction:
        meant = target(By.NAME, name)
        if ruling is Ruling.KICK:
            return await self._moderation.kick(meant, who=self._who, why=why)
        impose = self._moderation.mute if ruling is Ruling.MUTE else self._moderation.ban
        return await impose(meant, who=self._who, why=why, seconds=seconds_of(lasts))


def _login() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container's user has no name
        return UNKNOWN


def _line(deed: Deed) -> str:
    return " ".join(filter(None, (_clock(deed.at), f"{deed.who}:", deed.what, deed.shown, deed.why)))


def _clock(at: float) -> str:
    return f"{datetime.fromtimestamp(at).astimezone():%d.%m. %H:%M}"
