"""What a text means, as values: the vocabulary that `nlu` shares with everybody who reads its results.

Standard library only, and no behaviour beyond converting to and from Rasa's JSON shape and into what people read, so
that the pure core of the product may import this module and nothing else of `nlu`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final, Protocol, cast

NLU_FALLBACK: Final = "nlu_fallback"
"""The intent that stands for *no intent was certain enough* (Rasa's name for it)."""


class EmotionLabel(StrEnum):
    """The state of this customer in this conversation (not the sentiment of a text)."""

    NEUTRAL = "neutral"
    SATISFIED = "satisfied"
    CONFUSED = "confused"
    FRUSTRATED = "frustrated"
    ANGRY = "angry"
    ANXIOUS = "anxious"
    DISTRESSED = "distressed"


UPSET_LABELS: Final = frozenset({EmotionLabel.FRUSTRATED, EmotionLabel.ANGRY, EmotionLabel.DISTRESSED})


@dataclass(frozen=True, slots=True)
class Emotion:
    """How the writer seems to feel.

    `intensity` runs from 0 (nothing) to 1 (as strong as it gets). `upset` is the calibrated
    probability that the writer is frustrated, angry or distressed: of the messages scored 0.8, about
    80 % are. `evidence` holds the words that carried the judgement, as they were typed.
    """

    label: EmotionLabel = EmotionLabel.NEUTRAL
    intensity: float = 0.0
    upset: float = 0.0
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Safety:
    """Words that no machine may answer alone: `kind` is `self_harm`, `emergency` or `threat`."""

    kind: str
    evidence: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Intent:
    """One candidate meaning with its calibrated probability, 0 to 1."""

    name: str
    confidence: float

    @property
    def base(self) -> str:
        """The intent without the answer that was chosen for it: `faq` of `faq/ask_hours`."""
        return self.name.partition("/")[0]


@dataclass(frozen=True, slots=True)
class Entity:
    """A span of the text that names something. `start` and `end` count code points, end exclusive.

    The value of a range has `from` and `to`; none is None, which buttons say to take back what is known.
    """

    entity: str
    value: str | float | int | Mapping[str, object] | None
    start: int
    end: int
    confidence: float = 1.0
    role: str | None = None
    group: str | None = None
    extractor: str = ""
    processors: tuple[str, ...] = ()
    additional_info: Mapping[str, object] | None = None

    @property
    def shown(self) -> str:
        """The value as people read it: of a range its ends, `2 – 3`."""
        if isinstance(self.value, Mapping):
            ends = [str(self.value[end]) for end in ("from", "to") if self.value.get(end) is not None]
            return " – ".join(ends) if ends else str(dict(self.value))
        return "" if self.value is None else str(self.value)


@dataclass(frozen=True, slots=True)
class RetrievedResponse:
    """What a response selector found for a retrieval intent: `key` is `faq/ask_opening_hours`."""

    intent: str
    key: str
    confidence: float
    ranking: tuple[Intent, ...] = ()


@dataclass(frozen=True, slots=True)
class ParseResult:
    """Everything that is understood of one text.

    `intent` is the decision, which may be `nlu_fallback`; `ranking` holds the candidates, best
    first, without it. `out_of_scope` is the probability that the text means none of the trained
    intents. `language` is an ISO 639-1 code or `und`. `asked_for_person` is the probability that
    the writer wants to talk to a human being. `model` names the model version that gave the answer.
    """

    text: str
    intent: Intent
    ranking: tuple[Intent, ...] = ()
    entities: tuple[Entity, ...] = ()
    emotion: Emotion = field(default_factory=Emotion)
    language: str = "und"
    out_of_scope: float = 0.0
    asked_for_person: float = 0.0
    responses: tuple[RetrievedResponse, ...] = ()
    safety: Safety | None = None
    model: str = ""

    @property
    def is_fallback(self) -> bool:
        """Whether no intent was certain enough."""
        return self.intent.name == NLU_FALLBACK

    def meaning_of(self, intent: str) -> str:
        """What an intent means here: `faq/ask_hours` where that answer was chosen for `faq`, else the intent itself."""
        return meaning_in(self.responses, intent)

    def to_json(self) -> dict[str, Any]:
        """Rasa's `/model/parse` shape, with our additions beside Rasa's keys."""
        selector: dict[str, Any] = {
            r.intent: {
                "response": {
                    "intent_response_key": r.key,
                    "confidence": r.confidence,
                    "utter_action": f"utter_{r.key}",
                },
                "ranking": [{"intent_response_key": i.name, "confidence": i.confidence} for i in r.ranking],
            }
            for r in self.responses
        }
        return {
            "text": self.text,
            "intent": {"name": self.intent.name, "confidence": self.intent.confidence},
            "intent_ranking": [{"name": i.name, "confidence": i.confidence} for i in self.ranking],
            "entities": [entity_to_json(e) for e in self.entities],
            "response_selector": selector,
            "emotion": {
                "label": self.emotion.label.value,
                "intensity": self.emotion.intensity,
                "upset": self.emotion.upset,
                "evidence": list(self.emotion.evidence),
            },
            "language": self.language,
            "out_of_scope": self.out_of_scope,
            "asked_for_person": self.asked_for_person,
            "safety": None
            if self.safety is None
            else {"kind": self.safety.kind, "evidence": list(self.safety.evidence)},
            "model": self.model,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> ParseResult:
        """Read back what `to_json` wrote. Raises KeyError or ValueError on foreign data."""
        emotion = cast("Mapping[str, Any]", data.get("emotion") or {})
        selector = cast("Mapping[str, Any]", data.get("response_selector") or {})
        return cls(
            text=str(data["text"]),
            intent=_intent(data["intent"]),
            ranking=tuple(_intent(i) for i in cast("Sequence[Mapping[str, Any]]", data.get("intent_ranking") or ())),
            entities=tuple(
                entity_from_json(e) for e in cast("Sequence[Mapping[str, Any]]", data.get("entities") or ())
            ),
            emotion=Emotion(
                label=EmotionLabel(emotion.get("label", "neutral")),
                intensity=float(emotion.get("intensity", 0.0)),
                upset=float(emotion.get("upset", 0.0)),
                evidence=tuple(str(w) for w in cast("Sequence[object]", emotion.get("evidence") or ())),
            ),
            language=str(data.get("language") or "und"),
            out_of_scope=float(data.get("out_of_scope") or 0.0),
            asked_for_person=float(data.get("asked_for_person") or 0.0),
            responses=tuple(
                RetrievedResponse(
                    intent=name,
                    key=str(found["response"]["intent_response_key"]),
                    confidence=float(found["response"]["confidence"]),
                    ranking=tuple(
                        Intent(str(r["intent_response_key"]), float(r["confidence"]))
                        for r in found.get("ranking") or ()
                    ),
                )
                for name, found in selector.items()
            ),
            safety=_safety(data.get("safety")),
            model=str(data.get("model") or ""),
        )


def entity_to_json(entity: Entity) -> dict[str, Any]:
    """One entity in Rasa's JSON shape: absent keys stay absent."""
    shape: dict[str, Any] = {
        "entity": entity.entity,
        "value": entity.value,
        "start": entity.start,
        "end": entity.end,
        "confidence_entity": entity.confidence,
        "extractor": entity.extractor,
    }
    if entity.role is not None:
        shape["role"] = entity.role
    if entity.group is not None:
        shape["group"] = entity.group
    if entity.processors:
        shape["processors"] = list(entity.processors)
    if entity.additional_info is not None:
        shape["additional_info"] = dict(entity.additional_info)
    return shape


def entity_from_json(data: Mapping[str, Any]) -> Entity:
    """Read one entity in Rasa's JSON shape. Raises KeyError when `entity` or `value` is missing."""
    return Entity(
        entity=str(data["entity"]),
        value=data["value"],
        start=int(data.get("start") or 0),
        end=int(data.get("end") or 0),
        confidence=float(data.get("confidence_entity", 1.0)),
        role=data.get("role"),
        group=data.get("group"),
        extractor=str(data.get("extractor") or ""),
        processors=tuple(data.get("processors") or ()),
        additional_info=data.get("additional_info"),
    )


def _safety(data: Mapping[str, Any] | None) -> Safety | None:
    return Safety(str(data["kind"]), tuple(str(w) for w in data.get("evidence") or ())) if data else None


def _intent(data: Mapping[str, Any]) -> Intent:
    return Intent(str(data["name"]), float(data.get("confidence") or 0.0))


class Parser(Protocol):
    """Anything that understands a text: a loaded model here, a process or a server elsewhere."""

    def parse(self, text: str) -> ParseResult:
        """Understand one text. Never raises for any text; takes below 50 ms."""
        ...


def meaning_in(responses: Iterable[RetrievedResponse], intent: str) -> str:
    """`faq/ask_hours` where that is the response chosen for `faq`, else the intent itself."""
    return next((response.key for response in responses if response.intent == intent), intent)
