# ruff: noqa: T201 - what it prints is the contract
"""Honours the contract between the stack and a service, and does nothing else."""

import os
import signal
import socket
import sys

from schemas.ready import Ready


def main() -> None:
    role, name = sys.argv[1], os.environ["SLIPSTREAM_NAME"]
    listener, address = None, None
    if role == "gateway":
        host, port = os.environ["SLIPSTREAM_HOST"], int(os.environ["SLIPSTREAM_PORT"])
        listener, address = socket.create_server((host, port)), f"{host}:{port}"
    signal.signal(signal.SIGTERM, lambda *_: os._exit(0))
    assert os.environ["SLIPSTREAM_EXIT_WITH_STDIN"] == "1"
    print("redis", os.environ["SLIPSTREAM_REDIS"], "gateways", os.environ["SLIPSTREAM_GATEWAYS"], file=sys.stderr)
    print(Ready.model_validate({"role": role, "name": name, "pid": os.getpid(), "address": address}).model_dump_json())
    sys.stdout.flush()
    sys.stdin.buffer.read()
    del listener


if __name__ == "__main__":
    main()
