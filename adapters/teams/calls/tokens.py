"""Our own token for the connector: asked for once, used until shortly before it expires, never on a turn's time.

A client secret, a certificate, or a managed identity proves who we are. One request at a time is under way,
whoever waits for it; a token that still works is used while the next one is fetched. The request is plain OAuth
2.0 client credentials (RFC 6749 section 4.4, with RFC 7523 for the certificate), asked for without blocking the
loop, which MSAL would do.
"""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Protocol
from urllib.parse import urlencode

import aiohttp
import jwt
import structlog
from cryptography import x509
from cryptography.hazmat.primitives import hashes

from adapters.teams.calls.web import Answer, WebClient, failure_of
from adapters.teams.settings import TeamsSettings
from bot.core.platforms.json_values import as_text
from bot.errors import NotDone
from bot.ports import Clock
from bot.under_way import OneAtATime

EARLY_SECONDS: Final = 300.0
"""How long before its end a token is replaced."""
_IMDS: Final = "http://169.254.169.254/metadata/identity/oauth2/token"
_ASSERTION: Final = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_HOPELESS: Final = frozenset({"invalid_client", "unauthorized_client", "invalid_request", "invalid_scope"})
_CALL: Final = "token"

_log = structlog.get_logger("teams")


class NoToken(Exception):
    """The service refused to give us a token, and will go on refusing until the configuration changes."""


@dataclass(frozen=True, slots=True)
class TokenRequest:
    """What is sent to whoever gives tokens."""

    method: str
    url: str
    headers: Mapping[str, str]
    body: bytes | None = None


class Proof(Protocol):
    """How one kind of app asks for a token."""

    def request(self, now: float) -> TokenRequest:
        """The request at a time, in seconds since 1970, by which a signature is dated."""
        ...


@dataclass(frozen=True, slots=True)
class Credentials:
    """A client secret or a certificate, as `assertion` or `client_secret` fields of the form."""

    url: str
    app_id: str
    scope: str
    secret: str = ""
    certificate: str = ""

    def request(self, now: float) -> TokenRequest:
        """See `Proof`."""
        form = {"grant_type": "client_credentials", "client_id": self.app_id, "scope": f"{self.scope}/.default"}
        if self.certificate:
            form |= {"client_assertion_type": _ASSERTION, "client_assertion": self._assertion(now)}
        else:
            form["client_secret"] = self.secret
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return TokenRequest("POST", self.url, headers, urlencode(form).encode())

    def _assertion(self, now: float) -> str:
        """A JWT of ours, signed with the certificate's key, good for ten minutes."""
        certificate = x509.load_pem_x509_certificate(self.certificate.encode())
        print_ = base64.urlsafe_b64encode(certificate.fingerprint(hashes.SHA256())).decode().rstrip("=")
        moment = int(now)
        claims = {
            "aud": self.url,
            "iss": self.app_id,
            "sub": self.app_id,
            "jti": f"{self.app_id}-{now:.6f}",
            "nbf": moment - 60,
            "exp": moment + 600,
        }
        return jwt.encode(claims, self.certificate, algorithm="RS256", headers={"x5t#S256": print_})


@dataclass(frozen=True, slots=True)
class ManagedIdentity:
    """The machine's own identity: the metadata service of virtual machines, or that of App Service."""

    client_id: str
    scope: str
    url: str = ""
    header: str = ""

    def request(self, now: float) -> TokenRequest:  # noqa: ARG002  # see Proof
        """See `Proof`."""
        if self.header:
            query = {"api-version": "2019-08-01", "resource": self.scope, "client_id": self.client_id}
            return TokenRequest("GET", f"{self.url}?{urlencode(query)}", {"X-IDENTITY-HEADER": self.header})
        query = {"api-version": "2018-02-01", "resource": self.scope, "client_id": self.client_id}
        return TokenRequest("GET", f"{self.url or _IMDS}?{urlencode(query)}", {"Metadata": "true"})


def proof_of(settings: TeamsSettings) -> Proof:
    """How this app proves who it is."""
    cloud = settings.endpoints
    if settings.app_type == "managed_identity":
        # App Service and Container Apps tell their own apps where to ask.
        url = settings.identity_url or os.environ.get("IDENTITY_ENDPOINT", "")
        header = settings.identity_header or os.environ.get("IDENTITY_HEADER", "")
        return ManagedIdentity(settings.app_id, cloud.scope, url, header)
    tenant = cloud.shared_tenant if settings.app_type == "multi_tenant" else settings.tenant
    url = f"{cloud.login.rstrip('/')}/{tenant}/oauth2/v2.0/token"
    return Credentials(url, settings.app_id, cloud.scope, settings.secret, settings.certificate)


class Tokens:
    """One app's token."""

    def __init__(self, proof: Proof, web: WebClient, clock: Clock) -> None:
        self._proof = proof
        self._web = web
        self._clock = clock
        self._token = ""
        self._ends_at = float("-inf")
        self._replace_at = float("-inf")
        self._fetch = OneAtATime(self._renew)

    async def get(self) -> str:
        """A token that works. Raises NotDone when none can be had now, NoToken when none will be given."""
        now = self._clock.now()
        if self._token and now < self._ends_at:
            if now >= self._replace_at:
                self._fetch.begin_unwatched()
            return self._token
        await asyncio.shield(self._fetch.begin())
        return self._token

    def forget(self, token: str) -> bool:
        """The connector does not believe this token: ask for another next time. Whether that is news."""
        if token != self._token or self._ends_at == float("-inf"):
            return False
        self._ends_at = float("-inf")
        return True

    async def close(self) -> None:
        """Give up what is under way."""
        await self._fetch.give_up()

    async def _renew(self) -> None:
        try:
            await self._ask()
        except Exception as error:
            _log.warning("no token", why=str(error))
            # The one that still works is not replaced before a while.
            self._replace_at = self._clock.now() + 30.0
            raise

    async def _ask(self) -> None:
        asked_at = self._clock.now()
        request = self._proof.request(asked_at)
        try:
            answer = await self._web.call(request.method, request.url, headers=request.headers, body=request.body)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            # Without a token nothing was called, whatever became of this request.
            raise NotDone(_CALL, failure_of(error)[1]) from error
        token = as_text(answer.body.get("access_token"))
        if answer.status != 200 or not token:
            raise _refusal(answer)
        lives = _lifetime(answer.body.get("expires_in"))
        self._token = token
        self._ends_at = asked_at + lives - 30.0
        self._replace_at = asked_at + max(lives - EARLY_SECONDS, lives / 2)


def _refusal(answer: Answer) -> NoToken | NotDone:
    code = as_text(answer.body.get("error"))
    if answer.status in {400, 401} and code in _HOPELESS:
        return NoToken(f"{code}: check app_id, tenant and the secret, certificate or identity")
    return NotDone(_CALL, f"HTTP {answer.status} {code}".strip())


def _lifetime(value: object) -> float:
    """Seconds; some identity endpoints send a text. An hour when it is neither."""
    try:
        seconds = float(value) if isinstance(value, str | int | float) else 3600.0
    except ValueError:
        seconds = 3600.0
    return seconds if 60.0 <= seconds <= 7 * 86400.0 else 3600.0
