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
    from starlette.types import Receive, Scope, Send

PROBLEM_JSON = "application/problem+json"
SECONDS_TO_COME_BACK = 2  # for a client that was told that the service is busy
_FAULT = HTTPStatus.INTERNAL_SERVER_ERROR

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
    (AskfolderError, _FAULT),  # a damaged index, a full disk: no fault of the client's
)


def declared(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Declare the errors of a route for the OpenAPI schema."""
    content = {PROBLEM_JSON: {"schema": {"$ref": "#/components/schemas/Problem"}}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def problem(status: int, detail: str, headers: Mapping[str, str] | None = None) -> JSONResponse:
    """Make the response for an error.

    Args:
        status: The HTTP status.
        detail: What is the matter, and what to do.
        headers: Of the response.
    """
    content = {"type": "about:blank", "title": HTTPStatus(status).phrase, "status": int(status), "detail": detail}
    return _ProblemResponse(content, status, headers, PROBLEM_JSON)


class _ProblemResponse(JSONResponse):
    """Problem details; on the routes for chat programs with the member in which OpenAI's clients look for an error."""

    def __init__(self, content: dict[str, object], *arguments: Any) -> None:
        super().__init__(content, *arguments)
        self._content = content

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["path"].startswith("/v1/"):
            kind = "invalid_request_error" if self.status_code < _FAULT else "server_error"
            error = {"message": self._content["detail"], "type": kind, "param": None, "code": None}
            self.body = self.render(self._content | {"error": error})
            self.headers["content-length"] = str(len(self.body))
        await super().__call__(scope, receive, send)


def busy(detail: str) -> JSONResponse:
    """Make the response that asks a client to come again."""
    return problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, {"Retry-After": str(SECONDS_TO_COME_BACK)})


async def fault(_: Request, __: Exception) -> JSONResponse:
    """Make the response for a fault of askfolder's own, which its terminal tells in full."""
    return problem(_FAULT, "This failed because of a fault in askfolder. Its terminal says more.")


def problem_of(error: AskfolderError) -> JSONResponse:
    """Make the response for one of askfolder's own errors."""
    status = next(status for kind, status in _STATUS if isinstance(error, kind))
    detail = one_line(str(error))
    return busy(detail) if status == HTTPStatus.SERVICE_UNAVAILABLE else problem(status, detail)


def handle_problems(app: FastAPI) -> None:
    """Have an application answer every error with problem details."""

    async def of_askfolder(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, AskfolderError)
        return problem_of(error)

    async def of_http(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, HTTPException)
        return problem(error.status_code, str(error.detail), error.headers)

    async def of_validation(_: Request, error: Exception) -> JSONResponse:
        assert isinstance(error, RequestValidationError)
        errors = [(".".join(map(str, each["loc"][1:])) or "body", str(each["msg"])) for each in error.errors()]
        detail = "; ".join(f"{one_line(where)}: {one_line(what)}" for where, what in errors)
        return problem(HTTPStatus.UNPROCESSABLE_ENTITY, detail)

    app.add_exception_handler(AskfolderError, of_askfolder)
    app.add_exception_handler(HTTPException, of_http)
    app.add_exception_handler(RequestValidationError, of_validation)
    app.add_exception_handler(Exception, fault)
