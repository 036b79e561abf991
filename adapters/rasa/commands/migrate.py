"""`migrate DIR`: write a Rasa 2 project out in the 3.1 format, keeping the old files beside it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path

import click

from adapters.rasa.commands.options import PROJECT, show
from adapters.rasa.project import read_project
from adapters.rasa.report import Report
from adapters.rasa.writing import migrated_domain, write_yaml
from bot.dialogue.json_value import Json, object_of
from nlu.sources.yaml_source import YamlMapping

_VERSION = re.compile(r"""^version:\s*['"]?[12]\.\d+['"]?\s*$""", re.MULTILINE)


@click.command()
@PROJECT
def migrate(folder: Path) -> None:
    """Rewrite a Rasa 2 project in the 3.1 format: mappings move from forms to slots.

    Every changed file is kept as NAME.yml.2x. A project in the 3.1 format already is left alone.
    """
    project = read_project(folder)
    if not any("a Rasa 2 domain" in notice for notice in project.notices):
        click.echo("the domain is in the format of Rasa 3 already; nothing was changed")
        return
    files = project.files
    first, *others = files.domain
    document = migrated_domain(project.domain)
    own = _without(object_of(document.pop("responses", None)), files.data, Report(folder))
    document |= {"responses": own} if own else {}
    for path in files.domain:
        path.with_name(path.name + ".2x").write_bytes(path.read_bytes())
    write_yaml(document, first)
    for path in others:
        path.unlink()
    changed = [first]
    for path in (*files.data, *files.tests):
        text = path.read_text("utf-8")
        renewed = _VERSION.sub('version: "3.1"', text)
        if renewed != text:
            path.with_name(path.name + ".2x").write_text(text, "utf-8")
            path.write_text(renewed, "utf-8")
            changed.append(path)
    show(project.notices)
    for path in changed:
        click.echo(f"rewritten: {path} (as it was: {path.name}.2x)")


def _without(responses: dict[str, Json], data: Iterable[Path], report: Report) -> dict[str, Json]:
    """The responses of the domain's own files: those in the training data stay where they are."""
    roots = [root for path in data if isinstance(root := report.load(path), YamlMapping)]
    tables = [table for root in roots if isinstance(table := root.get("responses"), YamlMapping)]
    elsewhere = {key.raw for table in tables for key, _ in table}
    return {name: wordings for name, wordings in responses.items() if name not in elsewhere}
