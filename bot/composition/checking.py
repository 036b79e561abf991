"""What can be loaded and looked at before anything starts: `python -m bot check` tells of it. Starts nothing."""

from __future__ import annotations

from adapters.actions.opening import open_actions
from adapters.rasa.assistant import RasaAssistant
from adapters.rasa.understanding import problems_of_understanding
from bot.composition.platform_settings import refusals
from bot.composition.policies import policy_of
from bot.config import Configuration
from bot.config.sections import PLATFORMS, Settings
from bot.errors import AssistantError, ConfigError
from bot.ports import Clock


def load_assistant(configuration: Configuration, clock: Clock) -> RasaAssistant:
    """Read the configured project and learn its dialogue; what was learned is kept in the data folder."""
    folder = configuration.path(configuration.settings.assistant)
    cache = configuration.path(configuration.settings.data_folder) / "dialogue"
    return RasaAssistant.load(folder, clock=clock, actions=open_actions(folder), cache=cache)


def check(configuration: Configuration, clock: Clock, *, year: int) -> list[str]:
    """What would be started, a line each, in words. Raises ConfigError or AssistantError with every mistake.

    Holidays are worked out from `year` on.
    """
    folder = configuration.path(configuration.settings.assistant)
    assistant = load_assistant(configuration, clock)
    policy = policy_of(configuration, assistant, "T0", year=year)
    if refused := refusals(configuration, policy):
        raise ConfigError(refused)
    problems = problems_of_understanding(assistant.project)
    if problems:
        raise AssistantError(problems)
    platforms = platforms_of(configuration.settings)
    return [
        *assistant.notices,
        f"assistant: {folder.name}, {len(assistant.intents)} intents",
        f"platforms: {', '.join(platforms) or 'none'}",
        f"desks: {', '.join(f'{desk.name} on {desk.platform}' for desk in configuration.settings.desks)}",
    ]


def platforms_of(settings: Settings) -> list[str]:
    """The platforms that are served."""
    return [name for name in PLATFORMS if getattr(settings.platforms, name).enabled]
