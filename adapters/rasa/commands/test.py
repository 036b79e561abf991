"""`test DIR`: run the end-to-end test stories of a project and say which diverged, and where."""

from __future__ import annotations

import asyncio
import json
import sys
from pathlib import Path

import click
from rich.progress import Progress

from adapters.actions.opening import open_actions
from adapters.rasa.commands.options import MODELS, PROJECT, console, open_project, show, store_of, working
from adapters.rasa.compiling import Compiled
from adapters.rasa.golden import annotated_entities, read_test_stories
from adapters.rasa.live_testing import run_live
from adapters.rasa.project import Project
from adapters.rasa.testing import Parse, Results, run_stories
from adapters.rasa.understanding import model_of
from bot.dialogue.stories import Story
from bot.errors import AssistantError


@click.command()
@PROJECT
@MODELS
@click.option(
    "--stories", "paths", type=click.Path(path_type=Path, exists=True), multiple=True, help="Only these files."
)
@click.option("--run-actions", is_flag=True, help="Talk the stories through, custom actions included.")
@click.option("--dialogue-only", is_flag=True, help="Take intents and entities as the stories say; train nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print the results as JSON: total, passed, failed.")
def test(
    folder: Path,
    models: Path | None,
    paths: tuple[Path, ...],
    *,
    run_actions: bool,
    dialogue_only: bool,
    as_json: bool,
) -> None:
    """Run an assistant's end-to-end test stories, as `rasa test` does.

    Exit code 0 when all passed, 1 when some failed, 2 when the project cannot be read.
    """
    store = store_of(folder, models)
    project, compiled = open_project(folder, store, quiet=as_json)
    stories = read_test_stories(project, paths)
    if not stories:
        raise AssistantError([f"{folder}/tests: has no test stories"])
    parse: Parse | None = None
    if not dialogue_only:
        with working("preparing the understanding"):
            model = model_of(project, store)
        parse = model.parse if model else None
    results = _run(project, compiled, stories, parse, run_actions=run_actions)
    if as_json:
        click.echo(json.dumps(results.to_json(), ensure_ascii=False, indent=2))
    else:
        _print(results)
    sys.exit(0 if results.passed == results.total else 1)


def _run(
    project: Project, compiled: Compiled, stories: list[Story], parse: Parse | None, *, run_actions: bool
) -> Results:
    with Progress(console=console, transient=True) as bar:
        task = bar.add_task("test stories", total=len(stories))

        def progress(_: str) -> None:
            bar.advance(task)

        if not run_actions:
            learnable = frozenset(annotated_entities(project) if parse else ())
            return run_stories(compiled.dialogue, stories, parse, learnable=learnable, progress=progress)
        actions = open_actions(project.files.folder)
        if actions is None:
            raise AssistantError(["--run-actions: the project has no actions package and no action_endpoint"])
        show(actions.notices)

        async def talk() -> Results:
            try:
                return await run_live(compiled.dialogue, stories, parse, actions, progress=progress)
            finally:
                await actions.close()

        return asyncio.run(talk())


def _print(results: Results) -> None:
    for failure in results.failures:
        click.echo(
            f"{failure.place}: '{failure.story}', step {failure.step}: expected {failure.expected or 'nothing'}, "
            f"got {failure.got or 'nothing'} ({failure.kind})"
        )
    nlu = sum(any(f.kind == "nlu" for f in story) for story in results.failed)
    click.echo(f"{results.passed} of {results.total} test stories passed")
    if results.failed:
        click.echo(f"{nlu} with errors of understanding, {len(results.failed) - nlu} with errors of dialogue alone")
