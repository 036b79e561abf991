"""The entity extractor hears the intent, and is trained with guesses instead of the labels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from nlu.components.crf import CRFEntityExtractor
from nlu.components.tokenizer import tokenize
from nlu.config import PipelineConfig, Step
from nlu.draft import Draft
from nlu.fitting import fit
from nlu.learning.corpus import Corpus, Shared
from nlu.learning.heard import heard_intents, left_out_scores
from nlu.learning.registry import LEARN
from nlu.sources.markup import Annotation
from nlu.training_data import Example, TrainingData
from nlu.types import Intent

PLACES = ("Moosic", "Leeds", "Turin", "Delft", "Bruges", "Cadiz", "Lyon", "Graz")
LISTS = ("Chill", "Workout", "Oldies", "Sunday", "Focus", "Party", "Sleep", "Road")
RANKED = tuple(Step(name) for name in ("Tokenizer", "NgramFeaturizer", "IntentClassifier", "CRFEntityExtractor"))


def marked(before: str, value: str, intent: str, entity: str) -> Example:
    return Example(before + value, intent, (Annotation(len(before), len(before) + len(value), entity, value),))


def two_meanings() -> TrainingData:
    """What follows is a town or a playlist, which only words far from it tell."""
    rain = [marked("will it rain a lot today somewhere close to our ", p, "weather", "city") for p in PLACES]
    songs = [marked("kindly add this song today somewhere close to our ", n, "add", "playlist") for n in LISTS]
    return TrainingData((*rain, *songs))


def corpus_of(data: TrainingData, *, ranked: bool = False) -> Corpus:
    drafts = [Draft(e.text, tokens=tokenize(e.text)) for e in data.examples]
    corpus = Corpus(data, drafts, 0, "en", lambda _line: None, Shared(ranked=ranked))
    ngrams = LEARN["NgramFeaturizer"](corpus, {})
    for draft in drafts:
        ngrams.process(draft)
    return corpus


def test_a_word_means_what_fits_the_intent() -> None:
    model = fit(two_meanings(), PipelineConfig(RANKED))
    rain = model.parse("will it rain a lot today somewhere close to our Ghent")
    songs = model.parse("kindly add this song today somewhere close to our Ghent")
    assert [(e.entity, e.value) for e in rain.entities] == [("city", "Ghent")]
    assert [(e.entity, e.value) for e in songs.entities] == [("playlist", "Ghent")]


def test_without_a_classifier_before_it_no_intent_is_heard() -> None:
    extractor = LEARN["CRFEntityExtractor"](corpus_of(two_meanings()), {})
    assert isinstance(extractor, CRFEntityExtractor)
    assert not extractor.hears_intents
    draft = Draft("rain close to our Leeds", tokens=tokenize("rain close to our Leeds"), ranking=(Intent("add", 1.0),))
    extractor.process(draft)
    assert [e.value for e in draft.entities] == ["Leeds"]


def test_what_is_saved_hears_the_same(tmp_path: Path) -> None:
    extractor = LEARN["CRFEntityExtractor"](corpus_of(two_meanings(), ranked=True), {})
    extractor.save(tmp_path)
    again = CRFEntityExtractor.load(tmp_path)
    text = "somewhere close to our Ghent"
    for intent in ("weather", "add"):
        drafts = [Draft(text, tokens=tokenize(text), ranking=(Intent(intent, 1.0),)) for _ in range(2)]
        extractor.process(drafts[0])
        again.process(drafts[1])
        assert drafts[0].entities == drafts[1].entities != ()


def test_a_guess_is_made_without_the_texts_own_label() -> None:
    data = two_meanings()
    wrong = Example("will it rain a lot today somewhere close to our Pisa", "add")
    guesses = heard_intents(corpus_of(TrainingData((*data.examples, wrong)), ranked=True))
    assert guesses[-1] == "weather"
    assert guesses[:-1] == [e.intent for e in data.examples]


@pytest.mark.parametrize(("texts", "features"), [(12, 30), (40, 7)])
def test_leaving_one_out_in_closed_form_is_leaving_one_out(texts: int, features: int) -> None:
    random = np.random.default_rng(3)
    rows = random.normal(size=(texts, features)).astype(np.float32)
    targets = np.sign(random.normal(size=(texts, 2))).astype(np.float32)
    found = left_out_scores(rows, targets)
    for i in range(texts):
        rest = np.delete(np.arange(texts), i)
        normal = rows[rest].T @ rows[rest] + np.eye(features, dtype=np.float32)
        alone = rows[i] @ np.linalg.solve(normal, rows[rest].T @ targets[rest])
        np.testing.assert_allclose(found[i], alone, atol=2e-3)
