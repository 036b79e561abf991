"""Some platforms have to know before a press that a form comes first: each button on a root card tells."""

from __future__ import annotations

import pytest

from bot.core.activity import Person, Place
from bot.core.cases.cards import root_card
from bot.core.conversation import Case, Conversation, HandOver, Reason, Status
from bot.services.forms import OPENS_FORM
from bot.services.teaching import ACTIONS
from tests.core.people import POLICY


@pytest.mark.parametrize("status", Status)
def test_a_button_of_the_root_card_that_opens_a_form_says_so(status: Status) -> None:
    case = Case(1042, "support", HandOver(Reason.ASKED, "asked for a person"), 1e9)
    conversation = Conversation("c", Place("web", "t", "ann"), Person("web", "t", "ann"), 1e9, status=status, case=case)
    for button in root_card(conversation, POLICY).body.buttons:
        opens = button.action in OPENS_FORM | ACTIONS and button.value.isdigit()
        assert button.asks == opens, button
