"""What the buttons in the desk ask for before they do anything: who, until when, why. Keeps nothing.

Says what is asked, and what is wrong with an answer; what an answer means is the machine's alone.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Final

from bot.core.activity import Person, Place, Ref, Submitted
from bot.core.agents.desk import INTO, UNTIL, UNTIL_TIME
from bot.core.conversation import Conversation, Resolution
from bot.core.customers import satisfaction
from bot.core.forms import FieldKind, Form, FormField, missing
from bot.core.live import Live
from bot.core.policy import Policy
from bot.core.routing import PERSON_FIELD
from bot.core.typed.case_numbers import case_number
from bot.core.typed.hold_ends import TOMORROW, UNTIL_CUSTOMER, is_end
from bot.core.wording.words import language_of, say
from bot.errors import StoreUnavailable
from bot.ports import Records
from bot.services import reply_form

SPANS: Final = (
    ("30m", "for 30 minutes"),
    ("1h", "for 1 hour"),
    ("4h", "for 4 hours"),
    (TOMORROW, "until tomorrow, 9:00"),
    ("3d", "for 3 days"),
    (UNTIL_CUSTOMER, "until the customer writes"),
)
RESOLUTIONS: Final = (
    (Resolution.SOLVED.value, "Solved"),
    (Resolution.NO_ANSWER_NEEDED.value, "No answer needed"),
    (Resolution.DUPLICATE.value, "Duplicate"),
    (Resolution.NOT_A_REQUEST.value, "Not a request"),
    (Resolution.OTHER.value, "Other"),
)

WITHIN_SECONDS: Final = 0.45
"""Who presses while the store is away is told within half a second, as whoever writes is."""


@asynccontextmanager
async def at_most(seconds: float) -> AsyncGenerator[None]:
    """What takes longer raises StoreUnavailable: a platform waits for the form."""
    try:
        async with asyncio.timeout(seconds):
            yield
    except TimeoutError as error:
        raise StoreUnavailable(f"form: the store did not answer within {seconds} s; is it up?") from error


@dataclass(frozen=True, slots=True)
class CaseForms:
    """`bot.ports.Forms`: the value of a button that opens one is the number of its case.

    `within` is how long a platform waits for one at the most, in seconds, before StoreUnavailable is raised.
    """

    records: Records
    policy: Policy
    live: Callable[[], Awaitable[Live]]
    within: float = WITHIN_SECONDS

    async def form(self, asker: Person, place: Place, ref: Ref | None, action: str, value: str) -> Form | None:  # noqa: ARG002  # the port's
        """The form that a button opens; None for one that does what it says at once."""
        async with at_most(self.within):
            return await self._form(asker, place, action, value)

    async def _form(self, asker: Person, place: Place, action: str, value: str) -> Form | None:
        if action == satisfaction.COMMENT:
            return await self._comment(place, value)
        conversation = await self._asked_about(place, action, value)
        if conversation is None:
            return None
        if action == reply_form.ACTION:
            return reply_form.form(conversation, value, asker, await self._now())
        return _FORMS[action](conversation, value, self.policy)

    async def filled(self, asker: Person, place: Place, submitted: Submitted) -> Form | None:
        """The form after a choice that fills in others; see `bot.ports.Forms`."""
        async with at_most(self.within):
            return await self._filled(asker, place, submitted)

    async def _filled(self, asker: Person, place: Place, submitted: Submitted) -> Form | None:
        conversation = await self._asked_about(place, submitted.action, submitted.value)
        if conversation is None or submitted.action != reply_form.ACTION:
            return None
        return reply_form.chosen(conversation, submitted, asker, await self._now())

    async def faults(self, asker: Person, place: Place, submitted: Submitted) -> tuple[tuple[str, str], ...]:
        """What is wrong with a filled-in form; see `bot.ports.Forms`."""
        async with at_most(self.within):
            return await self._faults(asker, place, submitted)

    async def _faults(self, asker: Person, place: Place, submitted: Submitted) -> tuple[tuple[str, str], ...]:
        if submitted.action == reply_form.ACTION:
            conversation = await self._asked_about(place, submitted.action, submitted.value)
            if conversation is None:
                return ()
            return reply_form.faults(conversation, submitted, asker, await self._now())
        form = await self._form(asker, place, submitted.action, submitted.value)
        if form is None:
            return ()
        return missing(form, submitted.fields) or _misled(submitted) or await self._into_nothing(submitted)

    async def _into_nothing(self, submitted: Submitted) -> tuple[tuple[str, str], ...]:
        """What is wrong when a double shall go on in a case that nobody knows."""
        into = dict(submitted.fields).get(INTO, "").strip()
        number = case_number(into) if into else None
        if number is None or await self.records.conversation_of(number) is not None:
            return ()
        return ((INTO, f"There is no case #{number}."),)

    async def _asked_about(self, place: Place, action: str, value: str) -> Conversation | None:
        """The conversation that a form of the desk is about, None when there is no such form or case."""
        number = case_number(value)
        if action not in OPENS_FORM or number is None or not self._in_desk(place):
            return None
        found = await self.records.conversation_of(number)
        return await self.records.conversation(found) if found else None

    async def _now(self) -> Policy:
        return replace(self.policy, live=await self.live())

    async def _comment(self, place: Place, value: str) -> Form | None:
        """What a customer may add to a rating; only where their own case is."""
        number = case_number(value)
        found = await self.records.conversation_of(number) if number is not None else None
        conversation = await self.records.conversation(found) if found else None
        if conversation is None or conversation.place.root.key != place.root.key:
            return None
        speaking = language_of(conversation.language, conversation.customer.locale, self.policy)
        title, question, send = (say(f"rating_{name}", speaking, self.policy) for name in ("title", "question", "send"))
        words = FormField(satisfaction.FIELD, question, FieldKind.LONG_TEXT)
        return Form(satisfaction.COMMENT, value, title, send, (words,))

    def _in_desk(self, place: Place) -> bool:
        return any(place.root.key == desk.place.root.key for desk in self.policy.desks)


def _assign(conversation: Conversation, number: str, _policy: Policy) -> Form:
    case = conversation.case
    hint = f"{case.assignee.label} has it now." if case and case.assignee else ""
    who = FormField(
        PERSON_FIELD,
        "Who takes it? Choose nobody to put it back into the queue.",
        FieldKind.PERSON,
        required=False,
        hint=hint,
    )
    return Form("assign", number, f"Assign #{number}", "Assign", (who,))


def _snooze(_conversation: Conversation, number: str, _policy: Policy) -> Form:
    until = FormField(UNTIL, "Until when?", FieldKind.CHOICE, value="1h", options=SPANS)
    hint = "Such as 17:30, tomorrow 8:00 or friday. It counts instead of the choice above."
    named = FormField(UNTIL_TIME, "Or until a time of your own", FieldKind.TEXT, required=False, hint=hint)
    return Form("snooze", number, f"Snooze #{number}", "Snooze", (until, named))


def _resolve(_conversation: Conversation, number: str, _policy: Policy) -> Form:
    why = FormField("resolution", "How did it end?", FieldKind.CHOICE, value="solved", options=RESOLUTIONS)
    note = FormField("note", "Note", FieldKind.TEXT, required=False, hint="Stays at the desk.")
    into = FormField(
        INTO,
        "A duplicate: of which case?",
        FieldKind.TEXT,
        required=False,
        hint="By its number. This one goes on there.",
    )
    return Form("resolve", number, f"Resolve #{number}", "Resolve", (why, into, note))


def _misled(submitted: Submitted) -> tuple[tuple[str, str], ...]:
    """What does not fit together in a filled-in form."""
    filled = dict(submitted.fields)
    named, into = filled.get(UNTIL_TIME, "").strip(), filled.get(INTO, "").strip()
    if submitted.action == "snooze" and named and not is_end(named):
        return ((UNTIL_TIME, "That is no time that is understood. Write 17:30, tomorrow 8:00, friday or 90m."),)
    if submitted.action != "resolve" or not into:
        return ()
    if filled.get("resolution") != Resolution.DUPLICATE.value:
        return ((INTO, "Choose Duplicate above, or leave this empty."),)
    number = case_number(into)
    if number is None or number == case_number(submitted.value):
        return ((INTO, "The number of another case of this customer, such as 1001."),)
    return ()


def _transfer(conversation: Conversation, number: str, policy: Policy) -> Form:
    here = conversation.case.desk if conversation.case else ""
    others = tuple((desk.name, desk.title or desk.name) for desk in policy.desks if desk.name != here)
    only = others[0][0] if len(others) == 1 else ""
    to = FormField("desk", "To which desk?", FieldKind.CHOICE, value=only, options=others)
    note = FormField("note", "What should they know?", FieldKind.LONG_TEXT, required=False, hint="Stays at the desks.")
    return Form("transfer", number, f"Transfer #{number}", "Transfer", (to, note))


def _merge(_conversation: Conversation, number: str, _policy: Policy) -> Form:
    """Only cards that an earlier version drew still have the button; now a double is resolved as one."""
    hint = "An open case of the same customer, by its number. This one goes on there."
    into = FormField(INTO, "Into which case?", FieldKind.TEXT, hint=hint)
    return Form("merge", number, f"Merge #{number}", "Merge", (into,))


_FORMS: Final = {
    "assign": _assign,
    "snooze": _snooze,
    "resolve": _resolve,
    "transfer": _transfer,
    "merge": _merge,
}
OPENS_FORM: Final = frozenset({*_FORMS, reply_form.ACTION})
"""The actions of the desk's buttons that ask first."""
