"""The gate between a candidate and the customers: what it has to do at least as well as the model that answers. Pure.

Four things are looked at. The assistant's test stories: none that passed may fail. Its examples, each left out of the
training in its turn: not significantly worse over all, nor in any intent (exact McNemar test), neither than the model
that answers nor than one without lessons. Every lesson's words: understood as taught. Examples of which the model that
answers is certain: none becomes wrong.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from adapters.rasa.golden import Outcome
from adapters.rasa.lessons import Taught, quoted
from adapters.rasa.testing import Failure
from bot.dialogue.stories import Story
from nlu.measuring.gain import Change, change, change_by_intent
from nlu.training_data import Example
from nlu.types import ParseResult

CERTAIN: Final = 0.8
"""From this confidence on, what the model that answers gets right has to stay right."""

_SHOWN: Final = 5  # of a kind, in a report


@dataclass(frozen=True, slots=True)
class LeftOut:
    """What each example is taken for when it was left out: without lessons, with today's, with the candidate's."""

    without: Sequence[str]
    before: Sequence[str]
    after: Sequence[str]


@dataclass(frozen=True, slots=True)
class Heard:
    """A text with what it should mean, and how both models understand it. `lesson` is whose words they are, or None."""

    text: str
    wanted: str
    before: ParseResult
    after: ParseResult
    lesson: Taught | None = None


@dataclass(frozen=True, slots=True)
class Evidence:
    """Everything that was measured. `new` are the lessons that the model that answers does not know."""

    lessons: Sequence[Taught]
    new: frozenset[int]
    examples: Sequence[Example]
    golden: tuple[Outcome, Outcome]
    left_out: LeftOut
    words: Sequence[Heard]
    certain: Sequence[Heard]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What speaks against a candidate. `taken_for` are the intents that took what was lost, with how much of it."""

    stories: Sequence[tuple[Story, Failure]] = ()
    worse: Sequence[str] = ()
    own_words: Mapping[int, str] = field(default_factory=dict[int, str])
    forgotten: Sequence[Heard] = ()
    turned: Sequence[Heard] = ()
    taken_for: frozenset[str] = frozenset()

    @property
    def passed(self) -> bool:
        """Whether nothing speaks against it."""
        return not (self.stories or self.worse or self.own_words or self.forgotten or self.turned)

    @property
    def is_about_words(self) -> bool:
        """Whether nothing else is wrong than that new lessons' own words are not understood."""
        return bool(self.own_words) and not (self.stories or self.worse or self.forgotten or self.turned)


def meaning(result: ParseResult) -> str:
    """What a text is taken for: `faq/ask_hours` where an answer was chosen, `nlu_fallback` where it is not sure."""
    return result.meaning_of(result.intent.name)


def is_understood(result: ParseResult, wanted: str) -> bool:
    """Whether the decision is that intent; for `faq/…` that answer, too."""
    return meaning(result) == wanted if "/" in wanted else result.intent.name == wanted


def judge(evidence: Evidence) -> Verdict:
    """Hold everything against the rules of the gate."""
    wanted = [e.intent for e in evidence.examples]
    left = evidence.left_out
    lost_stories = evidence.golden[0].lost(evidence.golden[1])
    worse: dict[str, None] = {}
    taken: set[str] = {f.got for _, f in lost_stories if f.kind == "nlu"}
    bases = {"than today": left.before}
    if left.without != left.before:  # what is lost a little at a time is lost as well
        bases["than without lessons"] = left.without
    for than, base in bases.items():
        if change(wanted, base, left.after).is_worse:
            worse[f"examples that were left out are understood worse {than}"] = None
            taken |= _takers(wanted, base, left.after, None)
        for name, one in change_by_intent(wanted, base, left.after).items():
            if one.is_worse:
                worse[f"`{name}` is understood worse {than}: {one.lost} of {one.total} lost, {one.gained} won"] = None
                taken |= _takers(wanted, base, left.after, name)
    missed = [h for h in evidence.words if h.lesson and not is_understood(h.after, h.wanted)]
    forgotten = [h for h in missed if not _is_new(h, evidence) and is_understood(h.before, h.wanted)]
    turned = [h for h in evidence.certain if _was_certain(h) and not is_understood(h.after, h.wanted)]
    taken |= {meaning(h.after) for h in (*forgotten, *turned)}
    own: dict[int, str] = {}
    for heard in missed:
        if heard.lesson and _is_new(heard, evidence):
            own.setdefault(heard.lesson.number, _not_learnt(heard))
    return Verdict(lost_stories, tuple(worse), own, forgotten, turned, frozenset(taken))


def _is_new(heard: Heard, evidence: Evidence) -> bool:
    return heard.lesson is not None and heard.lesson.number in evidence.new


def _was_certain(heard: Heard) -> bool:
    return is_understood(heard.before, heard.wanted) and heard.before.intent.confidence >= CERTAIN


def _meant_something_else(heard: Heard) -> bool:
    """Whether the model that answers is certain of something else: the lesson mends that, or is itself mistaken."""
    before = heard.before
    return not before.is_fallback and before.intent.confidence >= CERTAIN and not is_understood(before, heard.wanted)


def _surprise(heard: Heard) -> str:
    number = heard.lesson.number if heard.lesson else 0
    was = f"`{meaning(heard.before)}` ({heard.before.intent.confidence:.0%})"
    return f"#{number}: {quoted(heard.text)} was {was} and is `{heard.wanted}` now. Reject the lesson if that is wrong."


def _not_learnt(heard: Heard) -> str:
    best = heard.after.ranking[0] if heard.after.ranking else heard.after.intent
    if heard.after.is_fallback and best.name == heard.wanted.partition("/")[0]:
        return (
            f"{quoted(heard.text)} is only {best.confidence:.0%} sure to mean `{best.name}`: teach more ways to say it"
        )
    taken = best.name if heard.after.is_fallback else meaning(heard.after)
    return f"{quoted(heard.text)} is taken for `{taken}` ({best.confidence:.0%}) even so: it is too near to that"


def _takers(wanted: Sequence[str], before: Sequence[str], after: Sequence[str], name: str | None) -> set[str]:
    rows = zip(wanted, before, after, strict=True)
    return {a for w, b, a in rows if b == w != a and name in (None, w)}


def report(evidence: Evidence, verdict: Verdict, *, gone: Sequence[int], seconds: float) -> list[str]:
    """Say what changed, in Markdown, a line each."""
    new = [t for t in evidence.lessons if t.number in evidence.new]
    lines = [f"Lessons: {len(evidence.lessons)}, {len(new)} of them new{_numbers(new)}."]
    if gone:
        lines.append(f"No longer taught: {', '.join(f'#{n}' for n in gone)}.")
    lines += _about_stories(evidence.golden, verdict)
    lines += _about_examples(evidence)
    lines += [f"❌ {line}." for line in verdict.worse]
    understood = sum(is_understood(h.after, h.wanted) for h in evidence.words)
    lines.append(f"Lessons' own words: {understood} of {len(evidence.words)} are understood as taught.")
    lines += [f"❌ #{number}: {why}." for number, why in verdict.own_words.items()]
    surprising = [h for h in evidence.words if _is_new(h, evidence) and _meant_something_else(h)]
    lines += [f"⚠️ {_surprise(h)}" for h in surprising[:_SHOWN]]
    lines += [f"❌ {_flip(h)}, an earlier lesson." for h in verdict.forgotten[:_SHOWN]]
    certain = sum(_was_certain(h) for h in evidence.certain)
    lines.append(f"Certain and right today: {certain} examples, {certain - len(verdict.turned)} of them still right.")
    lines += [f"❌ {_flip(h)}." for h in verdict.turned[:_SHOWN]]
    lines.append(f"It took {seconds:.0f} s of computing.")
    return lines


def _numbers(lessons: Sequence[Taught]) -> str:
    return (
        f" ({', '.join(f'#{t.number} `{t.intent}`' for t in lessons[:10])}{', …' if len(lessons) > 10 else ''})"
        if lessons
        else ""
    )


def _about_stories(golden: tuple[Outcome, Outcome], verdict: Verdict) -> list[str]:
    before, after = golden
    total = len(before.stories)
    if not total:
        return ["Test stories: the assistant has none, so nothing guards its dialogue."]
    lines = [f"Test stories: {before.passed} of {total} passed, now {after.passed}."]
    lines += [f"❌ {_failure(story, failure)}." for story, failure in verdict.stories[:_SHOWN]]
    won = [story.name for story, _ in after.lost(before)]
    return lines + ([f"Pass now: {', '.join(f'“{name}”' for name in won[:_SHOWN])}."] if won else [])


def _failure(story: Story, failure: Failure) -> str:
    expected, got = (name or "nothing" for name in (failure.expected, failure.got))
    return f"“{story.name}” ({failure.place}), step {failure.step}: expected {expected}, got {got}"


def _about_examples(evidence: Evidence) -> list[str]:
    wanted, left = [e.intent for e in evidence.examples], evidence.left_out
    both = change(wanted, left.before, left.after)
    before, after = (sum(a == w for a, w in zip(side, wanted, strict=True)) for side in (left.before, left.after))
    share = f"{before / len(wanted):.1%} understood before, {after / len(wanted):.1%} now"
    turns = f"{both.gained} won, {both.lost} lost of {len(wanted):,}; p = {both.p_value:.2g}"
    lines = [f"Examples left out in their turn: {share} ({turns})."]
    by_intent = change_by_intent(wanted, left.before, left.after)
    for word, sign in (("Better", 1), ("Worse", -1)):
        moved = sorted(
            ((name, c) for name, c in by_intent.items() if (c.gained - c.lost) * sign > 0),
            key=lambda pair: (pair[1].gained - pair[1].lost) * -sign,
        )
        if moved:
            lines.append(f"{word}: {', '.join(_moved(name, c) for name, c in moved[:_SHOWN])}.")
    lost = [
        f"{quoted(e.text)} ({e.intent} → {a})"
        for e, b, a in zip(evidence.examples, left.before, left.after, strict=True)
        if b == e.intent != a
    ]
    return lines + (
        [f"Lost when left out: {'; '.join(lost[:_SHOWN])}{'; …' if len(lost) > _SHOWN else ''}."] if lost else []
    )


def _moved(name: str, one: Change) -> str:
    return f"`{name}` {one.gained - one.lost:+d} of {one.total}"


def _flip(heard: Heard) -> str:
    return f"{quoted(heard.text)} is `{heard.wanted}` and taken for `{meaning(heard.after)}` now"
