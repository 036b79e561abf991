"""The judge is judged: each kind of violation, planted, is found."""

from __future__ import annotations

import pytest

from tests.fakes.slack.state import Channel, Message
from tests.faults.checker import Expected, Verdict, Word, judge

C1, C2, A1, A2 = (Word(who, 7, n, "sesame") for who in "ca" for n in (1, 2))
FOREIGN = Word("c", 8, 1, "pepper")
NOTE = Word("n", 7, 1, "sesame")


def message(ts: int, channel: str, text: object, thread: str = "") -> Message:
    return Message(f"{ts}.0", channel, "BOT", f"{text}", thread_ts=thread, bot_id="B1")


def verdict_on(chat: list[object], thread: list[object], root: int = 1) -> Verdict:
    place = Channel("D1", "", "im", set(), "T")
    desk = Channel("G1", "desk", "private", set(), "T")
    place.messages += [message(10 + n, "D1", text) for n, text in enumerate(chat)]
    desk.messages += [message(1 + n, "G1", "card") for n in range(root)]
    desk.messages += [message(10 + n, "G1", text, "1.0") for n, text in enumerate(thread)]
    return judge({7: Expected((C1, C2), (A1, A2))}, {7: place}, desk, {7: "1.0"}, "B1")


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


def test_a_message_at_the_desks_root_is_found() -> None:
    assert list(verdict_on([A1, A2], [C1, C2], root=2).violations) == ["stray"]


def test_what_is_labelled_late_may_come_later() -> None:
    verdict = verdict_on([A1, A2], [C2, f"(written earlier, delivered late) {C1}"])
    assert verdict.violations == {}
    assert verdict.late == [str(C1)]
