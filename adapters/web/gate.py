"""Who may talk to the playground's page: browsers on this machine that show this very page.

The page has no passwords, so three doors are kept shut: other machines (by the addresses of the
connection), names that were made to point here (by the Host header), and other pages in the same
browser (by Origin and Sec-Fetch-Site). Never looks at what is asked for.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final
from urllib.parse import SplitResult, urlsplit

from aiohttp import web

from bot.core.platforms.addresses import is_loopback

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
        "form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-cache",
}


def guarded(handler: Handler) -> Handler:
    """The handler, behind the doors, with the headers that tell the browser to keep them shut too."""

    async def behind(request: web.Request) -> web.StreamResponse:
        why = refusal(
            peer=_address(request, "peername"),
            bound=_address(request, "sockname"),
            host=request.headers.get("Host", ""),
            origin=request.headers.get("Origin"),
            site=request.headers.get("Sec-Fetch-Site"),
            navigates=request.headers.get("Sec-Fetch-Mode") == "navigate" and request.method == "GET",
        )
        response = web.json_response({"error": why}, status=403) if why else await handler(request)
        if not response.prepared:
            for name, value in _HEADERS.items():
                response.headers.setdefault(name, value)
        return response

    return behind


def refusal(*, peer: str, bound: str, host: str, origin: str | None, site: str | None, navigates: bool) -> str | None:
    """Why a request is refused, None when it is not.

    `peer` and `bound` are the two addresses of the connection, the others are headers (None when
    absent: programs on this machine send none). `navigates` lets a link from elsewhere open the page.
    """
    if not (is_loopback(peer) and is_loopback(bound)):
        return "the playground has no passwords and answers this machine only"
    asked, named = _split(f"//{host}"), _split(origin or "")
    if asked is None or not is_loopback(asked.hostname or ""):
        return "the playground answers to http://127.0.0.1 and http://localhost only, whatever name points here"
    if origin is not None and (named is None or named.netloc != host):
        return "another page may not use the playground"
    if site not in (None, "same-origin", "none") and not navigates:
        return "another page may not use the playground"
    return None


def _split(address: str) -> SplitResult | None:
    """The parts of an address, None when it is none."""
    try:
        return urlsplit(address)
    except ValueError:
        return None


def _address(request: web.Request, which: str) -> str:
    found: tuple[str, int] | str | None = request.transport.get_extra_info(which) if request.transport else None
    return found[0] if isinstance(found, tuple) else ""
