"""Which files of tests begin first where several processes share them.

A process takes whole files, so that what a file makes for its tests is made once. A long file that began last would
leave the other processes with nothing to do, so these begin first; all others are short beside them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import PurePath
from typing import Final, TypeVar

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
    # the product again, a few times each
    "app/test_forgetting.py",
    "app/test_watching.py",
    "app/test_several_desks.py",
    "app/test_slow_token.py",
    "browser/test_axe.py",
    "browser/test_looks.py",
    "assistants/test_projects.py",
    "adapters/rasa/test_two_processes.py",
    "adapters/redis/test_contract.py",
    "architecture/test_imports.py",
)
"""The longest first, as far as that matters; paths from the folder of the tests."""

T = TypeVar("T")


def longest_first(tests: Iterable[T], *, file_of: Callable[[T], PurePath], root: PurePath) -> list[T]:
    """The tests of the long files, then the others; within a file they stay as they are.

    The order depends on nothing but the tests: every process has to come to the same.
    """
    places = {root / file: place for place, file in enumerate(FIRST)}
    return sorted(tests, key=lambda test: places.get(file_of(test), len(places)))
