import json

import pytest

from slipstream.bots import crowd
from slipstream.bots.checker import Checker
from slipstream.bots.crowd import Crowd
from slipstream.bots.run import described, run
from tests.services.servers import free_port


def nowhere() -> str:
    return f"127.0.0.1:{free_port()}"


def test_where_nobody_answers_the_bots_say_so_and_fail(capsys: pytest.CaptureFixture[str]) -> None:
    code = run([nowhere()], races=1, players=2, seconds=0.1, chat=0, hz=0, as_json=True)
    said = capsys.readouterr()
    assert code == 1
    assert len(json.loads(said.out)["violations"]) == 2
    assert said.err.count("never got a connection") == 2


def test_a_report_for_people_names_every_figure() -> None:
    report = Checker().report()
    text = described(report)
    assert "races finished  0" in text
    assert all(f"0 {what}" in text for what in report["chat"])


def test_the_players_of_a_race_are_spread_over_the_gateways_and_races_have_names_of_their_own() -> None:
    players = Crowd(["a:1", "b:2"], races=2, players=4, checker=Checker()).players
    assert [player.session.dial(0.0) for player in players] == ["a:1"] * 2 + ["b:2"] * 2 + ["a:1"] * 2 + ["b:2"] * 2
    assert len({player.name for player in players}) == 8
    assert len({player._wish.name for player in players}) == 2
    assert {player._wish.players for player in players} == {4}


def test_two_runs_do_not_share_names() -> None:
    one, two = (Crowd(["a:1"], races=1, players=1, checker=Checker()).players[0] for _ in range(2))
    assert one.name != two.name
    assert one._wish.name != two._wish.name


def test_the_clock_is_as_fast_as_the_bots_steer() -> None:
    assert Crowd(["a:1"], 1, 1, Checker(), hz=60)._period == pytest.approx(1 / 60)
    assert Crowd(["a:1"], 1, 1, Checker(), hz=1)._period == crowd.TICK
