"""Who answers which command: puts the services together behind `/support`. Decides and answers nothing itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from bot.config.sections import RolesSection, Settings
from bot.core.policy import Policy
from bot.core.typed.verbs import Role
from bot.engine.books.macros import StoredMacros
from bot.engine.engine import Engine
from bot.ports import ChatAdapter, Clock, Forms, Learner, Models, Store
from bot.services.astray import Astray
from bot.services.canary import Canary
from bot.services.cases import CaseAnswers
from bot.services.daily import Daily, DailySettings, read_time
from bot.services.exports import Exporting
from bot.services.forgetting import Forgetting
from bot.services.forms import CaseForms
from bot.services.health import Health
from bot.services.home import Home
from bot.services.lesson_intake import LessonForms, LessonIntake
from bot.services.lesson_subjects import Subjects
from bot.services.macros import MacroAnswers
from bot.services.models import ModelAnswers
from bot.services.operations import Operations, Roles
from bot.services.pressed_commands import PressedCommands
from bot.services.repertoire import Repertoire
from bot.services.reporting import Reporting
from bot.services.revealing import Revealing
from bot.services.review import ReviewAnswers
from bot.services.shifts import Shifts
from bot.services.teaching import Teaching
from bot.services.training import Training
from bot.services.whispers import Whispers
from bot.training.models import BesideTheLoop


@dataclass(frozen=True, slots=True)
class Parts:
    """What a process is made of, as far as what answers people needs it."""

    settings: Settings
    policy: Policy
    engine: Engine
    store: Store
    adapters: Mapping[str, ChatAdapter]
    clock: Clock


def operations_of(parts: Parts, models: Models, learner: Learner) -> Operations:
    """The commands of one process."""
    settings, policy, engine = parts.settings, parts.policy, parts.engine
    adapters, clock, records = parts.adapters, parts.clock, engine.records
    return Operations(
        policy=policy,
        roles=roles_of(settings.roles),
        adapters=adapters,
        home=Home(records=records, live=engine.live.now, policy=policy, adapters=adapters, clock=clock),
        answers={
            **CaseAnswers(records, clock, policy).answers(),
            **Shifts(engine.staff, records, policy, adapters, clock).answers(),
            **Reporting(records, engine.lessons, clock, settings.timezone).answers(),
            **health_of(parts).answers(),
            **Exporting(records, clock, settings.timezone).answers(),
            **MacroAnswers(StoredMacros(parts.store.macros), clock).answers(),
            **Revealing(records, policy).answers(),
            **ModelAnswers(models, engine.audit, policy, adapters, parts.store.errands, clock).answers(),
            **ReviewAnswers(engine.lessons, engine.doubts, learner, records, clock).answers(),
            **Forgetting(records, engine.forgetter, engine.audit).answers(),
        },
    )


def health_of(parts: Parts) -> Health:
    """What tells how things are."""
    engine, desks = parts.engine, parts.policy.desks
    return Health(engine.records, engine.songs, parts.adapters, desks, parts.clock, engine.damaged)


def daily_of(parts: Parts) -> Daily:
    """What every desk is told once a day."""
    section = parts.settings.daily_summary
    due = DailySettings(read_time(section.at), parts.settings.timezone, section.late_hours)
    return Daily(due, parts.engine.records, parts.store.errands, parts.policy, parts.adapters, parts.clock)


def canary_of(parts: Parts, fresh: Callable[[], str]) -> Canary:
    """What looks whether platforms still bring what happens, in a process that is a janitor."""
    engine, errands = parts.engine, parts.store.errands
    return Canary(engine.songs, errands, parts.policy, parts.adapters, parts.clock, fresh, engine.recall.owe)


@dataclass(frozen=True, slots=True)
class Front:
    """Where platforms bring what people do: commands, forms, and all else."""

    operations: Operations
    forms: Forms
    intake: PressedCommands
    lessons: LessonIntake
    astray: Astray
    repertoire: Repertoire

    async def finish(self) -> None:
        """Wait for the answers that are under way."""
        await self.repertoire.finish()
        await self.intake.finish()
        await self.lessons.finish()
        await self.astray.finish()


def front_of(parts: Parts, understanding: BesideTheLoop, learner: Learner) -> Front:
    """The front of one process, within its event loop: what can be taught is read from now on."""
    settings, policy, engine, adapters = parts.settings, parts.policy, parts.engine, parts.adapters
    repertoire = Repertoire(learner)
    repertoire.begin()
    operations = operations_of(parts, understanding, learner)
    teaching = Teaching(
        subjects=Subjects(engine.records, engine.lessons, engine.doubts, understanding, policy),
        records=engine.records,
        book=engine.lessons,
        doubts=engine.doubts,
        repertoire=repertoire,
        adapters=adapters,
        role_of=operations.role_of,
        may=roles_of(settings.roles).may,
        language=learner.language,
        clock=parts.clock,
    )
    astray = Astray(engine.intake, engine.live.now, policy, adapters)
    lessons = LessonIntake(astray, teaching, Whispers(adapters))
    within = settings.store.answer_seconds
    forms = LessonForms(CaseForms(engine.records, policy, engine.live.fresh, within), teaching, within)
    return Front(operations, forms, PressedCommands(lessons, operations, adapters), lessons, astray, repertoire)


def training_of(parts: Parts, learner: Learner) -> Training:
    """What carries approved lessons through, in a process that is a janitor."""
    return Training(
        book=parts.engine.lessons,
        doubts=parts.engine.doubts,
        learner=learner,
        policy=parts.policy,
        adapters=parts.adapters,
        errands=parts.store.errands,
        clock=parts.clock,
        owner=parts.engine.name,
        quiet_seconds=parts.settings.learning.quiet_seconds,
    )


def roles_of(section: RolesSection) -> Roles:
    """Who may do what, as configured."""
    may = {verb: Role[role.upper()] for verb, role in section.may.items()}
    return Roles(_lower(section.leads), _lower(section.operators), may)


def _lower(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
