"""`visualize DIR`: the stories and rules of a project as a picture."""

from __future__ import annotations

from pathlib import Path

import click

from adapters.rasa.commands.options import PROJECT
from adapters.rasa.compiling import compile_project
from adapters.rasa.drawing import draw
from adapters.rasa.project import read_project


@click.command()
@PROJECT
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), default=Path("stories.svg"), show_default=True)
@click.option("--only", type=click.Choice(["rules", "stories"]), default=None, help="Draw only these.")
def visualize(folder: Path, out: Path, only: str | None) -> None:
    """Draw an assistant's stories and rules as a graph; --out ending in .html makes a page, else SVG."""
    compiled = compile_project(read_project(folder))
    paths = [p for p in compiled.paths if only is None or p.is_rule == (only == "rules")]
    picture = draw(paths, folder.resolve().name)
    if out.suffix in (".html", ".htm"):
        picture = f"<!doctype html>\n<meta charset='utf-8'>\n<title>{folder.resolve().name}</title>\n{picture}"
    out.write_text(picture, "utf-8")
    click.echo(f"{len(paths)} conversations drawn into {out}")
