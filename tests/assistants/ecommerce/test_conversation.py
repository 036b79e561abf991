"""Whole visits to the shop over the product's reader, dialogue and in-process actions; payloads give the meanings."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.activity import Person
from tests.assistants import visit as visits
from tests.assistants.ecommerce.project import PROJECT

ADA = Person("web", "playground", "ada", "Ada Nwosu")
STRANGER = Person("slack", "T9", "U9", "Mallory", email="ada@example.com", is_outsider=True)
COLLEAGUE = Person("slack", "T1", "U1", "Ada", email="ada@example.com")


def Visit(person: Person, language: str = "") -> visits.Visit:  # noqa: N802 - reads as the class it stands for
    return visits.Visit(PROJECT, person, language)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_DATA", str(tmp_path))


async def test_a_customer_sees_their_order_at_once():
    said = await Visit(ADA).say('/track_order{"order_number": "hp 10432"}')
    assert "HP-10432 left us on" in said
    assert "Gannet 2 tent" in said


async def test_a_customer_with_several_orders_chooses_by_button():
    visit = Visit(ADA)
    assert "Which one do you mean?" in await visit.say("/track_order")
    button = visit.turns[-1].replies[-1].buttons[0]
    assert "HP-10439" in await visit.say(button.value)


async def test_a_colleague_on_slack_is_recognised_by_address_and_a_stranger_is_not():
    assert "Gannet 2 tent" in await Visit(COLLEAGUE).say('/track_order{"order_number": "HP-10432"}')
    said = await Visit(STRANGER).say('/track_order{"order_number": "HP-10432"}')
    assert "Gannet" not in said
    assert "postcode" in said


async def test_a_visitor_is_asked_step_by_step_and_may_ask_back():
    visit = Visit(STRANGER)
    assert "HP-10432" in await visit.say("/track_order")
    said = await visit.say("/shipping_cost")
    assert "€4.90" in said
    assert "number" in said
    assert "address or" in await visit.say('/inform{"order_number": "10426"}')
    assert "Limpet enamel mug" in await visit.say('/inform{"email": "ada@example.com"}')


async def test_advice_asks_for_what_is_missing_and_goes_on_to_cheaper_ones():
    visit = Visit(ADA)
    assert "looking for" in await visit.say("/recommend_product")
    assert "spend" in await visit.say('/inform{"category": "jackets"}')
    assert "Our favourites in jackets up to €150" in await visit.say('/inform{"budget": "150 euros"}')
    assert "kinder to the purse" in await visit.say("/recommend_cheaper")


async def test_cancelling_is_confirmed_and_then_done_by_a_person():
    visit = Visit(ADA)
    assert "can still be cancelled" in await visit.say('/cancel_order{"order_number": "HP-10439"}')
    assert "A colleague cancels it" in await visit.say("/affirm")
    assert visit.reason == ("The customer confirmed: cancel order HP-10439. It has not left the warehouse.")


async def test_each_hand_over_has_its_own_reason():
    visit = Visit(ADA)
    await visit.say('/cancel_order{"order_number": "HP-10439"}')
    await visit.say("/affirm")
    await visit.say("/delete_account")
    await visit.say("/affirm")
    assert visit.reason == "The customer asks for a copy or the deletion of their data."


async def test_a_reason_is_spent_when_people_give_the_conversation_back():
    visit = Visit(ADA)
    await visit.say("/delete_account")
    await visit.say("/affirm")
    assert visit.reason
    await visit.come_back()
    await visit.say("/human_handoff")
    assert visit.reason == ""


async def test_stopping_leaves_a_form_at_once():
    visit = Visit(ADA)
    await visit.say("/recommend_product")
    assert "What else" in await visit.say("/stop") or "something else" in visit.turns[-1].replies[-1].text
    assert "Kestrel" in await visit.say('/product_details{"product": "kestrel tarp"}')


async def test_a_number_out_of_the_blue_is_looked_up():
    assert "HP-10432" in await Visit(ADA).say('/inform{"order_number": "HP-10432"}')


async def test_the_postcode_of_a_new_address_proves_nothing_and_forgets_no_proof():
    visit = Visit(STRANGER)
    await visit.say("/change_address")
    await visit.say('/inform{"order_number": "HP-10439"}')
    assert "right address" in await visit.say('/inform{"email": "ada@example.com"}')
    address = "4 Weir Lane, H91 E4R2 Galway, Ireland"
    assert address in await visit.say('/inform{"postcode": "H91 E4R2"}', address)


@pytest.mark.parametrize("before", ["", "/human_handoff", "/greet"])
async def test_whoever_comes_back_from_people_is_answered_at_once(before: str) -> None:
    visit = Visit(ADA)
    if before:
        await visit.say(before)
    await visit.come_back()
    assert "30 days" in await visit.say("/return_policy")


async def test_a_form_asks_and_answers_in_the_customers_language_and_so_do_its_buttons():
    visit = Visit(ADA, "de")
    assert await visit.say("/recommend_product") == "Was suchen Sie?"
    assert [button.label for button in visit.turns[-1].replies[0].buttons][:2] == ["Zelte", "Schlafsäcke"]
    assert "höchstens ausgeben" in await visit.say(visit.turns[-1].replies[0].buttons[3].value)
    said = await visit.say('/inform{"budget": "150 Euro"}')
    assert said.startswith(
        "Unsere Lieblinge im Bereich Jacken bis 150\N{NO-BREAK SPACE}€:\n• Drizzle packable jacket, 89"
    )
    assert "Geldbeutel" in await visit.say("/recommend_cheaper")


async def test_a_language_that_the_shop_does_not_speak_is_answered_in_english():
    assert "30 days" in await Visit(ADA, "nl").say("/return_policy")


async def test_the_wording_for_a_country_is_found_in_the_customers_language():
    assert "12,90" in await Visit(ADA, "it").say('/ship_abroad{"country": "Switzerland"}')
