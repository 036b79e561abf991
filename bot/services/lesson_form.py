"""The form in which a lesson is written: whose words, what they mean, and for a new meaning the bot's answer. Pure.

Says what is wrong with what was filled in, and what to do about it; nothing that was typed is lost.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from bot.core.forms import FieldKind, Form, FormField, missing
from bot.core.learning.lessons import (
    MAX_ANSWER,
    MAX_NAME,
    MAX_TEXT,
    MAX_TEXTS,
    Lesson,
    LessonState,
    is_new_name,
    lines_of,
    named,
    same,
    taught_words,
)
from bot.core.learning.teaching import LEFT_OUT, fit_words
from bot.core.wording.shortening import on_one_line
from bot.ports import Teachable

TEXTS: Final = "texts"
INTENT: Final = "intent"
NAME: Final = "name"
ANSWER: Final = "answer"
NEW: Final = "+new"
"""The choice that no intent is called."""

_LABEL: Final = 75
_SHOWN: Final = 60

Faults = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Draft:
    """What stands in the form at first. `intent` is the best guess, "" for none; `name` that of a new one.

    A guess that is not `is_likely` comes first and is not chosen: somebody has to look.
    """

    texts: tuple[str, ...]
    intent: str = ""
    name: str = ""
    answer: str = ""
    is_likely: bool = True


@dataclass(frozen=True, slots=True)
class Taught:
    """What a form that has no faults says. `answer` is "" where the intent is there already and keeps its own."""

    texts: tuple[str, ...]
    intent: str
    answer: str
    is_new: bool


def form(
    action: str,
    value: str,
    title: str,
    draft: Draft,
    teachable: Sequence[Teachable],
    *,
    submit: str,
    only_for: str = "",
) -> Form:
    """The window. `action` and `value` say what it is about.

    `only_for` names the language of the customers who alone get the answer, "" where everybody does.
    """
    names = [one.name for one in teachable]
    guess = draft.intent if draft.intent in names else (NEW if draft.name or not names else "")
    chosen = guess if draft.is_likely or guess == NEW else ""
    best = [one for one in teachable if one.name == guess]
    others = sorted((one for one in teachable if one.name != guess), key=lambda one: one.name)
    new = (NEW, "➕ A new one: name it below")
    options = (*map(_option, best), new, *map(_option, others))
    return Form(
        action,
        value,
        title,
        submit,
        (
            FormField(
                TEXTS,
                "What customers write",
                FieldKind.LONG_TEXT,
                value="\n".join(draft.texts),
                hint="One message a line. Delete what is no example, and take out names and numbers.",
            ),
            FormField(
                INTENT,
                "What do they want?",
                FieldKind.CHOICE,
                required=False,
                value=chosen,
                options=options,
                hint="One that the bot knows. For a new one, give it a name below.",
            ),
            FormField(
                NAME,
                "Name of a new one",
                FieldKind.TEXT,
                required=False,
                value=draft.name,
                hint="Small letters and _, for example late_parcel. Leave it empty for one that is there.",
            ),
            FormField(
                ANSWER,
                "What the bot answers to a new one",
                FieldKind.LONG_TEXT,
                required=False,
                value=draft.answer[:MAX_ANSWER],
                hint=_hint_of_answer(only_for),
            ),
        ),
    )


def _hint_of_answer(only_for: str) -> str:
    hint = "For everybody who asks, so without a name or number of theirs. One that is there keeps its own"
    if not only_for:
        return f"{hint}, unless it has none in this language."
    return (
        f"{hint}, unless it has none in {only_for}. Given to those who write {only_for}; others come to people until "
        "somebody teaches it in their language."
    )


def faults(
    opened: Form,
    filled: Sequence[tuple[str, str]],
    teachable: Sequence[Teachable],
    lessons: Sequence[Lesson],
    own: int,
    language: str,
) -> Faults:
    """What is wrong with what was filled in; `own` is the number of the lesson that is changed, 0 for a new one.

    `language` is the one that the customer wrote, and in which the answer is.
    """
    given = dict(filled)
    wrong = missing(opened, tuple(filled))
    if wrong:
        return wrong
    found: list[tuple[str, str]] = []
    name = named(given.get(NAME, ""))
    wanted = _wanted(given)
    if not wanted:
        return ((INTENT, "Choose what they want, or give a new one a name below."),)
    intent = name if wanted == NEW else wanted
    if wanted == NEW:
        found += _wrong_name(given.get(NAME, ""), name, teachable)
        found += _wrong_answer(given.get(ANSWER, ""), name, lessons, own, language)
    elif given.get(NAME, "").strip():
        found.append((NAME, f"A name is for a new one. Choose “A new one” above, or leave this empty for {intent}."))
    elif intent in lacking(teachable, language):
        if answer := _meant_answer(given, opened):
            found += _wrong_answer(answer, intent, lessons, own, language)
    elif given.get(ANSWER, "").strip() not in {"", _begun(opened)}:
        why = f"{intent} keeps its own answer. Choose “A new one” above, or empty this."
        found.append((ANSWER, why))
    found += _wrong_texts(given[TEXTS], intent, teachable, lessons, own)
    return tuple(found)


def _wanted(given: Mapping[str, str]) -> str:
    """What was chosen: whoever chose nothing and gave a name means a new one. "" for nothing at all."""
    return given.get(INTENT, "") or (NEW if given.get(NAME, "").strip() else "")


def _begun(opened: Form) -> str:
    """The answer that the form began with: whoever left it as it was meant nothing by it."""
    return next(field.value for field in opened.fields if field.name == ANSWER).strip()


def lacking(teachable: Sequence[Teachable], language: str) -> frozenset[str]:
    """The intents that were taught and have no answer in a language."""
    return frozenset(one.name for one in teachable if one.lacks(language))


def _meant_answer(given: Mapping[str, str], opened: Form) -> str:
    """The answer for an intent that lacks one; what nobody touched and has gaps in it is none."""
    answer = given.get(ANSWER, "").strip()
    return "" if answer == _begun(opened) and LEFT_OUT in answer else answer


def read(opened: Form, filled: Sequence[tuple[str, str]], customer: str, lacks: Collection[str]) -> Taught:
    """What a form without faults says, without what is personal; `customer` is the name of whose words they are.

    `lacks` are the intents that have no answer in the customer's language.
    """
    given = dict(filled)
    texts = lines_of("\n".join(fit_words(line, customer) for line in given.get(TEXTS, "").splitlines()))
    wanted = _wanted(given)
    if wanted != NEW:
        return Taught(texts, wanted, _meant_answer(given, opened) if wanted in lacks else "", is_new=False)
    return Taught(texts, named(given.get(NAME, "")), given.get(ANSWER, "").strip(), is_new=True)


def _option(one: Teachable) -> tuple[str, str]:
    mark = "🎓 " if one.is_learned else ""
    line = f"{mark}{one.name}: {one.example}" if one.example else f"{mark}{one.name}"
    return one.name, on_one_line(line, _LABEL)


def _wrong_name(typed: str, name: str, teachable: Sequence[Teachable]) -> Faults:
    names = {one.name for one in teachable}
    if not typed.strip():
        return ((NAME, "A new one needs a name, for example late_parcel."),)
    if not is_new_name(name):
        why = f"“{_short(typed)}” cannot be a name: letters, digits and _, beginning with a letter, at most {MAX_NAME}."
        return ((NAME, why),)
    if name in names:
        return ((NAME, f"{name} is there already: choose it above, or take another name."),)
    if any(other.startswith(f"{name}/") for other in names):
        return ((NAME, f"{name} is a group of questions: name one of them, such as {name}/parking."),)
    return ()


def _wrong_answer(typed: str, name: str, lessons: Sequence[Lesson], own: int, language: str) -> Faults:
    answer = typed.strip()
    if not answer:
        return ((ANSWER, "Write what the bot will answer to everybody who asks this."),)
    if len(answer) > MAX_ANSWER:
        return ((ANSWER, f"An answer has at most {MAX_ANSWER} characters, this one has {len(answer)}."),)
    if LEFT_OUT in answer or "•" in answer:
        return ((ANSWER, f"Something of this customer's stood there. Write what belongs in place of {LEFT_OUT}."),)
    if "{" in answer or "}" in answer:
        return ((ANSWER, "Braces would be read as the name of a slot: write the words themselves."),)
    for lesson in lessons:
        same_question = lesson.intent == name and lesson.language == language
        differs = lesson.answer and same_question and lesson.answer.split() != answer.split()
        if differs and lesson.number != own and lesson.state is not LessonState.REJECTED:
            why = f"Lesson {lesson.number} teaches {name} with another answer: “{_short(lesson.answer)}”. "
            return ((ANSWER, f"{why}Write the same, or take another name."),)
    return ()


def _wrong_texts(
    typed: str, intent: str, teachable: Sequence[Teachable], lessons: Sequence[Lesson], own: int
) -> Faults:
    texts = lines_of(typed)
    if len(texts) > MAX_TEXTS:
        return ((TEXTS, f"A lesson has at most {MAX_TEXTS} messages, these are {len(texts)}: keep the most telling."),)
    for text in texts:
        if len(text) > MAX_TEXT:
            why = f"“{_short(text)}” has {len(text)} characters; an example has at most {MAX_TEXT}. Shorten it."
            return ((TEXTS, why),)
        if not any(c.isalpha() for c in fit_words(text)):
            return ((TEXTS, f"“{_short(text)}” says nothing that could be learned: take the line out."),)
    taught = taught_words(lessons, apart_from=own)
    there = [(text, taught.get(same(text))) for text in texts]
    for text, lesson in there:
        if lesson is not None and lesson.intent != intent:
            why = f"“{_short(text)}” means {lesson.intent} in lesson {lesson.number}: take the line out here, or"
            return ((TEXTS, f"{why} change that lesson first (review {lesson.number})."),)
    examples: Mapping[str, str] = {same(one.example): one.name for one in teachable if one.example}
    for text in texts:
        meant = examples.get(same(text), intent)
        if meant != intent:
            return ((TEXTS, f"“{_short(text)}” is an example of {meant} already: choose that, or take the line out."),)
    if there and all(lesson is not None for _, lesson in there):
        numbers = sorted({lesson.number for _, lesson in there if lesson is not None})
        which = " and ".join(map(str, numbers))
        return ((TEXTS, f"Lesson {which} teaches these words already. Add other words, or close this."),)
    return ()


def _short(text: str) -> str:
    return on_one_line(text, _SHOWN)
