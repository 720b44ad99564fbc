import socket
from itertools import islice

from slipstream.ports import FREE, HOST, free_ports, is_free


def test_a_port_with_a_listener_is_not_free_and_is_so_again_when_it_has_gone() -> None:
    with socket.create_server((HOST, 0)) as listener:
        port = listener.getsockname()[1]
        assert not is_free(port)
    assert is_free(port)


def test_free_ports_differ_from_each_other_and_lie_below_those_of_outgoing_connections() -> None:
    ports = list(islice(free_ports(), 20))
    assert len(set(ports)) == 20
    assert set(ports) <= set(FREE)


def test_a_port_beyond_the_last_is_not_free() -> None:
    assert not is_free(65_536)
