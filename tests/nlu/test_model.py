"""A model understands, is the same for the same data, refuses to load when touched, and never fails on a text."""

from __future__ import annotations

import json
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from threadpoolctl import threadpool_info, threadpool_limits

from nlu.artifacts import ModelError
from nlu.components.fallback import FallbackClassifier
from nlu.config import PipelineConfig
from nlu.draft import Draft
from nlu.fitting import fit
from nlu.model import Model, load
from nlu.store import (
    TRAINING,
    OvertakenError,
    current_version,
    keep,
    list_versions,
    locked,
    prune,
    publish,
    seal,
    set_current,
    verify,
)
from nlu.training import train
from nlu.training_data import Example, TrainingData
from nlu.types import Intent, ParseResult, RetrievedResponse
from tests.support.patience import PATIENCE
from tests.support.work import work_of


@pytest.fixture(scope="session")
def light(light_store: Path) -> Model:
    return load(light_store)


@pytest.fixture(scope="session")
def semantic(semantic_store: Path) -> Model:
    return load(semantic_store)


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("good evening!", "greet"),
        ("where's my parcel", "track_order"),
        ("please cancel the order", "cancel_order"),
        ("I would like to send back the shoes", "return_item"),
        ("are you open on saturday?", "faq"),
    ],
)
def test_both_pipelines_understand(light: Model, semantic: Model, text: str, intent: str) -> None:
    assert light.parse(text).ranking[0].name == intent
    assert semantic.parse(text).ranking[0].name == intent


def test_meaning_is_understood_without_a_shared_word(semantic: Model) -> None:
    assert semantic.parse("has the courier dropped off my box yet?").ranking[0].name == "track_order"


def test_confidences_add_up_and_the_ranking_is_ordered(semantic: Model) -> None:
    ranking = semantic.parse("where is it").ranking
    assert sum(i.confidence for i in ranking) == pytest.approx(1.0, abs=1e-4)
    assert [i.confidence for i in ranking] == sorted((i.confidence for i in ranking), reverse=True)


def test_entities_have_roles_and_places(light: Model) -> None:
    text = "I moved from Berlin to Hamburg"
    found = {(text[e.start : e.end], e.entity, e.role) for e in light.parse(text).entities}
    assert {("Berlin", "city", "from"), ("Hamburg", "city", "to")} <= found


def test_a_retrieval_intent_names_its_answer(semantic: Model) -> None:
    responses = semantic.parse("how late do you close?").responses
    assert [(r.intent, r.key) for r in responses] == [("faq", "faq/ask_opening_hours")]


def test_what_means_nothing_here_is_a_fallback(semantic: Model) -> None:
    strange = semantic.parse("the mitochondria is the powerhouse of the cell")
    assert strange.is_fallback
    assert strange.out_of_scope > semantic.parse("where is my order 4711?").out_of_scope


def test_an_answer_survives_json(semantic: Model) -> None:
    result = semantic.parse("cancel order 4711, I am angry!")
    assert ParseResult.from_json(json.loads(json.dumps(result.to_json()))) == result


@pytest.mark.parametrize(
    ("ranking", "decision"),
    [
        ([("a", 0.9), ("b", 0.1)], "a"),
        ([("a", 0.29), ("b", 0.1)], "nlu_fallback"),
        ([("a", 0.45), ("b", 0.4)], "nlu_fallback"),
        ([("a", 0.5), ("b", 0.4)], "a"),
        ([("a", 0.3)], "a"),
        ([], "nlu_fallback"),
    ],
)
def test_thresholds_decide_as_in_rasa(ranking: list[tuple[str, float]], decision: str) -> None:
    draft = Draft("x", ranking=tuple(Intent(n, c) for n, c in ranking))
    FallbackClassifier(threshold=0.3, ambiguity_threshold=0.0999).process(draft)
    assert draft.decision is not None
    assert draft.decision.name == decision


@pytest.mark.parametrize(
    ("threshold", "answer", "decision"),
    [(0.4, 0.39, "nlu_fallback"), (0.4, 0.4, "faq"), (0.0, 0.1, "faq")],
)
def test_a_question_whose_answer_is_uncertain_is_not_answered(threshold: float, answer: float, decision: str) -> None:
    found = (RetrievedResponse("chitchat", "chitchat/age", 0.1), RetrievedResponse("faq", "faq/exchange", answer))
    draft = Draft("x", ranking=(Intent("faq", 0.95), Intent("b", 0.05)), responses=found)
    FallbackClassifier(response_threshold=threshold).process(draft)
    assert draft.decision is not None
    assert draft.decision.name == decision
    assert draft.decision.confidence == pytest.approx(0.95 if decision == "faq" else 1.0 - answer)


def test_the_same_data_and_seed_give_the_same_bytes(
    shop: TrainingData,
    light_store: Path,
    semantic_store: Path,
    light_config: PipelineConfig,
    semantic_config: PipelineConfig,
    tmp_path: Path,
) -> None:
    train(shop, light_config, tmp_path / "light")
    train(shop, semantic_config, tmp_path / "semantic")
    assert content(tmp_path / "light") == content(light_store)
    assert content(tmp_path / "semantic") == content(semantic_store)


def content(store: Path) -> dict[str, bytes]:
    return {p.relative_to(store).as_posix(): p.read_bytes() for p in store.rglob("*") if p.is_file()}


def test_the_same_model_is_stored_once_and_another_can_be_made_current(
    shop: TrainingData, light_config: PipelineConfig, german_config: PipelineConfig, tmp_path: Path
) -> None:
    first = train(shop, light_config, tmp_path).model
    second = train(shop, german_config, tmp_path).model
    again = train(shop, light_config, tmp_path).model
    assert again == first != second
    assert list_versions(tmp_path) == [first, second]
    set_current(tmp_path, second)
    assert load(tmp_path).version == second == current_version(tmp_path)
    with pytest.raises(ModelError, match="holds no version"):
        set_current(tmp_path, "v0009-000000000000")


def test_a_candidate_is_in_no_store_until_it_is_kept_and_carries_the_folder_it_was_given(
    shop: TrainingData, light_config: PipelineConfig, tmp_path: Path
) -> None:
    store, place, enclosed = tmp_path / "store", tmp_path / "candidates", tmp_path / "lessons"
    first = train(shop, light_config, store).model
    enclosed.mkdir()
    (enclosed / "domain.yml").write_text("intents: [a]\n")
    made = train(shop, light_config, store, enclosed=enclosed, candidate_in=place)
    assert made.model.startswith("v0002-")
    assert (list_versions(store), current_version(store)) == ([first], first)
    assert load(place / made.model).version == made.model
    keep(place / made.model, store, made.model)
    assert (list_versions(store), current_version(store)) == ([first, made.model], first)
    keep(Path(train(shop, light_config, store, enclosed=enclosed, candidate_in=place).path), store, made.model)
    assert (list_versions(store), list(place.iterdir())) == ([first, made.model], []), "the same is not kept twice"
    (store / made.model / "lessons" / "domain.yml").write_text("intents: [b]\n")
    with pytest.raises(ModelError, match=r"lessons/domain.yml does not match its hash"):
        load(store / made.model)


def test_a_damaged_model_that_is_trained_again_is_whole_again(
    shop: TrainingData, light_config: PipelineConfig, tmp_path: Path
) -> None:
    made = train(shop, light_config, tmp_path).model
    victim = next((tmp_path / made).rglob("bias.npy"))
    victim.write_bytes(victim.read_bytes()[:-1] + b"\x01")
    with pytest.raises(ModelError, match="damaged, train it again"):
        load(tmp_path)
    assert train(shop, light_config, tmp_path).model == made
    assert load(tmp_path).version == made
    assert list_versions(tmp_path) == [made]


def sealed(folder: Path, text: str) -> Path:
    folder.mkdir()
    (folder / "about").write_text(text, encoding="utf-8")
    seal(folder, {"components": []})
    return folder


def test_what_was_made_in_place_of_one_model_does_not_take_that_of_another(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    first = publish(sealed(tmp_path / "a", "a"), store, among=(None,))
    second = publish(sealed(tmp_path / "b", "b"), store, among=(first,))
    late = sealed(tmp_path / "c", "c")
    with pytest.raises(OvertakenError, match=f"{second} is current"):
        publish(late, store, among=(first,))
    with pytest.raises(OvertakenError):
        set_current(store, first, among=(first, None))
    assert (list_versions(store), current_version(store)) == ([first, second], second)
    assert late.is_dir(), "whoever made it may still use it"
    set_current(store, first)
    assert current_version(store) == first


def test_of_many_who_publish_at_once_each_has_a_version_and_the_current_one_is_whole(tmp_path: Path) -> None:
    store = tmp_path / "store"
    store.mkdir()
    made = [sealed(tmp_path / f"m{n}", f"{n // 2}") for n in range(12)]
    with ThreadPoolExecutor(12) as pool:
        published = list(pool.map(partial(publish, store=store), made))
    assert published[::2] == published[1::2], "the same content is the same model"
    assert sorted(set(published)) == list_versions(store)
    assert [int(version[1:5]) for version in list_versions(store)] == [1, 2, 3, 4, 5, 6]
    verify(store / (current_version(store) or ""))
    assert [path.name for path in store.iterdir() if path.name.startswith(".gone")] == []


def test_who_trains_meanwhile_is_waited_for(shop: TrainingData, light_config: PipelineConfig, tmp_path: Path) -> None:
    waits = threading.Event()

    def notify(text: str) -> None:
        if "another process trains" in text:
            waits.set()

    with ThreadPoolExecutor(1) as pool:
        with locked(tmp_path, TRAINING):
            later = pool.submit(train, shop, light_config, tmp_path, notify=notify)
            assert waits.wait(PATIENCE)
            earlier = publish(sealed(tmp_path / "staging", "what the earlier one made"), tmp_path)
        assert later.result().model == current_version(tmp_path) != earlier


def test_old_models_go_and_the_current_one_stays(light_store: Path, tmp_path: Path) -> None:
    made = list_versions(light_store)[-1]
    for number in range(1, 6):
        shutil.copytree(light_store / made, tmp_path / f"v{number:04d}-{number:012x}")
    first, *_, fourth, last = list_versions(tmp_path)
    set_current(tmp_path, first)
    assert len(prune(tmp_path, 2)) == 2
    assert list_versions(tmp_path) == [first, fourth, last]
    assert prune(tmp_path, 5) == []


@pytest.mark.parametrize("damage", ["change", "lack", "more", "manifest"])
def test_a_model_that_was_touched_is_refused(light_store: Path, tmp_path: Path, damage: str) -> None:
    shutil.copytree(light_store, tmp_path / "copy")
    folder = next((tmp_path / "copy").glob("v*"))
    victim = next(folder.rglob("bias.npy"))
    if damage == "change":
        victim.write_bytes(victim.read_bytes()[:-1] + b"\x01")
    elif damage == "lack":
        victim.unlink()
    elif damage == "more":
        (folder / "extra.pkl").write_bytes(b"cos\nsystem\n")
    else:
        (folder / "manifest.json").write_text("{}")
    with pytest.raises(ModelError):
        load(tmp_path / "copy")


def test_a_parse_shares_no_sum_among_threads(light_store: Path) -> None:
    threadpool_limits(2, user_api="blas")
    load(light_store)
    assert {pool["num_threads"] for pool in threadpool_info() if pool["user_api"] == "blas"} == {1}


def test_four_threads_get_the_answers_of_one(semantic: Model) -> None:
    texts = [f"where is order {n} to Berlin?" for n in range(60)]
    alone = [semantic.parse(t) for t in texts]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(semantic.parse, texts)) == alone


HOSTILE = [
    "",
    " \n\t",
    "x" * 100_000,
    "where is my order? " * 6_000,
    "😀" * 500,
    "مرحبا أين طلبي ١٢٣",
    "\x00\x01\x1b[31m\u202e\ufeff",
    "\ud800 lone",
    "where іs mу оrder",
    "'; DROP TABLE orders; --",
    "<script>alert(1)</script><img src=x onerror=y>",
    "日本語 mixed عربي and русский",
    "1" * 3_000,
    "a." * 2_000 + "@",
    "((((" * 500,
    "Z̴̢͠a̸l̵g̷o̶" * 50,
]


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_any_text_is_answered_within_50_ms_of_work(light: Model, semantic: Model, text: str) -> None:
    for model in (light, semantic):
        assert model.parse(text).text == text
        assert work_of(lambda: model.parse(text), enough=0.05) < 0.05  # noqa: B023 - called at once


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(st.characters(codec=None), max_size=300))
def test_no_text_is_an_exception_and_every_place_is_in_it(semantic: Model, text: str) -> None:
    result = semantic.parse(text)
    assert result.text == text
    assert 0.0 <= result.out_of_scope <= 1.0
    assert all(0 <= e.start < e.end <= len(text) for e in result.entities)
    json.dumps(result.to_json())


def test_one_intent_and_single_examples_are_enough_to_train(
    light_config: PipelineConfig, semantic_config: PipelineConfig
) -> None:
    lone = TrainingData((Example("hello", "greet"), Example("hi", "greet")))
    assert fit(lone, light_config).parse("hello there").ranking[0].name == "greet"
    two = TrainingData((Example("hello", "greet"), Example("bye", "goodbye")))
    assert fit(two, semantic_config).parse("bye bye").ranking[0].name == "goodbye"


def test_languages_are_told_apart_and_a_short_text_is_taken_for_ours(light: Model) -> None:
    assert light.parse("wo ist denn mein Paket geblieben?").language == "de"
    assert light.parse("où est ma commande ?").language == "fr"
    assert light.parse("hello").language == "en"
    assert light.parse("4711").language == "und"
