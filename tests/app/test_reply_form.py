"""*Reply with…* begins with what answered a similar case; nothing is sent before the agent sends it."""

from __future__ import annotations

from dataclasses import dataclass

from bot.core.activity import Person, Place
from bot.core.conversation import Case, Conversation, HandOver, Reason, Similar
from bot.core.policy import Desk, Policy
from bot.services.forms import CaseForms

DESK = Place("web", "t", "desk")
ADA = Person("web", "t", "ada", "Ada")
NORA = Person("web", "t", "nora", "Nora")
SIMILAR = Similar("#901", "Where is my money?", "It is on its way.", 0.8, "en")


@dataclass
class OneCase:
    language: str

    async def conversation_of(self, case: int) -> str | None:
        return "c" if case == 1001 else None

    async def conversation(self, id: str) -> Conversation | None:
        case = Case(1001, "support", HandOver(Reason.ASKED, "x"), 0.0, similar=(SIMILAR,))
        return Conversation(id, Place("web", "t", "chat"), ADA, 0.0, case=case, language=self.language)


async def _value(language: str) -> str:
    forms = CaseForms(OneCase(language), Policy((Desk("support", DESK),)))  # type: ignore[arg-type]
    form = await forms.form(NORA, DESK, None, "reply_with", "1001")
    assert form is not None
    return next(field.value for field in form.fields if field.name == "text")


async def test_the_suggestion_stands_in_the_window_to_be_changed() -> None:
    assert await _value("en") == "It is on its way."


async def test_a_suggestion_in_another_language_does_not() -> None:
    assert await _value("fr") == ""
