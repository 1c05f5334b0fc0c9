"""REST: asking, retrieving, and the documents of the folder, as JSON."""

from __future__ import annotations

import asyncio
import re
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from urllib.parse import quote

from fastapi import APIRouter, File, Header, HTTPException, Path, Query, UploadFile
from starlette.requests import Request  # noqa: TC002 - FastAPI resolves annotations
from starlette.responses import Response

from index.page_images import DEFAULT_WIDTH, WIDEST
from index.uploads import shown_name
from qa.answer import one_line
from qa.service import records
from qa.service.collection import Collection  # noqa: TC001 - as above
from qa.service.desk import Desk  # noqa: TC001 - as above
from qa.service.problems import declared, problem
from qa.service.turns import Turns

if TYPE_CHECKING:
    from collections.abc import Coroutine

T = TypeVar("T")

MOST_FILES = 100  # handed over at once
CHANGES_AT_ONCE = 8  # requests that add or remove; all but one of them wait for their turn at the index
LOOKS_AT_ONCE = 4  # lists of documents, files and images of pages; one process draws these
MORE_LOOKS = 64  # of them that may wait
LOOK_EVERY = 0.2  # seconds between two looks whether a client that adds documents is still there

_Id = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The document's id: SHA-256 of its bytes.")]

_ASKING = declared(400, 404, 413, 422, 503)
_TAG = {"ETag": {"description": "Of this state of the list.", "schema": {"type": "string"}}}
_LISTING: dict[int | str, dict[str, Any]] = {
    200: {"headers": _TAG},
    304: {"description": "Nothing has changed since the state in `If-None-Match`.", "headers": _TAG},
}
_PNG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/png": {"schema": {"type": "string", "format": "binary"}}}}
}
_FILE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}
}


def make_router(desk: Desk, collection: Collection) -> APIRouter:
    """Make the routes of a folder."""
    router = APIRouter()
    folder = desk.folder
    changes, looks = Turns(1, CHANGES_AT_ONCE - 1, "changes"), Turns(LOOKS_AT_ONCE, MORE_LOOKS)

    @router.post("/api/ask", response_model=records.Answer, responses=_ASKING)
    async def ask(body: records.AskRequest, request: Request) -> Any:
        """Answer a question in the documents' own sentences."""
        answer = await desk.ask(body.question, body.documents, gone=request.is_disconnected)
        return answer.to_dict()

    @router.post("/api/retrieve", response_model=records.Passages, responses=_ASKING)
    async def retrieve(body: records.RetrieveRequest, request: Request) -> Any:
        """Find the passages nearest to a question."""
        passages = await desk.retrieve(body.question, body.k, body.documents, gone=request.is_disconnected)
        return {"passages": [passage.to_dict() for passage in passages]}

    @router.get("/api/documents", response_model=records.Documents, responses=_LISTING | declared(422, 503))
    async def documents(
        if_none_match: Annotated[str | None, Header(description="ETags of lists that are known already.")] = None,
    ) -> Response:
        """List the documents, the files that could not be read, and how far reading has come."""

        def look() -> Response:
            tag = f'"{collection.version()}"'  # before the list is made: a change meanwhile must not go unseen
            headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
            if _names(if_none_match or "", tag):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
            listed = records.listing(folder, collection.reading).model_dump_json()
            return Response(listed, media_type="application/json", headers=headers)

        return await looks.take(look)

    @router.post(
        "/api/documents",
        status_code=HTTPStatus.CREATED,
        response_model=records.Added,
        responses=declared(400, 413, 422, 503),
        # Parts that are no files mean nothing, and are kept in memory.
        form_limits={"max_files": MOST_FILES, "max_fields": MOST_FILES, "max_part_size": 1_000},
    )
    async def add(request: Request, files: Annotated[list[UploadFile], File(min_length=1)]) -> Any:
        """Hand over files and wait until they are read. To cancel, end the request: what was read by then stays."""
        cancelled = threading.Event()
        named = [(file.filename or "", file.file) for file in files]

        def work() -> records.Added:
            addition = collection.add(named, cancelled)
            uploaded = {upload.id for upload in folder.uploads()}
            return records.Added(
                added=[records.document_of(document, uploaded) for document in addition.added],
                failed=[records.unread_of(file) for file in addition.failed],
            )

        added = await _unless_gone(request, cancelled, changes.take(work))
        if not added.added:
            said = "; ".join(one_line(f"{file.source}: {file.reason}") for file in added.failed)
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"No file could be added. {said}")
        return added

    @router.delete(
        "/api/documents/{id}",
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        responses=declared(404, 409, 422, 503),
    )
    async def remove(id: _Id) -> None:
        """Delete a document that was handed over. Files of the folder itself are not deleted."""
        await changes.take(lambda: collection.remove(id))

    @router.get(
        "/api/documents/{id}/pages/{page}.png",
        response_class=Response,
        responses=declared(404, 410, 422, 503) | _PNG,
    )
    async def page_image(
        request: Request,
        id: _Id,
        page: Annotated[int, Path(ge=1, description="Counted from 1.")],
        start: Annotated[
            int | None, Query(ge=0, description="Of the quotation to box, in the document's text.")
        ] = None,
        end: Annotated[int | None, Query(ge=0)] = None,
        answer_start: Annotated[int | None, Query(ge=0, description="Of words in it to mark more strongly.")] = None,
        answer_end: Annotated[int | None, Query(ge=0)] = None,
        width: Annotated[int, Query(ge=1, le=WIDEST, description="In pixels.")] = DEFAULT_WIDTH,
    ) -> Response:
        """Draw a page of a PDF, with a quotation boxed on it."""
        if (answer_start is None) is not (answer_end is None):
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, "Give both answer_start and answer_end, or neither.")
        answer = None if answer_start is None or answer_end is None else (answer_start, answer_end)

        def draw() -> bytes:
            return folder.index.page_image(id, page, start=start, end=end, answer=answer, width=width)

        try:
            image = await looks.take(draw, request.is_disconnected)
        except ValueError as error:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        return Response(image, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})

    @router.get(
        "/api/documents/{id}/file",
        response_class=Response,
        responses=declared(404, 410, 422, 503) | _FILE,
    )
    async def original(id: _Id) -> Response:
        """Give the very file that a document was read from, to be saved; no browser shows it as a page."""
        file = await looks.take(lambda: folder.index.original(id))
        headers = {"Content-Disposition": _to_save_as(file.source), "Cache-Control": "private, no-cache"}
        return Response(file.data, media_type="application/octet-stream", headers=headers)

    @router.get("/healthz")
    async def healthz() -> records.Health:
        """Say that the service answers."""
        return records.Health(status="ok")

    return router


def _to_save_as(source: str) -> str:
    """Name a file to be saved: in full, and in plain letters for programs that know no others."""
    name = shown_name(source)
    plain = re.sub(r"[^A-Za-z0-9._ -]", "_", name)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name, safe='', errors='replace')}"


def _names(if_none_match: str, tag: str) -> bool:
    """Say whether a list of entity tags names this one."""
    tags = {each.strip().removeprefix("W/") for each in if_none_match.split(",")}
    return tag in tags or "*" in tags


async def _unless_gone(request: Request, cancelled: threading.Event, work: Coroutine[Any, Any, T]) -> T:
    """Wait for work that a client has asked for; when the client is gone, set `cancelled`, and wait for its end."""

    async def watch() -> None:
        while not await request.is_disconnected():
            await asyncio.sleep(LOOK_EVERY)
        cancelled.set()

    watching = asyncio.create_task(watch())
    try:
        return await work
    finally:
        cancelled.set()  # also where the server stops
        watching.cancel()
