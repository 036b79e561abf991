"""What a case teaches: whose words, and what people answered; and what agents are asked once a case is solved. Pure.

Whoever resolves a case is asked once whether the bot could have answered it. Words leave a conversation for a lesson
only masked, without the customer's name and numbers of their own; whoever teaches reads and changes them first.
"""

from __future__ import annotations

import math
import re
from dataclasses import replace
from typing import Final

from bot.core.activity import Side
from bot.core.conversation import Case, Conversation, Line, Speaker, Status
from bot.core.decision import Decision, line_to_agents, nothing
from bot.core.effects import Body, Button, ButtonStyle, ClearButtons, Record, Whisper
from bot.core.events import AgentCommanded, AgentPressed, AgentSubmitted, Event, Turn
from bot.core.personal_data.masking import mask
from bot.core.personal_data.own_names import without_own_names
from bot.core.personal_data.own_numbers import without_own_numbers
from bot.core.policy import Policy
from bot.core.wording.escapes import unescaped
from nlu.types import ParseResult

TEACH: Final = "teach"
"""The action of a button that opens the form, with the number of a case."""
AS_ANSWER: Final = ":asked"
"""What stands behind that number where the form is the answer to the question."""
ASK: Final = "could_have"
"""The action of the other answers to the question, with a case's number and the answer."""
TAUGHT: Final = "taught"
"""What a case is told once a lesson was made of it: the lesson's number, its intent, and whether that is new."""
LEFT_OUT: Final = "[…]"
"""What stands in an answer where something of a customer's stood: its author writes what belongs there."""

ASKED: Final = "asked"
YES: Final = "yes"
_ANSWERS: Final = {"changes": "the answer changes often", "person": "it needs a person"}
_ASKED_ABOUT: Final = frozenset({"solved", "other"})
_PASSAGE: Final = 24 * 3600.0
_LEAST_WORDS: Final = 2

_WORD: Final = re.compile(r"[^\W\d_]{2,}")
_MASKED: Final = re.compile(r"\S*•\S*")


def asked_after(before: Conversation, decision: Decision, event: Event, policy: Policy) -> Decision:
    """The decision with the question behind it, if somebody just solved a case that says something."""
    after, case = decision.conversation, decision.conversation.case
    if not isinstance(event, AgentPressed | AgentSubmitted | AgentCommanded) or not policy.ask_to_teach:
        return decision
    if after.status is not Status.RESOLVED or before.status is Status.RESOLVED or case is None or case.could_have:
        return decision
    solved = [e for e in decision.effects if isinstance(e, Record) and e.kind == "resolved"]
    if not solved or dict(solved[-1].labels).get("resolution", "") not in _ASKED_ABOUT:
        return decision
    if not words_of(after, case.number):
        return decision
    number = str(case.number)
    question = Body(
        f"🎓 Could the bot have answered #{number}?",
        buttons=(
            Button("Yes, teach it", TEACH, number + AS_ANSWER, ButtonStyle.PRIMARY, asks=True),
            Button("Answer changes often", ASK, f"{number}:changes"),
            Button("No, needs a person", ASK, f"{number}:person"),
        ),
    )
    asked = replace(after, case=replace(case, could_have=ASKED))
    return Decision(asked, decision.effects).then(Whisper(Side.AGENTS, event.author, question))


def answered(conversation: Conversation, event: AgentPressed) -> Decision:
    """Keep what an agent says of a case. It may be said once, while the case is the conversation's last."""
    number, _, answer = event.value.partition(":")
    case = conversation.case
    if case is None or str(case.number) != number or answer not in _ANSWERS:
        gone = ClearButtons(Side.AGENTS, event.ref, f"🎓 #{number[:12]} is over by now; nothing was noted.")
        return nothing(conversation).then(gone)
    thanks = ClearButtons(Side.AGENTS, event.ref, f"🎓 #{number}: noted that {_ANSWERS[answer]}.")
    if case.could_have == answer:
        return nothing(conversation).then(thanks)
    return _counted(nothing(conversation), case, answer, event.author.label).then(thanks)


def taught(conversation: Conversation, event: AgentCommanded) -> Decision:
    """Note that a lesson was made of this conversation, in the thread of its case, too."""
    lesson, intent, kind, number = (*event.argument.split(), "", "", "", "")[:4]
    by, new = event.author.label, "a new intent, " if kind == "new" else ""
    told = nothing(conversation).then(line_to_agents(f"🎓 {by} made lesson {lesson} of this: {new}`{intent}`."))
    as_new = "yes" if kind == "new" else "no"
    told = told.noting("taught", f"{by} made lesson {lesson} of it: {new}{intent}.", intent=intent, as_new=as_new)
    case = conversation.case
    if case is None or str(case.number) != number or case.could_have == YES:
        return told
    return _counted(told, case, YES, event.author.label)


def words_of(conversation: Conversation, number: int = 0) -> tuple[str, ...]:
    """The customer's own words in the case of that number, fit for a lesson; 0: those since the last case ended."""
    begin, end = _span(conversation, number)
    lines = [
        line
        for line in conversation.transcript
        if line.speaker is Speaker.CUSTOMER and line.ref is not None and begin < line.at <= end and line.text.strip()
    ]
    said = [line for line in lines if len(_WORD.findall(line.text)) >= _LEAST_WORDS] or lines
    found = (fit_words(unescaped(line.text), conversation.customer.name) for line in said if not _is_deleted(line))
    return tuple(dict.fromkeys(text for text in found if text.strip("… ")))


def case_meant(conversation: Conversation) -> int:
    """The number of the case whose words are meant where nobody named one; 0 for what was said since the last ended."""
    if conversation.case is not None:
        return conversation.case.number
    if words_of(conversation) or not conversation.earlier:
        return 0
    return conversation.earlier[-1].number


def answer_of(conversation: Conversation, number: int = 0) -> str:
    """What people last told the customer in that case, fit to be the bot's answer; "" when they said nothing."""
    begin, end = _span(conversation, number)
    for line in reversed(conversation.transcript):
        public = line.speaker is Speaker.AGENT and line.ref is not None and line.ref.key in conversation.relayed
        if public and begin < line.at <= end and len(_WORD.findall(line.text)) >= _LEAST_WORDS:
            return fit_answer(line.text, conversation.customer.name)
    return ""


def fit_words(text: str, name: str = "") -> str:
    """Plain words of a customer on one line, without what is personal: masked data, their own numbers and name."""
    line = " ".join(text.split())
    while (fitter := _fitted(line, name)) != line:  # what was taken out may show whose the number beside it is
        line = fitter
    return line


def _fitted(line: str, name: str) -> str:
    found = without_own_numbers(_MASKED.sub("…", mask(line)), "…")
    found = without_own_names(mask(found), name, "…")
    return re.sub(r"…(?:[\s,]*…)+", "…", found)


def fit_answer(text: str, name: str = "") -> str:
    """An agent's words, with gaps where personal data and the customer's name stood."""
    plain = _MASKED.sub(LEFT_OUT, mask(unescaped(text.strip())))
    return without_own_names(plain, name, LEFT_OUT)


def credited(decision: Decision, parse: ParseResult, turn: Turn, policy: Policy) -> Decision:
    """The decision, counted if it answers with what was learned from lessons; `left` is its counterpart."""
    found = sorted({turn.intent, parse.meaning_of(turn.intent), *turn.answered} & policy.live.learned)
    if not found or not turn.replies:
        return decision
    here = decision.conversation
    first = "no" if here.by_lesson else "yes"
    return Decision(replace(here, by_lesson=True), decision.effects).noting(
        "answered_by_lesson", f"Answered with what was learned: {found[0]}.", intent=found[0], first=first
    )


def left(decision: Decision, before: Conversation) -> Decision:
    """A decision that opens a case: if a lesson had answered `before`, it did not spare anybody the work."""
    if not before.by_lesson:
        return decision
    return decision.noting("lesson_not_enough", "What was learned was not enough: people take over.")


def _counted(decision: Decision, case: Case, answer: str, by: str) -> Decision:
    """The decision with the answer kept; one that was given before does not count any more."""
    kept = replace(decision.conversation, case=replace(case, could_have=answer))
    counted = Decision(kept, decision.effects)
    if case.could_have not in {"", ASKED}:
        counted = counted.noting("not_could_have", f"{by} thinks otherwise now.", answer=case.could_have)
    why = _ANSWERS.get(answer, "the bot could have answered it")
    return counted.noting(ASK, f"{by} says of #{case.number} that {why}.", answer=answer)


def _span(conversation: Conversation, number: int) -> tuple[float, float]:
    """From when (exclusive) until when a case's words were written, in seconds since 1970."""
    before = -math.inf
    for closed in conversation.earlier:
        if closed.number == number:
            return max(before, closed.opened_at - _PASSAGE), closed.resolved_at
        before = closed.resolved_at
    case = conversation.case
    if not number or case is None:
        return (before, math.inf) if not number else (math.inf, math.inf)
    if case.number != number:
        return math.inf, math.inf
    return max(before, case.opened_at - _PASSAGE), case.resolved_at if case.resolved_at is not None else math.inf


def _is_deleted(line: Line) -> bool:
    return line.text.startswith("*(deleted")
