"""What sanctions and word lists mean for what a player wants: who is let in, who is sent away, who may say what."""

from collections.abc import Iterable

from schemas.base import Message
from schemas.close import Close, Error, ErrorCode
from schemas.conduct import EXPELS, By, Sanction
from schemas.stored import StoredSession
from schemas.to_chat import SayLine, TellLine
from schemas.to_game import FindRace
from services.gateway import refusals
from services.gateway.actions import Open, Resume
from services.gateway.addresses import counted
from services.gateway.rulings import Rulings, Suspect
from services.gateway.words import Filter


def at_door(rulings: Rulings, find: Filter, wish: Open | Resume, address: str, now: float) -> Close | Error | None:
    """What answers a wish for a session that cannot be: with an `Error` another name may be tried."""
    if isinstance(wish, Open) and (word := find(wish.nick)):
        return refusals.unwanted(ErrorCode.NAME_INVALID, word)
    skeleton = wish.skeleton if isinstance(wish, Open) else ""
    sanction = rulings.expelling(Suspect("", skeleton, counted(address)), now)
    if sanction is None:
        return None
    if isinstance(wish, Open) and sanction.target.by is By.NAME:
        return refusals.banned_name(sanction, wish.nick)
    return refusals.expelled(sanction)


def inside(rulings: Rulings, stored: StoredSession, address: str, now: float) -> Close | None:
    """Why a session that was just found cannot go on."""
    sanction = rulings.expelling(suspect(stored, address), now)
    return refusals.expelled(sanction) if sanction else None


def sent_away(new: Iterable[Sanction], stored: StoredSession, address: str) -> Close | None:
    """Why a session ends that these sanctions found open."""
    targets = suspect(stored, address).targets
    fitting = [sanction for sanction in new if sanction.ruling in EXPELS and sanction.target in targets]
    return refusals.expelled(fitting[0]) if fitting else None


def speaking(rulings: Rulings, message: Message, stored: StoredSession, address: str, now: float) -> Error | None:
    """What answers a line that may not be said."""
    if not isinstance(message, SayLine | TellLine):
        return None
    sanction = rulings.muting(suspect(stored, address), now)
    return refusals.muted(sanction, message.id) if sanction else None


def unwanted(find: Filter, message: Message) -> Error | None:
    """What answers a line or the name of a race with a word that the operator does not want."""
    match message:
        case SayLine(id=about, text=text) | TellLine(id=about, text=text):
            code = ErrorCode.LINE_INVALID
        case FindRace(id=about, name=str(text)):
            code = ErrorCode.NAME_INVALID
        case _:
            return None
    word = find(text)
    return refusals.unwanted(code, word, about) if word else None


def suspect(stored: StoredSession, address: str) -> Suspect:
    return Suspect(stored.session, stored.skeleton, counted(address))
