"""The service of a folder, asked by HTTP: REST, problem details, and documents that come and go."""

from __future__ import annotations

import asyncio
import hashlib
import io
import threading
import time
from dataclasses import fields
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import httpx
import pytest
from filelock import FileLock
from hashed_embedder import HashedEmbedder, SlowEmbedder
from matching_reader import MatchingReader
from pdf_files import column, pdf_file
from PIL import Image, ImageChops
from serving import serving

from index.documents import DocumentSummary, PageSpan
from qa import Answer, Citation, Entry, Folder, Passage
from qa.service import records
from qa.service.application import make_service
from qa.service.collection import Collection
from qa.service.desk import Desk
from qa.service.rest import LOOK_EVERY
from qa.service.turns import GoneError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from pydantic import BaseModel

MILL = "The mill of Oldbridge grinds oats on Tuesdays.\n\nThe miller of Oldbridge is Ada Corn."
FERRY = b"The ferry at Oldbridge leaves at seven.\n\nIts captain is Bo Reed."
FERRY_SOURCE = "uploads/ferry.txt"
LEAVES = "When is it that the ferry at Oldbridge leaves?"
WHO = "Who is the miller of Oldbridge?"


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
    assert opened.unread() == ()


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
    time.sleep(5 * LOOK_EVERY)  # the server looks so often whether the client is still there
    embedder.go_on.set()
    deadline = time.monotonic() + 30
    while opened.uploads() and time.monotonic() < deadline:
        time.sleep(0.05)
    assert opened.uploads() == ()
    assert [each["source"] for each in client.get("/api/documents").json()["documents"]] == ["mill.txt"]


@pytest.mark.parametrize(
    ("name", "source"),
    [
        ("../../etc/passwd.txt", "uploads/passwd.txt"),
        ("C:\\Users\\ana\\notes.txt", "uploads/notes.txt"),
        ("<img src=x onerror=alert(1)>.txt", "uploads/<img src=x onerror=alert(1)>.txt"),
        ("invoice\u202etxt.exe.txt", "uploads/invoicetxt.exe.txt"),
        ("x" * 200 + ".txt", "uploads/" + "x" * 115 + "….txt"),
    ],
)
def test_upload_is_named_by_the_last_part_of_its_name(
    client: httpx.Client, opened: Folder, name: str, source: str
) -> None:
    """No name leads to another place, and none reorders a line."""
    response = client.post("/api/documents", files={"files": (name, FERRY)})
    assert [each["source"] for each in response.json()["added"]] == [source]
    (upload,) = opened.uploads()
    assert upload.path == opened.index.path / "uploads" / f"{upload.id}.txt"


def test_upload_that_fails_is_named_likewise(client: httpx.Client) -> None:
    """Though its name is in an encoding of its own that has halves of characters."""
    content = (
        b'--b\r\nContent-Disposition: form-data; name="files"; filename="a/b\\u202e\\ud800.exe"\r\n\r\nx\r\n--b--\r\n'
    )
    headers = {"Content-Type": "multipart/form-data; boundary=b; charset=unicode_escape"}
    response = client.post("/api/documents", content=content, headers=headers)
    is_problem(response, 422, "No file could be added. b.exe: no reader for .exe files")


@pytest.mark.parametrize(
    ("files", "status", "detail"),
    [
        ([("files", ("a.txt", b"x"))] * 101, 400, "Too many files. Maximum number of files is 100."),
        ([("files", (None, b"x" * 2_000))], 400, "Part exceeded maximum size"),
        ([("files", (None, b"x"))], 422, "files.0: "),
        ([("other", ("a.txt", b"x"))], 422, "files: Field required"),
    ],
)
def test_upload_of_too_much_or_of_no_file_is_refused(
    client: httpx.Client, opened: Folder, files: Any, status: int, detail: str
) -> None:
    """Before anything is kept."""
    is_problem(client.post("/api/documents", files=files), status, detail)
    assert opened.uploads() == ()


def test_documents_that_have_not_changed_are_not_sent_again(client: httpx.Client) -> None:
    """As long as nothing changes the tag is the same, and there is no body for who knows it."""
    first = client.get("/api/documents")
    tag = first.headers["etag"]
    assert first.headers["cache-control"] == "private, no-cache"
    for known in (tag, f"W/{tag}", f'"other", {tag}', "*"):
        again = client.get("/api/documents", headers={"If-None-Match": known})
        assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    for unknown in ('"other"', tag.strip('"'), ""):
        again = client.get("/api/documents", headers={"If-None-Match": unknown})
        assert (again.status_code, again.json(), again.headers["etag"]) == (200, first.json(), tag)


def test_documents_have_another_tag_after_each_change(
    client: httpx.Client, opened: Folder, embedder: SlowEmbedder
) -> None:
    """Of a file of the folder, of an upload, of what is unread, of how far reading has come; and in another run."""

    def tag() -> str:
        return client.get("/api/documents").headers["etag"]

    tags = [tag()]
    (opened.path / "new.txt").write_text("The bridge of Oldbridge is new.")
    opened.sync()
    tags.append(tag())
    (opened.path / "broken.pdf").write_bytes(b"%PDF-1.7 and nothing")
    opened.sync()
    tags.append(tag())
    embedder.go_on.clear()
    adding = threading.Thread(
        target=client.post, args=("/api/documents",), kwargs={"files": {"files": ("f.txt", FERRY)}}
    )
    adding.start()
    while not client.get("/api/documents").json()["reading"]:
        time.sleep(0.01)
    tags.append(tag())
    embedder.go_on.set()
    adding.join()
    tags.append(tag())
    client.delete(f"/api/documents/{hashlib.sha256(FERRY).hexdigest()}")
    tags.append(tag())
    tags.append(f'"{Collection(opened).version()}"')
    assert len(set(tags)) == len(tags) == 7


def test_page_of_a_pdf_is_drawn_with_its_quotation_boxed(client: httpx.Client, opened: Folder) -> None:
    """Where the quotation stands, and nowhere else."""
    id_ = _add_pdf(opened)
    text = opened.document(id_).text
    start = text.index("The lock keeper")
    plain = _image(client.get(f"/api/documents/{id_}/pages/2.png?width=600"))
    response = client.get(f"/api/documents/{id_}/pages/2.png?width=600&start={start}&end={start + 30}")
    assert response.headers["cache-control"] == "private, max-age=3600"
    marked = _image(response)
    assert plain.size == marked.size == (600, 800)
    changed = ImageChops.difference(plain, marked).getbbox()
    assert changed is not None
    assert changed[0] in range(40, 55)  # the line begins 50 points from the left, 100 from the top
    assert changed[1] in range(80, 100)
    assert changed[2] in range(150, 250)
    assert changed[3] in range(100, 120)
    inner = f"answer_start={start + 4}&answer_end={start + 8}"
    stronger = _image(client.get(f"/api/documents/{id_}/pages/2.png?width=600&start={start}&end={start + 30}&{inner}"))
    assert stronger.tobytes() != marked.tobytes()


@pytest.mark.parametrize(
    ("asked", "status", "detail"),
    [
        ("pages/3.png", 422, "page must be from 1 to 2, the last page of lock.pdf, not 3."),
        ("pages/0.png", 422, "page: Input should be greater than or equal to 1"),
        ("pages/x.png", 422, "page: Input should be a valid integer"),
        ("pages/1.png?start=5", 422, "Give both start and end of the quotation, or neither."),
        ("pages/1.png?start=5&end=4", 422, "The quotation, 5 to 4, is not a part of the text"),
        ("pages/1.png?start=0&end=999999", 422, "The quotation, 0 to 999,999, is not a part of the text"),
        ("pages/1.png?start=0&end=5&answer_start=1", 422, "Give both answer_start and answer_end, or neither."),
        ("pages/1.png?start=0&end=5&answer_start=1&answer_end=6", 422, "The answer, 1 to 6, is not a part of the quot"),
        ("pages/1.png?width=4001", 422, "width: Input should be less than or equal to 4000"),
        ("pages/1.gif", 404, "There is nothing at this address."),
    ],
)
def test_page_that_is_not_there_is_a_problem(
    client: httpx.Client, opened: Folder, asked: str, status: int, detail: str
) -> None:
    """And so is a quotation that is not in the text."""
    is_problem(client.get(f"/api/documents/{_add_pdf(opened)}/{asked}"), status, detail)


def test_page_of_what_is_no_pdf_or_is_unknown_is_not_found(client: httpx.Client, opened: Folder) -> None:
    """Other kinds of file have no pages to draw."""
    (document,) = opened.documents()
    is_problem(client.get(f"/api/documents/{document.id}/pages/1.png"), 404, "mill.txt is no PDF; only the pages")
    is_problem(client.get(f"/api/documents/{'0' * 64}/pages/1.png"), 404, "There is no document")
    is_problem(client.get("/api/documents/mill.txt/pages/1.png"), 422, "id: String should match pattern")


def test_file_that_has_changed_is_gone(client: httpx.Client, opened: Folder) -> None:
    """Neither its pages nor its bytes are those that were read."""
    id_ = _add_pdf(opened)
    (opened.path / "lock.pdf").write_bytes(pdf_file(column(50, 700, "Another file.")))
    is_problem(client.get(f"/api/documents/{id_}/pages/1.png"), 410, "lock.pdf has changed or is gone")
    is_problem(client.get(f"/api/documents/{id_}/file"), 410, "lock.pdf has changed or is gone")


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("mill.html", "mill.html"),
        ('a "b"; filename=c.html', "a _b__ filename_c.html"),
        ("mühle\u202e\r\nX: y.txt", "m_hle X_ y.txt"),
    ],
)
def test_file_is_given_byte_by_byte_to_be_saved(client: httpx.Client, opened: Folder, name: str, plain: str) -> None:
    """As no page of a browser's, under a name that is one line and adds nothing to the headers."""
    data = b"<script>alert(1)</script><p>The mill\r\n of Oldbridge stands on a hill above the river.</p>"
    (opened.path / name).write_bytes(data)
    opened.sync()
    response = client.get(f"/api/documents/{hashlib.sha256(data).hexdigest()}/file")
    assert (response.status_code, response.content) == (200, data)
    assert response.headers["content-type"] == "application/octet-stream"
    way, _, written = response.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert (way, unquote(written)) == (
        f'attachment; filename="{plain}"',
        name.replace("\u202e", "").replace("\r\n", " "),
    )
    assert "x" not in response.headers


def test_file_of_no_document_is_not_given(client: httpx.Client, opened: Folder) -> None:
    """Only what was read can be had, and only by its id."""
    (opened.path / ".secret").write_text("secret")
    for id_ in (hashlib.sha256(b"secret").hexdigest(), "0" * 64):
        is_problem(client.get(f"/api/documents/{id_}/file"), 404, "There is no document")
    for path in ("mill.txt", ".secret", "%2e%2e%2f%2e%2e%2fetc%2fpasswd"):
        assert client.get(f"/api/documents/{path}/file").status_code in (404, 422)


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


def test_desk_counts_questions_that_come_all_at_once(opened: Folder) -> None:
    """No more are let in than may wait, though none of them has begun to."""

    async def ask_all() -> list[str]:
        desk = Desk(opened, at_once=1, waiting=3)
        answers = await asyncio.gather(*(desk.ask(WHO) for _ in range(20)), return_exceptions=True)
        return [type(answer).__name__ for answer in answers]

    assert asyncio.run(ask_all()) == ["Answer"] * 4 + ["BusyError"] * 16


def test_desk_answers_no_question_of_a_client_that_is_gone(opened: Folder) -> None:
    """Whoever gave up waiting costs the others nothing."""
    reader = MatchingReader()

    async def gone() -> bool:
        return True

    async def ask(desk: Desk) -> None:
        with pytest.raises(GoneError, match=r"^Nobody waits for this any more\.$"):
            await desk.ask(WHO, gone=gone)
        assert reader.read_texts == []
        await desk.ask(WHO)
        assert reader.read_texts != []

    with Folder(opened.path, model=HashedEmbedder(), reader=reader) as folder:
        asyncio.run(ask(Desk(folder)))


def test_document_is_removed_once_the_other_askfolder_is_done(client: httpx.Client, opened: Folder) -> None:
    """While another process reads into the index, removing is put off, and can be asked for again."""
    client.post("/api/documents", files={"files": ("ferry.txt", FERRY)})
    path = f"/api/documents/{hashlib.sha256(FERRY).hexdigest()}"
    with FileLock(opened.index.path / "writer.lock"):
        response = client.delete(path)
        is_problem(response, 503, "Another askfolder is reading documents into this index just now.")
        assert response.headers["retry-after"] == "2"
    assert [document.source for document in opened.documents()] == ["mill.txt", FERRY_SOURCE]
    assert client.delete(path).status_code == 204
    assert [document.source for document in opened.documents()] == ["mill.txt"]


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


def _add_pdf(opened: Folder) -> str:
    """Add a PDF of two pages to the folder and give its id."""
    first, second = "The lock of Oldbridge has two gates.", "The lock keeper of Oldbridge is Cy Lane."
    data = pdf_file(column(50, 700, first), column(50, 700, second))
    (opened.path / "lock.pdf").write_bytes(data)
    opened.sync()
    return hashlib.sha256(data).hexdigest()


def _image(response: httpx.Response) -> Image.Image:
    assert (response.status_code, response.headers["content-type"]) == (200, "image/png")
    image = Image.open(io.BytesIO(response.content))
    image.load()
    return image.convert("RGB")


def _post_and_leave(client: httpx.Client) -> None:
    with pytest.raises(httpx.ReadTimeout):
        client.post("/api/documents", files={"files": ("ferry.txt", FERRY)}, timeout=3)


def _as_json(value: Any) -> Any:
    """Turn tuples into lists, as JSON does."""
    if isinstance(value, dict):
        return {key: _as_json(each) for key, each in value.items()}
    return [_as_json(each) for each in value] if isinstance(value, list | tuple) else value
