"""Six intents with three examples each, as a first evening's assistant has them, already behave."""

from __future__ import annotations

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from nlu import asked, safety
from nlu.config import PipelineConfig
from nlu.detectors import PersonRequestDetector, SafetyDetector
from nlu.draft import Draft
from nlu.emotion.lexicon import Lexicon, shipped_lexicon
from nlu.fitting import fit
from nlu.labelled import read_labelled
from nlu.learning.encoders import usable
from nlu.learning.linear import falling_logistic, one_against_rest
from nlu.model import Model
from nlu.training_data import TrainingData, read_training_data
from nlu.types import NLU_FALLBACK
from nlu.wording import WordingModel


@pytest.fixture(scope="module")
def tiny() -> TrainingData:
    return read_training_data(Path(__file__).parent / "data" / "tiny.yml")


@pytest.fixture(scope="module", params=["light", "semantic"])
def model(
    request: pytest.FixtureRequest, tiny: TrainingData, light_config: PipelineConfig, semantic_config: PipelineConfig
) -> Model:
    return fit(tiny, usable(light_config if request.param == "light" else semantic_config, tiny))


def test_a_training_example_has_its_intent_and_is_never_out_of_scope(tiny: TrainingData, model: Model) -> None:
    results = [(e.text, e.intent, model.parse(e.text)) for e in tiny.examples]
    assert [(text, r.intent.name) for text, intent, r in results if r.intent.name != intent] == []
    assert max(r.out_of_scope for _, _, r in results) == 0.0


@pytest.mark.parametrize(("text", "intent"), [("HELLO!", "greet"), ("bye bye", "goodbye"), ("yes indeed", "affirm")])
def test_nearly_an_example_is_understood(model: Model, text: str, intent: str) -> None:
    assert model.parse(text).intent.name == intent


def test_what_is_far_from_all_examples_is_more_probably_foreign(model: Model) -> None:
    foreign = model.parse("zwölf Boxkämpfer jagen Viktor quer über den Sylter Deich")
    assert foreign.out_of_scope > model.parse("hello you").out_of_scope
    assert foreign.ranking[0].confidence < 0.9


def test_intents_with_one_example_each_are_learnt_without_a_complaint() -> None:
    target = np.arange(24)
    weights, bias = one_against_rest(np.eye(24, dtype=np.float32), target, 24, 1.0, 0)
    assert ((weights + bias).argmax(axis=1) == target).all()


def test_no_handful_of_texts_makes_the_near_more_foreign_than_the_far() -> None:
    rng = np.random.default_rng(0)
    inside = rng.normal(size=(12, 3)).astype(np.float32)
    weights, _ = falling_logistic(inside, inside + 1.0, 0.2, ((-1.0, -1.0, -1.0), 0.0), 1.0)
    assert max(weights) <= 0.0


def test_an_empty_text_is_a_fallback(model: Model) -> None:
    assert model.parse(" ").intent.name == NLU_FALLBACK


@pytest.mark.parametrize(
    ("about", "label", "kind"), [(asked, "asks", PersonRequestDetector), (safety, "kind", SafetyDetector)]
)
def test_a_worker_finds_the_detectors_in_the_model_and_trains_nothing(
    about: ModuleType,
    label: str,
    kind: type[PersonRequestDetector | SafetyDetector],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    examples = [(text, name) for text, name, _ in read_labelled(about.TRAINING, label)[::25]]
    lexicon = Lexicon.load(about.LEXICON, tolerant=True, like=shipped_lexicon())
    trained = kind(WordingModel.fit(examples, lexicon, about.PATTERNS))
    trained.save(tmp_path / "model")
    monkeypatch.setenv("WARMLINE_NLU_CACHE", str(tmp_path / "empty"))
    loaded = kind.load(tmp_path / "model")
    for text in ("let me talk to a human person please", "I want to kill myself", "hello"):
        before, after = Draft(text), Draft(text)
        trained.process(before)
        loaded.process(after)
        assert (after.asked_for_person, after.safety) == (before.asked_for_person, before.safety)
    assert not (tmp_path / "empty").exists()
