"""The shop answers in the customer's language: nothing is left in English, and every value is said as people say it."""

from __future__ import annotations

import ast
import re
from collections import Counter
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from assistants.ecommerce.actions.shop import CustomerId, OrderStatus, ProductQuery
from assistants.ecommerce.actions.sqlite_shop import SqliteShop
from assistants.ecommerce.actions.terms import LANGUAGES, TERMS, size_meant, word_of_the_shop
from assistants.ecommerce.actions.values import day, day_gone_by, listed, money, pieces, size
from assistants.ecommerce.actions.wording import products_listed
from bot.core.wording.words import LANGUAGES as SPOKEN
from tests.assistants.ecommerce.conftest import ActionServer, heard
from tests.assistants.ecommerce.project import PROJECT, read_project

CUSTOMERS = ("ada", "ben", "chloe", "dmitri", "emi", "fintan", "greta", "hugo")
BRANDS = {"PayPal", "Apple Pay"}


def _wordings() -> Iterator[tuple[str, dict[str, Any], dict[str, str]]]:
    """Each wording of the domain: its response, itself, and all its languages."""
    for name, wordings in read_project().domain["responses"].items():
        for wording in wordings:
            yield name, wording, {"en": wording["text"], **wording["metadata"]["translation"]}


def _fields(text: str) -> set[str]:
    return set(re.findall(r"\{(\w+)\}", text))


def test_the_shop_speaks_every_language_that_the_product_speaks():
    assert {"en", *LANGUAGES} == set(SPOKEN) == {"en", *read_project().config["additional_languages"]}


def test_every_wording_has_a_translation_into_each_language_with_the_same_fields():
    for name, _, texts in _wordings():
        assert set(texts) == set(SPOKEN), name
        assert {language: _fields(text) for language, text in texts.items()} == dict.fromkeys(
            SPOKEN, _fields(texts["en"])
        ), name
        words = {language: text for language, text in texts.items() if re.search(r"[^\W\d_]{4}", _bare(text))}
        assert not [language for language, text in words.items() if language != "en" and text == texts["en"]], name


def _bare(text: str) -> str:
    return re.sub(r"\{\w+\}", "", text)


def test_every_button_has_a_title_in_each_language():
    for name, wording, _ in _wordings():
        for button in wording.get("buttons", ()):
            assert set(button["translation"]) == set(LANGUAGES), (name, button)
            assert all(translated["title"].strip() for translated in button["translation"].values()), (name, button)


def test_no_action_says_a_sentence_of_its_own():
    for path in sorted((PROJECT / "actions").glob("*.py")):
        for call in ast.walk(ast.parse(path.read_text("utf-8"))):
            if (
                isinstance(call, ast.Call)
                and isinstance(call.func, ast.Attribute)
                and call.func.attr == "utter_message"
            ):
                given = {word.arg for word in call.keywords}
                assert "response" in given, f"{path.name}:{call.lineno}"
                assert not call.args, f"{path.name}:{call.lineno}"
                assert not given & {"text", "template"}, f"{path.name}:{call.lineno}"


def test_every_response_that_actions_name_is_in_the_domain_and_every_other_one_is_in_a_rule_story_or_form():
    project = read_project()
    responses = {name for name in project.domain["responses"] if "/" not in name}
    code = "\n".join(path.read_text("utf-8") for path in (PROJECT / "actions").glob("*.py"))
    named = set(re.findall(r"\"(utter_\w+)\"", code))
    told = {step.get("action") for s in [*project.rules, *project.stories] for step in s["steps"]}
    asked = {f"utter_ask_{slot}" for form in project.domain["forms"].values() for slot in form["required_slots"]}
    retrieved = {name.partition("/")[0] for name in project.domain["responses"] if "/" in name}
    assert named <= responses | retrieved
    assert responses - named - told - asked == {"utter_default", "utter_ask_continue"} - told


async def test_every_word_of_the_sample_shop_is_known_in_each_language(shop: SqliteShop):
    products = await shop.search(ProductQuery(limit=1000))
    orders = [order for name in CUSTOMERS for order in await shop.orders_of(CustomerId(name))]
    words = {*await shop.categories(), *OrderStatus}
    words |= {colour for product in products for colour in product.colours}
    words |= {name for product in products for name in product.stock if re.search(r"[a-z]{4}", name)}
    words |= {order.payment for order in orders} - BRANDS
    words |= {order.refund.state for order in orders if order.refund and order.refund.state != "paid"}
    assert words - set(TERMS) == set()


def _numbers(text: str) -> set[str]:
    return set(re.findall(r"\d+", re.sub(r"(?<=\d)[.,\s](?=\d{3})", "", text)))


async def test_what_a_product_is_good_for_is_told_in_each_language_with_the_same_numbers(shop: SqliteShop):
    for product in await shop.search(ProductQuery(limit=1000)):
        assert product.blurbs.keys() == set(LANGUAGES)
        for language, said in product.blurbs.items():
            assert said != product.blurb
            assert _numbers(product.blurb) <= _numbers(said), (product.sku, language)
            assert not re.search(r"\d\.\d(?!\d\d)|'", said), (product.sku, language)


ASKED: list[tuple[str, dict[str, Any]]] = [
    *(
        ("action_track_order", {"customer": name, "order_number": number})
        for name, number in (
            ("ada", "HP-10439"),
            ("ben", "HP-10437"),
            ("ada", "HP-10432"),
            ("chloe", "HP-10433"),
            ("ben", "HP-10429"),
            ("fintan", "HP-10430"),
            ("ada", "HP-10426"),
            ("ben", "HP-10421"),
            ("hugo", "HP-10444"),
            ("ada", "HP-10410"),
        )
    ),
    ("action_track_order", {"customer": "fintan"}),
    ("action_track_order", {"customer": "ada", "order_number": "HP-10999"}),
    ("action_track_order", {"order_number": "HP-10432", "order_contact": "nobody@example.com"}),
    ("action_list_orders", {"customer": "ada"}),
    ("action_refund_status", {"customer": "ben"}),
    ("action_refund_status", {"customer": "ada", "order_number": "HP-10439"}),
    ("action_check_cancellation", {"customer": "ada", "order_number": "HP-10439"}),
    ("action_check_cancellation", {"customer": "ada", "order_number": "HP-10432"}),
    ("action_check_address_change", {"customer": "ada", "order_number": "HP-10439", "new_address": "4 Weir Lane"}),
    ("action_check_address_change", {"customer": "ada", "order_number": "HP-10432", "new_address": "4 Weir Lane"}),
    ("action_recommend_products", {"category": "jackets", "budget": "100"}),
    ("action_recommend_products", {"category": "tents", "budget": "no limit"}),
    ("action_recommend_products", {"category": "tents", "budget": "20"}),
    ("action_recommend_products", {"category": "tents", "budget": "the cheapest"}),
    ("action_recommend_cheaper", {"recommended_category": "jackets", "recommended_up_to": "100"}),
    ("action_recommend_cheaper", {"recommended_category": "jackets", "recommended_up_to": "65"}),
    ("action_product_details", {"product": "kestrel tarp"}),
    ("action_product_details", {"product": "breakwater parka"}),
    ("action_product_price", {"product": "kestrel tarp"}),
    ("action_product_availability", {"product": "heron solo tent"}),
    ("action_product_availability", {"product": "breakwater parka", "size": "M", "colour": "pink"}),
    ("action_product_availability", {"product": "breakwater parka", "size": "L"}),
    ("action_product_availability", {"product": "slipway fleece"}),
    ("action_compare_products", {"product_first": "fell 55", "product_second": "fell 70"}),
    ("action_compare_products", {}),
]


@pytest.mark.parametrize("language", SPOKEN)
@pytest.mark.parametrize(("action", "known"), ASKED)
async def test_every_answer_with_data_is_whole_in_every_language(
    server: ActionServer, action: str, known: dict[str, Any], language: str
):
    said, _ = await server.run(action, language=language, **known)
    text = heard(said, language)
    assert said
    assert "{" not in text
    if language != "en":
        english, _ = await server.run(action, **known)
        assert text != heard(english)
        assert not re.search(r"€\d|\d+\.\d\)|\b(?:Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday)\b", text)


async def test_a_german_customer_hears_of_an_order_in_german(server: ActionServer):
    said, _ = await server.run("action_track_order", customer="ada", order_number="10432", language="de")
    assert heard(said, "de") == (
        "Bestellung HP-10432 ist unterwegs: am Samstag, 7. März verschickt mit Skua Parcels (Sendungsnummer "
        "SK8840183209). Voraussichtliche Ankunft: Donnerstag, 12. März.\n"
        "• 1 × Gannet 2 tent (Sand)\n• 2 × Sandpiper sleeping mat (Standard, Petrol)\n"
        "Zusammen 427\N{NO-BREAK SPACE}€, bezahlt per Karte."
    )


async def test_a_colour_and_a_size_are_understood_in_the_customers_language(server: ActionServer):
    said, _ = await server.run(
        "action_product_availability", product="slipway", size="Größe M", colour="graue", language="de"
    )
    assert heard(said, "de") == "Ja, Slipway fleece in M ist vorrätig (reichlich da)."
    said, _ = await server.run(
        "action_product_availability", product="slipway", size="M", colour="blaue", language="de"
    )
    assert heard(said, "de").startswith("Slipway fleece gibt es nicht in Blau, nur in Grau, Moosgrün und Creme.\nJa, ")
    said, slots = await server.run("action_recommend_products", category="mochila", budget="200", colour="negra")
    assert slots["products_shown"] == ["Fell 55 trekking backpack", "Ketch roll-top backpack", "Tern duffel bag"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("rote", "red"), ("grise", "grey"), ("gray", "grey"), ("roja", "red"), ("nera", "black"), ("vermelhas", "red")],
)
def test_a_colour_is_known_with_any_ending(typed: str, meant: str):
    assert word_of_the_shop(typed, TERMS) == meant


@pytest.mark.parametrize("typed", ["pink", "rosa", "", "r"])
def test_a_colour_that_nothing_has_is_not_guessed(typed: str):
    assert word_of_the_shop(typed, TERMS) is None


def test_the_same_word_may_be_a_letter_of_one_product_and_a_width_of_another():
    assert size_meant("large", ["S", "M", "L"]) == "L"
    assert size_meant("large", ["regular", "wide"]) == "wide"
    assert size_meant("pointure 42", ["41", "42"]) == "42"
    assert size_meant("talla M", ["S", "M"]) == "M"
    assert size_meant("huge", ["S", "M"]) is None


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("en", ("€249", "€1,234.50", "€0.05")),
        ("de", ("249_€", "1.234,50_€", "0,05_€")),
        ("fr", ("249_€", "1-234,50_€", "0,05_€")),
        ("es", ("249_€", "1234,50_€", "0,05_€")),
        ("pt", ("249_€", "1234,50_€", "0,05_€")),
        ("it", ("249_€", "1.234,50_€", "0,05_€")),
    ],
)
def test_money_is_written_as_people_write_it(language: str, said: tuple[str, str, str]):
    written = tuple(money(cents, language) for cents in (24900, 123450, 5))
    assert (
        tuple(w.replace("\N{NO-BREAK SPACE}", "_").replace("\N{NARROW NO-BREAK SPACE}", "-") for w in written) == said
    )
    assert money(1_234_500, "es") == "12\N{NO-BREAK SPACE}345\N{NO-BREAK SPACE}€"


@pytest.mark.parametrize(
    ("language", "said", "ago"),
    [
        ("en", "Sunday 1 March", "Sunday 1 March, 9 days ago"),
        ("de", "Sonntag, 1. März", "Sonntag, 1. März, vor 9 Tagen"),
        ("fr", "dimanche 1er mars", "dimanche 1er mars, il y a 9 jours"),
        ("es", "domingo 1 de marzo", "domingo 1 de marzo, hace 9 días"),
        ("pt", "1 de março (domingo)", "1 de março (domingo), há 9 dias"),
        ("it", "domenica 1º marzo", "domenica 1º marzo, 9 giorni fa"),
    ],
)
def test_days_are_named_as_people_name_them(language: str, said: str, ago: str):
    first = date(2026, 3, 1)
    assert day(first, language) == said
    assert day_gone_by(first, date(2026, 3, 10), language) == ago
    assert day_gone_by(first, first, language) == said
    assert not re.search(r"\d", day(None, language))


def test_every_day_of_a_year_has_a_name_of_its_own():
    for language in SPOKEN:
        days = Counter(day(date(2026, month, number), language) for month in range(1, 13) for number in range(1, 29))
        assert set(days.values()) == {1}


def test_lists_and_numbers():
    assert listed(["S", "M", "L"], "fr") == "S, M et L"
    assert listed(["S"], "de") == "S"
    assert listed([], "it") == ""
    assert [pieces(1, "es"), pieces(4, "es"), pieces(40, "de")] == ["queda 1", "quedan 4", "reichlich da"]
    assert (size("0.5 L", "de"), size("0.5 L", "en"), size("long", "it")) == ("0,5 L", "0.5 L", "lungo")


async def test_a_french_list_of_products_keeps_a_space_before_its_marks(shop: SqliteShop):
    products = await shop.search(ProductQuery(category="tents"))
    assert "(★ 4,7)\N{NO-BREAK SPACE}: Deux personnes" in products_listed(products, "fr")
    assert "(★ 4,7): Zwei Personen" in products_listed(products, "de")
