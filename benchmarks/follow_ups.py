"""Messages that lean on the turn before: what the sample assistants answer, with their context and without.

    python -m benchmarks.follow_ups [--models FOLDER] [--mistakes] [ASSISTANT …]

plays `benchmarks/follow_ups` through the core: in a line of an assistant's file stand the language, what was asked
before, the message that leans on it, and the answers that are right (`none` where the assistant has none). Printed are
how many are answered rightly, are told a part of the answer before or referred to it, are asked back with the right
meaning among the guesses, and get anything else. In `alone.txt` are messages that stand alone after a question: printed
is how many are answered otherwise than without context. Last come the parses, against those without.
"""

from __future__ import annotations

import argparse
import asyncio
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.escalation_reader import Escalation
from adapters.rasa.understanding import model_of
from bot.core import machine
from bot.core.activity import Person, Place, Ref, Side
from bot.core.conversation import Conversation, Status
from bot.core.effects import Post, Record
from bot.core.events import CustomerSaid
from bot.core.policy import Desk, Policy, Thresholds
from bot.engine.mind import Mind
from nlu.types import Parser, ParseResult

ASSISTANTS: Final = ("ecommerce", "banking", "healthcare")
OUTCOMES: Final = ("right", "part", "referred", "asked back", "wrong")
_HERE: Final = Path(__file__).parent / "follow_ups"
_AT: Final = 1_790_000_000.0
_ADA: Final = Person("web", "playground", "ada", "Ada Nwosu", locale="en-GB", timezone="Europe/London")
_PLACE: Final = Place("web", "playground", "customer")
_NO_ANSWER: Final = frozenset({"please_rephrase", "default", "out_of_scope"})
_LEAST_LETTERS: Final = 8
"""Letters that a response must have beside its fields, to be known by them."""


class _Clock:
    def now(self) -> float:
        """Seconds since 1970."""
        return _AT


class Counting:
    """Understands, and counts how often it is asked."""

    def __init__(self, parser: Parser) -> None:
        self.parser = parser
        self.parses = 0

    async def parse(self, text: str) -> ParseResult:
        """Understand one text."""
        self.parses += 1
        return self.parser.parse(text)


@dataclass(frozen=True, slots=True)
class Told:
    """What the customer read after the last message, and what came of the conversation."""

    texts: tuple[str, ...]
    buttons: tuple[str, ...]
    notes: tuple[str, ...]
    status: Status


class Bot:
    """A sample assistant, ready to be asked."""

    def __init__(self, name: str, models: Path) -> None:
        self.assistant = RasaAssistant.load(Path("assistants") / name, clock=_Clock(), cache=models / name)
        parser = model_of(self.assistant.project, models / name)
        assert parser is not None, f"{name} has examples"
        self.understanding = Counting(parser)
        self.patterns = tuple(_patterns(self.assistant))

    async def play(self, texts: Sequence[str], *, context: bool) -> Told | None:
        """What is told after the last of these messages; None where people took over before."""
        policy = replace(_policy(self.assistant.escalation), follow_ups=context)
        mind = Mind(policy, self.understanding, self.assistant)
        conversation: Conversation | None = None
        told: Told | None = None
        for number, text in enumerate(texts):
            if conversation is not None and conversation.status is not Status.BOT:
                return None
            said = CustomerSaid(_AT + 60.0 * number, Ref(_PLACE, str(number)), _ADA, text)
            before = conversation or machine.open_conversation(said, _PLACE.key)
            event = await mind.understood(before, said, policy)
            decision = machine.handle(before, event, policy, number=1001)
            conversation = decision.conversation
            posts = [e.body for e in decision.effects if isinstance(e, Post) and e.side is Side.CUSTOMER]
            notes = tuple(e.text for e in decision.effects if isinstance(e, Record))
            buttons = tuple(button.value for body in posts for button in body.buttons)
            told = Told(tuple(body.text for body in posts), buttons, notes, conversation.status)
        return told

    def names(self, told: Told) -> set[str]:
        """The responses that were told, by their names without `utter_`."""
        return {name for name, pattern in self.patterns for text in told.texts if pattern.fullmatch(text)}


def main() -> None:
    """Read the arguments and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("assistants", nargs="*", default=ASSISTANTS, metavar="ASSISTANT")
    parser.add_argument("--models", type=Path, help="where trained models are kept; by default nowhere")
    parser.add_argument("--mistakes", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(measure(given.assistants, given.models or Path(folder), mistakes=given.mistakes))


async def measure(assistants: Sequence[str], models: Path, *, mistakes: bool) -> None:
    """Print the figures of each assistant, with context and without."""
    whole: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
    parses: Counter[bool] = Counter()
    changed = alone = 0
    for name in assistants:
        bot = Bot(name, models)
        for context in (False, True):
            before, found = bot.understanding.parses, Counter[str]()
            for language, *texts, wanted in _lines(name):
                outcome = judged(bot, await bot.play(texts, context=context), wanted)
                found[outcome] += 1
                if mistakes and outcome in {"wrong", "asked back"}:
                    print(f"  {'with' if context else 'without'} ({language}): {' / '.join(texts)}: {outcome}")
            parses[context] += bot.understanding.parses - before
            whole[context] += found
            print(f"{name}, {'with' if context else 'without'} context: {_shown(found)}", flush=True)
        for assistant, _, *texts in _lines("alone"):
            if assistant == name:
                alone += 1
                changed += await bot.play(texts, context=True) != await bot.play(texts, context=False)
    for context, found in sorted(whole.items()):
        print(f"all, {'with' if context else 'without'} context: {_shown(found)}")
    print(f"answered otherwise though they stand alone: {changed} of {alone}")
    print(f"parses: {parses[True] / parses[False]:.2f} of those without context")


def judged(bot: Bot, told: Told | None, wanted: str) -> str:
    """What the answer to a message is: one of `OUTCOMES`."""
    if told is None or told.status is not Status.BOT:
        return "wrong"
    accepted = dict(_accepted(wanted))
    names = bot.names(told)
    if any(name in names and re.search(words, " ".join(told.texts)) for name, words in accepted.items()):
        return "right"
    if any("a part of it was told" in note for note in told.notes):
        return "part"
    if any("The same answer was due again" in note for note in told.notes):
        return "referred"
    guesses = {value.removeprefix("/") for value in told.buttons if value.startswith("/")}
    if "none" in accepted and (names & _NO_ANSWER or guesses):
        return "right"
    return "asked back" if guesses & accepted.keys() and names <= _NO_ANSWER else "wrong"


def _accepted(wanted: str) -> Iterator[tuple[str, str]]:
    for each in wanted.split(","):
        name, _, words = each.strip().partition("~")
        yield name, words


def _lines(name: str) -> list[list[str]]:
    text = (_HERE / f"{name}.txt").read_text(encoding="utf-8")
    return [[part.strip() for part in line.split(" | ")] for line in text.splitlines() if line.strip()]


def _shown(found: Counter[str]) -> str:
    return ", ".join(f"{found[outcome]} {outcome}" for outcome in OUTCOMES)


def _patterns(assistant: RasaAssistant) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, wordings in assistant.dialogue.domain.responses.items():
        for wording in wordings:
            text = wording.text.strip()
            if len(re.sub(r"\{\w+\}", "", text)) >= _LEAST_LETTERS:
                words = re.sub(r"\\\{\w+\\\}", ".+?", re.escape(text).replace("'", "['’]"))
                yield name.removeprefix("utter_"), re.compile(words, re.DOTALL)


def _policy(own: Escalation) -> Policy:
    return Policy(
        desks=(Desk("support", Place("web", "playground", "desk")),),
        always_human=own.always_human,
        handoff_intents=own.handoff_intents,
        unhelpful_intents=own.unhelpful_intents,
        intent_labels=own.intent_labels,
        labels_in=own.labels_in,
        thresholds=own.over(Thresholds()),
        emergency_intents=own.emergency_intents,
        emergency_entities=own.emergency_entities,
        emergency=own.emergency,
        first_words=own.first_words,
        texts=own.texts,
    )


if __name__ == "__main__":
    main()
