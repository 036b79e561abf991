"""What the local Slack can be told from another process; see `tests.fakes.remote`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aiohttp import web

from tests.fakes.remote import mount_operations
from tests.fakes.slack.faults import Fault, FaultPlan
from tests.fakes.slack.humans import Human
from tests.fakes.slack.server import FakeSlack
from tests.fakes.slack.state import App, Message


class Control:
    """Each public method is one operation; its keyword arguments are the object's fields."""

    def __init__(self, slack: FakeSlack) -> None:
        self._slack = slack

    def _app(self, id: str) -> App:
        return next(a for a in self._slack.workspace.apps if a.id == id)

    def _human(self, id: str) -> Human:
        return Human(self._slack, self._slack.workspace.users[id])

    def _message(self, channel: str, ts: str) -> Message:
        return self._slack.workspace.channels[channel].by_ts[ts]

    async def install(self, events_url: str = "") -> dict[str, Any]:
        """Install an app. Answers its identifiers, tokens and secret."""
        app = self._slack.install()
        app.events_url = events_url
        return {
            "app": app.id,
            "team": app.team,
            "bot_user": app.bot_user,
            "bot_id": app.bot_id,
            "bot_token": app.bot_token,
            "app_token": app.app_token,
            "signing_secret": app.signing_secret,
        }

    async def deliver_to(self, app: str, url: str) -> dict[str, Any]:
        """Where an app's events go from now on."""
        self._app(app).events_url = url
        return {}

    async def user(self, name: str, **traits: Any) -> dict[str, Any]:
        return {"id": self._slack.workspace.add_user(name, **traits).id}

    async def channel(self, name: str, members: list[str], *, private: bool = False) -> dict[str, Any]:
        """Make a channel; `members` are ids of users and of apps."""
        bots = {a.id: a.bot_user for a in self._slack.workspace.apps}
        ids = {bots.get(m, m) for m in members}
        kind = "private" if private else "public"
        return {"id": self._slack.workspace.add_channel(name, kind, ids).id}

    async def chat(self, user: str, app: str) -> dict[str, Any]:
        """The private chat of somebody with an app."""
        return {"id": self._human(user).chat_with(self._app(app)).id}

    async def say(self, user: str, channel: str, text: str, thread: str = "") -> dict[str, Any]:
        place = self._slack.workspace.channels[channel]
        return {"ts": self._human(user).says(place, text, thread=thread).ts}

    async def edit(self, channel: str, ts: str, text: str) -> dict[str, Any]:
        message = self._message(channel, ts)
        self._slack.change(message, text=text, by=message.user)
        return {}

    async def delete(self, channel: str, ts: str) -> dict[str, Any]:
        self._slack.remove(self._message(channel, ts))
        return {}

    async def react(self, user: str, channel: str, ts: str, name: str, *, added: bool = True) -> dict[str, Any]:
        self._slack.react(self._message(channel, ts), name, by=user, added=added)
        return {}

    async def press(self, user: str, channel: str, ts: str, label: str) -> dict[str, Any]:
        delivery = await self._human(user).presses(self._message(channel, ts), label)
        return {"accepted": delivery.accepted}

    async def command(self, user: str, channel: str, command: str, text: str, app: str) -> dict[str, Any]:
        place = self._slack.workspace.channels[channel]
        delivery = await self._human(user).commands(place, command, text, app=self._app(app))
        return {"accepted": delivery.accepted, "answer": delivery.answer}

    async def faults(self, rates: dict[str, float], seed: int = 0, **more: Any) -> dict[str, Any]:
        """Let calls go wrong at these rates (`Fault` values), from a seed. See FaultPlan for `more`."""
        if "methods" in more:
            more["methods"] = frozenset(more["methods"])
        self._slack.faults = FaultPlan(seed, {Fault(kind): rate for kind, rate in rates.items()}, **more)
        return {}

    async def delivery(self, **settings: float) -> dict[str, Any]:
        """Set attributes of the Courier: `duplicate_rate`, `seed`, `retry_scale`, `ack_seconds`."""
        for name, value in settings.items():
            assert hasattr(self._slack.courier, name), name
            setattr(self._slack.courier, name, value)
        return {}

    async def bucket(self, rate: float, burst: float) -> dict[str, Any]:
        """Limit `chat.postMessage` per channel."""
        self._slack.bucket = (rate, burst)
        return {}

    async def see(self, user: str, channel: str, thread: str | None = None) -> list[dict[str, Any]]:
        """What somebody sees there: the ground truth."""
        return [_line(m) for m in self._slack.workspace.seen_by(user, channel, thread)]

    async def truth(self) -> list[dict[str, Any]]:
        """Every message that is there, in all channels, ephemeral ones with whom they are shown to."""
        channels = self._slack.workspace.channels.values()
        return [_line(m) for c in channels for m in c.messages if not m.deleted]

    async def settled(self) -> dict[str, Any]:
        """Answer when no delivery is under way."""
        await self._slack.courier.settled()
        return {}

    async def stats(self) -> dict[str, Any]:
        """Calls by method and fault, deliveries by outcome, and the time that acknowledgements took (seconds)."""
        calls = Counter(f"{c.method} {c.fault.value}" for c in self._slack.calls)
        deliveries = self._slack.courier.deliveries
        took = sorted(d.attempts[-1].seconds for d in deliveries if d.accepted)
        return {
            "calls": dict(calls),
            "deliveries": len(deliveries),
            "accepted": len(took),
            "attempts": sum(len(d.attempts) for d in deliveries),
            "ack_p50": took[len(took) // 2] if took else None,
            "ack_p99": took[int(len(took) * 0.99)] if took else None,
            "pings": len(self._slack.pings),
        }


def _line(message: Message) -> dict[str, Any]:
    return {
        "ts": message.ts,
        "channel": message.channel,
        "thread_ts": message.thread_ts,
        "user": message.user,
        "bot_id": message.bot_id,
        "text": message.seen_text,
        "ephemeral_to": message.ephemeral_to,
        "reactions": {name: list(users) for name, users in message.reactions.items()},
        "metadata": message.metadata,
        "edited": bool(message.edited),
    }


class ControlledSlack(FakeSlack):
    """A fake that can be told things over HTTP."""

    def extend(self, app: web.Application) -> None:
        mount_operations(app, Control(self))
