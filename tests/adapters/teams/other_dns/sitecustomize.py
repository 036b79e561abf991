"""Stands for another DNS in one child process: Microsoft's names lead to this machine. Nothing else is changed."""

import asyncio
import functools
import os
import socket
from typing import Any

_real = socket.getaddrinfo
_port = int(os.environ["TEAMS_FAKE_PORT"])
_HOSTS = {"login.microsoftonline.com", "login.botframework.com", "smba.trafficmanager.net"}


def _look_up(host: Any, port: Any, *args: Any, **more: Any) -> Any:
    if host in _HOSTS:
        host, port = "127.0.0.1", _port
    return _real(host, port, *args, **more)


socket.getaddrinfo = _look_up


async def _resolve(loop: asyncio.AbstractEventLoop, host: Any, port: Any, **more: Any) -> Any:
    return await loop.run_in_executor(None, functools.partial(_look_up, host, port, **more))


try:
    import uvloop
except ImportError:
    pass
else:
    # it asks the system by itself
    uvloop.Loop.getaddrinfo = _resolve
