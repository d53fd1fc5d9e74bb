"""Ports that cannot be had are told in a sentence, before anything slow."""

import re
import socket

import pytest

from tthc.errors import ExpectedError
from tthc.serve import ports
from tthc.serve.ports import check_ports


@pytest.fixture
def free():
    sockets = [socket.socket() for _ in range(3)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    numbers = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return dict(zip(("PORT", "TTHC_RASA_PORT", "TTHC_ACTIONS_PORT"), map(str, numbers), strict=True)) | {
        "HOST": "127.0.0.1"
    }


@pytest.mark.parametrize("host", ["127.0.0.1", "0.0.0.0", "localhost"])
def test_free_ports_are_fine_and_stay_free(free, host):
    check_ports({**free, "HOST": host})
    check_ports({**free, "HOST": host})


@pytest.mark.parametrize("variable", ["PORT", "TTHC_RASA_PORT", "TTHC_ACTIONS_PORT"])
def test_a_port_in_use_is_named_with_what_changes_it(free, variable):
    with socket.socket() as other:
        other.bind(("127.0.0.1", int(free[variable])))
        other.listen()
        with pytest.raises(ExpectedError) as caught:
            check_ports(free)
    port = int(free[variable])
    assert str(caught.value) == (
        f"port {port} is in use by another program: stop that program, "
        f"or choose another port, for example {variable}={port + 1}"
    )


def test_two_equal_ports_are_told(free):
    with pytest.raises(ExpectedError, match=f"TTHC_RASA_PORT and PORT are both {free['PORT']}"):
        check_ports({**free, "TTHC_RASA_PORT": free["PORT"]})


def test_an_address_of_another_machine_is_told(free):
    with pytest.raises(ExpectedError, match=r"cannot listen on 192\.0\.2\.1 port"):
        check_ports({**free, "HOST": "192.0.2.1"})


@pytest.mark.parametrize("host", ["no.such.host.invalid", "a..b", "x" * 70])
def test_a_name_that_is_no_address_is_told(free, host):
    with pytest.raises(ExpectedError, match=f"^HOST={re.escape(host)} is not an address of this machine"):
        check_ports({**free, "HOST": host})


def test_a_port_for_administrators_only_is_told(free, monkeypatch):
    class Refusing(socket.socket):
        def bind(self, _address):
            raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(ports.socket, "socket", Refusing)
    with pytest.raises(
        ExpectedError, match="port 80 may not be opened by this user: choose one from 1024 on with PORT"
    ):
        check_ports({**free, "PORT": "80"})
