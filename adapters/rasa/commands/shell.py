"""`shell DIR`: talk to an assistant in the terminal. `--debug` shows what was understood and what decided."""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass
from pathlib import Path

import click

from adapters.actions.opening import open_actions
from adapters.rasa.assistant import NoActions, RasaAssistant
from adapters.rasa.commands.options import MODELS, PROJECT, console, open_project, show, store_of, working
from adapters.rasa.understanding import model_of
from bot.core.activity import Person
from bot.core.events import Turn
from bot.dialogue.payload import parse_payload
from bot.ports import CustomerMessage
from nlu.types import NLU_FALLBACK, Intent, Parser, ParseResult

_LEAVE = frozenset({"/stop", "/quit", "/exit"})


@dataclass(frozen=True, slots=True)
class WallClock:
    """The machine's time: a person sits before it."""

    def now(self) -> float:
        return time.time()  # noqa: TID251 - the command is the composition root here


@click.command()
@PROJECT
@MODELS
@click.option("--debug", is_flag=True, help="Show intent, entities, slots, and the rule or story that decided.")
def shell(folder: Path, models: Path | None, *, debug: bool) -> None:
    """Talk to an assistant in the terminal. A number presses a button; /stop leaves."""
    store = store_of(folder, models)
    project, compiled = open_project(folder, store)
    with working("preparing the understanding"):
        model = model_of(project, store)
    actions = open_actions(folder) or NoActions()
    show(actions.notices)
    assistant = RasaAssistant(project, compiled, actions, WallClock())
    asyncio.run(_talk(assistant, model, debug=debug))


async def _talk(assistant: RasaAssistant, model: Parser | None, *, debug: bool) -> None:
    console.print("Say something. /stop leaves; /restart begins anew.")
    person = Person("shell", "", "you", "You")
    tracker = ""
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
        parse = parse_payload(text) or _parsed(model, text)
        message = CustomerMessage("you", text, WallClock().now(), "shell", person, {})
        turn = await assistant.turn(tracker, message, parse)
        tracker = turn.tracker
        payloads = _show(turn, parse, debug=debug)
    await assistant.close()


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
