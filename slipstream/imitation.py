"""A Redis in Python for systems that have no Valkey wheel: `python -m slipstream.imitation HOST PORT`.

Good enough for a race on one machine; it keeps nothing on disk. Ends when its standard input does.
"""

import sys
import threading

from fakeredis import TcpFakeServer

from slipstream.programs import VALKEY_READY


def main() -> None:
    host, port = sys.argv[1:]
    server = TcpFakeServer((host, int(port)), server_type="valkey", server_version=(8, 0))
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    print(VALKEY_READY.decode(), flush=True)  # noqa: T201 - read by the stack
    sys.stdin.buffer.read()


if __name__ == "__main__":
    main()
