"""Ports of loopback for servers whose address must be known before they serve."""

from __future__ import annotations

import atexit
import itertools
import os
import socket
from collections.abc import Iterator

# Below the ports that systems give to whoever asks for any (Linux from 32768, others from 49152, where neither was
# changed): there, what was found free can be taken by somebody's connection before the server has come up. The
# cluster's own talk (a port plus 10,000) stays below as well.
_FIRST, _LAST = 12_000, 22_000
_BUS = 10_000


# Every port in turn, from another place in each process, so that processes side by side seldom meet.
_BEGIN = _FIRST + os.getpid() * 97 % (_LAST - _FIRST)
_turn: Iterator[int] = itertools.cycle([*range(_BEGIN, _LAST), *range(_FIRST, _BEGIN)])

_claims: list[socket.socket] = []
"""What says to other processes that a port is ours, until we end: the UDP port of the same number."""


def bound() -> socket.socket:
    """A socket with a port of its own, for a server in this process that has to be known before it serves."""
    made = socket.socket()
    made.bind(("127.0.0.1", 0))
    return made


def free_port() -> int:
    """A port on which nothing listens, nor on the one that a Redis Cluster would take with it.

    No other process that asks here is given it while we live, and we are not given it again.
    """
    return next(port for port in _turn if _claimed(port) and _is_free(port) and _is_free(port + _BUS))


def _claimed(port: int) -> bool:
    claim = socket.socket(type=socket.SOCK_DGRAM)
    try:
        claim.bind(("127.0.0.1", port))
    except OSError:
        claim.close()
        return False
    _claims.append(claim)
    return True


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


@atexit.register
def _give_up() -> None:
    for claim in _claims:
        claim.close()
