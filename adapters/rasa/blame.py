"""Which lesson is to blame when a candidate is worse: cheap signs first, then leaving lessons out in turn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from rapidfuzz import fuzz, process

from adapters.rasa.gate import Evidence, Verdict
from adapters.rasa.lessons import Taught, quoted
from nlu.components.tokenizer import normalise

_ALIKE: Final = 80.0
"""Likeness (0 to 100) from which an example of another intent may be why a lesson does harm."""


def blamed(evidence: Evidence, verdict: Verdict, mends: Callable[[int], bool], *, limit: int) -> dict[int, str]:
    """Find lessons to refuse, each with the reason; never none, so that the others can be tried again.

    `mends` trains without one lesson and tells whether all is right then; it is asked of `limit` lessons at most.
    """
    found = _found(evidence, verdict, mends, limit)
    near = {t.number: _nearest(t, evidence) for t in evidence.lessons if t.number in found}
    return {number: f"{why}{near[number]}" for number, why in found.items()}


def _found(evidence: Evidence, verdict: Verdict, mends: Callable[[int], bool], limit: int) -> dict[int, str]:
    refused = dict(verdict.own_words)
    if verdict.is_about_words:
        return refused
    new = [t for t in evidence.lessons if t.number in evidence.new]
    what = _what(verdict)
    if len(new) == 1:
        return refused | {new[0].number: f"because of it {what}"}
    # whose intent takes what was lost
    near = [t for t in new if {t.intent, t.base_intent} & verdict.taken_for]
    suspects = near or new
    if len(near) == 1:
        return refused | {near[0].number: f"because of it {what}"}
    tested = verdict.stories or verdict.forgotten or verdict.turned
    found = [t for t in suspects if mends(t.number)] if tested and len(suspects) <= limit else []
    if found:
        return refused | {t.number: f"because of it {what}" for t in found}
    if refused:  # without these, the others have another chance
        return refused
    return {t.number: f"because of {_listed(suspects)}, together, {what}" for t in suspects}


def _nearest(lesson: Taught, evidence: Evidence) -> str:
    """Words of a lesson that are nearly an example of something else, as the end of a sentence; "" where none are."""
    others = {i: normalise(e.text) for i, e in enumerate(evidence.examples) if e.intent != lesson.intent}
    best, said = _ALIKE, ""
    for text in lesson.texts:
        found = process.extractOne(normalise(text), others, scorer=fuzz.ratio, score_cutoff=best)
        if found is not None:
            example = evidence.examples[int(found[2])]
            best, said = float(found[1]), f"; {quoted(text)} is nearly {quoted(example.text)} (`{example.intent}`)"
    return said


def _what(verdict: Verdict) -> str:
    """What is lost, in a few words."""
    if verdict.stories:
        return f"the test story “{verdict.stories[0][0].name}” fails"
    if verdict.forgotten:
        return f"{quoted(verdict.forgotten[0].text)}, an earlier lesson, is no longer understood"
    if verdict.turned:
        return f"{quoted(verdict.turned[0].text)} is no longer understood as `{verdict.turned[0].wanted}`"
    return verdict.worse[0] if verdict.worse else "its words are not understood"


def _listed(lessons: list[Taught]) -> str:
    return ", ".join(f"#{t.number}" for t in lessons)
