"""What the company and the assistant decided beforehand: the settings that the core decides by.

Built once at start from `config.yaml` and the assistant's `escalation.yml`, but for `live`. Values only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.activity import Place
from bot.core.live import NOTHING_KNOWN, Live


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a number is enough. Probabilities are 0 to 1, counts are in turns."""

    upset: float = 0.75
    """One message this upset hands over at once."""
    upset_trend: float = 0.55
    """The weighted mean over the last turns that hands over."""
    asked: float = 0.7
    """Probability that the customer asks for a person."""
    doubts: int = 2
    """Unsure turns in a row; before the last of them the bot offers its guesses."""
    repeats: int = 2
    """The same answer given this often in a row is being stuck."""
    refusals: int = 3
    """A form field refused this often in a row is being stuck."""


@dataclass(frozen=True, slots=True)
class Desk:
    """A private channel in which cases appear."""

    name: str
    place: Place
    title: str = ""


@dataclass(frozen=True, slots=True)
class Policy:
    """Everything that the core may weigh besides the conversation and the event."""

    desks: tuple[Desk, ...]
    """The first is the default."""
    always_human: Mapping[str, str] = field(default_factory=dict[str, str])
    """Intent → why it is not left to a machine, as shown on the card."""
    desk_by_intent: Mapping[str, str] = field(default_factory=dict[str, str])
    handoff_intents: frozenset[str] = frozenset()
    unhelpful_intents: frozenset[str] = frozenset()
    intent_labels: Mapping[str, str] = field(default_factory=dict[str, str])
    """Intent → how a customer would call it, for the buttons with guesses."""
    keywords: tuple[str, ...] = ()
    vip_tiers: frozenset[str] = frozenset()
    thresholds: Thresholds = Thresholds()
    claim_on_reply: bool = True
    reopen_seconds: float = 48 * 3600.0
    reminder_seconds: float = 300.0
    """A queued customer without an answer is told that they are still in the queue after this long."""
    persona: str = ""
    """When set, customers see this name instead of the agent's own."""
    team: str = ""
    """How customers hear of the people at the desk; "" is *our team* in their language."""
    emergency: Mapping[str, str] = field(default_factory=dict[str, str])
    """Language → the assistant's wording for emergencies."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Language → name of a fixed text → the assistant's own wording of it."""
    default_language: str = "en"
    live: Live = NOTHING_KNOWN
    """What changes while we run; the engine renews it before each decision."""

    def desk(self, name: str) -> Desk:
        """The desk of that name, else the default one."""
        return next((d for d in self.desks if d.name == name), self.desks[0])
