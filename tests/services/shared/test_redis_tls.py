"""`rediss://` with client certificates: both sides prove who they are. Needs a redis-server with TLS."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import trustme

from services.shared.bus import Bus
from services.shared.connect import Unavailable, connect
from services.shared.pipeline import ask
from slipstream.ports import free_ports
from tests.services.servers import running

pytestmark = pytest.mark.skipif(not shutil.which("redis-server"), reason="there is no redis-server here")


class Secured:
    def __init__(self, port: int, directory: Path) -> None:
        self._port, self._directory = port, directory

    def url(self, host: str = "localhost", *, authority: str = "ca.pem", certificate: str = "client.pem") -> str:
        files = {"ssl_ca_certs": authority, "ssl_certfile": certificate, "ssl_keyfile": certificate}
        query = "&".join(f"{name}={self._directory / file}" for name, file in files.items() if file)
        return f"rediss://{host}:{self._port}/0?{query}"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Secured]:
    directory, port, authority = tmp_path_factory.mktemp("tls"), next(free_ports()), trustme.CA()
    authority.cert_pem.write_to_path(str(directory / "ca.pem"))
    trustme.CA().cert_pem.write_to_path(str(directory / "other.pem"))
    for name in ("server", "client"):
        issued = authority.issue_cert("localhost" if name == "server" else "game.slipstream")
        issued.private_key_and_cert_chain_pem.write_to_path(str(directory / f"{name}.pem"))
    pem = str(directory / "server.pem")
    tls = ["--tls-cert-file", pem, "--tls-key-file", pem, "--tls-ca-cert-file", str(directory / "ca.pem")]
    command = ["redis-server", "--port", "0", "--tls-port", str(port), *tls, "--save", "", "--dir", str(directory)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout
    with process, process.stdout as output:
        if not any(b"Ready to accept connections" in line for line in output):
            pytest.skip("this redis-server was built without TLS")
        yield Secured(port, directory)
        process.kill()


async def test_with_a_certificate_commands_and_messages_go_both_ways(server: Secured) -> None:
    redis = connect(server.url())
    bus = Bus(redis, "process-1")
    async with running(bus.run()):
        await bus.heard.wait()
        assert await ask(redis, ("SET", "key", "value"), ("GET", "key")) == [b"OK", b"value"]
    await redis.aclose(close_connection_pool=True)


@pytest.mark.parametrize(
    "wrong",
    [
        {"certificate": ""},
        {"authority": "other.pem"},
        {"host": "127.0.0.1"},
    ],
    ids=["no client certificate", "an authority that we do not trust", "another name than the server's"],
)
async def test_who_does_not_prove_who_it_is_is_not_spoken_with(server: Secured, wrong: dict[str, str]) -> None:
    redis = connect(server.url(**wrong))
    with pytest.raises(Unavailable):
        await ask(redis, ("PING",))
    await redis.aclose(close_connection_pool=True)
