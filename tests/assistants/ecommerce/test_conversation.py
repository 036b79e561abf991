"""Whole visits to the shop over the product's reader, dialogue and in-process actions; payloads give the meanings."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.activity import Person
from tests.assistants import visit as visits
from tests.assistants.ecommerce.project import PROJECT

ADA = Person("web", "playground", "ada", "Ada Nwosu")
BEN = Person("web", "playground", "ben", "Ben Ortiz")
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


async def test_who_is_asked_which_order_to_cancel_and_types_its_number_cancels_that_one():
    visit = Visit(ADA)
    assert "Which one do you mean?" in await visit.say("/cancel_order")
    assert "can't be cancelled any more" in await visit.say('/inform{"order_number": "10432"}', "10432")
    said = await visit.say('/inform{"order_number": "HP-10439"}', "no wait, HP-10439")
    assert "HP-10439" in said
    assert "can still be cancelled" in said
    await visit.say("/affirm")
    assert visit.reason == "The customer confirmed: cancel order HP-10439. It has not left the warehouse."


@pytest.mark.parametrize(
    "said", ["the lantern", "the first one", "lantern please", "1st", "the brass lantern one", "104 39", "...39"]
)
async def test_an_order_of_the_list_is_meant_by_its_place_or_by_what_is_in_it(said: str):
    visit = Visit(ADA)
    await visit.say("/cancel_order")
    assert "HP-10439" in await visit.say("/inform", said)


async def test_the_second_one_is_an_order_where_orders_were_listed_and_a_product_where_products_were():
    visit = Visit(ADA)
    await visit.say("/track_order")
    assert "HP-10432" in await visit.say('/product_details{"mention": "the second one"}', "the second one")
    await visit.say('/recommend_product{"category": "tents", "budget": "500"}', "a tent for 500")
    assert "HP-" not in await visit.say('/product_details{"mention": "the second one"}', "the second one")


async def test_who_asks_once_more_where_the_order_is_reads_it_in_other_words():
    visit = Visit(ADA)
    first = await visit.say('/track_order{"order_number": "HP-10432"}', "where is HP-10432")
    again = await visit.say("/track_order", "so when does it come")
    assert "HP-10432" in again
    assert "tracking" in first
    assert "tracking" not in again


@pytest.mark.parametrize(
    "said",
    [
        "sorry, it's 5 Kiln Lane, Cork",
        "perdón, sí: 5 Kiln Lane, Cork",
        "disculpe, es 5 Kiln Lane, Cork",
        "no wait 5 Kiln Lane, Cork",
    ],
)
async def test_the_words_of_a_correction_are_no_part_of_the_address(said: str):
    visit = Visit(ADA)
    await visit.say('/change_address{"order_number": "HP-10439"}', "change the address of HP-10439")
    await visit.say("/inform", said)
    await visit.say("/affirm")
    assert visit.reason == "The customer confirmed: send order HP-10439 to 5 Kiln Lane, Cork."


@pytest.mark.parametrize("begun", ["/recommend_product", "/change_address"])
async def test_thanks_in_place_of_an_answer_end_a_form(begun: str):
    visit = Visit(ADA)
    await visit.say(begun)
    await visit.say("/thank", "thanks, that's all")
    assert visit.turns[-1].actions == ("action_deactivate_loop", "utter_welcome")


@pytest.mark.parametrize(
    ("begun", "why"),
    [("/recommend_product", "ten departments"), ('/change_address{"order_number": "HP-10439"}', "parcel goes to")],
)
async def test_why_something_is_asked_is_answered_and_it_is_asked_again(begun: str, why: str):
    visit = Visit(ADA)
    asked = await visit.say(begun)
    said = await visit.say("/faq/why_asked", "what do you need that for")
    assert why in said
    assert said.endswith(asked.rsplit("\n", 1)[-1])


async def test_a_yes_counts_whatever_was_asked_and_told_on_the_way():
    visit = Visit(ADA)
    await visit.say("/change_address", "ich möchte die Lieferadresse ändern")
    await visit.say("/faq/why_asked", "wofür brauchen Sie das?")
    await visit.say('/inform{"order_number": "HP-10439"}', "Bestellung HP-10439")
    await visit.say("/inform", "5 Kiln Lane, Cork")
    await visit.say("/affirm")
    assert visit.reason == "The customer confirmed: send order HP-10439 to 5 Kiln Lane, Cork."


async def test_a_no_counts_whatever_was_asked_on_the_way():
    visit = Visit(ADA)
    await visit.say("/cancel_order")
    await visit.say("/faq/why_asked", "why do you ask?")
    await visit.say('/inform{"order_number": "HP-10439"}', "HP-10439")
    await visit.say("/deny")
    assert visit.turns[-1].actions == ("utter_order_kept", "action_forget_choices")


async def test_a_new_address_is_corrected_before_it_is_passed_on():
    visit = Visit(ADA)
    await visit.say('/change_address{"order_number": "HP-10439"}', "change the address of HP-10439")
    assert "5 Kiln Lane, Cork" in await visit.say("/inform", "Ada Nwosu, 5 Kiln Lane, Cork, T12 AB34")
    said = await visit.say("/inform", "oops, 6 Kiln Lane")
    assert "haven't passed that on" in said
    assert visit.reason is None
    assert "6 Kiln Lane, Cork" in await visit.say("/inform", "Ada Nwosu, 6 Kiln Lane, Cork, T12 AB34")
    await visit.say("/affirm")
    assert visit.reason == "The customer confirmed: send order HP-10439 to Ada Nwosu, 6 Kiln Lane, Cork, T12 AB34."


@pytest.mark.parametrize(
    ("said", "meant"),
    [("10437", "HP-10439"), ("the postcode is 10437", "HP-10439"), ("10410", "HP-10410"), ("hp 10437", "HP-10437")],
)
async def test_five_digits_after_an_address_are_a_postcode_unless_they_are_an_order_of_theirs(said: str, meant: str):
    visit = Visit(ADA)
    await visit.say('/change_address{"order_number": "HP-10439"}', "change the address of HP-10439")
    await visit.say("/inform", "Ada Nwosu, 5 Kiln Lane, Berlin")
    number = said if said.startswith("hp") else said.rsplit(maxsplit=1)[-1]
    answer = await visit.say(f'/inform{{"order_number": "{number}"}}', said)
    assert ("haven't passed that on" in answer) == (meant == "HP-10439")
    if meant == "HP-10439":
        assert "HP-10439" in await visit.say("/inform", "Ada Nwosu, 5 Kiln Lane, 10437 Berlin, Germany")
    else:
        assert meant in answer


@pytest.mark.parametrize("said", ["the newest one", "which one? the most recent", "die neueste", "la plus récente"])
async def test_the_newest_of_the_orders_is_known(said: str):
    visit = Visit(ADA)
    assert "Which one do you mean?" in await visit.say("/track_order")
    assert "HP-10439" in await visit.say("/inform", said)


async def test_who_agrees_to_what_only_people_do_has_not_asked_for_one():
    visit = Visit(ADA)
    await visit.say('/cancel_order{"order_number": "HP-10439"}', "cancel HP-10439")
    await visit.say("/affirm")
    assert visit.turns[-1].hand_over_kind == "policy"


async def test_an_order_number_where_an_address_is_asked_for_is_no_bad_address():
    visit = Visit(ADA)
    await visit.say("/change_address")
    said = await visit.say('/inform{"order_number": "HP-10439"}', "HP-10439")
    assert "Noted: HP-10439" in said
    assert "too short" not in said
    assert "HP-10439 is still in our warehouse" in await visit.say("/inform", "Ada Nwosu, 6 Kiln Lane, Cork, T12 AB34")


async def test_no_address_is_asked_for_where_the_order_has_left():
    said = await Visit(ADA).say('/change_address{"order_number": "HP-10432"}', "change the address of HP-10432")
    assert "What is the right address" not in said
    assert "HP-10432" in said


async def test_an_order_number_in_the_middle_of_a_return_stays_with_the_return():
    visit = Visit(ADA)
    assert "damaged" in await visit.say("/start_return")
    said = await visit.say('/inform{"order_number": "HP-10410"}', "HP-10410")
    assert "Noted: HP-10410" in said
    assert "damaged" in said
    await visit.say("/affirm")
    assert visit.reason == "The customer wants to return something that arrived damaged or wrong (order HP-10410)."


async def test_another_limit_or_colour_is_about_what_was_recommended():
    visit = Visit(ADA)
    await visit.say('/recommend_product{"category": "jackets", "budget": "200"}', "a jacket for 200")
    assert "jackets up to €100" in await visit.say("/inform", "hmm make that 100")
    assert "jackets up to €100" in await visit.say('/inform{"colour": "green"}', "in green then")


async def test_a_budget_before_the_department_is_heard():
    visit = Visit(ADA)
    await visit.say("/recommend_product")
    said = await visit.say('/inform{"budget": "about 80"}', "about 80")
    assert "Up to €80, noted" in said
    assert "looking for" in said


async def test_a_question_is_not_said_twice_in_one_turn():
    visit = Visit(ADA)
    asked = await visit.say("/recommend_product")
    assert await visit.say("/recommend_cheaper") == asked


async def test_a_yes_to_another_question_cancels_nothing():
    visit = Visit(ADA)
    await visit.say('/cancel_order{"order_number": "HP-10439"}')
    await visit.say("/start_return")
    await visit.say("/affirm")
    assert visit.reason == "The customer wants to return something that arrived damaged or wrong (order HP-10439)."


async def test_the_second_of_the_orders_listed_is_cancelled_after_a_yes():
    visit = Visit(ADA)
    await visit.say("/cancel_order")
    assert "HP-10439" in await visit.say('/product_details{"mention": "the first one"}', "the first one")
    await visit.say("/affirm")
    assert visit.reason == "The customer confirmed: cancel order HP-10439. It has not left the warehouse."


async def test_two_questions_in_one_message_are_both_answered_the_one_that_asks_back_last():
    visit = Visit(STRANGER)
    said = await visit.ask('/track_order{"order_number": "HP-10432"}', "/ship_abroad")
    answer, question = said.split("\n", maxsplit=1)
    assert answer.startswith("We deliver to all countries of the EU")
    assert "e-mail address or postcode" in question or "e-mail address or the postcode" in question
    assert visit.turns[-1].answered == ("ship_abroad", "track_order")


async def test_while_a_form_asks_a_message_answers_it_as_a_whole():
    visit = Visit(STRANGER)
    await visit.say("/track_order")
    await visit.ask('/inform{"order_number": "HP-10432"}', "/ship_abroad")
    assert visit.turns[-1].answered == ()
    assert dict(visit.turns[-1].slots)["order_number"] == "HP-10432"


@pytest.mark.parametrize(
    "asked",
    [
        "and the other one?",
        "und die andere Bestellung?",
        "et l'autre ?",
        "y el otro?",
        "e a outra?",
        "e l'altro ordine?",
    ],
)
async def test_the_other_order_is_the_one_that_was_not_told(asked: str):
    visit = Visit(ADA)
    await visit.say('/track_order{"order_number": "HP-10432"}')
    said = await visit.say("/inform", asked)
    assert "HP-10439" in said
    assert "HP-10432" not in said


async def test_the_refund_of_the_other_order_is_no_refund_of_this_one():
    visit = Visit(ADA)
    await visit.say('/track_order{"order_number": "HP-10432"}')
    said = await visit.say("/refund_status", "et le remboursement de l'autre ?")
    assert "HP-10410" in said
    assert "HP-10432" not in said


@pytest.mark.parametrize("words", ["where's my tent?", "wo ist mein Zelt", "où est ma tente ?", "dónde está mi tienda"])
async def test_an_order_is_told_by_what_is_in_it(words: str):
    assert "HP-10432" in await Visit(ADA).say("/track_order", words)
    assert "Which one" in await Visit(ADA).say("/track_order", "where is my stuff")


@pytest.mark.parametrize("words", ["the one that's not shipped yet", "die noch nicht verschickt ist"])
async def test_an_order_is_told_by_where_it_is(words: str):
    visit = Visit(ADA)
    await visit.say("/cancel_order", "i want to cancel my order")
    assert "HP-10439 has not left us yet" in await visit.say("/inform", words)


async def test_whoever_asks_again_about_a_late_order_is_promised_no_day_that_is_over():
    visit = Visit(BEN)
    await visit.say('/order_late{"order_number": "HP-10429"}')
    assert "no new date yet" in await visit.say("/track_order", "so when will it come")


async def test_the_other_one_is_asked_about_where_nothing_was_talked_about():
    assert "Another one of what?" in await Visit(ADA).say("/inform", "y la otra?")


async def test_the_other_one_of_a_list_from_which_none_was_chosen_is_asked_for_again():
    visit = Visit(ADA)
    await visit.say("/track_order", "where is it")
    assert "Which one do you mean?" in await visit.say("/inform", "the other one")


async def test_another_address_is_no_other_order():
    visit = Visit(ADA)
    await visit.say('/track_order{"order_number": "HP-10432"}')
    await visit.say("/change_address", "kann ich da eine andere Adresse angeben")
    assert visit.turns[-1].slots
    assert ("order_number", "HP-10432") in visit.turns[-1].slots


async def test_the_other_product_is_one_of_those_that_were_shown():
    visit = Visit(ADA)
    shown = await visit.say('/recommend_product{"category": "tents", "budget": "500"}', "a tent up to 500")
    assert shown.count("•") == 3
    await visit.say('/product_details{"mention": "the first one"}', "tell me about the first one")
    assert "Which one" in await visit.say("/inform", "and the other one?")


@pytest.mark.parametrize(
    "words", ["a two-person tent", "ein Zelt für zwei Personen", "une tente 2 places", "una tenda per due"]
)
async def test_who_names_how_many_people_sleep_in_a_tent_is_shown_tents_of_that_size(words: str):
    said = await Visit(ADA).say('/recommend_product{"category": "tents", "budget": "500"}', words)
    assert "Gannet 2 tent" in said
    assert "Gannet 3" not in said
    assert "solo" not in said


async def test_something_cheaper_is_of_the_same_kind():
    visit = Visit(ADA)
    said = await visit.say(
        '/recommend_product{"category": "sleeping bags", "budget": "300"}', "a sleeping bag up to 300"
    )
    assert "sleeping mat" not in said
    said = await visit.say("/recommend_cheaper", "anything cheaper?")
    assert "pillow" not in said
    assert "sleeping mat" not in said
