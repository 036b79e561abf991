"""Words of danger: found in six languages, and not found in figures of speech."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlu.artifacts import ModelError
from nlu.labelled import read_labelled
from nlu.safety import HELD_BACK, NONE, PHRASINGS, TRAINING, SafetyKind, find, model
from nlu.wording import WordingModel
from tests.nlu.emotion.medicine import MEDICINE
from tests.support.work import work_of


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("I want to kill myself", SafetyKind.SELF_HARM),
        ("ich will nicht mehr leben", SafetyKind.SELF_HARM),
        ("I can't go on, I don't want to be alive", SafetyKind.SELF_HARM),
        ("he is not breathing", SafetyKind.EMERGENCY),
        ("she drank something from under the sink and is choking", SafetyKind.EMERGENCY),
        ("llamen a una ambulancia", SafetyKind.EMERGENCY),
        ("I will kill you", SafetyKind.THREAT),
        ("je sais où tu habites", SafetyKind.THREAT),
        ("I smell gas in the hallway", SafetyKind.EMERGENCY),
        ("der herd brennt, überall rauch", SafetyKind.EMERGENCY),
    ],
)
def test_words_of_danger_are_found_with_their_kind(text: str, kind: SafetyKind):
    finding = find(text)
    assert finding is not None
    assert finding.kind is kind
    assert finding.evidence
    assert all(piece in text for piece in finding.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "this app is killing me",
        "I could kill for a pizza",
        "my phone died",
        "I'm dying of laughter",
        "invoice for the ambulance ride in June",
        "so it should be here tomorrow?",
        "gas bill for May",
        "we need two smoke detectors",
        "where is my order",
        "ich lach mich tot",
        "my husband died",
        "how are you doing",
        "I took my tablets twice by mistake",
        "I've run out of my blood pressure tablets",
        "no puedo seguir con el formulario",
        "",
    ],
)
def test_a_figure_of_speech_is_no_danger(text: str):
    assert find(text) is None


@pytest.mark.parametrize(
    "text", ["this is a medical emergency", "emergency!!", "Notfall", "es ist ein Notfall", "c'est une urgence"]
)
def test_whoever_says_that_it_is_an_emergency_is_believed(text: str):
    assert find(text) is not None


@pytest.mark.parametrize(
    "text",
    [
        "no, no emergency",
        "emergency appointment please",
        "nein, kein Notfall",
        "teléfono de emergencias",
        "it's urgent, where is my parcel",
    ],
)
def test_an_emergency_that_is_none_is_not_found(text: str):
    assert find(text) is None


@pytest.mark.parametrize("text", MEDICINE)
def test_whoever_needs_medicine_or_has_run_out_of_it_is_in_no_danger(text: str):
    assert find(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "i took all my pills",
        "i need my pills, i want to end it all",
        "ran out of inhaler and i can't breathe",
        "ich habe alle meine pillen genommen",
        "j'ai avalé tous mes comprimés",
        "me he tomado todas las pastillas",
        "tomei os comprimidos todos",
        "ho ingoiato tutte le pillole",
    ],
)
def test_danger_is_heard_beside_the_same_medicine(text: str):
    assert find(text) is not None


def test_the_held_back_messages_are_told_apart():
    examples = read_labelled(HELD_BACK, "kind")
    found = [(find(text) is not None, label != NONE) for text, label, _ in examples]
    hits = sum(a and b for a, b in found)
    assert hits / sum(b for _, b in found) >= 0.92
    assert hits / sum(a for a, _ in found) >= 0.93


@pytest.mark.parametrize("path", PHRASINGS, ids=["first", "second"])
@pytest.mark.parametrize(("half", "recall", "alarms"), [("seen", 0.97, 0.05), ("unseen", 0.9, 0.08)])
def test_other_words_of_danger_are_found_too(path: Path, half: str, recall: float, alarms: float):
    examples = read_labelled(path, "kind", half)
    danger = [find(text) is not None for text, label, _ in examples if label != NONE]
    calm = [find(text) is not None for text, label, _ in examples if label == NONE]
    assert min(len(danger), len(calm)) >= 24
    assert sum(danger) / len(danger) >= recall
    assert sum(calm) / len(calm) <= alarms


@pytest.mark.parametrize("path", [HELD_BACK, *PHRASINGS], ids=["held back", "first", "second"])
def test_what_measures_is_not_trained_on(path: Path):
    trained = {text.casefold() for text, _, _ in read_labelled(TRAINING, "kind")}
    assert not trained & {text.casefold() for text, _, _ in read_labelled(path, "kind")}


def test_a_saved_detector_reads_alike(tmp_path: Path):
    detector = model()
    detector.save(tmp_path)
    again = WordingModel.load(tmp_path, detector.patterns)
    for text in ("I can't breathe", "hello", "ti ammazzo"):
        assert again.read(text).probabilities == detector.read(text).probabilities


def test_a_damaged_detector_is_refused(tmp_path: Path):
    detector = model()
    detector.save(tmp_path)
    (tmp_path / "sparse.npy").unlink()
    with pytest.raises(ModelError, match="sparse"):
        WordingModel.load(tmp_path, detector.patterns)


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=200))
def test_no_text_raises(text: str):
    finding = find(text)
    assert finding is None or 0.0 <= finding.confidence <= 1.0


@pytest.mark.parametrize("text", ["kill " * 20_000, "a" * 100_000, "!" * 100_000], ids=["words", "letters", "marks"])
def test_monstrous_texts_are_read_within_fifty_milliseconds(text: str):
    assert work_of(lambda: find(text), enough=0.05) < 0.05
