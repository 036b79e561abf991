"""Body → what chat.postMessage and its siblings take. Pure. Any input gives a message within Slack's limits.

Limits, from https://docs.slack.dev/reference/block-kit/blocks and chat.postMessage: text 4,000 (more is split),
50 blocks, section 3,000, field 2,000 and 10 of them, header 150, button label 75 and value 2,000, 25 buttons a block.
The total is not documented: 13,200 characters with one block, and less text the more blocks there are
(https://github.com/slackapi/bolt-js/issues/2509 and 2867). So what is kept below 12,000 here is all blocks as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from adapters.commonmark_runs import Run, Style, cleaned
from adapters.slack.text.parts import Part, parts_of
from adapters.slack.text.rich_text import Block, escaped, escaped_within, is_bare, plain_of, rich_text_block, shortened
from bot.core.effects import Body, Button, ButtonStyle, CaseCard

MAX_TEXT: Final = 3900
MAX_LABEL: Final = 75
MAX_VALUE: Final = 2000
MAX_ACTION: Final = 240
"""Of 255, so that a number fits behind it."""
MAX_BUTTONS: Final = 25
LINK_ACTION: Final = "_link"
MENU_ACTION: Final = "_more"
MAX_MENU: Final = 5
"""Entries of one overflow menu."""
MAX_OPTION: Final = 150
UNADORNED: Final[Mapping[str, object]] = {
    "link_names": False,
    "parse": "none",
    "unfurl_links": False,
    "unfurl_media": False,
}
"""With a message: nothing that is typed becomes a mention, and no preview is added."""
_TEXT_ROOM: Final = 9000
_ROOM: Final = 12_000
"""Characters of JSON in all blocks of one message."""

_ACCOUNT: Final = re.compile(r"[UW][A-Z0-9]{2,30}")
_LIGHTS: Final = {"waiting": "🟠", "active": "🔵", "paused": "⏸️", "done": "✅"}


def message(body: Body, *, name_in_text: bool = True) -> dict[str, object]:
    """The arguments `text` and `blocks` (an empty list when the text says it all)."""
    if body.card is not None:
        return _card_message(body, body.card)
    mentioned = _mentioned(body)
    lead = (*(_lead(body) if name_in_text else ()), *mentioned)
    parts = shortened(parts_of(body.text, unmask=body.voice is not None), _TEXT_ROOM)
    plain = plain_of(parts, lead)
    text = escaped_within(plain or " ", MAX_TEXT)
    budget = _Budget(_ROOM)
    words = budget.taken(_small(plain, mentioned)) if body.quiet else _words(parts, plain, lead, budget)
    extras = [*_picture(body, budget), *_buttons(body.buttons, budget)]
    if not extras and not body.quiet and not lead and is_bare(parts) and len(plain) <= MAX_TEXT and plain:
        return {"text": text, "blocks": []}
    return {"text": text, "blocks": [*words, *extras]}


def file_blocks(body: Body, name: str, mark: str) -> list[Block]:
    """The blocks of a message that shows a file: whose it is, and who is to look. `mark` names the first of them."""
    lead = (*(_lead(body) or (Run(f"📎 {shown_name(name)}"),)), *_mentioned(body))
    block = rich_text_block((), tuple(run for run in lead if run.text != "\n"))
    return [block | {"block_id": mark[:255]}] if block else []


def shown_name(name: str) -> str:
    """A file's name as text."""
    return " ".join(cleaned(name).split())[:200] or "…"


def _lead(body: Body) -> tuple[Run, ...]:
    """The line that names whose words they are."""
    if body.voice is None:
        return ()
    name = " ".join(cleaned(body.voice.name).split())[:80] or "…"
    return (Run(name, Style(bold=True)), Run("\n"))


def _mentioned(body: Body) -> tuple[Run, ...]:
    """Who is to be notified, as a run before the words; nobody of another platform."""
    who = body.mention
    if who is None or who.platform != "slack" or not _ACCOUNT.fullmatch(who.id):
        return ()
    return (Run(f"@{who.label}", account=who.id), Run(" "))


def _words(parts: Sequence[Part], plain: str, lead: Sequence[Run], budget: _Budget) -> list[Block]:
    """The words as rich text; without their looks when they have too many, and cut when they are too long."""
    block = rich_text_block(parts, lead)
    while block is not None and not budget.taken(block):
        block = rich_text_block([Part("paragraph", (Run(plain),))])
        plain = plain[: len(plain) * 4 // 5] + "…"
    return [block] if block else []


def _small(plain: str, mentioned: Sequence[Run] = ()) -> Block:
    text = escaped_within(plain or " ", 2900)
    if mentioned:
        text = f"<@{mentioned[0].account}> {text.removeprefix(escaped(mentioned[0].text)).lstrip()}"
    return {"type": "context", "elements": [{"type": "mrkdwn", "text": text}]}


def _picture(body: Body, budget: _Budget) -> list[Block]:
    if not body.image.startswith(("https://", "http://")) or len(body.image) > 3000:
        return []
    return budget.taken({"type": "image", "image_url": body.image, "alt_text": _cut(body.alt or "picture", 2000)})


# buttons --------------------------------------------------------------------------------------


def _buttons(buttons: Sequence[Button], budget: _Budget) -> list[Block]:
    """Actions blocks. A button that Slack cannot carry is left out, and so is what no person could survey.

    There is one menu; the first of those that it has no room for stand beside it.
    """
    shown: list[Block] = []
    rare = [b for b in buttons if b.more and not b.url and len(option_of(b)) <= MAX_OPTION and _fits(b)][-MAX_MENU:]
    for number, button in enumerate([b for b in buttons if b not in rare][: MAX_BUTTONS * 2]):
        if _fits(button):
            shown += budget.taken(_button(button, number))
    if rare:
        shown += budget.taken(_menu(rare))
    return [{"type": "actions", "elements": shown[i : i + MAX_BUTTONS]} for i in range(0, len(shown), MAX_BUTTONS)]


def _fits(button: Button) -> bool:
    if button.url:
        return button.url.startswith(("https://", "http://", "mailto:")) and len(button.url) <= 3000
    return 0 < len(button.action) <= MAX_ACTION and len(button.value) <= MAX_VALUE


def _button(button: Button, number: int) -> Block:
    label = _cut(" ".join(cleaned(button.label).split()) or "…", MAX_LABEL)
    shown: Block = {"type": "button", "text": {"type": "plain_text", "text": label, "emoji": True}}
    if button.url:
        shown |= {"action_id": f"{LINK_ACTION}#{number}", "url": button.url}
    else:
        shown |= {"action_id": f"{button.action}#{number}"}
        if button.value:
            shown["value"] = button.value
    if button.style is not ButtonStyle.PLAIN:
        shown["style"] = button.style.value
    return shown


def _menu(buttons: Sequence[Button]) -> Block:
    """The rarer buttons, behind a ⋯."""
    options = [{"text": _button(b, 0)["text"], "value": option_of(b)} for b in buttons]
    return {"type": "overflow", "action_id": f"{MENU_ACTION}#0", "options": options}


def option_of(button: Button) -> str:
    """What a menu's entry carries: it has one value for both of the button's words."""
    return f"{button.action}\n{button.value}"


def pressed_action(action_id: str) -> str:
    """The Button.action in an action_id; empty for a link button, which reports nothing."""
    action = action_id.rpartition("#")[0]
    return "" if action == LINK_ACTION else action


# the root card --------------------------------------------------------------------------------


def _card_message(body: Body, card: CaseCard) -> dict[str, object]:
    title = " ".join(cleaned(card.title).split())
    head = _cut(f"#{card.number} · {title}", 150)
    status = f"{_LIGHTS.get(card.tone, '⚪')} {card.standing}"
    budget = _Budget(_ROOM)
    buttons = _buttons(card.buttons, budget)
    blocks = budget.taken({"type": "header", "text": {"type": "plain_text", "text": head, "emoji": True}})
    blocks += budget.section([f"*{escaped_within(cleaned(status), 200)}*"])
    if card.why.strip():
        blocks += budget.section([f"*Why:* {escaped_within(cleaned(card.why).strip(), 1400)}"])
    quotes = [f"> {escaped_within(' '.join(cleaned(words).split()), 400)}" for words in card.evidence[:5]]
    blocks += budget.section(quotes)
    blocks += _fields(card, budget)
    blocks += buttons
    plain = plain_of(parts_of(body.text, unmask=False)) or head
    return {"text": escaped_within(plain, MAX_TEXT), "blocks": blocks}


def _fields(card: CaseCard, budget: _Budget) -> list[Block]:
    """Short fields side by side, ten a section; long ones below, each on its own."""
    short = [f for f in card.fields if len(f.text) <= 120][:30]
    long = [f for f in card.fields if len(f.text) > 120][:8]
    blocks: list[Block] = []
    for start in range(0, len(short), 10):
        shown = [_labelled(f.label, f.text, 300) for f in short[start : start + 10]]
        blocks += budget.taken({"type": "section", "fields": [{"type": "mrkdwn", "text": text} for text in shown]})
    for one in long:
        blocks += budget.section([_labelled(one.label, one.text, 1500)])
    return blocks


def _labelled(label: str, text: str, limit: int) -> str:
    return f"*{escaped_within(cleaned(label), 75)}*\n{escaped_within(cleaned(text).strip() or '–', limit)}"


class _Budget:
    """The characters of JSON that are left for a message's blocks."""

    def __init__(self, room: int) -> None:
        self._room = room

    def taken(self, block: Block) -> list[Block]:
        """The block, if there is room for it; then there is less."""
        size = len(json.dumps(block, ensure_ascii=False)) + 2
        if size > self._room:
            return []
        self._room -= size
        return [block]

    def section(self, lines: Iterable[str]) -> list[Block]:
        """One section of these lines, or none when there is nothing to say or no room."""
        text = "\n".join(line for line in lines if line.strip())
        if not text:
            return []
        return self.taken({"type": "section", "text": {"type": "mrkdwn", "text": text, "verbatim": True}})


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
