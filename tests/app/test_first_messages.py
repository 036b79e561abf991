"""The playground offers what the assistant's `playground.yml` says, to the customers that it names."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.rasa.project import read_project
from adapters.web.settings import SAMPLE_CUSTOMERS
from bot import config
from bot.composition.platform_settings import web_settings
from bot.errors import AssistantError
from tests.app.product import ROOT

PROJECT = {
    "config.yml": "language: en\n",
    "domain.yml": 'version: "3.1"\nintents: [hi]\nresponses: {utter_hi: [{text: Hi!}]}\n',
    "data/rules.yml": 'version: "3.1"\nrules:\n- rule: Hi\n  steps: [{intent: hi}, {action: utter_hi}]\n',
    "data/nlu.yml": 'version: "3.1"\nnlu:\n- intent: hi\n  examples: |\n    - hi\n    - hello\n',
}


def project(folder: Path, playground: str | None) -> Path:
    files = PROJECT if playground is None else {**PROJECT, "playground.yml": playground}
    for name, text in files.items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def offered(tmp_path: Path, assistant: Path) -> dict[str, tuple[tuple[str, str], ...]]:
    file = tmp_path / "config.yaml"
    file.write_text(f"assistant: {assistant}\n", encoding="utf-8")
    settings = web_settings(config.load(file, {}), tmp_path, read_project(assistant).tries)
    assert [one.id for one in settings.customers] == [one.id for one in SAMPLE_CUSTOMERS]
    return {one.id: one.tries for one in settings.customers}


def test_what_the_assistant_offers_replaces_everything_else(tmp_path: Path) -> None:
    found = offered(tmp_path, project(tmp_path, "ada:\n  Say hello: hi there\n  Say more: 'hello: you'\n"))
    assert found["ada"] == (("Say hello", "hi there"), ("Say more", "hello: you"))
    assert found["ben"] == ()


def test_without_the_file_the_shops_are_offered(tmp_path: Path) -> None:
    assert offered(tmp_path, project(tmp_path, None)) == {one.id: one.tries for one in SAMPLE_CUSTOMERS}


@pytest.mark.parametrize("written", ["[ada]\n", "ada: hello\n", "ada: {Say hello: [hi]}\n"])
def test_another_shape_is_named_with_its_place(tmp_path: Path, written: str) -> None:
    with pytest.raises(AssistantError, match=r"playground\.yml:1"):
        read_project(project(tmp_path, written))


def test_every_customer_of_the_bank_finds_something_to_try(tmp_path: Path) -> None:
    found = offered(tmp_path, ROOT / "assistants" / "banking")
    assert all(len(tries) >= 3 for tries in found.values())
    assert "HP-10" not in str(found)
