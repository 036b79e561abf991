"""What the detectors make of whole support chats: message by message, and when the bot would have handed over.

    python -m benchmarks.chats [--light | --english] [--half seen|unseen|both] [--mistakes]

Customers' turns of `nlu/data/emotion_chats.yml`, which trains nothing. Messages are judged as in the bot, and as
`python -m nlu emotion` judges texts of which it knows nothing. The hand-over is the product's own, with default
thresholds (`bot.core.customers.escalation`), asked turn by turn before the assistant answers: danger, a person
asked for, a mood, each heard by the same encoders. What needs the assistant's answer (being stuck, being unsure) is not
in it.
`--mistakes` shows what went wrong, of the seen half alone.
"""

from __future__ import annotations

import argparse
import importlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from benchmarks.emotion import auroc, calibration_error, sampling_error
from bot.core.activity import Person, Place
from bot.core.conversation import Conversation, HandOver, Mood
from bot.core.customers import escalation
from bot.core.policy import Policy
from bot.core.trend import trend
from nlu import asked
from nlu.components.multilingual import Multilingual, MultilingualEncoder
from nlu.detectors import PersonRequestDetector, SafetyDetector
from nlu.draft import Draft
from nlu.emotion import DEFAULT_THRESHOLD, EmotionModel
from nlu.emotion.chats import SEEN, UNSEEN, Chat, read_chats
from nlu.emotion.encoder import installed_encoder, installed_multilingual
from nlu.emotion.training import shipped
from nlu.learning.gist import asked_gist, danger_gist
from nlu.places import cache_folder
from nlu.safety import model as safety_model
from nlu.types import Intent, ParseResult

LANGUAGES: Final = ("en", "de", "fr", "es", "pt", "it")
HALVES: Final = {"seen": (SEEN,), "unseen": (UNSEEN,), "both": (SEEN, UNSEEN)}


def show_messages(model: EmotionModel, chats: Sequence[Chat], title: str, *, to_service: bool) -> None:
    """Print the figures of single messages."""
    turns = [(chat.language, turn) for chat in chats for turn in chat.customer]
    scores = [model.score(turn.text, to_service=to_service).upset for _, turn in turns]
    truth = [turn.is_upset for _, turn in turns]
    metrics: Any = importlib.import_module("sklearn.metrics")
    precision, recall, _ = metrics.precision_recall_curve(truth, scores)
    found = np.array(scores) >= DEFAULT_THRESHOLD
    upset = np.array(truth)
    print(f"\n{title}: {len(turns)} messages, {upset.mean():.3f} upset")
    print(f"  AUROC of upset        {auroc(scores, truth):.3f}  ", end="")
    by_language = {
        name: [(s, t) for s, t, (language, _) in zip(scores, truth, turns, strict=True) if language == name]
        for name in LANGUAGES
    }
    print(", ".join(f"{k} {auroc([s for s, _ in v], [t for _, t in v]):.2f}" for k, v in by_language.items() if v))
    print(f"  average precision     {metrics.average_precision_score(truth, scores):.3f}")
    print(f"  best F1               {np.max(2 * precision * recall / np.maximum(precision + recall, 1e-9)):.3f}")
    print(f"  false alarms at {DEFAULT_THRESHOLD:.2f}  {found[~upset].mean():.3f}")
    print(f"  misses at {DEFAULT_THRESHOLD:.2f}        {(~found[upset]).mean():.3f}")
    by_chance = f"(chance alone: {sampling_error(scores):.3f}; mean {np.mean(scores):.3f})"
    print(f"  ECE of upset          {calibration_error(scores, truth):.3f}  {by_chance}")


def show_trend(model: EmotionModel, chats: Sequence[Chat]) -> None:
    """Print what the turns so far, weighed together, say of each turn's mood."""
    scores: list[float] = []
    for chat in chats:
        moods = [Mood(0.0, model.score(turn.text, to_service=True).upset, "") for turn in chat.customer]
        scores += [trend(moods[: at + 1]) for at in range(len(moods))]
    truth = [turn.is_upset for chat in chats for turn in chat.customer]
    print(f"\nthe turns so far, weighed together: AUROC of upset {auroc(scores, truth):.3f}")


@dataclass(frozen=True, slots=True)
class Outcome:
    """When the bot handed a chat over (the customer's turn, first: 1), and why; None: never."""

    chat: Chat
    turn: int | None
    why: HandOver | None

    @property
    def is_in_time(self) -> bool:
        """Whether a person was there by the turn by which one should be."""
        return self.turn is not None and self.chat.person_by is not None and self.turn <= self.chat.person_by


class Bot:
    """The product's decision before each turn, with its detectors and default thresholds."""

    def __init__(self, model: EmotionModel, multilingual: Multilingual | None) -> None:
        self.emotion = model
        self.multilingual = multilingual
        wish, danger = (None, None) if multilingual is None else (asked_gist(multilingual), danger_gist(multilingual))
        self.detectors = (PersonRequestDetector(asked.model(), wish), SafetyDetector(safety_model(), danger))
        self.policy = Policy(desks=())

    def listen(self, chat: Chat) -> Outcome:
        """Hear a chat until it would be handed over."""
        place = Place("web", "", "benchmark")
        conversation = Conversation(chat.name, place, Person("web", "", "customer"), 0.0)
        for at, turn in enumerate(chat.customer):
            parse = self.parse(turn.text)
            mood = Mood(float(at), parse.emotion.upset, parse.emotion.label.value, parse.emotion.evidence)
            conversation = replace(conversation, moods=(*conversation.moods, mood))
            why = escalation.before_turn(conversation, turn.text, parse, self.policy)
            if why is not None:
                return Outcome(chat, at + 1, why)
        return Outcome(chat, None, None)

    def parse(self, text: str) -> ParseResult:
        """What the shipped detectors say of a text; no intent, since there is no assistant here."""
        draft = Draft(text)
        if self.multilingual is not None:
            MultilingualEncoder.put(draft, self.multilingual.view(text))
        for detector in self.detectors:
            detector.process(draft)
        emotion = self.emotion.score(text, meaning=draft.multilingual, to_service=True)
        return ParseResult(
            text, Intent("", 0.0), emotion=emotion, asked_for_person=draft.asked_for_person, safety=draft.safety
        )


def show_hand_overs(outcomes: Sequence[Outcome], *, mistakes: bool) -> None:
    """Print how often and when the bot would have handed over."""
    needed = [o for o in outcomes if o.chat.person_by is not None]
    other = [o for o in outcomes if o.chat.person_by is None]
    in_time = [o for o in needed if o.is_in_time]
    late = [o for o in needed if o.turn is not None and not o.is_in_time]
    early = [o for o in needed if o.turn is not None and not any(t.is_upset for t in o.chat.customer[: o.turn])]
    false = [o for o in other if o.turn is not None]
    lags = [o.turn - o.chat.person_by for o in needed if o.turn is not None and o.chat.person_by is not None]
    print(f"\nhanded over: {len(outcomes)} chats, {len(needed)} need a person")
    print(f"  in time               {len(in_time)} of {len(needed)}")
    print(f"  later                 {len(late)}, never {len(needed) - len(in_time) - len(late)}")
    print(f"  before anybody was upset  {len(early)} of {len(needed)}")
    print(f"  without need          {len(false)} of {len(other)}")
    print(f"  mean turns after the one by which it should be  {np.mean(lags or [0]):+.2f}")
    if mistakes:
        for o in outcomes:
            if (o.chat.person_by is None) != (o.turn is None) or (o.chat.person_by and not o.is_in_time):
                sentence = o.why.sentence if o.why else ""
                print(f"    {o.chat.name}: turn {o.turn}, should be {o.chat.person_by}. {sentence}")


def show_mistakes(model: EmotionModel, chats: Sequence[Chat]) -> None:
    """Print the messages on whose mood model and label disagree."""
    for chat in chats:
        for turn in chat.customer:
            emotion = model.score(turn.text, to_service=True)
            if turn.is_upset != (emotion.upset >= DEFAULT_THRESHOLD):
                print(f"    {emotion.upset:.2f} {turn.label} {turn.text}  {', '.join(emotion.evidence)}")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--light", action="store_true", help="leave the encoders out")
    parser.add_argument("--english", action="store_true", help="leave the multilingual encoder out")
    parser.add_argument("--half", choices=tuple(HALVES), default="unseen", help="which chats")
    parser.add_argument("--mistakes", action="store_true", help="show the mistakes made in the seen half")
    wanted = parser.parse_args()
    encoder = None if wanted.light else installed_encoder()
    multilingual = None if wanted.light or wanted.english else installed_multilingual()
    model = shipped(cache_folder(), encoder, multilingual)
    chats = [chat for chat in read_chats() if chat.half in HALVES[wanted.half]]
    seen = [chat for chat in chats if chat.half == SEEN]
    heard = [name for name, each in (("English", encoder), ("multilingual", multilingual)) if each is not None]
    print("encoders:", " and ".join(heard) or "none", f"; {wanted.half} half, {len(chats)} chats")
    show_messages(model, chats, "as the bot judges", to_service=True)
    show_messages(model, chats, "as texts of which nothing is known", to_service=False)
    show_trend(model, chats)
    bot = Bot(model, multilingual)
    show_hand_overs([bot.listen(chat) for chat in chats], mistakes=False)
    if wanted.mistakes:
        show_hand_overs([bot.listen(chat) for chat in seen], mistakes=True)
        show_mistakes(model, seen)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
