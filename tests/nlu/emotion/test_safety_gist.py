"""What the detector of danger hears beyond its words where the multilingual encoder runs."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from nlu.artifacts import ModelError
from nlu.components.multilingual import Multilingual
from nlu.config import PipelineConfig, Step
from nlu.detectors import SafetyDetector
from nlu.draft import Draft
from nlu.emotion.data import DATA
from nlu.gist import Gist
from nlu.labelled import read_labelled
from nlu.learning.gist import danger_examples, danger_gist, learn_gist
from nlu.safety import HELD_BACK, MEANINGS, NONE, PARAPHRASES, PHRASINGS, SafetyKind, find, model
from nlu.training import prepare
from tests.nlu.emotion.medicine import MEDICINE

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def gist(encoder: Multilingual) -> Gist:
    return danger_gist(encoder)


@pytest.fixture(scope="module")
def small(encoder: Multilingual) -> Gist:
    return _learn_some(encoder)


def _learn_some(encoder: Multilingual) -> Gist:
    examples = danger_examples()
    return learn_gist(encoder.embed(examples.texts[::9]), examples.kinds[::9])


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ma grand-tante vient de tomber et elle a la moitié du visage qui pend", SafetyKind.EMERGENCY),
        ("ho buttato giù un flacone intero di sonniferi", SafetyKind.EMERGENCY),
        ("nie chcę już żyć, dziś to skończę", SafetyKind.SELF_HARM),
        ("te voy a dejar en silla de ruedas", SafetyKind.THREAT),
    ],
)
def test_danger_is_heard_in_words_and_languages_without_an_example(
    gist: Gist, encoder: Multilingual, text: str, kind: SafetyKind
):
    finding = find(text, gist=gist, numbers=encoder.view(text)[0])
    assert finding is not None
    assert finding.kind is kind
    assert finding.evidence
    assert all(piece in text for piece in finding.evidence)


@pytest.mark.parametrize(
    "text",
    [
        "j'ai pris deux boîtes de chocolat",
        "mi espalda me mata con esta silla",
        "können Sie mich morgen noch einschieben",
        "a que horas abre a farmácia",
        "la lavastoviglie è morta",
        "gdzie jest moja paczka",
    ],
)
def test_what_only_sounds_like_danger_is_none(gist: Gist, encoder: Multilingual, text: str):
    assert find(text, gist=gist, numbers=encoder.view(text)[0]) is None


@pytest.mark.parametrize("text", MEDICINE)
def test_whoever_needs_medicine_is_in_no_danger(gist: Gist, encoder: Multilingual, text: str):
    assert find(text, gist=gist, numbers=encoder.view(text)[0]) is None


@pytest.mark.parametrize(
    "text",
    [
        "i can't breathe after the new medicine",
        "zwanzig paracetamol auf einmal genommen",
        "ma gorge gonfle depuis que j'ai pris le cachet",
        "me inyecté demasiada insulina y me estoy mareando",
        "não consigo respirar depois de tomar o remédio",
        "mia figlia ha ingoiato le mie pastiglie",
    ],
)
def test_what_medicine_did_to_somebody_is_heard(gist: Gist, encoder: Multilingual, text: str):
    assert find(text, gist=gist, numbers=encoder.view(text)[0]) is not None


@pytest.mark.parametrize(("half", "misses", "alarms"), [("seen", 0.2, 0.06), ("unseen", 0.15, 0.06)])
def test_fewer_paraphrases_are_missed_than_by_the_words(
    gist: Gist, encoder: Multilingual, half: str, misses: float, alarms: float
):
    rows = read_labelled(PARAPHRASES, "kind", half)
    numbers = encoder.embed([text for text, _, _ in rows])
    both = [find(text, None, gist, n) is not None for (text, _, _), n in zip(rows, numbers, strict=True)]
    danger = np.array([label != NONE for _, label, _ in rows])
    missed = 1 - np.array(both)[danger].mean()
    words = 1 - np.mean([find(text) is not None for text, label, _ in rows if label != NONE])
    assert missed <= misses
    assert missed < words
    assert np.array(both)[~danger].mean() <= alarms


@pytest.mark.parametrize("path", [HELD_BACK, *PHRASINGS], ids=["held back", "first", "second"])
def test_what_the_words_are_measured_by_is_heard_as_well(gist: Gist, encoder: Multilingual, path: Path):
    rows = read_labelled(path, "kind")
    numbers = encoder.embed([text for text, _, _ in rows])
    right = [
        (find(text, None, gist, n) is not None) == (label != NONE)
        for (text, label, _), n in zip(rows, numbers, strict=True)
    ]
    assert np.mean(right) >= 0.95


@pytest.mark.parametrize(
    "path", [HELD_BACK, *PHRASINGS, PARAPHRASES, DATA / "safety_medicine.yml"], ids=lambda path: path.stem
)
def test_what_measures_is_not_learnt_from(path: Path):
    trained = {text.casefold() for text in danger_examples().texts}
    assert {text.casefold() for text, _, _ in read_labelled(MEANINGS, "kind")} <= trained
    assert not trained & {text.casefold() for text, _, _ in read_labelled(path, "kind")}


def test_a_word_of_danger_in_the_midst_of_a_long_message_is_heard(gist: Gist, encoder: Multilingual):
    text = (
        "Ich habe letzte Woche eine Lampe bestellt und warte seitdem. Angerufen habe ich auch schon zweimal. "
        "Mein Mann atmet nicht mehr. Auf der Seite steht, dass das Paket unterwegs ist, aber ich glaube es nicht."
    )
    for finding in (find(text), find(text, gist=gist, numbers=encoder.view(text)[0])):
        assert finding is not None
        assert finding.kind is SafetyKind.EMERGENCY
        assert "atmet" in " ".join(finding.evidence)


def test_a_product_of_squares_is_the_kernel_it_stands_for():
    """The matrix scores as a kernel machine that keeps every example: one example's own score is the highest."""
    random = np.random.default_rng(0)
    numbers = random.normal(size=(60, 16)).astype(np.float32)
    numbers /= np.linalg.norm(numbers, axis=1, keepdims=True)
    wanted = numbers @ numbers[0]
    learnt = learn_gist(numbers, ["yes" if each > 0.2 else None for each in wanted])
    scores = np.array([learnt.score(each) for each in numbers])
    assert np.corrcoef(scores, wanted)[0, 1] > 0.8
    assert abs(scores).max() < 2


def test_the_same_examples_give_the_same_bytes(small: Gist, encoder: Multilingual, tmp_path: Path):
    for folder, each in (("a", small), ("b", _learn_some(encoder))):
        (tmp_path / folder).mkdir()
        each.save(tmp_path / folder)
    names = sorted(p.name for p in (tmp_path / "a").iterdir())
    assert names == ["gist.json", "gist_form.npy", "gist_kinds.npy", "gist_line.npy"]
    for name in names:
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()


def test_the_detector_hears_what_the_pipelines_encoder_says(gist: Gist, encoder: Multilingual, tmp_path: Path):
    SafetyDetector(model(), gist).save(tmp_path)
    detector = SafetyDetector.load(tmp_path)
    text = "ho buttato giù un flacone intero di sonniferi"
    heard, unheard = Draft(text, multilingual=encoder.view(text)[0]), Draft(text)
    detector.process(heard)
    detector.process(unheard)
    assert heard.safety is not None
    assert unheard.safety is None, "the words alone would do"


def test_a_detector_of_words_alone_is_saved_as_before(tmp_path: Path):
    SafetyDetector(model()).save(tmp_path)
    assert not list(tmp_path.glob("gist*"))
    assert SafetyDetector.load(tmp_path).gist is None


@pytest.mark.parametrize("name", ["form", "line", "kinds"])
def test_a_damaged_file_is_refused_with_its_name(small: Gist, tmp_path: Path, name: str):
    small.save(tmp_path)
    (tmp_path / f"gist_{name}.npy").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match=f"gist_{name}"):
        Gist.load(tmp_path)


def test_files_that_do_not_fit_each_other_are_refused(small: Gist, tmp_path: Path):
    small.save(tmp_path)
    np.save(tmp_path / "gist_line.npy", np.zeros(3, np.float32))
    with pytest.raises(ModelError, match="do not fit"):
        Gist.load(tmp_path)


@pytest.mark.parametrize("text", ["", "  ", "\x00\ud800" * 9, "שלום", "a" * 10_000, "😡"])
def test_any_text_is_heard(gist: Gist, encoder: Multilingual, text: str):
    shown = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    finding = find(shown, gist=gist, numbers=encoder.view(shown)[0])
    assert finding is None or 0.0 <= finding.confidence <= 1.0


def test_what_was_learnt_is_kept_for_the_next_time(
    encoder: Multilingual, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    examples = danger_examples()
    few = type(examples)(examples.texts[::40], examples.kinds[::40])
    asked: list[int] = []

    def counted() -> object:
        asked.append(1)
        return few

    monkeypatch.setattr("nlu.learning.gist.danger_examples", counted)
    monkeypatch.setattr("nlu.learning.gist.cache_folder", lambda: tmp_path)
    first, second = danger_gist(encoder), danger_gist(encoder)
    assert np.array_equal(first.form, second.form)
    assert asked == [1]
    (kept,) = tmp_path.iterdir()
    shutil.rmtree(kept)
    danger_gist(encoder)
    assert asked == [1, 1]


def test_an_assistant_in_english_does_not_pay_for_it(monkeypatch: pytest.MonkeyPatch):
    asked: list[object] = []
    monkeypatch.setattr("nlu.training.danger_gist", lambda encoder: asked.append(("danger", encoder)))
    monkeypatch.setattr("nlu.training.asked_gist", lambda encoder: asked.append(("asked", encoder)))
    monkeypatch.setattr("nlu.training.installed_multilingual", lambda: "any")
    detectors = Step("PersonRequestDetector"), Step("SafetyDetector")
    prepare(PipelineConfig((Step("SentenceEncoder"), *detectors)))
    prepare(PipelineConfig(detectors))
    assert not asked
    prepare(PipelineConfig((Step("SentenceEncoder"), Step("MultilingualEncoder"), *detectors)))
    assert asked == [("asked", "any"), ("danger", "any")]
