"""People, messages and meanings for the tests of the core: values with short names."""

from __future__ import annotations

from bot.core.activity import Person, Place, Ref
from bot.core.conversation import Conversation
from bot.core.events import AgentPressed, AgentSaid, BotReply, CustomerPressed, CustomerSaid, Turn
from bot.core.policy import Desk, Policy
from nlu.types import NLU_FALLBACK, Emotion, EmotionLabel, Intent, ParseResult, Safety

THREAD = Place("web", "t", "customer-ada")
DESK = Place("web", "t", "desk", "root-1")
ADA = Person("web", "t", "ada", "Ada", timezone="Europe/London")
NORA = Person("web", "t", "nora", "Nora")
SAM = Person("web", "t", "sam", "Sam")
GUS = Person("web", "t", "gus", "Gus", is_guest=True)
OUTSIDER = Person("web", "x", "otto", "Otto", is_outsider=True)
UNKNOWN = Person("web", "t", "uma", "Uma", is_unknown=True)

POLICY = Policy(
    desks=(Desk("support", Place("web", "t", "desk")), Desk("legal", Place("web", "t", "legal"))),
    always_human={"complaint": "Complaints are answered by people."},
    handoff_intents=frozenset({"human_handoff"}),
    unhelpful_intents=frozenset({"that_did_not_help"}),
    intent_labels={"track_order": "Track my order"},
)


def conversation() -> Conversation:
    return Conversation("web|t|customer-ada|", THREAD, ADA, 0.0)


def meaning(
    intent: str = "track_order",
    *,
    upset: float = 0.0,
    asked: float = 0.0,
    safety: Safety | None = None,
    language: str = "en",
) -> ParseResult:
    label = EmotionLabel.ANGRY if upset > 0.5 else EmotionLabel.NEUTRAL
    evidence = ("unbelievable",) if upset > 0.5 else ()
    ranking = (Intent("track_order", 0.3), Intent("refund_status", 0.2), Intent("greet", 0.01))
    return ParseResult(
        "",
        Intent(intent, 0.2 if intent == NLU_FALLBACK else 0.9),
        ranking=ranking,
        emotion=Emotion(label, upset, upset, evidence),
        asked_for_person=asked,
        safety=safety,
        language=language,
    )


def turn(text: str = "It is on its way.", **more: object) -> Turn:
    replies = (BotReply(text),) if text else ()
    return Turn(replies=replies, tracker="t1", decided_by="rule track order", **more)  # type: ignore[arg-type]


def customer(
    text: str, at: float = 1.0, *, id: str = "", parse: ParseResult | None = None, turn: Turn | None = None
) -> CustomerSaid:
    return CustomerSaid(at, Ref(THREAD, id or f"c{at}"), ADA, text, parse=parse, turn=turn)


def agent(text: str, at: float = 2.0, *, by: Person = NORA, id: str = "") -> AgentSaid:
    return AgentSaid(at, Ref(DESK, id or f"a{at}"), by, text)


def press(action: str, at: float = 3.0, *, by: Person = NORA, value: str = "") -> AgentPressed:
    return AgentPressed(at, Ref(DESK, "root-1"), by, action, value)


def choose(
    action: str, at: float = 3.0, *, value: str = "", parse: ParseResult | None = None, turn: Turn | None = None
) -> CustomerPressed:
    return CustomerPressed(at, Ref(THREAD, "b1"), ADA, action, value, parse=parse, turn=turn)
