"""Single steps do what they are called after, and their time is that of one."""

import time

import pytest

from bench import steps
from bench.steps import Step, measured
from schemas.to_server import Drive, to_server


def spin() -> None:
    until = time.process_time() + 0.002
    while time.process_time() < until:
        pass


def test_the_time_is_that_of_one() -> None:
    assert measured(Step("ten", spin, 10), 1) == pytest.approx(200, rel=0.5)


def test_every_step_can_be_made() -> None:
    for step in steps._steps():
        step.do()


def test_a_client_s_two_inputs_are_what_a_gateway_takes() -> None:
    drive = to_server.decode(steps.DRIVE)
    assert isinstance(drive, Drive)
    assert len(drive.inputs) == 2
