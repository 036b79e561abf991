"""What the company and the assistant decided beforehand: the settings that the core decides by.

Built once at start from `config.yaml` and the assistant's `escalation.yml`, but for `live`. Values only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.core.activity import Person, Place
from bot.core.hours import ALWAYS, Hours
from bot.core.live import NOTHING_KNOWN, Live
from bot.core.personal_data.masking import ALL_KINDS, Kind
from bot.core.tiers import NOBODY_SAID, Tiers


@dataclass(frozen=True, slots=True)
class Thresholds:
    """When a number is enough. Probabilities are 0 to 1, counts are in turns."""

    upset: float = 0.7
    """One message this upset hands over at once."""
    upset_trend: float = 0.55
    """So does this probability of being upset, the last turns weighed together (`trend`)."""
    asked: float = 0.7
    """Probability that the customer asks for a person."""
    doubts: int = 2
    """Unsure turns in a row; before the last of them the bot offers its guesses."""
    repeats: int = 2
    """The same message, or the same answer to other words, again this often in a row is being stuck."""
    refusals: int = 3
    """A form field refused this often in a row is being stuck."""


@dataclass(frozen=True, slots=True)
class Targets:
    """How soon a case is to be answered and solved, in seconds of working time; None: no target."""

    first_answer: float | None = None
    next_answer: float | None = None
    resolution: float | None = None


@dataclass(frozen=True, slots=True)
class ServiceLevels:
    """A desk's targets, those of certain customers and reasons, and what happens when one is not met.

    The agent is reminded when `warn_share` (0 to 1) of the time has passed, and when all of it has; leads are called
    `leads_after`, and the next desk `next_desk_after` that, in seconds of working time; None: never.
    """

    targets: Targets = Targets()
    by_tier: Mapping[str, Targets] = field(default_factory=dict[str, Targets])
    by_reason: Mapping[str, Targets] = field(default_factory=dict[str, Targets])
    warn_share: float = 0.8
    leads_after: float | None = None
    next_desk_after: float | None = None


@dataclass(frozen=True, slots=True)
class Staffing:
    """Who gets which case. Agents are named by account or e-mail address, lower case."""

    least_load: bool = False
    """New cases go to whoever on duty has the fewest; otherwise somebody claims them."""
    most_open_cases: int = 0
    """Nobody is given more than so many; 0: no limit. What somebody claims is theirs, however many they have."""
    hours: Mapping[str, Hours] = field(default_factory=dict[str, Hours])
    """Hours of single agents; without any they work whenever they are on duty."""
    most: Mapping[str, int] = field(default_factory=dict[str, int])
    back_to_queue_after: float | None = None
    """A case whose agent is off duty and has not answered so long after it was due (working seconds) goes back."""
    tell_position: bool = True
    """The customer is told their place in the queue, and what waiting was like lately."""

    def hours_of(self, agent: Person) -> Hours:
        """When that agent works at all."""
        return self.hours.get(agent.id.lower()) or self.hours.get(agent.email.lower()) or ALWAYS

    def most_of(self, agent: Person) -> int:
        """How many open cases that agent may be given; 0: no limit."""
        own = self.most.get(agent.id.lower(), self.most.get(agent.email.lower()))
        return self.most_open_cases if own is None else own


@dataclass(frozen=True, slots=True)
class AutoClose:
    """When a case is closed whose customer is silent, in seconds since an agent's last words; None: never.

    The customer is warned `warn_after` those words, and the case is closed `close_after` the warning.
    """

    warn_after: float | None = None
    close_after: float = 86400.0


@dataclass(frozen=True, slots=True)
class Desk:
    """A private channel in which cases appear. While it is closed, new ones go to the desk `hands_to` if it is open."""

    name: str
    place: Place
    title: str = ""
    hours: Hours = ALWAYS
    hands_to: str = ""
    levels: ServiceLevels = ServiceLevels()


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
    labels_in: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Language → the same for customers who write it, where it is not as in `intent_labels`."""
    keywords: tuple[str, ...] = ()
    vip_tiers: frozenset[str] = frozenset()
    tiers: Tiers = NOBODY_SAID
    """Who is of which tier."""
    tier_slot: str = ""
    """The slot in which the assistant keeps a customer's tier, once it knows; "" for none."""
    follow_ups: bool = False
    """A message that leans on the turn before is understood in its context."""
    thresholds: Thresholds = Thresholds()
    claim_on_reply: bool = True
    hold_seconds: float = 0.0
    """An agent's words wait so long before they leave, and can be changed or taken back meanwhile; 0: not at all."""
    reopen_seconds: float = 48 * 3600.0
    reminder_seconds: float = 300.0
    """A queued customer without an answer is told that they are still in the queue after this long."""
    retry_seconds: float = 30.0
    """When something for the desk that did not arrive is sent again by itself."""
    persona: str = ""
    """When set, customers see this name instead of the agent's own."""
    team: str = ""
    """How customers hear of the people at the desk; "" is *our team* in their language."""
    emergency_intents: frozenset[str] = frozenset()
    """Intents that speak of danger as surely as the detector's own findings."""
    emergency_entities: frozenset[str] = frozenset()
    """Entities of which one is enough, whatever the intent: the assistant's own words of danger."""
    emergency: Mapping[str, str] = field(default_factory=dict[str, str])
    """Language → the assistant's wording for emergencies."""
    first_words: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Intent that is always for people → language → what is said at once, before anybody has it."""
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict[str, Mapping[str, str]])
    """Language → name of a fixed text → the assistant's own wording of it."""
    default_language: str = "en"
    timezone: str = "Etc/UTC"
    """The company's own, an IANA name."""
    ask_rating: bool = True
    """Customers of solved cases are asked how it went."""
    ask_to_teach: bool = True
    """Whoever solves a case is asked whether the bot could have answered it."""
    doubt_seconds: float = 30 * 86400.0
    """How long messages that the bot was not sure of are kept for review; 0: not at all."""
    low_rating: int = 2
    """A rating of so much or less (of 5) pings whoever had the case."""
    staffing: Staffing = Staffing()
    auto_close: AutoClose = AutoClose()
    leads: frozenset[str] = frozenset()
    """Accounts and e-mail addresses of those whom a missed target is reported to, as the configuration has them."""
    masked: frozenset[Kind] = ALL_KINDS
    """Personal data that the desk, the journal and the commands show masked."""
    markless: frozenset[str] = frozenset()
    """Platforms that let the app put no marks on people's messages: a case's card says there what has arrived."""
    live: Live = NOTHING_KNOWN
    """What changes while we run; the engine renews it before each decision."""

    def desk(self, name: str) -> Desk:
        """The desk of that name, else the default one."""
        return next((d for d in self.desks if d.name == name), self.desks[0])
