"""The commands of `python -m nlu`. Output for programs goes to stdout, words for people to stderr."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from nlu.artifacts import ModelError
from nlu.yaml_source import SourceError

EXISTING = click.Path(exists=True, path_type=Path)
ANY_PATH = click.Path(path_type=Path)


class _Commands(click.Group):
    """A group whose mistakes of data and models end in one clear line a mistake, not in a trace."""

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (SourceError, ModelError) as error:
            click.echo(str(error), err=True)
            ctx.exit(2)


@click.group(cls=_Commands)
def main() -> None:
    """Train, measure, ask and serve understanding."""


def _say(line: str) -> None:
    click.echo(line, err=True)


def _late(module: str) -> Any:
    # scikit-learn takes a second to import; only commands that learn pay for it
    return import_module(module)


@main.command()
@click.option("--config", "config_path", type=EXISTING, required=True, help="The assistant's config.yml.")
@click.option("--data", "sources", type=EXISTING, required=True, multiple=True, help="Training data: file or folder.")
@click.option("--out", type=ANY_PATH, required=True, help="The model store; made where it does not exist.")
@click.option("--seed", type=int, default=0, show_default=True)
def train(config_path: Path, sources: tuple[Path, ...], out: Path, seed: int) -> None:
    """Train a model. The last line on stdout is a JSON summary."""
    config = _late("nlu.config").read_config(config_path)
    data = _late("nlu.training_data").read_training_data(*sources)
    for notice in (*config.notices, *data.notices):
        _say(str(notice))
    summary = _late("nlu.training").train(data, config, out, seed=seed, notify=_say)
    click.echo(json.dumps(summary.to_json()))


@main.command()
@click.argument("model_dir", type=EXISTING)
def parse(model_dir: Path) -> None:
    """Understand texts: one a line on stdin, one JSON result a line on stdout."""
    model = _late("nlu.model").load(model_dir)
    for line in sys.stdin:
        click.echo(json.dumps(model.parse(line.rstrip("\r\n")).to_json(), ensure_ascii=False))
