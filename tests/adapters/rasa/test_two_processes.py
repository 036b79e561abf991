"""Two processes start on one data folder for the first time: what stories teach is learnt by both, and kept once."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from adapters.rasa.assistant import RasaAssistant

MOODS = Path(__file__).parents[2] / "projects" / "moods"


class Noon:
    def now(self) -> float:
        return 1_700_000_000.0


def test_one_may_put_in_place_what_it_learnt_while_the_other_is_about_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, cache = Path(shutil.copytree(MOODS, tmp_path / "moods")), tmp_path / "dialogue"
    replace, writes = Path.replace, list[Path]()

    def meanwhile(written: Path, target: Path) -> Path:
        if target.parent == cache:
            writes.append(written)
            if len(writes) == 1:
                RasaAssistant.load(project, clock=Noon(), cache=cache)
        return replace(written, target)

    monkeypatch.setattr(Path, "replace", meanwhile)
    RasaAssistant.load(project, clock=Noon(), cache=cache)
    assert len(writes) == 2
    assert [kept.suffix for kept in cache.iterdir()] == [".json"]
