"""A conversation, played event by event through the core alone."""

from __future__ import annotations

from bot.core.activity import Side
from bot.core.conversation import Conversation
from bot.core.effects import Body, Effect, Post, Record, Redraw, Whisper
from bot.core.events import Event
from bot.core.machine import handle
from bot.core.policy import Policy
from tests.core.people import POLICY, conversation, customer, meaning, press


class Story:
    """One conversation, played event by event; remembers what each side was shown."""

    def __init__(self, policy: Policy = POLICY) -> None:
        self.policy = policy
        self.state: Conversation = conversation()
        self.last: tuple[Effect, ...] = ()
        self.number = 1000

    def play(self, *events: Event) -> Story:
        for event in events:
            self.number += 1
            decision = handle(self.state, event, self.policy, number=self.number)
            self.state, self.last = decision.conversation, decision.effects
        return self

    def texts(self, side: Side) -> list[str]:
        return [e.body.text for e in self.last if isinstance(e, Post) and e.side is side]

    @property
    def to_customer(self) -> list[str]:
        return self.texts(Side.CUSTOMER)

    @property
    def to_agents(self) -> list[str]:
        return self.texts(Side.AGENTS)

    @property
    def whispers(self) -> list[tuple[str, Body]]:
        return [(e.to.id, e.body) for e in self.last if isinstance(e, Whisper)]

    def kinds(self) -> list[str]:
        return [e.kind for e in self.last if isinstance(e, Record)]


def asked_for_person(policy: Policy = POLICY) -> Story:
    return Story(policy).play(customer("can i talk to someone", parse=meaning("human_handoff"), turn=None))


def claimed_by_nora(policy: Policy = POLICY) -> Story:
    return asked_for_person(policy).play(press("claim", 5.0))


def last_answer(story: Story) -> str:
    """What the newest card says of it."""
    card = next(e.body.card for e in reversed(story.last) if isinstance(e, Redraw))
    assert card is not None
    return next((field.text for field in card.fields if field.label == "Last answer"), "")
