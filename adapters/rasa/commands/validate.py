"""`validate DIR`: everything that is wrong or doubtful in a project, each with its place."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import Final

import click

from adapters.actions.opening import open_actions
from adapters.rasa.commands.options import PROJECT
from adapters.rasa.compiling import compile_project
from adapters.rasa.golden import read_test_stories
from adapters.rasa.project import Project, survey
from adapters.rasa.report import Report
from adapters.rasa.understanding import read_sources
from adapters.rasa.validation import Findings, Said, check, known_actions
from bot.errors import AssistantError

_NOT_LOOKED_AT: Final = "a file of the domain cannot be read, so nothing was held against it; mend that first"
_RESPONSE: Final = re.compile(r"""["'](utter_\w+)["']""")


@click.command()
@PROJECT
def validate(folder: Path) -> None:
    """Look for mistakes in an assistant: files, names, contradictions, duplicate examples, missing responses.

    Exit code 0 without errors (warnings are fine), 1 with errors.
    """
    findings = validated(folder)
    for line in findings.errors:
        click.echo(f"error: {line}")
    for line in findings.warnings:
        click.echo(f"warning: {line}")
    click.echo(f"{len(findings.errors)} errors, {len(findings.warnings)} warnings")
    sys.exit(1 if findings.errors else 0)


def validated(folder: Path) -> Findings:
    """Everything that can be found without talking."""
    report = Report(folder)
    project = survey(folder, report)
    if not report.unreadable.isdisjoint(project.files.domain):  # every name would seem to be unknown
        return Findings([*report.problems, _NOT_LOOKED_AT], report.notices)
    examples, annotated = _examples(project, report)
    findings = check(project, examples, annotated, _responses_in_code(folder))
    compiled = compile_project(project)
    findings.errors[:0] = [*report.problems, *compiled.problems, *compiled.contradictions]
    findings.warnings[:0] = [*report.notices, *compiled.notices]
    try:
        read_test_stories(project)
    except AssistantError as error:
        findings.errors.extend(error.problems)
    _actions(project, findings)
    findings.errors = list(dict.fromkeys(findings.errors))
    findings.warnings = list(dict.fromkeys(findings.warnings))
    return findings


def _examples(project: Project, report: Report) -> tuple[list[Said], frozenset[str]]:
    if not project.training_files:
        return [], frozenset()
    data, _ = read_sources(project, report)
    if data is None:
        return [], frozenset()
    found: list[Said] = []
    for example in data.examples:
        path = example.path
        shown = path.relative_to(project.files.folder) if path.is_relative_to(project.files.folder) else path
        marked = frozenset(annotation.entity for annotation in example.annotations)
        found.append(Said(example.text, example.intent, f"{shown.as_posix()}:{example.line}", marked))
    report.notices.extend(str(n) for n in data.notices)
    return found, frozenset(data.entities)


def _responses_in_code(folder: Path) -> frozenset[str]:
    """The names of responses that stand in the code of a project's actions; those put together there are not seen."""
    files = [folder / "actions.py", *sorted((folder / "actions").rglob("*.py"))]
    return frozenset(
        name for file in files if file.is_file() for name in _RESPONSE.findall(file.read_text("utf-8", "replace"))
    )


def _actions(project: Project, findings: Findings) -> None:
    try:
        opened = open_actions(project.files.folder)
    except AssistantError as error:
        findings.errors.extend(error.problems)
        return
    if not project.files.has_actions:
        if project.files.endpoints is None and known_actions(project.domain, frozenset()):
            findings.warnings.append(
                "actions: the domain has custom actions, but there is no code and no endpoints.yml"
            )
        return
    broken: tuple[str, ...] = getattr(opened, "broken", ())
    findings.errors.extend(broken)  # what is merely not installed here is no mistake of the project
    findings.warnings.extend(n for n in (opened.notices if opened else ()) if n not in broken)
    offered: frozenset[str] = getattr(opened, "names", frozenset[str]())
    for action, there in known_actions(project.domain, offered).items():
        if not there:
            where = project.where("action", action)
            findings.warnings.append(f"{where}: the action '{action}' is listed, but the code has none of that name")
