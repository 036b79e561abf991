"""Who answers which command: puts the services together behind `/support`. Decides and answers nothing itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from bot.core.commands import Role
from bot.core.policy import Policy
from bot.engine.engine import Engine
from bot.engine.macro_book import StoredMacros
from bot.ports import ChatAdapter, Clock, Models, Store
from bot.sections import RolesSection, Settings
from bot.services import not_yet
from bot.services.cases import CaseAnswers
from bot.services.daily import Daily, DailySettings, read_time
from bot.services.exports import Exporting
from bot.services.forgetting import Forgetting
from bot.services.health import Health
from bot.services.home import Home
from bot.services.macros import MacroAnswers
from bot.services.models import ModelAnswers
from bot.services.operations import Operations, Roles
from bot.services.reporting import Reporting
from bot.services.revealing import Revealing
from bot.services.shifts import Shifts


def operations_of(
    settings: Settings,
    policy: Policy,
    engine: Engine,
    store: Store,
    models: Models,
    adapters: Mapping[str, ChatAdapter],
    clock: Clock,
) -> Operations:
    """The commands of one process."""
    return Operations(
        policy=policy,
        roles=roles_of(settings.roles),
        adapters=adapters,
        home=Home(records=engine.records, live=engine.live.now, policy=policy, adapters=adapters, clock=clock),
        answers={
            **CaseAnswers(engine.records, clock).answers(),
            **Shifts(engine.staff, engine.records, policy, adapters, clock).answers(),
            **Reporting(engine.records, clock, settings.timezone).answers(),
            **Health(engine.records, adapters, clock).answers(),
            **Exporting(engine.records, clock, settings.timezone).answers(),
            **MacroAnswers(StoredMacros(store.macros), clock).answers(),
            **Revealing(engine.records, policy).answers(),
            **ModelAnswers(models, engine.audit, policy, adapters, clock).answers(),
            **not_yet.answers(),
            **Forgetting(engine.records, engine.forgetter, engine.audit).answers(),
        },
    )


def daily_of(
    settings: Settings, policy: Policy, engine: Engine, store: Store, adapters: Mapping[str, ChatAdapter], clock: Clock
) -> Daily:
    """What every desk is told once a day."""
    section = settings.daily_summary
    due = DailySettings(read_time(section.at), settings.timezone, section.late_hours)
    return Daily(due, engine.records, store.errands, policy, adapters, clock)


def roles_of(section: RolesSection) -> Roles:
    """Who may do what, as configured."""
    may = {verb: Role[role.upper()] for verb, role in section.may.items()}
    return Roles(_lower(section.leads), _lower(section.operators), may)


def _lower(names: Sequence[str]) -> frozenset[str]:
    return frozenset(name.lower() for name in names)
