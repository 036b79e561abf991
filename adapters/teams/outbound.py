"""Body → the activity that the connector takes. Pure. Any input gives an activity below 80 KB, its card below 28 KB.

Words alone are HTML, which all clients show with formatting; words with buttons or a picture, and the root card,
are an Adaptive Card without other text, because a message of both comes apart on some clients. Only words that are
too many for a card stand above the card of their buttons.
Limit: about 100 KB a message, https://learn.microsoft.com/microsoftteams/platform/bots/how-to/format-your-bot-messages
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from adapters.commonmark_runs import Run, Style, cleaned
from adapters.teams import cards
from adapters.teams.cards import attachment, case_card, mention_entity, mention_name, size_of, words_card
from adapters.teams.text.rich_text import Element, html_of, plain_of, run_html
from bot.core.activity import Place
from bot.core.effects import Body
from bot.core.platforms.json_values import NOTHING, as_object, as_objects

MAX_TEXT: Final = 8000
"""Characters of our CommonMark in one message; as HTML they stay well below the limit of bytes."""
MAX_BYTES: Final = 80_000


def message(body: Body, *, mention_id: str = "", footnote: str = "") -> Element:
    """The activity. With `mention_id` (an account as the connector knows it) `body.mention` is pinged.

    `footnote` is said below a case's card, and nowhere else.
    """
    activity = _activity(body, mention_id, footnote)
    room = 5_000
    while size_of(activity) > MAX_BYTES and room > 100:
        activity = _activity(replace(body, text=_cut(body.text, room)), mention_id, footnote)
        room //= 4
    return activity


def _activity(body: Body, mention_id: str, footnote: str) -> Element:
    name = mention_name(body.mention.label) if body.mention else ""
    mention = (mention_id, name) if name and mention_id else None
    if body.card is not None:
        return _with_card(case_card(body, body.card, footnote), body)
    lead = [Run(_voice(body.voice.name), Style(bold=True))] if body.voice is not None else []
    attachments: list[Element] = []
    if body.buttons or body.image:
        card = words_card(body, lead, mention)
        if size_of(card) - len(body.image) <= cards.MAX_BYTES:
            return _with_card(card, body)
        attachments = [attachment(words_card(replace(body, text=""), [], None))]
    text = html_of(body.text, unmask=body.voice is not None)
    if lead:
        text = f"<p>{run_html(lead[0])}</p>{text}"
    if mention is not None:
        text = f"<at>{name}</at> {text}"
    activity: Element = {"type": "message", "textFormat": "xml", "text": text or "…", "attachments": attachments}
    return activity | {"entities": [mention_entity(*mention)]} if mention else activity


def _with_card(card: Element, body: Body) -> Element:
    return {"type": "message", "summary": plain_of(body.text) or "…", "attachments": [attachment(card)]}


def card_of(activity: Element) -> Element | None:
    """The card of an activity, to answer a pressed button with; None when it is words alone."""
    first = next(iter(as_objects(activity.get("attachments"))), NOTHING)
    return dict(as_object(first.get("content"))) or None


def _voice(name: str) -> str:
    return " ".join(cleaned(name).split())[:80] or "…"


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"


def thread_parameters(place: Place, activity: Element, *, bot: str) -> Element:
    """What creates a new thread in a channel, with its first message."""
    return {
        "isGroup": True,
        "bot": {"id": bot},
        "tenantId": place.tenant,
        "channelData": {"channel": {"id": place.channel}, "tenant": {"id": place.tenant}},
        "activity": activity,
    }


def chat_parameters(tenant: str, account: str, *, bot: str) -> Element:
    """What opens (or finds) the personal chat with an account."""
    return {
        "isGroup": False,
        "bot": {"id": bot},
        "members": [{"id": account}],
        "tenantId": tenant,
        "channelData": {"tenant": {"id": tenant}},
    }
