from ipaddress import ip_network

from hypothesis import given
from hypothesis import strategies as st

from schemas.limits import MAX_GATEWAYS_TOLD
from services.gateway.account import NEXT_TO_NOTHING, Account, Meter, of_address, of_client
from services.shared.limits import Limits, Rate

LIMITS = Limits(limit_messages=Rate(10, 5, 1), limit_bytes=Rate(1000, 100, 1), limit_address_messages=Rate(20, 10, 1))
ROOMY = LIMITS.model_copy(
    update={
        "limit_messages": Rate(1280, 5, 1),
        "limit_bytes": Rate(128_000, 500, 1),
        "limit_address_messages": Rate(1000, 1, 1),
    }
)
"""Ten messages of a client are next to nothing."""
PLENTY = Meter("messages at once", Rate(10**9, 1, 1), 0.0)
PING = b'{"type":"ping","id":1}\n'


def meter(at_once: float = 10, per_s: float = 5) -> Meter:
    return Meter("things", Rate(at_once, per_s, 1), 0.0)


@given(st.lists(st.tuples(st.floats(0, 3), st.integers(0, 20)), max_size=30))
def test_never_more_is_left_than_may_be_spent_at_once_nor_more_given_back_than_time_went_by(
    steps: list[tuple[float, int]],
) -> None:
    spending, now, spent = meter(), 0.0, 0
    for passes, cost in steps:
        now += passes
        spending.refill(now)
        assert spending.left <= 10
        if spending.left >= cost:
            spending.left -= cost
            spent += cost
        assert spent <= 10 + 5 * now + 1e-6


def test_a_meter_says_how_long_to_wait_for_one_more() -> None:
    chat = Meter("chat lines", Rate(5, 2, 3), 0.0)
    for _ in range(5):
        assert chat.wait(0.0) == 0
        chat.left -= 1
    assert chat.wait(0.0) == 1.5
    assert round(chat.wait(0.5), 3) == 1.0
    assert chat.wait(1.5) == 0


def test_what_came_back_before_anybody_was_told_is_not_told_any_more() -> None:
    spending = meter()
    for second in range(1, 100):
        spending.left -= 5
        spending.refill(second)
        spending.untold()
    assert spending.report() == spending.debt == 0


def test_what_was_spent_is_reported_once_and_again_only_if_it_did_not_arrive() -> None:
    spending = meter()
    spending.left -= 4
    assert spending.refill(0.0) == 4
    first = spending.report()
    assert first == 4
    assert spending.report() == 0
    spending.untold(first)
    assert spending.report() == 4


def test_what_all_have_spent_counts_together_with_what_was_spent_since() -> None:
    spending = meter()
    spending.left -= 4
    spending.refill(0.0)
    spending.report()
    spending.left -= 1
    spending.refill(0.0)
    spending.left -= 1
    spending.settle(7)  # 4 of ours and 3 elsewhere
    assert spending.left == 10 - 7 - 1 - 1
    assert spending.refill(0.0) == 1
    assert spending.report() == 2


def test_frames_are_paid_for_before_any_is_read_and_the_one_too_many_is_told() -> None:
    client = of_client("", LIMITS, 0.0)
    assert client.received(PING * 10, PLENTY) is None
    overdrawn = client.received(PING, PLENTY)
    assert overdrawn is client.messages
    assert (overdrawn.name, overdrawn.debt) == ("messages", 11)


def test_of_many_bursts_at_the_same_time_only_some_are_taken_and_the_calm_are_never_refused() -> None:
    bursts = Meter("messages at once", Rate(25, 1, 1), 0.0)
    limits = LIMITS.model_copy(update={"limit_messages": Rate(30, 5, 1)})
    loud, louder, calm = (of_client(name, limits, 0.0) for name in "abc")
    assert loud.received(PING * 20, bursts) is None
    assert louder.received(PING * 20, bursts) is bursts
    assert calm.received(PING * 10, bursts) is None


def test_an_accident_costs_an_address_nothing_and_who_floods_again_waits_ever_longer_up_to_a_bound() -> None:
    limits = LIMITS.model_copy(update={"limit_address_floods": Rate(8, 1, 8)})
    home, now, waits = of_address("192.0.2.1", limits, 0.0), 0.0, []
    for _ in range(8):
        assert home.arrived() is None
        home.flooded()
        waits.append(home.meters["floods"].wait(now))
        if waits[-1]:
            assert home.arrived() is home.meters["floods"]
        now += waits[-1]
        home.refill(now)
    assert waits == [0, 0, 0, 8, 56, 56, 56, 56]
    for _ in range(8):
        home.flooded()
    assert home.meters["floods"].wait(now) == 72
    home.refill(now + 16 * 8)
    assert home.meters["floods"].debt == 0


def test_however_often_an_address_is_turned_away_its_wait_is_bounded() -> None:
    limits = LIMITS.model_copy(update={"limit_address_arrivals": Rate(3, 1, 1)})
    home = of_address("192.0.2.1", limits, 0.0)
    arrivals = home.meters["connections"]
    assert [home.arrived() for _ in range(4)] == [None, None, None, arrivals]
    for _ in range(100):
        home.arrived()
    assert arrivals.wait(0.0) == 4


def test_bytes_are_paid_for_however_few_frames_they_make() -> None:
    client = of_client("", LIMITS, 0.0)
    assert client.received(b"x" * 1000, PLENTY) is None
    assert client.received(b"x", PLENTY) is client.bytes


def test_what_clients_spend_is_their_addresss_too_and_only_who_takes_more_than_a_share_pays_for_it() -> None:
    home = of_address("192.0.2.1", LIMITS, 0.0)
    quiet, loud, louder = (of_client(name, LIMITS, 0.0) for name in "abc")
    home.connections = 3
    quiet.received(PING * 2, PLENTY)
    loud.received(PING * 10, PLENTY)
    louder.received(PING * 10, PLENTY)
    assert home.charge(loud, 0.0) is None
    assert home.charge(louder, 0.0) is None
    assert home.charge(quiet, 0.0) is None
    louder.received(PING * 4, PLENTY)
    assert home.charge(louder, 1.0) is home.messages


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["", "chat lines", "requests"])), max_size=30))
def test_of_whom_next_to_nothing_came_no_meter_is_looked_at_and_yet_each_shows_nearly_what_it_would(
    seconds: list[tuple[int, str]],
) -> None:
    home, client, looked_at = of_address("", ROOMY, 0.0), of_client("a", ROOMY, 0.0), of_client("b", ROOMY, 0.0)
    for now, (frames, asked) in enumerate(seconds, start=1):
        for one in (client, looked_at):
            if frames:
                one.received(PING * frames, PLENTY)
            if asked and frames:
                one.spend(asked, now - 0.5)
        home.charge(client, now)
        looked_at.refill(now)
        for its, would in zip(client.meters.values(), looked_at.meters.values(), strict=True):
            # In thousandths, for rounding.
            assert -0.001 <= would.left - its.left <= NEXT_TO_NOTHING * its.rate.at_once + 0.001


def test_an_address_pays_for_what_its_calm_clients_send_as_soon_as_that_is_more_than_next_to_nothing() -> None:
    home, client = of_address("192.0.2.1", ROOMY, 0.0), of_client("a", ROOMY, 0.0)
    for second in range(1, 100):
        home.charge(client, second)
        assert second - 1 - home.messages.debt <= NEXT_TO_NOTHING * client.messages.rate.at_once
        client.received(PING, PLENTY)
    assert client.is_calm


@given(st.lists(st.tuples(st.integers(0, 12), st.sampled_from(["", "chat lines", "requests"])), max_size=30))
def test_who_is_calm_after_its_charge_is_nobody_elses_business(seconds: list[tuple[int, str]]) -> None:
    home, client = of_address("", ROOMY, 0.0), of_client("a", ROOMY, 0.0)
    client.connections = 1
    for now, (frames, asked) in enumerate(seconds, start=1):
        home.charge(client, now)
        if client.is_calm:
            assert not client.matters
            assert not any(meter.report() for meter in client.meters.values())
        if frames:
            client.received(PING * frames, PLENTY)
        if asked and frames:
            client.spend(asked, now + 0.5)


def test_an_address_of_the_operators_own_is_not_limited() -> None:
    limits = LIMITS.model_copy(update={"limit_exempt": (ip_network("192.0.2.0/24"), ip_network("2001:db8::1"))})
    for address in ("192.0.2.1", "2001:db8::/64", ""):
        home = of_address(address, limits, 0.0)
        assert all(one.rate.per_s > 1e9 for one in home.meters.values())
        assert home.most > 1e9
    assert of_address("192.0.3.1", limits, 0.0).messages.rate == LIMITS.limit_address_messages


@given(st.floats(0, 100), st.floats(0, 100))
def test_who_is_not_worth_telling_on_as_many_gateways_as_there_can_be_does_not_exceed_the_limit(
    spent: float, seconds: float
) -> None:
    home = of_address("192.0.2.1", LIMITS, 0.0)
    home.refill(seconds)
    home.messages.left -= spent
    home.refill(seconds)
    if not home.matters:
        assert spent * MAX_GATEWAYS_TOLD <= LIMITS.limit_address_messages.at_once


@given(st.lists(st.tuples(st.integers(1, 300), st.integers(0, 300)), max_size=40))
def test_an_address_that_comes_and_goes_on_every_gateway_gets_little_more_than_its_rate(
    comings: list[tuple[int, int]],
) -> None:
    """Each tenth of a second a look, as often somebody who comes or not."""
    limits = LIMITS.model_copy(update={"limit_address_arrivals": Rate(80, 4, 1)})
    home, now, told = of_address("192.0.2.1", limits, 0.0), 0.0, 0.0
    arrivals, came = home.meters["connections"], 0
    for pause, coming in comings:
        for turn in range(pause + coming):
            now += 0.1
            if turn >= pause:
                came += home.arrived() is None
            home.refill(now)
            if home.matters:
                told += home.reports(now)[arrivals]
            else:
                home.untold(now)
        assert (came - told) * MAX_GATEWAYS_TOLD <= 80 + 4 * now + MAX_GATEWAYS_TOLD
        assert not home.is_idle or came - told <= 0.5 * now


def test_many_connections_of_an_address_are_worth_telling() -> None:
    home = of_address("192.0.2.1", LIMITS, 0.0)
    home.connections = LIMITS.limit_address_connections // MAX_GATEWAYS_TOLD
    assert not home.matters
    home.connections += 1
    assert home.matters


def test_a_client_that_keeps_within_its_rate_costs_redis_nothing() -> None:
    client = of_client("a", LIMITS, 0.0)
    for second in range(1, 9):
        client.received(PING * 5, PLENTY)
        client.refill(second)
        assert not client.matters


def test_an_account_is_kept_while_somebody_uses_it_or_something_is_owed() -> None:
    account: Account = of_client("a", LIMITS, 0.0)
    assert account.is_idle
    account.connections = 1
    assert not account.is_idle
    account.connections = 0
    account.received(PING, PLENTY)
    assert not account.is_idle
    account.refill(5.0)
    assert account.is_idle
