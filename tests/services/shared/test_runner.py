"""What is left over in the event loop is told, except for what is no fault."""

import asyncio
import logging
import socket

import pytest

from services.shared.runner import _left_over


async def left_over(error: Exception, caplog: pytest.LogCaptureFixture) -> list[str]:
    with caplog.at_level(logging.DEBUG, logger="asyncio"):
        _left_over(asyncio.get_running_loop(), {"message": "nobody heard of it", "exception": error})
    return [record.message for record in caplog.records if record.levelno >= logging.ERROR]


async def test_a_host_that_is_not_found_when_nobody_waits_for_it_any_more_is_no_fault(
    caplog: pytest.LogCaptureFixture,
) -> None:
    assert await left_over(socket.gaierror(-2, "Name or service not known"), caplog) == []


async def test_any_other_fault_that_nobody_heard_of_is_told(caplog: pytest.LogCaptureFixture) -> None:
    assert await left_over(ValueError("a bug"), caplog) != []
