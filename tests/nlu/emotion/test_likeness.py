"""What the emotion model hears in other languages than English where the multilingual encoder runs."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nlu.artifacts import ModelError
from nlu.components.multilingual import Multilingual
from nlu.config import PipelineConfig, Step
from nlu.detectors import EmotionDetector
from nlu.draft import Draft
from nlu.emotion import DEFAULT_THRESHOLD, EmotionModel
from nlu.emotion.data import TRAINING, EmotionExample, read_examples
from nlu.emotion.likeness import Curve
from nlu.emotion.likeness_training import folds_of_alike, learn
from nlu.emotion.training import shipped, train
from nlu.training import prepare

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def some() -> tuple[EmotionExample, ...]:
    return read_examples(TRAINING)[::12]


@pytest.fixture(scope="module")
def words(some: tuple[EmotionExample, ...]) -> EmotionModel:
    return train(some)


@pytest.fixture(scope="module")
def model(some: tuple[EmotionExample, ...], encoder: Multilingual) -> EmotionModel:
    return train(some, multilingual=encoder)


POLISH = {
    "oszukaliście mnie, oddajcie mi pieniądze": True,
    "nikt mi nie odpowiada": True,
    "robicie sobie ze mnie żarty": True,
    "dziękuję bardzo, paczka dotarła dzisiaj rano i wszystko jest w porządku": False,
    "czy mogę zapłacić kartą przy odbiorze w sklepie?": False,
}


def test_a_complaint_is_heard_in_a_language_of_which_no_example_is(model: EmotionModel, words: EmotionModel):
    def heard(by: EmotionModel) -> dict[str, bool]:
        return {text: by.score(text, to_service=True).upset >= DEFAULT_THRESHOLD for text in POLISH}

    assert heard(model) == POLISH
    assert heard(words) != POLISH, "the words alone would do"


def test_english_talk_of_which_nothing_is_known_is_judged_as_without(model: EmotionModel, words: EmotionModel):
    for text in ("what a boring match", "I am so angry with you", "lovely weather today"):
        assert model.score(text) == words.score(text)


def test_the_words_heads_are_those_of_a_model_without(model: EmotionModel, words: EmotionModel):
    for block in ("sparse", "dense", "embedding", "bias"):
        assert np.array_equal(getattr(model.light, block), getattr(words.light, block))
    assert model.light.blends == words.light.blends


def test_without_the_encoders_numbers_the_words_judge_alone(model: EmotionModel, words: EmotionModel, tmp_path: Path):
    model.save(tmp_path)
    alone = EmotionModel.load(tmp_path)
    assert alone.score("mi avete preso in giro", to_service=True) == words.score(
        "mi avete preso in giro", to_service=True
    )


def test_the_detector_hears_what_the_pipelines_encoder_says(model: EmotionModel, encoder: Multilingual, tmp_path: Path):
    model.save(tmp_path)
    text = "mi avete preso in giro per tre settimane"
    draft = Draft(text, multilingual=encoder.view(text)[0])
    EmotionDetector.load(tmp_path).process(draft)
    assert draft.emotion.upset == pytest.approx(model.score(text, to_service=True).upset, abs=1e-4)


def test_evidence_is_made_of_the_words_as_typed(model: EmotionModel):
    text = "siete dei LADRI, vergognatevi!!!"
    emotion = model.score(text, to_service=True)
    assert emotion.upset >= DEFAULT_THRESHOLD
    assert emotion.evidence
    assert all(piece in text for piece in emotion.evidence)


@pytest.mark.parametrize("text", ["", "  ", "😡", "\x00\ud800" * 9, "שלום", "a" * 10_000])
def test_any_text_has_a_score(model: EmotionModel, text: str):
    assert 0.0 <= model.score(text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")).upset <= 1.0


def test_the_same_examples_give_the_same_bytes(
    model: EmotionModel, some: tuple[EmotionExample, ...], encoder: Multilingual, tmp_path: Path
):
    model.save(tmp_path / "a")
    train(some, multilingual=encoder).save(tmp_path / "b")
    files = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert "emotion_likeness_weights.npy" in files
    for name in files:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_a_saved_model_scores_alike(model: EmotionModel, encoder: Multilingual, tmp_path: Path):
    model.save(tmp_path)
    again = EmotionModel.load(tmp_path, multilingual=encoder)
    for text in ("c'est une honte", "where is my parcel", "gracias"):
        here, there = model.score(text, to_service=True), again.score(text, to_service=True)
        assert there.upset == pytest.approx(here.upset, abs=1e-5)
        assert (there.label, there.evidence) == (here.label, here.evidence)


@pytest.mark.parametrize("name", ["examples", "weights", "bias"])
def test_a_damaged_file_is_refused_with_its_name(model: EmotionModel, tmp_path: Path, name: str):
    model.save(tmp_path)
    (tmp_path / f"emotion_likeness_{name}.npy").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match=f"emotion_likeness_{name}"):
        EmotionModel.load(tmp_path)


def test_files_that_do_not_fit_each_other_are_refused(model: EmotionModel, tmp_path: Path):
    model.save(tmp_path)
    np.save(tmp_path / "emotion_likeness_bias.npy", np.zeros(3, np.float32))
    with pytest.raises(ModelError, match="do not fit"):
        EmotionModel.load(tmp_path)


def test_a_model_of_before_is_read_as_one_that_hears_words_alone(words: EmotionModel, tmp_path: Path):
    words.save(tmp_path)
    assert "likeness" not in json.loads((tmp_path / "emotion.json").read_text())
    assert EmotionModel.load(tmp_path).likeness is None


def test_what_says_the_same_stays_in_one_fold():
    """Translations of an example must not stand both among what is learnt and among what is measured."""
    random = np.random.default_rng(0)
    meant = random.normal(size=(40, 32)).astype(np.float32)
    said = np.repeat(meant, 5, axis=0) + random.normal(size=(200, 32)).astype(np.float32) * np.float32(0.1)
    said /= np.linalg.norm(said, axis=1, keepdims=True)
    folds = folds_of_alike(said, 5)
    assert all(len(set(folds[start : start + 5].tolist())) == 1 for start in range(0, 200, 5))
    assert np.bincount(folds).tolist() == [40, 40, 40, 40, 40]


def test_unseen_scores_do_not_know_the_text():
    """Of answers that mean nothing, models that know the text know a little, and others nothing."""
    random = np.random.default_rng(0)
    embedded = random.normal(size=(300, 64)).astype(np.float32)
    embedded /= np.linalg.norm(embedded, axis=1, keepdims=True)
    answers = np.where(random.random((300, 1)) < 0.5, 1.0, -1.0)
    learnt = learn(embedded, answers, np.ones(300))
    assert abs(np.corrcoef(learnt.unseen[:, 0], answers[:, 0])[0, 1]) < 0.2


def test_many_texts_at_once_have_the_numbers_of_one_at_a_time(encoder: Multilingual):
    texts = [e.text for e in read_examples(TRAINING)[::90]]
    assert np.abs(encoder.embed(texts) - encoder.view_all(texts)[:, 0]).max() < 1e-5
    assert encoder.embed([]).shape == (0, 512)


def test_each_set_of_encoders_has_a_model_of_its_own(
    encoder: Multilingual, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("nlu.emotion.training.read_examples", lambda path: read_examples(path)[::40])
    assert shipped(tmp_path, None, encoder).likeness is not None
    assert shipped(tmp_path).likeness is None
    assert len(list(tmp_path.iterdir())) == 2
    assert shipped(tmp_path, None, encoder).likeness is not None


def test_an_assistant_in_english_does_not_pay_for_other_languages(monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []
    monkeypatch.setattr("nlu.training.shipped_emotion", lambda _cache, *encoders: asked.append(encoders))
    monkeypatch.setattr("nlu.training.installed_encoder", lambda: "English")
    monkeypatch.setattr("nlu.training.installed_multilingual", lambda: "any")
    detector = Step("EmotionDetector")
    prepare(PipelineConfig((Step("SentenceEncoder"), detector)))
    prepare(PipelineConfig((Step("SentenceEncoder"), Step("MultilingualEncoder"), detector)))
    prepare(PipelineConfig((Step("MultilingualEncoder"), detector)))
    prepare(PipelineConfig((detector,)))
    assert asked == [("English", None), ("English", "any"), (None, "any"), (None, None)]


def test_examples_in_english_alone_leave_nothing_to_calibrate_other_languages_by(encoder: Multilingual):
    english = [e for e in read_examples(TRAINING)[::25] if e.language == "en"]
    model = train(english, multilingual=encoder)
    assert model.likeness is not None
    assert model.likeness.curves.anyone == Curve()
    assert 0.0 <= model.score("ich möchte das nicht").upset <= 1.0
