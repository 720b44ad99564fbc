from hypothesis import given
from hypothesis import strategies as st

from services.gateway.outbox import DROPPABLE, MAX_WAITING, Outbox


def snapshot(number: int) -> bytes:
    return b'{"type":"snapshot","tick":%d}\n' % number


def line(number: int) -> bytes:
    return b'{"type":"line","number":%d}\n' % number


def test_a_socket_that_keeps_up_gets_everything_in_order_in_one_write() -> None:
    outbox = Outbox()
    for message in (snapshot(1), line(1), snapshot(2)):
        outbox.put(message, stuck=False)
    assert outbox.take() == snapshot(1) + line(1) + snapshot(2)
    assert outbox.take() == b""


def test_while_the_socket_is_stuck_the_newest_snapshot_wins_and_every_event_waits() -> None:
    outbox = Outbox()
    for number in range(1, 4):
        outbox.put(snapshot(number), stuck=True)
        outbox.put(line(number), stuck=True)
    outbox.put(b'{"type":"head","number":3}\n', stuck=True)
    assert outbox.take() == line(1) + line(2) + line(3) + snapshot(3) + b'{"type":"head","number":3}\n'


def test_only_what_is_left_out_for_a_newer_one_counts_as_such() -> None:
    outbox = Outbox()
    told = [outbox.put(message, stuck=True) for message in (snapshot(1), line(1), snapshot(2), snapshot(3))]
    assert told == [None, None, "snapshot", "snapshot"]
    outbox.take()
    assert outbox.put(snapshot(4), stuck=True) is None


def test_nothing_of_several_lines_is_left_out() -> None:
    outbox = Outbox()
    outbox.put(snapshot(1) + line(1), stuck=True)
    outbox.put(snapshot(2), stuck=True)
    outbox.put(snapshot(3), stuck=True)
    assert outbox.take() == snapshot(1) + line(1) + snapshot(3)


def test_what_is_droppable_stands_in_the_schemas() -> None:
    assert {"snapshot", "race_list", "head"} == DROPPABLE


def test_events_that_wait_are_bounded_and_snapshots_do_not_count() -> None:
    outbox = Outbox()
    event = b'{"type":"line"}' + b" " * 1008 + b"\n"
    for _ in range(MAX_WAITING // len(event)):
        outbox.put(event, stuck=True)
        outbox.put(snapshot(1), stuck=True)
    assert not outbox.overflowing
    outbox.put(event, stuck=True)
    assert outbox.overflowing
    outbox.take()
    assert not outbox.overflowing


def test_one_long_history_for_somebody_with_nothing_else_waiting_is_no_overflow() -> None:
    outbox = Outbox()
    outbox.put(b"x" * 2 * MAX_WAITING, stuck=True)
    assert not outbox.overflowing


messages = st.one_of(
    st.integers(0, 99).map(line),
    st.integers(0, 99).map(snapshot),
    st.sampled_from([b"", b"\n", b"{", b'{"type":"', b'{"type":"snapshot', b'{"type":"snapshotter"}\n', b"nonsense\n"]),
)


@given(st.lists(messages))
def test_whatever_comes_while_stuck_only_older_droppable_lines_are_missing(put: list[bytes]) -> None:
    outbox = Outbox()
    for message in put:
        outbox.put(message, stuck=True)
    snapshots = [message for message in put if message.startswith(b'{"type":"snapshot","')]
    events = [message for message in put if message not in snapshots]
    assert outbox.take() == b"".join([*events, *snapshots[-1:]])
