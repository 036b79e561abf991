"""`model`: an earlier model answers again, everywhere, within seconds; the desks hear of it, and who did it is kept."""

from __future__ import annotations

import asyncio
import dataclasses
import json
import shutil
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest

import nlu.store
from bot.core.activity import Person
from bot.core.effects import Body
from bot.errors import NotDone
from bot.ports import AuditLine
from bot.services.models import ModelAnswers
from bot.services.operations import Operations, Roles
from bot.training.models import BesideTheLoop, ensure_trained
from nlu.config import PipelineConfig
from nlu.process import NluProcess
from nlu.training import train
from nlu.training_data import read_training_data
from tests.support.children import children
from tests.support.patience import PATIENCE, comes_to
from tests.support.town import DESK, PLATFORM, Fault, Town, policy
from tests.support.understanding import Understanding

SHOP = Path(__file__).parents[1] / "nlu" / "data" / "shop.yml"
BOSS = Person(PLATFORM, "T", "boss", "Boss")
NORA = Person(PLATFORM, "T", "nora", "Nora")


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two models; the second is current."""
    folder = tmp_path_factory.mktemp("models")
    steps = tuple(s for s in PipelineConfig.light().steps if not s.name.endswith("Detector"))
    for language in ("en", "de"):
        train(
            read_training_data(SHOP),
            dataclasses.replace(PipelineConfig.light(), steps=steps, language=language),
            folder,
        )
    return folder


@pytest.fixture
def versions(store: Path) -> tuple[str, str]:
    first, second = nlu.store.list_versions(store)
    nlu.store.set_current(store, second)
    return first, second


@pytest.fixture
async def here(request: pytest.FixtureRequest, store: Path, versions: tuple[str, str]) -> AsyncIterator[BesideTheLoop]:
    """What answers with these models: in this process, unless the test gives the product's own."""
    processes: type[NluProcess] = getattr(request, "param", Understanding)
    beside = BesideTheLoop(store, workers=1, seconds=PATIENCE, look_seconds=0.05, processes=processes)
    await beside.start()
    yield beside
    await beside.stop()


@dataclass
class Book:
    written: list[AuditLine] = field(default_factory=list)

    async def note(self, line: AuditLine) -> None:
        self.written.append(line)

    async def lines(self, kind: str) -> Sequence[AuditLine]:
        return [line for line in self.written if line.kind == kind]


class Forgetful:
    """`bot.ports.Errands` for whoever has none to do twice."""

    async def begin(self, name: str, seconds: float) -> bool:  # noqa: ARG002
        return True

    async def finish(self, name: str) -> None: ...


class Noon:
    def now(self) -> float:
        return 1_800_000_000.0


@pytest.fixture
def town() -> Town:
    return Town()


@pytest.fixture
def book() -> Book:
    return Book()


@pytest.fixture
def operations(here: BesideTheLoop, town: Town, book: Book) -> Operations:
    return Operations(
        policy=policy(),
        roles=Roles(operators=frozenset({"boss"})),
        adapters={PLATFORM: town},
        answers=ModelAnswers(here, book, policy(), {PLATFORM: town}, Forgetful(), Noon()).answers(),
        patience=PATIENCE,
    )


async def ask(operations: Operations, words: str) -> str:
    return (await operations.run(BOSS, DESK, words)).body.text


async def test_the_list_says_which_answers_and_what_each_was_made_of(operations, versions) -> None:
    text = await ask(operations, "model list")
    first, second = versions
    assert f"**{second}** (answers now)" in text
    assert f"**{first}**: made" in text
    assert "examples" in text
    assert text == await ask(operations, "model")


@pytest.mark.parametrize("here", [NluProcess], indirect=True)
async def test_a_rollback_answers_at_once_for_good_and_in_other_processes(
    operations, here, versions, store, town, book
) -> None:
    first, second = versions
    other = BesideTheLoop(store, workers=2, seconds=PATIENCE, look_seconds=0.05)
    await other.start()
    assert f"**{first}** answers from now on" in await ask(operations, "model rollback")
    assert (await here.parse("hello")).model == first
    assert nlu.store.current_version(store) == first
    await comes_to(lambda: other.parse("hello"), lambda parsed: parsed.model == first)
    await other.stop()
    assert town.visible(DESK) == [
        f"🧠 Boss changed the model that understands customers: **{first}** answers now, instead of {second}."
    ]
    assert [(line.by, line.text) for line in book.written] == [("Boss", f"{second} → {first}")]
    assert f"Boss: {second} → {first}" in await ask(operations, "model list")
    assert f"**{second}** answers from now on" in await ask(operations, "model rollback 2")


@pytest.mark.parametrize("here", [NluProcess], indirect=True)
async def test_no_message_is_dropped_meanwhile(operations, here) -> None:
    asked = [asyncio.create_task(here.parse(f"hello {n}")) for n in range(30)]
    await ask(operations, "model rollback")
    assert [(await one).text for one in asked] == [f"hello {n}" for n in range(30)]


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("model rollback v0009", "no model 'v0009'"),
        ("model rollback 2", "answers already"),
        ("model rollback v", "no model 'v'"),
        ("model rollback ²", "no model '²'"),
        (f"model rollback {'9' * 5000}", "no model '999"),
        ("model delete 1", "says nothing about models"),
    ],
)
async def test_what_is_not_meant_changes_nothing(operations, here, versions, town, words, says) -> None:
    assert says in await ask(operations, words)
    assert here.answering == versions[1]
    assert town.messages == []


@pytest.mark.parametrize("here", [NluProcess], indirect=True)
async def test_a_damaged_model_is_refused_and_the_old_one_goes_on(operations, here, versions, store, town) -> None:
    first, second = versions
    file = next(path for path in (store / first).rglob("*.json") if path.name != "manifest.json")
    whole = file.read_bytes()
    file.write_bytes(whole + b" ")
    try:
        assert "cannot be used" in await ask(operations, "model rollback 1")
        assert (await here.parse("hello")).model == second
        assert nlu.store.current_version(store) == second
        assert town.messages == []
    finally:
        file.write_bytes(whole)


async def test_a_desk_that_cannot_be_told_is_named(operations, town, versions) -> None:
    town.fail("post", Fault(NotDone("post", "away")))
    assert "Not told yet: support" in await ask(operations, "model rollback 1")
    assert Body("") not in [m.body for m in town.messages]


async def test_it_takes_an_operator(operations, here, versions) -> None:
    assert "*operator*" in (await operations.run(NORA, DESK, "model rollback 1")).body.text
    assert here.answering == versions[1]


async def test_a_figure_that_was_not_measured_is_not_listed(store: Path, tmp_path: Path) -> None:
    """Its null must not cost the row what else is known of the model."""
    copy = tmp_path / "models"
    shutil.copytree(store, copy, symlinks=True)
    manifest = copy / nlu.store.list_versions(copy)[0] / nlu.store.MANIFEST
    about = json.loads(manifest.read_text(encoding="utf-8"))
    manifest.write_text(json.dumps({**about, "metrics": {"accuracy": 0.9, "oos_auroc": None}}), encoding="utf-8")
    row = (await BesideTheLoop(copy, workers=1, seconds=5.0).rows())[0]
    assert (row.metrics, row.examples) == ({"accuracy": 0.9}, about["examples"])


async def test_several_that_start_on_one_folder_train_once(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config, models = tmp_path / "config.yml", tmp_path / "models"
    config.write_text("pipeline:\n- name: WhitespaceTokenizer\n- name: NgramFeaturizer\n- name: DIETClassifier\n")
    await asyncio.gather(*(ensure_trained(config, [SHOP], models) for _ in range(3)))
    assert capsys.readouterr().err.count("Trained ") == 1
    assert nlu.store.list_versions(models) == [nlu.store.current_version(models)]


async def test_a_training_that_is_given_up_leaves_no_process(tmp_path: Path) -> None:
    config, models = tmp_path / "config.yml", tmp_path / "models"
    config.write_text("pipeline:\n- name: WhitespaceTokenizer\n- name: NgramFeaturizer\n- name: DIETClassifier\n")
    before = children()
    training = asyncio.create_task(ensure_trained(config, [SHOP], models, quiet=True))
    while children() == before:  # noqa: ASYNC110  a process that is born rings no bell
        await asyncio.sleep(0)
    await asyncio.sleep(0.1)  # it is waited for by now, and trains for longer
    training.cancel()
    with pytest.raises(asyncio.CancelledError):
        await training
    assert children() == before
    assert nlu.store.list_versions(models) == []
    await ensure_trained(config, [SHOP], models, quiet=True)
    assert len(nlu.store.list_versions(models)) == 1, "no lock is left either"
