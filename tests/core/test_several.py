"""A message that asks for several things: where it is cut, when that holds, and what people and customers see of it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.conversation import Reason, Status
from bot.core.customers.several import divisions, requests_in
from bot.core.effects import Button, Post, Record
from bot.core.events import BotReply, Turn
from bot.core.machine import handle, wants_assistant
from nlu.types import NLU_FALLBACK, Intent, ParseResult, RetrievedResponse
from tests.core.people import POLICY, conversation, customer, meaning

TEXT = "where is my order and do you ship to Austria?"


def whole(text: str, **shares: float) -> ParseResult:
    ranking = tuple(Intent(name, share) for name, share in sorted(shares.items(), key=lambda item: -item[1]))
    return replace(meaning(NLU_FALLBACK), text=text, ranking=ranking)


def piece(text: str, intent: str, confidence: float = 0.95) -> ParseResult:
    return ParseResult(text, Intent(intent, confidence), ranking=(Intent(intent, confidence),))


TWO = whole(TEXT, track_order=0.6, ship_abroad=0.35)
ORDER, ABROAD = piece("where is my order", "track_order"), piece("do you ship to Austria?", "ship_abroad")


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        (TEXT, ("where is my order", "do you ship to Austria?")),
        ("Wo ist mein Paket? Und was kostet der Versand?", ("Wo ist mein Paket?", "Und was kostet der Versand?")),
        ("wo ist mein paket und was kostet der versand", ("wo ist mein paket", "was kostet der versand")),
        ("où est mon colis et puis-je payer en trois fois", ("où est mon colis", "puis-je payer en trois fois")),
        ("¿dónde está mi pedido\ntienen tiendas", ("¿dónde está mi pedido", "tienen tiendas")),
        ("hi! where is it, also how much is postage", ("hi!", "where is it", "how much is postage")),
    ],
)
def test_a_message_is_cut_between_sentences_and_clauses(text: str, pieces: tuple[str, ...]) -> None:
    assert pieces in divisions(whole(text, a=0.6, b=0.3))


@pytest.mark.parametrize(
    "text", ["where is my order", "black and white", "shoes and", "", "   ", "a. b", "tell me, and " * 60]
)
def test_what_has_no_second_clause_is_left_whole(text: str) -> None:
    assert not [pieces for pieces in divisions(whole(text, a=0.6)) if all(len(p.split()) > 1 for p in pieces)]


def test_a_message_with_one_certain_meaning_is_left_whole() -> None:
    assert divisions(whole(TEXT, track_order=0.99)) == ()


def test_two_certain_pieces_that_the_whole_wavers_between_are_two_requests() -> None:
    assert requests_in(TWO, [ORDER, ABROAD]) == (ORDER, ABROAD)


@pytest.mark.parametrize(
    ("whole", "pieces"),
    [
        (TWO, [ORDER, piece("again?", "track_order")]),
        (TWO, [ORDER, piece("do you ship to Austria?", "ship_abroad", 0.6)]),
        (TWO, [ORDER, piece("hm", NLU_FALLBACK, 0.9)]),
        (TWO, [ORDER, piece("thanks", "thank")]),
        (TWO, [ORDER, piece("something else", "out_of_scope")]),
        (whole(TEXT, track_order=0.9, ship_abroad=0.001), [ORDER, ABROAD]),
        (whole(TEXT, track_order=0.98, ship_abroad=0.02), [ORDER, replace(ABROAD, intent=Intent("ship_abroad", 0.85))]),
        (TWO, [ORDER]),
    ],
    ids=["same", "unsure", "not understood", "small talk", "out of scope", "not in the whole", "nearly certain", "one"],
)
def test_anything_less_is_one_request(whole: ParseResult, pieces: list[ParseResult]) -> None:
    assert requests_in(whole, pieces) == ()


def test_thanks_beside_two_requests_is_passed_over() -> None:
    assert requests_in(TWO, [piece("thanks!", "thank"), ORDER, ABROAD]) == (ORDER, ABROAD)


def test_two_answers_of_one_retrieval_intent_are_two_requests() -> None:
    hours, prices = (
        replace(piece(text, "faq"), responses=(RetrievedResponse("faq", key, 0.9),))
        for text, key in (("when are you open", "faq/hours"), ("what is a ticket", "faq/prices"))
    )
    assert requests_in(whole("…", faq=0.9, bye=0.1), [hours, prices]) == (hours, prices)
    doubtful = replace(prices, responses=(RetrievedResponse("faq", "faq/prices", 0.4),))
    assert requests_in(whole("…", faq=0.9, bye=0.1), [hours, doubtful]) == ()


def test_what_people_answer_goes_to_people_whatever_stands_beside_it() -> None:
    complaint = piece("I want to complain about the driver", "complaint")
    said = replace(customer("where is it and I want to complain", parse=TWO), requests=(ORDER, complaint))
    assert not wants_assistant(conversation(), said, POLICY)
    decision = handle(conversation(), said, POLICY, number=1001)
    after = decision.conversation
    assert after.status is Status.QUEUED
    assert after.case is not None
    assert after.case.why.reason is Reason.POLICY
    assert after.need.intent == "complaint"


def test_both_answers_are_said_though_the_whole_was_not_understood() -> None:
    both = Turn(
        replies=(BotReply("All of the EU."), BotReply("On its way.")),
        tracker="t",
        intent="track_order",
        answered=("ship_abroad", "track_order"),
    )
    said = replace(customer(TEXT, parse=TWO, turn=both), requests=(ORDER, ABROAD))
    decision = handle(conversation(), said, POLICY, number=1001)
    assert [e.body.text for e in decision.effects if isinstance(e, Post)] == ["All of the EU.", "On its way."]
    assert decision.conversation.doubts == 0
    understood = next(e for e in decision.effects if isinstance(e, Record) and e.kind == "understood")
    assert "Understood as track_order (95%) and ship_abroad (95%)" in understood.text
    assert dict(understood.labels)["intent"] == "track_order"


def test_what_has_to_wait_is_a_button_with_the_customers_own_words() -> None:
    asks = Turn(
        replies=(BotReply("Which order?"),),
        tracker="t",
        intent="track_order",
        answered=("track_order",),
        left=(("ship_abroad", ABROAD.text),),
    )
    said = replace(customer(TEXT, parse=TWO, turn=asks), requests=(ORDER, ABROAD))
    decision = handle(conversation(), said, POLICY, number=1001)
    first, question = [e.body for e in decision.effects if isinstance(e, Post)]
    assert first.buttons == (Button("Ship abroad", "say", ABROAD.text),)
    assert question.text == "Which order?"
    assert decision.conversation.offer is not None
    assert decision.conversation.offer.guesses == ((ABROAD.text, "Ship abroad"),)
