"""What a process tells those who watch it, by HTTP on a port of its own: `/health`, `/ready`, `/metrics`.

- `/health`: 200 while the event loop turns; whoever gets 503 for a while should replace the process. It does not
  depend on Redis, for a new process would have no other one.
- `/ready`: 200 while it works: a write was taken and a message of its own came back lately, and it does not drain.
- `/metrics`: Prometheus's form.

It answers from a thread, so that it can tell of an event loop that stands still.
"""

import json
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any, Final
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import structlog
from prometheus_client import make_wsgi_app

from services.shared import metrics

BEAT_EVERY: Final = 0.25
LAGS_KEPT: Final = 4
"""Beats that count as lately: a second."""
BEATS_WITHIN: Final = 2.0
"""An event loop that did not turn for so many seconds stands still."""
READ_WITHIN: Final = 5.0
"""Seconds that somebody may take to ask."""

OK, UNAVAILABLE, UNKNOWN = "200 OK", "503 Service Unavailable", "404 Not Found"


log = structlog.get_logger()


class Health:
    """`working` tells whether the service can do its work now. The event loop calls `beat` often."""

    def __init__(self, working: Callable[[], bool], clock: Callable[[], float] = time.monotonic) -> None:
        self._working, self._clock = working, clock
        self._beat_at = clock()
        self._lags: deque[float] = deque(maxlen=LAGS_KEPT)
        self.started = self.draining = False
        metrics.READY.set_function(lambda: self.ready)
        metrics.DRAINING.set_function(lambda: self.draining)

    def beat(self) -> None:
        now = self._clock()
        lag, self._beat_at = max(0.0, now - self._beat_at - BEAT_EVERY), now
        self._lags.append(lag)
        metrics.LOOP_LAG.observe(lag)

    @property
    def lag(self) -> float:
        """How much later than asked the event loop woke up lately, at worst [s]."""
        return max(self._lags, default=0.0)

    @property
    def alive(self) -> bool:
        return self._clock() - self._beat_at < BEATS_WITHIN

    @property
    def ready(self) -> bool:
        return self.alive and self.started and not self.draining and self._working()

    def answer(self, path: str) -> tuple[str, Mapping[str, Any]]:
        """Status and body for a path."""
        if path not in ("/health", "/ready"):
            return UNKNOWN, {"paths": ["/health", "/ready", "/metrics"]}
        good = self.alive if path == "/health" else self.ready
        body = {"alive": self.alive, "started": self.started, "working": self._working(), "draining": self.draining}
        return OK if good else UNAVAILABLE, body


def serve(health: Health, host: str, port: int) -> str:
    """Answers from now on until the process ends; returns HOST:PORT."""
    server = make_server(host, port, _application(health), _Server, _Handler)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return f"{host}:{server.server_port}"


def _application(health: Health) -> Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]:
    exposition = make_wsgi_app()

    def answer(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        path = environ["PATH_INFO"]
        if path == "/metrics":
            scraped: Iterable[bytes] = exposition(environ, start_response)
            return scraped
        status, body = health.answer(path)
        start_response(status, [("Content-Type", "application/json")])
        return [json.dumps(body).encode() + b"\n"]

    return answer


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:  # noqa: ARG002 - socketserver's signature
        error = sys.exception()
        tell = log.debug if isinstance(error, OSError) else log.error
        tell("somebody who asked for health was not answered", error=repr(error))


class _Handler(WSGIRequestHandler):
    timeout = READ_WITHIN

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
        """Whoever watches asks every few seconds: no news."""
