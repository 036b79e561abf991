"""Rules of the house that no linter knows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.support.order import FIRST, longest_first, misplaced

ROOT = Path(__file__).resolve().parents[2]
SOURCES = [p for folder in ("bot", "adapters", "nlu") for p in sorted((ROOT / folder).rglob("*.py"))]
TESTS = sorted((ROOT / "tests").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda p: str(p.relative_to(ROOT)))
def test_a_module_says_what_it_is_for(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert text.startswith('"""'), f"{path} has no docstring"
    assert len(text.splitlines()) <= 400, f"{path} is asked to justify its length"


def test_nothing_has_a_name_that_means_nothing() -> None:
    for path in SOURCES:
        assert path.stem not in {"utils", "util", "common", "helpers", "helper", "manager", "misc"}, path
        for name in re.findall(r"^class (\w+)", path.read_text(encoding="utf-8"), re.MULTILINE):
            assert not re.search(r"(Manager|Helper|Util|Impl)$", name), f"{path}: {name}"


def test_tests_use_no_mocks() -> None:
    banned = "unittest." + "mock"
    for path in TESTS:
        assert banned not in path.read_text(encoding="utf-8"), path


def test_every_file_of_tests_that_begins_first_is_there() -> None:
    assert [file for file in FIRST if ROOT / "tests" / file not in TESTS] == []


def test_long_files_begin_first_and_whatever_else_stays_in_its_order() -> None:
    tests = ["core/test_words.py a", f"{FIRST[1]} a", "core/test_words.py b", f"{FIRST[0]} b", f"{FIRST[0]} a"]
    found = longest_first(tests, file_of=lambda test: Path("tests", test.split()[0]), root=Path("tests"))
    assert found == [tests[3], tests[4], tests[1], tests[0], tests[2]]


def test_a_run_says_which_files_should_begin_first_and_which_need_not() -> None:
    seconds = {"core/test_words.py": 10.0, "core/test_hours.py": 1.0, FIRST[0]: 0.1, FIRST[1]: 288.9}
    long, short = misplaced(seconds, 2)
    assert long == "core/test_words.py took 10.0 s, and each process 150 s: it should begin first"
    assert short.startswith(f"{FIRST[0]} took 0.1 s")


def test_every_dependency_says_why_it_is_there() -> None:
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    block = re.search(r"dependencies = \[\n(.*?)\n\]", text, re.DOTALL)
    assert block is not None
    for line in block[1].splitlines():
        if line.strip().startswith('"'):
            assert "#" in line, f"no reason: {line.strip()}"


def test_no_secret_and_no_value_of_one_is_in_the_configuration() -> None:
    text = (ROOT / "config.yaml").read_text(encoding="utf-8")
    assert not re.search(r"xox[bap]-|xapp-", text)
