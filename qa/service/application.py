"""The web application of a folder, without a page: REST, the OpenAI-compatible door, the MCP tools, one Desk."""

from __future__ import annotations

import contextlib
import re
from http import HTTPStatus
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi
from mcp.server.transport_security import TransportSecuritySettings
from starlette.exceptions import HTTPException
from starlette.routing import Match, Route

from qa.service import completions, rest
from qa.service.problems import handle_problems
from qa.service.records import Problem
from qa.service.tools import make_tools

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from starlette.types import Receive, Scope, Send

    from qa.service.collection import Collection
    from qa.service.desk import Desk

PATHS = re.compile(r"/(?:api/.+|v1/.+|mcp|healthz|openapi\.json)")

_OWN_PATHS = ("/api/{rest:path}", "/v1/{rest:path}", "/mcp", "/healthz", "/openapi.json")


def make_service(desk: Desk, collection: Collection) -> FastAPI:
    """Make the application; nothing guards it yet (`qa.service.guard`)."""
    tools = make_tools(desk, collection)
    # The guard looks at hosts and origins; a tool's answer is whole when it is there, so that no session is needed.
    mcp_app = tools.streamable_http_app(
        json_response=True,
        stateless_http=True,
        transport_security=TransportSecuritySettings(enable_dns_rebinding_protection=False),
    )

    @contextlib.asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        async with tools.session_manager.run():
            yield

    app = FastAPI(
        title="askfolder",
        version=version("askfolder"),
        description="Answers from the documents in a folder, in their own words, with citations that open.",
        docs_url=None,  # these load their scripts from elsewhere
        redoc_url=None,
        lifespan=lifespan,
    )
    handle_problems(app)
    routers = (rest.make_router(desk, collection), completions.make_router(desk))
    for router in routers:
        app.include_router(router)
    (mcp_route,) = (route for route in mcp_app.routes if isinstance(route, Route))
    # A stream that a client opens by GET would never hold anything, and never end.
    app.router.routes.append(Route(mcp_route.path, mcp_route.endpoint, methods=["POST"], include_in_schema=False))
    own = [route for each in (app, *routers) for route in each.routes if isinstance(route, Route)]
    app.router.routes += [Route(path, _Refusal(own), include_in_schema=False) for path in _OWN_PATHS]
    app.openapi = lambda: _schema(app)  # type: ignore[method-assign]
    return app


class _Refusal:
    """Says what is wrong with a method or path, before what is mounted behind all routes answers in their place."""

    def __init__(self, routes: list[Route]) -> None:
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        near = [route for route in self._routes if route.matches(scope)[0] is Match.PARTIAL]
        if near:
            allowed = sorted({method for route in near for method in route.methods or ()})
            raise HTTPException(HTTPStatus.METHOD_NOT_ALLOWED, headers={"Allow": ", ".join(allowed)})
        raise HTTPException(HTTPStatus.NOT_FOUND, "There is nothing at this address.")


def _schema(app: FastAPI) -> dict[str, Any]:
    """Describe the routes; errors are problem details, which FastAPI does not know by itself."""
    if app.openapi_schema is None:
        schema = get_openapi(title=app.title, version=app.version, description=app.description, routes=app.routes)
        schemas = schema["components"]["schemas"]
        for unused in ("HTTPValidationError", "ValidationError"):
            schemas.pop(unused, None)
        schemas["Problem"] = Problem.model_json_schema()
        app.openapi_schema = schema
    return app.openapi_schema
