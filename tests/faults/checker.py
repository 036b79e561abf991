"""What a person would see at the end, held against what was said. Knows nothing of the product's state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from tests.fakes.slack.state import Channel, Message

_WORD = re.compile(r"([can])(\d+)#(\d+)~(\w+)")
_LATE = "delivered late"


@dataclass(frozen=True, slots=True)
class Word:
    """One numbered message: who said it (`c`ustomer, `a`gent, `n`ote), of which customer, and their secret word."""

    who: str
    customer: int
    number: int
    secret: str

    def __str__(self) -> str:
        return f"{self.who}{self.customer}#{self.number}~{self.secret}"


@dataclass(slots=True)
class Verdict:
    """Violations, as sentences; all lists are to be empty but `late`."""

    lost: list[str] = field(default_factory=list)
    doubled: list[str] = field(default_factory=list)
    reordered: list[str] = field(default_factory=list)
    crossed: list[str] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    stray: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    @property
    def violations(self) -> dict[str, list[str]]:
        return {
            name: found
            for name in ("lost", "doubled", "reordered", "crossed", "leaked", "stray")
            if (found := getattr(self, name))
        }


@dataclass(frozen=True, slots=True)
class Expected:
    """What was said and acknowledged, in order."""

    customer: tuple[Word, ...]
    agent: tuple[Word, ...]


def words_in(text: str) -> list[Word]:
    return [Word(who, int(customer), int(number), secret) for who, customer, number, secret in _WORD.findall(text)]


def judge(
    expected: Mapping[int, Expected],
    chats: Mapping[int, Channel],
    desk: Channel,
    threads: Mapping[int, str],
    app_bot: str,
) -> Verdict:
    """Everything wrong with what stands on the platform. `threads` are the root cards by customer."""
    verdict = Verdict()
    _judge_root(desk, verdict, app_bot, len(expected))
    for customer, wanted in expected.items():
        chat = [m for m in chats[customer].messages if m.bot_id and not m.deleted]
        _judge_chat(customer, wanted, chat, verdict)
        root = threads.get(customer, "")
        thread = [m for m in desk.messages if root and m.thread_ts == root and m.ts != root and not m.deleted]
        _judge_thread(customer, wanted, [m for m in thread if m.bot_id], verdict)
    return verdict


def _judge_chat(customer: int, wanted: Expected, chat: list[Message], verdict: Verdict) -> None:
    for message in chat:
        for word in words_in(message.seen_text):
            if word.customer != customer:
                verdict.crossed.append(f"{word} in the chat of {customer}")
            if word.who == "n":
                verdict.leaked.append(f"{word} in the chat of {customer}")
    said = [w for m in sorted(chat, key=_ts) for w in words_in(m.seen_text) if w.who == "a"]
    _judge_sequence(wanted.agent, said, verdict, f"chat of {customer}")


def _judge_thread(customer: int, wanted: Expected, thread: list[Message], verdict: Verdict) -> None:
    on_time: list[Word] = []
    late: list[Word] = []
    for message in sorted(thread, key=_ts):
        for word in words_in(message.seen_text):
            if word.customer != customer:
                verdict.crossed.append(f"{word} in the thread of {customer}")
            if word.who == "c":
                (late if _LATE in message.seen_text else on_time).append(word)
    verdict.late += [str(word) for word in late]
    there = set(late)
    _judge_sequence([w for w in wanted.customer if w not in there], on_time, verdict, f"thread of {customer}")


def _judge_sequence(wanted: Iterable[Word], said: list[Word], verdict: Verdict, where: str) -> None:
    wanted = list(wanted)
    counts = Counter(said)
    verdict.lost += [f"{word} in the {where}" for word in wanted if not counts[word]]
    verdict.doubled += [f"{word} in the {where}, {n} times" for word, n in counts.items() if n > 1]
    first = list(dict.fromkeys(said))
    order = {word: n for n, word in enumerate(wanted)}
    places = [order[word] for word in first if word in order]
    verdict.reordered += [
        f"{first[n + 1]} after {first[n]} in the {where}" for n in range(len(places) - 1) if places[n + 1] < places[n]
    ]


def _judge_root(desk: Channel, verdict: Verdict, app_bot: str, cases: int) -> None:
    roots = [m for m in desk.messages if m.thread_ts in ("", m.ts) and m.bot_id == app_bot and not m.deleted]
    if len(roots) != cases:
        verdict.stray.append(f"{len(roots)} messages at the desk's root for {cases} cases")


def _ts(message: Message) -> str:
    return message.ts
