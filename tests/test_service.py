"""The service of a folder, asked by HTTP: REST, problem details, and documents that come and go."""

from __future__ import annotations

import hashlib
import threading
import time
from dataclasses import fields
from typing import TYPE_CHECKING, Any

import httpx
import pytest
from hashed_embedder import HashedEmbedder
from matching_reader import MatchingReader
from serving import serving

from index.documents import DocumentSummary, PageSpan
from qa import Answer, Citation, Entry, Folder, Passage
from qa.service import records
from qa.service.application import make_service
from qa.service.collection import Collection
from qa.service.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

MILL = "The mill of Oldbridge grinds oats on Tuesdays.\n\nThe miller of Oldbridge is Ada Corn."
FERRY = b"The ferry at Oldbridge leaves at seven.\n\nIts captain is Bo Reed."
FERRY_SOURCE = "uploads/ferry.txt"
LEAVES = "When is it that the ferry at Oldbridge leaves?"
WHO = "Who is the miller of Oldbridge?"


class SlowEmbedder(HashedEmbedder):
    """Waits for `go_on` before it embeds paragraphs."""

    def __init__(self) -> None:
        super().__init__()
        self.go_on = threading.Event()
        self.go_on.set()

    def embed_paragraphs(self, *texts: Any) -> Any:
        """Embed paragraphs when it may."""
        self.go_on.wait(20)
        return super().embed_paragraphs(*texts)


@pytest.fixture
def embedder() -> SlowEmbedder:
    """Give the embedder of `opened`."""
    return SlowEmbedder()


@pytest.fixture
def opened(folder: Path, embedder: SlowEmbedder) -> Iterator[Folder]:
    """Open a folder with one document."""
    (folder / "mill.txt").write_text(MILL)
    with Folder(folder, model=embedder, reader=MatchingReader()) as opened:
        opened.sync()
        yield opened


@pytest.fixture
def client(opened: Folder) -> Iterator[httpx.Client]:
    """Give a client of the folder's service."""
    with (
        serving(lambda: make_service(Desk(opened), Collection(opened))) as address,
        httpx.Client(base_url=address, trust_env=False, timeout=30) as client,
    ):
        yield client


def is_problem(response: httpx.Response, status: int, detail: str) -> None:
    """Check that a response is problem details with a status that says `detail`."""
    assert response.status_code == status
    assert response.headers["content-type"] == "application/problem+json"
    body = response.json()
    assert (body["type"], body["status"]) == ("about:blank", status)
    assert body["title"] == httpx.codes.get_reason_phrase(status) or body["title"].startswith("Unprocessable")
    assert detail in body["detail"]


def test_ask_by_rest_is_the_answer_of_the_folder(client: httpx.Client, opened: Folder) -> None:
    """The same call, the same JSON as `askfolder ask --json`."""
    response = client.post("/api/ask", json={"question": WHO})
    assert response.status_code == 200
    assert response.json() == _as_json(opened.ask(WHO).to_dict())
    assert response.json()["citations"][0]["quote"] == "The miller of Oldbridge is Ada Corn."


def test_ask_by_rest_says_no(client: httpx.Client) -> None:
    """Silence is an answer, not an error."""
    answer = client.post("/api/ask", json={"question": "When was the lighthouse painted?"}).json()
    assert (answer["found"], answer["citations"]) == (False, [])
    assert answer["missing"] == ["lighthouse", "painted"]


def test_retrieve_by_rest_is_that_of_the_folder(client: httpx.Client, opened: Folder) -> None:
    """How many, and of which documents, is passed on."""
    response = client.post("/api/retrieve", json={"question": WHO, "k": 1, "documents": ["mill.txt"]})
    assert response.json() == {"passages": _as_json([opened.retrieve(WHO, 1)[0].to_dict()])}


@pytest.mark.parametrize(
    ("path", "body", "status", "detail"),
    [
        ("/api/ask", {"question": ""}, 422, "question: String should have at least 1 character"),
        ("/api/ask", {"question": "  "}, 422, "The question is empty"),
        ("/api/ask", {"question": "x" * 10_001}, 422, "question: String should have at most 10000 characters"),
        ("/api/ask", {}, 422, "question: Field required"),
        ("/api/ask", {"question": WHO, "mood": "fast"}, 422, "mood: Extra inputs are not permitted"),
        ("/api/ask", {"question": WHO, "documents": ["ghost.txt"]}, 404, "There is no document 'ghost.txt'"),
        ("/api/retrieve", {"question": WHO, "k": 0}, 422, "k: Input should be greater than or equal to 1"),
        ("/api/nothing", {}, 404, "There is nothing at this address."),
    ],
)
def test_service_says_what_is_the_matter(
    client: httpx.Client, path: str, body: dict[str, Any], status: int, detail: str
) -> None:
    """Each error is problem details with a sentence."""
    is_problem(client.post(path, json=body), status, detail)


def test_service_says_that_a_body_is_no_json(client: httpx.Client) -> None:
    """And not what it holds."""
    headers = {"content-type": "application/json"}
    is_problem(client.post("/api/ask", content=b"{", headers=headers), 422, "JSON decode error")


def test_document_is_added_asked_and_removed_by_rest(client: httpx.Client, opened: Folder) -> None:
    """From handing over to gone from every answer."""
    id_ = hashlib.sha256(FERRY).hexdigest()
    response = client.post("/api/documents", files=[("files", ("../ferry.txt", FERRY)), ("files", ("x.exe", b"MZ"))])
    assert response.status_code == 201
    body = response.json()
    assert [(each["id"], each["source"], each["uploaded"]) for each in body["added"]] == [
        (id_, "uploads/ferry.txt", True)
    ]
    assert body["failed"] == [{"source": "x.exe", "reason": "no reader for .exe files"}]
    listed = client.get("/api/documents").json()
    assert [(each["source"], each["uploaded"], each["paragraph_count"]) for each in listed["documents"]] == [
        ("mill.txt", False, 2),
        ("uploads/ferry.txt", True, 2),
    ]
    assert (listed["unread"], listed["reading"]) == ([], None)
    asked = client.post("/api/ask", json={"question": LEAVES}).json()
    assert asked["citations"][0]["quote"] == "The ferry at Oldbridge leaves at seven."
    assert client.delete(f"/api/documents/{id_}").status_code == 204
    assert [document.source for document in opened.documents()] == ["mill.txt"]
    assert not client.post("/api/ask", json={"question": LEAVES}).json()["found"]
    is_problem(client.delete(f"/api/documents/{id_}"), 404, "There is no document")


def test_document_of_the_folder_itself_is_not_deleted(client: httpx.Client, opened: Folder) -> None:
    """It is the user's own."""
    (document,) = opened.documents()
    is_problem(client.delete(f"/api/documents/{document.id}"), 409, "mill.txt stands in the folder itself")
    assert (opened.path / "mill.txt").read_text() == MILL


def test_documents_of_which_none_can_be_read_are_a_problem(client: httpx.Client, opened: Folder) -> None:
    """It says why of each, and nothing of them is kept."""
    files = [("files", ("broken.pdf", b"%PDF-1.7 and nothing")), ("files", ("empty.txt", b""))]
    response = client.post("/api/documents", files=files)
    is_problem(response, 422, "empty.txt: the file is empty; broken.pdf: ")
    assert opened.uploads() == ()


def test_adding_is_cancelled_by_leaving(client: httpx.Client, opened: Folder, embedder: SlowEmbedder) -> None:
    """Progress is told meanwhile, questions are answered, and what was not read is not kept."""
    embedder.go_on.clear()
    adding = threading.Thread(target=_post_and_leave, args=(client,))
    adding.start()
    seen = set()
    while adding.is_alive():
        reading = client.get("/api/documents").json()["reading"]
        seen.add(reading and (reading["source"], reading["paragraphs_found"], reading["paragraphs_embedded"]))
        time.sleep(0.1)
    assert (FERRY_SOURCE, 2, 0) in seen
    assert client.post("/api/ask", json={"question": WHO}).json()["found"]
    embedder.go_on.set()
    deadline = time.monotonic() + 10
    while opened.uploads() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert opened.uploads() == ()
    assert [each["source"] for each in client.get("/api/documents").json()["documents"]] == ["mill.txt"]


def test_desk_that_is_full_says_busy_and_when_to_come_back(opened: Folder) -> None:
    """No client waits in silence."""
    reader = MatchingReader()
    go_on = threading.Event()
    plain = reader.read

    def slow(*arguments: Any) -> Any:
        go_on.wait(20)
        return plain(*arguments)

    reader.read = slow  # type: ignore[method-assign]
    with Folder(opened.path, model=HashedEmbedder(), reader=reader) as folder:
        made = lambda: make_service(Desk(folder, at_once=1, waiting=1), Collection(folder))  # noqa: E731
        with serving(made) as address, httpx.Client(base_url=address, trust_env=False, timeout=30) as client:
            answers: list[httpx.Response] = []
            threads = [
                threading.Thread(target=lambda: answers.append(client.post("/api/ask", json={"question": WHO})))
                for _ in range(2)
            ]
            for thread in threads:
                thread.start()
                time.sleep(0.3)
            response = client.post("/api/ask", json={"question": WHO})
            is_problem(response, 503, "Busy: 1 questions are waiting already")
            assert response.headers["retry-after"] == "2"
            assert client.get("/healthz").json() == {"status": "ok"}
            go_on.set()
            for thread in threads:
                thread.join()
            assert [answer.status_code for answer in answers] == [200, 200]


@pytest.mark.parametrize(
    ("record", "own", "more"),
    [
        (records.Citation, Citation, set()),
        (records.Entry, Entry, set()),
        (records.Passage, Passage, set()),
        (records.PageSpan, PageSpan, set()),
        (records.Answer, Answer, {"citations"}),
        (records.Document, DocumentSummary, {"losses", "uploaded"}),
    ],
)
def test_records_have_the_fields_of_what_they_stand_for(record: type[BaseModel], own: Any, more: set[str]) -> None:
    """The schema keeps up with the package; a reading report goes over the wire in words."""
    assert set(record.model_fields) == {field.name for field in fields(own)} - {"report"} | more


def test_schema_describes_every_route_without_the_network(client: httpx.Client) -> None:
    """Errors are declared as problem details."""
    schema = client.get("/openapi.json").json()
    assert {path: sorted(methods) for path, methods in schema["paths"].items()} == {
        "/api/ask": ["post"],
        "/api/retrieve": ["post"],
        "/api/documents": ["get", "post"],
        "/api/documents/{id}": ["delete"],
        "/api/documents/{id}/file": ["get"],
        "/api/documents/{id}/pages/{page}.png": ["get"],
        "/v1/chat/completions": ["post"],
        "/v1/models": ["get"],
        "/v1/models/{model}": ["get"],
        "/healthz": ["get"],
    }
    assert "HTTPValidationError" not in schema["components"]["schemas"]
    assert schema["components"]["schemas"]["Problem"]["required"] == ["title", "status", "detail"]


def _post_and_leave(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/documents", files={"files": ("ferry.txt", FERRY)}, timeout=3)


def _as_json(value: Any) -> Any:
    """Turn tuples into lists, as JSON does."""
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list | tuple) else value
