"""People in their Teams clients: what they say, change, delete, press and install, and what they see."""

from __future__ import annotations

import html
from dataclasses import dataclass
from typing import Any

from tests.fakes.teams.card_rules import problems_of
from tests.fakes.teams.delivery import Delivery
from tests.fakes.teams.files import StoredFile
from tests.fakes.teams.server import FakeTeams
from tests.fakes.teams.state import Account, Bot, Conversation, Message, OpenForm
from tests.fakes.teams.visible import buttons_of, buttons_of_card, inputs_of

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

    def sends(self, conversation: Conversation, text: str, *files: StoredFile, thread: str = "") -> Message:
        """Write a message with files. In channels a bot is told of pictures only, and that there was something else."""
        shown = [self.teams.files.attachment(f) for f in files if f.picture or conversation.kind == "personal"]
        hidden = [f for f in files if not (f.picture or conversation.kind == "personal")]
        rich = html.escape(text) + "".join(f'<attachment id="{f.id}"></attachment>' for f in hidden)
        written = self.written(text, (), rich)
        return self.says(conversation, text, thread=thread, rich=rich, attachments=[*shown, *written["attachments"]])

    async def answers(self, conversation: Conversation, message: Message, *, accept: bool = True) -> Delivery:
        """Allow or decline a file that the bot wants to give."""
        card = next(a for a in message.content["attachments"] if a["contentType"].endswith("file.consent"))
        content = card["content"]
        value: dict[str, Any] = {"type": "fileUpload", "action": "accept" if accept else "decline"}
        value["context"] = content["acceptContext" if accept else "declineContext"]
        if accept:
            value["uploadInfo"] = self.teams.files.upload_info(card["name"], content["sizeInBytes"])
        activity = self.teams.activity(
            "invoke",
            self.account,
            conversation,
            message.thread,
            id=f"f:{self.teams.tenant.next_id()}",
            replyToId=message.id,
            name="fileConsent/invoke",
            value=value,
        )
        return await self.teams.courier.deliver(activity, retry=False)

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

    def edits(
        self,
        conversation: Conversation,
        message: Message,
        text: str,
        *,
        event: str = "editMessage",
        without: tuple[StoredFile, ...] = (),
    ) -> None:
        mentions, written = message.content.get("entities", []), self.written(text)
        kept = message.content.get("attachments", [])
        files = [a for a in kept if a["contentType"] != "text/html" and a.get("name") not in {f.name for f in without}]
        attachments = written["attachments"] + files
        message.content = message.content | written | {"entities": mentions, "attachments": attachments}
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
        """Press the button with that label. A card that is the answer takes the place of the message's own.

        A card that asks, in its place or in a dialog, is this person's alone until they send it or give it up.
        """
        assert message in self.sees(conversation)
        activity = self.press_activity(conversation, message, label, old_client=old_client)
        delivery = await self.teams.courier.deliver(activity, retry=False)
        self._take(conversation, message, delivery)
        return delivery

    def _take(
        self, conversation: Conversation, message: Message, delivery: Delivery, submit: str = "task/submit"
    ) -> None:
        """See what an answer shows; a dialog is sent by the invoke of that name."""
        self.teams.open_forms.pop(self.account.id, None)
        dialog = delivery.answer.get("task", {})
        if dialog.get("type") == "continue":
            card = dialog["value"]["card"]["content"]
            self.teams.open_forms[self.account.id] = OpenForm(conversation, message, card, dialog=True, submit=submit)
        elif delivery.answer.get("type") == "application/vnd.microsoft.card.adaptive":
            card = delivery.answer["value"]
            assert problems_of(card) == [], problems_of(card)
            if inputs_of(card):
                self.teams.open_forms[self.account.id] = OpenForm(conversation, message, card, dialog=False)
            else:
                message.content["attachments"][0]["content"] = card

    @property
    def form(self) -> OpenForm | None:
        """The form that this person has open."""
        return self.teams.open_forms.get(self.account.id)

    async def fills_in(self, fields: dict[str, str], label: str = "") -> Delivery:
        """Send the form that is open, by the button with that label or the one that stands out. The rest stays."""
        form = self.form
        assert form is not None, "no form is open"
        delivery = await self.teams.courier.deliver(self.form_activity(form, fields, label), retry=False)
        self._take(form.conversation, form.message, delivery, form.submit)
        return delivery

    def form_activity(self, form: OpenForm, fields: dict[str, str], label: str = "") -> dict[str, Any]:
        """What sending a form sends: its button's data, with what stands in the inputs."""
        assert problems_of(form.card) == [], problems_of(form.card)
        button = next(
            b for b in buttons_of_card(form.card) if (b["title"] == label if label else b.get("style") == "positive")
        )
        typed = {i["id"]: fields.get(i["id"].removeprefix("in:"), i.get("value", "")) for i in inputs_of(form.card)}
        data = button["data"] | ({} if button.get("associatedInputs") == "none" else typed)
        if form.dialog:
            assert button["type"] == "Action.Submit", "a dialog knows no Action.Execute"
            name, value = form.submit, {"data": data, "context": {"theme": "default"}}
        else:
            action = {"type": "Action.Execute", "verb": button["verb"], "data": data}
            name, value = "adaptiveCard/action", {"action": action}
        return self._invoke(form.conversation, form.message, name, value)

    def press_activity(
        self, conversation: Conversation, message: Message, label: str, *, old_client: bool = False
    ) -> dict[str, Any]:
        """What pressing sends: an invoke, or from an old client a message with a value."""
        button = next(b for b in buttons_of(message.content) if b["title"] == label)
        common = {"id": f"f:{self.teams.tenant.next_id()}", "replyToId": message.id}
        if old_client:
            value = button.get("fallback", button)["data"]
            return self.teams.activity("message", self.account, conversation, message.thread, value=value, **common)
        if button["type"] == "Action.Submit":
            assert button["data"]["msteams"] == {"type": "task/fetch"}
            return self._invoke(conversation, message, "task/fetch", {"data": button["data"]})
        action = {"type": "Action.Execute", "id": "", "verb": button["verb"], "data": button["data"]}
        return self._invoke(conversation, message, "adaptiveCard/action", {"action": action, "trigger": "manual"})

    def _invoke(self, conversation: Conversation, message: Message, name: str, value: dict[str, Any]) -> dict[str, Any]:
        common = {"id": f"f:{self.teams.tenant.next_id()}", "replyToId": message.id}
        return self.teams.activity(
            "invoke", self.account, conversation, message.thread, name=name, value=value, **common
        )

    async def chooses(self, conversation: Conversation, message: Message, command: str) -> Delivery:
        """Choose one of the app's entries in the menu of a message."""
        value = {"commandId": command, "commandContext": "message", "messagePayload": {"id": message.id}}
        activity = self._invoke(conversation, message, "composeExtension/fetchTask", value)
        delivery = await self.teams.courier.deliver(activity, retry=False)
        self._take(conversation, message, delivery, "composeExtension/submitAction")
        return delivery

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
