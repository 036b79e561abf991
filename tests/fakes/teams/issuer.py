"""The issuers of tokens: the service's (to bots, with OpenID metadata and keys) and the directory's (to us)."""

from __future__ import annotations

import asyncio
import functools
import json
import time
from typing import Any

import jwt
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from tests.fakes.teams.state import Bot

ISSUER = "https://api.botframework.com"
SCOPE = "https://api.botframework.com"


@functools.cache
def private_key(name: str) -> RSAPrivateKey:
    """A key of that name, made once a run: making one takes a while."""
    assert name
    return generate_private_key(public_exponent=65537, key_size=2048)


def public_jwk(key: RSAPrivateKey, kid: str, *, endorsements: tuple[str, ...] = ("msteams",)) -> dict[str, Any]:
    """A key as it is published."""
    shown: dict[str, Any] = json.loads(RSAAlgorithm.to_jwk(key.public_key()))
    return shown | {"kid": kid, "use": "sig", "endorsements": list(endorsements)}


class Issuer:
    """Signs for the service; gives bots their tokens after `delay` seconds, while it is `open`. `down` answers 503."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.bots: dict[str, Bot] = {}
        self.kid = "key-1"
        self.published = {"key-1": public_jwk(private_key("key-1"), "key-1")}
        self.token_requests: list[dict[str, str]] = []
        self.key_requests = 0
        self.delay = 0.0
        self.open = asyncio.Event()
        self.open.set()
        self.down = False
        self.keys_down = False
        self.keys_url = ""
        self.error = ""
        self.lifetime = 3599
        self.scope = SCOPE
        self.certificate = ""
        self.revoked: set[str] = set()

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/openid/metadata", self._metadata),
            web.get("/openid/keys", self._keys),
            web.post("/login/{tenant}/oauth2/v2.0/token", self._token),
            web.get("/identity/token", self._identity),
            # As the real hosts have them, for when DNS is swapped.
            web.get("/v1/.well-known/openidconfiguration", self._metadata),
            web.get("/v1/.well-known/keys", self._keys),
            web.post("/{tenant}/oauth2/v2.0/token", self._token),
        ]

    # to bots ---------------------------------------------------------------------------------

    def rotate(self, kid: str) -> None:
        """Sign with a new key, which is published; the old one is not any more."""
        self.kid = kid
        self.published = {kid: public_jwk(private_key(kid), kid)}

    def sign(self, bot: Bot, service_url: str, *, key: str = "", kid: str = "", **claims: Any) -> str:
        """The bearer token of one delivery. A claim of None is left out."""
        now = int(time.time())  # noqa: TID251  # the outside world has a real clock
        all_claims = {
            "serviceurl": service_url,
            "nbf": now - 10,
            "exp": now + 3600,
            "iss": ISSUER,
            "aud": bot.app_id,
        } | claims
        shown = {name: value for name, value in all_claims.items() if value is not None}
        kid = kid or self.kid
        return jwt.encode(shown, private_key(key or kid), algorithm="RS256", headers={"kid": kid})

    async def _metadata(self, _request: web.Request) -> web.Response:
        if self.keys_down:
            return web.Response(status=503, text="<html>down</html>", content_type="text/html")
        return web.json_response(
            {
                "issuer": ISSUER,
                "jwks_uri": self.keys_url or f"{self.url}/openid/keys",
                "id_token_signing_alg_values_supported": ["RS256"],
            }
        )

    async def _keys(self, _request: web.Request) -> web.Response:
        self.key_requests += 1
        return web.json_response({"keys": list(self.published.values())})

    # to us -----------------------------------------------------------------------------------

    async def _token(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        self.token_requests.append(form | {"tenant": request.match_info["tenant"]})
        await asyncio.sleep(self.delay)
        await self.open.wait()
        if self.down:
            return web.Response(status=503, text="busy")
        if self.error:
            return web.json_response({"error": self.error, "error_description": "AADSTS700016"}, status=400)
        bot = self.bots.get(form.get("client_id", ""))
        if (
            bot is None
            or form.get("scope") != f"{self.scope}/.default"
            or not self._proven(bot, form, str(request.url))
        ):
            return web.json_response({"error": "invalid_client", "error_description": "AADSTS7000215"}, status=401)
        return web.json_response(self._granted(bot))

    async def _identity(self, request: web.Request) -> web.Response:
        self.token_requests.append(dict(request.query))
        bot = self.bots.get(request.query.get("client_id", ""))
        if bot is None or not (request.headers.get("Metadata") or request.headers.get("X-IDENTITY-HEADER")):
            return web.json_response({"error": "invalid_request"}, status=400)
        return web.json_response(self._granted(bot) | {"expires_in": "86399"})

    def _proven(self, bot: Bot, form: dict[str, str], url: str) -> bool:
        assertion = form.get("client_assertion", "")
        if not assertion:
            return form.get("client_secret") == bot.secret
        certificate = x509.load_pem_x509_certificate(self.certificate.encode())
        claims = jwt.decode(assertion, certificate.public_key(), algorithms=["RS256"], audience=url)  # type: ignore[arg-type]
        return claims["iss"] == claims["sub"] == bot.app_id and "x5t#S256" in jwt.get_unverified_header(assertion)

    def _granted(self, bot: Bot) -> dict[str, Any]:
        now = int(time.time())  # noqa: TID251  # the outside world has a real clock
        claims = {"aud": SCOPE, "appid": bot.app_id, "exp": now + self.lifetime, "jti": str(len(self.token_requests))}
        token = jwt.encode(claims, private_key("directory"), algorithm="RS256")
        return {"token_type": "Bearer", "expires_in": self.lifetime, "access_token": token}

    def bot_of(self, authorization: str) -> Bot | None:
        """The bot whose token that is, if it is a good one."""
        token = authorization.removeprefix("Bearer ")
        if token in self.revoked:
            return None
        try:
            claims = jwt.decode(token, private_key("directory").public_key(), algorithms=["RS256"], audience=SCOPE)
        except jwt.PyJWTError:
            return None
        return self.bots.get(claims["appid"])
