"""The folder as MCP tools, called by the protocol's official client over HTTP and over the pipes of `askfolder mcp`."""

from __future__ import annotations

import asyncio
import json
import shutil
import subprocess
import sys
import threading
from typing import TYPE_CHECKING, Any

import httpx
import httpx2
import pytest
from hashed_embedder import HashedEmbedder
from matching_reader import MatchingReader
from mcp import Client, StdioServerParameters
from mcp.client.streamable_http import streamable_http_client
from serving import serving

from qa import Folder
from qa.service.application import make_service
from qa.service.collection import Collection
from qa.service.desk import Desk
from qa.service.guard import Access, guard
from qa.service.tools import INSTRUCTIONS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator
    from pathlib import Path

    from mcp.types import CallToolResult

TOKEN = "a token of many characters"
WHO = "Who is the miller of Oldbridge?"
MILL = "The mill of Oldbridge grinds oats on Tuesdays.\n\nThe miller of Oldbridge is Ada Corn."
FAULT = "Why does this fail?"


class Gate(MatchingReader):
    """Reads when it may; fails at one question."""

    def __init__(self) -> None:
        super().__init__()
        self.open = threading.Event()
        self.open.set()

    def read(self, question: str, *arguments: Any) -> Any:
        """Wait, then fail or read as usual."""
        self.open.wait(20)
        if question == FAULT:
            raise RuntimeError("a secret of the server's")
        return super().read(question, *arguments)


@pytest.fixture(scope="module")
def gate() -> Gate:
    """Give the reader of `opened`."""
    return Gate()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> Iterator[Folder]:
    """Open a folder with one document and one that cannot be read."""
    path = tmp_path_factory.mktemp("documents")
    (path / "mill.txt").write_text(MILL)
    (path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing")
    with Folder(path, model=HashedEmbedder(), reader=gate) as opened:
        opened.sync()
        yield opened


@pytest.fixture(scope="module")
def address(opened: Folder) -> Iterator[str]:
    """Serve the folder behind a token; two questions are answered at a time, and none may wait."""

    def guarded() -> Any:
        app = make_service(Desk(opened, at_once=2, waiting=0), Collection(opened))
        guard(app, Access(token=TOKEN), lambda _: True)
        return app

    with serving(guarded) as address:
        yield address


def use(address: str, what: Callable[[Client], Awaitable[Any]], mode: str = "auto") -> Any:
    """Connect the official client over HTTP, and use it."""

    async def run() -> Any:
        http_client = httpx2.AsyncClient(headers={"Authorization": f"Bearer {TOKEN}"}, trust_env=False, timeout=30)
        async with (
            http_client,
            Client(streamable_http_client(f"{address}/mcp", http_client=http_client), mode=mode) as c,
        ):
            return await what(c)

    return asyncio.run(run())


def call(address: str, tool: str, arguments: dict[str, Any], mode: str = "auto") -> CallToolResult:
    """Call one tool over HTTP."""
    result: CallToolResult = use(address, lambda client: client.call_tool(tool, arguments), mode)
    return result


def by_rest(address: str, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
    """Ask the REST route of the same name."""
    headers = {"Authorization": f"Bearer {TOKEN}"}
    return httpx.request(method, f"{address}{path}", json=body, headers=headers, trust_env=False, timeout=30).json()


def test_tools_are_three_and_described(address: str) -> None:
    """Each only looks, and says of what form its result is."""

    async def look(client: Client) -> tuple[Any, Any]:
        return client.instructions, (await client.list_tools()).tools

    instructions, tools = use(address, look)
    assert instructions == INSTRUCTIONS
    assert [(tool.name, tool.annotations.read_only_hint, tool.output_schema["title"]) for tool in tools] == [
        ("ask", True, "Answer"),
        ("retrieve", True, "Passages"),
        ("documents", True, "Documents"),
    ]
    assert [(tool.input_schema["properties"].keys(), tool.input_schema.get("required")) for tool in tools] == [
        ({"question", "documents"}, ["question"]),
        ({"question", "k", "documents"}, ["question"]),
        (set(), None),
    ]


@pytest.mark.parametrize("mode", ["auto", "legacy"])
@pytest.mark.parametrize(
    ("tool", "arguments", "method", "path"),
    [
        ("ask", {"question": WHO}, "POST", "/api/ask"),
        ("ask", {"question": "When was the lighthouse painted?"}, "POST", "/api/ask"),
        ("retrieve", {"question": WHO, "k": 1, "documents": ["mill.txt"]}, "POST", "/api/retrieve"),
        ("documents", {}, "GET", "/api/documents"),
    ],
)
def test_tool_gives_what_rest_gives(
    address: str, tool: str, arguments: dict[str, Any], method: str, path: str, mode: str
) -> None:
    """As a structured result, and as the same in JSON for clients that know none; in old and new protocol versions."""
    result = call(address, tool, arguments, mode)
    expected = by_rest(address, method, path, arguments if method == "POST" else None)
    assert not result.is_error
    assert result.structured_content == expected
    (content,) = result.content
    assert content.type == "text"
    assert json.loads(content.text) == expected


def test_tool_ask_quotes(address: str) -> None:
    """What a language model gets holds the quotation and its place."""
    answer = call(address, "ask", {"question": WHO}).structured_content
    assert answer is not None
    assert answer["found"] is True
    assert (answer["citations"][0]["quote"], answer["citations"][0]["source"]) == (
        "The miller of Oldbridge is Ada Corn.",
        "mill.txt",
    )


@pytest.mark.parametrize(
    ("tool", "arguments", "said"),
    [
        ("ask", {"question": WHO, "documents": ["ghost.txt"]}, "There is no document 'ghost.txt' in this folder."),
        ("ask", {"question": " \n"}, "The question is empty."),
        ("ask", {"question": "x" * 10_001}, "String should have at most 10000 characters"),
        ("ask", {}, "Field required"),
        ("ask", {"question": WHO, "documents": "mill.txt"}, "Input should be a valid list"),
        ("retrieve", {"question": WHO, "k": 0}, "Input should be greater than or equal to 1"),
        ("retrieve", {"question": WHO, "documents": ["a\x1b[31m\u202eb"]}, "'a\\x1b[31m\\u202eb'"),
    ],
)
def test_tool_that_fails_says_why(address: str, tool: str, arguments: dict[str, Any], said: str) -> None:
    """To the language model, in a sentence, and not as a failure of the protocol."""
    result = call(address, tool, arguments)
    assert result.is_error is True
    assert said in " ".join(content.text for content in result.content if content.type == "text")


def test_tool_that_fails_by_a_fault_says_no_more(address: str) -> None:
    """What it was stands in the server's terminal."""
    result = call(address, "ask", {"question": FAULT})
    assert result.is_error is True
    assert [content.text for content in result.content if content.type == "text"] == ["Error executing tool ask"]


def test_tool_that_is_busy_says_so(address: str, gate: Gate) -> None:
    """No client waits in silence; those that were first get their answers."""

    async def ask_thrice(client: Client) -> list[CallToolResult]:
        gate.open.clear()
        asking = [asyncio.create_task(client.call_tool("ask", {"question": WHO})) for _ in range(3)]
        await asyncio.wait(asking, return_when=asyncio.FIRST_COMPLETED)
        gate.open.set()
        return await asyncio.gather(*asking)

    results = use(address, ask_thrice)
    said = [result.content[0].text for result in results if result.is_error]
    assert said == ["Error executing tool ask: Busy: 0 questions are waiting already. Ask again in a few seconds."]
    assert [result.structured_content["found"] for result in results if not result.is_error] == [True, True]


def test_tools_are_behind_the_token(address: str) -> None:
    """Their list, and each of them."""
    headers = {"Accept": "application/json, text/event-stream"}
    for body in (
        {"jsonrpc": "2.0", "id": 1, "method": "tools/list"},
        {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "documents", "arguments": {}}},
    ):
        refused = httpx.post(f"{address}/mcp", json=body, headers=headers, trust_env=False)
        assert (refused.status_code, "mill.txt" in refused.text) == (401, False)
        known = {**headers, "Authorization": f"Bearer {TOKEN}"}
        assert httpx.post(f"{address}/mcp", json=body, headers=known, trust_env=False).status_code == 200


@pytest.mark.skipif(shutil.which("tee") is None, reason="no tee to look at the pipe with")
def test_mcp_command_speaks_the_protocol_and_nothing_else(tmp_path: Path) -> None:
    """The command answers over its pipes with its own models, and prints nothing besides on standard output."""
    folder, printed = tmp_path / "documents", tmp_path / "printed"
    folder.mkdir()
    (folder / "mill.txt").write_text(MILL)
    (folder / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing")
    command = f"{sys.executable} -c 'from qa.command_line import main; main()' mcp '{folder}' | tee '{printed}'"
    server = StdioServerParameters(command="sh", args=["-c", command])

    async def run() -> tuple[CallToolResult, CallToolResult, CallToolResult]:
        async with Client(server) as client:
            return (
                await client.call_tool("ask", {"question": WHO}),
                await client.call_tool("documents", {}),
                await client.call_tool("ask", {"question": WHO, "documents": ["ghost.txt"]}),
            )

    asked, listed, failed = asyncio.run(run())
    assert asked.structured_content is not None
    assert asked.structured_content["citations"][0]["quote"] == "The miller of Oldbridge is Ada Corn."
    assert asked.structured_content["citations"][0]["answer_start"] == len("The miller of Oldbridge is ")
    assert listed.structured_content is not None
    assert [document["source"] for document in listed.structured_content["documents"]] == ["mill.txt"]
    assert [file["source"] for file in listed.structured_content["unread"]] == ["broken.pdf"]
    assert failed.is_error is True
    replies = [json.loads(line) for line in printed.read_text().splitlines()]
    # Clients may begin by asking for what other versions of the protocol have, to which the reply is an error.
    assert all(set(reply) in ({"jsonrpc", "id", "result"}, {"jsonrpc", "id", "error"}) for reply in replies)
    assert sum("result" in reply for reply in replies) >= 4


def test_mcp_command_says_on_standard_error_what_is_wrong(tmp_path: Path) -> None:
    """A program that started it reads nothing that is not the protocol."""
    command = [sys.executable, "-c", "from qa.command_line import main; main()", "mcp", str(tmp_path / "nowhere")]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
    assert (ended.returncode, ended.stdout) == (2, "")
    assert "nowhere" in ended.stderr
