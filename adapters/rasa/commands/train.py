"""`train DIR`: read a project, train its understanding and its dialogue, say what it cost and how good it is."""

from __future__ import annotations

import time
from pathlib import Path

import click

from adapters.rasa import learning
from adapters.rasa.commands.options import MODELS, PROJECT, console, open_project, store_of, working
from adapters.rasa.understanding import model_of


@click.command()
@PROJECT
@MODELS
@click.option(
    "--measure/--no-measure",
    default=True,
    show_default=True,
    help="Measure the learned policy by leaving stories out, one at a time (a tenth when there are many).",
)
def train(folder: Path, models: Path | None, *, measure: bool) -> None:
    """Train an assistant: its understanding from the examples, its dialogue from rules and stories."""
    begun = time.perf_counter()
    store = store_of(folder, models)
    project, compiled = open_project(folder, store)
    rules = sum(p.is_rule for p in compiled.paths)
    console.print(f"dialogue: {rules} rules, {len(compiled.paths) - rules} conversations from stories")
    with working("training the understanding"):
        model = model_of(
            project, store, notify=lambda line: console.print(line, markup=False, soft_wrap=True), fresh=True
        )
    if model is None:
        console.print("no NLU examples in data/: messages cannot be understood", style="yellow")
    if measure and project.config.policies.learned:
        with working("leaving stories out"):
            result = learning.leave_out(compiled)
        if result.actions:
            console.print(
                f"learned policy on stories it had not seen: {result.actions_right} of {result.actions} actions "
                f"({result.accuracy:.0%}), {result.stories_right} of {result.stories} stories entirely"
            )
    click.echo(f"trained in {time.perf_counter() - begun:.1f} s; kept in {store}")
