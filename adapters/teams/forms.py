"""Forms on Teams: Form → an Adaptive Card with inputs, for a dialog or in place of the card that was pressed. Pure.

What was pressed, and where, travels in the card, signed together with the account: a form that somebody else sends, or
about another message, is none of ours.
Sources: https://learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/task-modules/task-modules-bots and
https://adaptivecards.io/explorer/Input.ChoiceSet.html
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping, Sequence
from typing import Final

from adapters.commonmark_runs import cleaned
from adapters.teams.cards import VERB, attachment, card_with, line, literal
from adapters.teams.text.rich_text import Element
from bot.core.activity import Person, Ref, Submitted
from bot.core.forms import MAX_TYPED, FieldKind, Form, FormField
from bot.core.platforms.json_values import Json, as_list, as_object, as_text

FORM: Final = "form"
"""The key under which a form's card says what it is about."""
_INPUT: Final = "in:"
_CANCEL: Final = "cancel"
_FILL: Final = "fill"
_SEARCHED: Final = 7
"""From so many choices on, people find one by typing."""
_ROOM_FOR_CHOICES: Final = 13_000
"""Bytes of JSON, so that the card keeps below its limit with a long text in it."""
_MAX_TITLE: Final = 75
_MAX_LABEL: Final = 150
_MAX_NAME: Final = 60

Choices = Sequence[tuple[str, str]]
"""Pairs of value and label."""


def seal(ref: Ref, asker: Person, action: str, value: str, secret: str) -> str:
    """What proves that this form was opened by this account on this message."""
    place = ref.place
    said = ("form", place.tenant, place.channel, place.thread, ref.id, asker.id, action, value)
    return hmac.new(secret.encode(), "\0".join(said).encode(), hashlib.sha256).hexdigest()[:32]


def form_card(
    form: Form,
    ref: Ref,
    asker: Person,
    *,
    secret: str,
    opened: str,
    people: Choices = (),
    filled: Mapping[str, str] | None = None,
    faults: Sequence[tuple[str, str]] = (),
    dialog: bool = False,
) -> Element:
    """The card. `opened` tells this opening from others, `people` are whom a PERSON field offers.

    `filled` is what was typed already, `faults` what is wrong with it. In a dialog it has neither title nor a way
    back, which the dialog's own frame has.
    """
    place = ref.place
    about: Element = {
        "channel": place.channel,
        "thread": place.thread,
        "message": ref.id,
        "opened": opened,
        "fields": [field.name for field in form.fields],
        "mac": seal(ref, asker, form.action, form.value, secret),
    }
    data: Element = {VERB: {"action": form.action, "value": form.value}, FORM: about}
    wrong = dict(faults)
    # What has to be filled in keeps every button from being pressed, also the one that fills it in.
    fills = any(field.fills for field in form.fields)
    found: list[Element] = [] if dialog else [literal(line(form.title, _MAX_LABEL), bold=True)]
    for field in form.fields:
        if field.name in wrong:
            found.append(_fault(field.name, wrong[field.name]))
        stands = field.value if filled is None else filled.get(field.name, "")
        found.append(_input(field, stands, people, required=field.required and not fills))
        if field.fills:
            action = _execute if not dialog else _submit
            found.append(
                {"type": "ActionSet", "actions": [action(field.fills, {**data, FORM: {**about, _FILL: True}})]}
            )
        if field.hint:
            found.append(literal(line(field.hint, 300), subtle=True))
    found += [_fault(name, why) for name, why in faults if name not in {field.name for field in form.fields}]
    title = line(form.submit, _MAX_TITLE) or "OK"
    if dialog:
        actions = [_submit(title, data) | {"style": "positive"}]
    else:
        actions = [_execute(title, data) | {"style": "positive"}, _back({**data, FORM: {**about, _CANCEL: True}})]
    found.append({"type": "ActionSet", "actions": actions})
    return card_with(found, line(form.title, _MAX_LABEL) or "…")


def _submit(title: str, data: Element) -> Element:
    return {"type": "Action.Submit", "title": title, "data": data}


def _execute(title: str, data: Element) -> Element:
    fallback = _submit(title, data)
    return {"type": "Action.Execute", "title": title, "verb": VERB, "data": data, "fallback": fallback}


def _back(data: Element) -> Element:
    """The way back: it sends nothing that was typed."""
    submit: Element = {"type": "Action.Submit", "title": "Cancel", "data": data, "associatedInputs": "none"}
    return {
        "type": "Action.Execute",
        "title": "Cancel",
        "verb": VERB,
        "data": data,
        "associatedInputs": "none",
        "fallback": submit,
    }


def _fault(name: str, why: str) -> Element:
    shown = literal(line(why, 300) or "…")
    for run in shown["inlines"]:  # type: ignore[attr-defined]  # a list of our own making
        run["color"] = "Attention"
    return shown | {"id": f"wrong:{name}"[:_MAX_NAME]}


def _input(field: FormField, stands: str, people: Choices, *, required: bool) -> Element:
    common: Element = {
        "id": f"{_INPUT}{field.name}",
        "label": line(field.label, _MAX_LABEL) or field.name,
        "isRequired": required,
        "errorMessage": "Please fill this in.",
    }
    offered = people if field.kind is FieldKind.PERSON else field.options
    if field.kind in {FieldKind.CHOICE, FieldKind.PERSON} and offered:
        choices = [{"title": line(label, _MAX_LABEL) or value, "value": value} for value, label in offered if value]
        known = {value for value, _ in offered}
        start: Element = {"value": stands} if stands in known else {}
        style = "filtered" if len(choices) > _SEARCHED else "compact"
        return {"type": "Input.ChoiceSet", "style": style, "choices": _fitting(choices), **common, **start}
    typed: Element = {"type": "Input.Text", "isMultiline": field.kind is FieldKind.LONG_TEXT, "maxLength": MAX_TYPED}
    start = {"value": cleaned(stands)[:MAX_TYPED]} if stands else {}
    return {**typed, **common, **start}


def _fitting(choices: Sequence[dict[str, str]]) -> list[dict[str, str]]:
    """As many as a card has room for."""
    found: list[dict[str, str]] = []
    room = _ROOM_FOR_CHOICES
    for choice in choices:
        room -= len(json.dumps(choice, ensure_ascii=False).encode()) + 2
        if room < 0:
            break
        found.append(choice)
    return found


def dialog_of(form: Form, card: Element) -> Element:
    """What opens a dialog, or shows it again."""
    shown = {"title": line(form.title, _MAX_TITLE), "height": "medium", "width": "medium", "card": attachment(card)}
    return {"task": {"type": "continue", "value": shown}}


def closing(words: str) -> Element:
    """What a dialog says at its end."""
    return {"task": {"type": "message", "value": words}}


def is_form(data: Json) -> bool:
    """Whether what was sent is a form of ours, be it filled in or given up."""
    return bool(as_object(data.get(FORM)))


def is_cancelled(data: Json) -> bool:
    """Whether a form was given up."""
    return as_object(data.get(FORM)).get(_CANCEL) is True


def is_filling(data: Json) -> bool:
    """Whether something was chosen that fills in the rest of a form, and nothing was sent."""
    return as_object(data.get(FORM)).get(_FILL) is True


def fields_of(data: Json) -> tuple[tuple[str, str], ...]:
    """What was filled in, in the form's order."""
    names = [as_text(name) for name in as_list(as_object(data.get(FORM)).get("fields"))[:50]]
    return tuple((name, as_text(data.get(f"{_INPUT}{name}"))) for name in names)


def is_sealed(data: Json, submitted: Submitted, author: Person, secret: str) -> bool:
    """Whether that form was opened by its sender, on the message that it names."""
    expected = seal(submitted.ref, author, submitted.action, submitted.value, secret)
    return hmac.compare_digest(expected.encode(), as_text(as_object(data.get(FORM)).get("mac")).encode())
