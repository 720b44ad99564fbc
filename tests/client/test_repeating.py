from client.repeating import Repeated
from schemas.to_server import Look, Quick


def test_a_message_is_due_at_once_and_then_at_intervals_until_it_is_answered() -> None:
    asked: Repeated[Look] = Repeated(every=1.0)
    asked.ask(Look())
    assert [len(asked.due(now / 4)) for now in range(9)] == [1, 0, 0, 0, 1, 0, 0, 0, 1]
    asked.answered()
    assert asked.due(100.0) == []


def test_a_new_connection_makes_it_due_again_and_invents_nothing() -> None:
    asked: Repeated[Look] = Repeated(every=1.0)
    asked.again()
    assert asked.due(0.0) == []
    asked.ask(Look())
    assert asked.due(0.0) == [Look()]
    asked.again()
    assert asked.due(0.1) == [Look()]


def test_a_message_takes_the_place_of_another_no_sooner_than_the_spacing() -> None:
    asked: Repeated[Quick] = Repeated(every=1.0, spacing=0.2)
    asked.ask(Quick(id=1))
    assert asked.due(5.0) == [Quick(id=1)]
    asked.ask(Quick(id=2))
    assert asked.due(5.1) == []
    assert asked.due(5.2) == [Quick(id=2)]


def test_a_message_for_later_waits_for_its_time() -> None:
    asked: Repeated[Look] = Repeated(every=1.0)
    asked.ask_at(Look(), 3.0)
    assert asked.due(2.9) == []
    assert asked.due(3.0) == [Look()]
