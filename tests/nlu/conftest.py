"""A small shop's training data and models made of it, each trained once a run."""

from __future__ import annotations

from pathlib import Path

import pytest

from nlu.config import PipelineConfig
from nlu.training import train
from nlu.training_data import TrainingData, read_training_data

SHOP = Path(__file__).parent / "data" / "shop.yml"


@pytest.fixture(scope="session")
def shop() -> TrainingData:
    return read_training_data(SHOP)


@pytest.fixture(scope="session")
def light_store(shop: TrainingData, tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("light")
    train(shop, PipelineConfig.light(), store)
    return store
