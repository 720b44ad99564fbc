"""A race of one's own making: a name, so many seats, so many bots of some skill."""

from dataclasses import replace
from typing import Final

from client.racing import Racing
from client.screens.actions import Action, Confirm, Edit, Move
from client.screens.menu import Menu
from client.screens.views import Amount, Choice, CreateForm, Field
from schemas.limits import MAX_SEATS, RACE_NAME_MAX
from schemas.race import Skill

NAME: Final = "race name"
SIZE: Final = "size"
BOTS: Final = "bots"
SKILL: Final = "skill"
SKILLS: Final = tuple(Skill)
MAKE: Final = "make"
CANCEL: Final = "cancel"
CHOICES: Final = (Choice(MAKE, "Create"), Choice(CANCEL, "Cancel"))
ROWS: Final = ((NAME,), (SIZE,), (BOTS,), (SKILL,), (MAKE, CANCEL))


class CreateRace:
    """`done` once the race was asked for, or the player thought better of it."""

    def __init__(self, racing: Racing, nick: str) -> None:
        self._racing = racing
        self._menu = Menu(NAME)
        self._name = f"{nick}'s race"[:RACE_NAME_MAX]
        self._amounts = {SIZE: MAX_SEATS, BOTS: 0, SKILL: SKILLS.index(Skill.NORMAL)}
        self._error = ""
        self.done = False

    def act(self, action: Action) -> None:
        match action:
            case Edit(text) if self._menu.at == NAME:
                self._name = text
                return
            case Move(right, 0) if self._menu.at in self._amounts:
                self._change(self._menu.at, right)
                return
        match self._menu.act(action, ROWS):
            case "cancel":
                self.done = True
            case "make":
                self._make()
            case str(name) if isinstance(action, Confirm):
                self._make()
            case str(name):
                self._menu.at = name

    def _change(self, name: str, by: int) -> None:
        self._amounts[name] += by
        self._amounts[SIZE] = max(2, min(self._amounts[SIZE], MAX_SEATS))
        self._amounts[BOTS] = max(0, min(self._amounts[BOTS], self._amounts[SIZE] - 1))
        self._amounts[SKILL] = max(0, min(self._amounts[SKILL], len(SKILLS) - 1))

    def _make(self) -> None:
        try:
            skill = SKILLS[self._amounts[SKILL]]
            self._racing.create(self._name.strip(), self._amounts[SIZE], self._amounts[BOTS], skill)
        except ValueError:
            self._error, self._menu.at = "This cannot be a race's name", NAME
        else:
            self.done = True

    def view(self) -> CreateForm:
        size, bots, skill = self._amounts.values()
        amounts = (
            Amount(SIZE, "Seats", str(size), size > 2, size < MAX_SEATS),
            Amount(BOTS, "Bots on free seats", str(bots), bots > 0, bots < size - 1),
            Amount(SKILL, "Their skill", SKILLS[skill], skill > 0, skill < len(SKILLS) - 1),
        )
        return CreateForm(
            field=Field(NAME, "Name", self._name, RACE_NAME_MAX, "", self._menu.at == NAME),
            amounts=tuple(replace(amount, focused=amount.name == self._menu.at) for amount in amounts),
            choices=self._menu.marked(CHOICES),
            error=self._error,
        )
