"""Asking for a person: heard in six languages, and not heard where people are only the topic."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.asked import DEFAULT_THRESHOLD, HELD_BACK, OF_PEOPLE, PHRASINGS, TRAINING, UNUSUAL, score
from nlu.labelled import read_labelled
from tests.support.work import work_of


@pytest.mark.parametrize(
    "text",
    [
        "speak 2 a real person pls",
        "kann ich mit einem menschen reden",
        "quiero hablar con una persona",
        "je veux parler à un conseiller",
        "quero falar com um atendente",
        "vorrei parlare con un operatore",
        "HUMAN!!!",
        "agent",
    ],
)
def test_asking_for_a_person_is_heard(text: str):
    assert score(text) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        """I have been waiting for three weeks for my order HP-10432 and nobody called me between 3 and 5 as promised.
        This is the third time. I want to speak to a person now!""",
        """My card was declined at two shops today and the app shows the money is there so I don't know what to do.
        Get me an agent please.""",
        """Guten Tag, ich warte seit drei Wochen auf meine Bestellung und habe schon zweimal geschrieben, ohne eine
        Antwort zu bekommen. Können Sie mich bitte mit einem Mitarbeiter verbinden? Danke im Voraus.""",
    ],
)
def test_a_long_story_does_not_drown_the_wish(text: str):
    assert score(text) >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        """The delivery person was rude to me and left the parcel outside in the rain. How do I file a complaint?
        My order is 1234 and I'd like an answer by Friday.""",
        """I spoke to an agent yesterday and she said the refund would be here today. It isn't.
        What is the status of the refund please?""",
        "I swear that there are two payments on the app that I didn't make. Could my card be stolen? Please advise.",
    ],
)
def test_nor_does_a_sentence_of_it_become_one(text: str):
    assert score(text) < DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        "the delivery person was rude",
        "is there an agent fee",
        "which human resources policy",
        "are you a bot",
        "human or bot?",
        "yes please",
        "can I see a doctor who speaks Polish",
        "je voudrais voir un médecin",
        "",
        "😀",
    ],
)
def test_people_as_a_topic_are_not_asked_for(text: str):
    assert score(text) < DEFAULT_THRESHOLD


def test_the_held_back_messages_are_told_apart():
    examples = read_labelled(HELD_BACK, "asks")
    found = [(score(text) >= DEFAULT_THRESHOLD, label == "yes") for text, label, _ in examples]
    hits = sum(a and b for a, b in found)
    assert hits / sum(a for a, _ in found) >= 0.96
    assert hits / sum(b for _, b in found) >= 0.94


@pytest.mark.parametrize("path", PHRASINGS, ids=["first", "second"])
@pytest.mark.parametrize(("half", "recall"), [("seen", 0.93), ("unseen", 0.84)])
def test_other_ways_to_ask_are_heard_and_near_misses_are_not(path: Path, half: str, recall: float):
    examples = read_labelled(path, "asks", half)
    assert len(examples) >= 45
    wanted = [score(text) >= DEFAULT_THRESHOLD for text, label, _ in examples if label == "yes"]
    alarms = [score(text) >= DEFAULT_THRESHOLD for text, label, _ in examples if label == "no"]
    assert sum(wanted) / len(wanted) >= recall
    assert sum(alarms) <= 2


@pytest.mark.parametrize(("half", "recall", "most"), [("seen", 0.9, 1), ("unseen", 0.6, 5)])
def test_who_wants_a_person_to_do_something_wants_a_person(half: str, recall: float, most: int):
    examples = read_labelled(OF_PEOPLE, "asks", half)
    wanted = [score(text) >= DEFAULT_THRESHOLD for text, label, _ in examples if label == "yes"]
    alarms = [score(text) >= DEFAULT_THRESHOLD for text, label, _ in examples if label == "no"]
    assert sum(wanted) / len(wanted) >= recall
    assert sum(alarms) <= most


@pytest.mark.parametrize(("half", "most"), [("seen", 2), ("unseen", 2)])
def test_whoever_works_there_may_be_named_by_what_they_do(half: str, most: int):
    examples = read_labelled(UNUSUAL, "asks", half)
    assert len(examples) >= 40
    assert sum((score(text) >= DEFAULT_THRESHOLD) != (label == "yes") for text, label, _ in examples) <= most


@pytest.mark.parametrize("path", [HELD_BACK, *PHRASINGS, OF_PEOPLE, UNUSUAL], ids=lambda path: path.stem)
def test_what_measures_is_not_trained_on(path: Path):
    trained = {text.casefold() for text, _, _ in read_labelled(TRAINING, "asks")}
    assert not trained & {text.casefold() for text, _, _ in read_labelled(path, "asks")}


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_any_text_has_a_probability(text: str):
    assert 0.0 <= score(text) <= 1.0


@pytest.mark.parametrize("text", ["agent " * 20_000, "a" * 100_000, "?" * 100_000], ids=["words", "letters", "marks"])
def test_monstrous_texts_are_scored_within_fifty_milliseconds(text: str):
    assert work_of(lambda: score(text), enough=0.05) < 0.05
