"""A local Teams of the tests' own: stateful, with faults, tokens, threads and people. See `server`."""

from tests.fakes.teams.faults import Fault, FaultPlan
from tests.fakes.teams.files import FileFault, StoredFile
from tests.fakes.teams.humans import Human
from tests.fakes.teams.server import FakeTeams
from tests.fakes.teams.state import Account, Bot, Conversation, Message

__all__ = [
    "Account",
    "Bot",
    "Conversation",
    "FakeTeams",
    "Fault",
    "FaultPlan",
    "FileFault",
    "Human",
    "Message",
    "StoredFile",
]
