"""What a person would see at the end, held against what was said. Knows nothing of the product's state."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field

from tests.faults.sites import Seen

_WORD = re.compile(r"([can])(\d+)#(\d+)~(\w+)")
_LATE = "delivered late"
_NOTICE = "⚠"
"""How a line begins that tells agents of trouble with a message; what it quotes is not that message."""
_STANDS = "it still stands there"
"""What agents are told of words that were taken back, and of which nobody can tell whether they arrived before."""
_GONE = "was deleted"
_TWICE = "came twice"
"""What a root card says that stands there a second time."""


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
    silent: list[str] = field(default_factory=list)
    stale: list[str] = field(default_factory=list)
    late: list[str] = field(default_factory=list)

    @property
    def violations(self) -> dict[str, list[str]]:
        return {name: found for name in KINDS if (found := getattr(self, name))}


KINDS = ("lost", "doubled", "reordered", "crossed", "leaked", "stray", "silent", "stale")
"""The lists of a verdict that are to be empty."""


@dataclass(frozen=True, slots=True)
class Expected:
    """What was said and acknowledged, in order."""

    customer: tuple[Word, ...]
    agent: tuple[Word, ...]


def words_in(text: str) -> list[Word]:
    return [Word(who, int(customer), int(number), secret) for who, customer, number, secret in _WORD.findall(text)]


def judge(
    expected: Mapping[int, Expected],
    chats: Mapping[int, Sequence[Seen]],
    desk: Sequence[Seen],
    threads: Mapping[int, str],
    *,
    resent: AbstractSet[Word] = frozenset(),
    twins: int = 0,
    asked_under: AbstractSet[str] = frozenset(),
    last: Mapping[Word, str] | None = None,
) -> Verdict:
    """Everything wrong with what stands on the platforms, oldest first. `threads` are the root cards by customer.

    `resent` are words that people had sent again, which come later than they were said. `twins` is how many root cards
    may stand twice, because nobody could tell whether the first had arrived; those that somebody wrote under,
    `asked_under`, have to say so. `last` is what each word that its author changed is to say in the end, "" when it was
    deleted.
    """
    verdict = Verdict()
    roots = [m for m in desk if not m.thread]
    if not len(expected) <= len(roots) <= len(expected) + twins:
        verdict.stray.append(f"{len(roots)} messages at the desk's root for {len(expected)} cases")
    verdict.silent += [f"{m.id} stands twice, and does not say so" for m in roots if _is_silent(m, asked_under)]
    for customer, wanted in expected.items():
        _judge_chat(customer, wanted, chats[customer], verdict, resent)
        root = threads.get(customer, "")
        _judge_thread(customer, wanted, [m for m in desk if root and m.thread == root], verdict, resent)
    told = Counter(m.thread for m in desk if m.thread and _STANDS in m.text)
    for customer, chat in chats.items():
        stale = [why for m in chat for why in _is_stale(m, last or {})]
        gone = [why for why in stale if _GONE in why]
        # what was taken back cannot be named: the desk is told that one more may stand there
        verdict.stale += [why for why in stale if _GONE not in why] + gone[told[threads.get(customer, "")] :]
    copies = [m for m in desk if m.thread and not m.text.startswith(_NOTICE)]
    verdict.stale += [why for m in copies for why in _is_stale(m, last or {})]
    return verdict


def _is_stale(copy: Seen, last: Mapping[Word, str]) -> Iterator[str]:
    for word in words_in(copy.text):
        wanted = last.get(word)
        if wanted == "":
            yield f"{word} {_GONE}, and stands there: {copy.text[:80]}"
        elif wanted is not None and wanted not in copy.text:
            yield f"{word} does not say {wanted!r}: {copy.text[:80]}"


def _is_silent(card: Seen, asked_under: AbstractSet[str]) -> bool:
    return card.id in asked_under and _TWICE not in card.text


def _judge_chat(
    customer: int, wanted: Expected, chat: Sequence[Seen], verdict: Verdict, resent: AbstractSet[Word]
) -> None:
    for message in chat:
        for word in words_in(message.text):
            if word.customer != customer:
                verdict.crossed.append(f"{word} in the chat of {customer}")
            if word.who == "n":
                verdict.leaked.append(f"{word} in the chat of {customer}")
    said = [w for m in chat for w in words_in(m.text) if w.who == "a"]
    late = {w for m in chat if _LATE in m.text for w in words_in(m.text) if w.who == "a"}
    verdict.late += map(str, late)
    # A word that says of itself that it is late may stand anywhere: once.
    _judge_sequence(wanted.agent, said, verdict, f"chat of {customer}", {*resent, *late})


def _judge_thread(
    customer: int, wanted: Expected, thread: Sequence[Seen], verdict: Verdict, resent: AbstractSet[Word]
) -> None:
    on_time: list[Word] = []
    late: list[Word] = []
    for message in thread:
        for word in words_in(message.text):
            if word.customer != customer:
                verdict.crossed.append(f"{word} in the thread of {customer}")
            if word.who == "c" and not message.text.startswith(_NOTICE):
                (late if _LATE in message.text else on_time).append(word)
    verdict.late += [str(word) for word in late]
    there = set(late)
    on_time_wanted = [w for w in wanted.customer if w not in there]
    _judge_sequence(on_time_wanted, on_time, verdict, f"thread of {customer}", resent)


def _judge_sequence(
    wanted: Iterable[Word], said: list[Word], verdict: Verdict, where: str, resent: AbstractSet[Word]
) -> None:
    wanted = list(wanted)
    counts = Counter(said)
    verdict.lost += [f"{word} in the {where}" for word in wanted if not counts[word]]
    verdict.doubled += [f"{word} in the {where}, {n} times" for word, n in counts.items() if n > 1]
    first = [word for word in dict.fromkeys(said) if word not in resent]
    order = {word: n for n, word in enumerate(wanted)}
    places = [order[word] for word in first if word in order]
    verdict.reordered += [
        f"{first[n + 1]} after {first[n]} in the {where}" for n in range(len(places) - 1) if places[n + 1] < places[n]
    ]
