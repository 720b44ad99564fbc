from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.names import from_account, made_up
from services.gateway.nicknames import accepted


@given(st.integers())
def test_a_made_up_name_is_one_that_gateways_accept(seed: int) -> None:
    name = made_up(Random(seed))
    assert accepted(name) == name


@given(st.text())
def test_whatever_an_account_is_called_a_name_comes_out(account: str) -> None:
    name = from_account(account, Random(1))
    assert 3 <= len(name) <= 16
    assert name.isascii()
    assert name[0].isalpha()


@pytest.mark.parametrize(
    ("account", "name"),
    [("ada", "Ada"), ("grace.hopper", "Gracehopper"), ("9lives", "Lives"), ("margaret_hamilton_1", "Margaret_hamilto")],
)
def test_an_account_that_names_a_person_gives_the_name(account: str, name: str) -> None:
    assert from_account(account, Random(1)) == name


@pytest.mark.parametrize("account", ["root", "Ubuntu", "", "x", "42", "\u65e5\u672c"])
def test_an_account_that_names_nobody_gives_a_made_up_name(account: str) -> None:
    assert from_account(account, Random(1)) == made_up(Random(1))
