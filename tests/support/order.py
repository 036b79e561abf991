"""Which files of tests begin first where several processes share them.

A process takes whole files, so that what a file makes for its tests is made once. A long file that began last would
leave the other processes with nothing to do, so these begin first; all others are short beside them. A run of all tests
measures that, and says at its end which files stand in the wrong place.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import PurePath
from typing import Final, TypeVar

import pytest

FIRST: Final = (
    # trainings with low priority: they get on whenever the other processes wait
    "app/test_learning.py",
    "app/test_whole_lesson.py",
    # the product with all that belongs to it, once for every test
    "app/test_four_pairs.py",
    "app/test_whole_loop_on_slack.py",
    "app/test_store_away.py",
    "app/test_pressed_commands.py",
    "browser/test_product.py",
    "browser/test_reply_form.py",
    "browser/test_playground.py",
    "faults/test_short.py",
    # models of their own
    "nlu/test_any_text.py",
    "nlu/test_components_alone.py",
    "nlu/emotion/test_likeness.py",
    "nlu/emotion/test_emotion_model.py",
    "nlu/test_measuring.py",
    "app/test_models.py",
    "nlu/test_process.py",
    "nlu/test_model.py",
    "nlu/test_multilingual.py",
    "nlu/test_second_encoder.py",
    # what waits for clocks and platforms, and leaves the processor to others
    "engine/test_forgetting_race.py",
    "engine/test_strays.py",
    "engine/test_forgetting.py",
    "engine/test_time.py",
    "engine/test_sweeping.py",
    "engine/test_forgetting_in_flight.py",
    "engine/test_sending.py",
    "engine/test_newest_words.py",
    # the product again, a few times each
    "app/test_forgetting.py",
    "app/test_watching.py",
    "app/test_several_desks.py",
    "app/test_slow_token.py",
    "browser/test_axe.py",
    "browser/test_looks.py",
    "browser/test_files.py",
    "assistants/test_projects.py",
    "adapters/rasa/test_two_processes.py",
    "adapters/redis/test_contract.py",
    "adapters/redis/test_failover.py",
    "adapters/actions/test_in_process.py",
    "adapters/rasa/test_mutated_projects.py",
    "adapters/rasa/test_commands.py",
    "architecture/test_imports.py",
)
"""The longest first, as far as that matters; paths from the folder of the tests."""

LONG: Final = 0.03
"""Of the time that a process has, were all equally long at work: from this share on a file has to begin first."""
SHORT: Final = 0.005
"""Below this share no file need begin first, whatever else goes on on the machine."""

T = TypeVar("T")


def longest_first(tests: Iterable[T], *, file_of: Callable[[T], PurePath], root: PurePath) -> list[T]:
    """The tests of the long files, then the others; within a file they stay as they are.

    The order depends on nothing but the tests: every process has to come to the same.
    """
    places = {root / file: place for place, file in enumerate(FIRST)}
    return sorted(tests, key=lambda test: places.get(file_of(test), len(places)))


def misplaced(seconds: Mapping[str, float], processes: int) -> Iterator[str]:
    """What is wrong with `FIRST` by how long the files of a run took, as paths from the folder of the tests."""
    each = sum(seconds.values()) / processes
    for file, took in sorted(seconds.items(), key=lambda item: -item[1]):
        told = f"{file} took {took:.1f} s, and each process {each:.0f} s"
        if took > LONG * each and file not in FIRST:
            yield f"{told}: it should begin first"
        if took < SHORT * each and file in FIRST:
            yield f"{told}: it need not begin first"


class OrderCheck:
    """A plugin of the process that hands out the tests: it sums what files took, and says where `FIRST` is wrong."""

    def __init__(self, processes: int) -> None:
        self._processes = processes
        self._seconds: dict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid.partition("::")[0].removeprefix("tests/")] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        for found in misplaced(self._seconds, self._processes):
            terminalreporter.write_line(f"tests/support/order.py: {found}")
