"""What agents read on the root card."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.core import machine
from bot.core.activity import Side
from bot.core.cases import pack
from bot.core.cases.cards import root_card
from bot.core.conversation import Case, HandOver, Mood, Reason, Similar, Status
from bot.core.effects import ButtonStyle, CaseCard, Post
from bot.core.hours import Hours
from bot.core.policy import Policy, ServiceLevels, Targets
from bot.core.tiers import tiers_of
from tests.core.people import ADA, OUTSIDER, POLICY, conversation, customer, meaning, turn

SIMILAR = (
    Similar("#900", "Wo bleibt mein Geld?", "Es ist unterwegs.", 0.9, "de"),
    Similar("#901", "Where is my money?", "It is on its way.", 0.8, "en"),
)


def _card(policy: Policy = POLICY) -> CaseCard:
    c = conversation()
    first = customer("where is it", 1.0, parse=meaning(upset=0.1), turn=turn("It is on its way."))
    c = machine.handle(c, first, policy, number=1001).conversation
    cross = customer("unbelievable!", 2.0, parse=meaning(upset=0.9), turn=turn())
    decision = machine.handle(c, cross, policy, number=1001)
    posts = [e for e in decision.effects if isinstance(e, Post) and e.side is Side.AGENTS and e.opens_thread]
    card = posts[0].body.card
    assert card is not None
    return card


def test_the_card_tells_who_asks_for_what_why_people_are_needed_and_what_was_tried() -> None:
    facts = {field.label: field.text for field in _card().fields}
    assert facts["Customer"] == "Ada · web"
    assert facts["Wants"] == "Track my order (90% sure)"
    assert facts["Bot tried"] == "1 answer; the last to “where is it”: “It is on its way.”"
    assert facts["Mood"] == "▁█ neutral → angry, upset 10% → 90%, together 88%, rising"
    assert facts["Their time"].endswith("London, English")


def test_what_is_late_stands_first_and_nothing_stands_there_twice() -> None:
    card = _card(replace(POLICY, desks=(replace(POLICY.desks[0], levels=ServiceLevels(Targets(first_answer=60.0))),)))
    labels = [field.label for field in card.fields]
    assert labels[0] == "First answer due"
    assert labels.index("Wants") < labels.index("Customer") < labels.index("Bot tried")
    assert card.standing == "waiting for somebody to claim it"
    assert not {"Status", "Reason"} & set(labels)


def test_what_was_answered_before_is_suggested_in_the_customers_language() -> None:
    card = _card(replace(POLICY, live=replace(POLICY.live, similar=SIMILAR)))
    facts = {field.label: field.text for field in card.fields}
    assert facts["Similar cases"].startswith("#900, 90% alike: “Wo bleibt")
    assert facts["Suggested reply"] == "It is on its way.\n(what answered #901)"


def test_without_an_answer_in_their_language_none_is_suggested() -> None:
    case = Case(1, "support", HandOver(Reason.ASKED, "x"), 0.0, similar=SIMILAR)
    assert pack.suggested(case, "fr") is None
    assert pack.suggested(case, "") == SIMILAR[0]
    assert pack.suggested_reply(case, "fr") == ""


def test_a_case_that_is_solved_itself_shows_no_suggestions() -> None:
    case = Case(1, "support", HandOver(Reason.ASKED, "x"), 0.0, similar=SIMILAR, resolved_at=9.0)
    assert pack.similar(case) == pack.suggested_reply(case, "en") == ""


def test_a_bar_stands_for_the_same_anger_on_every_card() -> None:
    assert pack.mood([Mood(0.0, 0.0, "neutral")]) == "▁ neutral, upset 0%"
    assert (
        pack.mood([Mood(0.0, 1.0, "angry"), Mood(1.0, 0.5, "annoyed")])
        == "█▅ angry → annoyed, upset 100% → 50%, together 94%, calming down"
    )
    assert pack.mood([]) == ""


def test_tiers_come_from_accounts_addresses_and_domains() -> None:
    tiers = tiers_of({"vip": ["Ada", "eve@shop.example"], "gold": ["@Big.example", "ada"]})
    assert tiers.of(ADA) == "vip"
    assert tiers.of(replace(ADA, id="x", email="Eve@shop.example")) == "vip"
    assert tiers.of(replace(ADA, id="x", email="joe@big.example")) == "gold"
    assert tiers.of(replace(ADA, id="x", email="joe@notbig.example")) == ""
    assert tiers.of(replace(ADA, tier="silver")) == "silver"


def test_the_address_of_an_outsider_proves_nothing() -> None:
    tiers = tiers_of({"vip": ["eve@shop.example", "otto"]})
    assert tiers.of(replace(OUTSIDER, id="x", email="eve@shop.example")) == ""
    assert tiers.of(OUTSIDER) == "vip"


def test_a_name_or_a_quotation_of_any_length_leaves_room_for_the_rest_of_the_card() -> None:
    why = HandOver(Reason.UPSET, "The customer sounds angry.", ("no! " * 200,))
    case = Case(1042, "support", why, 1e9)
    ada = replace(ADA, name="Wolfeschlegelsteinhausenbergerdorff " * 9)
    card = root_card(replace(conversation(), customer=ada, status=Status.QUEUED, case=case), POLICY).body.card
    assert card is not None
    assert len(card.title) <= 81
    assert all(len(each) <= 161 and each.endswith("…") for each in card.evidence)


def test_a_hold_ends_by_the_clock_of_the_desk() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=ZoneInfo("Asia/Tokyo")).timestamp()
    case = Case(1042, "support", HandOver(Reason.ASKED, "asked"), 1e9, wakes_at=noon)
    desk = replace(POLICY.desks[0], hours=Hours("Asia/Tokyo", ()))
    held = replace(conversation(), status=Status.ON_HOLD, case=case)
    card = root_card(held, replace(POLICY, desks=(desk,))).body.card
    assert card is not None
    assert card.state == "on hold until Wed 1 Jul 12:00 Tokyo"
    assert [b.label for b in card.buttons if b.style is ButtonStyle.PRIMARY] == ["Wake"]


@pytest.mark.parametrize("status", [Status.QUEUED, Status.ASSIGNED, Status.ON_HOLD, Status.RESOLVED])
def test_no_more_stands_behind_the_menu_of_a_card_than_slack_takes(status: Status) -> None:
    c = replace(conversation(), status=status, case=Case(7, "support", HandOver(Reason.ASKED, "asked"), 1.0))
    assert len(POLICY.desks) > 1
    card = root_card(c, POLICY).body.card
    assert card is not None
    rare = [button.label for button in card.buttons if button.more]
    assert 0 < len(rare) <= 5
    assert ("Transfer to another desk" in rare) == (status is not Status.RESOLVED)


def test_there_is_no_transfer_where_there_is_one_desk() -> None:
    c = replace(conversation(), status=Status.QUEUED, case=Case(7, "support", HandOver(Reason.ASKED, "asked"), 1.0))
    body = root_card(c, replace(POLICY, desks=POLICY.desks[:1])).body
    assert "transfer" not in [button.action for button in body.buttons]
