"""What happens in the workspace, and which events tell the apps of it: Slack's own shapes and subtypes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from tests.fakes.slack.delivery import Courier
from tests.fakes.slack.state import Channel, Message, Workspace

_SUBSCRIPTION = {"public": "message.channels", "private": "message.groups", "im": "message.im", "mpim": "message.mpim"}


def copy_of(message: Message) -> Message:
    """The message as it was, for `previous_message`."""
    return replace(message, reactions=dict(message.reactions), blocks=list(message.blocks))


class Happenings:
    """Changes the workspace, wakes who waits (`touch`), and lets the courier tell the apps."""

    def __init__(self, workspace: Workspace, courier: Courier, touch: Callable[[], None]) -> None:
        self.workspace = workspace
        self.courier = courier
        self._touch = touch

    def say(self, message: Message) -> None:
        """Put a message there and tell the apps."""
        self.workspace.add_message(message)
        self._touch()
        if message.ephemeral_to:
            return
        channel = self.workspace.channels[message.channel]
        self._emit_message(channel, message.payload(), message)
        if any(f"<@{a.bot_user}>" in message.text for a in self.workspace.apps) and channel.kind != "im":
            event = message.payload() | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
            event.pop("subtype", None)
            for app in self.workspace.apps:
                if f"<@{app.bot_user}>" in message.text and app.bot_user in channel.members:
                    self.courier.dispatch(app, self.courier.envelope(app, event | {"team": self._team_of(message)}))

    def change(
        self,
        message: Message,
        *,
        text: str,
        by: str,
        blocks: list[dict[str, Any]] | None = None,
        metadata: dict[str, Any] | None = None,
    ) -> None:
        """Edit a message and tell the apps."""
        before = copy_of(message)
        message.text, message.blocks = text, blocks or []
        message.metadata = metadata or message.metadata
        message.edited = {"user": by, "ts": self.workspace.next_ts()}
        self._touch()
        self._emit_changed(message, before)

    def unfurl(self, message: Message) -> None:
        """Add a link preview, as Slack does by itself: a change in which the text stays."""
        before = copy_of(message)
        self._emit_changed(message, before, more={"attachments": [{"from_url": "https://example.com", "id": 1}]})

    def lose_file(self, message: Message, file: str) -> None:
        """Delete one file of a message: a change in which the text stays, and a tombstone stands for the file."""
        before = copy_of(message)
        gone = {"id": file, "mode": "tombstone"}
        message.files = [gone if one["id"] == file else one for one in message.files]
        self._touch()
        self._emit_changed(message, before)

    def remove(self, message: Message) -> None:
        """Delete a message and tell the apps, replies of a deleted parent included."""
        before = copy_of(message)
        replies = self.workspace.replies(message.channel, message.ts)
        self.workspace.remove(message)
        self._touch()
        if message.subtype == "tombstone":
            self._emit_changed(message, before)
            for reply in replies:
                self._emit_changed(reply, copy_of(reply))
            return
        channel = self.workspace.channels[message.channel]
        event = {
            "subtype": "message_deleted",
            "previous_message": before.payload(),
            "deleted_ts": message.ts,
            "hidden": True,
            "ts": self.workspace.next_ts(),
        }
        self._emit_message(channel, {"type": "message"} | event, None)

    def react(self, message: Message, name: str, *, by: str, added: bool) -> None:
        """Put a reaction on a message or take it away, and tell the apps."""
        users = message.reactions.setdefault(name, [])
        if added:
            users.append(by)
        else:
            users.remove(by)
            if not users:
                del message.reactions[name]
        self._touch()
        channel = self.workspace.channels[message.channel]
        event = {
            "type": "reaction_added" if added else "reaction_removed",
            "user": by,
            "reaction": name,
            "item": {"type": "message", "channel": message.channel, "ts": message.ts},
            "item_user": message.user,
            "event_ts": self.workspace.next_ts(),
        }
        self.courier.emit(channel, event, str(event["type"]))

    def _emit_changed(self, message: Message, before: Message, more: dict[str, Any] | None = None) -> None:
        event = {
            "type": "message",
            "subtype": "message_changed",
            "message": message.payload() | (more or {}),
            "previous_message": before.payload(),
            "hidden": True,
            "ts": self.workspace.next_ts(),
        }
        self._emit_message(self.workspace.channels[message.channel], event, None)

    def _emit_message(self, channel: Channel, event: dict[str, Any], message: Message | None) -> None:
        event |= {"channel": channel.id, "channel_type": channel.type_in_events, "event_ts": event["ts"]}
        if message is not None:
            event |= {"team": self._team_of(message)}
            if channel.shared_with and message.user in self.workspace.users:
                event |= {"user_team": self._team_of(message), "source_team": self._team_of(message)}
        self.courier.emit(channel, event, _SUBSCRIPTION[channel.kind])

    def _team_of(self, message: Message) -> str:
        user = self.workspace.users.get(message.user)
        return user.team if user else self.workspace.team
