"""A local Slack of the tests' own: stateful, with faults, signatures, sockets and people. See `server`."""

from tests.fakes.slack.faults import Fault, FaultPlan
from tests.fakes.slack.files import FileFault, StoredFile
from tests.fakes.slack.humans import Human
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import App, Channel, Message, User

__all__ = [
    "App",
    "Channel",
    "FakeSlack",
    "Fault",
    "FaultPlan",
    "FileFault",
    "Human",
    "Message",
    "StoredFile",
    "User",
]
