"""People in their Teams clients: what they say, change, delete, press and install, and what they see."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from tests.fakes.teams.delivery import Delivery
from tests.fakes.teams.server import FakeTeams
from tests.fakes.teams.state import Account, Bot, Conversation, Message
from tests.fakes.teams.visible import buttons_of

_MENTION = "http://schema.skype.com/Mention"


@dataclass(frozen=True, slots=True)
class Human:
    """One person of the fake tenant. Every method acts at once; activities go out in the background."""

    teams: FakeTeams
    account: Account

    @property
    def id(self) -> str:
        """The directory's id."""
        return self.account.object_id

    def chat(self) -> Conversation:
        """The private chat with the app."""
        return self.teams.tenant.chat_of(self.account, self.teams.bot)

    def says(
        self,
        conversation: Conversation,
        text: str,
        *,
        thread: str = "",
        mentions: tuple[Account | Bot, ...] = (),
        rich: str | None = None,
        **more: Any,
    ) -> Message:
        """Write a message: the mentions first, then the text as typed. `rich` is HTML instead of the typed text."""
        content = self.written(text, mentions, rich) | more
        message = self.teams.tenant.add_message(conversation, self.account.id, content, thread)
        if self.teams.is_heard(conversation, content):
            self.teams.hears(self.message_activity("message", conversation, message))
        return message

    def written(self, text: str, mentions: tuple[Account | Bot, ...] = (), rich: str | None = None) -> dict[str, Any]:
        """What a client makes of what was typed."""
        lead = "".join(f"<at>{m.name}</at> " for m in mentions)
        spans = "".join(
            f'<span itemscope="" itemtype="{_MENTION}" itemid="{n}">{html.escape(m.name)}</span>&nbsp;'
            for n, m in enumerate(mentions)
        )
        typed = html.escape(text, quote=False).replace("\n", "<br>")
        return {
            "textFormat": "plain",
            "text": lead + text,
            "attachments": [
                {"contentType": "text/html", "content": f"<p>{spans}{typed if rich is None else rich}</p>"}
            ],
            "entities": [
                {"type": "mention", "text": f"<at>{m.name}</at>", "mentioned": {"id": m.id, "name": m.name}}
                for m in mentions
            ],
        }

    def message_activity(self, kind: str, conversation: Conversation, message: Message, **more: Any) -> dict[str, Any]:
        content = {n: v for n, v in message.content.items() if n != "entities"}
        entities = message.content.get("entities", [])
        return self.teams.activity(
            kind, self.account, conversation, message.thread, id=message.id, entities=entities, **(content | more)
        )

    def edits(self, conversation: Conversation, message: Message, text: str, *, event: str = "editMessage") -> None:
        mentions = message.content.get("entities", [])
        message.content = message.content | self.written(text) | {"entities": mentions}
        message.edited = True
        if self.teams.is_heard(conversation, message.content):
            activity = self.message_activity("messageUpdate", conversation, message, channelData={"eventType": event})
            self.teams.hears(activity)

    def deletes(self, conversation: Conversation, message: Message) -> None:
        message.deleted = True
        if self.teams.is_heard(conversation, message.content):
            activity = self.teams.activity(
                "messageDelete",
                self.account,
                conversation,
                message.thread,
                id=message.id,
                channelData={"eventType": "softDeleteMessage"},
            )
            self.teams.hears(activity)

    def undeletes(self, conversation: Conversation, message: Message) -> None:
        message.deleted = False
        activity = self.message_activity(
            "messageUpdate", conversation, message, channelData={"eventType": "undeleteMessage"}
        )
        if self.teams.is_heard(conversation, message.content):
            self.teams.hears(activity)

    def reacts(self, conversation: Conversation, message: Message, kind: str, *, added: bool = True) -> None:
        who = message.reactions.setdefault(kind, [])
        who.append(self.account.id) if added else who.remove(self.account.id)
        if not who:
            del message.reactions[kind]
        if conversation.kind == "personal" or conversation.consent or message.author == self.teams.bot.id:
            named = "reactionsAdded" if added else "reactionsRemoved"
            activity = self.teams.activity(
                "messageReaction",
                self.account,
                conversation,
                message.thread,
                id=self.teams.tenant.next_id(),
                replyToId=message.id,
                **{named: [{"type": kind}]},
            )
            self.teams.hears(activity)

    async def presses(
        self, conversation: Conversation, message: Message, label: str, *, old_client: bool = False
    ) -> Delivery:
        """Press the button with that label. A card that is the answer takes the place of the message's own."""
        assert message in self.sees(conversation)
        activity = self.press_activity(conversation, message, label, old_client=old_client)
        delivery = await self.teams.courier.deliver(activity, retry=False)
        if delivery.answer.get("type") == "application/vnd.microsoft.card.adaptive":
            message.content["attachments"][0]["content"] = delivery.answer["value"]
        return delivery

    def press_activity(
        self, conversation: Conversation, message: Message, label: str, *, old_client: bool = False
    ) -> dict[str, Any]:
        """What pressing sends: an invoke, or from an old client a message with a value."""
        button = next(b for b in buttons_of(message.content) if b["title"] == label)
        common = {"id": f"f:{self.teams.tenant.next_id()}", "replyToId": message.id}
        if old_client:
            value = button["fallback"]["data"]
            return self.teams.activity("message", self.account, conversation, message.thread, value=value, **common)
        action = {"type": "Action.Execute", "id": "", "verb": button["verb"], "data": button["data"]}
        return self.teams.activity(
            "invoke",
            self.account,
            conversation,
            message.thread,
            name="adaptiveCard/action",
            value={"action": action, "trigger": "manual"},
            **common,
        )

    def installs(self) -> None:
        """Add the app to the private chat: Teams reports that twice, each in its own way."""
        chat = self.chat()
        self.account.has_app = True
        self.teams.hears(
            self.teams.activity(
                "conversationUpdate",
                self.account,
                chat,
                "",
                id=f"f:{self.teams.tenant.next_id()}",
                membersAdded=[{"id": self.teams.bot.id}],
            )
        )
        self.teams.hears(
            self.teams.activity(
                "installationUpdate", self.account, chat, "", id=f"f:{self.teams.tenant.next_id()}", action="add"
            )
        )

    def sees(self, conversation: Conversation, thread: str | None = None) -> list[Message]:
        """The messages this person sees there, oldest first; see `Tenant.seen_by`."""
        return self.teams.tenant.seen_by(self.account, conversation, thread)

    def reads(self, conversation: Conversation, thread: str | None = None) -> list[str]:
        """Their texts as shown."""
        return [m.seen_text for m in self.sees(conversation, thread)]
