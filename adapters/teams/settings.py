"""What Teams needs to be told. Values only; `config.yaml` is read elsewhere."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from adapters.teams.clouds import CLOUDS, Cloud, CloudName
from bot.core.platforms.addresses import is_loopback

AppType = Literal["single_tenant", "managed_identity", "multi_tenant"]


@dataclass(frozen=True, slots=True)
class Words:
    """What the app says on its own account; `{name}` is who it is for. An empty one is not said."""

    welcome: str = "Hello! Ask me anything, right here. When I can't help, I bring in a person."
    answered_privately: str = "{name}, I have written to you in our private chat."
    not_reached: str = "{name}, I can't write to you privately yet: open a chat with me first, then try again."
    not_known: str = "I could not find out just now who you are, so nothing was done. Try again in a moment."
    mention_me: str = "Mention the app when you answer: nothing has come from this channel yet that did not mention it."
    received: str = "✓"
    gone: str = "This is not to be had any more; nothing was changed."


@dataclass(frozen=True, slots=True)
class TeamsSettings:
    """One bot registration of one tenant.

    `tenant` is the directory's id; places of it are `Place("teams", tenant, channel)`. `secret`, or
    `certificate` (a PEM with the private key and the certificate) proves who we are; with
    `managed_identity` neither is given and `app_id` is the identity's client id.

    `desks` and `support_channels` are channel ids (`19:…@thread.tacv2`), `teams` team ids whose channels are
    all support channels: only there is anything heard that does not mention the app. `tenants`
    are further tenants that may reach a multi-tenant app; with none given, every tenant may.

    The addresses are the cloud's unless they are given. `service_hosts` adds hosts that tokens may be
    sent to. `memory` is a file that keeps the service addresses of tenants over a restart.
    """

    app_id: str = ""
    tenant: str = ""
    app_type: AppType = "single_tenant"
    secret: str = field(default="", repr=False)
    certificate: str = field(default="", repr=False)
    cloud: CloudName = "public"
    insecure_local: bool = False
    host: str = "127.0.0.1"
    """The address that is listened on: `insecure_local` is refused on any but loopback."""
    path: str = "/api/messages"
    desks: frozenset[str] = frozenset()
    support_channels: frozenset[str] = frozenset()
    teams: frozenset[str] = frozenset()
    tenants: frozenset[str] = frozenset()
    mark_secret: str = field(default="", repr=False)
    """Signs the buttons of private answers. By default the secret or the certificate; without either, give one, or
    such buttons stop working when the app restarts."""
    reactions: bool = False
    """Whether the app may put reactions on messages: a preview of the service's, not in every tenant."""
    words: Words = Words()
    memory: Path | None = None
    metadata_url: str = ""
    issuer: str = ""
    login: str = ""
    scope: str = ""
    service_url: str = ""
    service_hosts: frozenset[str] = frozenset()
    file_hosts: frozenset[str] = frozenset()
    """Hosts (`name`, or `name:port`) that files may be fetched from and sent to, besides SharePoint and OneDrive."""
    identity_url: str = ""
    """Managed identity: where tokens are asked for, when not the machine's metadata service."""
    identity_header: str = field(default="", repr=False)
    """Managed identity on App Service and Container Apps: the value of IDENTITY_HEADER."""
    call_seconds: float = 10.0
    """How long one call to the connector may take before it is Uncertain."""
    token_seconds: float = 20.0
    """How long our own token may take before a call is NotDone."""
    start_seconds: float = 5.0
    """How long the start waits to learn whether the credentials are right."""
    store_seconds: float = 8.0
    """How long storing an activity may take before Teams is told to come again."""
    refresh_seconds: float = 1.5
    """How long the answer to a pressed button waits for the card to change."""
    lookup_seconds: float = 1.5
    """How long a command waits for the roster to say who gives it, and a message to say whom it mentions."""
    file_seconds: float = 30.0
    """How long a file that is on its way may stand still."""
    keys_cool_down: float = 15.0
    """How often at most, in seconds, an unknown signing key makes us fetch all of them again."""

    @property
    def endpoints(self) -> Cloud:
        """The cloud, with what was given instead of its own."""
        cloud = CLOUDS[self.cloud]
        return Cloud(
            metadata_url=self.metadata_url or cloud.metadata_url,
            issuer=self.issuer or cloud.issuer,
            login=self.login or cloud.login,
            shared_tenant=cloud.shared_tenant,
            scope=self.scope or cloud.scope,
            service_url=self.service_url or cloud.service_url,
            service_hosts=cloud.service_hosts | self.service_hosts,
        )

    @property
    def is_open(self) -> bool:
        """Whether nobody has to prove anything: no app id, for a client on this machine only."""
        return self.insecure_local and not self.app_id

    @property
    def bot(self) -> str:
        """Our own account in Teams."""
        return f"28:{self.app_id}" if self.app_id else ""

    def problems(self) -> list[str]:
        """What is missing or contradicts itself, each with its place in the configuration."""
        if self.insecure_local and not is_loopback(self.host):
            return ["teams.insecure_local: only with a loopback host (127.0.0.1)"]
        if self.is_open:
            return []
        found: list[str] = []
        if not self.app_id:
            found.append("teams.app_id: the bot's Microsoft App ID is needed (Azure portal, the bot's configuration)")
        if not self.tenant:
            found.append("teams.tenant: the directory (tenant) id is needed")
        proofs = sum((bool(self.secret), bool(self.certificate)))
        if self.app_type == "managed_identity" and proofs:
            found.append("teams.app_type: a managed identity has neither secret nor certificate")
        if self.app_type != "managed_identity" and proofs != 1:
            found.append("teams.secret: give either a client secret or a certificate")
        given_urls = {"metadata_url": self.metadata_url, "login": self.login, "service_url": self.service_url}
        for name, given in given_urls.items():
            url = urlsplit(given)
            if given and url.scheme != "https" and not is_loopback(url.hostname or ""):
                found.append(f"teams.{name}: begins with https:// (http:// only on this machine)")
        return found
