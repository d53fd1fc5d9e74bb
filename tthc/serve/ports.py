"""Says early, and in a sentence, when a port cannot be had."""

from __future__ import annotations

import errno
import socket
from collections.abc import Mapping

from tthc.errors import ExpectedError

LOOPBACK = "127.0.0.1"


def check_ports(settings: Mapping[str, str]) -> None:
    """Check that the three ports are free and different.

    Raises:
        ExpectedError: one is not; the message says which and which setting changes it.
    """
    wanted = (("PORT", settings["HOST"]), ("TTHC_RASA_PORT", LOOPBACK), ("TTHC_ACTIONS_PORT", LOOPBACK))
    seen: dict[int, str] = {}
    for variable, host in wanted:
        port = int(settings[variable])
        if port in seen:
            raise ExpectedError(f"{variable} and {seen[port]} are both {port}: give them different ports")
        seen[port] = variable
        _check(variable, host, port)


def _check(variable: str, host: str, port: int) -> None:
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(
            host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except (socket.gaierror, UnicodeError) as error:
        raise ExpectedError(f"HOST={host} is not an address of this machine: {error}") from error
    except OSError as error:
        raise ExpectedError(_sentence(variable, host, port, error)) from error


def _sentence(variable: str, host: str, port: int, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return (
            f"port {port} is in use by another program: stop that program, "
            f"or choose another port, for example {variable}={port + 1 if port < 65535 else port - 1}"
        )
    if error.errno == errno.EACCES:
        return f"port {port} may not be opened by this user: choose one from 1024 on with {variable}"
    return f"cannot listen on {host} port {port}: {error.strerror}; HOST and {variable} choose another"
