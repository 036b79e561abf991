"""`init DIR`: a small project that runs, to begin from."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from bot.errors import AssistantError

_STARTER = Path(__file__).parents[1] / "starter"


@click.command()
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
def init(folder: Path) -> None:
    """Make a small assistant that runs, in a new or empty folder."""
    if folder.exists() and any(folder.iterdir()):
        raise AssistantError([f"{folder}: is not empty; name a new folder"])
    shutil.copytree(_STARTER, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for template in list(folder.rglob("*.template")):  # code is kept so that it is nobody's module here
        template.rename(template.with_suffix(""))
    click.echo(
        f"A small assistant is in {folder}. Next:\n  python -m bot shell {folder}\n  python -m bot test {folder}"
    )
