"""How a wish for a person is heard beyond its words where the multilingual encoder runs."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlu.asked import DEFAULT_THRESHOLD, HELD_BACK, OF_PEOPLE, PARAPHRASES, PHRASINGS, UNUSUAL, model, score
from nlu.components.multilingual import Multilingual
from nlu.detectors import PersonRequestDetector
from nlu.draft import Draft
from nlu.gist import Gist
from nlu.labelled import read_labelled
from nlu.learning.gist import asked_examples, asked_gist

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def gist(encoder: Multilingual) -> Gist:
    return asked_gist(encoder)


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_fewer_wishes_are_missed_than_by_the_words(gist: Gist, encoder: Multilingual, half: str):
    rows = read_labelled(PARAPHRASES, "asks", half)
    numbers = encoder.embed([text for text, _, _ in rows])
    both = np.array([score(text, None, gist, n) for (text, _, _), n in zip(rows, numbers, strict=True)])
    words = np.array([score(text) for text, _, _ in rows])
    asks = np.array([label == "yes" for _, label, _ in rows])
    assert np.sum(both[asks] < DEFAULT_THRESHOLD) <= 3
    assert np.sum(both[asks] < DEFAULT_THRESHOLD) < np.sum(words[asks] < DEFAULT_THRESHOLD)
    assert np.sum(both[~asks] >= DEFAULT_THRESHOLD) <= 1


@pytest.mark.parametrize("path", [HELD_BACK, *PHRASINGS], ids=["held back", "first", "second"])
def test_what_the_words_are_measured_by_is_heard_as_well(gist: Gist, encoder: Multilingual, path: Path):
    rows = read_labelled(path, "asks")
    numbers = encoder.embed([text for text, _, _ in rows])
    right = [
        (score(text, None, gist, n) >= DEFAULT_THRESHOLD) == (label == "yes")
        for (text, label, _), n in zip(rows, numbers, strict=True)
    ]
    assert np.mean(right) >= 0.95


@pytest.mark.parametrize("path", [HELD_BACK, *PHRASINGS, PARAPHRASES, OF_PEOPLE, UNUSUAL])
def test_what_measures_is_not_learnt_from(path: Path):
    trained = {text.casefold() for text in asked_examples().texts}
    assert not trained & {text.casefold() for text, _, _ in read_labelled(path, "asks")}


def test_a_wish_in_the_midst_of_a_long_message_is_heard(gist: Gist, encoder: Multilingual):
    text = (
        "Ich habe letzte Woche eine Lampe bestellt und warte seitdem darauf. Angerufen habe ich auch schon zweimal. "
        "Ich will mit einem Menschen sprechen. Auf der Seite steht, dass das Paket unterwegs ist."
    )
    assert score(text, gist=gist, numbers=encoder.view(text)[0]) >= DEFAULT_THRESHOLD


def test_the_detector_hears_what_the_pipelines_encoder_says(gist: Gist, encoder: Multilingual, tmp_path: Path):
    PersonRequestDetector(model(), gist).save(tmp_path)
    detector = PersonRequestDetector.load(tmp_path)
    text = "gibts hier auch menschen?"
    heard, unheard = Draft(text, multilingual=encoder.view(text)[0]), Draft(text)
    detector.process(heard)
    detector.process(unheard)
    assert heard.asked_for_person >= DEFAULT_THRESHOLD > unheard.asked_for_person


def test_a_detector_of_words_alone_is_saved_as_before(tmp_path: Path):
    PersonRequestDetector(model()).save(tmp_path)
    assert not list(tmp_path.glob("gist*"))
    assert PersonRequestDetector.load(tmp_path).gist is None


@pytest.mark.parametrize("text", ["", "  ", "\x00\ud800" * 9, "שלום", "a" * 10_000, "😡"])
def test_any_text_has_a_score(gist: Gist, encoder: Multilingual, text: str):
    shown = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    assert 0.0 <= score(shown, gist=gist, numbers=encoder.view(shown)[0]) <= 1.0
