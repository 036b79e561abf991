"""What the buttons in the desk ask for before they do anything: who, until when, why. Keeps nothing.

Says what is asked, and what is wrong with an answer; what an answer means is the machine's alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.activity import Person, Place, Ref, Submitted
from bot.core.conversation import Conversation
from bot.core.forms import FieldKind, Form, FormField, missing
from bot.core.policy import Policy
from bot.ports import Records

SPANS = (("30m", "for 30 minutes"), ("1h", "for 1 hour"), ("4h", "for 4 hours"), ("1d", "for a day"))


@dataclass(frozen=True, slots=True)
class CaseForms:
    """`bot.ports.Forms`: the value of a button that opens one is the number of its case."""

    records: Records
    policy: Policy

    async def form(self, asker: Person, place: Place, ref: Ref | None, action: str, value: str) -> Form | None:  # noqa: ARG002  # the port's
        """The form that a button in the desk opens; None for one that does what it says at once."""
        if action not in _FORMS or not value.isdigit() or not self._in_desk(place):
            return None
        found = await self.records.conversation_of(int(value))
        conversation = await self.records.conversation(found) if found else None
        return None if conversation is None else _FORMS[action](conversation, value, self.policy)

    async def faults(self, asker: Person, place: Place, submitted: Submitted) -> tuple[tuple[str, str], ...]:
        """What is wrong with a filled-in form; see `bot.ports.Forms`."""
        form = await self.form(asker, place, submitted.ref, submitted.action, submitted.value)
        return () if form is None else missing(form, submitted.fields)

    def _in_desk(self, place: Place) -> bool:
        return any(place.root.key == desk.place.root.key for desk in self.policy.desks)


def _snooze(_conversation: Conversation, number: str, _policy: Policy) -> Form:
    until = FormField("until", "How long?", FieldKind.CHOICE, value="1h", options=SPANS)
    return Form("snooze", number, f"Snooze #{number}", "Snooze", (until,))


_FORMS = {"snooze": _snooze}
