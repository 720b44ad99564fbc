import pytest

from services.gateway.addresses import NOWHERE, counted, shortened


@pytest.mark.parametrize(
    ("host", "by"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::/64", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
    ],
)
def test_an_address_is_counted_by_what_one_customer_has(host: str, by: str) -> None:
    assert counted(host) == by


@pytest.mark.parametrize("host", ["", "race.example.org", "203.0.113", None, "203.0.113.0/24"])
def test_what_is_no_address_is_nowhere(host: object) -> None:
    assert counted(host) == NOWHERE


@pytest.mark.parametrize(
    ("host", "short"), [("203.0.113.7", "203.0.0.0/16"), ("2001:db8:1:2:3:4:5:6", "2001:db8::/32")]
)
def test_of_an_address_people_read_only_the_network(host: str, short: str) -> None:
    assert shortened(counted(host)) == short
