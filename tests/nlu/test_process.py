"""Understanding beside the loop: it survives deaths, drops no message in a swap,
and says when it cannot answer."""

from __future__ import annotations

import asyncio
import gc
import json
import os
import signal
import struct
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from io import BytesIO
from pathlib import Path

import pytest

from nlu.config import PipelineConfig
from nlu.process import NluProcess, UnderstandingUnavailable
from nlu.training import train
from nlu.training_data import TrainingData
from nlu.worker import serve
from tests.support.children import children
from tests.support.patience import PATIENCE


@pytest.fixture
async def nlu(light_store: Path) -> AsyncIterator[NluProcess]:
    process = NluProcess(light_store, time_limit=PATIENCE)
    await process.start()
    yield process
    await process.stop()


def child(process: NluProcess) -> int:
    return process._workers[0].process.pid


async def test_it_understands(nlu: NluProcess) -> None:
    result = await nlu.parse("where is my package?")
    assert result.intent.name == "track_order"
    assert result.model == nlu.version


def test_no_parse_pays_for_a_look_through_the_model(light_store: Path) -> None:
    requests = [{"id": 1, "text": "hi"}, {"id": 2, "swap": str(light_store)}, {"id": 3, "text": "hi"}]
    bodies = [json.dumps(request).encode() for request in requests]
    source = BytesIO(b"".join(struct.pack(">I", len(body)) + body for body in bodies))
    sink = BytesIO()
    try:
        serve(source, sink, light_store)
        assert sink.getvalue().count(b'"id"') == 3
        assert gc.get_freeze_count() > 0
    finally:
        gc.unfreeze()


async def test_a_start_that_is_given_up_leaves_no_process(light_store: Path) -> None:
    before = children()
    starting = asyncio.create_task(NluProcess(light_store, time_limit=PATIENCE).start())
    while children() == before:  # noqa: ASYNC110  a process that is born rings no bell
        await asyncio.sleep(0)
    await asyncio.sleep(0.1)  # it is waited for by now, and loads for longer
    starting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await starting
    assert children() == before


async def test_a_model_without_a_sentence_encoder_says_so(nlu: NluProcess) -> None:
    assert await nlu.encode("where is my parcel") is None


async def test_many_texts_at_once_each_get_their_own_answer(nlu: NluProcess) -> None:
    texts = [f"where is order {n}?" for n in range(200)]
    results = await asyncio.gather(*(nlu.parse(text) for text in texts))
    assert [r.text for r in results] == texts


async def test_a_died_worker_is_replaced(nlu: NluProcess) -> None:
    first = child(nlu)
    os.kill(first, signal.SIGKILL)
    assert (await nlu.parse("hello")).intent.name == "greet"
    assert child(nlu) != first


async def test_an_interrupt_from_the_terminal_is_left_to_the_parent(nlu: NluProcess) -> None:
    first = child(nlu)
    os.kill(first, signal.SIGINT)
    assert (await nlu.parse("hello")).intent.name == "greet"
    assert child(nlu) == first


async def test_texts_that_a_died_worker_held_are_asked_again(nlu: NluProcess) -> None:
    os.kill(child(nlu), signal.SIGSTOP)
    asked = [asyncio.create_task(nlu.parse(f"hello {n}")) for n in range(5)]
    while len(nlu._workers[0].waiting) < 5:  # noqa: ASYNC110 - turns of the loop, no waiting
        await asyncio.sleep(0)
    os.kill(child(nlu), signal.SIGKILL)
    assert [r.text for r in await asyncio.gather(*asked)] == [f"hello {n}" for n in range(5)]


async def test_a_swap_between_texts_drops_none(
    nlu: NluProcess, shop: TrainingData, german_config: PipelineConfig, tmp_path: Path
) -> None:
    store = tmp_path / "other"
    train(shop, german_config, store)
    before = nlu.version
    texts = [f"hello {n}" for n in range(60)]
    asked = [asyncio.create_task(nlu.parse(text)) for text in texts[:30]]
    swap = asyncio.create_task(nlu.swap(store))
    asked += [asyncio.create_task(nlu.parse(text)) for text in texts[30:]]
    after = await swap
    results = await asyncio.gather(*asked)
    assert [r.text for r in results] == texts
    assert {r.model for r in results} <= {before, after}
    assert (await nlu.parse("hello")).model == after != before


async def test_a_model_that_cannot_be_loaded_changes_nothing(nlu: NluProcess, tmp_path: Path) -> None:
    before = nlu.version
    with pytest.raises(UnderstandingUnavailable, match="holds no model"):
        await nlu.swap(tmp_path)
    assert (await nlu.parse("hello")).model == before


async def test_a_text_that_takes_too_long_is_given_up(light_store: Path) -> None:
    process = NluProcess(light_store, time_limit=0.2)
    await process.start()
    os.kill(child(process), signal.SIGSTOP)
    with pytest.raises(UnderstandingUnavailable, match="took longer"):
        await process.parse("hello")
    process._time_limit = PATIENCE
    assert (await process.parse("hello")).intent.name == "greet"
    await process.stop()


async def test_a_missing_model_is_told_at_start(tmp_path: Path) -> None:
    with pytest.raises(UnderstandingUnavailable, match="holds no model"):
        await NluProcess(tmp_path).start()


async def test_after_stop_there_is_no_answer(nlu: NluProcess) -> None:
    await nlu.stop()
    with pytest.raises(UnderstandingUnavailable):
        await nlu.parse("hello")


def test_the_child_ends_with_its_parent(light_store: Path) -> None:
    parent = (
        "import asyncio, os, sys; from pathlib import Path; from nlu.process import NluProcess\n"
        "async def main():\n"
        f"    p = NluProcess(Path({str(light_store)!r})); await p.start()\n"
        "    print(p._workers[0].process.pid, flush=True); os.kill(os.getpid(), 9)\n"
        "asyncio.run(main())"
    )
    ended = subprocess.run([sys.executable, "-c", parent], stdout=subprocess.PIPE, timeout=PATIENCE, check=False)
    pid = int(ended.stdout)
    while runs(pid):
        time.sleep(0.01)


def runs(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def test_the_client_imports_no_numbers() -> None:
    code = "import sys, nlu.process; print([m for m in ('numpy', 'sklearn', 'scipy') if m in sys.modules])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
