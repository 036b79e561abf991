"""Adaptive Cards 1.5: the root card of a case, and words with buttons. Pure. Any input gives a card within a budget.

Everything that people wrote stands in rich text runs, which are taken literally; a TextBlock, which reads Markdown, is
used for mentions only. Buttons are Action.Execute, with Action.Submit for clients that do not know it.
Source: https://adaptivecards.io/explorer and
https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/universal-actions-for-adaptive-cards/overview
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Final, cast

from adapters.commonmark_runs import Run, Style, cleaned
from adapters.teams.text.rich_text import Element, block, elements_of, is_address, plain_of
from bot.core.effects import Body, Button, ButtonStyle, CaseCard
from bot.core.platforms.json_values import Json, as_object, as_text

CONTENT_TYPE: Final = "application/vnd.microsoft.card.adaptive"
VERB: Final = "warmline"
MAX_LABEL: Final = 75
MAX_ACTION: Final = 240
MAX_VALUE: Final = 2000
BUTTONS_A_ROW: Final = 5
"""Teams takes six, and cuts off what does not fit beside the menu behind them."""
_MAX_BUTTONS: Final = 24
MAX_BYTES: Final = 28_000
"""Of a card: about 28 KB a post, https://learn.microsoft.com/microsoftteams/limits-specifications-teams"""
_BUTTON_BYTES: Final = 11_500
_CARD_BYTES: Final = 15_000

_LIGHTS: Final = {"waiting": "🟠", "active": "🔵", "paused": "⏸️", "done": "✅"}
_STYLES: Final = {"waiting": "warning", "active": "accent", "paused": "emphasis", "done": "good"}
_DIALOG: Final[Element] = {"msteams": {"type": "task/fetch"}}
"""What makes a client ask for a dialog instead of reporting a press."""
_ACTION_STYLES: Final = {ButtonStyle.PRIMARY: "positive", ButtonStyle.DANGER: "destructive"}


def size_of(value: object) -> int:
    """Bytes of a value on the wire."""
    return len(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))


def attachment(card: Element) -> Element:
    """A card as an attachment of an activity."""
    return {"contentType": CONTENT_TYPE, "content": card}


def words_card(body: Body, lead: Sequence[Run], mention: tuple[str, str] | None) -> Element:
    """Words with buttons or a picture. `lead` names whose words they are; `mention` is an account id and its name."""
    found: list[Element] = []
    entities: list[Element] = []
    if mention is not None:
        found.append({"type": "TextBlock", "text": f"<at>{mention[1]}</at>", "wrap": True})
        entities.append(mention_entity(*mention))
    if lead:
        found.append(block(lead))
    found += elements_of(body.text, unmask=body.voice is not None)
    if body.quiet:
        found = [_subtle(element) for element in found]
    if body.image.startswith("data:image/") or (body.image.startswith("https://") and is_address(body.image)):
        found.append({"type": "Image", "url": body.image, "altText": _cut(body.alt or "picture", 1000)})
    found += button_rows(body.buttons)
    return card_with(found or [block([Run("…")])], plain_of(body.text) or "…", entities)


def case_card(body: Body, card: CaseCard, footnote: str = "") -> Element:
    """The root card of a case. `footnote` is what the app has to say on its own account, above the buttons."""
    room = _Budget(_CARD_BYTES)
    title = line(card.title, 150)
    head = title if title.startswith(f"#{card.number}") else f"#{card.number} · {title}"
    status = f"{_LIGHTS.get(card.tone, '⚪')} {line(card.standing, 200)}"
    headline = block([Run(head, Style(bold=True))])
    for run in _inlines(headline):
        run["size"] = "Large"
    top: Element = {
        "type": "Container",
        "style": _STYLES.get(card.tone, "default"),
        "bleed": True,
        "items": [headline, block([Run(status)], close=True)],
    }
    found: list[Element] = [top]
    if card.why.strip():
        found += room.take([_labelled("Why", _cut(card.why.strip(), 1400))])
    quotes = [
        block([Run("" if words.startswith("“") else "❝ "), Run(line(words, 400), Style(italic=True))], close=True)
        for words in card.evidence[:5]
    ]
    found += room.take(quotes)
    for one in card.fields[:40]:
        limit = 300 if len(one.text) <= 300 else 1500
        found += room.take([_labelled(line(one.label, 75), _cut(one.text.strip(), limit) or "–", close=True)])
    if footnote:
        found.append(literal(line(footnote, 300), subtle=True))
    found += button_rows(card.buttons)
    return card_with(found, plain_of(body.text) or head, wide=True)


def literal(text: str, *, bold: bool = False, subtle: bool = False) -> Element:
    """A line that is taken literally."""
    shown = block([Run(text or "…", Style(bold=bold))])
    return _subtle(shown) if subtle else shown


def card_with(found: list[Element], instead: str, entities: Sequence[Element] = (), *, wide: bool = False) -> Element:
    """A card of these elements; `instead` is for clients that cannot show it."""
    card: Element = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        "fallbackText": instead,
        "body": found,
    }
    teams: Element = {"width": "Full"} if wide else {}
    if entities:
        teams["entities"] = list(entities)
    return card | {"msteams": teams} if teams else card


def mention_entity(id: str, name: str) -> Element:
    """What makes `<at>name</at>` ping somebody."""
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": {"id": id, "name": name}}


def mention_name(name: str) -> str:
    """A name that can stand between `<at>` and `</at>`, in HTML and in Markdown alike."""
    return " ".join(re.sub(r"[<>&\"'*_`~\[\]()\\#|]", " ", cleaned(name)).split())[:80] or "…"


# buttons --------------------------------------------------------------------------------------


def button_rows(buttons: Sequence[Button]) -> list[Element]:
    """Rows of buttons; one that Teams cannot carry is left out."""
    room = _Budget(_BUTTON_BYTES)
    ordered = sorted(buttons[:_MAX_BUTTONS], key=lambda button: button.more)
    fitting = [(button, _action(button)) for button in ordered if _fits(button)]
    shown = [(button, action) for button, action in fitting if room.take([action])]
    often = [action for button, action in shown if not button.more]
    rows = [often[start : start + BUTTONS_A_ROW] for start in range(0, len(often), BUTTONS_A_ROW)]
    rare = [{**action, "mode": "secondary"} for button, action in shown if button.more]
    if rare:
        rows[-1:] = [[*(rows[-1] if rows else []), *rare]]
    return [{"type": "ActionSet", "actions": row} for row in rows]


def _fits(button: Button) -> bool:
    if button.url:
        return is_address(button.url)
    return 0 < len(button.action) <= MAX_ACTION and len(button.value) <= MAX_VALUE


def _action(button: Button) -> Element:
    title = line(button.label, MAX_LABEL) or "…"
    style: Element = {"style": _ACTION_STYLES[button.style]} if button.style in _ACTION_STYLES else {}
    if button.url:
        return {"type": "Action.OpenUrl", "title": title, "url": button.url, **style}
    data: Element = {VERB: {"action": button.action, "value": button.value}}
    if button.asks:
        return {"type": "Action.Submit", "title": title, "data": data | _DIALOG, **style}
    submit: Element = {"type": "Action.Submit", "title": title, "data": data, **style}
    return {"type": "Action.Execute", "title": title, "verb": VERB, "data": data, **style, "fallback": submit}


def pressed_of(data: object) -> tuple[str, str] | None:
    """The Button.action and Button.value in what a pressed button sends; None when it is none of ours."""
    ours: Json = as_object(as_object(data).get(VERB))
    action, value = as_text(ours.get("action")), as_text(ours.get("value"))
    if not action or len(action) > MAX_ACTION or len(value) > MAX_VALUE:
        return None
    return action, value


# parts ----------------------------------------------------------------------------------------


def _labelled(label: str, text: str, *, close: bool = False) -> Element:
    return block([Run(f"{label}: ", Style(bold=True)), Run(cleaned(text))], close=close)


def _inlines(element: Element) -> list[Element]:
    """The runs of an element of ours, to be changed."""
    return cast("list[Element]", element.get("inlines", []))


def _subtle(element: Element) -> Element:
    for run in _inlines(element):
        run["isSubtle"] = True
        run["size"] = "Small"
    return element


def line(text: str, limit: int) -> str:
    """A text on one line, cut with `…`."""
    return _cut(" ".join(text.split()), limit)


def _cut(text: str, limit: int) -> str:
    text = cleaned(text)
    return text if len(text) <= limit else text[: limit - 1] + "…"


class _Budget:
    """The bytes that are left for a card."""

    def __init__(self, room: int) -> None:
        self._room = room

    def take(self, elements: Iterable[Element]) -> list[Element]:
        """Those of the elements that there is room for."""
        kept: list[Element] = []
        for element in elements:
            size = size_of(element)
            if size <= self._room:
                self._room -= size
                kept.append(element)
        return kept
