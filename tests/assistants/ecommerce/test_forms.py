"""The forms accept what customers type, refuse what cannot be meant, and ask only for what is unknown."""

from __future__ import annotations

import pytest

from assistants.ecommerce.actions.identity import (
    has_no_limit,
    order_number_alone,
    read_budget_cents,
    read_order_contact,
    read_order_number,
    wants_cheapest,
)
from tests.assistants.ecommerce.conftest import ActionServer


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("HP-10432", "HP-10432"),
        ("hp 10432", "HP-10432"),
        ("hp10432", "HP-10432"),
        ("#10432", "HP-10432"),
        ("# 10432", "HP-10432"),
        ("10432", "HP-10432"),
        ("it is HP-10432, I think", "HP-10432"),
        ("hp-10 432 pls", "HP-10432"),
        ("HP 10.432", "HP-10432"),
        ("10 432", None),
        ("HP-104", None),
        ("104321", None),
        ("I have none", None),
        ("", None),
    ],
)
def test_order_numbers_are_read_however_they_are_typed(typed: str, number: str | None):
    assert read_order_number(typed) == number


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("it's HP-10432", "HP-10432"),
        ("order no. HP-10432", "HP-10432"),
        ("Bestellnummer HP-10432", "HP-10432"),
        ("die Nummer ist HP-10432", "HP-10432"),
        ("numéro HP-10432", "HP-10432"),
        ("c'est la commande n° HP-10432", "HP-10432"),
        ("Número HP-10432", "HP-10432"),
        ("es el pedido nº 10432", "HP-10432"),
        ("é a encomenda número HP-10432", "HP-10432"),
        ("è l’ordine numero HP-10432", "HP-10432"),
        ("numéro 10432, rue des Lilas", None),
        ("10432 Order Lane", None),
        ("HP-10432 to 4 Weir Lane", None),
    ],
)
def test_an_order_number_stands_alone_whatever_says_that_it_is_one(typed: str, number: str | None):
    assert order_number_alone(typed) == number


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("80", 8000),
        ("under 80 euros", 8000),
        ("€49,90", 4990),
        ("49.9", 4990),
        ("1.200 €", 120000),
        ("1,200", 120000),
        ("1.299,50", 129950),
        ("between 50 and 80", 8000),
        ("2k", 200000),
        ("not much", None),
        ("a hundred and fifty", 15000),
        ("two hundred quid", 20000),
        ("so um die hundertfuffzig", 15000),
        ("fünfundachtzig", 8500),
        ("pas plus de trois cents euros", 30000),
        ("quatre-vingt-dix", 9000),
        ("hasta doscientos", 20000),
        ("cento e cinquenta", 15000),
        ("sotto i duecento euro", 20000),
        ("mille deux cents", 120000),
        ("8 €", 800),
        ("150ish", 15000),
        ("the second one", None),
        ("3", None),
        ("para 2", None),
        ("for 4 people, max 300", 30000),
        ("for 4 people", None),
        ("down to minus 10", None),
        ("bis -8 Grad", None),
        ("size 43", None),
        ("pointure 43", None),
    ],
)
def test_budgets_are_read_in_both_habits_of_writing_numbers(typed: str, cents: int | None):
    assert read_budget_cents(typed) == cents


@pytest.mark.parametrize(
    "typed",
    [
        "no limit",
        "any price",
        "the price doesn't matter",
        "I don't care",
        "da igual",
        "idk what do you recommend",
        "weiß nicht",
    ],
)
def test_a_customer_may_have_no_limit(typed: str):
    assert has_no_limit(typed)


@pytest.mark.parametrize("typed", ["the cheapest", "least expensive please", "das günstigste", "la menos cara"])
def test_a_customer_may_want_what_costs_least(typed: str):
    assert wants_cheapest(typed)


@pytest.mark.parametrize(
    ("typed", "contact"),
    [
        ("Ada@Example.com", "ada@example.com"),
        ("it's ada@example.com, thanks", "ada@example.com"),
        ("t12 k8af", "T12 K8AF"),
        ("28195", "28195"),
        ("HP-10432", None),
        ("I don't remember", None),
        ("why do you need that", None),
    ],
)
def test_a_contact_is_an_address_or_a_postcode(typed: str, contact: str | None):
    assert read_order_contact(typed) == contact


FORMS_ABOUT_ORDERS = ["track_order_form", "refund_form", "cancel_order_form", "address_form"]


@pytest.mark.parametrize("form", FORMS_ABOUT_ORDERS)
async def test_a_readable_number_and_contact_are_taken(server: ActionServer, form: str):
    said, slots = await server.run(
        f"validate_{form}", just_filled={"order_number": "hp 10432", "order_contact": "Ada@example.com"}
    )
    assert said == []
    assert slots["order_number"] == "HP-10432"
    assert slots["order_contact"] == "ada@example.com"


@pytest.mark.parametrize("form", FORMS_ABOUT_ORDERS)
async def test_an_unreadable_number_is_refused_with_advice(server: ActionServer, form: str):
    said, slots = await server.run(f"validate_{form}", just_filled={"order_number": "the blue one"})
    assert [m["response"] for m in said] == ["utter_wrong_order_number"]
    assert slots["order_number"] is None


@pytest.mark.parametrize("form", ["track_order_form", "refund_form", "cancel_order_form"])
async def test_whoever_the_platform_vouches_for_is_asked_for_nothing(server: ActionServer, form: str):
    _, slots = await server.run(f"validate_{form}", customer="ada")
    assert slots == {"requested_slot": None}


async def test_a_known_customer_is_asked_for_the_new_address_only(server: ActionServer):
    _, slots = await server.run("validate_address_form", email="ada@example.com")
    assert slots == {"requested_slot": "new_address"}


async def test_an_address_needs_to_look_like_one(server: ActionServer):
    said, slots = await server.run("validate_address_form", customer="ada", just_filled={"new_address": "my office"})
    assert said[0]["response"] == "utter_wrong_new_address"
    assert slots["new_address"] is None
    said, slots = await server.run(
        "validate_address_form", customer="ada", just_filled={"new_address": "4 Weir Lane,  H91 E4R2 Galway"}
    )
    assert said == []
    assert slots["new_address"] == "4 Weir Lane, H91 E4R2 Galway"


async def test_a_department_is_understood_by_its_other_names(server: ActionServer):
    for typed, category in (("a headlamp", "lighting"), ("rain jaket", "jackets"), ("Schlafsack", "sleeping bags")):
        _, slots = await server.run("validate_recommend_form", just_filled={"category": typed})
        assert slots["category"] == category
    said, slots = await server.run("validate_recommend_form", just_filled={"category": "submarines"})
    assert said[0]["response"] == "utter_wrong_category"
    assert slots["category"] is None
    named = {"category": "submarines"}
    said, slots = await server.run("validate_recommend_form", just_filled=dict(named), entities=named)
    assert (said[0]["response"], said[0]["wanted"]) == ("utter_not_sold", "submarines")
    assert slots["category"] is None


@pytest.mark.parametrize(
    ("typed", "wanted"),
    [
        ("Do you sell kayaks", "kayaks"),
        ("do you have any surfboards?", "surfboards"),
        ("got golf clubs", "golf clubs"),
        ("verkauft ihr auch Kajaks?", "Kajaks"),
        ("vous vendez des kayaks ?", "kayaks"),
        ("¿vendéis kayaks?", "kayaks"),
        ("vocês vendem caiaques?", "caiaques"),
        ("vendete kayak?", "kayak"),
        ("do you have something warm", None),
        ("habt ihr etwas für kinder", None),
        ("do you sell things for long walks in the rain", None),
        ("do you sell tents", None),
        ("habt ihr Schlafsäcke?", None),
        ("do you have the gannet 2", None),
    ],
)
async def test_what_the_shop_does_not_sell_is_said_before_it_asks(
    server: ActionServer, typed: str, wanted: str | None
) -> None:
    said, _ = await server.run("action_ask_category", text=typed)
    assert said[-1]["response"] == "utter_ask_category"
    told = [(message["response"], message["wanted"]) for message in said if message["response"] == "utter_not_sold"]
    assert told == ([("utter_not_sold", wanted)] if wanted else [])


async def test_a_budget_is_normalised_or_refused(server: ActionServer):
    _, slots = await server.run("validate_recommend_form", just_filled={"budget": "under 80 euros please"})
    assert slots["budget"] == "€80"
    _, slots = await server.run("validate_recommend_form", just_filled={"budget": "doesn't matter"})
    assert slots["budget"] == "no limit"
    _, slots = await server.run("validate_recommend_form", just_filled={"budget": "cheapest"})
    assert slots["budget"] == "the cheapest"
    _, slots = await server.run("validate_recommend_form", just_filled={"budget": "under 1oo"})
    assert slots["budget"] == "€100"
    said, slots = await server.run("validate_recommend_form", just_filled={"budget": "what is good value"})
    assert said[0]["response"] == "utter_wrong_budget"
    assert slots["budget"] is None


@pytest.mark.parametrize("wish", ["rain", "wasserdicht sollten sie sein", "pas trop chère", "impermeabili", "leve"])
async def test_who_says_what_matters_instead_of_a_price_has_no_limit(server: ActionServer, wish: str) -> None:
    said, slots = await server.run("validate_recommend_form", just_filled={"budget": wish})
    assert (said, slots["budget"]) == ([], "no limit")


@pytest.mark.parametrize(
    ("entities", "follows"),
    [
        ({"order_number": "HP-10432"}, "track_order_form"),
        ({"product": "Gannet 2"}, "action_product_details"),
        ({"category": "tents", "budget": "80"}, "recommend_form"),
    ],
)
async def test_a_fact_out_of_the_blue_is_taken_up(server: ActionServer, entities: dict[str, str], follows: str):
    await server.run("action_take_up", entities=entities)
    assert [e["name"] for e in server.events if e["event"] == "followup"] == [follows]


async def test_a_fact_that_says_nothing_is_asked_back(server: ActionServer):
    said, _ = await server.run("action_take_up", entities={"colour": "blue"})
    assert said[0]["response"] == "utter_please_rephrase"
