"""Ports of loopback for servers whose port must be known before they start."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator

# Below the ports that systems give to whoever asks for any (Linux from 32768, others from 49152, where neither was
# changed): there, what was found free can be taken by somebody's connection before the server has come up. The
# cluster's own talk (a port plus 10,000) stays below as well.
_FIRST, _LAST = 12_000, 22_000
_BUS = 10_000


def _candidates() -> Iterator[int]:
    """Every port in turn, from another place in each process, so that processes side by side do not meet."""
    begin = os.getpid() * 97 % (_LAST - _FIRST)
    while True:
        for step in range(_LAST - _FIRST):
            yield _FIRST + (begin + step) % (_LAST - _FIRST)


_turn = _candidates()


def free_port() -> int:
    """A port on which nothing listens, nor on the one that a Redis Cluster would take with it; never the same soon."""
    for port in _turn:
        with contextlib.suppress(OSError), socket.socket() as one, socket.socket() as bus:
            one.bind(("127.0.0.1", port))
            bus.bind(("127.0.0.1", port + _BUS))
            return port
    raise AssertionError("unreachable: the ports do not end")
