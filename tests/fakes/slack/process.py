"""Starts the local Slack as a process of its own, and ends it."""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager

from tests.fakes.remote import Remote, fake_process


def slack_process() -> AbstractAsyncContextManager[Remote]:
    """A running Slack, to be told things; it ends with the block."""
    return fake_process("tests.fakes.slack")
