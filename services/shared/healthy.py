"""Asks the process of this container whether it has started and its event loop turns; exits with 1 where not.

Run as a file by a health check every few seconds, so it needs nothing but the standard library.
"""

import os
import socket
import sys

ANSWER_WITHIN = 2.0


def healthy(port: int, within: float = ANSWER_WITHIN) -> bool:
    """Raises OSError where nobody answers."""
    with socket.create_connection(("127.0.0.1", port), within) as asked:
        asked.sendall(b"GET /health HTTP/1.0\r\n\r\n")
        answer = b"".join(iter(lambda: asked.recv(4096), b""))
    return b" 200 OK\r\n" in answer and b'"started": true' in answer


if __name__ == "__main__":
    sys.exit(not healthy(int(os.environ["SLIPSTREAM_HEALTH_PORT"])))
