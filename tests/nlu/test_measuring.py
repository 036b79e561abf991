"""Figures mean what they say, comparisons know chance, cleaning points at the place, and the server speaks Rasa."""

from __future__ import annotations

import io
import json
import re
import socket
import subprocess
import sys
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer
from click.testing import CliRunner

from nlu.artifacts import ModelError
from nlu.cli import main
from nlu.config import PipelineConfig
from nlu.measuring.cleaning import find_faults
from nlu.measuring.comparison import compare_outcomes
from nlu.measuring.evaluation import Evaluation, cross_validate, evaluate, figures_of, sample_shots
from nlu.measuring.metrics import (
    Outcome,
    accuracy,
    auroc,
    calibration_error,
    entity_scores,
    macro_f1,
    percentile,
    recall_at_kept,
    role_f1,
    sign_test,
)
from nlu.measuring.report import html_report
from nlu.process import NluProcess
from nlu.server import application
from nlu.sources.markup import Annotation
from nlu.training_data import Example, TrainingData
from nlu.types import Entity, Intent, ParseResult
from tests.support.patience import PATIENCE
from tests.support.understanding import Understanding


def outcome(given: str, said: str, confidence: float = 1.0, entities: tuple[Entity, ...] = ()) -> Outcome:
    best = Intent(said, confidence)
    example = Example("to Rome", given, (Annotation(3, 7, "city", "Rome"),))
    return Outcome(example, ParseResult("to Rome", best, (best,), entities))


def test_accuracy_and_f1() -> None:
    outcomes = [outcome("a", "a"), outcome("a", "b"), outcome("b", "b")]
    assert accuracy(outcomes) == pytest.approx(2 / 3)
    assert macro_f1(outcomes) == pytest.approx(2 / 3)


def test_entities_count_only_with_their_exact_span_and_type() -> None:
    right, longer = Entity("city", "Rome", 3, 7), Entity("city", "to Rome", 0, 7)
    other = Entity("number", 3, 0, 1)  # of a type that the test does not annotate
    outcomes = [outcome("a", "a", entities=(right, other)), outcome("a", "a", entities=(longer,))]
    assert entity_scores(outcomes) == (0.5, 0.5, 0.5)


def test_a_role_or_a_group_that_is_taken_for_another_counts_where_roles_are_asked_for() -> None:
    to, back = Entity("city", "Rome", 3, 7, role="to"), Entity("city", "Rome", 3, 7, role="from")
    asked = Example("to Rome", "a", (Annotation(3, 7, "city", "Rome", "to"),))
    right, wrong = (replace(outcome("a", "a", entities=(one,)), example=asked) for one in (to, back))
    assert entity_scores([right, wrong]) == (1.0, 1.0, 1.0)
    assert role_f1([right, wrong]) == pytest.approx(0.5)
    assert role_f1([outcome("a", "a", entities=(to,))]) is None


def test_what_rules_find_of_a_sort_that_was_learnt_is_not_judged() -> None:
    learnt = Entity("city", "Rome", 3, 7, extractor="CRFEntityExtractor")
    by_rule = Entity("city", "to Rome", 0, 7, extractor="DucklingEntityExtractor")
    both = outcome("a", "a", entities=(learnt, by_rule))
    assert entity_scores([both, outcome("a", "a", entities=(by_rule,))]) == (1.0, 0.5, 2 / 3)
    assert "to Rome (city)" not in html_report(Evaluation({}, (both,), ()), "x")
    alone = outcome("a", "a", entities=(replace(by_rule, value="Rome", start=3),))
    assert entity_scores([alone]) == (1.0, 1.0, 1.0)


def test_calibration_error_is_the_gap_between_sureness_and_truth() -> None:
    sure = [outcome("a", "a", 0.75), outcome("a", "b", 0.75), outcome("a", "a", 0.75), outcome("a", "a", 0.75)]
    assert calibration_error(sure) == pytest.approx(0.0)
    assert calibration_error([outcome("a", "b", 0.9)]) == pytest.approx(0.9)


def test_auroc_and_recall_of_the_foreign() -> None:
    assert auroc([0.1, 0.2], [0.8, 0.9]) == 1.0
    assert auroc([0.5, 0.5], [0.5]) == 0.5
    assert auroc([0.9], [0.1]) == 0.0
    assert recall_at_kept([i / 100 for i in range(100)], [0.93, 0.945, 0.99, 1.0]) == 0.75


def test_percentiles_lie_between_values() -> None:
    assert percentile([3, 1, 2], 0.5) == 2
    assert percentile([1, 2], 0.5) == 1.5
    assert percentile([], 0.5) == 0


def test_the_sign_test_knows_chance() -> None:
    assert sign_test(0, 0) == 1.0
    assert sign_test(5, 5) == 1.0
    assert sign_test(8, 0) == pytest.approx(2 / 256)
    assert sign_test(900, 700) < 0.001


def test_a_comparison_names_what_flipped() -> None:
    old = [outcome("a", "b"), outcome("b", "b"), outcome("b", "b")]
    new = [outcome("a", "a"), outcome("b", "a"), outcome("b", "b")]
    found = compare_outcomes(old, new)
    assert [f.better for f in found.flips] == [True, False]
    assert found.by_intent == {"a": (0.0, 1.0), "b": (1.0, 0.5)}
    assert not found.is_significant
    assert "may be chance" in found.describe()


def test_shots_are_drawn_per_intent_and_the_same_for_a_seed(shop: TrainingData) -> None:
    some = sample_shots(shop, 3, 1)
    counts = {name: sum(e.base_intent == name for e in some.examples) for name in shop.intents}
    assert set(counts.values()) == {3}
    assert sample_shots(shop, 3, 1).examples == some.examples != sample_shots(shop, 3, 2).examples


@pytest.fixture(scope="module")
def evaluation(request: pytest.FixtureRequest) -> Evaluation:
    shop: TrainingData = request.getfixturevalue("shop")
    lean = PipelineConfig(tuple(s for s in PipelineConfig.light().steps if s.name in _LEAN))
    outside = [Example("the weather is nice in spring", ""), Example("a recipe for pancakes", "")]
    return evaluate(lean, shop, shop, outside=outside, foreign_intent="greet")


_LEAN = {"Tokenizer", "NgramFeaturizer", "IntentClassifier", "OutOfScopeScorer", "CRFEntityExtractor"}


def test_an_evaluation_has_every_promised_figure(evaluation: Evaluation) -> None:
    promised = (
        "accuracy macro_f1 entity_precision entity_recall entity_f1 entity_role_f1 ece oos_auroc oos_recall_at_95 "
        "parse_cpu_ms_p50 parse_ms_p50 parse_ms_p99 train_cpu_s peak_rss_mb model_mb"
    )
    assert set(promised.split()) <= set(evaluation.figures)
    assert evaluation.figures["accuracy"] > 0.9
    assert evaluation.figures["entity_f1"] > 0.9


def test_the_foreign_intent_is_never_trained_on(evaluation: Evaluation) -> None:
    assert all(o.predicted != "greet" for o in evaluation.outcomes)
    assert len(evaluation.outside) == 2 + 7


def test_the_report_is_one_page_that_runs_nothing(evaluation: Evaluation) -> None:
    page = html_report(evaluation, "<script>")
    assert "<script" not in page
    assert "Confusion" in page
    assert "<th class=h>track_order" in page
    assert "<td>order_number<td class=n>5<td class=n>100.0%" in page
    assert "oos_auroc" in page


def test_the_report_has_the_worst_intents_and_the_foreign_texts_that_look_like_one_first() -> None:
    inside = (outcome("easy", "easy"), outcome("hard", "good"), outcome("hard", "hard"))
    foreign = tuple(
        Outcome(Example(text, ""), ParseResult(text, best, (best,), out_of_scope=score))
        for text, score in (("how tall is it", 0.9), ("where is my dog", 0.1))
        for best in [Intent("easy", 0.7)]
    )
    page = html_report(Evaluation({}, inside, foreign), "x")
    assert "<td>hard<td class=n>2<td class=n>100.0%<td class=n>50.0%<td class=n>66.7%" in page
    assert page.index("<td>hard<td class=n>2") < page.index("<td>easy<td class=n>1")
    assert page.index("where is my dog") < page.index("how tall is it")
    assert "Out of scope" not in html_report(Evaluation({}, inside, ()), "x")


def test_what_was_not_measured_is_not_in_the_report(evaluation: Evaluation) -> None:
    unmeasured = {name: None if name.startswith("oos_") else value for name, value in evaluation.figures.items()}
    assert "oos_auroc" not in html_report(replace(evaluation, figures=unmeasured), "no foreign texts")


def test_a_figure_that_the_test_holds_nothing_for_is_none_and_not_nought() -> None:
    plain = Outcome(Example("hello", "greet"), ParseResult("hello", Intent("greet", 0.9), (Intent("greet", 0.9),)))
    figures = figures_of([plain])
    unmeasured = {name for name, value in figures.items() if value is None}
    assert unmeasured == {
        "oos_auroc",
        "oos_recall_at_95",
        "entity_precision",
        "entity_recall",
        "entity_f1",
        "entity_role_f1",
    }
    assert {name for name, value in figures_of([], [plain]).items() if value is None} == set(figures) - {
        "test_examples"
    }


def test_a_nought_that_was_measured_stays_a_nought() -> None:
    missed = figures_of([outcome("a", "b")], [outcome("", "a")])
    assert missed["accuracy"] == missed["entity_f1"] == missed["oos_recall_at_95"] == 0.0


def test_the_table_leaves_the_place_of_an_unmeasured_figure_empty(light_store: Path, tmp_path: Path) -> None:
    plain = tmp_path / "test.yml"
    plain.write_text('version: "3.1"\nnlu:\n- intent: greet\n  examples: |\n    - hello\n', encoding="utf-8")
    page = tmp_path / "report.html"
    arguments = ["evaluate", "--model", str(light_store), "--test", str(plain)]
    table = CliRunner().invoke(main, arguments).stdout.splitlines()
    assert "oos_auroc" in table
    assert "entity_f1" in table
    assert "accuracy             1" in table
    found = json.loads(CliRunner().invoke(main, [*arguments, "--json", "--report", str(page)]).stdout)
    assert (found["oos_auroc"], found["entity_f1"], found["accuracy"]) == (None, None, 1.0)
    assert not {"oos_auroc", "entity_f1", "Entities"} & set(re.findall(r"\w+", page.read_text(encoding="utf-8")))


def test_a_comparison_without_entities_says_nothing_of_them() -> None:
    plain = Outcome(Example("hello", "a"), ParseResult("hello", Intent("a", 0.9), (Intent("a", 0.9),)))
    found = compare_outcomes([plain], [plain])
    assert found.to_json()["entity_f1"] == [None, None]
    assert "entity" not in found.describe()


def test_cross_validation_tests_every_example_once(shop: TrainingData) -> None:
    lean = PipelineConfig(tuple(s for s in PipelineConfig.light().steps if s.name in _LEAN - {"CRFEntityExtractor"}))
    found = cross_validate(lean, shop, 3)
    assert sorted(o.example.line for o in found.outcomes) == sorted(e.line for e in shop.examples)


def test_cross_validation_makes_no_more_folds_than_there_are_examples(shop: TrainingData) -> None:
    lean = PipelineConfig(tuple(s for s in PipelineConfig.light().steps if s.name in _LEAN - {"CRFEntityExtractor"}))
    few = shop.with_examples(shop.examples[:3])
    said: list[str] = []
    found = cross_validate(lean, few, 10**9, notify=said.append)
    assert sorted(o.example.line for o in found.outcomes) == sorted(e.line for e in few.examples)
    assert said == ["there are as many folds as examples: 3", *(f"fold {n} of 3 done" for n in (1, 2, 3))]


def test_a_single_example_is_not_cross_validated(shop: TrainingData) -> None:
    with pytest.raises(ModelError, match="give two or more"):
        cross_validate(PipelineConfig.light(), shop.with_examples(shop.examples[:1]), 5)


def test_cross_validation_tells_which_intents_no_fold_can_learn() -> None:
    texts = [("hello", "greet"), ("hi there", "greet"), ("bye", "leave"), ("help", "help/me")]
    data = TrainingData(tuple(Example(text, intent) for text, intent in texts))
    said: list[str] = []
    lean = PipelineConfig(tuple(s for s in PipelineConfig.light().steps if s.name in _LEAN))
    found = cross_validate(lean, data, 2, notify=said.append)
    assert any(line.startswith("of 2 intents there is one example") and "help, leave" in line for line in said)
    assert not any(o.correct for o in found.outcomes if o.example.base_intent != "greet")


def test_cleaning_points_at_what_is_wrong() -> None:
    here = Path("nlu.yml")
    texts = [
        ("cancel my order", "cancel"),
        ("Cancel my order ", "cancel"),
        ("cancel my order", "track"),
        ("where is my big parcel", "track"),
        ("where is my big parcels", "lost"),
        ("hello", "greet"),
    ]
    data = TrainingData(tuple(Example(t, i, path=here, line=n) for n, (t, i) in enumerate(texts, 1)))
    lean = PipelineConfig(tuple(s for s in PipelineConfig.light().steps if s.name in _LEAN))
    found = {(f.kind, f.place) for f in find_faults(data, lean)}
    assert {
        ("duplicate", "nlu.yml:2"),
        ("contradiction", "nlu.yml:3"),
        ("near-duplicate", "nlu.yml:5"),
        ("few-examples", "nlu.yml:6"),
    } <= found


@pytest.fixture
async def client(request: pytest.FixtureRequest, light_store: Path) -> AsyncIterator[TestClient]:
    """Whoever asks the server; it understands in this process, unless the test gives the product's own."""
    processes: type[NluProcess] = getattr(request, "param", Understanding)
    async with TestClient(TestServer(application(processes(light_store)))) as found:
        yield found


@pytest.mark.parametrize("client", [NluProcess], indirect=True)
async def test_the_server_answers_in_rasas_shape(client: TestClient) -> None:
    answer = await client.post("/model/parse", json={"text": "where is my parcel", "message_id": "m1"})
    body = await answer.json()
    assert answer.status == 200
    assert body["intent"]["name"] == "track_order"
    assert {"text", "intent", "entities", "intent_ranking", "response_selector", "message_id"} <= set(body)
    status = await (await client.get("/status")).json()
    assert status["model_file"] == body["model"]


async def test_the_server_takes_what_a_button_says_for_what_it_names(client: TestClient) -> None:
    answer = await client.post("/model/parse", json={"text": '/deny{"order": "77"}'})
    said = await answer.json()
    assert (said["text"], said["intent"]) == ('/deny{"order": "77"}', {"name": "deny", "confidence": 1.0})
    assert [(e["entity"], e["value"]) for e in said["entities"]] == [("order", "77")]


@pytest.mark.parametrize(
    "body", ["", "[]", "{}", '{"text": 1}', '{"text": null}', "{", "[" * 100_000, b'{"text": "\xff"}']
)
async def test_the_server_refuses_what_is_no_text(client: TestClient, body: str | bytes) -> None:
    answer = await client.post("/model/parse", data=body)
    assert answer.status == 400
    assert (await answer.json())["reason"] == "BadRequest"


async def test_a_charset_that_does_not_exist_does_not_matter(client: TestClient) -> None:
    headers = {"Content-Type": "application/json; charset=none-such"}
    answer = await client.post("/model/parse", data=b'{"text": "hello"}', headers=headers)
    assert (await answer.json())["intent"]["name"] == "greet"


@pytest.mark.parametrize(
    ("method", "path", "size", "code"),
    [("GET", "/model/parse", 0, 405), ("POST", "/model/train", 0, 404), ("POST", "/model/parse", 2 << 20, 413)],
)
async def test_every_refusal_of_the_server_is_json(
    client: TestClient, method: str, path: str, size: int, code: int
) -> None:
    answer = await client.request(method, path, data=io.BytesIO(b"x" * size))
    body = await answer.json()
    assert answer.status == body["code"] == code
    assert body["status"] == "failure"
    assert body["message"]


def test_a_server_that_is_told_to_stop_ends_well(light_store: Path) -> None:
    command = [sys.executable, "-m", "nlu", "serve", str(light_store), "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        said = server.stderr.readline()
        server.terminate()
        _, rest = server.communicate(timeout=PATIENCE)
    assert server.returncode == 0, said + rest
    assert said.startswith("listening on http://127.0.0.1:")
    assert rest == ""


def test_a_port_that_is_taken_is_told_without_a_trace(light_store: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        command = [sys.executable, "-m", "nlu", "serve", str(light_store), "--port", port]
        done = subprocess.run(command, capture_output=True, check=False, timeout=PATIENCE)
    assert done.returncode == 2
    assert b"name another --port" in done.stderr
    assert b"Traceback" not in done.stderr


def test_texts_on_stdin_become_results_on_stdout(light_store: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "nlu", "parse", str(light_store)],
        input=b"hello\nwhere is my order\n",
        stdout=subprocess.PIPE,
        check=True,
    )
    results = [json.loads(line) for line in done.stdout.splitlines()]
    assert [r["intent"]["name"] for r in results] == ["greet", "track_order"]


TINY = str(Path(__file__).parent / "data" / "tiny.yml")
LIGHT = ["--config", "FOLDER/light.yml"]


@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["parse", "FOLDER"], "holds no model"),
        (["parse", TINY], "is a file; a model is a folder"),
        (["serve", "FOLDER", "--port", "0"], "holds no model"),
        (["serve", "FOLDER", "--port", "70000"], "70000 is not in the range"),
        (["compare", TINY, TINY, "--test", TINY], "is a file; a model is a folder"),
        (["evaluate", "--model", "FOLDER", "--test", TINY], "holds no model"),
        (["evaluate", "--test", TINY], "give --config and --train, or --model"),
        (["evaluate", *LIGHT, "--train", TINY, "--test", TINY, "--report", "FOLDER/no/x.html"], "cannot be written"),
        (["evaluate", *LIGHT, "--train", TINY, "--test", TINY, "--shots", "0"], "0 is not in the range"),
        (["train", *LIGHT, "--data", TINY, "--out", TINY], "cannot make a model store"),
        (["train", *LIGHT, "--data", "FOLDER/binary.yml", "--out", "FOLDER/m"], "is UTF-16 or binary"),
        (["train", *LIGHT, "--data", "FOLDER/light.yml", "--out", "FOLDER/m"], "no training examples found"),
        (["train", "--config", "FOLDER/binary.yml", "--data", TINY, "--out", "FOLDER/m"], "is UTF-16 or binary"),
        (["train", *LIGHT, "--data", "FOLDER/none.yml", "--out", "FOLDER/m"], "does not exist"),
        (["cross-validate", *LIGHT, "--data", TINY, "--folds", "1"], "1 is not in the range"),
        (["clean", "FOLDER/binary.yml"], "is UTF-16 or binary"),
        (["emotion", "--model", "FOLDER/none"], "cannot be read"),
        (["emotion", "--loud"], "unrecognized arguments"),
    ],
    ids=lambda value: value if isinstance(value, str) else value[0],
)
def test_a_mistake_is_told_without_a_trace(tmp_path: Path, command: list[str], said: str) -> None:
    (tmp_path / "light.yml").write_text("language: en\npipeline: light\n", encoding="utf-8")
    (tmp_path / "binary.yml").write_bytes(bytes(range(256)))
    arguments = [part.replace("FOLDER", str(tmp_path)) for part in command]
    done = CliRunner().invoke(main, arguments, input="")
    assert (done.exit_code, type(done.exception)) == (2, SystemExit)
    assert said in done.stderr
    assert done.stdout == ""
