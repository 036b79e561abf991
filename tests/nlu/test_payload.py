"""What a button says, as Rasa 3.6 reads it."""

from __future__ import annotations

import pytest

from nlu.payload import parse_payload


@pytest.mark.parametrize(
    ("payload", "intent", "entities"),
    [
        ("/greet", "greet", []),
        ('/inform{"city": "Rome", "guests": 2}', "inform", [("city", "Rome"), ("guests", 2)]),
        ('/inform {"city": ["Rome", "Paris"]}', "inform", [("city", "Rome"), ("city", "Paris")]),
        ('/inform{"city": null}', "inform", [("city", None)]),
        ("/inform{'city': 'Rome'}", "inform", []),
        ('/inform{"city": ', "inform", []),
        ('/inform{"city": "Rome"} and more', "inform", [("city", "Rome")]),
        ("/inform{[1]}", "inform", []),
    ],
)
def test_the_intent_counts_also_where_the_entities_cannot_be_read(
    payload: str, intent: str, entities: list[tuple[str, object]]
) -> None:
    meant = parse_payload(payload)
    assert meant is not None
    assert meant.intent.name == intent
    assert [(e.entity, e.value) for e in meant.entities] == entities


@pytest.mark.parametrize(
    ("payload", "confidence"), [("/a@0.5", 0.5), ("/a@7", 1.0), ("/a@0.5.5", 1.0), ("/a@x{}", 1.0)]
)
def test_a_confidence_that_is_none_is_certainty(payload: str, confidence: float) -> None:
    meant = parse_payload(payload)
    assert meant is not None
    assert meant.intent.confidence == confidence


@pytest.mark.parametrize("text", ["hello", "/", "/ greet", "/greet you", ""])
def test_what_names_no_intent_is_a_text(text: str) -> None:
    assert parse_payload(text) is None
