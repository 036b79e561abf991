"""`validate DIR`: everything that is wrong or doubtful in a project, each with its place."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

import click

from adapters.actions.opening import open_actions
from adapters.rasa.commands.options import PROJECT
from adapters.rasa.compiling import compile_project
from adapters.rasa.golden import read_test_stories
from adapters.rasa.project import Project, survey
from adapters.rasa.report import Report, nearest
from adapters.rasa.understanding import read_sources
from adapters.rasa.validation import Findings, Said, asks_nothing, check, known_actions
from bot.dialogue.memoization import disagreements
from bot.errors import AssistantError

_NOT_LOOKED_AT: Final = "a file of the domain cannot be read, so nothing was held against it; mend that first"
_RESPONSE: Final = re.compile(r"""["'](utter_[\w/-]*(?:(?:%s|\{[^{}\n]*\})[\w/-]*)*)["'](\s*\+)?""")
_PUT_IN: Final = re.compile(r"%s|\{[^{}]*\}")


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
    click.echo(f"{_count(findings.errors, 'error')}, {_count(findings.warnings, 'warning')}")
    sys.exit(1 if findings.errors else 0)


def _count(found: list[str], what: str) -> str:
    return f"{len(found)} {what}{'' if len(found) == 1 else 's'}"


def validated(folder: Path) -> Findings:
    """Everything that can be found without talking."""
    report = Report(folder)
    project = survey(folder, report)
    domain = project.files.domain
    if not domain and folder.is_dir():
        return Findings(report.problems, report.notices)
    if not report.unreadable.isdisjoint(domain):  # every name would seem to be unknown
        return Findings([*report.problems, _NOT_LOOKED_AT], report.notices)
    examples, annotated = _examples(project, report)
    findings = check(project, examples, annotated, _responses_in_code(project))
    compiled = compile_project(project)
    findings.errors[:0] = [*report.problems, *compiled.problems, *compiled.contradictions]
    findings.warnings[:0] = [
        *report.notices,
        *compiled.notices,
        *disagreements(compiled.examples, compiled.hidden),
    ]
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


def _responses_in_code(project: Project) -> frozenset[str]:
    """The responses that the code of a project's actions names, whole or by a name that it puts together."""
    folder = project.files.folder
    files = [folder / "actions.py", *sorted((folder / "actions").rglob("*.py"))]
    found = {
        _PUT_IN.sub("*", name) + ("*" if goes_on else "")
        for file in files
        if file.is_file()
        for name, goes_on in _RESPONSE.findall(file.read_text("utf-8", "replace"))
    }
    return frozenset(name for name in project.domain.responses for pattern in found if fnmatchcase(name, pattern))


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
            where, near = project.where("action", action), nearest(action, offered - set(project.domain.actions))
            findings.warnings.append(
                f"{where}: the action '{action}' is listed, but the code has none of that name{near}"
            )
    unrunnable: Mapping[str, str] = getattr(opened, "unrunnable", dict[str, str]())
    findings.errors.extend(f"actions: {kind} has no run(), so '{name}' fails" for name, kind in unrunnable.items())
    findings.warnings.extend(_validators(project, getattr(opened, "validated", dict[str, frozenset[str]]())))
    choosing: frozenset[str] = getattr(opened, "choosing", frozenset[str]())
    findings.warnings.extend(
        f"{project.where('form', form.name)}: {asks_nothing(form.name)}"
        for form in project.domain.forms.values()
        if not form.required_slots and f"validate_{form.name}" in offered - choosing
    )


def _validators(project: Project, validated: Mapping[str, frozenset[str]]) -> Iterable[str]:
    """Validators of forms that are never called, and methods of theirs."""
    domain = project.domain
    slots = {name.replace("-", "_") for name in domain.slots}
    for name, methods in validated.items():
        form = name.removeprefix("validate_")
        if form in domain.forms and name not in domain.actions:
            where = project.where("form", form)
            yield f"{where}: the code has '{name}', but it is not listed under actions, so '{form}' takes everything"
        for method in sorted(methods - slots):
            if near := nearest(method, slots):  # others are methods that the code calls itself
                yield f"actions: validate_{method}() of '{name}' is for no slot of the domain{near}"
