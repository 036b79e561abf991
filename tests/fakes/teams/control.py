"""What the local Teams can be told from another process; see `tests.fakes.remote`."""

from __future__ import annotations

from collections import Counter
from typing import Any

from aiohttp import web

from tests.fakes.remote import mount_operations
from tests.fakes.teams.faults import Fault, FaultPlan
from tests.fakes.teams.humans import Human
from tests.fakes.teams.server import FakeTeams
from tests.fakes.teams.state import Conversation, Message


class Control:
    """Each public method is one operation; its keyword arguments are the object's fields."""

    def __init__(self, teams: FakeTeams) -> None:
        self._teams = teams

    def _human(self, id: str) -> Human:
        account = self._teams.tenant.account(id)
        assert account is not None, id
        return Human(self._teams, account)

    def _place(self, id: str) -> Conversation:
        return self._teams.tenant.conversations[id]

    async def install(self, endpoint: str = "") -> dict[str, Any]:
        """Where the bot is reached. Answers what a configuration needs."""
        teams = self._teams
        teams.bot.endpoint = endpoint
        return {
            "app_id": teams.bot.app_id,
            "secret": teams.bot.secret,
            "tenant": teams.tenant.id,
            "metadata_url": f"{teams.url}/openid/metadata",
            "login": f"{teams.url}/login/",
            "service_url": teams.service_url,
        }

    async def deliver_to(self, url: str) -> dict[str, Any]:
        """Where activities go from now on."""
        self._teams.bot.endpoint = url
        return {}

    async def user(self, name: str, **traits: Any) -> dict[str, Any]:
        """Add a person. `id` is the directory's, by which the product knows them."""
        return {"id": self._teams.tenant.add_person(name, **traits).object_id}

    async def channel(self, name: str, members: list[str], *, consent: bool = True) -> dict[str, Any]:
        """Make a channel with the app and these people."""
        people = [self._human(member).account for member in members]
        return {"id": self._teams.channel(name, *people, consent=consent).id}

    async def chat(self, user: str) -> dict[str, Any]:
        """The private chat of somebody with the app."""
        return {"id": self._human(user).chat().id}

    async def say(
        self, user: str, channel: str, text: str, thread: str = "", *, mention: bool = False
    ) -> dict[str, Any]:
        mentions = (self._teams.bot,) if mention else ()
        return {"id": self._human(user).says(self._place(channel), text, thread=thread, mentions=mentions).id}

    async def edit(self, user: str, channel: str, id: str, text: str) -> dict[str, Any]:
        place = self._place(channel)
        self._human(user).edits(place, place.by_id[id], text)
        return {}

    async def delete(self, user: str, channel: str, id: str) -> dict[str, Any]:
        place = self._place(channel)
        self._human(user).deletes(place, place.by_id[id])
        return {}

    async def react(self, user: str, channel: str, id: str, kind: str, *, added: bool = True) -> dict[str, Any]:
        place = self._place(channel)
        self._human(user).reacts(place, place.by_id[id], kind, added=added)
        return {}

    async def press(self, user: str, channel: str, id: str, label: str) -> dict[str, Any]:
        place = self._place(channel)
        delivery = await self._human(user).presses(place, place.by_id[id], label)
        return {"accepted": delivery.accepted, "answer": delivery.answer}

    async def faults(self, rates: dict[str, float], seed: int = 0, **more: Any) -> dict[str, Any]:
        """Let calls go wrong at these rates (`Fault` values), from a seed. See FaultPlan for `more`."""
        if "methods" in more:
            more["methods"] = frozenset(more["methods"])
        self._teams.faults = FaultPlan(seed, {Fault(kind): rate for kind, rate in rates.items()}, **more)
        return {}

    async def delivery(self, **settings: float) -> dict[str, Any]:
        """Set attributes of the Courier: `duplicate_rate`, `seed`, `retry_scale`, `ack_seconds`, `new_ids`."""
        for name, value in settings.items():
            assert hasattr(self._teams.courier, name), name
            setattr(self._teams.courier, name, value)
        return {}

    async def issuer(self, **settings: Any) -> dict[str, Any]:
        """Set attributes of the Issuer: `delay`, `down`, `keys_down`, `lifetime`."""
        for name, value in settings.items():
            assert hasattr(self._teams.issuer, name), name
            setattr(self._teams.issuer, name, value)
        return {}

    async def bucket(self, rate: float, burst: float) -> dict[str, Any]:
        """Limit messages per thread."""
        self._teams.bucket = (rate, burst)
        return {}

    async def see(self, user: str, channel: str, thread: str | None = None) -> list[dict[str, Any]]:
        """What somebody sees there: the ground truth."""
        return [self._line(m) for m in self._human(user).sees(self._place(channel), thread)]

    async def truth(self) -> list[dict[str, Any]]:
        """Every message that is there, in all conversations."""
        places = self._teams.tenant.conversations.values()
        return [self._line(m) for place in places for m in place.messages if not m.deleted]

    async def settled(self) -> dict[str, Any]:
        """Answer when no delivery is under way."""
        await self._teams.courier.settled()
        return {}

    async def stats(self) -> dict[str, Any]:
        """Calls by method and fault, deliveries by outcome, and the time that acknowledgements took (seconds)."""
        calls = Counter(f"{c.method} {c.fault.value}" for c in self._teams.calls)
        deliveries = self._teams.courier.deliveries
        took = sorted(d.attempts[-1].seconds for d in deliveries if d.accepted)
        return {
            "calls": dict(calls),
            "deliveries": len(deliveries),
            "accepted": len(took),
            "attempts": sum(len(d.attempts) for d in deliveries),
            "tokens": len(self._teams.issuer.token_requests),
            "ack_p50": took[len(took) // 2] if took else None,
            "ack_p99": took[int(len(took) * 0.99)] if took else None,
            "pings": len(self._teams.pings),
        }

    def _line(self, message: Message) -> dict[str, Any]:
        author = self._teams.tenant.account(message.author)
        return {
            "id": message.id,
            "channel": message.conversation,
            "thread": message.thread,
            "user": author.object_id if author else "",
            "by_app": message.author == self._teams.bot.id,
            "text": message.seen_text,
            "reactions": dict(message.reactions),
            "edited": message.edited,
        }


class ControlledTeams(FakeTeams):
    """A fake that can be told things over HTTP."""

    def extend(self, app: web.Application) -> None:
        mount_operations(app, Control(self))
