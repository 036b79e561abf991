"""The emotion model as it ships: trained once per run on its own examples, the light variant."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

from nlu.artifacts import ModelError
from nlu.emotion import DEFAULT_THRESHOLD, EmotionModel
from nlu.emotion.calibration import platt
from nlu.emotion.data import CAPITALS, COMPLAINTS, DEVELOPMENT, HELD_BACK, TRAINING, EmotionExample, read_examples
from nlu.emotion.heads import any_of
from nlu.emotion.training import shipped, train
from nlu.labelled import read_labelled
from nlu.types import UPSET_LABELS, EmotionLabel
from tests.support.work import work_of

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def kept_in(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("emotion")


@pytest.fixture(scope="module")
def model(kept_in: Path) -> EmotionModel:
    return shipped(kept_in)


@pytest.mark.parametrize(
    "text",
    [
        "my card was stolen, what do I do",
        "I want to return this",
        "How do I report a fraudulent payment?",
        "wo finde ich meine Rechnung",
        "je voudrais retourner ce pantalon",
    ],
)
def test_a_calm_message_about_an_unpleasant_topic_is_not_upset(model: EmotionModel, text: str):
    assert model.score(text).upset < DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    "text",
    [
        "great, third time this week",
        "WHERE IS MY ORDER???",
        "thanks for nothing",
        "das ist eine Frechheit, ich warte seit drei Wochen",
        "c'est vraiment n'importe quoi votre service",
        "estoy harto, nadie me responde",
    ],
)
def test_an_upset_customer_is_heard(model: EmotionModel, text: str):
    emotion = model.score(text)
    assert emotion.upset >= DEFAULT_THRESHOLD
    assert emotion.label in UPSET_LABELS


@pytest.mark.parametrize(
    "text",
    [
        "great, third time this week",
        "thanks for nothing",
        "wow amazing service... not",
        "so helpful, really",
        "toll, und jetzt sitze ich ohne Herd da",
        "bravo, encore la mauvaise couleur",
    ],
)
def test_a_customers_sarcasm_is_heard(model: EmotionModel, text: str):
    assert model.score(text, to_service=True).upset >= DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    "text",
    ["third time ordering, love it", "I want to return this", "amazing service, I mean it", "ich will das umtauschen"],
)
def test_what_only_sounds_like_it_is_none(model: EmotionModel, text: str):
    assert model.score(text, to_service=True).upset < DEFAULT_THRESHOLD


@pytest.mark.parametrize(
    ("calm", "upset"),
    [
        (
            "et pour rendre un truc qui me va pas, ca marche comment",
            "et pour rendre ce que VOUS avez cassé je dois encore payer",
        ),
        (
            "tu as quoi comme chaussures de rando pas trop cheres",
            "pas trop cher, vous disiez, et la semelle se décolle le premier jour, bravo",
        ),
        ("repariert ihr zelte", "repariert ihr das heute noch oder soll ich weiter im regen sitzen"),
        ("no me sirve, cómo lo devuelvo", "no me sirve de nada que os disculpéis"),
        ("non mi va, posso cambiarlo?", "non mi va giù che dobbiate farmi pagare due volte"),
        ("não gostei da cor, dá pra trocar?", "não gostei nada de esperar cinco horas por isto"),
    ],
)
def test_a_no_alone_is_no_anger_and_does_not_hide_it(model: EmotionModel, calm: str, upset: str):
    assert model.score(calm, to_service=True).upset < DEFAULT_THRESHOLD
    assert model.score(upset, to_service=True).upset >= DEFAULT_THRESHOLD


ENGLISH = "I ordered a lamp on the second of May. The payment went through the same day. {} My order number is 88120."
GERMAN = "Am zweiten Mai habe ich eine Lampe bestellt. Bezahlt habe ich mit Karte. {} Die Bestellnummer ist 88120."
FRENCH = "J'ai commandé une lampe le deux mai. J'ai payé par carte. {} Le numéro de commande est 88120."


@pytest.mark.parametrize(
    ("frame", "loud", "calm"),
    [
        (ENGLISH, "Nobody has bothered to answer any of my emails.", "I was not at home on that day."),
        (GERMAN, "Seit drei Wochen werde ich nur vertröstet.", "Sie ist für mein Büro in Köln."),
        (FRENCH, "Vous vous moquez vraiment du monde.", "Elle est pour mon bureau."),
    ],
)
def test_one_upset_sentence_in_a_long_calm_message_is_heard(model: EmotionModel, frame: str, loud: str, calm: str):
    emotion = model.score(frame.format(loud), to_service=True)
    assert emotion.upset >= DEFAULT_THRESHOLD
    assert emotion.label in UPSET_LABELS
    assert emotion.evidence
    assert all(piece in loud for piece in emotion.evidence)
    assert model.score(frame.format(calm), to_service=True).upset < DEFAULT_THRESHOLD


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=8), st.integers(0, 7), st.floats(0.0, 1.0))
def test_a_louder_sentence_never_calms_a_message_and_one_alone_is_the_message(
    parts: list[float], which: int, louder: float
):
    raised = [max(part, louder) if i == which % len(parts) else part for i, part in enumerate(parts)]
    assert 0.0 <= any_of(parts) <= any_of(raised) + 1e-12 <= 1.0 + 1e-12
    assert any_of(parts[:1]) == pytest.approx(parts[0])


def test_calm_sentences_around_it_make_a_doubtful_one_less_likely():
    assert any_of([]) == 0.0
    assert any_of([0.5, 0.0, 0.0, 0.0]) < any_of([0.5, 0.0]) < any_of([0.5])


def test_evidence_is_made_of_the_words_as_typed(model: EmotionModel):
    text = "You are THIEVES, thanks for NOTHING!!!"
    evidence = model.score(text).evidence
    assert evidence
    assert all(piece in text for piece in evidence)


def test_shouting_and_stretching_change_no_meaning_but_add_weight(model: EmotionModel):
    assert model.score("this is UNACCEPTABLE!!!").upset >= model.score("this is unacceptable").upset - 0.05


def test_whoever_types_in_capitals_from_habit_is_not_upset_by_that(model: EmotionModel):
    calm = [e.text for e in read_examples(DEVELOPMENT) if not e.is_upset and e.about != "chatter"]
    typed, loud = (
        sum(model.score(text, to_service=True).upset >= DEFAULT_THRESHOLD for text in texts)
        for texts in (calm, map(str.upper, calm))
    )
    assert loud <= 1.5 * typed + 5, f"{loud} of {len(calm)} calm messages, {typed} as they were typed"


def test_the_label_agrees_with_the_probability(model: EmotionModel):
    for example in read_examples(TRAINING)[::13]:
        emotion = model.score(example.text)
        assert (emotion.label in UPSET_LABELS) == (emotion.upset >= DEFAULT_THRESHOLD)


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_a_score(model: EmotionModel, text: str):
    emotion = model.score(text)
    assert 0.0 <= emotion.upset <= 1.0
    assert 0.0 <= emotion.intensity <= 1.0


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "😡" * 30_000,
        "a" * 100_000,
        "why? " * 20_000,
        "!" * 100_000,
        "*" * 100_000,
        "שלום " * 20_000,
        "\x00\ud800" * 99,
    ],
    ids=["empty", "blank", "emoji", "one word", "words", "marks", "stars", "right to left", "surrogates"],
)
def test_monstrous_texts_are_scored_within_fifty_milliseconds(model: EmotionModel, text: str):
    assert work_of(lambda: model.score(text), enough=0.05) < 0.05


def test_a_saved_model_scores_alike(model: EmotionModel, tmp_path: Path):
    model.save(tmp_path)
    again = EmotionModel.load(tmp_path)
    for text in ("where is my refund, I'm fed up", "hola, gracias", "🙄"):
        assert again.score(text) == model.score(text)


def test_the_same_examples_give_the_same_bytes(tmp_path: Path):
    examples = read_examples(TRAINING)[::40]
    for name in ("a", "b"):
        train(examples).save(tmp_path / name)
    for file in sorted((tmp_path / "a").iterdir()):
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_a_shipped_model_is_trained_once_and_then_read(kept_in: Path, model: EmotionModel):
    assert len([p for p in kept_in.iterdir() if p.name.startswith("emotion-")]) == 1
    assert work_of(lambda: shipped(kept_in), enough=1.0) < 1.0
    again = shipped(kept_in)
    assert again.score("ugh, again?") == model.score("ugh, again?")


def test_a_damaged_model_is_refused_with_a_reason(tmp_path: Path, model: EmotionModel):
    model.save(tmp_path)
    (tmp_path / "emotion_light_bias.npy").write_bytes(b"nonsense")
    with pytest.raises(ModelError, match="emotion_light_bias"):
        EmotionModel.load(tmp_path)


def test_a_model_of_another_format_is_refused(tmp_path: Path):
    (tmp_path / "emotion.json").write_text(json.dumps({"format": 99}))
    with pytest.raises(ModelError, match="format"):
        EmotionModel.load(tmp_path)


def bare(text: str) -> str:
    return " ".join("".join(c if c.isalnum() else " " for c in text.casefold()).split())


def test_no_held_back_message_is_trained_on():
    trained = {bare(e.text) for path in (TRAINING, CAPITALS) for e in read_examples(path)}
    held = read_examples(HELD_BACK)
    assert len(trained) >= 9_000
    assert len(held) >= 795
    assert not trained & {bare(e.text) for e in held}


def test_nor_is_one_that_reads_nearly_alike():
    """Nine letters in ten the same; only how many is said, since nobody is to read what is held back."""
    trained = [bare(e.text) for e in read_examples(TRAINING)]
    held = [bare(e.text) for e in read_examples(HELD_BACK)]
    alike = process.cdist(held, trained, scorer=fuzz.ratio, score_cutoff=90, dtype=np.uint8)
    assert int((alike > 0).sum()) == 0


def test_no_held_back_message_was_looked_at_while_settings_were_chosen():
    assert not {bare(e.text) for e in read_examples(DEVELOPMENT)} & {bare(e.text) for e in read_examples(HELD_BACK)}


@pytest.mark.parametrize("language", ["de", "fr", "es", "pt", "it"])
def test_every_language_has_its_share_of_examples(language: str):
    assert sum(e.language == language for e in read_examples(TRAINING)) >= 1_100
    assert sum(e.language == language for e in read_examples(HELD_BACK)) >= 118


def test_probabilities_are_true_for_the_share_that_is_asked_for():
    random = np.random.default_rng(0)
    positive = random.random(20_000) < 0.5
    scores = np.where(positive, 1.0, -1.0) + random.normal(size=20_000)
    slope, offset = platt(scores, positive, 0.2)
    found = 1 / (1 + np.exp(-(slope * scores + offset)))
    weight = np.where(positive, 0.4, 1.6)
    assert np.average(found, weights=weight) == pytest.approx(0.2, abs=0.01)


def test_the_held_back_messages_are_told_apart(model: EmotionModel):
    """The light variant; how good it is stands in the benchmark, this only notices when it breaks."""
    found = [(model.score(e.text).upset >= DEFAULT_THRESHOLD, e.is_upset) for e in read_examples(HELD_BACK)]
    assert sum(a == b for a, b in found) / len(found) >= 0.75


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_a_pain_that_is_described_is_no_mood_and_a_person_whom_it_upsets_is_heard(model: EmotionModel, half: str):
    complaints = read_labelled(COMPLAINTS, "label", half)
    scores = {text: model.score(text, to_service=True).upset for text, _, _ in complaints}
    upset = [scores[text] >= DEFAULT_THRESHOLD for text, label, _ in complaints if EmotionLabel(label) in UPSET_LABELS]
    calm = [scores[text] >= DEFAULT_THRESHOLD for text, label, _ in complaints if label == EmotionLabel.NEUTRAL]
    assert min(len(upset), len(calm)) >= 8
    assert sum(upset) / len(upset) >= 0.9
    assert sum(calm) / len(calm) <= 0.1


def test_no_complaint_that_measures_is_trained_on():
    trained = {bare(e.text) for path in (TRAINING, CAPITALS) for e in read_examples(path)}
    assert not trained & {bare(text) for text, _, _ in read_labelled(COMPLAINTS, "label")}


def test_training_needs_both_moods():
    calm = EmotionExample("hello there", EmotionLabel.NEUTRAL, 0.0, "en", "shop")
    with pytest.raises(ValueError, match="upset and calm"):
        train([calm] * 20)


class LengthEncoder:
    """An encoder of two dimensions, enough to prove that embeddings are used where they are given."""

    def embed(self, texts: object, /) -> np.ndarray:
        assert isinstance(texts, list)
        angles = np.array([min(len(t), 60) / 60 for t in texts], dtype=np.float32)
        return np.stack([np.cos(angles), np.sin(angles)], axis=1).astype(np.float32)


def test_an_encoder_adds_its_embedding(tmp_path: Path):
    examples = read_examples(TRAINING)[::40]
    model = train(examples, encoder=LengthEncoder())
    assert model.semantic is not None
    assert model.semantic.embedding.shape[0] == 2
    given = LengthEncoder().embed(["hm"])[0]
    assert model.score("hm", given) == model.score("hm")
    model.save(tmp_path)
    assert EmotionModel.load(tmp_path, LengthEncoder()).score("hm") == model.score("hm")


def test_the_share_is_a_matter_of_customers_alone():
    """Everyday talk is judged as before: what the bot hears is calibrated, not what anybody pastes."""
    examples = read_examples(TRAINING)[::20]
    plain, shared = train(examples), train(examples, share=0.2)
    assert shared.light.blends.anyone == plain.light.blends.anyone
    assert shared.score("where is it", to_service=True).upset < plain.score("where is it", to_service=True).upset
