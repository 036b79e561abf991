"""The sections of `config.yaml`: what may be written in each, with its default. `bot.config` reads them."""

from __future__ import annotations

import re
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, field_validator

from bot.config.working_time import AgentSection, AutoCloseSection, HoursSection, SlaSection, StaffingSection
from bot.core.personal_data.masking import Kind
from bot.core.typed.verbs import VERBS
from bot.core.wording.words import LANGUAGES

VARIABLE: Final = re.compile(r"^\$\{([A-Z][A-Z0-9_]*)\}$")


def _is_reference(value: str) -> str:
    if value and not VARIABLE.match(value):
        raise ValueError("a secret is never written into the file: write ${NAME} and set NAME in the environment")
    return value


Secret = Annotated[str, AfterValidator(_is_reference)]
"""`${NAME}`; `Settings.secrets` holds what it stands for."""

PLATFORMS: Final = ("web", "slack", "teams")


def _shaped(pattern: str, what: str) -> AfterValidator:
    """A text of some shape, which a mistake calls by its name."""

    def check(value: str) -> str:
        if not re.search(pattern, value):
            raise ValueError(f"{value!r} is not {what}")
        return value

    return AfterValidator(check)


def _is_spoken(language: str) -> str:
    if language not in LANGUAGES:
        raise ValueError(f"the app's own texts are in {', '.join(LANGUAGES)}; {language!r} is none of them")
    return language


_PUBLIC: Final = _shaped(
    r"^(https://[^\s/?#@]+|http://(127\.0\.0\.1|localhost)(:\d+)?)?/?$",
    "an address such as https://support.example.com, without a path",
)
SLACK_ID: Final = "a channel's id, such as C0123456789: it is at the bottom of the channel's About tab"
SLACK_CHANNEL: Final = r"^[CG][A-Z0-9]+$"
_CHANNEL: Final = _shaped(SLACK_CHANNEL, SLACK_ID)
_CHANNEL_OR_NONE: Final = _shaped(r"^([CG][A-Z0-9]+)?$", SLACK_ID)
_CHAT: Final = _shaped(r"^[CDG][A-Z0-9]+$", SLACK_ID)
_PATH: Final = _shaped(r"^/", "a path: it begins with /")
_TIME: Final = _shaped(r"^(([01]\d|2[0-3]):[0-5]\d)?$", "a time of day, such as 09:00")
Share = Annotated[float, Field(ge=0, le=1)]
Seconds = Annotated[float, Field(gt=0)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ServerSection(_Section):
    """Where the app listens for platforms."""

    host: str = "127.0.0.1"
    port: int = Field(default=8090, ge=0, le=65535)
    public_url: Annotated[str, _PUBLIC] = ""
    drain_seconds: float = Field(default=0.0, ge=0, le=60)


class StoreSection(_Section):
    """Where everything is kept."""

    url: str = ""
    shards: int = Field(default=64, ge=1, le=256)
    replicas: int = Field(default=0, ge=0, le=5)
    answer_seconds: Seconds = 0.45
    keep_days: float = Field(default=365, ge=0, le=36500)


class SlackSection(_Section):
    """One Slack app."""

    enabled: bool = False
    mode: Literal["http", "socket"] = "http"
    bot_token: Secret = "${SLACK_BOT_TOKEN}"  # noqa: S105  a name, not a secret
    app_token: Secret = "${SLACK_APP_TOKEN}"  # noqa: S105  a name, not a secret
    signing_secret: Secret = "${SLACK_SIGNING_SECRET}"  # noqa: S105  a name, not a secret
    old_signing_secret: Secret = ""
    workspace: Annotated[str, _shaped(r"^([TE][A-Z0-9]*)?$", "a workspace's id, such as T0123456789")] = ""
    support_channels: tuple[Annotated[str, _CHANNEL], ...] = ()
    path: Annotated[str, _PATH] = "/slack/events"
    base_url: str = "https://slack.com/api/"
    mark_secret: Secret = ""
    username_channels: tuple[Annotated[str, _CHAT], ...] = ()
    hear_bots: bool = False
    canary_channel: Annotated[str, _CHANNEL_OR_NONE] = ""
    call_seconds: Seconds = 10.0
    store_seconds: Annotated[float, Field(gt=0, lt=3)] = 2.5
    answer_seconds: Annotated[float, Field(gt=0, lt=3)] = 2.0
    ping_seconds: Seconds = 5.0
    file_hosts: tuple[str, ...] = ()


class TeamsSection(_Section):
    """One bot registration for Microsoft Teams."""

    enabled: bool = False
    app_id: str = ""
    tenant: str = ""
    app_type: Literal["single_tenant", "managed_identity", "multi_tenant"] = "single_tenant"
    secret: Secret = "${TEAMS_APP_SECRET}"  # noqa: S105  a name, not a secret
    certificate: Secret = ""
    cloud: Literal["public", "us_government", "us_defence", "china"] = "public"
    support_channels: tuple[str, ...] = ()
    teams: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    path: Annotated[str, _PATH] = "/api/messages"
    insecure_local: bool = False
    reactions: bool = False
    mark_secret: Secret = ""
    metadata_url: str = ""
    issuer: str = ""
    login: str = ""
    scope: str = ""
    service_url: str = ""
    service_hosts: tuple[str, ...] = ()
    file_hosts: tuple[str, ...] = ()
    call_seconds: Seconds = 10.0
    token_seconds: Seconds = 20.0
    start_seconds: Seconds = 5.0
    store_seconds: Annotated[float, Field(gt=0, lt=10)] = 8.0
    refresh_seconds: Annotated[float, Field(gt=0, lt=10)] = 1.5
    lookup_seconds: Seconds = 1.5
    keys_cool_down: Seconds = 15.0


class PlaygroundSection(_Section):
    """The browser playground; loopback only."""

    enabled: bool = True
    host: str = "127.0.0.1"
    port: int = Field(default=8080, ge=0, le=65535)


class PlatformsSection(_Section):
    """The platforms that are served."""

    web: PlaygroundSection = PlaygroundSection()
    slack: SlackSection = SlackSection()
    teams: TeamsSection = TeamsSection()


class DeskSection(_Section):
    """One private channel in which cases appear."""

    name: Annotated[str, _shaped(r"^[a-z][a-z0-9_-]*$", "a name in small letters, such as support")]
    platform: Literal["web", "slack", "teams"]
    channel: str = Field(min_length=1)
    title: str = ""
    hours: HoursSection | None = None
    hands_to: str = ""
    sla: SlaSection | None = None


class HandOverSection(_Section):
    """When the bot hands over, and how."""

    upset: Share = 0.7
    upset_trend: Share = 0.55
    asked: Share = 0.7
    doubts: int = Field(default=2, ge=1, le=10)
    repeats: int = Field(default=2, ge=1, le=10)
    refusals: int = Field(default=3, ge=1, le=10)
    keywords: tuple[str, ...] = ()
    vip_tiers: tuple[str, ...] = ()
    tiers: dict[str, tuple[str, ...]] = Field(default_factory=dict[str, tuple[str, ...]])
    tier_slot: str = "customer_tier"
    claim_on_reply: bool = True
    hold_seconds: float = Field(default=0, ge=0, le=600)
    reopen_hours: float = Field(default=48, ge=0)
    reminder_seconds: Seconds = 300.0
    team: str = ""
    persona: str = ""


class SatisfactionSection(_Section):
    """Whether customers of solved cases are asked how it went."""

    ask: bool = True
    low: int = Field(default=2, ge=0, le=4)


class LearningSection(_Section):
    """What the bot is taught from cases: what is asked and kept, and when a new model is tried."""

    ask: bool = True
    quiet_seconds: float = Field(default=120, ge=0, le=86400)
    doubt_days: float = Field(default=30, ge=0, le=3650)


class DailySummarySection(_Section):
    """What every desk is told once a day."""

    at: Annotated[str, _TIME] = "09:00"
    late_hours: float = Field(default=6, gt=0, le=24)


class RolesSection(_Section):
    """Who is more than an agent: account ids or e-mail addresses; and which role a command takes."""

    leads: tuple[str, ...] = ()
    operators: tuple[str, ...] = ()
    may: dict[str, Literal["customer", "agent", "lead", "operator"]] = Field(
        default_factory=dict[str, Literal["customer", "agent", "lead", "operator"]]
    )

    @field_validator("may")
    @classmethod
    def _names_commands(cls, may: dict[str, str]) -> dict[str, str]:
        unknown = [verb for verb in may if verb not in VERBS]
        if unknown:
            raise ValueError(f"{unknown[0]!r} is no command; allowed: {', '.join(VERBS)}")
        return may


class FilesSection(_Section):
    """Files that cross between the two sides."""

    max_megabytes: int = Field(default=100, ge=1, le=5000)
    keep_days: float = Field(default=7, gt=0, le=365)


class UnderstandingSection(_Section):
    """NLU, in processes beside the loop."""

    workers: int = Field(default=1, ge=1, le=64)
    seconds: Seconds = 5.0
    encoder: str = ""


class MaskingSection(_Section):
    """Personal data that the desk, the journal, the commands and the log show masked."""

    enabled: bool = True
    kinds: tuple[Kind, ...] = tuple(Kind)

    @property
    def masked(self) -> frozenset[Kind]:
        """The kinds that are masked."""
        return frozenset(self.kinds) if self.enabled else frozenset()


class LogSection(_Section):
    """What is logged; never what people wrote."""

    level: Literal["debug", "info", "warning", "error"] = "info"
    format: Literal["text", "json"] = "text"


class Settings(_Section):
    """The whole of `config.yaml`."""

    assistant: str = "assistants/ecommerce"
    data_folder: str = ".data"
    language: Annotated[str, AfterValidator(_is_spoken)] = "en"
    timezone: str = "Etc/UTC"
    server: ServerSection = ServerSection()
    store: StoreSection = StoreSection()
    platforms: PlatformsSection = PlatformsSection()
    desks: tuple[DeskSection, ...] = Field(
        default=(DeskSection(name="support", platform="web", channel="desk"),), min_length=1
    )
    hand_over: HandOverSection = HandOverSection()
    hours: HoursSection = HoursSection()
    sla: SlaSection = SlaSection()
    staffing: StaffingSection = StaffingSection()
    agents: tuple[AgentSection, ...] = ()
    auto_close: AutoCloseSection = AutoCloseSection()
    satisfaction: SatisfactionSection = SatisfactionSection()
    learning: LearningSection = LearningSection()
    daily_summary: DailySummarySection = DailySummarySection()
    roles: RolesSection = RolesSection()
    files: FilesSection = FilesSection()
    understanding: UnderstandingSection = UnderstandingSection()
    masking: MaskingSection = MaskingSection()
    log: LogSection = LogSection()
