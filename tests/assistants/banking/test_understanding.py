"""The bank's assistant, trained as customers meet it: its test stories, and messages that it never learned from."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.assistants.banking.conftest import PROJECT

ROOT = PROJECT.parents[1]

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def run(*arguments: str) -> dict[str, object]:
    """What `python -m …` prints as JSON, whatever its exit code."""
    done = subprocess.run(
        [sys.executable, "-m", *arguments, "--json"],
        cwd=ROOT,
        env={**os.environ, "OMP_NUM_THREADS": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    found: dict[str, object] = json.loads(done.stdout)
    return found


def test_all_test_stories_pass_with_the_words_understood(tmp_path: Path) -> None:
    found = run("bot", "test", str(PROJECT), "--models", str(tmp_path))
    assert found["failed"] == []
    assert found["passed"] == found["total"] == 114


@pytest.mark.parametrize("messages", ["messages_held_out.yml", "messages_held_out_2.yml"])
def test_most_messages_that_were_never_learned_are_understood(messages: str) -> None:
    found = run(
        "nlu",
        "evaluate",
        *("--config", str(PROJECT / "config.yml"), "--train", str(PROJECT / "data")),
        *("--test", str(PROJECT / "tests" / messages)),
    )
    assert float(str(found["accuracy"])) >= 0.9  # 74 of 78 and 85 of 88 have the right intent first
