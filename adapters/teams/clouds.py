"""Where the Bot Framework is, in each of Microsoft's clouds. Values only.

Source: https://learn.microsoft.com/azure/bot-service/how-to-deploy-gov-cloud-high and the constants of the
Bot Framework's SDKs; the service addresses are Microsoft's for messages that answer nothing ("proactive").
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

CloudName = Literal["public", "us_government", "us_defence", "china"]


@dataclass(frozen=True, slots=True)
class Cloud:
    """One cloud. `service_hosts` is the exact list of hosts that our token is ever sent to.

    `login` is followed by the tenant; `shared_tenant` is the one that multi-tenant apps sign in with.
    `service_url` serves places that nobody has written to us from yet.
    """

    metadata_url: str
    issuer: str
    login: str
    shared_tenant: str
    scope: str
    service_url: str
    service_hosts: frozenset[str]


_US_METADATA: Final = "https://login.botframework.azure.us/v1/.well-known/openidconfiguration"
_US_HOSTS: Final = frozenset({"smba.infra.gov.teams.microsoft.us", "smba.infra.dod.teams.microsoft.us"})

CLOUDS: Final[dict[CloudName, Cloud]] = {
    "public": Cloud(
        metadata_url="https://login.botframework.com/v1/.well-known/openidconfiguration",
        issuer="https://api.botframework.com",
        login="https://login.microsoftonline.com/",
        shared_tenant="botframework.com",
        scope="https://api.botframework.com",
        service_url="https://smba.trafficmanager.net/teams/",
        service_hosts=frozenset({"smba.trafficmanager.net", "smba.infra.gcc.teams.microsoft.com"}),
    ),
    "us_government": Cloud(
        metadata_url=_US_METADATA,
        issuer="https://api.botframework.us",
        login="https://login.microsoftonline.us/",
        shared_tenant="MicrosoftServices.onmicrosoft.us",
        scope="https://api.botframework.us",
        service_url="https://smba.infra.gov.teams.microsoft.us/teams/",
        service_hosts=_US_HOSTS,
    ),
    "us_defence": Cloud(
        metadata_url=_US_METADATA,
        issuer="https://api.botframework.us",
        login="https://login.microsoftonline.us/",
        shared_tenant="MicrosoftServices.onmicrosoft.us",
        scope="https://api.botframework.us",
        service_url="https://smba.infra.dod.teams.microsoft.us/teams/",
        service_hosts=_US_HOSTS,
    ),
    "china": Cloud(
        metadata_url="https://login.botframework.azure.cn/v1/.well-known/openidconfiguration",
        issuer="https://api.botframework.azure.cn",
        login="https://login.partner.microsoftonline.cn/",
        shared_tenant="microsoftservices.partner.onmschina.cn",
        scope="https://api.botframework.azure.cn",
        service_url="https://frontend.botapi.msg.infra.teams.microsoftonline.cn/teams/",
        service_hosts=frozenset({"frontend.botapi.msg.infra.teams.microsoftonline.cn"}),
    ),
}
