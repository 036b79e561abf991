"""*Reply with…* begins with what answered a similar case, or with a macro; the agent alone sends it. And *Resolve*."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

import pytest

from bot.core.activity import Person, Place, Ref, Submitted
from bot.core.conversation import Case, Conversation, HandOver, Need, Reason, Similar, Status
from bot.core.forms import MAX_TYPED, Form
from bot.core.live import Live, Macro
from bot.core.policy import Desk, Policy
from bot.services import reply_form
from bot.services.forms import CaseForms
from tests.core.people import POLICY, conversation
from tests.support.patience import PATIENCE

DESK = Place("web", "t", "desk")
ADA = Person("web", "t", "ada", "Ada Nwosu")
NORA = Person("web", "t", "nora", "Nora")
SIMILAR = (
    Similar("#901", "Where is my money?", "It is on its way.", 0.8, "en"),
    Similar("#902", "Wo bleibt mein Geld?", "Es ist unterwegs.", 0.7, "de"),
)
MACROS = (
    Macro("hello", "Hello {customer.first_name}, {agent.name} here."),
    Macro("hello.de", "Guten Tag {customer.name}!"),
    Macro("sent", "Order {order_id} left us with {carrier}."),
)


@dataclass
class OneCase:
    language: str = "en"
    similar: tuple[Similar, ...] = SIMILAR
    slots: tuple[tuple[str, str], ...] = (("order_id", "HP-10432"),)
    macros: tuple[Macro, ...] = MACROS
    assignee: Person | None = None
    claim_on_reply: bool = True
    forms: CaseForms = field(init=False)

    def __post_init__(self) -> None:
        policy = Policy((Desk("support", DESK),), claim_on_reply=self.claim_on_reply)
        self.forms = CaseForms(self, policy, self.live, within=PATIENCE)  # type: ignore[arg-type]  # as much of it as forms ask for

    async def live(self) -> Live:
        return Live(macros=self.macros)

    async def conversation_of(self, case: int) -> str | None:
        return "c" if case in {1001, 1042} else None

    async def conversation(self, id: str) -> Conversation | None:
        need = Need("track_order", 0.9, self.slots)
        case = Case(1001, "support", HandOver(Reason.ASKED, "x"), 0.0, similar=self.similar, need=need)
        case, status = replace(case, assignee=self.assignee), Status.ASSIGNED if self.assignee else Status.QUEUED
        return Conversation(id, Place("web", "t", "chat"), ADA, 0.0, status, case, language=self.language)

    async def opened(self) -> Form:
        form = await self.forms.form(NORA, DESK, None, "reply_with", "1001")
        assert form is not None
        return form

    async def begun(self, start: str) -> tuple[str, str]:
        """What stands in the window once that was chosen, and what is said below it."""
        form = await self.forms.filled(NORA, DESK, _sent(start, "what was typed before"))
        assert form is not None
        assert value(form, "start") == start
        return value(form, "text"), next(f.hint for f in form.fields if f.name == "text")

    async def wrong(self, start: str, text: str) -> tuple[tuple[str, str], ...]:
        return await self.forms.faults(NORA, DESK, _sent(start, text))


def _sent(start: str, text: str) -> Submitted:
    return Submitted(Ref(DESK, "m1"), "reply_with", "1001", (("start", start), ("text", text)))


def value(form: Form, name: str) -> str:
    return next(each.value for each in form.fields if each.name == name)


def offered(form: Form) -> dict[str, str]:
    return dict(form.fields[0].options)


async def test_the_suggestion_stands_in_the_window_to_be_changed() -> None:
    form = await OneCase().opened()
    assert (value(form, "start"), value(form, "text")) == ("case:#901", "It is on its way.")


async def test_a_suggestion_in_another_language_does_not_but_can_be_chosen() -> None:
    case = OneCase("fr")
    form = await case.opened()
    assert (value(form, "start"), value(form, "text")) == ("", "")
    assert (await case.begun("case:#902"))[0] == "Es ist unterwegs."


async def test_similar_cases_come_before_macros_each_once_in_the_customers_language() -> None:
    form = await OneCase("de").opened()
    assert list(offered(form)) == ["case:#901", "case:#902", "macro:hello.de", "macro:sent"]
    assert offered(form)["case:#901"] == "#901, 80% alike: It is on its way."
    assert all(len(label) <= 75 for label in offered(form).values())


async def test_a_macro_stands_in_the_window_with_its_fields_filled_in() -> None:
    text, hint = await OneCase().begun("macro:hello")
    assert (text, hint) == ("Hello Ada, Nora here.", "?hello, filled in.")


async def test_a_field_that_nobody_knows_is_named_and_has_to_be_filled_in_by_hand() -> None:
    case = OneCase()
    text, hint = await case.begun("macro:sent")
    assert text == "Order HP-10432 left us with {carrier}."
    assert "{carrier}" in hint
    assert await case.wrong("macro:sent", text) == (("text", "Write what belongs in place of {carrier}."),)
    assert await case.wrong("macro:sent", "Order HP-10432 left us with Skua.") == ()


async def test_braces_of_ones_own_are_nobodys_fields() -> None:
    assert await OneCase().wrong("macro:hello", 'Paste {"a": 1} there, {carrier} and all') == ()
    assert await OneCase().wrong("", "{carrier}") == ()


async def test_nothing_at_all_and_what_is_not_on_the_list_are_refused() -> None:
    assert dict(await OneCase().wrong("macro:hello", "  ")) == {"text": "Please fill this in."}
    assert dict(await OneCase().wrong("macro:gone", "hi")) == {"start": "Please choose one of these."}


@pytest.mark.parametrize(
    ("case", "text", "why"),
    [
        (OneCase(claim_on_reply=False), "Here you go.", "Nobody has claimed this case yet, so nothing was sent."),
        (OneCase(assignee=replace(NORA, id="sam", name="Sam")), "Here you go.", "Only @Sam's replies reach"),
        (OneCase(assignee=NORA), "// a note", "That is a note"),
    ],
    ids=["unclaimed", "another's", "a note"],
)
async def test_what_could_not_be_sent_stays_in_the_window_with_the_reason(case: OneCase, text: str, why: str) -> None:
    ((name, sentence),) = await case.wrong("", text)
    assert name == "text"
    assert why in sentence
    assert await OneCase(assignee=NORA).wrong("", "Here you go.") == ()


@pytest.mark.parametrize(("named", "is_wrong"), [("friday 14:00", False), ("", False), ("soon", True)])
async def test_a_hold_may_end_at_a_time_in_words_and_what_is_none_is_asked_about(named: str, is_wrong: bool) -> None:
    fields = (("until", "1h"), ("time", named))
    faults = await OneCase().forms.faults(NORA, DESK, Submitted(Ref(DESK, "m1"), "snooze", "1001", fields))
    assert [name for name, _ in faults] == (["time"] if is_wrong else [])


@pytest.mark.parametrize("start", ["", "macro:gone", "case:#7", "nonsense"])
async def test_what_is_not_there_any_more_leaves_an_empty_window(start: str) -> None:
    form = await OneCase().forms.filled(NORA, DESK, _sent(start, "x"))
    assert form is not None
    assert value(form, "text") == ""


async def test_without_anything_to_begin_with_nothing_is_asked_but_the_words() -> None:
    form = await OneCase(similar=(), macros=()).opened()
    assert [each.name for each in form.fields] == ["text"]
    assert "macro add" in form.fields[0].hint


async def test_what_a_window_cannot_hold_is_never_cut() -> None:
    long = OneCase(macros=(Macro("long", "{order_id}"),), slots=(("order_id", "x" * (MAX_TYPED + 1)),))
    text, hint = await long.begun("macro:long")
    assert text == ""
    assert "from the thread" in hint


async def test_nothing_is_opened_outside_the_desk_or_for_no_case() -> None:
    case, elsewhere = OneCase(), Place("web", "t", "chat")
    assert await case.forms.form(NORA, elsewhere, None, "reply_with", "1001") is None
    assert await case.forms.form(NORA, DESK, None, "reply_with", "1002") is None
    assert await case.forms.filled(NORA, elsewhere, _sent("macro:hello", "")) is None
    assert await case.forms.filled(NORA, DESK, Submitted(Ref(DESK, "m1"), "resolve", "1001", ())) is None


@pytest.mark.parametrize(("count", "is_told"), [(75, False), (76, True)])
def test_where_not_all_macros_may_fit_it_is_said_how_the_others_are_sent(count: int, is_told: bool) -> None:
    kept = tuple(Macro(f"m{n}", "words") for n in range(count))
    begin = reply_form.form(conversation(), "1001", NORA, replace(POLICY, live=Live(macros=kept))).fields[0]
    assert ("?name in the thread" in begin.hint) == is_told


@pytest.mark.parametrize(
    ("how", "into", "why"),
    [
        ("duplicate", "#1042", ""),
        ("duplicate", " 1042 ", ""),
        ("duplicate", "", ""),
        ("duplicate", "the other one", "The number"),
        ("duplicate", "1001", "The number of another case"),
        ("duplicate", "1999", "There is no case #1999"),
        ("solved", "1042", "Choose Duplicate"),
    ],
)
async def test_a_case_resolved_as_a_duplicate_may_name_the_case_in_which_it_goes_on(
    how: str, into: str, why: str
) -> None:
    fields = (("resolution", how), ("into", into), ("note", ""))
    faults = await OneCase().forms.faults(NORA, DESK, Submitted(Ref(DESK, "m1"), "resolve", "1001", fields))
    assert [name for name, _ in faults] == (["into"] if why else [])
    assert why in "".join(sentence for _, sentence in faults)
