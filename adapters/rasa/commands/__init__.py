"""Commands for people who work on an assistant: init, train, shell, test, validate, visualize, migrate.

`rasa_commands` is the click group that `python -m bot` offers them from. Each command is a module.
"""

from __future__ import annotations

import click

from adapters.rasa.commands.init import init
from adapters.rasa.commands.migrate import migrate
from adapters.rasa.commands.shell import shell
from adapters.rasa.commands.test import test
from adapters.rasa.commands.train import train
from adapters.rasa.commands.validate import validate
from adapters.rasa.commands.visualize import visualize


@click.group()
def rasa_commands() -> None:
    """Work on an assistant: a Rasa project folder."""


for _command in (init, train, shell, test, validate, visualize, migrate):
    rasa_commands.add_command(_command)
