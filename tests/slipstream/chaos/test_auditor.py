from redis import Redis

from schemas import names
from schemas.race import Phase
from slipstream.bots.violations import Violations
from slipstream.chaos.auditor import Audit, audit
from tests.services.game.people import RACE, race_of, run, run_until
from tests.services.game.test_race import taken_over
from tests.services.game.test_rerun import written
from tests.services.servers import Valkey


async def test_rounds_that_come_out_as_clients_were_told_are_confirmed_and_others_are_violations(
    valkey_url: str, server: Valkey
) -> None:
    race = race_of(1, 2, bots=1, seed=3)
    updates = [*run_until(race, Phase.RACING), *run(race, 60)]
    heir = taken_over(updates[-1], race.stored(), 2)
    record, told = written([*updates, *run_until(heir, Phase.FINISHED)]), heir.state.standings
    with Redis(port=server.port) as redis:
        for number in (1, 2):
            redis.rpush(names.race(RACE).record(number), *record)
    violations = Violations()
    assert await audit(valkey_url, {(RACE, 1): told}, violations) == Audit(confirmed=1, takeovers=1)
    assert violations.listed() == []
    assert await audit(valkey_url, {(RACE, 2): told[:1], (RACE, 3): told}, violations) == Audit(0, 0)
    assert violations.listed() == [
        f"race {RACE}: the result of round 2 is not confirmed: clients were told another",
        f"race {RACE}: the result of round 3 is not confirmed: the beginning is not there",
    ]
