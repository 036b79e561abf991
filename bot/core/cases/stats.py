"""Which counters a recorded fact raises, and what the counters say when they are read back.

Durations go into logarithmic histograms (ten buckets per factor of ten, so a quantile is right to
about 12 %), because counters can be added in the same commit as the fact, on any number of machines,
and summed over any window without reading the facts again. For the values of a label there are sums
alone, so splits show means.

The names: `kind` (how often), `kind/label=value` (how often, of those), `kind~bucket` (a histogram),
`kind/label=value+` (seconds, summed), `kind/label=value*` (points, summed).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Final

from bot.core.conversation import Conversation
from bot.core.effects import Record

_PER_DECADE: Final = 10

OF_A_CASE: Final = frozenset(
    {
        "handed_over",
        "claimed",
        "first_answered",
        "resolved",
        "reopened",
        "handed_back",
        "dismissed",
        "merged",
        "closed_unanswered",
        "taken_up",
        "sla_breached",
        "rating_asked",
        "rated",
        "unrated",
        "could_have",
        "not_could_have",
    }
)
"""Facts that are counted by what their case is, too: its reason, intent, agent, desk and platform."""

CLOSED: Final = ("resolved", "handed_back", "dismissed", "merged", "closed_unanswered")
"""How a case may end."""


def counters_of(record: Record) -> tuple[tuple[str, int], ...]:
    """The counters that one fact raises, each with by how much."""
    raised = [(record.kind, 1)]
    if record.seconds is not None:
        raised.append((f"{record.kind}~{bucket_of(record.seconds)}", 1))
    for name, value in record.labels:
        counter = f"{record.kind}/{name}={value}"
        raised.append((counter, 1))
        if record.seconds is not None:
            raised.append((f"{counter}+", round(max(record.seconds, 0.0))))
        if record.points is not None:
            raised.append((f"{counter}*", record.points))
    return tuple(raised)


def of_its_case(record: Record, before: Conversation | None, after: Conversation) -> Record:
    """The fact with what its case is, as far as the fact is one of a case and does not say so itself."""
    case = after.case or (before.case if before else None)
    if record.kind not in OF_A_CASE or case is None:
        return record
    own = dict(record.labels)
    known = {
        "reason": case.why.reason.value,
        "intent": case.need.intent or "none",
        "desk": case.desk,
        "platform": after.place.platform,
        "agent": case.assignee.label if case.assignee else "",
    }
    return replace(record, labels=tuple({name: v for name, v in (known | own).items() if v}.items()))


def bucket_of(seconds: float) -> int:
    """The histogram bucket of a duration; below a tenth of a second all are the same."""
    return math.floor(math.log10(max(seconds, 0.1)) * _PER_DECADE)


def quantile(counters: Mapping[str, int], kind: str, share: float) -> float | None:
    """The duration in seconds below which `share` (0 to 1) of the facts of that kind lie; None without facts."""
    buckets = sorted(
        (int(name.removeprefix(f"{kind}~")), n) for name, n in counters.items() if name.startswith(f"{kind}~")
    )
    total = sum(n for _, n in buckets)
    if not total:
        return None
    rank = share * total
    passed = 0
    for bucket, n in buckets:
        passed += n
        if passed >= rank:
            return 10 ** ((bucket + 0.5) / _PER_DECADE)
    return None


def by_label(counters: Mapping[str, int], kind: str, label: str) -> tuple[tuple[str, int], ...]:
    """Counts of one kind by the values of one label, most frequent first."""
    prefix = f"{kind}/{label}="
    found = (
        (name.removeprefix(prefix), n)
        for name, n in counters.items()
        if name.startswith(prefix) and not name.endswith(("+", "*"))
    )
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """What customers said when they were asked. `asked` and `answered` are counts, `mean` is on the scale 1 to 5.

    `happy` is the share (0 to 1) of 4 and 5; None means that nobody answered.
    """

    asked: int
    answered: int
    mean: float | None
    happy: float | None

    @property
    def rate(self) -> float | None:
        """The share of those asked who answered; None when nobody was asked."""
        return min(1.0, self.answered / self.asked) if self.asked else None


@dataclass(frozen=True, slots=True)
class Learning:
    """What was taught, and what it spared. All are counts.

    `answers` were given with what was learned, in `helped` conversations, of which `deflected` needed no person.
    `could_have` has what agents say of cases they solved: the bot could have answered (`yes`), or why not.
    """

    taught: int
    answers: int
    helped: int
    deflected: int
    could_have: tuple[tuple[str, int], ...]


@dataclass(frozen=True, slots=True)
class Summary:
    """What operators ask for. Shares are 0 to 1, durations in seconds; None means that nothing was counted."""

    conversations: int
    messages: int
    answers: int
    handed_over: int
    containment: float | None
    resolved: int
    reopened: int
    fallback_rate: float | None
    reasons: tuple[tuple[str, int], ...]
    intents: tuple[tuple[str, int], ...]
    platforms: tuple[tuple[str, int], ...]
    agents: tuple[tuple[str, int], ...]
    to_claim: tuple[float | None, float | None]
    to_first_answer: tuple[float | None, float | None]
    to_resolution: tuple[float | None, float | None]
    satisfaction: Satisfaction
    breaches: tuple[tuple[str, int], ...]
    """Targets that were missed, by which."""
    learning: Learning


def summarise(counters: Mapping[str, int]) -> Summary:
    """The summary of one window's counters. Durations come as median and 90th percentile."""

    def durations(kind: str) -> tuple[float | None, float | None]:
        return quantile(counters, kind, 0.5), quantile(counters, kind, 0.9)

    opened = counters.get("opened", 0)
    handed = counters.get("handed_over", 0)
    turns = counters.get("understood", 0)
    return Summary(
        conversations=opened,
        messages=counters.get("customer_said", 0),
        answers=counters.get("answered", 0),
        handed_over=handed,
        containment=max(0.0, 1 - handed / opened) if opened else None,
        resolved=counters.get("resolved", 0),
        reopened=counters.get("reopened", 0),
        fallback_rate=counters.get("unsure", 0) / turns if turns else None,
        reasons=by_label(counters, "handed_over", "reason"),
        intents=by_label(counters, "understood", "intent"),
        platforms=by_label(counters, "opened", "platform"),
        agents=by_label(counters, "resolved", "agent"),
        to_claim=durations("claimed"),
        to_first_answer=durations("first_answered"),
        to_resolution=durations("resolved"),
        satisfaction=satisfaction(counters),
        breaches=by_label(counters, "sla_breached", "target"),
        learning=learning(counters),
    )


def learning(counters: Mapping[str, int]) -> Learning:
    """What one window says of learning. An answer that was changed counts as it was left."""
    said = dict(by_label(counters, "could_have", "answer"))
    taken_back = dict(by_label(counters, "not_could_have", "answer"))
    left = {answer: n - taken_back.get(answer, 0) for answer, n in said.items()}
    helped = counters.get("answered_by_lesson/first=yes", 0)
    return Learning(
        taught=counters.get("taught", 0),
        answers=counters.get("answered_by_lesson", 0),
        helped=helped,
        deflected=max(0, helped - counters.get("lesson_not_enough", 0)),
        could_have=tuple(
            sorted(((answer, n) for answer, n in left.items() if n > 0), key=lambda pair: (-pair[1], pair))
        ),
    )


def satisfaction(counters: Mapping[str, int]) -> Satisfaction:
    """What the ratings of one window say. A rating that was changed counts as it was left."""
    scores = {s: counters.get(f"rated/score={s}", 0) - counters.get(f"unrated/score={s}", 0) for s in range(1, 6)}
    answered = sum(scores.values())
    asked = counters.get("rating_asked", 0)
    if answered <= 0:
        return Satisfaction(asked, 0, None, None)
    mean = sum(score * n for score, n in scores.items()) / answered
    return Satisfaction(asked, answered, mean, (scores[4] + scores[5]) / answered)


@dataclass(frozen=True, slots=True)
class Slice:
    """One row of a split: how much, and means in seconds (satisfaction: 1 to 5). None: nothing was counted."""

    value: str
    conversations: int
    understood: int
    handed_over: int
    resolved: int
    reopened: int
    breaches: int
    to_claim: float | None
    to_first_answer: float | None
    to_resolution: float | None
    rating: float | None


def split(counters: Mapping[str, int], label: str) -> tuple[Slice, ...]:
    """The window's counters by the values of one label, those with most cases first."""

    def n(kind: str, value: str, mark: str = "") -> int:
        return counters.get(f"{kind}/{label}={value}{mark}", 0)

    def mean(kind: str, value: str) -> float | None:
        count = n(kind, value)
        return n(kind, value, "+") / count if count else None

    def rating(value: str) -> float | None:
        count = n("rated", value) - n("unrated", value)
        return (n("rated", value, "*") - n("unrated", value, "*")) / count if count > 0 else None

    kinds = ("opened", "understood", *sorted(OF_A_CASE))
    values = {value for kind in kinds for value, _ in by_label(counters, kind, label)}
    rows = [
        Slice(
            value,
            conversations=n("opened", value),
            understood=n("understood", value),
            handed_over=n("handed_over", value),
            resolved=n("resolved", value),
            reopened=n("reopened", value),
            breaches=n("sla_breached", value),
            to_claim=mean("claimed", value),
            to_first_answer=mean("first_answered", value),
            to_resolution=mean("resolved", value),
            rating=rating(value),
        )
        for value in values
    ]
    return tuple(sorted(rows, key=lambda r: (-r.handed_over - r.resolved, -r.conversations - r.understood, r.value)))


def merge(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of several sets of counters."""
    total: dict[str, int] = {}
    for part in parts:
        for name, n in part.items():
            total[name] = total.get(name, 0) + n
    return total
