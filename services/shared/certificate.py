"""A certificate for TLS in two files, which may be replaced while it is in use."""

import ssl
from pathlib import Path

import structlog

from services.shared import metrics

log = structlog.get_logger()


class Certificate:
    """`context` offers what was read last. Raises OSError (`ssl.SSLError` is one) for files that are of no use."""

    def __init__(self, certificate: Path, key: Path) -> None:
        self._files = (certificate, key)
        self._read = self._stamps()
        self.context = _context(*self._files)

    def renew(self) -> None:
        """Reads the files again if they have changed; new connections are offered what they hold now.

        Halfway through a replacement they do not fit together: then it stays with what it has, and tries again.
        """
        try:
            stamps = self._stamps()
            if stamps == self._read:
                return
            _context(*self._files)  # the one in use would be left in pieces
            self.context.load_cert_chain(*self._files)
        except OSError as error:
            metrics.CERTIFICATES_REFUSED.inc()
            log.warning("the new certificate is of no use, the one before stays", error=str(error))
        else:
            self._read = stamps
            log.info("certificate read anew", file=str(self._files[0]))

    def _stamps(self) -> list[tuple[int, int]]:
        return [(found.st_mtime_ns, found.st_ino) for found in (file.stat() for file in self._files)]


def _context(certificate: Path, key: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate, key)
    return context
