"""Says what of `endpoints.yml` and `credentials.yml` is not used here. Reads nothing into the project.

Both say how Rasa itself is deployed, which Warmline's own `config.yaml` does; only `action_endpoint` is used,
by `adapters.actions.opening`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from adapters.rasa.report import Report, entries, is_null
from nlu.sources.yaml_source import YamlNode

_ENDPOINTS: Final[Mapping[str, str]] = {
    "tracker_store": "conversations are kept in Warmline's own store",
    "lock_store": "Warmline orders the messages of a conversation itself",
    "event_broker": "events are not published; the journal has them",
    "nlg": "responses are taken from the domain",
    "nlu": "messages are understood here",
    "models": "the model is trained from the project, here",
}


def note_endpoints(root: YamlNode | None, report: Report, *, has_actions: bool) -> None:
    """Name each endpoint that is not used, with its line."""
    for key, value in entries(root, report, "endpoints.yml"):
        if key.raw in _ENDPOINTS:
            report.note(key, f"'{key.raw}' is not used: {_ENDPOINTS[key.raw]}")
        elif key.raw != "action_endpoint":
            report.note(key, f"'{key.raw}' is not an endpoint that is used here")
        elif has_actions and not is_null(value):
            report.note(key, "'action_endpoint' is not used: the project's own action code runs in Warmline's process")


def note_credentials(root: YamlNode | None, report: Report) -> None:
    """Say once that the channels of Rasa are not used."""
    channels = entries(root, report, "credentials.yml")
    if channels:
        named = ", ".join(key.raw for key, _ in channels)
        report.note(channels[0][0], f"not used ({named}): the platforms are configured in Warmline's config.yaml")
