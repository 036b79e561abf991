"""What Prometheus reads at `/metrics`: the numbers of `stats`, what waits, and what the machines had to make good.

The numbers are those of the whole installation, whichever process is asked. Never anybody's data: labels are reasons,
targets, platforms, desks, intents and the like. Read at most once in a few seconds, however often it is asked for.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, get_args

from bot.core.cases import stats
from bot.core.learning.lessons import Lesson, LessonState
from bot.errors import StoreUnavailable
from bot.ports import (
    BUCKET_END,
    PARTS_OF_A_SECOND,
    SUM_END,
    TALLY_BUCKETS,
    Backlog,
    CaseRow,
    Clock,
    LessonBook,
    Models,
    Outcome,
    Records,
    Tallies,
)

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
"""Prometheus' text format: https://prometheus.io/docs/instrumenting/exposition_formats/"""

_PREFIX: Final = "warmline_"
_GOOD_SECONDS: Final = 5.0
_DAY: Final = 86400.0
_MOST_INTENTS: Final = 20
_COUNTERS: Final[Mapping[str, str]] = {
    "activities": "What people did and platforms reported, by platform.",
    "dedupe_hits": "Deliveries that were known already, by platform.",
    "attempts": "Attempts to send, by how they ended.",
    "looks": "Looks for a message of which nobody knew whether it arrived, by result.",
    "resends": "Messages sent again after all looks had missed.",
    "sweeps": "Looks for a message that might be there twice.",
    "twins_deleted": "Messages that were there twice, and deleted.",
    "throttled": "Calls that a platform refused for now, by platform.",
    "recalled": "Messages that platforms brought late, because they were asked for them.",
    "lease_steals": "Conversations and lanes taken from a process that was dead or too slow.",
    "fenced": "Decisions of a process that had lost its conversation, and were dropped.",
    "clock_skew_suspected": "Requests with a right signature and a wrong time, by platform.",
    "facts": "What was decided, by kind of fact.",
}
_ALWAYS: Final = {
    "looks": ('{result="found"}', '{result="missed"}'),
    "attempts": tuple(f'{{outcome="{o}"}}' for o in get_args(Outcome)),
    "resends": ("",),
    "sweeps": ("",),
    "twins_deleted": ("",),
    "recalled": ("",),
    "lease_steals": ("",),
    "fenced": ("",),
}
"""Counters that are there from the beginning, so that an alert can tell zero from absent."""

ACKNOWLEDGEMENT: Final = "acknowledgement"


class Sample(NamedTuple):
    """One line of the page. `labels` are as they are written, braces and all; "" for none."""

    name: str
    kind: str
    labels: str
    value: float


@dataclass(frozen=True, slots=True)
class Sources:
    """Where the numbers come from. All but `models` raise StoreUnavailable.

    `levels` tells how full the bucket of each desk's channel is, 0 to 1; `gauges`, which raises nothing, whatever else
    holds now, by name.
    """

    records: Records
    book: LessonBook
    tallies: Tallies
    backlog: Callable[[], Awaitable[Backlog]]
    levels: Callable[[], Awaitable[Mapping[str, float]]]
    models: Models
    gauges: Callable[[], Awaitable[Mapping[str, float]]]


@dataclass(slots=True)
class _Kept:
    text: str = ""
    until: float = float("-inf")


class Metrics:
    """The page. Safe to share among tasks: one of them reads, the others wait for it."""

    def __init__(self, sources: Sources, *, platforms: Sequence[str], desks: Sequence[str], clock: Clock) -> None:
        """`platforms` and `desks` have their numbers from the beginning, also while these are 0."""
        self._sources = sources
        self._platforms = tuple(platforms)
        self._desks = tuple(desks)
        self._clock = clock
        self._kept = _Kept()
        self._reading = asyncio.Lock()

    async def page(self) -> str:
        """Everything in Prometheus' text format; while the store is away, what is not in it."""
        loop = asyncio.get_running_loop()
        async with self._reading:
            if loop.time() >= self._kept.until:
                self._kept = _Kept(await self._read(), loop.time() + _GOOD_SECONDS)
        return self._kept.text

    async def _read(self) -> str:
        gauges = await self._sources.gauges()
        own = [_gauge(name, value) for name, value in sorted(gauges.items())]
        try:
            return written([*own, *await self._stored()])
        except StoreUnavailable:
            return written(own)  # `store_writes` is 0 there, and whoever watches has to be able to read it

    async def _stored(self) -> list[Sample]:
        now, sources = self._clock.now(), self._sources
        counted, backlog, levels, counters, cases, lessons = await asyncio.gather(
            sources.tallies.read(),
            sources.backlog(),
            sources.levels(),
            sources.records.counters(now - _DAY, now),
            sources.records.open_cases(),
            sources.book.all(),
        )
        damaged, unread = await sources.book.damaged(), await sources.records.unread_cases()
        return [
            *self._counted(counted),
            *_waiting(backlog, levels),
            *_cases(cases, self._desks, now),
            _gauge("unread_cases", len(unread)),
            *_lessons(lessons, len(damaged)),
            *_day(stats.summarise(counters)),
            _gauge("model_info", 1.0, version=sources.models.answering),
        ]

    def _counted(self, counted: Mapping[str, int]) -> Iterator[Sample]:
        always = {f"{name}{labels}" for name, several in _ALWAYS.items() for labels in several}
        always |= {
            f"{name}{_labels(platform=platform)}"
            for name in ("activities", "dedupe_hits", "clock_skew_suspected")
            for platform in self._platforms
        }
        for series, n in sorted({**dict.fromkeys(always, 0), **counted}.items()):
            name, _, rest = series.partition("{")
            labels = f"{{{rest}" if rest else ""
            if name in _COUNTERS:
                yield Sample(f"{name}_total", "counter", labels, float(n))
        yield from _histogram(ACKNOWLEDGEMENT, counted)


def written(samples: Sequence[Sample]) -> str:
    """Samples as text, each name with its help and type once."""
    lines: list[str] = []
    named = ""
    for name, kind, labels, value in samples:
        family = name
        if kind == "histogram":
            family = name.removesuffix("_bucket").removesuffix("_sum").removesuffix("_count")
        if family != named:
            named = family
            lines += [f"# HELP {_PREFIX}{family} {_help(family)}", f"# TYPE {_PREFIX}{family} {kind}"]
        lines.append(f"{_PREFIX}{name}{labels} {value:.10g}")
    return "\n".join(lines) + "\n"


def _help(family: str) -> str:
    return _COUNTERS.get(family.removesuffix("_total"), _GAUGES.get(family, family.replace("_", " ")))


def _histogram(name: str, counted: Mapping[str, int]) -> Iterator[Sample]:
    """Counts by bucket, made cumulative, with the sum in seconds."""
    by_labels: dict[str, Counter[str]] = {}
    for series, n in counted.items():
        kind, _, rest = series.partition("{")
        if kind == f"{name}{BUCKET_END}":
            parts = dict(part.split("=", 1) for part in rest.rstrip("}").split(","))
            end = parts.pop("le").strip('"')
            by_labels.setdefault(",".join(f"{k}={v}" for k, v in parts.items()), Counter())[end] += n
    for labels, ends in sorted(by_labels.items()):
        so_far = 0
        inside = f"{labels}," if labels else ""
        family = f"{name}_seconds"
        for end in (*(f"{end:g}" for end in TALLY_BUCKETS), "+Inf"):
            so_far += ends[end]
            yield Sample(f"{family}_bucket", "histogram", f'{{{inside}le="{end}"}}', float(so_far))
        whole = f"{{{labels}}}" if labels else ""
        yield Sample(f"{family}_sum", "histogram", whole, counted.get(f"{name}{SUM_END}{whole}", 0) / PARTS_OF_A_SECOND)
        yield Sample(f"{family}_count", "histogram", whole, float(so_far))


def _gauge(name: str, value: float, /, **labels: str) -> Sample:
    return Sample(name, "gauge", _labels(**labels) if labels else "", float(value))


def _waiting(backlog: Backlog, levels: Mapping[str, float]) -> Iterator[Sample]:
    yield _gauge("oldest_unsent_seconds", backlog.oldest)
    yield _gauge("lanes_waiting", backlog.lanes)
    yield _gauge("unknown", backlog.unknown)
    yield _gauge("conversations_waiting", backlog.conversations)
    for desk, level in sorted(levels.items()):
        yield _gauge("bucket_level", level, desk=desk)


def _cases(cases: Sequence[CaseRow], desks: Sequence[str], now: float) -> Iterator[Sample]:
    counted = Counter((row.desk, row.status) for row in cases)
    for (desk, status), n in sorted(counted.items()):
        yield _gauge("open_cases", n, desk=desk, status=status)
    waits = {desk: list[float]() for desk in desks}  # a desk where nobody waits says so
    for row in cases:
        if row.status == "queued":
            waits.setdefault(row.desk, []).append(max(now - row.opened_at, 0.0))
    for desk, waited in sorted(waits.items()):
        yield _gauge("queue_length", len(waited), desk=desk)
    oldest = {desk: max(waited, default=0.0) for desk, waited in waits.items()}
    for desk, seconds in sorted(oldest.items()):
        yield _gauge("queue_oldest_seconds", seconds, desk=desk)
    yield _gauge("longest_wait_seconds", max(oldest.values(), default=0.0))
    overdue = sum(1 for row in cases if row.due_at is not None and row.due_at < now)
    yield _gauge("overdue_cases", overdue)


def _lessons(lessons: Sequence[Lesson], damaged: int) -> Iterator[Sample]:
    counted = Counter(lesson.state for lesson in lessons)
    for state in LessonState:
        yield _gauge("lessons", counted[state], state=state.value)
    yield _gauge("lessons", damaged, state="damaged")


def _day(found: stats.Summary) -> Iterator[Sample]:
    """What `stats 24h` says."""
    plain = {
        "conversations": float(found.conversations),
        "messages": float(found.messages),
        "answers": float(found.answers),
        "handed_over": float(found.handed_over),
        "containment_ratio": found.containment,
        "resolved": float(found.resolved),
        "reopened": float(found.reopened),
        "fallback_ratio": found.fallback_rate,
        "satisfaction_asked": float(found.satisfaction.asked),
        "satisfaction_answered": float(found.satisfaction.answered),
        "satisfaction_mean": found.satisfaction.mean,
        "satisfaction_happy_ratio": found.satisfaction.happy,
        "lessons_taught": float(found.learning.taught),
        "lesson_answers": float(found.learning.answers),
        "lesson_conversations": float(found.learning.helped),
        "deflected": float(found.learning.deflected),
    }
    for name, value in plain.items():
        if value is not None:
            yield _gauge(f"day_{name}", value)
    times = {"claim": found.to_claim, "first_answer": found.to_first_answer, "resolution": found.to_resolution}
    for name, (median, most) in times.items():
        for quantile, value in (("0.5", median), ("0.9", most)):
            if value is not None:
                yield _gauge(f"day_{name}_seconds", value, quantile=quantile)
    split = {
        ("escalations", "reason"): found.reasons,
        ("sla_breaches", "target"): found.breaches,
        ("could_have_answered", "answer"): found.learning.could_have,
        ("intents", "intent"): found.intents[:_MOST_INTENTS],
        ("conversations_by_platform", "platform"): found.platforms,
    }
    for (name, label), pairs in split.items():
        for of, n in pairs:
            yield _gauge(f"day_{name}", n, **{label: of})


def _labels(**labels: str) -> str:
    escaped = {
        name: value.replace("\\", r"\\").replace("\n", r"\n").replace('"', r"\"") for name, value in labels.items()
    }
    return "{" + ",".join(f'{name}="{value}"' for name, value in sorted(escaped.items())) + "}"


_GAUGES: Final[Mapping[str, str]] = {
    "acknowledgement_seconds": "How long a platform's request took to be answered, by platform.",
    "oldest_unsent_seconds": "How long the oldest entry of the outbox has waited.",
    "store_writes": "1 while the store takes what is written to it, 0 while it is full, read-only or away.",
    "platforms_silent": "Platforms that do not bring back what the app itself does there: nobody is heard.",
    "data_free_bytes": "Room on the disk of the data folder.",
    "lanes_waiting": "Threads with something to send.",
    "unknown": "Messages of which nobody knows yet whether they arrived.",
    "conversations_waiting": "Conversations with events that are not decided.",
    "bucket_level": "How much a desk's channel may carry now, by desk: 1 is all that its platform allows, 0 nothing.",
    "open_cases": "Open cases, by desk and status.",
    "queue_length": "Cases that nobody has taken yet, by desk.",
    "queue_oldest_seconds": "How long ago the oldest of them was opened, by desk; 0 when nobody waits.",
    "unread_cases": "Open cases whose rows cannot be read: they are in none of these numbers.",
    "longest_wait_seconds": "How long the oldest unclaimed case has waited.",
    "overdue_cases": "Open cases whose next target has passed.",
    "lessons": "What the bot was taught, by state: what is held or damaged waits for somebody.",
    "day_conversations": "Conversations that began in the last 24 hours.",
    "day_conversations_by_platform": "The same, by platform.",
    "day_messages": "Messages of customers in the last 24 hours.",
    "day_answers": "Answers of the bot in the last 24 hours.",
    "day_handed_over": "Hand-overs to people in the last 24 hours.",
    "day_escalations": "The same, by reason.",
    "day_resolved": "Cases that were resolved in the last 24 hours.",
    "day_reopened": "Cases that were opened again in the last 24 hours.",
    "day_intents": "What customers wanted most in the last 24 hours: messages by intent.",
    "day_sla_breaches": "Targets that were missed in the last 24 hours, by target.",
    "day_satisfaction_asked": "Customers who were asked in the last 24 hours how it went.",
    "day_satisfaction_answered": "Those of them who answered.",
    "day_satisfaction_mean": "The mean of their answers, 1 to 5.",
    "day_satisfaction_happy_ratio": "The share of 4 and 5 among their answers, 0 to 1.",
    "day_lessons_taught": "Lessons written in the last 24 hours.",
    "day_lesson_answers": "Answers of the last 24 hours with what was learned from lessons.",
    "day_lesson_conversations": "Conversations of the last 24 hours in which such an answer was given.",
    "day_deflected": "Those of them that needed no person.",
    "day_could_have_answered": "What agents said of the cases they solved: could the bot have answered?",
    "model_info": "The model that answers, as a label.",
    "day_containment_ratio": "Conversations of the last 24 hours that no person was needed for, 0 to 1.",
    "day_fallback_ratio": "Turns of the last 24 hours that were not understood, 0 to 1.",
    "day_claim_seconds": "Time to claim, of the last 24 hours.",
    "day_first_answer_seconds": "Time to the first answer, of the last 24 hours.",
    "day_resolution_seconds": "Time to the resolution, of the last 24 hours.",
}
