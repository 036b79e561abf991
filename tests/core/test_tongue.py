"""A customer is answered in the language that they write, from the first word that tells it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.core.policy import Policy
from bot.core.wording.tongue import BEGINNINGS
from tests.core.people import ADA, POLICY, customer, meaning, turn
from tests.core.stories import Story


def after(*said: tuple[str, str], locale: str = "", policy: Policy = POLICY) -> str:
    """The language of a conversation after these messages, each with the language that understanding heard in it."""
    story = Story(policy)
    story.state = replace(story.state, customer=replace(ADA, locale=locale))
    for at, (text, heard) in enumerate(said):
        event = customer(text, 1.0 + at, parse=meaning(language=heard), turn=turn(f"Yes, {at}."))
        story.play(replace(event, author=replace(ADA, locale=locale)))
    return story.state.language


def test_a_few_words_do_not_change_the_language_that_a_customer_has_written() -> None:
    story = Story().play(
        customer("quiero saber el saldo de mi tarjeta", parse=meaning(language="es"), turn=turn("Sí."))
    )
    story.play(customer("la de crédito", parse=meaning(language="pt"), turn=turn("Sí.")))
    assert story.state.language == "es"
    story.play(customer("and now in english please", parse=meaning(language="en"), turn=turn("Yes.")))
    assert story.state.language == "en"
    story.play(customer("quiero otra cosa", parse=meaning(language="es"), turn=turn("Sí.")))
    assert story.state.language == "es"


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("hallo", "de"),
        ("Guten Tag!", "de"),
        ("bonjour", "fr"),
        ("Salut :)", "fr"),
        ("hola", "es"),
        ("Buenos días", "es"),
        ("olá, boa tarde", "pt"),
        ("obrigada", "pt"),
        ("Ciao", "it"),
        ("grazie mille", "it"),
        ("hi", ""),
        ("HP-10432", ""),
        ("🙂", ""),
    ],
)
def test_a_lone_greeting_is_answered_in_its_language(text: str, language: str) -> None:
    assert after((text, "en")) == language


def test_no_beginning_is_of_two_languages() -> None:
    words = [word for own in BEGINNINGS.values() for word in own]
    assert len(words) == len(set(words))


def test_two_words_are_believed_as_long_as_nothing_else_is_known() -> None:
    assert after(("passwort vergessen", "de")) == "de"
    assert after(("where is my order", "en"), ("orari negozio", "it")) == "en"
    assert after(("je cherche une tente", "fr"), ("orari negozio", "it")) == "fr"


def test_the_next_longer_message_corrects_what_two_words_made_believe() -> None:
    assert after(("como estás", "es"), ("cadê meu pedido", "pt")) == "pt"
    assert after(("hola", "en"), ("where is my order", "en")) == "en"


def test_few_words_of_a_language_that_we_do_not_speak_or_of_the_default_one_tell_nothing() -> None:
    assert after(("adresse ændres", "da")) == ""
    assert after(("track order", "en")) == ""


def test_what_the_platform_tells_is_left_for_a_greeting_or_three_words_but_not_for_two() -> None:
    assert after(("non merci", "it"), locale="fr-FR") == ""
    assert after(("non merci", "it"), locale="en-US") == "it"
    assert after(("hola", "en"), locale="fr-FR") == "es"
    assert after(("dov'è il pacco", "it"), locale="fr-FR") == "it"
