"""People are found by given names, titles, and what is said before a name; what only has a capital is nobody."""

from __future__ import annotations

import pytest

from nlu.components.given_names import is_given_name, is_nothing_but_a_name
from nlu.components.persons import PersonExtractor
from nlu.draft import Draft
from nlu.emotion.data import DEVELOPMENT, TRAINING, read_examples
from nlu.types import Entity
from tests.support.work import work_of


def people(text: str, *others: Entity) -> list[str]:
    draft = Draft(text, entities=others)
    PersonExtractor().process(draft)
    assert all(text[e.start : e.end] == e.value for e in draft.entities if e.entity == "PERSON")
    return [str(e.value) for e in draft.entities if e.entity == "PERSON"]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("my name is paul smith", "paul smith"),
        ("my name's o'brien", "o'brien"),
        ("this is Mark from accounting", "Mark"),
        ("I'm zoe", "zoe"),
        ("im paul and my parcel is lost", "paul"),
        ("Ich bin Thomas Berger", "Thomas Berger"),
        ("mein Name ist Aygül Şahin", "Aygül Şahin"),
        ("c'est jean dupont", "jean dupont"),
        ("je suis Claire Martin", "Claire Martin"),
        ("Je m'appelle Noël", "Noël"),
        ("hola soy Lucía", "Lucía"),
        ("sono Chiara Conti", "Chiara Conti"),
        ("Best regards, Zbigniew Kowalski", "Zbigniew Kowalski"),
        ("LG Anna", "Anna"),
    ],
)
def test_who_presents_themselves_is_found(text: str, name: str) -> None:
    assert people(text) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("mit frau müller gesprochen", "müller"),
        ("ich habe mit Frau Müller gesprochen", "Müller"),
        ("herr schmidt hat mich angerufen", "schmidt"),
        ("Guten Tag Herr Professor Schneider", "Schneider"),
        ("Termin bei Dr. Krüger", "Krüger"),
        ("Dear Mr Brown", "Brown"),
        ("Mr. O'Brien called", "O'Brien"),
        ("M. Dupont m'a rappelé", "Dupont"),
        ("señor García me atendió", "García"),
        ("la doctora Ramos", "Ramos"),
        ("falei com o senhor Costa", "Costa"),
        ("ho parlato con la signora Rossi", "Rossi"),
        ("appuntamento con dott. Bianchi", "Bianchi"),
    ],
)
def test_a_title_says_that_a_name_follows(text: str, name: str) -> None:
    assert people(text) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("remind me to call Paul", "Paul"),
        ("I spoke with Maria yesterday", "Maria"),
        ("ask Will about it", "Will"),
        ("call Zbigniew Kowalski", "Zbigniew Kowalski"),
        ("my wife Rosa will pick it up", "Rosa"),
        ("the agent named Priya", "Priya"),
        ("gift for lisa", "lisa"),
        ("habe gestern mit thomas telefoniert", "thomas"),
        ("mein Sohn Jonas", "Jonas"),
        ("der Termin bei Anna Krüger", "Anna Krüger"),
        ("parle à Sophie", "Sophie"),
        ("ma fille Léa", "Léa"),
        ("quiero hablar con Roberto", "Roberto"),
        ("por favor llama a juan", "juan"),
        ("falei com joão ontem", "joão"),
        ("ho parlato con giulia", "giulia"),
    ],
)
def test_whom_somebody_deals_with_is_found(text: str, name: str) -> None:
    assert people(text) == [name]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Maria Gonzalez told me otherwise", "Maria Gonzalez"),
        ("Paul's number is wrong", "Paul"),
        ("Hi Sarah, where is my order?", "Sarah"),
        ("thanks leah!", "leah"),
        ("Danke, Petra!", "Petra"),
        ("Jean-Luc Picard", "Jean-Luc Picard"),
        ("Vincent van Gogh", "Vincent van Gogh"),
    ],
)
def test_a_common_name_needs_no_more_than_its_capital_or_a_greeting(text: str, name: str) -> None:
    assert people(text) == [name]


@pytest.mark.parametrize(
    "text",
    [
        "meine frau ist krank",
        "die Frau hat angerufen",
        "eine alte Frau bestohlen",
        "Ich bin Kunde bei euch",
        "mein name ist falsch geschrieben",
        "my name is spelled wrong",
        "I miss the old app",
        "doctor didn't even look",
        "a senhora poderia ajudar",
        "merci madame, à demain",
        "soy clienta desde hace años",
    ],
)
def test_a_title_or_a_presentation_without_a_name_names_nobody(text: str) -> None:
    assert people(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "call me back please",
        "call me tomorrow",
        "I will call you",
        "will you refund me",
        "rob me of my money",
        "Mark my order as paid",
        "by the grace of god",
        "Summer is here",
        "Rose gold please",
        "is it from April?",
        "Hatte im April eine OP",
        "it's summer time",
        "Sean amables por favor",
    ],
)
def test_a_word_that_is_a_name_as_well_stays_a_word(text: str) -> None:
    assert people(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "please contact Customer Service",
        "contact PayPal",
        "spoke to Barclays yesterday",
        "Dear Customer Service",
        "rue Jean Jaurès 12",
        "12 Albert Street",
        "I live in San José",
        "flight to Paris",
        "a Hugo Boss shirt",
        "I love my Calvin Klein jeans",
        "Mit Karte bezahlt bei der Sparkasse",
        "I ordered with chloe@example.org",
    ],
)
def test_a_shop_a_street_and_a_city_are_nobody(text: str) -> None:
    assert people(text) == []


def test_what_is_known_to_be_something_else_stays_that() -> None:
    text = "send it to Martina"
    shop = Entity("shop", "Martina", 11, 18, extractor="CRFEntityExtractor")
    assert people(text) == ["Martina"]
    assert people(text, shop) == []


def test_who_presents_themselves_is_a_person_whatever_else_the_name_is() -> None:
    city = Entity("city", "Florence", 11, 19, extractor="LookupEntityExtractor")
    assert people("my name is Florence", city) == ["Florence"]


def test_accents_and_capitals_make_no_other_name() -> None:
    assert all(is_nothing_but_a_name(name) for name in ("José", "jose", "JOSÉ", "Jean-Luc", "zoë"))
    assert is_given_name("Rose")
    assert not is_nothing_but_a_name("Rose")
    assert not is_given_name("Tisch")


def test_calm_and_upset_messages_of_six_languages_hold_hardly_anybody() -> None:
    """They name people once in some four hundred; a rule that takes words for names shows here at once."""
    texts = [e.text for path in (TRAINING, DEVELOPMENT) for e in read_examples(path)]
    found = [name for text in texts for name in people(text)]
    assert 10 <= len(found) <= len(texts) / 250
    assert {"Leah", "Okafor", "Ilaria", "Ramos"} <= set(found)


@pytest.mark.parametrize(
    "text", ["Paul " * 400, "my name is " * 180, "regards, a b c " * 140, "A-" * 1000, "M. " * 660]
)
def test_many_names_take_no_longer_than_fifty_milliseconds(text: str) -> None:
    assert work_of(lambda: people(text), enough=0.05) < 0.05
