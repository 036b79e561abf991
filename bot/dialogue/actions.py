"""What an action's name means in a domain: a form, a response, an action of the project's own, or one of Rasa's."""

from __future__ import annotations

from bot.dialogue import builtin, names
from bot.dialogue.acting import ActionFailed, Running
from bot.dialogue.builtin import Context
from bot.dialogue.domain import Domain
from bot.dialogue.forms import run_form
from bot.dialogue.tracker import Tracker
from bot.dialogue.two_stage import run_two_stage


def running(domain: Domain, name: str, tracker: Tracker, context: Context) -> Running:
    """The generator that runs an action of any kind. Raises ActionFailed when there is none of that name."""
    if name == names.HUMAN_HANDOFF:
        return builtin.listen()
    if name in domain.forms:
        return run_form(name, tracker, context)
    if name in domain.responses:
        return builtin.respond(name, tracker, context)
    retrieved = domain.retrieved_by(name)
    if retrieved is not None:
        return builtin.retrieve(retrieved, tracker, context)
    if name in domain.actions and name not in (names.LISTEN, names.TWO_STAGE_FALLBACK):
        if name.startswith("utter_"):
            return builtin.respond(name, tracker, context)
        return builtin.custom(name, tracker, context)
    return _default(domain, name, tracker, context)


def _default(domain: Domain, name: str, tracker: Tracker, context: Context) -> Running:
    match name:
        case names.LISTEN | names.UNLIKELY_INTENT:
            return builtin.listen()
        case names.EXTRACT_SLOTS:
            return builtin.extract_slots(tracker, context)
        case names.RESTART:
            return builtin.restart(tracker, context)
        case names.SESSION_START:
            return builtin.session_start(tracker, carry=domain.session.carry_over_slots)
        case names.DEFAULT_FALLBACK | names.REVERT_FALLBACK:
            return builtin.default_fallback(tracker, context)
        case names.DEACTIVATE_LOOP:
            return builtin.deactivate_loop()
        case names.BACK:
            return builtin.back(tracker, context)
        case names.ASK_AFFIRMATION:
            return builtin.ask_affirmation(tracker, context)
        case names.ASK_REPHRASE:
            return builtin.ask_rephrase(tracker, context)
        case names.TWO_STAGE_FALLBACK:
            return run_two_stage(tracker, context)
        case _ if name in domain.e2e_actions or " " in name:
            return builtin.speak(name, context)
        case _:
            raise ActionFailed(name, "no action, response or form has this name")
