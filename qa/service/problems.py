"""Errors as problem details (RFC 9457): what is the matter, and what to do, in the words of the error itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from index import AskfolderError, FileChangedError, NoPageImagesError, UnknownDocumentError
from qa.answer import one_line
from qa.service.collection import NotRemovableError, StillReadingError
from qa.service.desk import BusyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

PROBLEM_JSON = "application/problem+json"
SECONDS_TO_COME_BACK = 2  # for a client that was told that the service is busy

_STATUS: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (BusyError, HTTPStatus.SERVICE_UNAVAILABLE),
    (StillReadingError, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotRemovableError, HTTPStatus.CONFLICT),
    (UnknownDocumentError, HTTPStatus.NOT_FOUND),
    (NoPageImagesError, HTTPStatus.NOT_FOUND),
    (FileChangedError, HTTPStatus.GONE),
    (AskfolderError, HTTPStatus.UNPROCESSABLE_ENTITY),
)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the errors of a route for the OpenAPI schema."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def problem(
    status: int, detail: str, headers: Mapping[str, str] | None = None, more: Mapping[str, object] | None = None
) -> JSONResponse:
    """Make the response for an error.

    Args:
        status: The HTTP status.
        detail: What is the matter, and what to do.
        headers: Of the response.
        more: Further members, JSON types.
    """
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail}
    return JSONResponse(content | dict(more or {}), status, headers, PROBLEM_JSON)


def problem_of(request: Request, error: Exception) -> JSONResponse:
    """Make the response for one of askfolder's own errors."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    headers = {"Retry-After": str(SECONDS_TO_COME_BACK)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    return problem(status, one_line(str(error)), headers, _for_chat(request, str(error)))


def _for_chat(request: Request, said: str) -> dict[str, object]:
    """Give the member in which OpenAI's clients look for an error."""
    if not request.url.path.startswith("/v1/"):
        return {}
    return {"error": {"message": one_line(said), "type": "invalid_request_error", "param": None, "code": None}}


def handle_problems(app: FastAPI) -> None:
    """Have an application answer every error with problem details."""

    async def of_askfolder(request: Request, error: Exception) -> JSONResponse:
        return problem_of(request, error)

    async def of_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(error.status_code, str(error.detail), error.headers)

    async def of_validation(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        errors = [(".".join(map(str, each["loc"][1:])) or "body", str(each["msg"])) for each in error.errors()]
        detail = "; ".join(f"{one_line(where)}: {one_line(what)}" for where, what in errors)
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail, more=_for_chat(request, detail))

    async def of_faults(_: Request, __: Exception) -> JSONResponse:
        return problem(
            HTTPStatus.INTERNAL_SERVER_ERROR, "This failed because of a fault in askfolder. Its terminal says more."
        )

    app.add_exception_handler(AskfolderError, of_askfolder)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(Exception, of_faults)
