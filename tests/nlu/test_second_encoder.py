"""English examples get the multilingual encoder, too, where they are told apart better with it, each left out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from nlu.components.language import LanguageIdentifier, shipped_tables, shipped_words
from nlu.config import PipelineConfig, Step, read_config
from nlu.detectors import EmotionDetector
from nlu.fitting import fit
from nlu.model import load
from nlu.second_encoder import LEAST, WEIGHT, begin, settled
from nlu.sources.yaml_source import SourceError
from nlu.training import prepare, train
from nlu.training_data import Example, TrainingData, read_training_data

PRACTICE = Path(__file__).parents[2] / "assistants" / "healthcare" / "data" / "nlu"
RANKING = ("NgramFeaturizer", "SentenceEncoder", "IntentClassifier")
CONFIG = PipelineConfig(tuple(map(Step, RANKING)))
BOTH = (*RANKING[:2], "MultilingualEncoder", *RANKING[2:])


@pytest.fixture(scope="module")
def english() -> TrainingData:
    """Half of what the sample practice knows of English: enough that what is won is no chance."""
    data, identifier = read_training_data(PRACTICE), LanguageIdentifier("en", shipped_tables(), shipped_words())
    own = [example for example in data.examples if identifier.identify(example.text) == "en"]
    return data.with_examples(own[1::2])


def names(config: PipelineConfig) -> tuple[str, ...]:
    return tuple(step.name for step in config.steps)


def test_where_more_is_won_than_lost_both_encoders_run(english: TrainingData) -> None:
    said: list[str] = []
    found = settled(CONFIG, english, notify=said.append)
    assert names(found) == BOTH
    assert found.steps[2].options == {"weight": WEIGHT}
    assert said[-1].startswith("the multilingual encoder runs, too: ")


def test_a_model_with_both_encoders_answers_as_it_did_when_it_is_loaded(english: TrainingData, tmp_path: Path) -> None:
    second = Step("MultilingualEncoder", {"weight": WEIGHT})
    config, few = (
        PipelineConfig((*CONFIG.steps[:2], second, CONFIG.steps[2])),
        english.with_examples(english.examples[::8]),
    )
    train(few, config, tmp_path)
    model, asked = load(tmp_path), "my little one has a temperature since last night"
    assert [type(component).__name__ for component in model.components] == list(BOTH)
    assert model.parse(asked).ranking == fit(few, config).parse(asked).ranking


@pytest.mark.parametrize("unasked", [0, 50])
def test_what_was_learnt_by_asking_is_what_training_learns(
    english: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, unasked: int
) -> None:
    monkeypatch.setattr("nlu.second_encoder.MOST", len(english.examples) - unasked)
    found, begun = begin(CONFIG, english)
    assert names(found) == BOTH
    assert bool(begun.corpus.shared.machines) is (not unasked)
    for folder, model in (("begun", begun.model(found)), ("anew", fit(english, found))):
        (tmp_path / folder).mkdir()
        model.components[-1].save(tmp_path / folder)
    files = sorted(path.name for path in (tmp_path / "anew").iterdir())
    assert "alpha.npy" in files
    for file in files:
        assert (tmp_path / "begun" / file).read_bytes() == (tmp_path / "anew" / file).read_bytes()


def test_where_nothing_is_won_one_encoder_is_enough() -> None:
    days = [f"{word} number {i}" for i in range(LEAST // 2) for word in ("track my parcel", "cancel the booking")]
    data = TrainingData(tuple(Example(text, text[:5]) for text in days))
    assert names(settled(CONFIG, data)) == RANKING


def test_a_few_examples_are_not_asked(english: TrainingData) -> None:
    few = english.with_examples(english.examples[: LEAST - 1])
    assert names(settled(CONFIG, few)) == RANKING


def test_who_declines_is_not_asked(english: TrainingData) -> None:
    steps = tuple(replace(s, options={"multilingual": False}) if s.name == RANKING[1] else s for s in CONFIG.steps)
    assert names(settled(replace(CONFIG, steps=steps), english)) == RANKING


def test_without_its_package_one_encoder_serves(
    english: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("nlu.learning.multilingual_build.PACKAGE", "no_such_package")
    monkeypatch.setattr("nlu.learning.multilingual_build.multilingual_folder", lambda: tmp_path / "nothing")
    assert names(settled(CONFIG, english)) == RANKING


@pytest.mark.parametrize(("weight", "several"), [(WEIGHT, False), (0.6, True)])
def test_moods_hear_the_multilingual_encoder_where_it_leads(*, weight: float, several: bool) -> None:
    encoders = (Step("SentenceEncoder"), Step("MultilingualEncoder", {"weight": weight}))
    config = PipelineConfig((*encoders, Step("EmotionDetector")))
    prepare(config)
    examples = (Example("where is my parcel", "track"), Example("can I pay by card", "pay"))
    model = fit(TrainingData(examples), config)
    detector = next(c for c in model.components if isinstance(c, EmotionDetector))
    assert (detector.model.likeness is not None) is several


def test_a_weight_that_is_no_share_is_refused_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "config.yml").write_text(
        "pipeline:\n- name: NgramFeaturizer\n- name: MultilingualEncoder\n  weight: 2\n"
    )
    with pytest.raises(
        SourceError, match=r"config\.yml:4: 'weight' of MultilingualEncoder must be a number from 0 to 1"
    ):
        read_config(tmp_path / "config.yml")
