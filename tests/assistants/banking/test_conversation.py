"""Whole visits to the bank over the product's reader, dialogue and in-process actions; payloads give the meanings."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.core.activity import Person
from tests.assistants import visit as visits

PROJECT = Path(__file__).parents[3] / "assistants" / "banking"
ADA = Person("web", "playground", "ada", "Ada Nwosu")
BEN = Person("slack", "T1", "U1", "Ben", email="ben@example.com")
DMITRI = Person("web", "playground", "dmitri", "Dmitri")
STRANGER = Person("slack", "T9", "U9", "Mallory", email="ada@example.com", is_outsider=True)


def Visit(person: Person, language: str = "") -> visits.Visit:  # noqa: N802 - reads as the class it stands for
    return visits.Visit(PROJECT, person, language=language)


@pytest.fixture(autouse=True)
def data_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WARMLINE_DATA", str(tmp_path))


async def test_a_lost_card_is_frozen_after_a_yes_and_a_person_hears_of_it():
    visit = Visit(ADA)
    said = await visit.say("/lost_card")
    assert "+353 20 910 2424" in said
    assert "Which card" in said
    button = visit.turns[-1].replies[-1].buttons[1]
    assert "freeze your credit card ending 2210" in await visit.say(button.value)
    assert "active" in await Visit(ADA).say('/card_status{"card_kind": "credit"}')  # asking has frozen nothing
    assert "Done: your credit card ending 2210 is frozen" in await visit.say("/affirm")
    assert visit.reason == (
        "The credit card ending 2210 is lost or stolen. The customer said yes, and it is frozen: replace it."
    )
    assert "frozen" in await Visit(ADA).say('/card_status{"card_kind": "credit"}')


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        ("/none_of_these", "no, the other one"),
        ("/deny", "non, l'autre"),
        ("/deny", "nein, die andere bitte"),
        ("/nlu_fallback", "no, la otra"),
        ("/deny", "não, o outro"),
        ("/none_of_these", "no, l'altra"),
        ('/inform{"card_kind": "credit"}', "no, the credit card"),
        ('/affirm{"card_kind": "credit"}', "yes, the credit card"),
        ('/nlu_fallback{"ending": "ending 2210"}', "wrong card, it's the one ending 2210"),
    ],
)
async def test_whoever_means_the_other_card_is_asked_about_that_one_before_anything_is_frozen(payload: str, text: str):
    visit = Visit(ADA)
    await visit.say('/lost_card{"card_kind": "debit"}')
    assert "freeze your credit card ending 2210" in await visit.say(payload, text)
    assert "active" in await Visit(ADA).say('/card_status{"card_kind": "credit"}')
    assert "Done: your credit card ending 2210 is frozen" in await visit.say("/affirm", "yes")
    assert "active" in await Visit(ADA).say('/card_status{"card_kind": "debit"}')


@pytest.mark.parametrize(
    "words",
    [
        "wait found it!! its in my other jacket",
        "oh its here sorry",
        "hab sie wieder gefunden",
        "je l'ai retrouvée",
        "l'ho ritrovata",
    ],
)
@pytest.mark.parametrize("lost", ["/lost_card", '/lost_card{"card_kind": "debit"}'])
async def test_a_card_that_was_found_meanwhile_is_left_as_it_is(lost: str, words: str):
    visit = Visit(ADA)
    await visit.say(lost)
    assert "as it is" in await visit.say("/nlu_fallback", words)
    assert visit.reason is not None
    assert "active" in await Visit(ADA).say('/card_status{"card_kind": "debit"}')


async def test_a_card_that_was_not_found_is_still_asked_about():
    visit = Visit(ADA)
    await visit.say('/lost_card{"card_kind": "debit"}')
    assert "Shall I?" in await visit.say("/nlu_fallback", "i haven't found it anywhere")


async def test_the_limit_after_that_of_transfers_is_that_of_transfers():
    visit = Visit(ADA)
    await visit.say("/make_transfer")
    await visit.say("/card_limit", "is there a limit")
    assert "Cards" not in await visit.say("/card_limit", "can i raise it for tomorrow")


async def test_the_month_before_is_the_one_before_the_month_that_was_told():
    visit = Visit(ADA)
    this, before, last = [
        await visit.say("/list_movements", words)
        for words in ("what did i spend this month", "and how much did i spend the month before", "spent last month")
    ]
    assert before == last
    assert this != before


async def test_the_other_one_is_asked_about_where_nothing_was_told():
    assert "Which other one" in await Visit(ADA).say("/inform", "y la otra?")


async def test_another_card_than_the_only_one_that_could_be_frozen_is_left_to_people_and_this_one_as_it_is():
    visit = Visit(BEN)
    assert "freeze your debit card ending 9153" in await visit.say("/lost_card")
    assert "leave your debit card ending 9153 as it is" in await visit.say("/nlu_fallback", "nein, die andere")
    assert visit.reason is not None
    assert "is active" in await Visit(BEN).say("/card_status")


@pytest.mark.parametrize("chatter", ["hmm let me think", "what happens then"])
async def test_what_is_neither_yes_nor_no_nor_another_card_is_asked_again(chatter: str):
    visit = Visit(ADA)
    await visit.say('/lost_card{"card_kind": "debit"}')
    assert "freeze your debit card ending 7731" in await visit.say("/nlu_fallback", chatter)
    assert "Done: your debit card ending 7731 is frozen" in await visit.say("/affirm", "yes")


@pytest.mark.parametrize("refusal", ["/deny", "/stop"])
async def test_a_no_freezes_nothing_and_still_brings_a_person(refusal: str):
    visit = Visit(BEN)
    assert "Shall I?" in await visit.say("/lost_card")  # the only card needs no naming
    assert "leave your debit card ending 9153 as it is" in await visit.say(refusal)
    assert visit.reason is not None
    assert "said no" in visit.reason
    assert "is active" in await Visit(BEN).say("/card_status")


@pytest.mark.parametrize("refusal", ["/deny", "/stop"])
async def test_a_no_to_the_question_which_card_brings_a_person_too(refusal: str):
    visit = Visit(ADA)
    assert "Which card" in await visit.say("/lost_card")
    assert "leave your card as it is" in await visit.say(refusal)
    assert visit.reason is not None
    assert "did not say which" in visit.reason


async def test_a_card_that_is_frozen_already_is_said_to_be_and_no_other_is_offered_in_its_place():
    visit = Visit(ADA)
    await visit.say('/lost_card{"card_kind": "credit"}')
    await visit.say("/affirm")
    again = Visit(ADA)
    said = await again.say('/lost_card{"card_kind": "credit"}')
    assert "Nobody can pay with your credit card ending 2210" in said
    assert "7731" not in said
    assert again.reason == (
        "The credit card ending 2210 is lost or stolen. Nobody could pay with it before that: replace it."
    )
    assert "freeze your debit card ending 7731" in await Visit(ADA).say("/lost_card")


async def test_a_card_that_is_frozen_already_may_be_named_in_place_of_the_only_one_that_is_not():
    visit = Visit(DMITRI)
    assert "freeze your debit card ending 3614" in await visit.say("/lost_card", "i think i lost my card")
    said = await visit.say('/inform{"card_kind": "credit"}', "the credit card")
    assert "credit card ending 1186" in said
    assert visit.reason is not None
    assert "credit card ending 1186" in visit.reason
    assert "active" in await Visit(DMITRI).say('/card_status{"card_kind": "debit"}')


@pytest.mark.parametrize(
    ("person", "said", "kept"), [("ada", "both my cards got stolen", "all"), ("ben", "my card got stolen", "9153")]
)
async def test_the_slot_has_what_is_meant_and_not_the_customers_words(person: str, said: str, kept: str):
    visit = Visit(Person("web", "playground", person, person))
    await visit.say("/lost_card", said)
    assert dict(visit.turns[-1].slots)["card_to_freeze"] == kept


async def test_a_yes_that_names_no_card_is_asked_again():
    visit = Visit(ADA)
    await visit.say("/lost_card")
    assert "Which card" in await visit.say("/affirm")
    assert visit.reason is None
    await visit.say('/inform{"card_kind": "credit"}')
    assert "ending 2210 is frozen" in await visit.say("/affirm")


@pytest.mark.parametrize("said", ["/inform", "/lost_card", "/out_of_scope", "/thank", "/nlu_fallback"])
async def test_what_is_neither_yes_nor_no_freezes_nothing(said: str):
    visit = Visit(BEN)
    await visit.say("/lost_card")
    await visit.say(said)
    assert visit.reason is None
    assert "is active" in await Visit(BEN).say("/card_status")
    assert "is frozen" in await visit.say("/affirm")


async def test_questions_before_freezing_are_answered_and_it_asks_again():
    visit = Visit(BEN)
    await visit.say("/lost_card")
    said = await visit.say("/list_movements")
    assert "Taco Cart" in said
    assert "Shall I?" in said


async def test_who_is_silent_about_freezing_is_told_so_and_gets_a_person():
    visit = Visit(BEN)
    await visit.say("/lost_card")
    ((name, due),) = visit.turns[-1].reminders
    said = await visit.be_reminded(name, due)
    assert "frozen nothing: your debit card ending 9153 can still be used" in said
    assert visit.reason is not None
    assert "said nothing for 5 minutes" in visit.reason
    assert visit.turns[-1].hand_over_kind == "policy"
    await visit.come_back()
    assert "Current account" in await visit.say("/check_balance")


async def test_who_is_silent_is_told_so_in_their_language():
    visit = Visit(BEN, language="de")
    await visit.say("/lost_card")
    assert "nichts gesperrt: Mit Ihrer Debitkarte" in await visit.be_reminded(*visit.turns[-1].reminders[0])


@pytest.mark.parametrize("said", ["/affirm", "/deny", "/human_handoff"])
async def test_who_has_answered_is_not_reminded(said: str):
    visit = Visit(BEN)
    await visit.say("/lost_card")
    ((name, due),) = visit.turns[-1].reminders
    await visit.say(said)
    assert await visit.be_reminded(name, due) == ""
    assert visit.reason is None


async def test_another_question_meanwhile_gives_new_time():
    visit = Visit(BEN)
    await visit.say("/lost_card")
    await visit.say("/list_movements")
    assert len(visit.turns[-1].reminders) == 1
    assert "frozen nothing" in await visit.be_reminded(*visit.turns[-1].reminders[0])


async def test_a_stranger_with_a_lost_card_is_asked_nothing_and_gets_a_person():
    visit = Visit(STRANGER)
    said = await visit.say("/lost_card")
    assert "+353 20 910 2424" in said
    assert "7731" not in said
    assert visit.reason is not None
    assert "does not know whose" in visit.reason


async def test_fraud_in_the_middle_of_a_form_ends_it():
    visit = Visit(BEN)
    await visit.say("/lost_card")
    await visit.say("/report_fraud")
    assert visit.reason is not None
    await visit.come_back()
    assert "Current account" in await visit.say("/check_balance")


async def test_a_loan_is_estimated_with_a_question_in_between_and_then_for_another_term():
    visit = Visit(STRANGER)  # a loan may be estimated by anybody
    assert "How much" in await visit.say("/loan_estimate")
    said = await visit.say("/loan_documents")
    assert "payslips" in said
    assert "How much" in said
    assert "how long" in await visit.say('/inform{"amount": "10k"}')
    assert "about €238.03 a month" in await visit.say('/inform{"term": "4 years"}', "over 4 years")
    assert "over 72 months" in await visit.say('/inform{"term": "6 years"}', "and over 6 years?")
    assert "How much" in await visit.say("/loan_estimate")  # a new one begins anew


async def test_thanks_in_place_of_an_answer_end_the_estimate():
    visit = Visit(ADA)
    await visit.say("/loan_estimate")
    await visit.say("/thank", "obrigado")
    assert visit.turns[-1].actions == ("action_deactivate_loop", "utter_welcome")


async def test_why_something_is_asked_is_answered_and_it_is_asked_again():
    visit = Visit(ADA)
    asked = await visit.say("/loan_estimate")
    said = await visit.say("/faq/why_asked", "what is that for?")
    assert said.startswith("The instalment depends on it.")
    assert said.endswith(asked.rsplit("\n", 1)[-1])
    assert "And over how long?" in await visit.say('/inform{"amount": "15k"}', "15k")
    assert "the smaller the instalment" in await visit.say("/faq/why_asked", "why do you ask?")


async def test_an_estimate_that_nobody_wants_any_more_is_left_at_a_no():
    visit = Visit(ADA)
    await visit.say("/loan_estimate")
    assert visit.turns[-1].replies[-1].buttons
    await visit.say("/deny")
    assert "4417" in await visit.say("/check_balance")
    assert "how long" not in await visit.say('/inform{"account": "savings account"}')


async def test_conditions_lead_to_an_estimate_by_a_yes():
    visit = Visit(ADA)
    await visit.say("/loan_conditions")
    assert "How much" in await visit.say("/affirm")


async def test_a_secret_is_refused_and_never_said_again():
    for before in ("", "/loan_estimate", "/lost_card"):
        visit = Visit(BEN)
        if before:
            await visit.say(before)
        said = await visit.say("/share_secret", "my pin is 4931")
        assert "never send a PIN" in said
        assert "4931" not in said
        assert "4931" not in str(visit.turns[-1].slots)


async def test_a_visitor_is_told_how_to_be_recognised():
    assert "don't recognise you" in await Visit(STRANGER).say("/check_balance")
    assert "1,842.36" in await Visit(ADA).say("/check_balance")


async def test_a_follow_up_stays_with_what_was_asked():
    visit = Visit(ADA)
    await visit.say("/list_movements")
    said = await visit.say('/inform{"account": "savings account"}', "and the savings?")
    assert "Transfer from current account" in said
    assert "Gym Seven" not in said


async def test_an_answer_that_did_not_help_brings_a_person_with_that_reason():
    visit = Visit(ADA)
    await visit.say("/transfer_status")
    await visit.say("/that_did_not_help")
    await visit.say("/affirm")
    assert visit.reason == "The bot's answer did not help, and the customer wants a person."


async def test_both_cards_are_frozen_after_one_yes_and_people_read_of_both():
    visit = Visit(ADA)
    await visit.say("/lost_card", "they took both my cards")
    assert "7731" in visit.turns[-1].replies[-1].text
    assert "2210" in visit.turns[-1].replies[-1].text
    said = await visit.say("/affirm")
    assert "frozen" in said
    assert "7731" in said
    assert "2210" in said
    assert visit.reason is not None
    assert "debit card ending 7731, credit card ending 2210" in visit.reason


@pytest.mark.parametrize("said", ["both", "all of them please"])
async def test_both_is_an_answer_to_which_card(said: str):
    visit = Visit(ADA)
    assert "Which card" in await visit.say("/lost_card", "my wallet is gone")
    assert "freeze these" in await visit.say("/nlu_fallback", said)


async def test_a_yes_to_which_card_is_told_what_is_missing():
    visit = Visit(ADA)
    await visit.say("/lost_card", "my wallet is gone")
    assert "can't tell yet which" in await visit.say("/affirm", "yes please")


async def test_the_words_that_ask_for_a_loan_are_read_for_its_amount():
    visit = Visit(ADA)
    said = await visit.say('/loan_estimate{"term": "4 years"}', "what would borrowing 9000 over 4 years come to")
    assert "€9,000.00 over 48 months" in said


async def test_an_age_in_the_words_that_ask_for_a_loan_is_no_amount():
    said = await Visit(ADA).say("/loan_estimate", "i'm 25, what does a loan cost")
    assert said.startswith("How much would it be?")


async def test_a_term_where_the_amount_is_asked_for_is_taken_as_such():
    visit = Visit(ADA)
    await visit.say("/loan_estimate", "loan please")
    said = await visit.say('/inform{"term": "36 months"}', "36 months")
    assert "Noted" in said
    assert "start at" not in said
    assert "€6,000.00 over 36 months" in await visit.say('/inform{"amount": "6000"}', "6000")


async def test_an_amount_is_corrected_where_the_term_is_asked_for():
    visit = Visit(ADA)
    await visit.say('/loan_estimate{"amount": "6000"}', "a loan of 6000")
    said = await visit.say('/inform{"amount": "7000"}', "no, 7000")
    assert "Noted" in said
    assert "can't read" not in said
    assert "€7,000.00 over 36 months" in await visit.say('/inform{"term": "3 years"}', "3 years")


async def test_another_month_after_movements_is_about_movements():
    visit = Visit(ADA)
    await visit.say('/list_movements{"period": "last month"}', "what did I spend last month")
    assert await visit.say("/inform", "and in august") != await visit.say("/inform", "and now")
    assert visit.turns[-2].actions[-1] == "action_movements"


@pytest.mark.parametrize(
    "asked", ["and the other one?", "und die andere?", "et l'autre ?", "y la otra?", "e a outra?", "e l'altra?"]
)
async def test_the_other_card_is_the_one_that_was_not_told(asked: str):
    visit = Visit(ADA)
    assert "2210" in await visit.say('/card_limit{"card_kind": "credit"}')
    said = await visit.say("/inform", asked)
    assert "ending 7731" in said
    assert "2210" not in said


async def test_the_other_account_is_asked_for_where_all_or_several_were_told():
    visit = Visit(ADA)
    await visit.say("/check_balance")
    assert "Which one" in await visit.say("/inform", "and the other one?")
    assert [button.label[-4:] for button in visit.turns[-1].replies[-1].buttons] == ["4417", "5502", "2093"]
    assert "€12,500.00" in await visit.say(visit.turns[-1].replies[-1].buttons[1].value)
    assert "Which one" in await visit.say("/inform", "y la otra?")
    assert [button.label[-4:] for button in visit.turns[-1].replies[-1].buttons] == ["4417", "2093"]


async def test_whoever_has_one_card_hears_that_it_is_all_there_is():
    visit = Visit(BEN)
    await visit.say("/card_status")
    assert await visit.say("/inform", "and the other one?") == "That was all there is."


@pytest.mark.parametrize(
    ("payload", "text"),
    [("/inform", "can i change it"), ('/inform{"amount": "5000"}', "to 5000"), ("/inform", "je peux le relever ?")],
)
async def test_what_is_to_be_changed_after_a_limit_is_that_limit(payload: str, text: str):
    visit = Visit(ADA)
    await visit.say("/card_limit")
    assert "Cards, Limits" in await visit.say(payload, text)


async def test_a_limit_asked_for_after_how_to_transfer_is_that_of_transfers():
    visit = Visit(ADA)
    await visit.say("/make_transfer")
    said = await visit.say("/card_limit", "is there a limit")
    assert "€10,000 a day" in said
    assert "card" not in said


async def test_of_iban_and_bic_the_one_that_is_asked_for_is_told():
    visit = Visit(ADA)
    said = await visit.say("/iban_bic", "c'est quoi mon IBAN")
    assert "IE" in said
    assert "LRKMIE2D" not in said
    said = await visit.say("/iban_bic", "et le BIC")
    assert "LRKMIE2D" in said
    assert "4417" not in said
    assert "LRKMIE2D" in await Visit(ADA).say("/iban_bic", "my bank details")


@pytest.mark.parametrize(
    ("text", "months"),
    [("idk maybe 3 yrs, no make it 5", 60), ("2 Jahre, nein, lieber 4", 48), ("3 years, actually no fees please", 36)],
)
async def test_a_term_that_is_corrected_in_one_breath_is_the_last_one(text: str, months: int):
    visit = Visit(ADA)
    await visit.say('/loan_estimate{"amount": "10k"}')
    said = await visit.say('/inform{"term": "3 yrs"}', text)
    assert f"over {months} months" in said


async def test_a_message_that_ends_a_form_was_understood_though_its_slots_are_emptied_for_the_next_time():
    visit = Visit(ADA)
    await visit.say('/loan_estimate{"amount": "10k"}')
    assert "a month" in await visit.say("/nlu_fallback", "4 of them years")
    assert visit.turns[-1].filled
    await visit.say("/loan_estimate")
    await visit.say("/stop")
    assert not visit.turns[-1].filled
