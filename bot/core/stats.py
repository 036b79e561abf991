"""Which counters a recorded fact raises, and what the counters say when they are read back.

Durations go into logarithmic histograms (ten buckets per factor of ten, so a quantile is right to
about 12 %), because counters can be added in the same commit as the fact, on any number of machines,
and summed over any window without reading the facts again.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from bot.core.effects import Record

_PER_DECADE = 10


def counters_of(record: Record) -> tuple[str, ...]:
    """The counters that one fact raises by one: `kind`, `kind/label=value`, and `kind~bucket` for a duration."""
    names = [record.kind]
    names += [f"{record.kind}/{name}={value}" for name, value in record.labels]
    if record.seconds is not None:
        names.append(f"{record.kind}~{bucket_of(record.seconds)}")
    return tuple(names)


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
    found = ((name.removeprefix(prefix), n) for name, n in counters.items() if name.startswith(prefix))
    return tuple(sorted(found, key=lambda pair: (-pair[1], pair[0])))


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
    )


def merge(parts: Iterable[Mapping[str, int]]) -> dict[str, int]:
    """The sum of several sets of counters."""
    total: dict[str, int] = {}
    for part in parts:
        for name, n in part.items():
            total[name] = total.get(name, 0) + n
    return total
