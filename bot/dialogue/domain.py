"""What an assistant knows and can do: intents, entities, slots, responses, forms, actions.

Values only, built by a reader from `domain.yml`; nothing here reads files or decides.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from bot.dialogue import names
from bot.dialogue.json_value import Json

Feature = tuple[float, ...]
"""A slot's value as policies see it; empty or all zero when it says nothing."""


class SlotType(StrEnum):
    """How a slot's value is seen by policies."""

    TEXT = "text"
    BOOL = "bool"
    CATEGORICAL = "categorical"
    FLOAT = "float"
    LIST = "list"
    ANY = "any"


class MappingKind(StrEnum):
    """Where a slot's value comes from."""

    FROM_ENTITY = "from_entity"
    FROM_TEXT = "from_text"
    FROM_INTENT = "from_intent"
    FROM_TRIGGER_INTENT = "from_trigger_intent"
    CUSTOM = "custom"


@dataclass(frozen=True, slots=True)
class MappingCondition:
    """When a mapping applies. `active_loop` None means: while no loop is active."""

    active_loop: str | None
    requested_slot: str | None = None


@dataclass(frozen=True, slots=True)
class SlotMapping:
    """One way in which a slot is filled."""

    kind: MappingKind
    entity: str = ""
    role: str | None = None
    group: str | None = None
    intents: frozenset[str] = frozenset()
    not_intents: frozenset[str] = frozenset()
    value: Json = None
    conditions: tuple[MappingCondition, ...] = ()
    action: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A memory cell of the assistant."""

    name: str
    type: SlotType = SlotType.ANY
    mappings: tuple[SlotMapping, ...] = ()
    initial_value: Json = None
    influences: bool = True
    values: tuple[Json, ...] = ()
    min_value: float = 0.0
    max_value: float = 1.0

    def feature(self, value: Json) -> Feature:
        """Return what policies see of `value`, as Rasa featurises each slot type."""
        if not self.influences or value is None:
            return ()
        match self.type:
            case SlotType.TEXT:
                return (1.0,)
            case SlotType.BOOL:
                return (1.0, 1.0 if is_true(value) else 0.0)
            case SlotType.CATEGORICAL:
                return self._one_hot(value)
            case SlotType.FLOAT:
                return self._scaled(value)
            case SlotType.LIST:
                return (1.0,) if isinstance(value, list) and value else ()
            case SlotType.ANY:
                return ()

    def _one_hot(self, value: Json) -> Feature:
        wanted = str(value).lower()
        hot = [1.0 if str(v).lower() == wanted else 0.0 for v in self.values]
        return (*hot, 0.0 if any(hot) else 1.0)

    def _scaled(self, value: Json) -> Feature:
        if isinstance(value, bool) or not isinstance(value, int | float | str):
            return ()
        try:
            number = float(value)
        except ValueError:
            return ()
        capped = min(max(number, self.min_value), self.max_value)
        span = self.max_value - self.min_value
        return (1.0, (capped - self.min_value) / span if span > 0 else 1.0)


def is_true(value: Json) -> bool:
    """Read a value of a bool slot as Rasa does: `true`, `yes`-like strings and numbers included."""
    if isinstance(value, str):
        return value.strip().lower() in {"true", "yes", "1", "on", "y", "t", "1.0"}
    return bool(value)


@dataclass(frozen=True, slots=True)
class ResponseButton:
    """A button of a response. `payload` is what pressing sends, `url` what it opens."""

    title: str
    payload: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Variation:
    """One wording of a response. `conditions` are slots and the values they must have.

    One with a `language` is for customers who write that; without, it is for all who have none of their own.
    """

    text: str = ""
    buttons: tuple[ResponseButton, ...] = ()
    image: str = ""
    attachment: str = ""
    custom: Json = None
    channel: str = ""
    conditions: tuple[tuple[str, Json], ...] = ()
    id: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A loop that asks for slots, in this order, until all are filled."""

    name: str
    required_slots: tuple[str, ...] = ()
    ignored_intents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class IntentSettings:
    """What an intent's entities mean to policies; `used` None means all of them."""

    used: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class SessionSettings:
    """When a silence ends a session; 0 minutes means never."""

    expiration_minutes: float = 60.0
    carry_over_slots: bool = True


@dataclass(frozen=True, slots=True)
class Domain:
    """Everything named in `domain.yml`. `raw` is the merged file as custom actions receive it."""

    intents: Mapping[str, IntentSettings] = field(default_factory=dict[str, IntentSettings])
    entities: frozenset[str] = frozenset()
    ignored_entities: frozenset[str] = frozenset()
    slots: Mapping[str, Slot] = field(default_factory=dict[str, Slot])
    responses: Mapping[str, tuple[Variation, ...]] = field(default_factory=dict[str, tuple[Variation, ...]])
    forms: Mapping[str, Form] = field(default_factory=dict[str, Form])
    actions: tuple[str, ...] = ()
    e2e_actions: frozenset[str] = frozenset()
    retrieval_intents: frozenset[str] = frozenset()
    session: SessionSettings = SessionSettings()
    raw: Mapping[str, Json] = field(default_factory=dict[str, Json])

    def knows_action(self, name: str) -> bool:
        """Whether the name can be executed: default, custom, response, form or retrieval action."""
        return (
            name in self.actions
            or name in self.responses
            or name in self.forms
            or name in names.DEFAULT_ACTIONS
            or name in self.e2e_actions
            or self.retrieved_by(name) is not None
        )

    def retrieved_by(self, action: str) -> str | None:
        """The retrieval intent that an action answers: `utter_faq`, in Rasa 2 also `respond_faq`."""
        for prefix in ("utter_", "respond_"):
            if action.startswith(prefix) and action.removeprefix(prefix) in self.retrieval_intents:
                return action.removeprefix(prefix)
        return None

    def is_loop(self, name: str) -> bool:
        """Whether executing the name activates a loop."""
        return name in self.forms or name == names.TWO_STAGE_FALLBACK

    def used_entities(self, intent: str, mentioned: frozenset[str]) -> tuple[str, ...]:
        """Of the entity labels mentioned with an intent, those that influence policies, sorted."""
        settings = self.intents.get(intent)
        used = settings.used if settings else None
        kept = mentioned - self.ignored_entities if used is None else mentioned & used
        return tuple(sorted(kept))

    def initial_slots(self) -> dict[str, Json]:
        """The value of every slot at the beginning of a conversation."""
        filled: dict[str, Json] = {name: slot.initial_value for name, slot in self.slots.items()}
        filled.setdefault(names.REQUESTED_SLOT, None)
        return filled
