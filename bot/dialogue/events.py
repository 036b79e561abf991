"""What happens in a conversation, as Rasa's tracker knows it. Values only; `tracker` applies them.

Names are Rasa's. The JSON shapes, for the stored tracker and for custom actions, are in `event_json`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.dialogue.json_value import Json
from nlu.types import Entity, Intent, RetrievedResponse


@dataclass(frozen=True, slots=True)
class UserUttered:
    """The customer said something that means `intent`.

    `full_intent` is `faq/ask_hours` where `intent` is `faq`; `retrieved` is what was found for every retrieval intent,
    whichever was meant, and is known while the message is answered. `featurize_text` makes policies see the
    text and not the intent (end-to-end stories).
    """

    text: str = ""
    intent: str = ""
    confidence: float = 1.0
    entities: tuple[Entity, ...] = ()
    ranking: tuple[Intent, ...] = ()
    full_intent: str = ""
    at: float = 0.0
    channel: str = ""
    metadata: tuple[tuple[str, str], ...] = ()
    featurize_text: bool = False
    retrieved: tuple[RetrievedResponse, ...] = ()

    @property
    def labels(self) -> frozenset[str]:
        """Every way in which a policy may name an entity of the message: `city`, `city#to`."""
        found: set[str] = set()
        for entity in self.entities:
            found.add(entity.entity)
            if entity.role:
                found.add(f"{entity.entity}#{entity.role}")
            if entity.group:
                found.add(f"{entity.entity}#{entity.group}")
        return frozenset(found)


@dataclass(frozen=True, slots=True)
class ActionExecuted:
    """An action ran. `hidden` turns are not seen by policies that learn from stories.

    `unpredictable` marks, in training, an action that stands where nobody can know what was before.
    """

    name: str
    policy: str = ""
    confidence: float = 1.0
    hidden: bool = False
    unpredictable: bool = False
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class BotUttered:
    """The assistant said something. `data` holds buttons, image, attachment, custom as Rasa names them."""

    text: str = ""
    data: dict[str, Json] = field(default_factory=dict[str, Json])
    response: str = ""
    at: float = 0.0


@dataclass(frozen=True, slots=True)
class SlotSet:
    """A slot has a value now."""

    name: str
    value: Json = None


@dataclass(frozen=True, slots=True)
class AllSlotsReset:
    """Every slot has its initial value again."""


@dataclass(frozen=True, slots=True)
class ActiveLoop:
    """A loop is active now; None: none is."""

    name: str | None


@dataclass(frozen=True, slots=True)
class LoopInterrupted:
    """Whether the active loop was left for something else, so that the next message is no answer to it."""

    interrupted: bool


@dataclass(frozen=True, slots=True)
class ActionExecutionRejected:
    """An action refused to run, so that another one is to be found."""

    name: str


@dataclass(frozen=True, slots=True)
class FollowupAction:
    """This action is next, whatever policies say."""

    name: str


@dataclass(frozen=True, slots=True)
class UserUtteranceReverted:
    """The last message, and all that came of it, did not happen."""


@dataclass(frozen=True, slots=True)
class ActionReverted:
    """The last action, and what came of it, did not happen."""


@dataclass(frozen=True, slots=True)
class Restarted:
    """The conversation begins anew; nothing is remembered."""


@dataclass(frozen=True, slots=True)
class SessionStarted:
    """A new session; slots are carried over by SlotSet events that follow."""


@dataclass(frozen=True, slots=True)
class ConversationPaused:
    """The assistant is silent until resumed: a person has taken over."""


@dataclass(frozen=True, slots=True)
class ConversationResumed:
    """The assistant answers again."""


@dataclass(frozen=True, slots=True)
class ReminderScheduled:
    """At `at` (seconds since 1970) the intent comes, as if said; a customer's message first cancels it if `kill`."""

    name: str
    intent: str
    at: float
    entities: tuple[Entity, ...] = ()
    kill: bool = True


@dataclass(frozen=True, slots=True)
class ReminderCancelled:
    """Reminders with this name (or intent; empty means any) do not come any more."""

    name: str = ""
    intent: str = ""


@dataclass(frozen=True, slots=True)
class AgentUttered:
    """A person of the company said something."""

    text: str
    at: float = 0.0


TrackerEvent = (
    UserUttered
    | ActionExecuted
    | BotUttered
    | SlotSet
    | AllSlotsReset
    | ActiveLoop
    | LoopInterrupted
    | ActionExecutionRejected
    | FollowupAction
    | UserUtteranceReverted
    | ActionReverted
    | Restarted
    | SessionStarted
    | ConversationPaused
    | ConversationResumed
    | ReminderScheduled
    | ReminderCancelled
    | AgentUttered
)
