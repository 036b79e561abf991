"""What the commands share: their argument, where models go, how notices and progress are shown."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import click
from rich.console import Console

from adapters.rasa import learning
from adapters.rasa.compiling import Compiled, compile_project, with_learned
from adapters.rasa.lessons import layer_of
from adapters.rasa.project import Project, survey
from adapters.rasa.report import Report
from adapters.rasa.understanding import problems_of_understanding
from bot.errors import AssistantError
from nlu.store import current_version

PROJECT = click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
MODELS = click.option(
    "--models",
    type=click.Path(path_type=Path, file_okay=False),
    default=None,
    help="Where trained models are kept. By default .data/models/<name of the folder>.",
)

_UNTAUGHT: Final = "untaught"

console = Console(stderr=True, highlight=False)
"""For everything but results, so that results can be piped."""


def store_of(folder: Path, models: Path | None) -> Path:
    """Where a project's trained models are kept.

    Where the one that answers was taught lessons, a place beside: these commands are about the project alone, and a
    model without the lessons must not take its place.
    """
    store = models or Path(".data") / "models" / folder.resolve().name
    current = current_version(store)
    if current is None or layer_of(store / current) is None:
        return store
    console.print(f"{store / current} was taught lessons and stays as it is; this is about the project without them")
    return store / _UNTAUGHT


def open_project(folder: Path, store: Path, *, quiet: bool = False) -> tuple[Project, Compiled]:
    """Read a project and learn its dialogue, showing notices. Raises AssistantError."""
    report = Report(folder)
    project = survey(folder, report)
    compiled = compile_project(project)
    if problems := [*report.problems, *compiled.problems]:  # then all of them, so that nobody mends one after another
        raise AssistantError(dict.fromkeys((*problems, *problems_of_understanding(project))))
    if not quiet:
        show(project.notices)
        show(compiled.notices)
        show(compiled.contradictions)
    if project.config.policies.learned:
        with working("learning from the stories"):
            compiled = with_learned(compiled, learning.learn(compiled, store))
    return project, compiled


def show(notices: Iterable[str]) -> None:
    """Print notices, one a line."""
    for notice in notices:
        console.print(notice, style="yellow", markup=False, soft_wrap=True)


@contextmanager
def working(what: str) -> Generator[None]:
    """Show that something goes on while a person waits."""
    with console.status(f"{what} ..."):
        yield
