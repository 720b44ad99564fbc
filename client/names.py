"""A name for somebody who has not chosen one."""

from random import Random
from typing import Final

from schemas.limits import NICK_MAX, NICK_MIN

HOW: Final = ("Swift", "Bold", "Calm", "Lucky", "Brave", "Quick", "Merry", "Sunny", "Happy", "Daring")
WHO: Final = ("Otter", "Falcon", "Badger", "Lynx", "Heron", "Marten", "Swallow", "Hare", "Kestrel", "Stoat")
NOBODY: Final = frozenset({"root", "admin", "administrator", "user", "guest", "ubuntu", "debian", "runner", "nobody"})
"""Names of accounts that say nothing of a person."""


def made_up(random: Random) -> str:
    """A friendly one."""
    return f"{random.choice(HOW)}{random.choice(WHO)}{random.randrange(10, 100)}"


def from_account(account: str, random: Random) -> str:
    """The name of an account as a nickname, or a made-up one where it makes none."""
    letters = "".join(letter for letter in account if letter.isascii() and (letter.isalnum() or letter in "_-"))
    name = letters.lstrip("0123456789_-")[:NICK_MAX]
    if account.lower() in NOBODY or len(name) < NICK_MIN:
        return made_up(random)
    return name[0].upper() + name[1:]
