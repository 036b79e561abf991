"""`shell DIR`: talk to an assistant in the terminal, in any language that it has, and see when people would take over.

`--debug` shows what was understood and what decided.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import click

from adapters.actions.opening import open_actions
from adapters.rasa.assistant import NoActions, RasaAssistant
from adapters.rasa.commands.options import MODELS, PROJECT, console, open_project, show, store_of, working
from adapters.rasa.escalation_reader import Escalation
from adapters.rasa.understanding import model_of
from bot.core.activity import Person, Place, Ref
from bot.core.conversation import Conversation, HandOver
from bot.core.customers import denials
from bot.core.customers.several import heard_apart
from bot.core.events import CustomerSaid, Turn
from bot.core.policy import Policy, Thresholds
from bot.core.wording.words import language_of
from bot.ports import CustomerMessage
from nlu.payload import parse_payload
from nlu.types import NLU_FALLBACK, Intent, Parser, ParseResult

_LEAVE = frozenset({"/stop", "/quit", "/exit"})
_RESTART = "/restart"
_YOU = Person("shell", "", "you", "You")
_HERE = Ref(Place("shell", "", "you"), "")


@dataclass(frozen=True, slots=True)
class WallClock:
    """The machine's time: a person sits before it."""

    def now(self) -> float:
        return time.time()  # noqa: TID251 - the command is the composition root here


Listen = Callable[[Conversation, CustomerSaid, Policy], tuple[Conversation, HandOver | None]]
"""The core's: the conversation with a message taken in, and why it goes to people, if it does."""


@click.command()
@PROJECT
@MODELS
@click.option("--debug", is_flag=True, help="Show intent, entities, slots, and the rule or story that decided.")
@click.pass_obj
def shell(listen: Listen | None, folder: Path, models: Path | None, *, debug: bool) -> None:
    """Talk to an assistant in the terminal. A number presses a button; /stop leaves.

    Where the app would hand over to people because of what was said, it is told with its reason, and you talk on.
    """
    store = store_of(folder, models)
    project, compiled = open_project(folder, store)
    with working("preparing the understanding"):
        model = model_of(project, store)
    actions = open_actions(folder) or NoActions()
    show(actions.notices)
    assistant = RasaAssistant(project, compiled, actions, WallClock())
    asyncio.run(_talk(assistant, model, listen or _unheard, debug=debug))


async def _talk(assistant: RasaAssistant, model: Parser | None, listen: Listen, *, debug: bool) -> None:
    console.print("Say something. /stop leaves; /restart begins anew.")
    policy = _policy(assistant.escalation)
    conversation: Conversation = _begun()
    payloads: list[str] = []
    while True:
        try:
            text = (await asyncio.to_thread(input, "you: ")).strip()
        except (EOFError, KeyboardInterrupt):
            break
        if text in _LEAVE:
            break
        if text.isdecimal() and 0 < int(text) <= len(payloads):
            text = payloads[int(text) - 1]
        if not text:
            continue
        if text == _RESTART:
            conversation = replace(_begun(), tracker=conversation.tracker)
        pressed = parse_payload(text)
        parse = pressed or _parsed(model, text)
        if model and not pressed:
            parse = denials.heard(parse, model.parse, policy)
        now = WallClock().now()
        # What a button says is no language and no mood of the customer's.
        heard_as = replace(parse, language="und") if pressed else parse
        requests = heard_apart(parse, model.parse) if model and not pressed else ()
        said = CustomerSaid(now, _HERE, _YOU, text, parse=heard_as, requests=requests)
        conversation, why = listen(conversation, said, policy)
        if why is not None:
            _show_hand_over(why)
            payloads = []
            continue
        language = language_of(conversation.language, "", policy)
        message = CustomerMessage("you", text, now, "shell", _YOU, {"language": language})
        turn = await assistant.turn(conversation.tracker, message, parse, requests)
        conversation = replace(conversation, tracker=turn.tracker)
        payloads = _show(turn, parse, debug=debug)
    await assistant.close()


def _unheard(conversation: Conversation, _event: CustomerSaid, _policy: Policy) -> tuple[Conversation, HandOver | None]:
    """Without the core, nobody takes over and no language is told."""
    return conversation, None


def _begun() -> Conversation:
    return Conversation("you", _HERE.place, _YOU, WallClock().now())


def _policy(own: Escalation) -> Policy:
    """When the app would call people for this assistant, as far as it is the assistant's to say."""
    return Policy(
        desks=(),
        always_human=own.always_human,
        handoff_intents=own.handoff_intents,
        intent_labels=own.intent_labels,
        emergency_intents=own.emergency_intents,
        emergency_entities=own.emergency_entities,
        thresholds=own.over(Thresholds()),
    )


def _show_hand_over(why: HandOver) -> None:
    because = f" ({', '.join(why.evidence)})" if why.evidence else ""
    click.echo(f"     [people take over: {why.sentence}{because}]")


def _parsed(model: Parser | None, text: str) -> ParseResult:
    return model.parse(text) if model else ParseResult(text, Intent(NLU_FALLBACK, 0.0))


def _show(turn: Turn, parse: ParseResult, *, debug: bool) -> list[str]:
    payloads: list[str] = []
    for reply in turn.replies:
        click.echo(f"bot: {reply.text}")
        if reply.image:
            click.echo(f"     [image {reply.image}]")
        for button in reply.buttons:
            payloads.append(button.value)
            click.echo(f"     {len(payloads)}) {button.label}" + (f" <{button.url}>" if button.url else ""))
    if not turn.replies:
        click.echo("bot: (says nothing)")
    for _, words in turn.left:
        click.echo(f"     [has to wait: {words}]")
    if turn.hand_over is not None:
        click.echo(f"     [asks for a person{': ' + turn.hand_over if turn.hand_over else ''}]")
    if turn.failure:
        click.echo(f"     [failed: {turn.failure}]")
    if debug:
        entities = ", ".join(f"{e.entity}={e.value}" for e in parse.entities) or "none"
        slots = ", ".join(f"{k}={v}" for k, v in turn.slots) or "none"
        console.print(f"  intent   {parse.intent.name} ({parse.intent.confidence:.2f})", style="dim", markup=False)
        console.print(f"  entities {entities}", style="dim", markup=False)
        console.print(f"  slots    {slots}", style="dim", markup=False)
        console.print(f"  actions  {', '.join(turn.actions) or 'none'}", style="dim", markup=False)
        console.print(f"  decided  {turn.decided_by or 'nothing'}", style="dim", markup=False)
    return payloads
