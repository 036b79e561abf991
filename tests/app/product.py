"""The product as it ships, with the sample shop, over platforms of the tests' own.

`python -m tests.app.product` trains what these tests need, before several processes of them want it at once.
"""

from __future__ import annotations

import asyncio
import fcntl
from pathlib import Path
from typing import TypeVar

from adapters.rasa.assistant import RasaAssistant
from bot import config
from bot.app import App, SystemClock
from bot.training.models import ensure_trained
from nlu.learning.static_build import ensure_static
from nlu.model import load
from nlu.process import NluProcess
from tests.support.patience import PATIENCE
from tests.support.understanding import Understanding

ROOT = Path(__file__).resolve().parents[2]
SHOP = ROOT / "assistants" / "ecommerce"
KEPT = ROOT / ".data" / "tests"
"""Models are kept between runs of the tests; a change of the training data or the code trains anew."""

T = TypeVar("T")


def train_once() -> Path:
    """The shop's model, trained by the first process that wants it."""
    ensure_static()
    KEPT.mkdir(parents=True, exist_ok=True)
    with (KEPT / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assistant = RasaAssistant.load(SHOP, clock=SystemClock(), cache=KEPT / "dialogue")
        store = KEPT / "models" / SHOP.name
        return asyncio.run(ensure_trained(assistant.pipeline, assistant.training_files, store, quiet=True))


def data_folder(tmp_path: Path) -> Path:
    """A fresh data folder that shares only what was trained."""
    folder = tmp_path / "data"
    folder.mkdir(exist_ok=True)
    for shared in ("models", "dialogue"):
        if not (folder / shared).exists():
            (folder / shared).symlink_to(KEPT / shared)
    return folder


def product(
    tmp_path: Path,
    written: str,
    environment: dict[str, str],
    *,
    assistant: Path = SHOP,
    store: str = "",
    processes: type[NluProcess] = Understanding,
) -> App:
    """An app with that configuration, its ports free ones and its data below `tmp_path`.

    It understands in this process, unless its `processes` are the product's own.
    """
    file = tmp_path / "config.yaml"
    head = f"assistant: {assistant}\ndata_folder: {data_folder(tmp_path)}\nserver: {{port: 0}}\n"
    head += patient(store)
    file.write_text(head + written, encoding="utf-8")
    return App(config.load(file, environment), processes=processes)


def patient(store: str = "") -> str:
    """Settings with which nothing is slow unless a test makes it so; but for a `store` of the test's own."""
    return f"understanding: {{seconds: {PATIENCE}}}\nstore: {{{store or f'answer_seconds: {PATIENCE}'}}}\n"


if __name__ == "__main__":
    # Reading a message makes what is made once for a machine: the emotion model, the tables of languages.
    load(train_once()).parse("hello")
