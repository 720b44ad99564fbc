"""People at a race, for tests: who they are and what they ask."""

from schemas.caller import Caller, Detach
from schemas.race import Phase, RaceState
from schemas.to_client import AnyToClient, to_client
from schemas.to_game import Attach, GiveUp, LookAt, SetReady, Settings, Steering, SteeringRow, TakeSeat
from schemas.to_gateway import AnyToGateway, opened
from services.game.race import Race, Update
from services.game.replies import Reply

RACE = "0000000a"
SETTINGS = Settings(name="Friday", size=8, bots=0, practice=False, seed=7)


def caller(number: int, generation: int = 1, gateway: str = "gateway-1") -> Caller:
    return Caller(session=session(number), nick=f"Nick{number}", gateway=gateway, generation=generation)


def session(number: int) -> str:
    return f"{number:016x}"


def take_seat(number: int, request: int = 1, watch: bool = False, generation: int = 1) -> TakeSeat:
    return TakeSeat(caller=caller(number, generation), id=request, watch=watch)


def give_up(number: int, request: int = 2) -> GiveUp:
    return GiveUp(caller=caller(number), id=request)


def set_ready(number: int, ready: bool = True) -> SetReady:
    return SetReady(caller=caller(number), ready=ready)


def look_at(number: int) -> LookAt:
    return LookAt(caller=caller(number))


def attach(number: int, generation: int = 2, gateway: str = "gateway-2") -> Attach:
    return Attach(caller=caller(number, generation, gateway))


def detach(number: int, generation: int = 1) -> Detach:
    return Detach(session=session(number), generation=generation)


def steering(number: int, *rows: tuple[int, int, int, int]) -> Steering:
    """Rows of number, tick, steer and pedal."""
    return Steering(rows=tuple(SteeringRow(session(number), *row) for row in rows))


def race_of(*numbers: int, **settings: object) -> Race:
    """A race in which these people sit."""
    race = Race.opened(RACE, SETTINGS.replace(**settings), 1)
    for number in numbers:
        race.receive(take_seat(number))
    return race


def run(race: Race, ticks: int) -> list[Update]:
    """The updates of so many ticks."""
    updates = []
    for _ in range(ticks):
        race.advance()
        update = race.update()
        if update:
            updates.append(update)
    return updates


def run_until(race: Race, phase: Phase, at_most: int = 20_000) -> list[Update]:
    updates: list[Update] = []
    while race.state.phase is not phase:
        assert len(updates) < at_most
        updates += run(race, 1)
    return updates


def seats_of(state: RaceState) -> list[str]:
    return [seat.nick for seat in state.seats]


def read(reply: Reply) -> tuple[str, AnyToGateway, list[AnyToClient]]:
    """Gateway, head, and the lines for the client."""
    head, body = opened(reply.data)
    return reply.gateway, head, [to_client.decode(line) for line in body.splitlines()]


def replies(updates: list[Update]) -> list[tuple[str, AnyToGateway, list[AnyToClient]]]:
    return [read(reply) for update in updates for reply in update.replies]
