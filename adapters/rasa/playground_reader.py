"""Reads `playground.yml`: first messages that the playground offers to its sample customers. Optional, and ours."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.rasa.report import Report, entries, text
from nlu.sources.yaml_source import YamlNode

Tries = Mapping[str, tuple[tuple[str, str], ...]]
"""Customer → what may be tried: what it is, and the words."""


def read_tries(root: YamlNode | None, report: Report) -> Tries:
    """Read the file: customer → what it is → the words; without one it is empty."""
    return {
        customer.raw: tuple(
            (what.raw, text(words, report, f"playground.yml: {what.raw}"))
            for what, words in entries(tries, report, f"playground.yml: {customer.raw}")
        )
        for customer, tries in entries(root, report, "playground.yml")
    }
