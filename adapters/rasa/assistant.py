"""A Rasa project that answers: `RasaAssistant` implements `bot.ports.Assistant`.

Keeps nothing between turns: the tracker travels as a string with the conversation, and the same tracker
and message give the same turn. Understanding is not done here.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, cast

from adapters.actions.opening import open_actions
from adapters.rasa import learning
from adapters.rasa.compiling import Compiled, compile_project, with_learned
from adapters.rasa.escalation_reader import Escalation
from adapters.rasa.playground_reader import Tries
from adapters.rasa.project import Project, read_project
from bot.core.effects import Button
from bot.core.events import BotReply, Turn
from bot.dialogue import names
from bot.dialogue.acting import ActionCall, ActionFailed, ActionRejected, ActionResult, Actions
from bot.dialogue.events import (
    ActionExecuted,
    ActiveLoop,
    BotUttered,
    ConversationResumed,
    LoopInterrupted,
    SlotSet,
    UserUttered,
)
from bot.dialogue.json_value import Json, text_of
from bot.dialogue.responses import buttons_of, shown, words_of_custom
from bot.dialogue.several import Answered, answer_each
from bot.dialogue.tracker import EXTERNAL, Tracker
from bot.dialogue.tracker_json import dump_tracker, load_tracker
from bot.dialogue.turn import Answering, Dialogue, Outcome
from bot.errors import AssistantError
from bot.ports import Clock, CustomerMessage
from nlu.payload import parse_payload
from nlu.types import Intent, ParseResult

PAYLOAD: Final = "say"
"""The action of buttons that say something for the customer; their value is a payload or a text."""


class NoActions:
    """Stands in where a project has no custom actions: calling one is a failure that says so."""

    @property
    def notices(self) -> tuple[str, ...]:
        return ()

    async def run(self, call: ActionCall) -> ActionResult:
        raise ActionFailed(call.name, "the project has no `actions` package and no action_endpoint in endpoints.yml")

    async def close(self) -> None:
        return


class RasaAssistant:
    """One project, ready to talk. Safe for any number of conversations at once."""

    def __init__(
        self, project: Project, compiled: Compiled, actions: Actions, clock: Clock, cache: Path | None = None
    ) -> None:
        self.project = project
        self.compiled = compiled
        self.dialogue: Dialogue = compiled.dialogue
        self.notices: tuple[str, ...] = (
            *project.notices,
            *compiled.notices,
            *compiled.contradictions,
            *actions.notices,
        )
        self._actions = actions
        self._clock = clock
        self._cache = cache

    @classmethod
    def load(
        cls,
        folder: Path,
        *,
        clock: Clock,
        actions: Actions | None = None,
        cache: Path | None = None,
    ) -> RasaAssistant:
        """Read a project's folder. Takes seconds at most, the first time a few more for the learned policy.

        `actions` runs the project's custom actions; by default they are opened as the project says
        (`adapters.actions.opening`). `cache` is a folder in which what was learned is kept. Raises
        AssistantError with every mistake in the project.
        """
        project = read_project(folder)
        compiled = _compiled(project, cache)
        runner = actions or open_actions(folder) or NoActions()
        return cls(project, compiled, runner, clock, cache)

    def taught(self, layer: Path) -> RasaAssistant:
        """The same project, read anew, with a layer of lessons (see `lessons`); custom actions are shared.

        Raises AssistantError when the two do not go together.
        """
        project = read_project(self.project.files.folder, layer)
        return RasaAssistant(project, _compiled(project, self._cache), self._actions, self._clock, self._cache)

    @property
    def intents(self) -> tuple[str, ...]:
        """The names of the domain's intents, sorted."""
        return tuple(sorted(self.project.domain.intents))

    @property
    def tries(self) -> Tries:
        """What the project's `playground.yml` offers the playground's customers to begin with; empty without one."""
        return self.project.tries

    @property
    def escalation(self) -> Escalation:
        """What the project's `escalation.yml` says; empty without one."""
        return self.project.escalation

    @property
    def training_files(self) -> tuple[Path, ...]:
        """The files with NLU examples."""
        return self.project.training_files

    @property
    def pipeline(self) -> Path:
        """The project's `config.yml`."""
        return self.project.files.config

    def understood(self, payload: str) -> ParseResult | None:
        """What a payload (`/intent{"entity": "value"}`) means; None when the text is none."""
        return parse_payload(payload)

    async def turn(
        self, tracker: str, message: CustomerMessage, parse: ParseResult, requests: Sequence[ParseResult] = ()
    ) -> Turn:
        """Decide the answer to one message; to what answers a form's question, as a whole and alone."""
        state = load_tracker(tracker, self.dialogue.domain, message.sender)
        if len(requests) > 1 and not state.now.loop:
            return await self._answer_each(state, message, requests)
        read = requests[0] if len(requests) == 1 and not state.now.loop else None
        parse = read or parse
        before = dict(state.now.slots)
        uttered = self._uttered(message, parse)
        outcome = await self._drive(self.dialogue.answer(state, uttered))
        own = self.dialogue.has_answer_to_doubt(outcome, uttered.intent)
        answered = (read.meaning_of(read.intent.name),) if read else ()
        return replace(_turn(outcome, before, parse.intent), answers_doubt=own, answered=answered)

    async def _answer_each(self, state: Tracker, message: CustomerMessage, requests: Sequence[ParseResult]) -> Turn:
        before = dict(state.now.slots)
        answered = Answered()
        uttered = [self._uttered(replace(message, text=request.text), request) for request in requests]
        outcome = await self._drive(answer_each(self.dialogue, state, uttered, answered))
        meanings = [request.meaning_of(request.intent.name) for request in requests]
        return replace(
            _turn(outcome, before, requests[answered.taken[-1]].intent),
            answered=tuple(meanings[place] for place in answered.taken),
            left=tuple((meanings[place], requests[place].text) for place in answered.waiting),
        )

    async def reminded(self, tracker: str, name: str, message: CustomerMessage) -> Turn:
        """Decide what to say when a reminder is due; one that was cancelled says nothing."""
        state = load_tracker(tracker, self.dialogue.domain, message.sender)
        before = dict(state.now.slots)
        due = next((r for r in state.now.reminders if r.name == name), None)
        if due is None:
            return Turn(tracker=tracker)
        uttered = UserUttered(
            f"EXTERNAL: {due.intent}",
            due.intent,
            1.0,
            due.entities,
            at=self._clock.now(),
            channel=EXTERNAL,
            metadata=_told_of(message),
        )
        outcome = await self._drive(self.dialogue.remind(state, name, uttered))
        return _turn(outcome, before, Intent(due.intent, 1.0))

    async def resumed(self, tracker: str, summary: str) -> str:
        """The tracker after people gave the conversation back: the loop that was left is over, the reason spent."""
        state = load_tracker(tracker, self.dialogue.domain, "")
        # a reason that stayed would be told of the next case, which has another
        state.extend([SlotSet(slot, None) for slot in _OF_A_CASE if state.slot(slot)])
        state.extend([ConversationResumed(), SlotSet(names.LAST_CASE_SLOT, summary)])
        if state.now.loop:
            state.extend([LoopInterrupted(interrupted=True), ActiveLoop(None), SlotSet(names.REQUESTED_SLOT, None)])
        # also where the very first words went to people, so that no turn has listened yet
        if state.now.action != names.LISTEN:
            state.update(ActionExecuted(names.LISTEN))
        state.refusals = 0
        return dump_tracker(state)

    async def close(self) -> None:
        """Let go of what the actions hold."""
        await self._actions.close()

    def _uttered(self, message: CustomerMessage, parse: ParseResult) -> UserUttered:
        base, _, rest = parse.intent.name.partition("/")
        retrieved = next((r.key for r in parse.responses if r.intent == base), "")
        return UserUttered(
            message.text,
            base,
            parse.intent.confidence,
            parse.entities,
            parse.ranking,
            parse.intent.name if rest else retrieved,
            message.at,
            message.channel,
            _told_of(message),
            retrieved=parse.responses,
        )

    async def _drive(self, answering: Answering) -> Outcome:
        """Run the custom actions that a turn asks for."""
        try:
            call = next(answering)
            while True:
                try:
                    result = await self._actions.run(call)
                except (ActionFailed, ActionRejected) as refused:
                    call = answering.throw(refused)
                else:
                    call = answering.send(result)
        except StopIteration as done:
            return cast("Outcome", done.value)


def _told_of(message: CustomerMessage) -> tuple[tuple[str, str], ...]:
    """What actions are told of who writes: what the platform vouches for, and nothing else."""
    customer = message.customer
    about = {
        "customer_id": customer.id,
        "customer_name": customer.name,
        "customer_locale": customer.locale,
        "customer_timezone": customer.timezone,
        # a person of another organisation may have typed any address into their profile
        "customer_email": "" if customer.is_outsider else customer.email,
        "customer_tier": customer.tier,
    }
    return tuple(({k: v for k, v in about.items() if v} | dict(message.metadata)).items())


def _compiled(project: Project, cache: Path | None) -> Compiled:
    compiled = compile_project(project)
    if compiled.problems:
        raise AssistantError(compiled.problems)
    if project.config.policies.learned:
        compiled = with_learned(compiled, learning.learn(compiled, cache))
    return compiled


def _turn(outcome: Outcome, before: Mapping[str, Json], intent: Intent) -> Turn:
    tracker = outcome.tracker
    now = tracker.now.slots
    filled = {
        k: shown(v)[:_SHOWN_LETTERS]
        for k, v in now.items()
        if v is not None and not isinstance(v, dict) and k not in _OWN_SLOTS
    }
    forms = tracker.domain.forms
    asked = {s for loop in outcome.loops if loop in forms for s in forms[loop].required_slots}
    changed = any(now.get(k) != before.get(k) and now.get(k) is not None for k in asked) or _is_complete(outcome)
    return Turn(
        replies=tuple(reply for said in outcome.said for reply in replies_of(said)),
        tracker=dump_tracker(tracker),
        decided_by=", then ".join(outcome.decided_by),
        intent=intent.name,
        confidence=intent.confidence,
        slots=tuple(sorted(filled.items())),
        actions=tuple(outcome.actions),
        failure=outcome.failure,
        hand_over=outcome.hand_over,
        hand_over_kind=outcome.hand_over_kind,
        desk=outcome.desk,
        refused_slots=tracker.refusals,
        filled=changed,
        asks_back=outcome.asks_back,
        waits=tracker.now.loop is not None,
        reminders=tuple((r.name, r.at) for r in outcome.reminders if r in tracker.now.reminders),
    )


def _is_complete(outcome: Outcome) -> bool:
    """Whether a form ended with this message, as its last answer; what comes next may have emptied its slots."""
    done, active = set(outcome.actions), outcome.tracker.now.loop
    return names.DEACTIVATE_LOOP not in done and any(loop in done and loop != active for loop in outcome.loops)


_OF_A_CASE: Final = (names.REASON_SLOT, names.KIND_SLOT, names.DESK_SLOT)
"""Told as the reason of the case, and by the desk in which it appears."""

_SHOWN_LETTERS: Final = 200  # of one slot, where people see it
_OWN_SLOTS: Final = frozenset(
    {
        names.REQUESTED_SLOT,
        names.LAST_CASE_SLOT,
        "session_started_metadata",
        *_OF_A_CASE,
    }
)


def replies_of(said: BotUttered) -> list[BotReply]:
    """What customers see of a bot message: one message for text with image, buttons and links.

    A payload made for one platform is shown by the words in it.
    """
    text = said.text
    custom = said.data.get("custom") or said.data.get("elements")
    words = words_of_custom(custom)
    if words and words not in text:
        text = f"{text}\n{words}" if text else words
    attachment = said.data.get("attachment")
    link = text_of(attachment) or words_of_custom(attachment)
    if link and link not in text:
        text = f"{text}\n{link}" if text else link
    buttons = tuple(
        Button(b.title, PAYLOAD, b.payload or b.title, url=b.url if not b.payload else "")
        for b in buttons_of(said.data)
    )
    image = text_of(said.data.get("image"))
    if not text and not buttons and not image:
        return []
    return [BotReply(text, buttons, image)]
