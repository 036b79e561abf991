"""What a project has to say to lessons: which fit, and why the others do not. Reads nothing and trains nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Final

from adapters.rasa.lessons import Taught, quoted, rule_of
from adapters.rasa.project import Project
from adapters.rasa.report import language_of
from bot.core.learning.lessons import is_new_name
from bot.dialogue import names
from bot.dialogue.stories import ActionStep, UserStep
from nlu.components.tokenizer import normalise
from nlu.training_data import Example, TrainingData
from nlu.types import NLU_FALLBACK

_INTERNAL: Final = frozenset({*names.DEFAULT_INTENTS, NLU_FALLBACK}) - {names.OUT_OF_SCOPE_INTENT}


@dataclass(frozen=True, slots=True)
class Fitting:
    """Lessons that go with a project, and with each other. `refused` tells by number why others do not.

    `new` are the intents that the project lacks; `spare` texts that are its examples already; `language` is its own.
    """

    lessons: tuple[Taught, ...]
    refused: Mapping[int, str] = field(default_factory=dict[int, str])
    new: frozenset[str] = frozenset()
    spare: frozenset[str] = frozenset()
    language: str = "en"


@dataclass(frozen=True, slots=True)
class Grounds:
    """A project, without any lesson, and its examples by their normalised texts."""

    project: Project
    examples: Mapping[str, Example]
    firsts: Mapping[str, str]
    """The first example of each intent; one without examples does not come from customers' words."""

    @classmethod
    def of(cls, project: Project, data: TrainingData) -> Grounds:
        """What is taught is held against the project and its own training data."""
        examples: dict[str, Example] = {}
        firsts: dict[str, str] = {}
        for example in data.examples:
            examples.setdefault(normalise(example.text), example)
            firsts.setdefault(example.intent, example.text)
        return cls(project, examples, firsts)

    def fit(self, lessons: Sequence[Taught]) -> Fitting:
        """Which lessons fit. Earlier ones (in the given order) come before later ones that contradict them."""
        kept: list[Taught] = []
        refused: dict[int, str] = {}
        answers: dict[tuple[str, str], Taught] = {}
        words: dict[str, Taught] = {}
        for one in lessons:
            if self._is_new(one.intent) and one.answer:
                answers.setdefault(self._answer(one), one)
        for one in lessons:
            why = self._mistake(one) or self._clash(one, answers, words)
            if why:
                refused[one.number] = why
                if answers.get(self._answer(one)) is one:
                    del answers[self._answer(one)]
                continue
            kept.append(one)
            words.update(dict.fromkeys(map(normalise, one.texts), one))
        answered = {intent for intent, _ in answers}
        orphans = {t.number for t in kept if self._is_new(t.intent) and t.intent not in answered}
        refused.update(dict.fromkeys(orphans, "the lesson that brought the answer is refused"))
        fitting = tuple(sorted((t for t in kept if t.number not in orphans), key=lambda t: t.number))
        return Fitting(
            fitting,
            refused,
            frozenset(t.intent for t in fitting if self._is_new(t.intent)),
            frozenset(text for t in fitting for text in t.texts if normalise(text) in self.examples),
            self.language,
        )

    @property
    def language(self) -> str:
        """The language in which the project answers."""
        return language_of_project(self.project)

    def may_be_taught(self, intent: str) -> bool:
        """Whether more words may be taught for an intent of the project."""
        return not self._is_new(intent) and not self._mistake(Taught(0, (intent,), intent))

    def always_human(self, intent: str) -> str:
        """Why only people answer an intent; "" where the bot may."""
        base, own = intent.partition("/")[0], self.project.escalation
        if base in own.handoff_intents:
            return "it asks for a person"
        return own.always_human.get(intent) or own.always_human.get(base) or ""

    def _is_new(self, intent: str) -> bool:
        if "/" in intent:
            return intent not in self.firsts and f"utter_{intent}" not in self.project.domain.responses
        return intent not in self.project.domain.intents

    def _mistake(self, one: Taught) -> str:
        """What is wrong with a lesson, whatever else is taught."""
        if not any(normalise(text) for text in one.texts):
            return "it has no words of a customer"
        if one.base_intent in _INTERNAL:
            return f"`{one.intent}` is the bot's own and cannot be taught"
        return self._name_taken(one) if self._is_new(one.intent) else self._answered_already(one)

    def _name_taken(self, one: Taught) -> str:
        domain = self.project.domain
        if one.answer and not is_new_name(one.intent):
            return f"`{one.intent}` cannot be the name of a new intent"
        if "/" in one.intent:
            if one.base_intent not in domain.retrieval_intents:
                return f"the assistant has no group of questions `{one.base_intent}`; teach it under a name without `/`"
        elif domain.knows_action(f"utter_{one.intent}"):
            return f"`utter_{one.intent}` is something else in the assistant already; choose another name"
        human = self.always_human(one.intent)
        if human:
            return f"a new answer to `{one.intent}` may not be taught: {human}"
        return ""

    def _answered_already(self, one: Taught) -> str:
        domain = self.project.domain
        if "/" not in one.intent and one.intent in domain.retrieval_intents:
            return f"`{one.intent}` is a group of questions: say which one, as in `{one.intent}/…`"
        if one.intent not in self.firsts:
            return f"the assistant has no example of `{one.intent}`: it does not come from customers' words"
        if not one.answer or one.answer == self.answer_to(one.intent):
            return ""
        human = self.always_human(one.intent)
        if human:
            return f"`{one.intent}` goes to people ({human}), so no new answer may be taught; its words may"
        return f"`{one.intent}` has its answer in the assistant ({self._where(one.intent)}); change it there"

    def _answer(self, one: Taught) -> tuple[str, str]:
        """What nobody else may answer otherwise: an intent, for the customers of one language or for all others."""
        return one.intent, one.only_for(self.language)

    def _clash(self, one: Taught, answers: Mapping[tuple[str, str], Taught], words: Mapping[str, Taught]) -> str:
        """What else is taught, or in the project, that contradicts a lesson."""
        if self._is_new(one.intent):
            if all(intent != one.intent for intent, _ in answers):
                return f"the assistant has no intent `{one.intent}` (any more), and the lesson brings no answer"
            first = answers.get(self._answer(one))
            if one.answer and first is not None and one.answer != first.answer:
                return f"lesson {first.number} gives `{one.intent}` another answer"
        for text in one.texts:
            known = self.examples.get(normalise(text))
            if known is not None and known.intent != one.intent:
                return f"{quoted(text)} is an example of `{known.intent}` in the assistant already"
            other = words.get(normalise(text))
            if other is not None and other.intent != one.intent:
                return f"lesson {other.number} teaches {quoted(text)} as `{other.intent}`"
        return ""

    def answer_to(self, intent: str) -> str:
        """The one text with which the project answers an intent; "" where it does something else."""
        return answer_to(self.project, intent)

    def _where(self, intent: str) -> str:
        return self.project.where("intent", intent.partition("/")[0])


def contradicted(lessons: Sequence[Taught], before: Sequence[str], after: Sequence[str]) -> dict[int, str]:
    """Lessons whose rules contradict rules or stories, by the contradictions without and with all lessons."""
    more = [line for line in after if line not in before]
    return {
        lesson.number: f"its answer contradicts what the assistant has: {line}"
        for lesson in lessons
        for line in more
        if f"'{rule_of(lesson)}'" in line
    }


def language_of_project(project: Project) -> str:
    """The language in which a project answers, as two small letters: `de` of `language: de_DE`."""
    return language_of(project.config.language)


def answer_to(project: Project, intent: str) -> str:
    """The one text with which a project answers an intent; "" where it does something else."""
    action = f"utter_{intent}" if "/" in intent else _only_action(project, intent)
    variations = project.domain.responses.get(action, ())
    plain = [v.text for v in variations if v.text and not (v.channel or v.conditions or v.buttons)]
    return plain[0].strip() if plain else ""


def _only_action(project: Project, intent: str) -> str:
    """What rules and stories do after an intent, where they all do one and the same thing."""
    found: set[tuple[str, ...]] = set()
    for story in project.stories:
        for index, step in enumerate(story.steps):
            if isinstance(step, UserStep) and step.intent == intent:
                following = takewhile(lambda s: isinstance(s, ActionStep), story.steps[index + 1 :])
                found.add(tuple(s.name for s in following if isinstance(s, ActionStep)))
    return next(iter(found))[0] if len(found) == 1 and len(next(iter(found))) == 1 else ""
