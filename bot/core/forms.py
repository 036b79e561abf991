"""What is asked of somebody in one window before something is done: a title, fields, a button to send it.

Values only: how a form looks is each adapter's, what it asks is `bot.services.forms`, and what a filled-in
one means is the machine's. Names and values are opaque to adapters, which bring them back as they were.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

NOT_STORED: Final = "This could not be stored just now, so nothing was done. Please send it again."
"""What a window says when the store is away: it stays open, with everything that was typed."""

NOT_OPENED: Final = (
    "⚠️ The form could not be opened just now. Please press again; every button has a command, too (`help`)."
)
"""What is said to whoever pressed a button whose form the platform did not show."""

MAX_TYPED: Final = 3000
"""Characters that every platform's window takes in one field."""


class FieldKind(StrEnum):
    """How a field is filled in. The value of PERSON is the account's identifier on the asker's platform."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    CHOICE = "choice"
    PERSON = "person"


@dataclass(frozen=True, slots=True)
class FormField:
    """One field. `value` is what stands in it at first, `options` are a choice's pairs of value and label.

    What is chosen in a field with `fills` changes what stands in the others: the form is asked for anew. Where a window
    cannot tell by itself that something was chosen, `fills` is the label of the button that says so.
    """

    name: str
    label: str
    kind: FieldKind
    required: bool = True
    value: str = ""
    options: tuple[tuple[str, str], ...] = ()
    hint: str = ""
    fills: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A window. `action` and `value` are those of the button that asked for it, and come back with the fields."""

    action: str
    value: str
    title: str
    submit: str
    fields: tuple[FormField, ...]


def missing(form: Form, filled: tuple[tuple[str, str], ...]) -> tuple[tuple[str, str], ...]:
    """What is wrong with how a form was filled in, whatever it is for: pairs of field and a sentence."""
    given = dict(filled)
    faults: list[tuple[str, str]] = []
    for field in form.fields:
        value = given.get(field.name, "").strip()
        if field.required and not value:
            faults.append((field.name, "Please fill this in."))
        elif field.kind is FieldKind.CHOICE and value and value not in {option for option, _ in field.options}:
            faults.append((field.name, "Please choose one of these."))
    return tuple(faults)
