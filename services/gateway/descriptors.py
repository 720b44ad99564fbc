"""What the system knows of sockets: how many it lets us have, and what lies in them."""

import socket
import sys

import structlog

if sys.platform != "win32":
    import fcntl
    import resource
    import termios

log = structlog.get_logger()


def allow(wanted: int) -> None:
    """Raises this process's limit of open files to `wanted`, or as far as it may."""
    if sys.platform == "win32":
        return
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        log.warning("fewer clients than allowed for can connect", open_files=most, wanted=wanted)


def unread(sock: socket.socket) -> int:
    """Bytes that were sent and that the other side has not taken yet; 0 where the system does not tell."""
    if sys.platform == "win32":
        return 0
    try:
        return int.from_bytes(fcntl.ioctl(sock.fileno(), termios.TIOCOUTQ, bytes(4)), sys.byteorder)
    except (OSError, ValueError):  # it is closed already
        return 0
