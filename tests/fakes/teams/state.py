"""What a Teams tenant holds: people, chats, channels with threads, messages. The ground truth of every test.

Everything that a person would see is computed from here. Nothing in this file knows HTTP.
"""

from __future__ import annotations

import itertools
import time
import uuid
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from tests.fakes.teams.visible import seen_text

THREAD = ";messageid="
MAX_MESSAGE = 100_000


class Refusal(Exception):
    """An HTTP error with the connector's own code."""

    def __init__(self, status: int, code: str) -> None:
        self.status = status
        self.code = code
        super().__init__(code)


@dataclass(slots=True)
class Account:
    """`id` is the connector's (`29:…`), `object_id` the directory's. `role` is `user`, `guest` or `anonymous`."""

    id: str
    object_id: str
    name: str
    tenant: str
    email: str = ""
    role: str = "user"
    has_app: bool = True
    """Whether the app is installed for this person, so that it may write to them."""


@dataclass(slots=True)
class Bot:
    """A bot registration. `endpoint` is where its activities go."""

    app_id: str
    secret: str
    name: str = "Warmline"
    endpoint: str = ""

    @property
    def id(self) -> str:
        return f"28:{self.app_id}"


@dataclass(slots=True)
class Message:
    """`thread` is the id of the message that opened the thread, in channels."""

    id: str
    conversation: str
    author: str
    content: dict[str, Any]
    thread: str = ""
    reactions: dict[str, list[str]] = field(default_factory=dict)
    deleted: bool = False
    edited: bool = False
    posted_at: float = 0.0

    @property
    def seen_text(self) -> str:
        return seen_text(self.content)


@dataclass(frozen=True, slots=True)
class OpenForm:
    """A card with inputs that one person has before them: in a dialog, or in the place of a message's card."""

    conversation: Conversation
    message: Message
    card: dict[str, Any]
    dialog: bool
    submit: str = "task/submit"


@dataclass(slots=True)
class Conversation:
    """`kind` is `personal`, `groupChat` or `channel`. With `consent` the app hears what does not mention it, too."""

    id: str
    kind: str
    members: set[str]
    name: str = ""
    team: str = ""
    installed: bool = True
    consent: bool = False
    messages: list[Message] = field(default_factory=list)
    by_id: dict[str, Message] = field(default_factory=dict)
    purged: set[str] = field(default_factory=set)


class Tenant:
    """All state of one tenant, with the checks that Teams makes on it."""

    def __init__(self, id: str = "11111111-1111-4111-8111-111111111111") -> None:
        self.id = id
        self.accounts: dict[str, Account] = {}
        self.conversations: dict[str, Conversation] = {}
        self._numbers = itertools.count(1)
        self._last_id = 0

    def next_number(self) -> int:
        return next(self._numbers)

    def next_id(self) -> str:
        """The time in milliseconds, unique and growing, as Teams names messages."""
        self._last_id = max(self._last_id + 1, time.time_ns() // 1_000_000)
        return str(self._last_id)

    def add_person(self, name: str, **traits: Any) -> Account:
        number = self.next_number()
        object_id = str(uuid.uuid5(uuid.NAMESPACE_DNS, f"{name}-{number}"))
        email = f"{name.lower().replace(' ', '.')}@example.com"
        account = Account(
            f"29:1{number:06d}-{object_id[:8]}", object_id, name, traits.pop("tenant", self.id), email, **traits
        )
        self.accounts[account.id] = account
        return account

    def account(self, id: str) -> Account | None:
        """By the connector's id, the directory's, or the address."""
        return next((a for a in self.accounts.values() if id in {a.id, a.object_id, a.email}), None)

    def add_conversation(self, kind: str, members: set[str], **traits: Any) -> Conversation:
        number = self.next_number()
        name = {
            "personal": f"a:1{number:04d}-{uuid.uuid5(uuid.NAMESPACE_DNS, str(number))}",
            "groupChat": f"19:group{number:04d}@thread.v2",
            "channel": f"19:channel{number:04d}@thread.tacv2",
        }[kind]
        conversation = Conversation(name, kind, members, **traits)
        self.conversations[name] = conversation
        return conversation

    def chat_of(self, account: Account, bot: Bot) -> Conversation:
        """The personal chat of somebody with the app, made when it is not there."""
        pair = {account.id, bot.id}
        found = next((c for c in self.conversations.values() if c.kind == "personal" and c.members == pair), None)
        return found or self.add_conversation("personal", pair)

    def split(self, id: str) -> tuple[Conversation, str]:
        """A conversation id as the conversation and the thread."""
        channel, _, thread = id.partition(THREAD)
        found = self.conversations.get(channel)
        if found is None:
            raise Refusal(404, "ConversationNotFound")
        return found, thread

    def add_message(self, conversation: Conversation, author: str, content: dict[str, Any], thread: str) -> Message:
        message = Message(self.next_id(), conversation.id, author, content, thread, posted_at=time.time())  # noqa: TID251  # the outside world has a real clock
        if conversation.kind == "channel" and not thread:
            message.thread = message.id
        conversation.messages.append(message)
        conversation.by_id[message.id] = message
        return message

    def message(self, conversation: Conversation, id: str) -> Message:
        found = conversation.by_id.get(id)
        if found is None or found.deleted:
            raise Refusal(404, "ActivityNotFoundInConversation")
        return found

    def seen_by(self, account: Account, conversation: Conversation, thread: str | None = None) -> list[Message]:
        """Messages that this person sees, oldest first: roots of threads (`thread=""`), one thread, or all (None)."""
        if account.id not in conversation.members:
            return []
        shown = [m for m in conversation.messages if not m.deleted]
        if thread is None or conversation.kind != "channel":
            return shown
        return [m for m in shown if (m.thread == thread if thread else m.thread == m.id)]


def moment(at: float) -> str:
    """A time as Teams writes it."""
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
