"""What stands before every route: who may come in, from where, how often and with how much; and the headers back."""

from __future__ import annotations

import asyncio
import re
import socket
import threading
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import httpx
import pytest
from fastapi import FastAPI
from hashed_embedder import HashedEmbedder
from matching_reader import MatchingReader
from pdf_files import column, pdf_file
from serving import serving

import ui
from qa import Folder
from qa.service import guard
from qa.service.guard import HEADERS, Access

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from starlette.types import Message

TOKEN = "a token of many characters"
HOST = "ask.test"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
WHO = {"question": "Who is the miller of Oldbridge?"}
FAULT = {"question": "Why does this fail?"}
BROWSER = "text/html,application/xhtml+xml,*/*;q=0.8"
INITIALIZE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "test", "version": "1"}},
}
PAGE_ROUTES = [
    ("GET", "/"),
    ("GET", "/config"),
    ("GET", "/theme.css"),
    ("GET", "/gradio_api/queue/data"),
    ("GET", "/gradio_api/heartbeat/a"),
    ("POST", "/gradio_api/queue/join"),
    ("POST", "/gradio_api/run/predict"),
    ("POST", "/gradio_api/component_server"),
    ("POST", "/gradio_api/cancel"),
    ("POST", "/gradio_api/reset"),
]


class FaultyReader(MatchingReader):
    """Fails at one question."""

    def read(self, question: str, *arguments: Any) -> Any:
        """Fail, or read as usual."""
        if question == FAULT["question"]:
            raise RuntimeError("a fault")
        return super().read(question, *arguments)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Folder]:
    """Open a folder with a text and a PDF."""
    path = tmp_path_factory.mktemp("documents")
    (path / "mill.txt").write_text("The miller of Oldbridge is Ada Corn.")
    (path / "ferry.pdf").write_bytes(pdf_file(column(50, 700, "The ferry at Oldbridge leaves at seven every day.")))
    with Folder(path, model=HashedEmbedder(), reader=FaultyReader()) as opened:
        opened.sync()
        yield opened


@pytest.fixture(scope="module")
def address(opened: Folder) -> Iterator[str]:
    """Serve the page and all else under a name of its own, behind a token."""
    with serving(lambda: ui.make_app(opened, access=Access((HOST.title(), "[::1]"), TOKEN))) as address:
        yield address


@pytest.fixture
def client(address: str, request: pytest.FixtureRequest) -> Iterator[httpx.Client]:
    """Give a client with an address of its own, so that tests do not use up each other's guesses."""
    yield from connected(address, request.node.nodeid)


def connected(address: str, whose: str) -> Iterator[httpx.Client]:
    """Connect to the server, which takes the address of a client that a proxy on its machine names."""
    number = sum(whose.encode()) + 1_000 * len(whose)
    headers = {"Host": HOST, "X-Forwarded-For": f"198.51.{number // 256 % 256}.{number % 256}"}
    with httpx.Client(base_url=address, headers=headers, trust_env=False, timeout=30) as client:
        yield client


def test_guard_lets_in_who_sends_the_token(client: httpx.Client) -> None:
    """As a bearer; the word may be written in any case."""
    assert client.get("/api/documents", headers=BEARER).status_code == 200
    assert client.get("/", headers={"authorization": f"bearer  {TOKEN}"}).status_code == 200
    assert client.post("/api/ask", json=WHO, headers=BEARER).json()["found"] is True
    assert client.post("/mcp", json=INITIALIZE, headers=BEARER).json()["result"]["serverInfo"]["name"] == "askfolder"


def test_guard_asks_at_every_route_for_the_token(client: httpx.Client) -> None:
    """REST, the chat door, the schema, MCP and the page's own routes alike."""
    paths = client.get("/openapi.json", headers=BEARER).json()["paths"]
    described = [(method.upper(), path) for path, methods in paths.items() for method in methods]
    routes = [*described, *PAGE_ROUTES, ("GET", "/openapi.json"), ("POST", "/mcp"), ("GET", "/mcp")]
    assert len(described) == 11
    routes.remove(("GET", "/healthz"))
    for method, path in routes:
        for headers in ({}, {"Authorization": f"Basic {TOKEN}"}, {"Cookie": "askfolder=1"}):
            response = client.request(method, path, headers=headers)
            assert (method, path, response.status_code) == (method, path, 401)
            assert response.headers["www-authenticate"] == "Bearer"
            assert response.headers["content-type"] == "application/problem+json"


def test_guard_says_without_a_token_only_that_it_is_there(client: httpx.Client) -> None:
    """Whoever watches over a machine may ask for its health."""
    assert client.get("/healthz").json() == {"status": "ok"}


def test_guard_leads_a_browser_to_the_login(client: httpx.Client) -> None:
    """Only where it asks for a page."""
    response = client.get("/", headers={"Accept": BROWSER})
    assert (response.status_code, response.headers["location"]) == (303, "/login")
    assert client.post("/api/ask", json=WHO, headers={"Accept": BROWSER}).status_code == 401


def test_login_gives_a_cookie_that_lets_in(client: httpx.Client) -> None:
    """It is sent to this server only, kept from scripts, and is not the token."""
    response = client.post("/login", data={"token": f" {TOKEN}\n"})
    assert (response.status_code, response.headers["location"]) == (303, "/")
    cookie = response.headers["set-cookie"]
    assert re.fullmatch(r"askfolder-[0-9a-f]{8}=[\w-]{43}; HttpOnly; Path=/; SameSite=lax", cookie)
    sent = {"Cookie": cookie.split(";")[0]}
    assert client.get("/", headers={**sent, "Accept": BROWSER}).status_code == 200
    assert client.post("/api/ask", json=WHO, headers=sent).json()["found"] is True


def test_login_cookie_is_kept_from_plain_http_behind_a_proxy_with_https(client: httpx.Client) -> None:
    """Where the proxy says that the browser came by https."""
    response = client.post("/login", data={"token": TOKEN}, headers={"X-Forwarded-Proto": "https"})
    assert response.headers["set-cookie"].endswith("; HttpOnly; Path=/; SameSite=lax; Secure")


@pytest.mark.parametrize("guess", ["", TOKEN[:-1], f"{TOKEN}x", TOKEN.upper(), "<script>alert(1)</script>", "\ufffd"])
def test_login_refuses_another_token_and_repeats_nothing_of_it(client: httpx.Client, guess: str) -> None:
    """The page says so in fixed words, and no cookie is set."""
    response = client.post("/login?token=<b>bold</b>", data={"token": guess, "next": "//elsewhere.invalid"})
    assert response.status_code == 401
    assert "set-cookie" not in response.headers
    page = client.get("/login").text
    assert response.text.replace("<p role='alert'>This is not the token.</p>", "<!-- said -->", 1) == page.replace(
        "<h1>askfolder</h1>\n", "<h1>askfolder</h1>\n<!-- said -->", 1
    )


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"token=" + b"x" * 5_000, "application/x-www-form-urlencoded"),
        (b"a=1&b=2&c=3&token=d", "application/x-www-form-urlencoded"),
        (b"token=\xff\xfe", "application/x-www-form-urlencoded"),
        (b"\x00", "multipart/form-data"),
        (
            b'--b\r\nContent-Disposition: form-data; name="token"\r\n\r\n\\ud800\r\n--b--\r\n',
            "multipart/form-data; boundary=b; charset=unicode_escape",
        ),
    ],
)
def test_login_takes_whatever_is_no_form_for_a_wrong_token(client: httpx.Client, content: bytes, kind: str) -> None:
    """None of it is a fault."""
    assert client.post("/login", content=content, headers={"Content-Type": kind}).status_code == 401


def test_login_reads_no_endless_body(client: httpx.Client) -> None:
    """What is told to be large is not read at all."""
    assert client.post("/login", content=b"token=" + b"x" * guard.LARGEST_BODY).status_code == 413


def test_login_takes_no_other_method(client: httpx.Client) -> None:
    """And says which it takes."""
    response = client.put("/login")
    assert (response.status_code, response.headers["allow"]) == (405, "GET, HEAD, POST")


def test_login_is_not_there_without_a_token(opened: Folder) -> None:
    """Where everybody who reaches the server may ask, there is nothing to guess at."""
    with serving(lambda: ui.make_app(opened)) as address, httpx.Client(base_url=address, trust_env=False) as client:
        assert client.get("/login").status_code == 404
        assert client.post("/login", data={"token": TOKEN}).status_code == 404
        assert client.get("/api/documents").status_code == 200


def test_guesses_are_limited(client: httpx.Client) -> None:
    """After ten in a minute not even the right token is looked at; the form and the header count together."""
    for number in range(5):
        assert client.post("/login", data={"token": f"guess {number}"}).status_code == 401
        assert client.get("/", headers={"Authorization": f"Bearer guess {number}"}).status_code == 401
    by_form = client.post("/login", data={"token": TOKEN})
    by_header = client.get("/api/documents", headers=BEARER)
    assert (by_form.status_code, by_form.headers["retry-after"]) == (429, "60")
    assert "set-cookie" not in by_form.headers
    assert (by_header.status_code, by_header.headers["retry-after"]) == (429, "60")
    assert by_header.json()["detail"] == "Too many guesses of the token from this address. Wait a minute."
    other = {"X-Forwarded-For": "203.0.113.7"}
    assert client.get("/api/documents", headers={**BEARER, **other}).status_code == 200


def test_guesses_of_one_household_count_together(client: httpx.Client) -> None:
    """Whoever has one IPv6 address has a network of them."""
    for number in range(10):
        guess = {"Authorization": f"Bearer {number}", "X-Forwarded-For": f"2001:db8:5:6::{number}"}
        assert client.get("/", headers=guess).status_code == 401
    near, far = "2001:db8:5:6:ffff::1", "2001:db8:5:7::1"
    assert client.get("/", headers={**BEARER, "X-Forwarded-For": near}).status_code == 429
    assert client.get("/", headers={**BEARER, "X-Forwarded-For": far}).status_code == 200


@pytest.mark.parametrize("way", ["form", "header"])
def test_guesses_that_are_made_at_once_are_limited(client: httpx.Client, way: str) -> None:
    """No more than ten of forty are looked at."""

    async def guess(at_once: httpx.AsyncClient, number: int) -> int:
        if way == "form":
            return (await at_once.post("/login", data={"token": f"guess {number}"})).status_code
        return (await at_once.get("/", headers={"Authorization": f"Bearer guess {number}"})).status_code

    async def guess_all() -> list[int]:
        async with httpx.AsyncClient(base_url=client.base_url, headers=client.headers, trust_env=False) as at_once:
            return await asyncio.gather(*(guess(at_once, number) for number in range(40)))

    assert Counter(asyncio.run(guess_all())) == {401: 10, 429: 30}


def test_requests_of_one_client_are_limited(client: httpx.Client) -> None:
    """Those that ask or change something; looking, and other clients, go on."""
    statuses = [client.post("/api/ask", json={}, headers=BEARER).status_code for _ in range(301)]
    assert statuses == [422] * 300 + [429]
    refused = client.delete(f"/api/documents/{'0' * 64}", headers=BEARER)
    assert (refused.status_code, refused.headers["retry-after"]) == (429, "60")
    assert client.get("/api/documents", headers=BEARER).status_code == 200
    other = {"X-Forwarded-For": "203.0.113.8"}
    assert client.post("/api/ask", json={}, headers={**BEARER, **other}).status_code == 422


@pytest.mark.parametrize("path", ["/api/ask", "/v1/chat/completions", "/mcp", "/gradio_api/queue/join"])
def test_body_that_turns_out_to_be_too_large_is_refused(client: httpx.Client, path: str) -> None:
    """Though its size was not told."""
    headers = {**BEARER, "Content-Type": "application/json", "Accept": "application/json, text/event-stream"}
    response = client.post(path, content=iter([b" " * 500_000] * 5), headers=headers)
    assert response.status_code == 413
    assert response.json()["detail"] == "A request to this address may be 2 MB large at most."


@pytest.mark.parametrize(
    ("path", "size", "most"), [("/api/ask", 2_000_001, "2 MB"), ("/api/documents", 1_000_000_001, "1,000 MB")]
)
def test_body_that_is_told_to_be_too_large_is_refused_before_it_is_sent(
    address: str, path: str, size: int, most: str
) -> None:
    """No client has to send it first."""
    said = said_to(address, f"POST {path} HTTP/1.1", f"Content-Length: {size}", f"Authorization: Bearer {TOKEN}")
    assert said.startswith("HTTP/1.1 413 ")
    assert f"may be {most} large at most" in said


def test_upload_that_turns_out_to_be_too_large_is_refused(
    client: httpx.Client, opened: Folder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing of it is kept."""
    monkeypatch.setattr(guard, "LARGEST_UPLOAD", 100_000)
    head = b'--b\r\nContent-Disposition: form-data; name="files"; filename="a.txt"\r\n\r\n'
    content = iter([head, *[b"word " * 10_000] * 4, b"\r\n--b--\r\n"])
    headers = {**BEARER, "Content-Type": "multipart/form-data; boundary=b"}
    assert client.post("/api/documents", content=content, headers=headers).status_code == 413
    assert opened.uploads() == ()


def test_uploads_at_once_are_limited(client: httpx.Client, address: str) -> None:
    """What comes in is kept in temporary files, and these have bounds too."""
    head = "\r\n".join(
        [
            "POST /api/documents HTTP/1.1",
            f"Host: {HOST}",
            f"Authorization: Bearer {TOKEN}",
            "Content-Type: multipart/form-data; boundary=b",
            "Content-Length: 1000\r\n\r\n",
        ]
    )
    slow = [connect(address) for _ in range(guard.UPLOADS_AT_ONCE)]
    try:
        for connection in slow:
            connection.sendall(head.encode())
        files = {"files": ("empty.txt", b"")}
        response = until(503, lambda: client.post("/api/documents", files=files, headers=BEARER))
        assert response.headers["retry-after"] == "2"
        assert response.json()["detail"].startswith("Busy: 4 clients are adding documents already.")
    finally:
        for connection in slow:
            connection.close()
    assert until(422, lambda: client.post("/api/documents", files=files, headers=BEARER)).status_code == 422


ORIGINS = [
    "http://elsewhere.invalid",
    "null",
    "",
    "http://[",
    f"http://{HOST}.elsewhere.invalid",
    f"http://{HOST}:1",
    f"http://{HOST}@elsewhere.invalid",
    f"ftp://{HOST}",
]


@pytest.mark.parametrize("origin", ORIGINS)
def test_page_of_another_origin_may_change_nothing(client: httpx.Client, origin: str) -> None:
    """Though the browser sends the cookie along."""
    headers = {**logged_in(client), "Origin": origin}
    for method, path in [
        ("POST", "/api/ask"),
        ("POST", "/api/documents"),
        ("DELETE", f"/api/documents/{'0' * 64}"),
        ("POST", "/v1/chat/completions"),
        ("POST", "/mcp"),
        ("POST", "/login"),
        ("POST", "/gradio_api/run/predict"),
    ]:
        assert client.request(method, path, headers=headers).status_code == 403


@pytest.mark.parametrize("origin", ORIGINS)
def test_page_of_another_origin_may_read_nothing(client: httpx.Client, origin: str) -> None:
    """No response, to a request or to the question before it, allows the browser to hand it on."""
    headers = {**logged_in(client), "Origin": origin, "Access-Control-Request-Method": "GET"}
    for method, path in [
        ("GET", "/api/documents"),
        ("GET", "/config"),
        ("GET", "/"),
        ("OPTIONS", "/api/documents"),
        ("OPTIONS", "/gradio_api/queue/join"),
    ]:
        response = client.request(method, path, headers=headers)
        assert response.status_code == (200 if method == "GET" else 403)
        assert [name for name in response.headers if name.startswith("access-control-allow")] == []


def test_page_of_the_own_origin_may_ask(client: httpx.Client) -> None:
    """By http, or by https through a proxy."""
    for origin in (f"http://{HOST}", f"https://{HOST.upper()}"):
        response = client.post("/api/ask", json=WHO, headers={**logged_in(client), "Origin": origin})
        assert response.status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "",
        "elsewhere.invalid",
        "127.0.0.1",
        f"{HOST}.elsewhere.invalid",
        f"elsewhere.invalid.{HOST}",
        f"{HOST}@elsewhere.invalid",
        f"{HOST}:80:80",
        f"{HOST}:x",
        f"{HOST}/healthz?",
        f"{HOST}/login#",
        f"{HOST}.",
        "[::1",
        "[::2]",
        "::1",
    ],
)
def test_server_answers_to_no_other_name(client: httpx.Client, host: str) -> None:
    """Neither its page nor what needs no token; and no name makes another path of the one that was asked for."""
    for path in ("/", "/healthz", "/api/documents"):
        response = client.get(path, headers={"Host": host, **BEARER})
        assert (response.status_code, response.headers["content-type"]) == (400, "application/problem+json")


@pytest.mark.parametrize("host", [HOST.upper(), f"{HOST}:8080", "[::1]", "[::1]:80"])
def test_server_answers_to_its_names(client: httpx.Client, host: str) -> None:
    """In any case, at any port."""
    assert client.get("/api/documents", headers={"Host": host, **BEARER}).status_code == 200


def test_server_goes_by_no_name_at_all_where_none_is_sent(address: str) -> None:
    """As HTTP 1.0 allows."""
    parts = urlsplit(address)
    with socket.create_connection((parts.hostname or "", parts.port or 0), 10) as connection:
        connection.sendall(b"GET /healthz HTTP/1.0\r\n\r\n")
        assert connection.recv(100).startswith(b"HTTP/1.1 400 ")


def test_security_headers_are_on_every_kind_of_response(client: httpx.Client, opened: Folder) -> None:
    """Pages, data, streams, images, files, and whatever is refused or fails."""
    pdf = next(document.id for document in opened.documents() if document.source == "ferry.pdf")
    tag = client.get("/api/documents", headers=BEARER).headers["etag"]
    chat = {"messages": [{"role": "user", "content": WHO["question"]}], "stream": True}
    large = b" " * (guard.LARGEST_BODY + 1)
    asked: list[tuple[int, str, str, dict[str, Any]]] = [
        (200, "GET", "/", {}),
        (200, "GET", "/theme.css", {}),
        (200, "GET", "/api/documents", {}),
        (304, "GET", "/api/documents", {"headers": {"If-None-Match": tag}}),
        (200, "POST", "/api/ask", {"json": WHO}),
        (200, "POST", "/v1/chat/completions", {"json": chat}),
        (200, "POST", "/mcp", {"json": INITIALIZE}),
        (200, "GET", f"/api/documents/{pdf}/pages/1.png", {}),
        (200, "GET", f"/api/documents/{pdf}/file", {}),
        (303, "GET", "/", {"headers": {"Authorization": "", "Accept": BROWSER}}),
        (400, "GET", "/", {"headers": {"Host": "elsewhere.invalid"}}),
        (401, "GET", "/", {"headers": {"Authorization": ""}}),
        (403, "POST", "/api/ask", {"headers": {"Origin": "null"}}),
        (404, "GET", "/nowhere", {}),
        (404, "GET", "/api/nowhere", {}),
        (405, "GET", "/api/ask", {}),
        (405, "GET", "/mcp", {}),
        (413, "POST", "/api/ask", {"content": large}),
        (422, "POST", "/api/ask", {"json": {}}),
        (500, "POST", "/api/ask", {"json": FAULT}),
    ]
    for status, method, path, options in asked:
        response = client.request(method, path, **{**options, "headers": {**BEARER, **options.get("headers", {})}})
        assert (method, path, response.status_code) == (method, path, status)
        assert {name: response.headers.get(name) for name in HEADERS} == HEADERS
        assert status < 400 or response.headers["content-type"] == "application/problem+json"


def test_login_page_has_headers_of_its_own(client: httpx.Client) -> None:
    """It may send its form, here only and with its origin, and is kept nowhere."""
    response = client.get("/login")
    own = {"Content-Security-Policy": response.headers["content-security-policy"], "Referrer-Policy": "same-origin"}
    assert {name: response.headers[name] for name in HEADERS} == HEADERS | own
    assert "form-action 'self'" in response.headers["content-security-policy"]
    assert response.headers["cache-control"] == "no-store"


def test_fault_tells_nothing_of_itself(client: httpx.Client) -> None:
    """A client reads that something failed; what, stands in the terminal."""
    response = client.post("/api/ask", json=FAULT, headers=BEARER)
    assert response.json() == {
        "type": "about:blank",
        "title": "Internal Server Error",
        "status": 500,
        "detail": "This failed because of a fault in askfolder. Its terminal says more.",
    }


@pytest.mark.parametrize("path", ["/gradio_api/queue/join", "/api/ask", "/mcp", "/nowhere"])
def test_websocket_is_refused(path: str) -> None:
    """Whatever the address, since nothing here speaks so."""
    app = FastAPI()
    guard.guard(app, Access(), lambda _: True)
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "websocket.connect"}

    async def send(message: Message) -> None:
        sent.append(message)

    scope = {"type": "websocket", "path": path, "headers": [(b"host", b"127.0.0.1")], "query_string": b""}
    asyncio.run(app(scope, receive, send))
    assert sent == [{"type": "websocket.close", "code": 1008}]


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("GET", "/api/ask", "POST"),
        ("PUT", "/api/documents", "GET, POST"),
        ("POST", f"/api/documents/{'0' * 64}", "DELETE"),
        ("GET", "/v1/chat/completions", "POST"),
        ("GET", "/mcp", "POST"),
        ("DELETE", "/mcp", "POST"),
        ("POST", "/healthz", "GET"),
        ("POST", "/openapi.json", "GET, HEAD"),
    ],
)
def test_wrong_method_is_told_the_right_one(client: httpx.Client, method: str, path: str, allowed: str) -> None:
    """Also where the page, which is mounted behind all routes, would have answered."""
    response = client.request(method, path, headers=BEARER)
    assert (response.status_code, response.headers["content-type"]) == (405, "application/problem+json")
    assert sorted(response.headers["allow"].split(", ")) == allowed.split(", ")


def logged_in(client: httpx.Client) -> dict[str, str]:
    """Give the header with the cookie of a browser that has logged in."""
    cookie = client.post("/login", data={"token": TOKEN}).headers["set-cookie"]
    client.cookies.clear()
    return {"Cookie": cookie.split(";")[0]}


def connect(address: str) -> socket.socket:
    """Connect to the server."""
    parts = urlsplit(address)
    return socket.create_connection((parts.hostname or "", parts.port or 0), 10)


def said_to(address: str, *lines: str) -> str:
    """Send lines of a request and no body; give what the server says at once."""
    with connect(address) as connection:
        connection.sendall("\r\n".join([*lines, f"Host: {HOST}", "\r\n"]).encode())
        said = b""
        while not said.endswith(b"}"):
            said += connection.recv(10_000)
        return said.decode()


def until(status: int, ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask until the status is this one, for as long as a server may take to see what its connections do."""
    waiting = threading.Event()
    for _ in range(100):
        response = ask()
        if response.status_code == status:
            break
        waiting.wait(0.05)
    return response
