"""Sanctions for tests."""

from schemas.conduct import By, Lift, Ruling, Sanction, Target
from services.gateway.nicknames import skeleton
from tests.services.gateway.shapes import SESSION

HERE, ELSEWHERE = "203.0.113.7", "203.0.113.8"


def sanction(ruling: Ruling, by: By = By.SESSION, subject: str = SESSION, until: float = 100.0) -> Sanction:
    subject = skeleton(subject) if by is By.NAME else subject
    return Sanction(
        ruling=ruling, target=Target(by, subject), shown="Ann", at=1.0, until=until, who="op", why="insults"
    )


def lifted(theirs: Sanction, at: float = 2.0) -> Lift:
    return Lift(ruling=theirs.ruling, target=theirs.target, at=at, until=theirs.until)
