"""Whoever sits at a terminal sees a bar; a log gets a line now and then."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from nlu.progress import progress
from tests.support.patience import PATIENCE

PROGRAM = "from nlu.progress import progress; told = progress('encoding', 70, print); told(64); told(70)"


def test_a_log_gets_a_line_for_every_1024(capsys: pytest.CaptureFixture[str]) -> None:
    said: list[str] = []
    told = progress("encoding", 3000, said.append)
    for count in range(64, 3001, 64):
        told(count)
    told(3000)  # what was remembered is not counted one by one
    assert said == ["encoding: 1024 of 3000", "encoding: 2048 of 3000", "encoding: 3000 of 3000"]
    assert capsys.readouterr().err == ""


def test_a_terminal_gets_a_bar_that_fills_and_ends() -> None:
    leader, follower = pty.openpty()
    root = Path(__file__).resolve().parents[2]
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], cwd=root, stdout=subprocess.PIPE, stderr=follower, check=True, timeout=PATIENCE
    )
    os.close(follower)
    drawn = os.read(leader, 65_536).decode()
    os.close(leader)
    assert done.stdout == b""
    first, last = drawn.strip().split("\r")[-2:] if drawn.strip().count("\r") else ("", "")
    assert "░" in first
    assert first.endswith("64 of 70")
    assert "░" not in last
    assert last.endswith("70 of 70")
    assert drawn.endswith("\n")
