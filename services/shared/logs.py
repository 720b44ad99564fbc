"""Logs for people in a terminal, and one JSON object a line everywhere else. They go to the standard error.

A line says what happened, with `role` and `process`, and `session` and `thing` (a race, a room) where it is about one.
It never holds a token, what somebody said, or a player's address: those are not given to a logger, and tracebacks come
without the values of variables.
"""

import logging
import sys
import threading
from types import TracebackType

import structlog
from structlog.stdlib import ProcessorFormatter
from structlog.typing import Processor

log = structlog.get_logger()


def configure(role: str, name: str, level: str = "info", *, as_json: bool | None = None) -> None:
    """Sets up logging for the process: every line carries role and process, those of libraries and last words too."""
    as_json = not sys.stderr.isatty() if as_json is None else as_json
    least = logging.getLevelNamesMapping()[level.upper()]
    before: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    rendered = _rendered(as_json=as_json)
    structlog.configure(
        processors=[*before, *rendered],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    structlog.contextvars.bind_contextvars(role=role, process=name)
    _gather_the_rest(before, rendered, max(least, logging.WARNING))


def _rendered(*, as_json: bool) -> list[Processor]:
    if as_json:
        return [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    # The default shows the values of variables wherever rich is installed.
    plain = structlog.dev.plain_traceback
    return [structlog.dev.ConsoleRenderer(colors=sys.stderr.isatty(), exception_formatter=plain)]


def _gather_the_rest(before: list[Processor], rendered: list[Processor], least: int) -> None:
    """What libraries log, warnings, and faults that nobody caught."""
    handler = logging.StreamHandler(sys.stderr)
    processors = [ProcessorFormatter.remove_processors_meta, *rendered]
    handler.setFormatter(ProcessorFormatter(processors=processors, foreign_pre_chain=before))
    logging.basicConfig(handlers=[handler], level=least, force=True)
    logging.captureWarnings(capture=True)
    sys.excepthook = _last_words
    threading.excepthook = lambda thread: _last_words(thread.exc_type, thread.exc_value, thread.exc_traceback)


def _last_words(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if isinstance(error, KeyboardInterrupt) or error is None:
        return
    log.critical("a fault that nobody caught", exc_info=(kind, error, trace))
