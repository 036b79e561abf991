"""How things are shown to the page: a Body, a message, a line of the journal, as JSON.

Pure. Texts go out as they are (CommonMark); the page builds its elements from them and never markup.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from adapters.web.room_rows import Chat, Message
from adapters.web.room_view import View
from adapters.web.settings import APP_ID, PLATFORM, WebSettings
from bot.core.effects import Body, Button, CaseCard
from bot.core.forms import Form
from bot.ports import JournalLine


def body_payload(body: Body) -> dict[str, Any]:
    """A Body as the room keeps it and the page shows it."""
    payload: dict[str, Any] = {"text": body.text}
    if body.voice:
        payload["voice"] = {"name": body.voice.name, "picture": body.voice.picture}
    if body.buttons:
        payload["buttons"] = [_button(b) for b in body.buttons]
    if body.card:
        payload["card"] = _card(body.card)
    if body.image:
        payload["image"] = body.image
    if body.alt:
        payload["alt"] = body.alt
    if body.quiet:
        payload["quiet"] = True
    if body.mention and body.mention.platform == PLATFORM:
        payload["mention"] = body.mention.id
    return payload


def _button(button: Button) -> dict[str, Any]:
    return {
        "label": button.label,
        "action": button.action,
        "value": button.value,
        "style": button.style.value,
        "url": button.url,
        "more": button.more,
    }


def _card(card: CaseCard) -> dict[str, Any]:
    return {
        "number": card.number,
        "title": card.title,
        "status": card.status,
        "tone": card.tone,
        "why": card.why,
        "evidence": list(card.evidence),
        # the page's pill says it shortly
        "fields": [
            *([{"label": "Status", "text": card.state}] if card.state else []),
            *({"label": f.label, "text": f.text} for f in card.fields),
        ],
        "buttons": [_button(b) for b in card.buttons],
    }


def form_payload(form: Form) -> dict[str, Any]:
    """A form that the page is to show."""
    return {
        "action": form.action,
        "value": form.value,
        "title": form.title,
        "submit": form.submit,
        "fields": [
            {
                "name": f.name,
                "label": f.label,
                "kind": f.kind.value,
                "required": f.required,
                "value": f.value,
                "options": [list(option) for option in f.options],
                "hint": f.hint,
                "fills": f.fills,
            }
            for f in form.fields
        ],
    }


def button_label(payload: Mapping[str, Any], action: str, value: str) -> str | None:
    """The label of the button with that action and value on a message, None when there is no such button."""
    buttons: list[Mapping[str, Any]] = [*payload.get("buttons", ()), *payload.get("card", {}).get("buttons", ())]
    for button in buttons:
        if (button["action"], button["value"]) == (action, value) and not button["url"]:
            return str(button["label"])
    return None


def message_payload(message: Message) -> dict[str, Any]:
    """One message. `rev` grows with each change: whoever has a newer one ignores an older."""
    return {
        "id": message.id,
        "rev": message.rev,
        "channel": message.channel,
        "thread": message.thread,
        "author": message.author,
        "at": message.at,
        "edited": message.edited_at is not None,
        "deleted": message.deleted_at is not None,
        "whisper": bool(message.to),
        "answered": message.answered,
        "taken": message.taken,
        "reactions": [{"emoji": r.emoji, "people": list(r.people)} for r in message.reactions],
        "body": message.body,
    }


def line_payload(line: JournalLine, channel: str, number: int) -> dict[str, Any]:
    """One line of the *what happened* strip; `channel` is the chat that it is about, or empty.

    `number` grows: whoever has a line with it, or a later one, has this one.
    """
    return {
        "n": number,
        "at": line.at,
        "channel": channel,
        "case": line.case,
        "kind": line.kind,
        "text": line.text,
        "labels": dict(line.labels),
    }


def view_payload(views: Sequence[View]) -> dict[str, Any]:
    """What was read of some places: their messages, and what there is behind them."""
    return {
        "messages": [message_payload(message) for view in views for message in view.messages],
        "older": [asdict(older) for view in views for older in view.older],
    }


def chat_payload(chat: Chat) -> dict[str, Any]:
    """One chat, for the page."""
    return {"channel": chat.channel, "customer": chat.customer, "openedAt": chat.opened_at}


def person_payload(settings: WebSettings, id: str) -> dict[str, Any]:
    """One person of the room, for the page."""
    person = settings.person(id)
    member = settings.customer(id) or settings.agent(id)
    return {
        "id": id,
        "name": person.label,
        "about": member.about if member else "",
        "tries": [{"what": what, "text": text} for what, text in member.tries] if member else [],
        "locale": person.locale,
        "timezone": person.timezone,
        "guest": person.is_guest,
        "app": id == APP_ID,
        "side": "customer" if settings.customer(id) else "desk",
    }
