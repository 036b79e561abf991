"""What the classifier claims to say of texts and intents unseen, it does say when it has not seen them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, cast

import numpy as np
import pytest
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from threadpoolctl import threadpool_info, threadpool_limits

from nlu.components.ngrams import word_ngrams
from nlu.components.out_of_scope import OutOfScopeScorer
from nlu.components.tokenizer import Tokenizer
from nlu.config import PipelineConfig
from nlu.draft import Draft, Floats
from nlu.fitting import fit
from nlu.learning.corpus import Corpus, ngram_matrix
from nlu.learning.kernel import ENCODED, RIDGE, KernelMachine, learn_kernel_machine
from nlu.learning.registry import LEARN, Options
from nlu.learning.sparse import Grams, learn_ngrams
from nlu.training_data import TrainingData, read_training_data

TARGET = np.arange(24) % 3
OWNERS = np.concatenate([TARGET, np.arange(3)])
"""Of the texts and, behind them, of the names of the three intents."""


@pytest.fixture(scope="module")
def ngrams() -> Floats:
    rng = np.random.default_rng(5)
    return np.asarray(rng.random((24, 40)) * (rng.random((24, 40)) < 0.2), np.float32)


@pytest.fixture(scope="module")
def views() -> Floats:
    rng = np.random.default_rng(6)
    return np.asarray(rng.normal(size=(3, 2, 8))[TARGET] + 0.8 * rng.normal(size=(24, 2, 8)), np.float32)


@pytest.fixture(scope="module")
def machine(views: Floats, ngrams: Floats) -> KernelMachine:
    named = np.stack([views[label == TARGET].mean(axis=0) for label in range(3)])
    return learn_kernel_machine(views, csr_matrix(ngrams), TARGET, named, ENCODED)


@pytest.fixture(scope="module")
def kernel(machine: KernelMachine, ngrams: Floats) -> NDArray[np.float64]:
    """The kernel matrix from its definition, without the ridge."""
    support = machine.part.support.astype(np.float64)
    distances = 2.0 - 2.0 * support @ support.T  # the rows have unit length
    matrix = np.exp(-ENCODED.gamma * distances)
    matrix[:24, :24] += ENCODED.ngram_weight / 2.0 * (ngrams @ ngrams.T)
    return np.asarray(matrix, np.float64)


def scores_without(kernel: NDArray[np.float64], away: NDArray[Any], asked: int) -> NDArray[np.float64]:
    rest = np.setdiff1d(np.arange(len(kernel)), away)
    signs = np.where(np.arange(3)[None, :] == OWNERS[rest, None], 1.0, -1.0)
    alpha = np.linalg.solve(kernel[np.ix_(rest, rest)] + RIDGE * np.eye(len(rest)), signs)
    return np.asarray(kernel[asked, rest] @ alpha, np.float64)


def test_a_left_out_text_has_the_scores_of_a_machine_that_never_saw_it(
    machine: KernelMachine, kernel: NDArray[np.float64]
) -> None:
    for text in range(24):
        assert machine.left_out[text] == pytest.approx(scores_without(kernel, np.array([text]), text), abs=1e-4)


def test_a_text_of_a_left_out_intent_has_the_scores_of_a_machine_that_never_saw_the_intent(
    machine: KernelMachine, kernel: NDArray[np.float64]
) -> None:
    for text in range(24):
        members = np.flatnonzero(TARGET[text] == OWNERS)
        assert machine.strangers[text] == pytest.approx(scores_without(kernel, members, text), abs=1e-4)


def test_serving_gives_the_scores_that_were_learnt(machine: KernelMachine, views: Floats, ngrams: Floats) -> None:
    for text in range(24):
        scores = machine.part.scores(machine.part.similarities(views[text])) + ngrams[text] @ machine.ngram_weights
        signs = np.where(np.arange(3) == TARGET[text], 1.0, -1.0)
        assert scores == pytest.approx(signs - RIDGE * machine.part.alpha[text], abs=1e-4)


def test_the_nearest_of_other_intents_are_never_nearer_than_the_nearest(machine: KernelMachine) -> None:
    others, strangers = machine.nearness
    assert (others >= strangers).all()
    assert (others > strangers).any()


def test_a_score_that_is_low_for_one_intent_is_customary_for_another() -> None:
    centres = np.array([[1.0, 2.0, 0.5], [0.2, 1.0, 0.5]], np.float32)
    scorer = OutOfScopeScorer((-0.5, -0.5, -0.5), -3.0, centres, np.full((2, 3), 0.2, np.float32))
    strict, broad = Draft("a"), Draft("b")
    strict.scores, broad.scores = np.array([0.2, -0.8], np.float32), np.array([-0.8, 0.2], np.float32)
    for draft in (strict, broad):
        draft.nearness = 0.5
        scorer.process(draft)
    assert broad.out_of_scope < 0.1
    assert strict.out_of_scope > 0.5


def test_learning_takes_one_thread_of_linear_algebra_so_that_sums_are_the_same_anywhere(
    shop: TrainingData, light_config: PipelineConfig, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[int] = []

    def watching(_corpus: Corpus, _options: Options) -> Tokenizer:
        pools = cast("list[dict[str, Any]]", threadpool_info())
        seen.extend(pool["num_threads"] for pool in pools if pool["user_api"] == "blas")
        return Tokenizer()

    monkeypatch.setitem(LEARN, "Tokenizer", watching)
    with threadpool_limits(2):
        fit(shop, light_config)
    assert seen
    assert set(seen) == {1}


FORM = """\
version: "3.1"
nlu:
- intent: inform
  examples: |
    - 2
    - 4
    - for 3 people
    - three
    - tomorrow
    - chinese food
- intent: greet
  examples: |
    - hi
    - hello
    - good morning
- intent: order_status
  examples: |
    - where is my order
    - track my parcel
    - has my package shipped
- intent: thanks
  examples: |
    - thanks
    - thank you
"""


@pytest.fixture
def form(tmp_path: Path) -> TrainingData:
    place = tmp_path / "form.yml"
    place.write_text(FORM, encoding="utf-8")
    return read_training_data(place)


@pytest.mark.parametrize("pipeline", ["light_config", "semantic_config"])
@pytest.mark.parametrize("answer", ["5", "12", "seven", "sieben", "siete", "20 000"])
def test_a_number_that_no_example_has_answers_the_form_that_learnt_other_numbers(
    pipeline: str, answer: str, form: TrainingData, request: pytest.FixtureRequest
) -> None:
    config: PipelineConfig = request.getfixturevalue(pipeline)
    found = fit(form, config).parse(answer)
    assert found.intent.name == "inform"
    assert found.intent.confidence > 0.5


@pytest.mark.parametrize("text", ["due now", "at once please", "the one"])
def test_a_word_that_is_a_number_only_elsewhere_is_none(text: str) -> None:
    assert not any("<" in gram for gram in word_ngrams(text))


@pytest.fixture(scope="module")
def questions(shop: TrainingData) -> list[str]:
    return [e.text for e in shop.examples]


def test_features_without_some_texts_are_those_of_a_featurizer_that_never_saw_them(questions: list[str]) -> None:
    whole = learn_ngrams(questions)
    drafts = [Draft(text) for text in questions]
    for draft in drafts:
        whole.process(draft)
    kept = np.arange(len(questions)) % 3 != 0
    relearnt = Grams.of(whole, 1).relearnt(ngram_matrix(drafts, len(whole.vocabulary)), kept)
    alone = learn_ngrams([text for text, stays in zip(questions, kept, strict=True) if stays])
    names = sorted(whole.vocabulary)
    for row, text in enumerate(questions):
        vector, _ = alone.features(text)
        expected = {g: v for g, c in alone.vocabulary.items() for v in vector.values[vector.columns == c]}
        columns = cast("list[int]", relearnt[row].indices.tolist())
        found = {names[c]: float(relearnt[row, c]) for c in columns}
        assert found == pytest.approx(expected, abs=1e-5)


def test_what_the_others_know_of_a_text_is_what_a_featurizer_of_the_others_knows(questions: list[str]) -> None:
    whole = learn_ngrams(questions)
    drafts = [Draft(text) for text in questions]
    for draft in drafts:
        whole.process(draft)
    target = np.arange(len(questions)) % 4
    known = np.array([draft.known for draft in drafts], np.float32)
    features = ngram_matrix(drafts, len(whole.vocabulary))
    without, strange = Grams.of(whole, 1).known_elsewhere(features, target, known)
    for row, text in enumerate(questions):
        others = learn_ngrams([*questions[:row], *questions[row + 1 :]]).features(text)[1]
        assert without[row] == pytest.approx(others, abs=0.01)
        foreign = learn_ngrams([q for q, t in zip(questions, target, strict=True) if t != target[row]]).features(text)[
            1
        ]
        assert strange[row] == pytest.approx(foreign, abs=0.03)


def test_a_text_of_unknown_words_is_known_the_less_the_stranger_it_is(questions: list[str]) -> None:
    learnt = learn_ngrams(questions)
    shares = [learnt.features(text)[1] for text in (questions[0], f"{questions[0]} zyxwv", "zyxwv qqjj", "")]
    assert shares == sorted(shares, reverse=True)
    assert shares[0] == pytest.approx(1.0)
    assert shares[-1] == 0.0


def test_without_the_encoder_a_message_of_other_words_is_further_out_of_scope_than_a_near_one(
    shop: TrainingData, light_config: PipelineConfig
) -> None:
    model = fit(shop, light_config)
    near, far = model.parse("where is the order that I placed"), model.parse("füttere bitte die Katze, Günther")
    assert far.out_of_scope > near.out_of_scope
    assert far.out_of_scope > 0.5


def test_with_the_encoder_all_three_signs_of_being_foreign_weigh_the_same(
    shop: TrainingData, semantic_config: PipelineConfig
) -> None:
    scorer = next(c for c in fit(shop, semantic_config).components if isinstance(c, OutOfScopeScorer))
    assert len(set(scorer.weights)) == 1
    assert scorer.weights[0] < 0.0
