"""The platforms of the laboratory, seen the same way: who is there, what they say, what stands where in the end.

What is shown of a platform is its ground truth, never what the product believes.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Protocol

from tests.fakes.slack import FakeSlack
from tests.fakes.slack import Fault as SlackFault
from tests.fakes.slack import FaultPlan as SlackPlan
from tests.fakes.slack import Human as SlackHuman
from tests.fakes.slack.delivery import ACK_SECONDS as SLACK_SECONDS
from tests.fakes.teams import FakeTeams
from tests.fakes.teams import Fault as TeamsFault
from tests.fakes.teams import FaultPlan as TeamsPlan
from tests.fakes.teams import Human as TeamsHuman
from tests.fakes.teams.delivery import ACK_SECONDS as TEAMS_SECONDS


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of the app's as it stands there. `thread` is empty at a channel's root; `at` is when it was put."""

    id: str
    text: str
    thread: str = ""
    at: float = 0.0
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Site:
    """Settings that a process needs to serve a platform, and the desk there if it has one."""

    name: str
    settings: dict[str, str]
    tenant: str
    desk: str


class Platform(Protocol):
    """One platform with its people: `customers` in private chats, Bob alone in the desk."""

    name: str

    def open_to(self, port: int) -> None: ...
    def site(self) -> Site: ...
    def begin(self, seed: int, rates: dict[str, float], duplicates: float, overtaking: float) -> None: ...
    def names(self, customer: int) -> tuple[str, str]: ...
    def customer_says(self, customer: int, text: str) -> str: ...
    def agent_says(self, thread: str, text: str) -> str: ...
    def author_changes(self, message: str, text: str) -> str:
        """Let what somebody wrote say something else, or with "" be deleted; the name of that for `outcome`."""
        ...

    async def agent_presses(self, message: str, label: str) -> bool:
        """Whether the app took the press; it does not when the button is gone by now."""
        ...

    def outcome(self, message: str) -> bool | None: ...
    def chat(self, customer: int) -> list[Seen]: ...
    def desk(self) -> list[Seen]: ...
    def calls(self) -> Counter[str]: ...
    def acks(self) -> list[float]:
        """Seconds until the app answered that it has it, of each delivery that it took."""
        ...

    def tokens_asked(self) -> int:
        """How often a process asked for a token that lets it call."""
        ...

    def unbelieved(self) -> int:
        """Calls that were refused because of their token."""
        ...

    async def settled(self) -> None: ...


@dataclass
class OnSlack:
    slack: FakeSlack
    customers: int
    name: str = "slack"
    _outcomes: dict[str, list[Any]] = field(default_factory=dict)
    _indexed: int = 0

    def __post_init__(self) -> None:
        self.app = self.slack.install()
        self.bob = self._human("Bob")
        self.channel = self.slack.channel("desk", self.app, self.bob.user, private=True)
        self.people = [self._human(f"Customer{n}") for n in range(self.customers)]
        self.chats = [human.chat_with(self.app) for human in self.people]

    def _human(self, name: str) -> SlackHuman:
        return SlackHuman(self.slack, self.slack.workspace.add_user(name))

    def open_to(self, port: int) -> None:
        self.app.events_url = f"http://127.0.0.1:{port}/slack/events"

    def site(self) -> Site:
        app = self.app
        settings = {"token": app.bot_token, "secret": app.signing_secret, "api_url": self.slack.api_url}
        return Site(self.name, settings, self.slack.workspace.team, self.channel.id)

    def begin(self, seed: int, rates: dict[str, float], duplicates: float, overtaking: float) -> None:
        known = {fault.value for fault in SlackFault}
        self.slack.faults = SlackPlan(seed, {SlackFault(kind): rate for kind, rate in rates.items() if kind in known})
        self.slack.courier.duplicate_rate, self.slack.courier.seed = duplicates, seed
        self.slack.courier.retry_scale, self.slack.courier.jitter_seconds = 0.01, overtaking
        self.slack.courier.ack_seconds = SLACK_SECONDS

    def names(self, customer: int) -> tuple[str, str]:
        # The name could not be asked for while Slack failed: then the card shows the account.
        return f"Customer{customer}", self.people[customer].id

    def customer_says(self, customer: int, text: str) -> str:
        return self.people[customer].says(self.chats[customer], text).ts

    def agent_says(self, thread: str, text: str) -> str:
        return self.bob.says(self.channel, text, thread=thread).ts

    def author_changes(self, message: str, text: str) -> str:
        place = next(place for place in (self.channel, *self.chats) if message in place.by_ts)
        found = place.by_ts[message]
        author = next(human for human in (self.bob, *self.people) if human.user.id == found.user)
        if text:
            author.edits(found, text)
        else:
            author.deletes(found)
        return text or f"deleted {message}"

    async def agent_presses(self, message: str, label: str) -> bool:
        found = next(m for m in self.channel.messages if m.ts == message)
        is_there = any(label in seen.buttons for seen in self.desk() if seen.id == message)
        return is_there and (await self.bob.presses(found, label)).accepted

    def outcome(self, message: str) -> bool | None:
        """Whether the app has it: False when Slack has given up, None while that is open."""
        deliveries = self.slack.courier.deliveries
        for delivery in deliveries[self._indexed :]:
            self._outcomes.setdefault(_slack_name(delivery.body.get("event", {})), []).append(delivery)
        self._indexed = len(deliveries)
        return _outcome(self._outcomes.get(message, []), attempts=4)

    def chat(self, customer: int) -> list[Seen]:
        return self._seen(self.chats[customer])

    def desk(self) -> list[Seen]:
        return self._seen(self.channel)

    def _seen(self, channel: Any) -> list[Seen]:
        from tests.fakes.slack.blocks import buttons_of  # noqa: PLC0415 - only here

        ours = sorted((m for m in channel.messages if m.bot_id and not m.deleted), key=lambda m: m.ts)
        return [
            Seen(
                m.ts,
                m.seen_text,
                m.thread_ts if m.thread_ts != m.ts else "",
                float(m.ts),
                tuple(b["text"]["text"] for b in buttons_of(m.blocks) if b["type"] == "button"),
            )
            for m in ours
        ]

    def calls(self) -> Counter[str]:
        return Counter(call.fault.value for call in self.slack.calls)

    def acks(self) -> list[float]:
        return _acks(self.slack.courier.deliveries)

    def tokens_asked(self) -> int:
        return 0

    def unbelieved(self) -> int:
        return 0

    async def settled(self) -> None:
        await self.slack.courier.settled()


@dataclass
class OnTeams:
    teams: FakeTeams
    customers: int
    name: str = "teams"
    new_ids: bool = True
    """Whether a message that comes again may have another id."""
    _outcomes: dict[str, list[Any]] = field(default_factory=dict)
    _indexed: int = 0

    def __post_init__(self) -> None:
        self.bob = self._human("Bob")
        self.bob.account.has_app = True
        self.channel = self.teams.channel("desk", self.bob.account)
        self.people = [self._human(f"Customer{n}") for n in range(self.customers)]
        self.chats = [human.chat() for human in self.people]
        for human in self.people:
            human.account.has_app = True

    def _human(self, name: str) -> TeamsHuman:
        return TeamsHuman(self.teams, self.teams.tenant.add_person(name))

    def open_to(self, port: int) -> None:
        self.teams.bot.endpoint = f"http://127.0.0.1:{port}/api/messages"

    def site(self) -> Site:
        teams = self.teams
        settings = {
            "app_id": teams.bot.app_id,
            "secret": teams.bot.secret,
            "metadata_url": f"{teams.url}/openid/metadata",
            "login": f"{teams.url}/login/",
            "service_url": teams.service_url,
        }
        return Site(self.name, settings, teams.tenant.id, self.channel.id)

    def begin(
        self,
        seed: int,
        rates: dict[str, float],
        duplicates: float,
        overtaking: float,  # noqa: ARG002 - the connector keeps a conversation's order
    ) -> None:
        known = {fault.value for fault in TeamsFault}
        self.teams.faults = TeamsPlan(seed, {TeamsFault(kind): rate for kind, rate in rates.items() if kind in known})
        courier = self.teams.courier
        courier.duplicate_rate, courier.seed, courier.new_ids, courier.retry_scale = (
            duplicates,
            seed,
            self.new_ids,
            0.03,
        )
        courier.ack_seconds = TEAMS_SECONDS

    def names(self, customer: int) -> tuple[str, str]:
        return f"Customer{customer}", self.people[customer].id

    def customer_says(self, customer: int, text: str) -> str:
        return self.people[customer].says(self.chats[customer], text).id

    def agent_says(self, thread: str, text: str) -> str:
        return self.bob.says(self.channel, text, thread=thread).id

    def author_changes(self, message: str, text: str) -> str:
        place = next(place for place in (self.channel, *self.chats) if message in place.by_id)
        found = place.by_id[message]
        author = next(human for human in (self.bob, *self.people) if human.account.id == found.author)
        if text:
            author.edits(place, found, text)
        else:
            author.deletes(place, found)
        return text or f"deleted {message}"

    async def agent_presses(self, message: str, label: str) -> bool:
        found = self.channel.by_id[message]
        is_there = any(label in seen.buttons for seen in self.desk() if seen.id == message)
        return is_there and (await self.bob.presses(self.channel, found, label)).accepted

    def outcome(self, message: str) -> bool | None:
        """Whether the app has it: False when Teams has given up, None while that is open."""
        deliveries = self.teams.courier.deliveries
        for delivery in deliveries[self._indexed :]:
            self._outcomes.setdefault(_teams_name(delivery.activity), []).append(delivery)
        self._indexed = len(deliveries)
        return _outcome(self._outcomes.get(message, []), attempts=2)

    def chat(self, customer: int) -> list[Seen]:
        return self._seen(self.chats[customer])

    def desk(self) -> list[Seen]:
        return self._seen(self.channel)

    def _seen(self, place: Any) -> list[Seen]:
        from tests.fakes.teams.visible import buttons_of  # noqa: PLC0415 - only here

        ours = [m for m in place.messages if m.author == self.teams.bot.id and not m.deleted]
        in_channel = place.kind == "channel"
        return [
            Seen(
                m.id,
                m.seen_text,
                m.thread if in_channel and m.thread != m.id else "",
                m.posted_at,
                tuple(b["title"] for b in buttons_of(m.content)),
            )
            for m in ours
        ]

    def calls(self) -> Counter[str]:
        return Counter(call.fault.value for call in self.teams.calls)

    def acks(self) -> list[float]:
        return _acks(self.teams.courier.deliveries)

    def tokens_asked(self) -> int:
        return len(self.teams.issuer.token_requests)

    def unbelieved(self) -> int:
        return sum(call.status == 401 for call in self.teams.calls)

    async def settled(self) -> None:
        await self.teams.courier.settled()


def _slack_name(event: dict[str, Any]) -> str:
    match event.get("subtype"):
        case "message_changed":
            return str(event["message"].get("text", ""))
        case "message_deleted":
            return f"deleted {event['deleted_ts']}"
        case _:
            return str(event.get("ts", ""))


def _teams_name(activity: dict[str, Any]) -> str:
    message = str(activity.get("id", ""))[:13]
    match activity.get("type"):
        case "messageUpdate":
            return str(activity.get("text", ""))
        case "messageDelete":
            return f"deleted {message}"
        case _:
            return message


def _acks(deliveries: list[Any]) -> list[float]:
    return [delivery.attempts[-1].seconds for delivery in deliveries if delivery.accepted]


def _outcome(deliveries: list[Any], *, attempts: int) -> bool | None:
    if any(delivery.accepted for delivery in deliveries):
        return True
    tried = [delivery for delivery in deliveries if len(delivery.attempts) >= attempts]
    return False if deliveries and len(tried) == len(deliveries) else None
