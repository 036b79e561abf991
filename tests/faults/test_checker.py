"""The judge is judged: each kind of violation, planted, is found."""

from __future__ import annotations

from typing import Any

import pytest

from tests.faults.checker import Expected, Verdict, Word, judge
from tests.faults.sites import Seen

C1, C2, A1, A2 = (Word(who, 7, n, "sesame") for who in "ca" for n in (1, 2))
FOREIGN = Word("c", 8, 1, "pepper")
NOTE = Word("n", 7, 1, "sesame")


def verdict_on(chat: list[object], thread: list[object], root: int = 1, **more: Any) -> Verdict:
    desk = [Seen(f"{n}", "card") for n in range(1, root + 1)]
    desk += [Seen(f"{10 + n}", f"{text}", "1") for n, text in enumerate(thread)]
    said = [Seen(f"{10 + n}", f"{text}") for n, text in enumerate(chat)]
    return judge({7: Expected((C1, C2), (A1, A2))}, {7: said}, desk, {7: "1"}, **more)


def test_what_is_right_is_no_violation() -> None:
    assert verdict_on([A1, A2], [C1, C2]).violations == {}


@pytest.mark.parametrize(
    ("chat", "thread", "kind"),
    [
        ([A1], [C1, C2], "lost"),
        ([A1, A2, A1], [C1, C2], "doubled"),
        ([A2, A1], [C1, C2], "reordered"),
        ([A1, A2], [C2, C1], "reordered"),
        ([A1, A2], [C1, C2, FOREIGN], "crossed"),
        ([A1, A2, FOREIGN], [C1, C2], "crossed"),
        ([A1, A2, NOTE], [C1, C2], "leaked"),
    ],
)
def test_a_planted_violation_is_found(chat: list[object], thread: list[object], kind: str) -> None:
    assert list(verdict_on(chat, thread).violations) == [kind]


@pytest.mark.parametrize(
    ("chat", "thread"),
    [
        ([A1, f"{A2} in version 1"], [C1]),
        ([A1, f"{A2} in version 2"], [C1, C2]),
        ([A1, f"{A2} in version 2"], [C1, f"⚠️ was not deleted: {C2}"]),
    ],
)
def test_what_its_author_changed_has_to_say_so_in_the_end(chat: list[object], thread: list[object]) -> None:
    verdict = verdict_on(chat, thread, last={A2: "version 2", C2: ""})
    is_right = chat[1:] == [f"{A2} in version 2"] and C2 not in thread
    assert bool(verdict.stale) is not is_right


def test_what_may_stand_there_after_it_was_taken_back_is_no_violation_once_the_desk_was_told() -> None:
    chat, told = [A1, A2], "⚠️ A message was taken back … If they did, it still stands there."
    assert list(verdict_on(chat, [C1, C2], last={A2: ""}).violations) == ["stale"]
    assert verdict_on(chat, [C1, told, C2], last={A2: ""}).violations == {}
    assert len(verdict_on(chat, [C1, told, C2], last={A1: "", A2: ""}).stale) == 1
    assert list(verdict_on(chat, [C1, told, C2], last={A2: "version 2"}).violations) == ["stale"]


def test_a_message_at_the_desks_root_is_found() -> None:
    assert list(verdict_on([A1, A2], [C1, C2], root=2).violations) == ["stray"]


def test_what_is_labelled_late_may_come_later() -> None:
    verdict = verdict_on([A1, A2], [C2, f"(written earlier, delivered late) {C1}"])
    assert verdict.violations == {}
    assert verdict.late == [str(C1)]


def test_what_people_sent_again_comes_later_and_what_trouble_quotes_is_no_copy() -> None:
    assert verdict_on([A2, A1], [C1, C2], resent={A1}).violations == {}
    assert verdict_on([A1, A2], [C1, f"⚠️ Nobody can tell: {C1}", C2]).violations == {}
    assert verdict_on([A1, A2], [C1, C2], root=2, twins=1).violations == {}
    assert list(verdict_on([A2, A1], [C1, C2], resent={C1}).violations) == ["reordered"]


def test_a_second_card_that_says_nothing_is_found_once_somebody_asked_under_it() -> None:
    said: dict[str, Any] = {"twins": 1, "asked_under": {"2"}}
    assert list(verdict_on([A1, A2], [C1, C2], root=2, **said).violations) == ["silent"]
    assert verdict_on([A1, A2], [C1, C2], root=2, twins=1, asked_under={"3"}).violations == {}
