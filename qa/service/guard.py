"""What every request passes before it reaches a route: host, origin, size, login, and how often; and the headers back.

The order is that of `guard`. Nothing behind it has to think of any of this, Gradio's own routes included.
"""

from __future__ import annotations

import ipaddress
import re
import secrets
from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING
from urllib.parse import parse_qs

from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.middleware.errors import ServerErrorMiddleware
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from qa.service.problems import busy, fault, problem

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from fastapi import FastAPI
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

LARGEST_BODY = 2_000_000  # bytes; of all that is no upload
LARGEST_UPLOAD = 1_000_000_000  # bytes; of all files of one request together
UPLOADS_AT_ONCE = 4  # requests; what comes in is kept in temporary files until it is read
LARGEST_LOGIN = 4_096  # bytes
GUESSES = "10 per minute"  # of the token, a client
REQUESTS = "300 per minute"  # that ask or change something, a client

UPLOAD_PATH = "/api/documents"
LOGIN_PATH = "/login"
OPEN_PATHS = frozenset({LOGIN_PATH, "/healthz"})
_READING = frozenset({"GET", "HEAD"})

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; "
    "style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; connect-src 'self'; "
    "manifest-src 'self'; worker-src 'self' blob:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
_LOGIN_POLICY = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; form-action 'self'; " \
    "frame-ancestors 'none'; base-uri 'none'"  # fmt: skip


@dataclass(frozen=True, slots=True)
class Access:
    """Who may come in.

    Attributes:
        hosts: The names under which browsers may address the server, so that no page from elsewhere can reach it
            under a name of its own.
        token: What a client has to know; None where the server is reached from this machine only.
    """

    hosts: tuple[str, ...] = ("127.0.0.1", "localhost", "[::1]")
    token: str | None = None


def guard(app: FastAPI, access: Access, serves: Callable[[str], bool]) -> None:
    """Put the guards before an application.

    Args:
        app: The application, routes and all.
        access: Who may come in.
        serves: Whether a path is one of the application's own; the rest is not found, whatever stands there.
    """

    def is_served(path: str) -> bool:
        return serves(path) or (path == LOGIN_PATH and access.token is not None)

    # Starlette asks the one that was added last first.
    if access.token is not None:
        app.add_middleware(_Login, token=access.token)
    app.add_middleware(_BodyLimit)
    app.add_middleware(CORSMiddleware, allow_origins=[])  # without one, Gradio lets other origins in
    app.add_middleware(_OwnOrigin)
    app.add_middleware(_OwnHost, hosts=access.hosts)
    app.add_middleware(_OwnPaths, serves=is_served)
    app.add_middleware(ServerErrorMiddleware, handler=fault)  # Starlette's own stands before all of these
    app.add_middleware(_SecurityHeaders)


class _SecurityHeaders:
    """Puts the headers that keep a browser from harm on every response that has none of its own."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)


class _OwnPaths:
    """Lets through what the application itself serves: Gradio brings some sixty routes, and the page needs a dozen."""

    def __init__(self, app: ASGIApp, serves: Callable[[str], bool]) -> None:
        self.app = app
        self._serves = serves

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "websocket":
            app = _no_websocket
        elif scope["type"] == "http" and not self._serves(scope["path"]):
            app = problem(HTTPStatus.NOT_FOUND, "There is nothing at this address.")
        await app(scope, receive, send)


async def _no_websocket(scope: Scope, receive: Receive, send: Send) -> None:
    await send({"type": "websocket.close", "code": 1008})


class _OwnHost:
    """Refuses requests to another name: a page from elsewhere may have its own name lead to this machine."""

    def __init__(self, app: ASGIApp, hosts: Collection[str]) -> None:
        self.app = app
        self._hosts = frozenset(host.lower() for host in hosts)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http":
            host = re.fullmatch(
                r"([^:/?#@\\]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?", Headers(scope=scope).get("host", "").lower()
            )
            if host is None or host[1] not in self._hosts:
                app = problem(HTTPStatus.BAD_REQUEST, "This server goes by another name than the one in Host.")
        await app(scope, receive, send)


class _OwnOrigin:
    """Refuses what another origin's page would have done here; browsers say whose page it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http" and scope["method"] not in _READING:
            headers = Headers(scope=scope)
            origin, host = headers.get("origin"), headers.get("host", "")
            if origin is not None and origin.lower() not in (f"http://{host}".lower(), f"https://{host}".lower()):
                app = problem(HTTPStatus.FORBIDDEN, "Questions are taken from this server's own page only.")
        await app(scope, receive, send)


class _BodyLimit:
    """Refuses bodies that are too large, before they are read or as soon as they turn out to be; and many at once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app
        self._uploads = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
        elif scope["path"] != UPLOAD_PATH or scope["method"] in _READING:
            await self._within(LARGEST_BODY, scope, receive, send)
        elif self._uploads >= UPLOADS_AT_ONCE:
            detail = f"Busy: {UPLOADS_AT_ONCE} clients are adding documents already. Try again in a few seconds."
            await busy(detail)(scope, receive, send)
        else:
            self._uploads += 1
            try:
                await self._within(LARGEST_UPLOAD, scope, receive, send)
            finally:
                self._uploads -= 1

    async def _within(self, largest: int, scope: Scope, receive: Receive, send: Send) -> None:
        detail = f"A request to this address may be {largest // 1_000_000:,} MB large at most."
        refusal = problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        told = Headers(scope=scope).get("content-length", "")
        if told.isdecimal() and int(told) > largest:
            await refusal(scope, receive, send)
            return
        received, has_begun = 0, False

        async def receive_within_limit() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > largest:
                raise HTTPException(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
            return message

        async def send_unless_refused(message: Message) -> None:
            nonlocal has_begun
            if received <= largest or has_begun:  # what is said to the exception above differs from route to route
                has_begun = True
                await send(message)

        try:
            await self.app(scope, receive_within_limit, send_unless_refused)
        except HTTPException:
            if received <= largest:
                raise
        if received > largest and not has_begun:
            await refusal(scope, receive, send)


class _Login:
    """Lets in who knows the token: as `Authorization: Bearer`, or by a cookie that the login page gives for it.

    Wrong tokens and requests that ask or change something are counted by client, which is a network address.
    """

    def __init__(self, app: ASGIApp, token: str) -> None:
        self.app = app
        self._token = token
        # Of this run only, so that nothing that a browser keeps holds the token; of its own name, as a cookie is
        # for all ports of a host.
        self._cookie = f"askfolder-{secrets.token_hex(4)}"
        self._session = secrets.token_urlsafe(32)
        self._counts = MovingWindowRateLimiter(MemoryStorage())
        self._guesses, self._requests = parse(GUESSES), parse(REQUESTS)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        app = self.app
        if scope["type"] == "http":
            app = await self._answer(Request(scope, receive))
        await app(scope, receive, send)

    async def _answer(self, request: Request) -> ASGIApp:
        client = _network(request.client.host) if request.client else ""
        path = request.scope["path"]
        if path == LOGIN_PATH:
            return await self._login(request, client)
        if path in OPEN_PATHS:
            return self.app
        scheme, _, bearer = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() == "bearer" and bearer:
            if not self._counts.test(self._guesses, client):
                return _too_many("guesses of the token")
            if not _same(bearer.strip(), self._token):
                self._counts.hit(self._guesses, client)
                return _unauthorised("This is not the token that askfolder printed when it started.")
        elif not _same(request.cookies.get(self._cookie, ""), self._session):
            if request.method in _READING and "text/html" in request.headers.get("accept", ""):
                return RedirectResponse(LOGIN_PATH, HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
            return _unauthorised("Send the token that askfolder printed when it started: Authorization: Bearer TOKEN")
        if request.method not in _READING and not self._counts.hit(self._requests, client):
            return _too_many("requests")
        return self.app

    async def _login(self, request: Request, client: str) -> ASGIApp:
        if request.method in _READING:
            return _login_page()
        if request.method != "POST":
            return problem(HTTPStatus.METHOD_NOT_ALLOWED, "Log in with POST.", {"Allow": "GET, HEAD, POST"})
        try:
            token = await _token_of(request)
        except ClientDisconnect:
            return problem(HTTPStatus.BAD_REQUEST, "The request ended early.")
        # From here on nothing is waited for, so that guesses made at once are counted one after the other.
        if not self._counts.test(self._guesses, client):
            return _login_page("Too many guesses. Wait a minute.", HTTPStatus.TOO_MANY_REQUESTS)
        if not _same(token.strip(), self._token):
            self._counts.hit(self._guesses, client)
            return _login_page("This is not the token.", HTTPStatus.UNAUTHORIZED)
        response = RedirectResponse("/", HTTPStatus.SEE_OTHER, {"Cache-Control": "no-store"})
        response.set_cookie(
            self._cookie, self._session, httponly=True, samesite="lax", secure=request.url.scheme == "https"
        )
        return response


def _network(address: str) -> str:
    """Give what is counted as one client: an address, or the network of an IPv6 address, which is one household's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(parsed, ipaddress.IPv4Address):
        return address
    return str(parsed.ipv4_mapped or ipaddress.ip_network((parsed.packed, 64), strict=False))


async def _token_of(request: Request) -> str:
    """Give what the login form sent as the token; "" where it is anything else than that form."""
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > LARGEST_LOGIN:
            return ""
    try:
        return parse_qs(body.decode("utf-8", "replace"), max_num_fields=2).get("token", [""])[0]
    except ValueError:
        return ""


def _same(given: str, wanted: str) -> bool:
    return secrets.compare_digest(given.encode(), wanted.encode())


def _too_many(what: str) -> Response:
    return problem(
        HTTPStatus.TOO_MANY_REQUESTS, f"Too many {what} from this address. Wait a minute.", {"Retry-After": "60"}
    )


def _unauthorised(detail: str) -> Response:
    return problem(HTTPStatus.UNAUTHORIZED, detail, {"WWW-Authenticate": "Bearer"})


def _login_page(said: str = "", status: HTTPStatus = HTTPStatus.OK) -> Response:
    return HTMLResponse(
        _LOGIN_PAGE.replace("<!-- said -->", f"<p role='alert'>{said}</p>" if said else ""),
        status,
        # With "no-referrer" a browser would send the form with the origin "null", as if it came from elsewhere.
        {"Content-Security-Policy": _LOGIN_POLICY, "Cache-Control": "no-store", "Referrer-Policy": "same-origin"}
        | ({"Retry-After": "60"} if status == HTTPStatus.TOO_MANY_REQUESTS else {}),
    )


# An address with a citation is kept through the login: browsers hand the part after # on to where they are sent.
_LOGIN_PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>askfolder: log in</title>
<style>
body { font: 1rem/1.5 system-ui, sans-serif; max-width: 24rem; margin: 20vh auto 0; padding: 0 1rem; }
h1 { font-size: 1.25rem; }
label, input, button { display: block; font: inherit; width: 100%; box-sizing: border-box; }
input, button { margin: .25rem 0 1rem; padding: .5rem; }
</style>
<main>
<h1>askfolder</h1>
<!-- said -->
<form method="post" action="/login">
<label for="token">Token, as the terminal shows it</label>
<input id="token" name="token" type="password" autocomplete="current-password" required autofocus>
<button>Log in</button>
</form>
</main>
<script>document.forms[0].action += location.hash</script>
</html>
"""
