from ipaddress import ip_network
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.shared.limits import Limits, Rate, rate
from services.shared.settings import GatewaySettings, read

whole = st.integers(1, 999_999)


@given(whole, whole, whole)
def test_a_rate_is_so_many_at_once_and_then_so_many_in_so_many_seconds(at_once: int, more: int, seconds: int) -> None:
    assert rate(f"{at_once}+{more}/{seconds}") == Rate(at_once, more, seconds)


@pytest.mark.parametrize("written", ["", "5", "5+2", "5+2/", "0+2/3", "5+0/3", "5+2/0", "-5+2/3", "5+2/3 ", "5.5+2/3"])
def test_what_is_no_rate_is_refused_with_the_form_that_is_meant(written: str) -> None:
    with pytest.raises(ValueError, match=r"N\+M/S"):
        rate(written)


def test_a_rate_reads_as_a_person_would_say_it() -> None:
    assert str(Rate(5, 2, 3)) == "5 at once, then 2 in 3 s"
    assert str(Rate(1024, 80, 1)) == "1024 at once, then 80 a second"


def test_limits_come_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLIPSTREAM_LIMIT_CHAT", "9+1/2")
    monkeypatch.setenv("SLIPSTREAM_LIMIT_EXEMPT", "127.0.0.0/8,2001:db8::/32")
    settings = read(GatewaySettings)
    assert settings.limit_chat == Rate(9, 1, 2)
    assert settings.limit_exempt == (ip_network("127.0.0.0/8"), ip_network("2001:db8::/32"))


@pytest.mark.parametrize(
    ("name", "value"),
    [("limit_chat", "many"), ("limit_connections", 0), ("limit_hello", 0.0), ("limit_exempt", "here")],
)
def test_a_limit_that_makes_no_sense_is_refused(name: str, value: Any) -> None:
    with pytest.raises(ValidationError):
        Limits(**{name: value})
