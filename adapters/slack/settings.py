"""What Slack needs to be told. Values only; `config.yaml` is read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal


@dataclass(frozen=True, slots=True)
class SlackSettings:
    """One installed Slack app.

    `bot_token` begins with `xoxb-`; `app_token` (`xapp-`, scope `connections:write`) is for Socket Mode
    only. `signing_secrets` may hold two while one is being replaced: either is accepted. `mark_secret`
    signs the marks by which `find` knows our messages; when empty it is derived from the first
    signing secret (or the app token), so give one if those are rotated.

    In the channels of `username_channels` an agent's words are posted under the agent's name and
    picture (scope `chat:write.customize`; such a message cannot be deleted by the app). Never name a desk
    there: names that customers choose belong into the text. Times are in seconds.
    """

    bot_token: str = field(repr=False)
    signing_secrets: tuple[str, ...] = field(default=(), repr=False)
    app_token: str | None = field(default=None, repr=False)
    mode: Literal["http", "socket"] = "http"
    path: str = "/slack/events"
    base_url: str = "https://slack.com/api/"
    mark_secret: str = field(default="", repr=False)
    username_channels: frozenset[str] = frozenset()
    file_hosts: frozenset[str] = frozenset()
    """Hosts (`name`, or `name:port`) that files may be fetched from and sent to, besides Slack's own."""
    hear_bots: bool = False
    canary_channel: str = ""
    """Where the app edits a message of its own now and then, so that Slack has to report it; "" for nowhere."""
    call_seconds: float = 10.0
    """How long one Web API call may take before it is Uncertain."""
    store_seconds: float = 2.5
    """How long storing an activity may take before Slack is told to come again."""
    answer_seconds: float = 2.0
    """How long a slash command may take before it is answered through its response_url."""
    home_seconds: float = 20.0
    """How often an App Home that somebody looks at is looked at for changes."""
    file_seconds: float = 30.0
    """How long a file that is on its way may stand still."""
    ping_seconds: float = 5.0
    """Socket Mode: how often the connection is tried."""

    @property
    def mark_secrets(self) -> tuple[str, ...]:
        """The secrets that marks are checked with; the first signs."""
        found = (self.mark_secret, *self.signing_secrets, self.app_token or "", self.bot_token)
        return tuple(secret for secret in found if secret)


def problems_with(settings: SlackSettings) -> list[str]:
    """What is missing, each with its place in the configuration."""
    problems: list[str] = []
    if not settings.bot_token.startswith("xoxb-"):
        problems.append("slack.bot_token: begins with xoxb- (OAuth & Permissions in the app's settings)")
    if settings.mode == "http" and not any(settings.signing_secrets):
        problems.append("slack.signing_secrets: at least one is needed (Basic Information in the app's settings)")
    if settings.mode == "socket" and not (settings.app_token or "").startswith("xapp-"):
        problems.append("slack.app_token: begins with xapp- and has the scope connections:write")
    if not settings.base_url.startswith(("https://", "http://")):
        problems.append("slack.base_url: begins with https:// (or http:// on this machine)")
    return problems
