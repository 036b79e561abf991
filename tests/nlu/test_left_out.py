"""Every example is judged by the others, whichever encoder runs, and a wrong label stands out."""

from __future__ import annotations

import dataclasses

import pytest

from nlu.config import ENCODERS, PipelineConfig
from nlu.measuring.cleaning import find_faults
from nlu.measuring.left_out import verdicts
from nlu.training_data import TrainingData

JUDGING = frozenset({"Tokenizer", "NgramFeaturizer", "IntentClassifier", *ENCODERS})


def mislabelled(shop: TrainingData) -> TrainingData:
    """The shop's examples, of which one that cancels is labelled a greeting."""
    return shop.with_examples(
        dataclasses.replace(e, intent="greet") if e.text == "I want to cancel order 4711" else e for e in shop.examples
    )


@pytest.fixture(params=["semantic", "light", "letters"])
def config(
    request: pytest.FixtureRequest, semantic_config: PipelineConfig, light_config: PipelineConfig
) -> PipelineConfig:
    whole = semantic_config if request.param == "semantic" else light_config
    names = JUDGING - ENCODERS if request.param == "letters" else JUDGING
    return dataclasses.replace(whole, steps=tuple(s for s in whole.steps if s.name in names))


def test_a_wrong_label_is_told_by_the_other_examples(config: PipelineConfig, shop: TrainingData) -> None:
    data = mislabelled(shop)
    judged = verdicts(data, config)
    assert [v.example for v in judged] == list(data.examples)
    wrong = next(v for v in judged if v.example.text.startswith("I want to cancel"))
    assert not wrong.agrees
    assert wrong.taken_for in {"cancel_order", "track_order"}
    assert wrong.given < wrong.confidence


def test_examples_that_the_machine_did_not_learn_from_are_judged_too(
    config: PipelineConfig, shop: TrainingData, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlu.learning.intents.MAX_EXACT", len(shop.examples) // 2)
    judged = verdicts(shop, config)
    assert [v.example for v in judged] == list(shop.examples)
    assert sum(v.agrees for v in judged) > len(judged) / 2


@pytest.mark.parametrize("name", ["semantic", "light"])
def test_cleaning_trains_once_where_an_encoder_runs(
    name: str, semantic_config: PipelineConfig, light_config: PipelineConfig, shop: TrainingData
) -> None:
    told: list[str] = []
    list(find_faults(mislabelled(shop), {"semantic": semantic_config, "light": light_config}[name], notify=told.append))
    assert not [line for line in told if "fold" in line]
