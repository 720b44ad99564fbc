"""As many open sockets as the system lets us have: its default is made for smaller programs."""

import sys

import structlog

log = structlog.get_logger()


def allow(wanted: int) -> None:
    """Raises this process's limit of open files to `wanted`, or as far as it may."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not there on Windows

    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if most > soft:
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    if most < wanted:
        log.warning("fewer clients than allowed for can connect", open_files=most, wanted=wanted)
