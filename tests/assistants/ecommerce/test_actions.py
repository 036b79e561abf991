"""The actions answer from the shop's data, run by rasa-sdk's own executor over real SQLite."""

from __future__ import annotations

from typing import Any

import pytest

from tests.assistants.ecommerce.conftest import ActionServer, heard


async def test_an_order_is_shown_with_its_status_carrier_date_and_items(server: ActionServer):
    said, slots = await server.run("action_track_order", customer="ada", order_number="HP-10432")
    assert heard(said) == (
        "Order HP-10432 left us on Saturday 7 March with Skua Parcels (tracking SK8840183209). "
        "It should arrive on Thursday 12 March.\n"
        "• 1 × Gannet 2 tent (sand)\n• 2 × Sandpiper sleeping mat (regular, teal)\n"
        "Total €427, paid by card."
    )
    assert slots["order_number"] == "HP-10432"


@pytest.mark.parametrize("typed", ["hp 10432", "#10432", "10432", "HP10432", "order hp-10432 please"])
async def test_an_order_number_may_be_typed_in_many_ways(server: ActionServer, typed: str):
    said, _ = await server.run("action_track_order", customer="ada", order_number=typed)
    assert "HP-10432" in heard(said)


async def test_a_wrong_order_number_is_answered_with_the_orders_there_are(server: ActionServer):
    said, slots = await server.run("action_track_order", customer="ada", order_number="HP-10999")
    assert said[0]["response"] == "utter_order_not_yours"
    assert said[0]["buttons"][0] == {"title": "HP-10439", "payload": '/track_order{"order_number": "HP-10439"}'}
    assert slots["order_number"] is None


async def test_another_customers_order_is_answered_exactly_as_one_that_does_not_exist(server: ActionServer):
    of_ben, _ = await server.run("action_track_order", customer="ada", order_number="HP-10437")
    of_nobody, _ = await server.run("action_track_order", customer="ada", order_number="HP-10999")
    for said in (of_ben, of_nobody):
        del said[0]["order"]
    assert of_ben == of_nobody


async def test_a_known_customer_cannot_open_another_ones_order_with_a_typed_contact(server: ActionServer):
    said, _ = await server.run(
        "action_track_order", customer="ada", order_number="HP-10437", order_contact="ben@example.com"
    )
    assert said[0]["response"] == "utter_order_not_yours"


async def test_a_visitor_sees_an_order_only_with_its_email_or_postcode(server: ActionServer):
    asked, _ = await server.run("action_track_order", order_number="HP-10432")
    assert asked[0]["response"] == "utter_ask_order_contact"
    for contact in ("ada@example.com", "T12K8AF", "t12 k8af"):
        said, _ = await server.run("action_track_order", order_number="HP-10432", order_contact=contact)
        assert "Skua Parcels" in heard(said)
    for contact in ("ben@example.com", "H91 E4R2", "%", "' or 1=1 --"):
        said, _ = await server.run("action_track_order", order_number="HP-10432", order_contact=contact)
        assert said[0]["response"] == "utter_order_not_found"


async def test_the_senders_id_is_no_identity(server: ActionServer):
    said, _ = await server.run("action_list_orders")
    assert said[0]["response"] == "utter_list_orders_needs_login"


async def test_after_three_failed_lookups_a_person_is_offered(server: ActionServer):
    failed: object = 0
    responses: list[str] = []
    for _ in range(3):
        said, slots = await server.run(
            "action_track_order", order_number="HP-10432", order_contact="x@example.com", failed_lookups=failed
        )
        failed = slots["failed_lookups"]
        responses.append(said[0]["response"])
    assert responses == ["utter_order_not_found", "utter_order_not_found", "utter_order_not_found_again"]


async def test_a_visitor_who_kept_guessing_gets_no_further_look(server: ActionServer):
    said, _ = await server.run(
        "action_track_order", order_number="HP-10432", order_contact="ada@example.com", failed_lookups=3
    )
    assert said[0]["response"] == "utter_order_not_found_again"


async def test_a_chat_account_is_recognised_by_the_address_that_the_platform_vouches_for(server: ActionServer):
    said, _ = await server.run("action_track_order", customer="U02AB34", email="ADA@example.com", order_number="10432")
    assert "Skua Parcels" in heard(said)


async def test_a_chat_account_that_the_shop_does_not_know_proves_the_order_like_a_visitor(server: ActionServer):
    who: dict[str, Any] = {"customer": "U02AB34", "email": "ada@work.example"}
    said, _ = await server.run("action_track_order", order_number="10432", **who)
    assert said[0]["response"] == "utter_ask_order_contact"
    said, _ = await server.run("action_track_order", order_number="10432", order_contact="ada@example.com", **who)
    assert "Skua Parcels" in heard(said)


async def test_the_only_open_order_is_shown_without_asking_for_its_number(server: ActionServer):
    said, slots = await server.run("action_track_order", email="Chloe@Example.com", order_number=None)
    assert "several orders" in heard(said)
    said, slots = await server.run("action_track_order", customer="fintan")
    assert [b["title"] for b in said[0]["buttons"]] == ["HP-10442", "HP-10430"]
    assert slots == {"orders_offered": ["HP-10442", "HP-10430"]}


async def test_a_visitor_without_a_number_is_asked_for_it(server: ActionServer):
    said, _ = await server.run("action_track_order")
    assert said[0]["response"] == "utter_ask_order_number"


async def test_refunds_that_are_running_are_told_before_old_ones(server: ActionServer):
    said, _ = await server.run("action_refund_status", customer="ben")
    assert heard(said) == (
        "Your refund of €129 for order HP-10421: approved. The money should be back by Friday 13 March (PayPal)."
    )


async def test_recommendations_keep_to_department_and_budget(server: ActionServer):
    said, _ = await server.run("action_recommend_products", category="a rain jaket", budget="under 100 euros")
    assert heard(said).startswith("Our favourites in jackets up to €100:\n• Drizzle packable jacket, €89 (★ 4.3)")
    assert [b["title"] for b in said[0]["buttons"]] == [
        "Drizzle packable jacket",
        "Slipway fleece",
        "Midge hooded shirt",
    ]


async def test_when_nothing_fits_the_budget_the_nearest_is_named(server: ActionServer):
    said, _ = await server.run("action_recommend_products", category="jackets", budget="20")
    assert "nothing in jackets for €20" in heard(said)
    assert "Midge hooded shirt, €64" in heard(said)


@pytest.mark.parametrize(
    ("words", "first", "missing"),
    [
        ("i need hiking boots", "Cairn hiking boots", "Islander wool socks"),
        ("suche Wanderschuhe", "Cairn hiking boots", "Islander wool socks"),
        ("des chaussures de rando", "Cairn hiking boots", "Pebble camp slippers"),
        ("warm socks please", "Islander wool socks", "Cairn hiking boots"),
        ("wellies", "Tideway rubber boots", "Islander wool socks"),
    ],
)
async def test_who_asks_for_boots_is_not_shown_socks(server: ActionServer, words: str, first: str, missing: str):
    said, _ = await server.run(
        "action_recommend_products", category="footwear", category_words=words, budget="no limit"
    )
    told = heard(said)
    assert first in told
    assert missing not in told


async def test_a_department_by_its_name_alone_shows_what_is_liked_best(server: ActionServer):
    said, _ = await server.run(
        "action_recommend_products", category="footwear", category_words="footwear", budget="no limit"
    )
    assert "Islander wool socks" in heard(said)


async def test_what_comes_nearest_to_a_budget_is_of_the_kind_that_was_asked_for(server: ActionServer):
    said, _ = await server.run(
        "action_recommend_products", category="footwear", category_words="hiking boots", budget="€20"
    )
    assert "Tideway rubber boots" in heard(said)


async def test_a_size_is_no_budget(server: ActionServer):
    said, slots = await server.run(
        "validate_recommend_form", just_filled={"budget": "size 43"}, entities={"size": "43"}, requested_slot="budget"
    )
    assert heard(said) == "Noted: 43."
    assert slots["budget"] is None


async def test_cheaper_means_cheaper_than_what_was_recommended_first_again_and_again(server: ActionServer):
    budget: object = "no limit"
    limits: list[float] = []
    while True:
        said, slots = await server.run(
            "action_recommend_cheaper", recommended_category="jackets", recommended_up_to=budget
        )
        if said[0]["response"] == "utter_nothing_cheaper":
            break
        assert "Squall rain jacket" not in heard(said)
        budget = slots["recommended_up_to"]
        limits.append(float(budget.removeprefix("€")))
    assert limits == [168.99, 88.99, 73.99]


async def test_the_next_recommendation_has_a_department_and_a_budget_of_its_own(server: ActionServer):
    _, slots = await server.run("action_recommend_products", category="jackets", budget="€100")
    assert (slots["category"], slots["budget"]) == (None, None)
    assert (slots["recommended_category"], slots["recommended_up_to"]) == ("jackets", "€100")


async def test_the_cheapest_of_a_department_are_told_in_order_of_price(server: ActionServer):
    said, slots = await server.run("action_recommend_products", category="backpacks", budget="cheapest")
    lines = heard(said).splitlines()
    prices = [int(line.split("€")[1].split(" ")[0]) for line in lines[1:]]
    assert lines[0] == "What costs least in backpacks:"
    assert (len(prices), prices) == (3, sorted(prices))
    assert slots["products_shown"] == [b["title"] for b in said[0]["buttons"]]


JACKETS = ("Drizzle packable jacket", "Slipway fleece", "Midge hooded shirt")


@pytest.mark.parametrize(
    ("mention", "meant"),
    [
        ("the first", 0),
        ("1st one", 0),
        ("number 2", 1),
        ("the second one", 1),
        ("third one", 2),
        ("the last one", 2),
        ("the cheapest", 2),
        ("the least expensive one", 2),
        ("das am wenigsten teure", 2),
        ("la menos cara", 2),
        ("o menos caro", 2),
        ("most expensive one", 0),
        ("the best rated", 1),
        ("die zweite", 1),
        ("vom letzten", 2),
        ("le premier", 0),
        ("la troisième", 2),
        ("el segundo", 1),
        ("a terceira", 2),
        ("il primo", 0),
    ],
)
async def test_one_of_the_list_that_was_shown_may_be_named_by_its_place(server: ActionServer, mention: str, meant: int):
    said, slots = await server.run(
        "action_product_price", entities={"mention": mention}, products_shown=JACKETS, product="Gannet 2 tent"
    )
    assert (said[0]["product_name"], slots["product"]) == (JACKETS[meant], JACKETS[meant])


async def test_a_place_that_the_list_does_not_have_is_asked_about(server: ActionServer):
    said, _ = await server.run(
        "action_product_price", entities={"mention": "the third"}, products_shown=JACKETS[:2], product="Gannet 2 tent"
    )
    assert [b["title"] for b in said[0]["buttons"]] == list(JACKETS[:2])


async def test_after_a_list_it_is_asked_which_one_is_meant(server: ActionServer):
    _, slots = await server.run("action_recommend_products", category="jackets", budget="€100")
    assert (tuple(slots["products_shown"]), slots["product"]) == (JACKETS, None)
    said, _ = await server.run("action_product_availability", **slots)
    assert (said[0]["response"], len(said[0]["buttons"])) == ("utter_which_product", 3)


async def test_after_a_list_it_is_told_what_of_it_comes_in_a_colour(server: ActionServer):
    _, slots = await server.run("action_recommend_products", category="jackets", budget="€300")
    said, _ = await server.run(
        "action_product_availability", entities={"colour": "navy"}, **{**slots, "colour": "navy"}
    )
    assert said[0]["response"] == "utter_these_in_colour"
    said, _ = await server.run(
        "action_product_availability", entities={"colour": "pink"}, **{**slots, "colour": "pink"}
    )
    assert heard(said) == "None of these comes in pink."


async def test_a_short_name_means_the_one_that_was_shown(server: ActionServer):
    said, _ = await server.run("action_product_price", product="gannet", products_shown=["Gannet 3 tent"])
    assert said[0]["product_name"] == "Gannet 3 tent"


async def test_places_of_the_list_can_be_compared(server: ActionServer):
    said, _ = await server.run(
        "action_compare_products", entities={"mention": "the cheapest"}, product_first="squall", products_shown=JACKETS
    )
    assert "The Midge hooded shirt costs" in heard(said)
    said, _ = await server.run("action_compare_products", products_shown=JACKETS[:2])
    assert "The Slipway fleece costs €15 less." in heard(said)


async def test_a_colour_that_there_is_not_is_said(server: ActionServer):
    said, _ = await server.run("action_product_availability", product="slipway", size="M", colour="blue")
    assert heard(said).startswith("The Slipway fleece does not come in blue, only in grey, moss and cream.\nYes, ")
    said, _ = await server.run("action_product_availability", product="slipway", size="M", colour="Gray")
    assert heard(said).startswith("Yes, the Slipway fleece in M is in stock")


async def test_a_misspelt_product_is_found(server: ActionServer):
    said, slots = await server.run("action_product_details", product="gannett 2 tnt")
    assert "€249" in heard(said)
    assert slots["product"] == "Gannet 2 tent"


async def test_an_ambiguous_product_is_asked_back_with_buttons(server: ActionServer):
    said, slots = await server.run("action_product_price", product="gannet")
    assert [b["title"] for b in said[0]["buttons"]] == ["Gannet 2 tent", "Gannet 3 tent"]
    assert slots["product"] is None


async def test_stock_is_told_for_the_size_that_was_asked_for(server: ActionServer):
    said, _ = await server.run("action_product_availability", product="breakwater parka", size="medium")
    assert heard(said) == (
        "The Breakwater parka in M is sold out. Back in stock: Friday 20 March. There now: S, L and XL."
    )


async def test_two_products_are_compared(server: ActionServer):
    said, slots = await server.run("action_compare_products", product_first="fell 55", product_second="fell 70")
    assert "The Fell 55 trekking backpack costs €30 less." in heard(said)
    # "the first one" is one of them from now on
    assert slots["products_shown"] == ["Fell 55 trekking backpack", "Fell 70 trekking backpack"]


async def test_the_second_of_a_name_is_known_by_its_number_alone(server: ActionServer):
    said, _ = await server.run(
        "action_compare_products",
        text="whats the difference between the fell 55 and 70",
        entities={"product": "fell 55"},
    )
    assert "The Fell 55 trekking backpack costs €30 less." in heard(said)


async def test_an_order_in_the_warehouse_can_be_cancelled_and_one_on_its_way_cannot(server: ActionServer):
    said, slots = await server.run("action_check_cancellation", customer="ada", order_number="HP-10439")
    assert (said[0]["response"], slots["can_be_cancelled"]) == ("utter_can_be_cancelled", True)
    said, slots = await server.run("action_check_cancellation", customer="ada", order_number="HP-10432")
    assert (said[0]["response"], slots["can_be_cancelled"]) == ("utter_cannot_be_cancelled", None)
