"""The command line. `python -m bot --help` teaches; everything heavy is imported only when it is needed."""

from __future__ import annotations

import errno
import os
import sys
from pathlib import Path
from typing import Any, Final

try:
    import click
except ModuleNotFoundError:
    sys.exit(
        f"Warmline's packages are not in this Python ({sys.executable}). `make run` puts them into .venv; after that, "
        "call .venv/bin/python -m bot, or `. .venv/bin/activate` first."
    )

from bot.errors import AssistantError, ConfigError, WarmlineError

_CONFIG: Final = click.option(
    "--config",
    "config_path",
    type=click.Path(path_type=Path),
    default=Path("config.yaml"),
    show_default=True,
    help="The configuration file.",
)
_HELP: Final = """\
Warmline: a support bot for Slack and Microsoft Teams that hands over warmly to people.

\b
First steps:
  python -m bot run                serve the sample shop at http://127.0.0.1:8080
  python -m bot check              look for mistakes in config.yaml and in the assistant
  python -m bot init my-assistant  make a small assistant of your own, then name it in config.yaml
  python -m bot shell my-assistant talk to it in the terminal
"""
_FULL: Final = {errno.ENOSPC, errno.EDQUOT}
_PROJECT: Final = {"init", "train", "shell", "test", "validate", "visualize", "migrate"}


class _Commands(click.Group):
    """A group that ends mistakes in lines for people, and finds the commands for Rasa projects when asked."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted({*super().list_commands(ctx), *_PROJECT})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name in _PROJECT:
            from adapters.rasa.commands import rasa_commands  # noqa: PLC0415  heavy, and not for `run`

            if cmd_name == "shell":
                from bot.core.customers.hearing import taken_in  # noqa: PLC0415

                ctx.obj = taken_in
            return rasa_commands.get_command(ctx, cmd_name)
        return super().get_command(ctx, cmd_name)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            return super().invoke(ctx)
        except (ConfigError, AssistantError) as error:
            for problem in error.problems:
                click.echo(problem, err=True)
            count = len(error.problems)
            click.echo(f"{count} problem{'s' if count != 1 else ''}; nothing was started.", err=True)
            ctx.exit(2)
        except WarmlineError as error:
            click.echo(str(error), err=True)
            ctx.exit(1)
        except OSError as error:
            if error.filename is None and error.errno not in _FULL:
                raise
            where = error.filename or "the data folder: make room on its disk"
            click.echo(f"cannot use {where}: {error.strerror}", err=True)
            ctx.exit(1)


@click.group(cls=_Commands, help=_HELP)
def main() -> None:
    """Read the command line and do what it says."""


@main.command()
@_CONFIG
@click.option(
    "--role",
    "roles",
    multiple=True,
    type=click.Choice(["ingress", "worker", "sender", "janitor"]),
    help="Take only these roles in this process (may be repeated). Without it, all of them.",
)
def run(config_path: Path, roles: tuple[str, ...]) -> None:
    """Serve: receive, understand, answer, hand over, relay.

    Several processes may run with the same configuration, each with all roles or with some.
    """
    from bot import app, config, log, serving  # noqa: PLC0415  seconds of imports that `--help` does not need

    configuration = config.load(config_path, os.environ)
    settings = configuration.settings
    log.configure(settings.log.level, as_json=settings.log.format == "json", masked=settings.masking.masked)
    sys.exit(serving.serve(configuration, roles or app.ROLES))


@main.command()
@_CONFIG
def check(config_path: Path) -> None:
    """Look for mistakes in the configuration and the assistant, all at once, and start nothing."""
    from bot import config  # noqa: PLC0415  as above
    from bot.app import SystemClock  # noqa: PLC0415  as above
    from bot.composition import checking  # noqa: PLC0415  as above

    configuration, clock = config.load(config_path, os.environ), SystemClock()
    for line in checking.check(configuration, clock, year=clock.year()):
        click.echo(line)
    click.echo("No mistakes found.")


@main.command()
@click.option("--check", "check_only", is_flag=True, help="Only say whether the drawn documents are up to date.")
def diagram(check_only: bool) -> None:  # noqa: FBT001  click passes flags by name
    """Draw the transition table into docs/states.md, and what crosses into docs/parity.md."""
    from bot.core import diagram as states  # noqa: PLC0415  as above
    from bot.core.platforms import parity  # noqa: PLC0415  as above

    stale = False
    for name, drawn in (("states", states.page()), ("parity", parity.page())):
        target = Path(f"docs/{name}.md")
        if check_only:
            if not target.is_file() or target.read_text(encoding="utf-8") != drawn:
                click.echo(f"{target} is out of date; run `make docs`.", err=True)
                stale = True
            continue
        target.parent.mkdir(exist_ok=True)
        target.write_text(drawn, encoding="utf-8")
        click.echo(f"Drew {target}.")
    if stale:
        sys.exit(1)


if __name__ == "__main__":
    main(prog_name="python -m bot")
