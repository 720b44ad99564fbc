"""A gateway with a certificate: clients are served over TLS, and only those that find its name in it."""

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Any

import pytest
import trustme

from client import connection as connection_module
from client.connection import Connection
from client.events import Connected, Reconnecting
from client.session import Session
from schemas.close import CloseCode
from schemas.limits import MAX_SERVER_FRAME_BYTES
from services.gateway import gateway as gateway_module
from services.gateway.gateway import Gateway
from services.shared import runner
from services.shared.certificate import Certificate
from services.shared.settings import WRONG, GatewaySettings, WrongSetting
from tests.services.gateway.wire import Client, gateway
from tests.services.measured import counted
from tests.services.servers import WITHIN, Imitation, running, until


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


class Files:
    def __init__(self, directory: Path, authority: trustme.CA) -> None:
        self._authority = authority
        self.certificate, self.key = directory / "tls.crt", directory / "tls.key"
        self.issue("127.0.0.1")

    def issue(self, *names: str) -> None:
        """A new certificate in the place of the one before."""
        issued = self._authority.issue_cert(*names)
        for part, file in ((issued.cert_chain_pems[0], self.certificate), (issued.private_key_pem, self.key)):
            part.write_to_path(str(file) + ".new")
            os.replace(str(file) + ".new", file)

    @property
    def settings(self) -> dict[str, Any]:
        return {"tls_certificate": self.certificate, "tls_key": self.key}


@pytest.fixture
def files(tmp_path: Path, authority: trustme.CA) -> Files:
    return Files(tmp_path, authority)


@pytest.fixture
def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


@pytest.fixture
def trusted(trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch) -> None:
    """The game trusts the authority of the tests."""
    monkeypatch.setattr(connection_module, "_trust", lambda: trusting)


@asynccontextmanager
async def client(one: Gateway, trusting: ssl.SSLContext) -> AsyncIterator[Client]:
    host, _, port = (await one.ready()).rpartition(":")
    streams = await asyncio.open_connection(host, int(port), limit=MAX_SERVER_FRAME_BYTES, ssl=trusting)
    found = Client(*streams)
    try:
        yield found
    finally:
        found.leave()


async def test_a_client_is_welcome_and_gets_its_last_line_before_the_end(
    files: Files, trusting: ssl.SSLContext
) -> None:
    async with gateway(Imitation(), **files.settings) as one, client(one, trusting) as ann:
        await ann.hello()
        ann.send(b"nonsense\n" * 100)
        assert (await ann.closed()).code is CloseCode.BAD_MESSAGE


async def test_who_speaks_no_tls_is_not_served_and_harms_nobody(files: Files, trusting: ssl.SSLContext) -> None:
    async with gateway(Imitation(), **files.settings) as one:
        host, _, port = (await one.ready()).rpartition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        writer.write(b'{"type":"hello","protocol":1,"nick":"Ann"}\n')
        with pytest.raises((ConnectionError, asyncio.IncompleteReadError)):
            await reader.readuntil(b"welcome")
        writer.close()
        async with client(one, trusting) as ann:
            await ann.hello()


async def test_a_client_that_never_reads_costs_little_and_goes(
    files: Files, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("services.gateway.connection.CLOSE_WITHIN", 0.1)
    monkeypatch.setattr(gateway_module, "PING_EVERY", 0.05)
    most = 0
    async with gateway(Imitation(), **files.settings) as one, client(one, trusting) as ann:
        await ann.hello()
        ann.writer.transport.pause_reading()  # type: ignore[attr-defined] # it reads, so it can pause
        async with asyncio.timeout(WITHIN):
            while connections := list(one._wheel):
                for connection in connections:
                    connection.send(b"x" * 8000 + b"\n")
                    most = max(most, connection._outbox.size + connection._transport.get_write_buffer_size())
                await asyncio.sleep(0)
    assert most < 512 * 1024


async def test_a_replaced_certificate_is_shown_to_the_next_client_and_nobody_is_cut_off(
    files: Files, trusting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gateway_module, "RENEW_EVERY", 0.01)
    async with gateway(Imitation(), **files.settings) as one, client(one, trusting) as ann:
        await ann.hello("Ann")
        before = ann.writer.get_extra_info("peercert")
        certificate = one._certificate
        assert certificate
        read_before = certificate._read
        files.issue("127.0.0.1", "localhost")
        await until(lambda: certificate._read[1] != read_before[1])
        async with client(one, trusting) as bob:
            await bob.hello("Bobby")
            assert bob.writer.get_extra_info("peercert")["serialNumber"] != before["serialNumber"]
        ann.send(b"nonsense\n")
        assert (await ann.closed()).code is CloseCode.BAD_MESSAGE


def shown(certificate: Certificate, trusting: ssl.SSLContext) -> object:
    """The serial number that a client would see now."""
    pipes = [ssl.MemoryBIO() for _ in range(2)]
    server = certificate.context.wrap_bio(pipes[0], pipes[1], server_side=True)
    client = trusting.wrap_bio(pipes[1], pipes[0], server_hostname="127.0.0.1")
    for end in (client, server) * 3:
        with contextlib.suppress(ssl.SSLWantReadError):
            end.do_handshake()
    found = client.getpeercert()
    assert found
    return found["serialNumber"]


def test_half_a_replacement_leaves_the_certificate_before_in_use(
    files: Files, authority: trustme.CA, trusting: ssl.SSLContext
) -> None:
    certificate = Certificate(files.certificate, files.key)
    before = shown(certificate, trusting)
    authority.issue_cert("other").private_key_pem.write_to_path(str(files.key))
    refused = counted("slipstream_certificates_refused_total")
    certificate.renew()
    assert counted("slipstream_certificates_refused_total") == refused + 1
    assert shown(certificate, trusting) == before
    files.issue("127.0.0.1")
    certificate.renew()
    assert shown(certificate, trusting) != before


async def test_the_game_plays_over_tls_with_a_server_that_proves_its_name(trusted: None, files: Files) -> None:
    async with gateway(Imitation(), **files.settings) as one:
        session = Session("Annika", [f"tls://{await one.ready()}"], Random(1))
        async with running(Connection(session).run()):
            await until(lambda: any(isinstance(event, Connected) for event in session.events()))
            session.quit()


async def test_the_game_does_not_speak_with_a_server_of_another_name(trusted: None, files: Files) -> None:
    files.issue("somebody.example")
    async with gateway(Imitation(), **files.settings) as one:
        session = Session("Annika", [f"tls://{await one.ready()}"], Random(1))
        seen: list[object] = []
        async with running(Connection(session, lambda: seen.extend(session.events())).run()):
            await until(lambda: any(isinstance(event, Reconnecting) for event in seen))
            assert not any(isinstance(event, Connected) for event in seen)
            session.quit()
    assert "not valid for '127.0.0.1'" in str(seen)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (["tls_certificate"], "SLIPSTREAM_TLS_KEY"),
        (["tls_key"], "SLIPSTREAM_TLS_KEY"),
        (["tls_certificate", "tls_key", "proxy_protocol"], "SLIPSTREAM_PROXY_PROTOCOL"),
    ],
)
def test_settings_that_make_no_sense_together_are_refused(files: Files, settings: list[str], said: str) -> None:
    values = {**files.settings, "proxy_protocol": True}
    with pytest.raises(WrongSetting, match=said):
        GatewaySettings(**{name: values[name] for name in settings}).certificate()


def test_a_gateway_whose_certificate_is_not_there_ends_with_one_line(
    files: Files, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    files.certificate.unlink()
    settings = GatewaySettings(**files.settings)
    with pytest.raises(SystemExit) as ended:
        runner.run("gateway", settings, lambda name: Gateway(Imitation().client(), name, settings))
    assert ended.value.code == WRONG
    assert capfd.readouterr().err.startswith("SLIPSTREAM_TLS_CERTIFICATE: files with a certificate and its key, not: ")
