"""The whole loop over Slack's real wire: signed HTTP in, Web API calls out, and again over Socket Mode.

What is asserted is what people see in the local Slack, never our own state.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from bot.app import App
from tests.app.product import product, train_once
from tests.fakes.slack import App as SlackApp
from tests.fakes.slack import Channel, FakeSlack, Human, Message
from tests.support.patience import until

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module", autouse=True)
def _trained() -> None:
    train_once()


@dataclass
class Office:
    """A company: its Slack, our app in it, a customer, two agents, a guest, and the private desk."""

    slack: FakeSlack
    installed: SlackApp
    app: App
    ann: Human
    bob: Human
    sue: Human
    desk: Channel
    support: Channel

    def chat(self) -> Channel:
        return self.ann.chat_with(self.installed)

    async def reads(self, who: Human, channel: Channel, words: str, *, thread: str | None = None) -> str:
        """Wait until somebody reads a text with those words in it; the text."""
        return await until(lambda: next((t for t in who.reads(channel, thread) if words in t), ""))

    async def card(self, words: str = "#1001") -> Message:
        """The root card of a case."""
        return await until(
            lambda: next((m for m in self.bob.sees(self.desk, "") if words in m.seen_text + str(m.blocks)), None)
        )


async def opened(tmp_path: Path, slack: FakeSlack, mode: str) -> Office:
    installed = slack.install()
    ann, bob, sue = (slack.workspace.add_user(n) for n in ("Ann Customer", "Bob Agent", "Sue Agent"))
    desk = slack.channel("desk", bob, sue, installed, private=True)
    support = slack.channel("support", ann, bob, installed)
    app = product(
        tmp_path,
        f"""
platforms:
  web: {{enabled: false}}
  slack:
    {{enabled: true, mode: {mode}, base_url: "{slack.api_url}", support_channels: [{support.id}], ping_seconds: 60}}
desks: [{{name: support, platform: slack, channel: {desk.id}}}]
""",
        {
            "SLACK_BOT_TOKEN": installed.bot_token,
            "SLACK_SIGNING_SECRET": installed.signing_secret,
            "SLACK_APP_TOKEN": installed.app_token,
        },
    )
    await app.start()
    if mode == "http":
        installed.events_url = f"{app.addresses[0]}/slack/events"
    else:
        await until(lambda: slack.courier.sockets[installed.id])
    return Office(slack, installed, app, *(Human(slack, user) for user in (ann, bob, sue)), desk, support)


@pytest.fixture(params=["http", "socket"])
async def office(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Office]:
    async with FakeSlack() as slack:
        office = await opened(tmp_path, slack, request.param)
        yield office
        await office.app.stop()


async def test_a_thread_goes_to_a_person_and_comes_back(office: Office) -> None:
    ann, bob, sue, desk, chat = office.ann, office.bob, office.sue, office.desk, office.chat()
    ann.says(chat, "hello there")
    await office.reads(ann, chat, "Harbour")
    ann.says(chat, "THIS IS RIDICULOUS!!! third time i ask, absolutely useless")
    told = await office.reads(ann, chat, "#1001")
    assert "sorry" in told.lower()
    card = await office.card()
    assert "Ann" in str(card.blocks)
    thread = card.ts
    await office.reads(bob, desk, "hello there", thread=thread)
    await office.reads(bob, desk, "THIS IS RIDICULOUS", thread=thread)

    bob.says(desk, "// a note: she ordered twice, innersecret", thread=thread)
    answer = bob.says(desk, "Hi Ann, I have your order in front of me.", thread=thread)
    await office.reads(ann, chat, "in front of me")
    await until(lambda: "white_check_mark" in str(answer.reactions))

    sue.says(desk, "I think it was sent back", thread=thread)
    asked = await until(lambda: next((m for m in sue.sees(desk, thread) if "Only" in m.seen_text), None))
    assert asked not in bob.sees(desk, thread)
    assert not any("sent back" in text for text in ann.reads(chat))
    await sue.presses(asked, "Send once")
    await office.reads(ann, chat, "sent back")

    ann.says(chat, "thank you, that is all I needed")
    await office.reads(bob, desk, "that is all I needed", thread=thread)
    await bob.presses(card, "Resolve")
    await until(lambda: office.slack.modals.get(bob.id))
    await bob.fills_in(office.installed, {"note": "innersecret: refunded"})
    await office.reads(ann, chat, "solved")
    ann.says(chat, "one more thing")
    await office.reads(bob, desk, "one more thing", thread=thread)
    await office.reads(ann, chat, "again")
    seen = "\n".join(ann.reads(chat))
    assert "innersecret" not in seen
    assert seen.count("in front of me") == 1


async def test_a_support_channel_opens_a_conversation_a_thread(office: Office) -> None:
    ann, support = office.ann, office.support
    root = ann.says(support, "what are your opening hours")
    await until(lambda: [m for m in ann.sees(support, root.ts) if m.app_id])
    ann.says(support, "can i talk to a human please", thread=root.ts)
    await office.reads(ann, support, "#1001", thread=root.ts)
    assert not [m for m in ann.sees(support, "") if m.app_id], "nothing of ours is said at the channel's root"


async def test_operators_ask_for_numbers_and_only_they_see_them(office: Office) -> None:
    ann, bob, desk, chat = office.ann, office.bob, office.desk, office.chat()
    ann.says(chat, "i want to speak to a person")
    await office.reads(ann, chat, "#1001")
    await office.card()
    for words, answer in (("stats", "handed to people"), ("queue", "#1001"), ("why 1001", "asked"), ("help", "stats")):
        await bob.commands(desk, "/support", words, app=office.installed)
        await office.reads(bob, desk, answer)
        assert not any("handed to people" in text for text in office.sue.reads(desk))
    await ann.commands(chat, "/support", "stats", app=office.installed)
    await office.reads(ann, chat, "role")


async def test_edits_deletes_and_reactions_cross(office: Office) -> None:
    ann, bob, desk, chat = office.ann, office.bob, office.desk, office.chat()
    ann.says(chat, "a person please")
    card = await office.card()
    said = ann.says(chat, "my number is 123")
    await office.reads(bob, desk, "my number is 123", thread=card.ts)
    ann.edits(said, "my number is 124")
    await office.reads(bob, desk, "my number is 124", thread=card.ts)
    reply = bob.says(desk, "got it, 124", thread=card.ts)
    await office.reads(ann, chat, "got it, 124")
    bob.edits(reply, "got it: 124")
    await office.reads(ann, chat, "got it: 124")
    bob.deletes(reply)
    await until(lambda: not any("got it" in text for text in ann.reads(chat)))
    bob.reacts(next(m for m in bob.sees(desk, card.ts) if "124" in m.seen_text), "eyes")
    await until(lambda: "eyes" in str(said.reactions))
