"""REST: asking, retrieving, and the documents of the folder, as JSON."""

from __future__ import annotations

import asyncio
import threading
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, TypeVar
from urllib.parse import quote

import anyio
import anyio.to_thread
from fastapi import APIRouter, File, HTTPException, Path, Query, UploadFile
from starlette.requests import Request  # noqa: TC002 - FastAPI resolves annotations
from starlette.responses import Response

from index.page_images import DEFAULT_WIDTH, WIDEST
from qa.service import records
from qa.service.collection import Collection  # noqa: TC001 - as above
from qa.service.desk import Desk  # noqa: TC001 - as above
from qa.service.problems import declared, problem

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")

MOST_FILES = 100  # handed over at once
CHANGES_AT_ONCE = 8  # requests that add or remove; all but one of them wait
DRAWING_AT_ONCE = 4  # images of pages that are asked for; one process draws them
LOOK_EVERY = 0.2  # seconds between two looks whether a client that adds documents is still there

_Id = Annotated[str, Path(pattern="^[0-9a-f]{64}$", description="The document's id: SHA-256 of its bytes.")]


_ASKING = declared(404, 422, 503)


def make_router(desk: Desk, collection: Collection) -> APIRouter:
    """Make the routes of a folder."""
    router = APIRouter()
    folder = desk.folder
    changes, drawing = anyio.CapacityLimiter(CHANGES_AT_ONCE), anyio.CapacityLimiter(DRAWING_AT_ONCE)

    @router.post("/api/ask", response_model=records.Answer, responses=_ASKING)
    async def ask(body: records.AskRequest) -> Any:
        """Answer a question in the documents' own sentences."""
        return (await desk.ask(body.question, body.documents)).to_dict()

    @router.post("/api/retrieve", response_model=records.Passages, responses=_ASKING)
    async def retrieve(body: records.RetrieveRequest) -> Any:
        """Find the passages nearest to a question."""
        passages = await desk.retrieve(body.question, body.k, body.documents)
        return {"passages": [passage.to_dict() for passage in passages]}

    @router.get("/api/documents")
    async def documents() -> records.Documents:
        """List the documents, the files that could not be read, and how far reading has come."""
        return await anyio.to_thread.run_sync(lambda: records.listing(folder, collection.reading))

    @router.post(
        "/api/documents",
        status_code=HTTPStatus.CREATED,
        response_model=records.Added,
        responses=declared(413, 422, 503),
    )
    async def add(request: Request, files: Annotated[list[UploadFile], File(min_length=1)]) -> Any:
        """Hand over files and wait until they are read. To cancel, end the request: what was read by then stays."""
        if len(files) > MOST_FILES:
            detail = f"{len(files)} files are more than the {MOST_FILES} that can be handed over at once."
            return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, detail)
        cancelled = threading.Event()
        named = [(file.filename or "", file.file) for file in files]
        addition = await _unless_gone(request, cancelled, lambda: collection.add(named, cancelled), changes)
        uploaded = {upload.id for upload in folder.uploads()}
        added = [records.document_of(document, uploaded) for document in addition.added]
        failed = [records.unread_of(file) for file in addition.failed]
        if not added:
            said = "; ".join(f"{file.source}: {file.reason}" for file in failed)
            return problem(HTTPStatus.UNPROCESSABLE_ENTITY, f"No file could be added. {said}")
        return records.Added(added=added, failed=failed)

    @router.delete(
        "/api/documents/{id}",
        status_code=HTTPStatus.NO_CONTENT,
        response_class=Response,
        responses=declared(404, 409, 422, 503),
    )
    async def remove(id: _Id) -> None:
        """Delete a document that was handed over. Files of the folder itself are not deleted."""
        await anyio.to_thread.run_sync(collection.remove, id, limiter=changes)

    @router.get(
        "/api/documents/{id}/pages/{page}.png",
        response_class=Response,
        responses=declared(404, 410, 422, 503) | {200: {"content": {"image/png": {}}}},
    )
    async def page_image(
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
        answer = None if answer_start is None or answer_end is None else (answer_start, answer_end)

        def draw() -> bytes:
            return folder.index.page_image(id, page, start=start, end=end, answer=answer, width=width)

        try:
            image = await anyio.to_thread.run_sync(draw, limiter=drawing)
        except ValueError as error:
            raise HTTPException(HTTPStatus.UNPROCESSABLE_ENTITY, str(error)) from error
        return Response(image, media_type="image/png", headers={"Cache-Control": "private, max-age=3600"})

    @router.get(
        "/api/documents/{id}/file",
        response_class=Response,
        responses=declared(404, 410, 422) | {200: {"content": {"application/octet-stream": {}}}},
    )
    async def original(id: _Id) -> Response:
        """Give the very file that a document was read from, to be saved; no browser shows it as a page."""
        file = await anyio.to_thread.run_sync(folder.index.original, id)
        name = quote(file.source.rsplit("/", 1)[-1], safe="")
        headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{name}"}
        return Response(file.data, media_type="application/octet-stream", headers=headers)

    @router.get("/healthz")
    async def healthz() -> records.Health:
        """Say that the service answers."""
        return records.Health(status="ok")

    return router


async def _unless_gone(
    request: Request, cancelled: threading.Event, work: Callable[[], T], limiter: anyio.CapacityLimiter
) -> T:
    """Do what a client has asked for in a thread; when the client is gone, set `cancelled`, and wait for the end."""

    async def watch() -> None:
        while not await request.is_disconnected():
            await asyncio.sleep(LOOK_EVERY)
        cancelled.set()

    watching = asyncio.create_task(watch())
    try:
        return await anyio.to_thread.run_sync(work, limiter=limiter)
    finally:
        watching.cancel()
