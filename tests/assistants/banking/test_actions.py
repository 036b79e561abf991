"""The actions answer from the bank's data, and of the customer's own things only, run by rasa-sdk's own executor."""

from __future__ import annotations

import re

import pytest

from assistants.banking.actions.bank import CardState, Identity
from assistants.banking.actions.sample_bank import SampleBank
from tests.assistants.banking.conftest import PROJECT, TODAY, Actions
from tests.assistants.ecommerce.project import read_project

LOOKING = [
    "action_balance",
    "action_movements",
    "action_pending",
    "action_iban",
    "action_transfer_status",
    "action_standing_orders",
    "action_direct_debits",
    "action_card_status",
    "action_card_limit",
]


async def test_all_balances_are_told_with_their_sum(actions: Actions):
    assert await actions.run("action_balance") == (
        "Your accounts:\n"
        "• Current account (ending 4417): €1,842.36; €2,269.86 can be spent\n"
        "• Savings account (ending 5502): €12,500.00\n"
        "• Joint account (ending 2093): €674.10; €651.10 can be spent\n"
        "Together €15,016.46."
    )


@pytest.mark.parametrize(
    "named",
    [
        {"account": "savings account"},
        {"account": "my savings"},
        {"ending": "ending 5502"},
        {"iban": "IE50 LRKM 9001 0210 2855 02"},
        {"iban": "ie50lrkm90010210285502"},
    ],
)
async def test_one_account_may_be_named_in_many_ways(actions: Actions, named: dict[str, str]):
    said = await actions.run("action_balance", named=named)
    assert said == "Your account:\n• Savings account (ending 5502): €12,500.00"


async def test_an_overdrawn_account_says_so(actions: Actions):
    said = await actions.run("action_balance", customer="ben", named={"account": "current account"})
    assert said == "Your account:\n• Current account (ending 3358): −€230.75, overdrawn; €679.26 can be spent"


@pytest.mark.parametrize("action", ["action_balance", "action_movements", "action_pending", "action_iban"])
async def test_somebody_elses_account_is_answered_exactly_as_one_that_does_not_exist(
    actions: Actions, bank: SampleBank, action: str
):
    foreign = (await bank.accounts(Identity("ben")))[0]
    answers: list[object] = []
    for named in (
        {"ending": "ending 3358"},
        {"iban": foreign.iban},
        {"ending": "ending 9999"},
        {"iban": "IE00LRKM90010299999999"},
    ):
        await actions.run(action, named=named)
        answers.append(actions.said)
    assert all(answer == answers[0] for answer in answers)
    last = actions.said[-1]
    assert last["response"] == "utter_no_such_account"
    assert [b["title"] for b in last["buttons"]] == [
        "Current account 4417",
        "Savings account 5502",
        "Joint account 2093",
    ]


async def test_an_iban_has_to_be_right_to_the_last_digit(actions: Actions):
    assert "utter_no_such_account" in await actions.run("action_balance", named={"iban": "IE99LRKM90010299995502"})


@pytest.mark.parametrize("action", LOOKING)
@pytest.mark.parametrize("metadata", [{}, {"customer_id": "U0999"}, {"customer_email": "mallory@example.com"}])
async def test_a_stranger_learns_nothing(actions: Actions, action: str, metadata: dict[str, str]):
    said = await actions.run(action, metadata=metadata, named={"ending": "ending 4417"})
    assert said.removeprefix("utter_bic\n") == "utter_not_recognised"


@pytest.mark.parametrize("action", LOOKING)
async def test_nothing_of_anybody_else_is_ever_said(actions: Actions, bank: SampleBank, action: str):
    ben = await bank.accounts(Identity("ben"))
    foreign = {account.ending for account in ben} | {card.ending for card in await bank.cards(Identity("ben"))}
    foreign |= {transfer.reference for transfer in await bank.transfers(Identity("ben"))}
    for named in ({}, {"ending": "ending 3358"}, {"reference": "LT-20425"}, {"payee": "Lakeview Rentals"}):
        said = await actions.run(action, named=named) + str(actions.said)
        assert not [secret for secret in foreign if secret in said]


async def test_movements_can_be_asked_for_by_account_payee_time_and_direction(actions: Actions):
    said = await actions.run("action_movements", named={"payee": "corner grocr"})
    assert said.splitlines()[0] == "Your latest movements with corner grocr:"
    assert said.count("Corner Grocer") == 3
    said = await actions.run("action_movements", text="has my salary arrived")
    assert said.splitlines()[:2] == ["Your latest income:", "• Sun 8 Mar · Salary, Marlin Design · €2,850.00"]
    said = await actions.run("action_movements", text="what did I spend yesterday", named={"account": "joint account"})
    assert said == "utter_no_movements"
    said = await actions.run("action_movements")
    assert "Not shown here: 9." in said
    assert "Quayside Coffee" not in said  # pending, not booked


async def test_what_is_pending_is_listed_and_explained(actions: Actions):
    said = await actions.run("action_pending")
    assert said.splitlines()[1:] == [
        "• Wed 11 Mar · Quayside Coffee · −€12.50",
        "• Wed 11 Mar · Ferry Lines · −€23.00",
        "• Tue 10 Mar · Star Filling Station · −€60.00",
        "utter_what_pending_means",
    ]
    assert await actions.run("action_pending", customer="greta") == "utter_nothing_pending"


async def test_transfers_on_their_way_are_told_unasked_and_others_when_named(actions: Actions):
    said = await actions.run("action_transfer_status")
    assert said.splitlines() == [
        "LT-20418, €450.00 to Marta Silva: left us on Tuesday 10 March and should be there by Thursday 12 March.",
        (
            "LT-20391, €1,200.00 to Nils Aho: came back on Friday 6 March, because the account number does not exist. "
            "The money is on your account again."
        ),
    ]
    said = await actions.run("action_transfer_status", named={"payee": "tom"})
    assert "Tom Byrne's bank has had it since" in said
    assert "planned, and leaves on" in await actions.run("action_transfer_status", named={"reference": "lt 20440"})
    assert await actions.run("action_transfer_status", named={"reference": "LT-20425"}) == "utter_which_transfer"


async def test_what_goes_out_by_itself_is_listed_by_day(actions: Actions):
    said = await actions.run("action_standing_orders")
    assert "• Tom Byrne · €950.00 · next on Monday 6 April" in said
    assert await actions.run("action_direct_debits", named={"payee": "bluefin"}) == (
        "Who may collect from you:\n• Bluefin Energy · €84.50 · next on Wednesday 8 April\nutter_direct_debits"
    )
    assert await actions.run("action_standing_orders", customer="hugo") == "utter_no_standing_orders"


async def test_a_card_says_why_it_does_not_work(actions: Actions):
    assert "wrong PIN was entered three times" in await actions.run("action_card_status", customer="chloe")
    said = await actions.run("action_card_status", customer="dmitri", named={"card_kind": "credit"})
    assert said == (
        "Your credit card ending 1186 is frozen. If you have it in your hands, unfreeze it in the app under “Cards”; "
        "it works at once."
    )


async def test_a_limit_is_told_with_what_is_left_of_it(actions: Actions):
    said = await actions.run("action_card_limit", named={"ending": "ending 2210"})
    assert said == (
        "Your credit card ending 2210: €3,000.00 a month, €2,153.50 of it left; cash €500.00 a day.\nutter_change_limit"
    )


async def test_rates_have_a_day_and_a_currency_may_be_misspelt(actions: Actions):
    said = await actions.run("action_exchange_rate", named={"currency": "japanes yen"})
    assert said.splitlines()[:2] == [
        "Our rates for cash of Wednesday 11 March:",
        "• Japanese yen (JPY): 1 euro buys 158.2; 165.9 buy 1 euro back",
    ]
    assert (await actions.run("action_exchange_rate")).count("•") == 10
    assert (await actions.run("action_exchange_rate", named={"currency": "doubloons"})).startswith(
        "utter_currency_not_traded"
    )


@pytest.mark.parametrize(
    ("topic", "named", "follows"),
    [
        ("check_balance", {"account": "savings account"}, "action_balance"),
        ("list_movements", {"account": "savings account"}, "action_movements"),
        ("card_limit", {"card_kind": "credit"}, "action_card_limit"),
        ("check_balance", {"currency": "yen"}, "action_exchange_rate"),
        ("", {"ending": "2210"}, "action_card_status"),
        ("", {"ending": "4417"}, "action_balance"),
        ("", {"payee": "Marta"}, "action_transfer_status"),
        ("", {"term": "5 years"}, "loan_form"),
    ],
)
async def test_a_fact_goes_on_with_what_was_talked_about(
    actions: Actions, topic: str, named: dict[str, str], follows: str
):
    await actions.run("action_take_up", topic=topic, named=named)
    assert [event["name"] for event in actions.events if event["event"] == "followup"] == [follows]


async def test_another_term_keeps_the_amount(actions: Actions):
    await actions.run(
        "action_take_up", named={"term": "6 years"}, estimated_amount="9000.00", estimated_term="36 months"
    )
    assert actions.slots == {"loan_amount": "9000.00"}


async def test_a_fact_that_says_nothing_is_asked_back(actions: Actions):
    assert await actions.run("action_take_up", text="whatever is usual") == "utter_please_rephrase"


async def test_the_estimate_says_what_kind_of_figure_it_is(actions: Actions):
    said = await actions.run("action_loan_estimate", loan_amount="10000.00", loan_term="60 months")
    assert said.startswith("For €10,000.00 over 60 months that would be about €196.56 a month: €11,793.60 in all")
    assert "example with an APR of 6.9 %" in said
    assert "no offer and no advice" in said


@pytest.mark.parametrize(
    ("slot", "typed", "said", "kept"),
    [
        ("loan_amount", "about 9k", "", "9000.00"),
        ("loan_amount", "900000", "utter_loan_amount_out_of_range", None),
        ("loan_amount", "500", "utter_loan_amount_out_of_range", None),
        ("loan_amount", "no idea", "utter_wrong_loan_amount", None),
        ("loan_term", "4 years", "", "48 months"),
        ("loan_term", "30 years", "utter_loan_term_out_of_range", None),
        ("loan_term", "no idea", "utter_wrong_loan_term", None),
    ],
)
async def test_the_loan_form_takes_what_is_possible(
    actions: Actions, slot: str, typed: str, said: str, kept: str | None
):
    assert await actions.run("validate_loan_form", filled={slot: typed}) == said
    assert actions.slots[slot] == kept


@pytest.mark.parametrize(
    ("customer", "asks"),
    [("ada", "as the domain"), ("ben", "freeze_confirmed"), ("chloe", None), ("U0999", None)],
)
async def test_the_freeze_form_asks_only_what_is_open(actions: Actions, customer: str, asks: str | None):
    await actions.run("validate_freeze_form", customer=customer)
    # with two cards it is left to the domain's order, which asks for the card first
    assert actions.slots == ({} if asks == "as the domain" else {"requested_slot": asks})


@pytest.mark.parametrize(
    ("typed", "card"), [("debit", "7731"), ("ending 2210", "2210"), ("7731", "7731"), ("3614", None)]
)
async def test_the_card_may_be_named_by_kind_or_number_if_it_is_theirs(actions: Actions, typed: str, card: str | None):
    await actions.run("validate_freeze_form", filled={"card_to_freeze": typed})
    assert actions.slots["card_to_freeze"] == card


@pytest.mark.parametrize("said", [None, False, "yes", 1])
async def test_nothing_but_a_yes_freezes(actions: Actions, bank: SampleBank, said: object):
    await actions.run("action_freeze_card", card_to_freeze="7731", freeze_confirmed=said)
    assert (await bank.cards(Identity("ada")))[0].state is CardState.ACTIVE
    assert actions.slots["handoff_reason"] == (
        "The debit card ending 7731 is lost or stolen. The customer said no to freezing it: it can still be used."
    )


async def test_a_yes_freezes_that_card_alone_and_tells_the_people(actions: Actions, bank: SampleBank):
    assert await actions.run("action_freeze_card", card_to_freeze="7731", freeze_confirmed=True) == "utter_frozen"
    assert [card.state for card in await bank.cards(Identity("ada"))] == [CardState.FROZEN, CardState.ACTIVE]
    assert actions.slots == {
        "handoff_reason": (
            "The debit card ending 7731 is lost or stolen. The customer said yes, and it is frozen: replace it."
        ),
        "handoff_kind": "policy",
        "card_to_freeze": None,
        "freeze_confirmed": None,
    }


@pytest.mark.parametrize("question", ["action_ask_card_to_freeze", "action_ask_freeze_confirmed"])
async def test_a_question_about_freezing_is_not_forgotten(actions: Actions, question: str):
    await actions.run(question)
    (reminder,) = actions.events
    assert reminder["event"] == "reminder"
    assert reminder["intent"] == "EXTERNAL_freeze_unanswered"
    assert reminder["kill_on_user_msg"] is True
    assert reminder["date_time"] == f"{TODAY}T12:05:00+00:00"


@pytest.mark.parametrize(
    ("card", "told"), [("7731", "The debit card ending 7731"), (None, "A card, the customer did not say which,")]
)
async def test_who_says_no_more_is_told_that_nothing_is_frozen(
    actions: Actions, bank: SampleBank, card: str | None, told: str
):
    assert await actions.run("action_freeze_unanswered", card_to_freeze=card) == "utter_freeze_unanswered"
    assert actions.slots["handoff_reason"] == (
        f"{told} is lost or stolen. Asked whether to freeze it, the customer has said nothing for 5 minutes: "
        "it can still be used."
    )
    assert actions.slots["handoff_kind"] == "policy"
    assert (await bank.cards(Identity("ada")))[0].state is CardState.ACTIVE


async def test_a_stranger_freezes_nothing_and_still_gets_a_person(actions: Actions, bank: SampleBank):
    said = await actions.run("action_freeze_card", customer="U0999", card_to_freeze="7731", freeze_confirmed=True)
    assert said == "utter_cannot_freeze"
    assert "does not know whose" in actions.slots["handoff_reason"]
    assert not bank.path.exists()


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Debitkarte mit der Endung 9153"),
        ("fr", "carte de débit finissant par 9153"),
        ("es", "tarjeta de débito terminada en 9153"),
        ("pt", "cartão de débito terminado em 9153"),
        ("it", "carta di debito che termina con 9153"),
    ],
)
async def test_a_lost_card_is_spoken_of_in_the_customers_language(actions: Actions, language: str, words: str):
    ben = {"customer_id": "ben", "language": language}
    await actions.run("action_ask_freeze_confirmed", metadata=ben)
    assert actions.said[0]["card"] == words


async def test_a_language_that_nobody_wrote_for_is_answered_in_english(actions: Actions):
    ben = {"customer_id": "ben", "language": "nl"}
    assert await actions.run("action_ask_freeze_confirmed", metadata=ben) == "utter_may_i_freeze"
    assert actions.said[0]["card"] == "debit card ending 9153"
    assert (await actions.run("action_balance", metadata=ben)).startswith("Your accounts")


def test_what_is_said_of_a_lost_card_is_there_in_every_language():
    responses = read_project(PROJECT).domain["responses"]
    said = [name for name in responses if re.search("freeze|frozen|block_card|which_card|never_share|pin_help", name)]
    assert len(said) == 14
    for name in said:
        assert all("translation" in wording["metadata"] for wording in responses[name]), name
