"""Forms as Slack's modals: Form → the `view` of views.open, and `view_submission` → Activity. Pure.

Limits, from https://docs.slack.dev/reference/views and .../block-kit/block-elements: title and submit 24
characters, label 2,000 (we cut at 150), hint 2,000, 100 options of 75 and 150 characters or 100 groups of as many,
initial text 3,000, private_metadata 3,000, which carries what was pressed and where, as nothing else comes back.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from adapters.commonmark_runs import cleaned
from adapters.slack.envelope import Hearing, Json, envelope_of, name_of_report
from bot.core.activity import Activity, Person, Place, Ref, Submitted
from bot.core.forms import MAX_TYPED, FieldKind, Form, FormField
from bot.core.platforms.json_values import as_list, as_object, as_size, as_text

_PLATFORM: Final = "slack"
_MAX_TITLE: Final = 24
_MAX_LABEL: Final = 150
_MAX_HINT: Final = 2000
_MAX_OPTIONS: Final = 100
_MAX_OPTION: Final = 75
_MAX_OPTION_VALUE: Final = 150
_MAX_METADATA: Final = 3000


def view_of(form: Form, ref: Ref, turn: int = 0, response_url: str = "") -> dict[str, object] | None:
    """The modal of a form that was asked for on the message `ref`; None when Slack cannot carry it.

    `turn` counts how often it was filled in by a choice: Slack keeps what stands in a block of the same name.
    With `response_url` the message goes away through it once the form is taken.
    """
    place = ref.place
    told = {"c": place.channel, "t": place.thread, "m": ref.id, "a": form.action, "v": form.value, "n": turn}
    told |= {"u": response_url} if response_url else {}
    metadata = json.dumps(told | {"f": [f.name for f in form.fields]}, ensure_ascii=False)
    blocks = [block for field in form.fields if (block := _input(field, turn)) is not None]
    if len(metadata) > _MAX_METADATA or not blocks:
        return None
    return {
        "type": "modal",
        "title": _plain(form.title, _MAX_TITLE),
        "submit": _plain(form.submit, _MAX_TITLE),
        "private_metadata": metadata,
        "blocks": blocks,
    }


def submitted_of(payload: Json, hearing: Hearing) -> Activity | None:
    """What one `view_submission` payload reports; None when it is not of a form of ours."""
    envelope = envelope_of({**payload, "team_id": as_object(payload.get("team")).get("id")}, hearing.us)
    view, user = as_object(payload.get("view")), as_object(payload.get("user"))
    told = _told(view)
    view_id, user_id = as_text(view.get("id")), as_text(user.get("id"))
    channel, action = as_text(told.get("c")), as_text(told.get("a"))
    if not view_id or not user_id or not channel or not action:
        return None
    place = Place(_PLATFORM, envelope.team, channel, as_text(told.get("t")))
    values = as_object(as_object(view.get("state")).get("values"))
    names, turn = [as_text(name) for name in as_list(told.get("f"))], as_size(told.get("n"))
    fields = tuple((name, _value(as_object(values.get(_block(name, turn))))) for name in names)
    known = hearing.names(user_id)
    outside = envelope.is_elsewhere(as_text(user.get("team_id")))
    author = Person(_PLATFORM, envelope.team, user_id, known if known != user_id else "", is_outsider=outside)
    content = Submitted(Ref(place, as_text(told.get("m"))), action, as_text(told.get("v")), fields)
    reported = name_of_report(envelope, "submitted", view_id)
    return Activity(reported, hearing.now, place, author, content, direct=channel.startswith("D"))


@dataclass(frozen=True, slots=True)
class Shown:
    """A modal as a payload tells of it: which it is, as of when, and how often it was filled in by a choice.

    Through `response_url` the question that opened it goes away; "" where nothing does.
    """

    id: str
    hash: str
    turn: int
    response_url: str


def shown_of(payload: Json) -> Shown:
    """The modal that a payload came from."""
    view = as_object(payload.get("view"))
    told = _told(view)
    return Shown(as_text(view.get("id")), as_text(view.get("hash")), as_size(told.get("n")), as_text(told.get("u")))


def _told(view: Json) -> Json:
    """What `view_of` had put into a modal, nothing when it was not ours."""
    try:
        return as_object(json.loads(as_text(view.get("private_metadata")) or "{}"))
    except ValueError:
        return {}


def chosen_of(payload: Json, hearing: Hearing) -> Activity | None:
    """What stands in a modal in which something was chosen that changes the rest; None when it was something else."""
    if as_text(as_object(payload.get("view")).get("type")) != "modal":
        return None
    return submitted_of(payload, hearing)


def errors_of(faults: Iterable[tuple[str, str]], turn: int = 0) -> dict[str, object]:
    """The answer to a submission that keeps the modal open and says at each field what is wrong."""
    return {"response_action": "errors", "errors": {_block(name, turn): _cut(why, _MAX_LABEL) for name, why in faults}}


def _block(name: str, turn: int) -> str:
    """The name of a field's block."""
    return f"{name}~{turn}" if turn else name


def _input(field: FormField, turn: int) -> dict[str, object] | None:
    element = _element(field)
    if element is None:
        return None
    block: dict[str, object] = {
        "type": "input",
        "block_id": _block(field.name, turn),
        "label": _plain(field.label, _MAX_LABEL),
        "element": element,
        "optional": not field.required,
    }
    if field.fills:
        block["dispatch_action"] = True
    if field.hint:
        block["hint"] = _plain(field.hint, _MAX_HINT)
    return block


def _element(field: FormField) -> dict[str, object] | None:
    match field.kind:
        case FieldKind.TEXT | FieldKind.LONG_TEXT:
            typed: dict[str, object] = {"type": "plain_text_input", "action_id": "value", "max_length": MAX_TYPED}
            typed["multiline"] = field.kind is FieldKind.LONG_TEXT
            if field.value:
                typed["initial_value"] = _cut(cleaned(field.value), MAX_TYPED)
            return typed
        case FieldKind.PERSON:
            chosen: dict[str, object] = {"type": "users_select", "action_id": "value"}
            return chosen | ({"initial_user": field.value} if field.value else {})
        case FieldKind.CHOICE:
            return _choice(field)


def _choice(field: FormField) -> dict[str, object] | None:
    options = {
        value: {"text": _plain(label, _MAX_OPTION), "value": value}
        for value, label in field.options[: _MAX_OPTIONS * _MAX_OPTIONS]
        if 0 < len(value) <= _MAX_OPTION_VALUE
    }
    if not options:
        return None
    select: dict[str, object] = {"type": "static_select", "action_id": "value", **_listed(list(options.values()))}
    return select | ({"initial_option": options[field.value]} if field.value in options else {})


def _listed(options: Sequence[object]) -> dict[str, object]:
    """The options, in groups where there are more than one list takes. People search in all of them by typing."""
    if len(options) <= _MAX_OPTIONS:
        return {"options": options}
    starts = range(0, len(options), _MAX_OPTIONS)
    groups = [
        {
            "label": _plain(f"{n + 1} to {min(n + _MAX_OPTIONS, len(options))}", _MAX_OPTION),
            "options": options[n : n + _MAX_OPTIONS],
        }
        for n in starts
    ]
    return {"option_groups": groups}


def _value(element: Json) -> str:
    given = as_object(element.get("value"))
    chosen = as_text(as_object(given.get("selected_option")).get("value"))
    return as_text(given.get("value")) or chosen or as_text(given.get("selected_user"))


def _plain(text: str, limit: int) -> dict[str, object]:
    return {"type": "plain_text", "text": _cut(" ".join(cleaned(text).split()) or "…", limit), "emoji": True}


def _cut(text: str, limit: int) -> str:
    return text if len(text) <= limit else text[: limit - 1] + "…"
