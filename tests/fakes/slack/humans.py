"""People at their keyboards: what they say, change, delete, press and command, and what they see."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass
from typing import Any

from tests.fakes.slack.blocks import buttons_of
from tests.fakes.slack.delivery import Delivery
from tests.fakes.slack.files import StoredFile
from tests.fakes.slack.server import FakeSlack, ResponseUrl
from tests.fakes.slack.state import App, Channel, Message, User


@dataclass(frozen=True, slots=True)
class Human:
    """One person of the fake workspace. Every method acts at once; events go out in the background."""

    slack: FakeSlack
    user: User

    @property
    def id(self) -> str:
        return self.user.id

    def chat_with(self, app: App) -> Channel:
        """The private chat with an app."""
        return self.slack.workspace.direct(self.user.id, app.bot_user)

    def says(self, channel: Channel, text: str, *, thread: str = "", broadcast: bool = False, **more: Any) -> Message:
        """Write a message, as Slack stores what was typed (mrkdwn with its escapes)."""
        message = Message(
            self.slack.workspace.next_ts(),
            channel.id,
            self.user.id,
            text,
            thread_ts=thread,
            client_msg_id=str(uuid.uuid4()),  # noqa: TID251  # as Slack's clients do
            subtype="thread_broadcast" if broadcast else "",
            **more,
        )
        if more.get("files"):
            message.subtype = "file_share"
        self.slack.say(message)
        return message

    def sends(self, channel: Channel, text: str, *files: StoredFile, thread: str = "", bare: bool = False) -> Message:
        """Write a message with files; `bare` names them only, as in channels that are shared with other companies."""
        shown = [
            {"id": file.id, "mode": file.mode, "file_access": "check_file_info"} if bare else file.payload()
            for file in files
        ]
        return self.says(channel, text, thread=thread, files=shown)

    def edits(self, message: Message, text: str) -> None:
        self.slack.change(message, text=text, by=self.user.id)

    def takes_out(self, message: Message, file: StoredFile) -> None:
        """Delete one file of a message, which stays."""
        self.slack.lose_file(message, file.id)

    def deletes(self, message: Message) -> None:
        self.slack.remove(message)

    def reacts(self, message: Message, name: str) -> None:
        self.slack.react(message, name, by=self.user.id, added=True)

    def takes_back(self, message: Message, name: str) -> None:
        self.slack.react(message, name, by=self.user.id, added=False)

    async def presses(self, message: Message, label: str) -> Delivery:
        """Press the button with that label; only what this person sees can be pressed."""
        assert message in self.sees(self.slack.workspace.channels[message.channel])
        button = next(b for b in buttons_of(message.blocks) if b["text"]["text"] == label)
        app = next(a for a in self.slack.workspace.apps if a.id == message.app_id)
        return await self.slack.courier.ask(app, "interactive", self.press_payload(message, button, app))

    def press_payload(self, message: Message, button: dict[str, Any], app: App) -> dict[str, Any]:
        """The `block_actions` payload of one press."""
        channel = self.slack.workspace.channels[message.channel]
        ephemeral = bool(message.ephemeral_to)
        container: dict[str, Any] = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": ephemeral,
        }
        if message.thread_ts:
            container["thread_ts"] = message.thread_ts
        action = {
            "action_id": button["action_id"],
            "block_id": button["block_id"],
            "text": button["text"],
            "type": button["type"],
            "action_ts": self.slack.workspace.next_ts(),
        }
        for name in ("value", "selected_option"):
            if name in button:
                action[name] = button[name]
        grant = ResponseUrl(app, self.id, channel.id, message.thread_ts, message.ts, self.slack.now() + 1800)
        trigger = f"{self.slack.workspace.next_id('1')}.{self.user.team}"
        self.slack.triggers[trigger] = self.id
        payload: dict[str, Any] = {
            "type": "block_actions",
            "user": {
                "id": self.id,
                "username": self.user.name.lower(),
                "name": self.user.name,
                "team_id": self.user.team,
            },
            "api_app_id": app.id,
            "token": "verification-token-not-used",
            "container": container,
            "trigger_id": trigger,
            "team": {"id": app.team, "domain": "acme"},
            "enterprise": None,
            "is_enterprise_install": False,
            "channel": {"id": channel.id, "name": "directmessage" if channel.kind == "im" else channel.name},
            "state": {"values": {}},
            "response_url": self.slack.response_url("actions", grant),
            "actions": [action],
        }
        if not ephemeral:
            payload["message"] = message.payload()
        return payload

    async def opens_home(self, app: App) -> Delivery:
        """Open the app's Home tab."""
        event = {
            "type": "app_home_opened",
            "user": self.id,
            "channel": self.chat_with(app).id,
            "tab": "home",
            "event_ts": self.slack.workspace.next_ts(),
        }
        return await self.slack.courier.ask(app, "events_api", self._event(app, event))

    def _event(self, app: App, event: dict[str, Any]) -> dict[str, Any]:
        return {
            "type": "event_callback",
            "team_id": app.team,
            "api_app_id": app.id,
            "event": event,
            "event_id": self.slack.workspace.next_id("Ev"),
            "event_time": int(self.slack.now()),
            "authorizations": [{"team_id": app.team, "user_id": app.bot_user, "is_bot": True}],
        }

    async def presses_at_home(self, label: str, app: App) -> Delivery:
        """Press a button of the page that is shown."""
        view = self.slack.homes[self.id]
        button = next(b for b in buttons_of(view["blocks"]) if b["text"]["text"] == label)
        action = {
            "action_id": button["action_id"],
            "block_id": button["block_id"],
            "type": "button",
            "value": button.get("value", ""),
            "action_ts": self.slack.workspace.next_ts(),
        }
        payload = {
            "type": "block_actions",
            "user": {"id": self.id, "username": self.user.name.lower(), "team_id": self.user.team},
            "api_app_id": app.id,
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": f"{self.slack.workspace.next_id('1')}.{self.user.team}",
            "team": {"id": app.team, "domain": "acme"},
            "view": view,
            "actions": [action],
        }
        return await self.slack.courier.ask(app, "interactive", payload)

    async def chooses(self, message: Message, callback_id: str, app: App) -> Delivery:
        """Choose a shortcut in the menu of a message."""
        channel = self.slack.workspace.channels[message.channel]
        grant = ResponseUrl(app, self.id, channel.id, message.thread_ts, "", self.slack.now() + 1800)
        trigger = f"{self.slack.workspace.next_id('1')}.{self.user.team}"
        self.slack.triggers[trigger] = self.id
        payload = {
            "type": "message_action",
            "callback_id": callback_id,
            "user": {"id": self.id, "name": self.user.name, "team_id": self.user.team},
            "api_app_id": app.id,
            "action_ts": self.slack.workspace.next_ts(),
            "team": {"id": app.team, "domain": "acme"},
            "channel": {"id": channel.id, "name": channel.name},
            "message_ts": message.ts,
            "message": message.payload(),
            "trigger_id": trigger,
            "response_url": self.slack.response_url("actions", grant),
        }
        return await self.slack.courier.ask(app, "interactive", payload)

    async def fills_in(self, app: App, fields: dict[str, str]) -> Delivery:
        """Send the modal that was opened last. Fields that are not named are left as they stand; it closes if taken."""
        view = self.slack.modals[self.id][-1]
        values = {b["block_id"]: {"value": _filled(b["element"], fields.get(_name(b)))} for b in view["blocks"]}
        delivery = await self.slack.courier.ask(
            app,
            "interactive",
            {
                "type": "view_submission",
                "team": {"id": app.team, "domain": "acme"},
                "user": {"id": self.id, "name": self.user.name, "team_id": self.user.team},
                "api_app_id": app.id,
                "token": "verification-token-not-used",
                "view": {**view, "state": {"values": values}},
            },
        )
        if delivery.accepted and not delivery.answer:
            self.slack.modals[self.id].remove(view)
        return delivery

    async def chooses_in_modal(self, app: App, name: str, value: str) -> Delivery:
        """Choose something in the modal that was opened last; its block must have asked to hear of that."""
        view = self.slack.modals[self.id][-1]
        block = next(b for b in view["blocks"] if _name(b) == name)
        assert block.get("dispatch_action"), f"nobody hears what is chosen in {name}"
        chosen = {each: value if each == name else None for each in map(_name, view["blocks"])}
        values = {b["block_id"]: {"value": _filled(b["element"], chosen[_name(b)])} for b in view["blocks"]}
        action = {**values[block["block_id"]]["value"], "action_id": "value", "block_id": block["block_id"]}
        payload = {
            "type": "block_actions",
            "user": {"id": self.id, "username": self.user.name.lower(), "team_id": self.user.team},
            "api_app_id": app.id,
            "container": {"type": "view", "view_id": view["id"]},
            "trigger_id": f"{self.slack.workspace.next_id('1')}.{self.user.team}",
            "team": {"id": app.team, "domain": "acme"},
            "view": {**view, "state": {"values": values}},
            "actions": [action],
        }
        return await self.slack.courier.ask(app, "interactive", payload)

    def stands_in_modal(self) -> dict[str, str]:
        """What stands in the fields of the modal that was opened last."""
        found: dict[str, str] = {}
        for block in self.slack.modals[self.id][-1]["blocks"]:
            filled = _filled(block["element"], None)
            found[_name(block)] = filled.get("value") or (filled.get("selected_option") or {}).get("value", "")
        return found

    async def commands(self, channel: Channel, command: str, text: str = "", *, app: App) -> Delivery:
        """Give a slash command; what the app answers at once is shown to this person."""
        grant = ResponseUrl(app, self.id, channel.id, "", "", self.slack.now() + 1800)
        delivery = await self.slack.courier.ask(
            app,
            "slash_commands",
            {
                "token": "verification-token-not-used",
                "team_id": app.team,
                "team_domain": "acme",
                "channel_id": channel.id,
                "channel_name": channel.name or "directmessage",
                "user_id": self.id,
                "user_name": self.user.name.lower(),
                "command": command,
                "text": text,
                "api_app_id": app.id,
                "is_enterprise_install": "false",
                "response_url": self.slack.response_url("commands", grant),
                "trigger_id": self.slack.workspace.next_id("1"),
            },
        )
        if delivery.answer.startswith("{"):
            self.slack.answer_through(grant, _json(delivery.answer))
        elif delivery.answer:
            self.slack.answer_through(grant, {"text": delivery.answer})
        return delivery

    def sees(self, channel: Channel, thread: str | None = None) -> list[Message]:
        """The messages this person sees there, oldest first; see `Workspace.seen_by`."""
        return self.slack.workspace.seen_by(self.id, channel.id, thread)

    def reads(self, channel: Channel, thread: str | None = None) -> list[str]:
        """Their texts as shown."""
        return [m.seen_text for m in self.sees(channel, thread)]


def _name(block: dict[str, Any]) -> str:
    """The name of a field, whatever the app calls its block to make Slack take a new text for it."""
    return str(block["block_id"]).partition("~")[0]


def _filled(element: dict[str, Any], value: str | None) -> dict[str, Any]:
    """How an input stands in `view.state.values`."""
    kind = element["type"]
    match kind:
        case "static_select":
            groups = element.get("option_groups") or [{"options": element["options"]}]
            chosen = next((o for g in groups for o in g["options"] if o["value"] == value), None)
            return {"type": kind, "selected_option": chosen or element.get("initial_option")}
        case "users_select":
            return {"type": kind, "selected_user": value or element.get("initial_user")}
        case _:
            return {"type": kind, "value": value if value is not None else element.get("initial_value")}


def _json(text: str) -> dict[str, Any]:
    loaded = json.loads(text)
    assert isinstance(loaded, dict)
    return loaded
