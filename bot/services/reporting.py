"""Answers `stats`: reads the counters of a window, in the asker's own time zone, and words and draws what they say."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from bot.core.cases import stats
from bot.core.cases.cards import duration
from bot.core.cases.stats import Learning, Satisfaction, Slice, Summary
from bot.core.customers.customary import ON_THE_WAY, OUT_OF_SCOPE, SMALL_TALK
from bot.core.effects import Body
from bot.core.learning.lessons import Lesson, LessonState
from bot.core.wording.moments import zone_among
from bot.core.wording.shortening import shortened
from bot.ports import Answer, Attachment, Clock, LessonBook, Records
from bot.services.charts import Chart, Series, drawn
from bot.services.requests import Answering, Request
from bot.services.windows import HOUR, Window, midnight, spoken, window_of
from nlu.types import NLU_FALLBACK

_MOST_ROWS: Final = 12
_MOST_LETTERS: Final = 24
_COULD_HAVE: Final = {"yes": "yes, taught", "changes": "the answer changes often", "person": "no, it needs a person"}
_NO_REQUEST: Final = SMALL_TALK | ON_THE_WAY | OUT_OF_SCOPE | {NLU_FALLBACK}
"""Intents that nobody writes for; how many turns were unsure is said beside them."""
_NAMES: Final = {NLU_FALLBACK: "not understood", "none": "nothing understood"}
_NO_PICTURE: Final = "*The chart cannot be shown here; the playground and Teams show it, and `export` has the numbers.*"


@dataclass(frozen=True, slots=True)
class Reporting:
    """The numbers. `timezone` is the company's, for askers whose own is not known."""

    records: Records
    book: LessonBook
    clock: Clock
    timezone: str = "Etc/UTC"

    def answers(self) -> Mapping[str, Answering]:
        """Who answers what."""
        return {"stats": self.stats}

    async def stats(self, request: Request) -> Answer:
        """The summary of a window, or the window by the values of a label."""
        name, *label = request.command.argument.split()
        window = window_of(name, self.clock.now(), zone_among(request.asker.timezone, self.timezone))
        counters = await self.records.counters(window.since, window.until)
        if label:
            rows = stats.split(counters, label[0])
            chart = by_value(window, label[0], rows)
            return Answer(Body(split_text(window, label[0], rows)), attachments=_pictures(chart))
        waiting = await self.records.open_count()
        lessons = states_text(await self.book.all(), window)
        text = "\n".join(
            line for line in (summary_text(spoken(window), stats.summarise(counters), waiting), lessons) if line
        )
        series = await self.records.series(window.since, window.until, ("opened", "handed_over"))
        return Answer(Body(text), attachments=_pictures(over_time(window, series)))


def summary_text(title: str, found: Summary, waiting: int) -> str:
    """The summary in words. What was never counted is left out where a zero would say nothing."""
    breached = sum(n for _, n in found.breaches)
    lines = [
        f"**Warmline, {title}**",
        f"- conversations: **{found.conversations}**, messages: **{found.messages}**, answers: **{found.answers}**",
        f"- contained by the bot: **{_share(found.containment)}**, handed to people: **{found.handed_over}**",
        f"- open now: **{waiting}**, resolved: **{found.resolved}**, reopened: **{found.reopened}**",
        f"- time to claim: {_pair(found.to_claim)}",
        f"- time to first answer: {_pair(found.to_first_answer)}",
        f"- time to resolution: {_pair(found.to_resolution)}",
        _rated(found.satisfaction),
        f"- targets missed: **{breached}** ({_listed(found.breaches)})" if breached else "- targets missed: **0**",
        f"- unsure turns: {_share(found.fallback_rate)}",
        *_learned(found.learning),
        _top("reasons", found.reasons),
        _top("intents", tuple(pair for pair in found.intents if pair[0] not in _NO_REQUEST)),
        _top("agents", found.agents),
        _top("platforms", found.platforms),
    ]
    return "\n".join(line for line in lines if line)


def split_text(window: Window, label: str, rows: tuple[Slice, ...]) -> str:
    """The window by the values of a label. Times are means: of the parts there are no histograms."""
    if not rows:
        return f"**Warmline by {label}, {spoken(window)}**\nNothing was counted in that time."
    lines = [f"**Warmline by {label}, {spoken(window)}**"]
    for row in rows[:_MOST_ROWS]:
        facts = [
            _many(row.conversations, "conversation") if row.conversations else "",
            _many(row.understood, "message") if row.understood else "",
            f"{row.handed_over} handed over",
            f"{row.resolved} resolved",
            f"{row.reopened} reopened" if row.reopened else "",
            f"claimed in {duration(row.to_claim)}" if row.to_claim is not None else "",
            f"first answer {duration(row.to_first_answer)}" if row.to_first_answer is not None else "",
            f"resolution {duration(row.to_resolution)}" if row.to_resolution is not None else "",
            f"satisfaction {row.rating:.1f}" if row.rating is not None else "",
            f"{_many(row.breaches, 'target')} missed" if row.breaches else "",
        ]
        lines.append(f"- **{_NAMES.get(row.value, row.value)}**: " + " · ".join(fact for fact in facts if fact))
    if len(rows) > _MOST_ROWS:
        lines.append(f"- … and {len(rows) - _MOST_ROWS} more")
    if any(time is not None for row in rows for time in (row.to_claim, row.to_first_answer, row.to_resolution)):
        lines.append("*Times are means.*")
    return "\n".join(lines)


def over_time(window: Window, series: Mapping[int, Sequence[int]]) -> Chart | None:
    """Conversations and hand-overs (two numbers an hour) by day, or by hour in a short window; None without any."""
    slots = _slots(window)
    counted = {slot: [0, 0] for slot in slots}
    for hour, (opened, handed) in series.items():
        at = hour * HOUR
        slot = midnight(at, window.zone) if window.by_day else at
        if slot in counted:
            counted[slot][0] += opened
            counted[slot][1] += handed
    if not any(map(any, counted.values())):
        return None
    form = "%d %b" if window.by_day else "%H:%M"
    return Chart(
        title=f"Conversations, {spoken(window)}",
        unit="how many",
        along=f"day ({window.zone})" if window.by_day else f"hour ({window.zone})",
        ticks=[f"{datetime.fromtimestamp(slot, window.zone):{form}}" for slot in slots],
        bars=(
            Series("conversations", [counted[slot][0] for slot in slots]),
            Series("handed to people", [counted[slot][1] for slot in slots]),
        ),
    )


def by_value(window: Window, label: str, rows: tuple[Slice, ...]) -> Chart | None:
    """Hand-overs and resolutions by the values of a label."""
    shown = [row for row in rows[:_MOST_ROWS] if row.handed_over or row.resolved]
    if not shown:
        return None
    return Chart(
        title=f"Cases by {label}, {spoken(window)}",
        unit="cases",
        along=label,
        ticks=[shortened(row.value, _MOST_LETTERS) for row in shown],
        bars=(
            Series("handed over", [row.handed_over for row in shown]),
            Series("resolved", [row.resolved for row in shown]),
        ),
        lying=True,
    )


def _slots(window: Window) -> list[float]:
    """The beginnings of the days or hours of a window. Days are the zone's own: some have 23 or 25 hours."""
    if not window.by_day:
        first = int(window.since // HOUR)
        return [hour * HOUR for hour in range(first, int(window.until // HOUR) + 1)]
    slots = [midnight(window.since, window.zone)]
    while (following := midnight(slots[-1] + 36 * HOUR, window.zone)) <= window.until:
        slots.append(following)
    return slots


def _pictures(chart: Chart | None) -> tuple[Attachment, ...]:
    if chart is None:
        return ()

    async def pieces() -> AsyncIterator[bytes]:
        yield await drawn(chart)

    return (Attachment("stats.png", "image/png", chart.alt, pieces, instead=_NO_PICTURE),)


def _rated(found: Satisfaction) -> str:
    if not found.asked and not found.answered:
        return ""
    if found.mean is None or found.happy is None:
        return f"- satisfaction: nobody of {found.asked} has answered yet"
    return (
        f"- satisfaction: **{found.mean:.1f}** of 5, **{found.happy:.0%}** gave 4 or 5; "
        f"{found.answered} of {found.asked} answered ({_share(found.rate)})"
    )


def _learned(found: Learning) -> tuple[str, str]:
    """What was taught and what it spared, and what agents say the bot could have answered."""
    spared = f"- learned: lessons written **{found.taught}**"
    if found.helped:
        spared += (
            f"; **{found.answers}** answers with what was learned, in **{found.helped}** conversations, of which "
            f"**{found.deflected}** needed no person"
        )
    asked = ", ".join(f"{_COULD_HAVE.get(answer, answer)} {n}" for answer, n in found.could_have)
    return (
        spared if found.taught or found.helped else "",
        f"- could the bot have answered? {asked}" if asked else "",
    )


def states_text(lessons: Sequence[Lesson], window: Window) -> str:
    """What became of lessons in a window, "" where nothing did."""
    found = {
        "approved": sum(one.approved_at > 0 and window.since <= one.approved_at <= window.until for one in lessons),
        "went live": sum(_settled(one, LessonState.LIVE, window) for one in lessons),
        "held back": sum(_settled(one, LessonState.HELD, window) for one in lessons),
        "rejected": sum(_settled(one, LessonState.REJECTED, window) for one in lessons),
    }
    waiting = sum(one.waits for one in lessons)
    said = [f"{name} **{n}**" for name, n in found.items() if n] + (
        [f"waiting for review **{waiting}**"] if waiting else []
    )
    return f"- lessons: {', '.join(said)}" if said else ""


def _settled(lesson: Lesson, state: LessonState, window: Window) -> bool:
    return lesson.state is state and window.since <= lesson.settled_at <= window.until


def _many(count: int, what: str) -> str:
    return f"{count} {what}" if count == 1 else f"{count} {what}s"


def _share(share: float | None) -> str:
    return "—" if share is None else f"{share:.0%}"


def _pair(pair: tuple[float | None, float | None]) -> str:
    median, p90 = pair
    if median is None or p90 is None:
        return "—"
    return f"median **{duration(median)}**, 90th percentile **{duration(p90)}**"


def _listed(pairs: tuple[tuple[str, int], ...], most: int = 5) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {n}" for name, n in pairs[:most])


def _top(label: str, pairs: tuple[tuple[str, int], ...], most: int = 5) -> str:
    return f"- top {label}: {', '.join(f'{name} {n}' for name, n in pairs[:most])}" if pairs else ""
