"""Stands for another DNS in one child process: Slack's names lead to this machine. Nothing else is changed."""

import os
import socket
from typing import Any

_real = socket.getaddrinfo
_port = int(os.environ["SLACK_FAKE_PORT"])


def _look_up(host: Any, port: Any, *args: Any, **more: Any) -> Any:
    if isinstance(host, str) and (host == "slack.com" or host.endswith(".slack.com")):
        host, port = "127.0.0.1", _port
    return _real(host, port, *args, **more)


socket.getaddrinfo = _look_up
