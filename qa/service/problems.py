"""Errors as problem details (RFC 9457): what is the matter, and what to do, in the words of the error itself."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse

from index import (
    AskfolderError,
    FileChangedError,
    IndexBusyError,
    NoPageImagesError,
    PageImageError,
    UnknownDocumentError,
    UnreadableFileError,
)
from qa.answer import one_line
from qa.service.collection import NotRemovableError, StillReadingError
from qa.service.desk import QuestionError
from qa.service.turns import BusyError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from fastapi import FastAPI
    from starlette.requests import Request

PROBLEM_JSON = "application/problem+json"
SECONDS_TO_COME_BACK = 2  # for a client that was told that the service is busy

_STATUS: tuple[tuple[type[Exception], HTTPStatus], ...] = (
    (BusyError, HTTPStatus.SERVICE_UNAVAILABLE),
    (StillReadingError, HTTPStatus.SERVICE_UNAVAILABLE),
    (IndexBusyError, HTTPStatus.SERVICE_UNAVAILABLE),
    (NotRemovableError, HTTPStatus.CONFLICT),
    (UnknownDocumentError, HTTPStatus.NOT_FOUND),
    (NoPageImagesError, HTTPStatus.NOT_FOUND),
    (FileChangedError, HTTPStatus.GONE),
    (QuestionError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (PageImageError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (UnreadableFileError, HTTPStatus.UNPROCESSABLE_ENTITY),
    (AskfolderError, HTTPStatus.INTERNAL_SERVER_ERROR),  # a damaged index, a full disk: no fault of the client's
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


def busy(detail: str) -> JSONResponse:
    """Make the response that asks a client to come again."""
    headers = {"Retry-After": str(SECONDS_TO_COME_BACK)}
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers)


async def fault(request: Request, _: Exception) -> JSONResponse:
    """Make the response for a fault of askfolder's own, which its terminal tells in full."""
    status = HTTPStatus.INTERNAL_SERVER_ERROR
    detail = "This failed because of a fault in askfolder. Its terminal says more."
    return problem(status, detail, more=_for_chat(request, status, detail))


def problem_of(request: Request, error: Exception) -> JSONResponse:
    """Make the response for one of askfolder's own errors."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    headers = {"Retry-After": str(SECONDS_TO_COME_BACK)} if status == HTTPStatus.SERVICE_UNAVAILABLE else None
    detail = one_line(str(error))
    return problem(status, detail, headers, _for_chat(request, status, detail))


def _for_chat(request: Request, status: int, said: str) -> dict[str, object]:
    """Give the member in which OpenAI's clients look for an error."""
    if not request.scope["path"].startswith("/v1/"):
        return {}
    kind = "server_error" if status >= HTTPStatus.INTERNAL_SERVER_ERROR else "invalid_request_error"
    return {"error": {"message": said, "type": kind, "param": None, "code": None}}


def handle_problems(app: FastAPI) -> None:
    """Have an application answer every error with problem details."""

    async def of_askfolder(request: Request, error: Exception) -> JSONResponse:
        return problem_of(request, error)

    async def of_http(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        more = _for_chat(request, error.status_code, str(error.detail))
        return problem(error.status_code, str(error.detail), error.headers, more)

    async def of_validation(request: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        status = HTTPStatus.UNPROCESSABLE_ENTITY
        errors = [(".".join(map(str, each["loc"][1:])) or "body", str(each["msg"])) for each in error.errors()]
        detail = "; ".join(f"{one_line(where)}: {one_line(what)}" for where, what in errors)
        return problem(status, detail, more=_for_chat(request, status, detail))

    app.add_exception_handler(AskfolderError, of_askfolder)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(Exception, fault)
