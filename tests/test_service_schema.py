"""The service against its own OpenAPI schema: whatever is sent, nothing fails, and what comes back is as described."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
import schemathesis
from hashed_embedder import HashedEmbedder
from matching_reader import MatchingReader
from pdf_files import column, pdf_file
from schemathesis import engine
from schemathesis.engine import events
from serving import serving

import ui
from qa import Folder

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemathesis.schemas import BaseSchema

EXAMPLES = 10  # of each kind of request, besides those at every boundary
# A schema cannot say whether a question is blank, a file empty or a quotation in a text; nor forbid a form to send as a
# file what says "null".
BEYOND_SCHEMAS = {"RejectedPositiveData": None, "AcceptedNegativeData": "POST /api/documents"}
REACHED = {
    ("POST /api/ask", 200),
    ("POST /api/ask", 422),
    ("POST /api/retrieve", 200),
    ("GET /api/documents", 200),
    ("POST /api/documents", 201),
    ("POST /api/documents", 422),
    ("DELETE /api/documents/{id}", 204),
    ("DELETE /api/documents/{id}", 409),
    ("GET /api/documents/{id}/pages/{page}.png", 200),
    ("GET /api/documents/{id}/pages/{page}.png", 422),
    ("GET /api/documents/{id}/file", 200),
    ("GET /api/documents/{id}/file", 404),
    ("POST /v1/chat/completions", 200),
    ("POST /v1/chat/completions", 422),
    ("GET /v1/models", 200),
    ("GET /v1/models/{model}", 200),
    ("GET /healthz", 200),
}


@pytest.fixture
def schema(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BaseSchema]:
    """Serve a folder of two documents, page and all, and read the schema from there."""
    path = tmp_path_factory.mktemp("documents")
    (path / "mill.txt").write_text("The miller of Oldbridge is Ada Corn.")
    (path / "ferry.pdf").write_bytes(pdf_file(column(50, 700, "The ferry at Oldbridge leaves at seven every day.")))
    with Folder(path, model=HashedEmbedder(), reader=MatchingReader()) as opened:
        opened.sync()
        with serving(lambda: ui.make_app(opened)) as address:
            yield schemathesis.openapi.from_url(f"{address}/openapi.json")


def test_service_does_as_its_schema_says(schema: BaseSchema) -> None:
    """To requests of every form, right and wrong, alone and after each other: statuses, types, headers and bodies."""
    schema.config.generation.update(deterministic=True, max_examples=EXAMPLES)
    failures: list[str] = []
    statuses: set[tuple[str, int]] = set()
    for event in engine.from_schema(schema).execute():
        if isinstance(event, events.NonFatalError | events.FatalError):
            failures.append(repr(event))
        if not isinstance(event, events.ScenarioFinished):
            continue
        for name, interaction in event.recorder.interactions.items():
            case = event.recorder.cases[name].value
            assert interaction.response is not None
            statuses.add((f"{case.method} {case.path}", interaction.response.status_code))
        for check in (check for checks in event.recorder.checks.values() for check in checks):
            found = check.failure_info
            if found is None:
                continue
            kind, operation = type(found.failure).__name__, found.failure.operation
            if BEYOND_SCHEMAS.get(kind, "none") not in (None, operation):
                failures.append(f"{operation}: {kind} {found.failure}\n{found.code_sample}")
    assert failures == []
    assert {status for _, status in statuses if status >= 500} == set()
    assert REACHED - statuses == set()
