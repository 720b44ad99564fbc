import json

from redis import Redis
from typer.testing import CliRunner

from schemas import names
from schemas.race import Phase
from slipstream.__main__ import app
from slipstream.verify import described, finding
from tests.services.game.people import RACE, race_of, run_until
from tests.services.game.test_rerun import written
from tests.services.servers import Valkey


def verify(url: str, *arguments: str) -> tuple[int, str]:
    result = CliRunner().invoke(app, ["verify", *arguments, "--redis", url])
    return result.exit_code, result.output


def test_a_race_that_is_kept_is_confirmed_and_one_that_was_changed_is_not(valkey_url: str, server: Valkey) -> None:
    race = race_of(1, 2, bots=1, seed=3)
    record = written(run_until(race, Phase.FINISHED))
    with Redis(port=server.port) as redis:
        redis.rpush(names.race(RACE).record(1), *record)
        code, output = verify(valkey_url, RACE, "--json")
        [found] = json.loads(output)
        assert (code, found["confirmed"], found["round"], found["owners"]) == (0, True, 1, ["nobody"])
        assert [row["nick"] for row in found["standings"]] == [row.nick for row in race.state.standings]
        redis.rpush(names.race(RACE).record(2), *record[:-1])
        code, output = verify(valkey_url, RACE)
        assert code == 1
        assert "round 1: confirmed" in output
        assert "round 2: NOT confirmed: the end is not there" in output


def test_a_race_of_which_nothing_is_kept_is_not_confirmed(valkey_url: str) -> None:
    assert verify(valkey_url, "0badf00d") == (
        1,
        "slipstream: nothing is kept of race 0badf00d; records end an hour after they began\n",
    )


def test_what_is_no_race_is_one_line(valkey_url: str) -> None:
    code, output = verify(valkey_url, "Friday")
    assert code == 1
    assert output.startswith("slipstream: ")
    code, output = verify("redis://127.0.0.1:1/0", RACE)
    assert code == 1
    assert "Error" in output


def test_people_read_who_came_in_where_and_when() -> None:
    race = race_of(1, 2, bots=1, seed=3)
    lines = described(finding(1, written(run_until(race, Phase.FINISHED)))).splitlines()
    first, _, last = race.state.standings
    assert lines[0].startswith("round 1: confirmed, ")
    assert f"1. {first.nick}" in lines[1]
    assert f"3. {last.nick}" in lines[3]
