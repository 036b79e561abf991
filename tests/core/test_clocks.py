"""Whatever happens to a case, its timers are those that it needs, its card is true, and nothing is said twice."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.core.cases import due
from bot.core.cases.cards import redraw
from bot.core.conversation import Status
from bot.core.effects import Body, Post, Redraw
from bot.core.events import Event
from bot.core.machine import handle
from bot.core.policy import AutoClose, ServiceLevels, Staffing, Targets
from tests.core.desk_life import MONDAY, NORA, OFFICE, SAM, Desk, on_duty, policy
from tests.core.people import agent, choose, customer, meaning, press, turn

LEVELS = ServiceLevels(Targets(3600.0, 1800.0, 6 * 3600.0), leads_after=900.0, next_desk_after=5000.0)
BUSY = policy(
    hours=OFFICE,
    hands_to="legal",
    levels=LEVELS,
    staffing=Staffing(least_load=True, most_open_cases=3, back_to_queue_after=600.0),
    auto_close=AutoClose(7200.0, 7200.0),
    leads=frozenset({"LEA"}),
)
LIVES = (BUSY.live, on_duty(NORA), on_duty(SAM, NORA))


def happening(kind: str, at: float) -> Event | None:
    """What happens at that time; None is time passing."""
    match kind:
        case "wants a person":
            return customer("a person", at, parse=meaning(asked=1.0))
        case "asks":
            return customer("where is it?", at, parse=meaning(), turn=turn())
        case "goes on":
            return choose("go_on", at)
        case "answers":
            return agent("here", at)
        case "claim" | "resolve" | "snooze" | "release" | "hand_back" | "reopen" | "take_over":
            return press(kind, at, value="2h" if kind == "snooze" else "")
        case _:
            return None


_KINDS = (
    "wants a person",
    "asks",
    "goes on",
    "answers",
    "claim",
    "resolve",
    "snooze",
    "release",
    "hand_back",
    "reopen",
)


def shown(body: Body) -> str:
    """What a card says of where the case stands and what is due."""
    assert body.card is not None
    facts = [field.text for field in body.card.fields if field.label.endswith(" due")]
    return " · ".join([body.card.status, *facts])


class Seen(Desk):
    """A desk that remembers how often the card was drawn, and as what."""

    card = ""

    def take(self, *events: Event) -> None:
        for event in events:
            decision = handle(self.conversation, event, self.policy, number=self.number + 1)
            for effect in decision.effects:
                match effect:
                    case Redraw(former=False, body=body) | Post(opens_thread=True, body=body):
                        self.card = shown(body)
                    case _:
                        pass
            super().take(event)
            self.check()

    def check(self) -> None:
        case = self.conversation.case
        set_now = {name: at for name, at in self.timers.items() if name in due.NAMES}
        if case is None or self.conversation.status in {Status.BOT, Status.RESOLVED}:
            assert set_now == {}
            return
        assert set_now == dict(case.clock.timers)
        if self.card:
            assert self.card == shown(redraw(self.conversation, self.policy).body)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from((*_KINDS, "")), st.integers(1, 7200), st.integers(0, 2)), max_size=25))
def test_timers_and_card_are_true_whatever_happens(story: list[tuple[str, int, int]]) -> None:
    desk, at = Seen(BUSY), MONDAY
    desk.take(customer("a person", at, parse=meaning(asked=1.0)))
    for kind, seconds, live in story:
        at += seconds
        desk.policy = replace(BUSY, live=LIVES[live])
        desk.until(at)
        event = happening(kind, at)
        if event is not None:
            desk.take(event)
            desk.until(at)
    assert len({(r.kind, r.text) for r in desk.records if r.kind == "sla_breached"}) == desk.kinds().count(
        "sla_breached"
    )


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 10 * 86400))
def test_time_alone_comes_to_an_end(late: int) -> None:
    """Nothing rings for ever: left alone, a case is closed or waits for the morning and for people."""
    desk = Seen(replace(BUSY, live=on_duty(NORA)))
    desk.take(customer("a person", MONDAY + late, parse=meaning(asked=1.0)))
    desk.until(MONDAY + late + 2 * 86400)
    assert len(desk.customer) < 20
