"""A door for chat programs: OpenAI's chat completions, answered from the folder, with citations.

The last message of the user is the question. What is asked of a model besides, such as a temperature, has no meaning
here and is passed over.
"""

from __future__ import annotations

import json
import re
import time
import uuid
from http import HTTPStatus
from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field, StrictBool
from starlette.requests import Request  # noqa: TC002 - FastAPI resolves annotations
from starlette.responses import StreamingResponse

from qa.export import answer_as_markdown
from qa.service import records
from qa.service.desk import Desk, QuestionError
from qa.service.problems import declared

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa.answer import Answer

MODEL = "askfolder"
MOST_MESSAGES = 1_000
# The numbers at the end of an entry's line; whatever a document says stands before them.
_NUMBERS = re.compile(r"” ((?:\\\[\d+\\\])+(?:, also (?:\\\[\d+\\\])+)?)$")
_NUMBER = re.compile(r"\\\[(\d+)\\\]")


class TextPart(BaseModel):
    """A piece of a message; what is no text, such as an image, is passed over."""

    type: str
    text: str = ""


class Message(BaseModel):
    """A message of the conversation so far."""

    role: Annotated[str, Field(examples=["user", "assistant", "system"])]
    content: str | list[TextPart] | None = None

    @property
    def text(self) -> str:
        """What it says."""
        if isinstance(self.content, list):
            return "\n".join(part.text for part in self.content if part.type == "text")
        return self.content or ""


class StreamOptions(BaseModel):
    """What a stream holds besides."""

    include_usage: StrictBool | None = False


class CompletionRequest(BaseModel):
    """A conversation whose last question is to be answered."""

    model: Annotated[str, Field(description="Any: there is but one.")] = MODEL
    messages: Annotated[
        list[Message],
        Field(
            min_length=1,
            max_length=MOST_MESSAGES,
            description="At least one of them a user's.",
            examples=[[{"role": "user", "content": "When was the treaty signed?"}]],
        ),
    ]
    stream: StrictBool | None = False
    stream_options: StreamOptions | None = None
    documents: Annotated[
        list[str] | None,
        Field(max_length=records.MOST_DOCUMENTS, description="Sources or ids of the documents to look in."),
    ] = None


class UrlCitation(BaseModel):
    """Where a citation number stands in the reply, and the address at which the page opens it."""

    start_index: int
    end_index: int
    url: str
    title: str


class Annotation(BaseModel):
    """A citation, as OpenAI's own replies carry them."""

    type: Literal["url_citation"] = "url_citation"
    url_citation: UrlCitation


class Reply(BaseModel):
    """The answer as a message: Markdown, with numbered citations."""

    role: Literal["assistant"] = "assistant"
    content: str
    refusal: None = None
    annotations: list[Annotation]


class Choice(BaseModel):
    """The one reply."""

    index: int = 0
    message: Reply
    finish_reason: Literal["stop"] = "stop"
    logprobs: None = None


class Usage(BaseModel):
    """Tokens, of which none are used: no language model writes here."""

    prompt_tokens: int = 0
    completion_tokens: int = 0
    total_tokens: int = 0


class Completion(BaseModel):
    """A reply to a conversation."""

    id: str
    object: Literal["chat.completion"] = "chat.completion"
    created: Annotated[int, Field(description="Seconds since 1970.")]
    model: str = MODEL
    choices: list[Choice]
    usage: Usage = Usage()
    citations: Annotated[list[records.Citation], Field(description="In full; number 1 is the first.")]


class Model(BaseModel):
    """What can be asked."""

    id: str = MODEL
    object: Literal["model"] = "model"
    created: int = 0
    owned_by: str = MODEL


class Models(BaseModel):
    """All that can be asked."""

    object: Literal["list"] = "list"
    data: list[Model]


def make_router(desk: Desk) -> APIRouter:
    """Make the routes of the door."""
    router = APIRouter(prefix="/v1")

    @router.get("/models")
    async def models() -> Models:
        """List the one model that there is."""
        return Models(data=[Model()])

    @router.get("/models/{model}", responses=declared(404))
    async def one_model(model: str) -> Model:
        """Describe the one model that there is."""
        if model != MODEL:
            raise HTTPException(HTTPStatus.NOT_FOUND, f"There is no model but {MODEL!r}.")
        return Model()

    @router.post(
        "/chat/completions",
        response_model=Completion,
        responses=declared(400, 404, 413, 422, 503) | {200: {"content": {"text/event-stream": {}}}},
    )
    async def complete(body: CompletionRequest, request: Request) -> Any:
        """Answer the last question of a conversation in the documents' own sentences."""
        questions = [message.text for message in body.messages if message.role == "user"]
        if not questions:
            raise QuestionError("No message of a user is among these, so there is no question.")
        answer = await desk.ask(questions[-1], body.documents, gone=request.is_disconnected)
        completion = _completion(answer, _page_of(request))
        if not body.stream:
            return completion
        with_usage = body.stream_options is not None and bool(body.stream_options.include_usage)
        return StreamingResponse(
            _events(completion, with_usage=with_usage),
            media_type="text/event-stream",
            headers={"Cache-Control": "no-store"},
        )

    return router


def _page_of(request: Request) -> str:
    """Give the address of the page as the client knows it; a proxy says which that is."""
    told = request.headers.get("x-forwarded-host", "")
    return f"{request.url.scheme}://{told}/" if re.fullmatch(r"[\w.:\[\]-]+", told) else str(request.base_url)


def _completion(answer: Answer, page: str) -> Completion:
    content = answer_as_markdown(answer, with_question=False)
    annotations = []
    for number, start, end in _numbers(content):
        citation = answer.citations[number - 1]
        place = UrlCitation(start_index=start, end_index=end, url=page + citation.anchor, title=citation.place)
        annotations.append(Annotation(url_citation=place))
    return Completion(
        id=f"chatcmpl-{uuid.uuid4().hex}",
        created=int(time.time()),
        choices=[Choice(message=Reply(content=content, annotations=annotations))],
        citations=[records.Citation.model_validate(citation.to_dict()) for citation in answer.citations],
    )


def _numbers(content: str) -> Iterator[tuple[int, int, int]]:
    """Find the numbers of citations behind the quotations of an answer: each, where it starts, where it ends."""
    start = 0
    for line in content.split("\n"):
        behind = _NUMBERS.search(line) if line.startswith("> “") else None
        if behind is not None:
            for number in _NUMBER.finditer(line, behind.start(1), behind.end(1)):
                yield int(number[1]), start + number.start(), start + number.end()
        start += len(line) + 1


def _events(completion: Completion, *, with_usage: bool) -> Iterator[str]:
    """Write a completion as the events of a stream, a block of its Markdown at a time."""
    head: dict[str, Any] = {
        "id": completion.id,
        "object": "chat.completion.chunk",
        "created": completion.created,
        "model": MODEL,
    }

    if with_usage:
        head["usage"] = None  # in all events but the last

    def event(delta: dict[str, Any], finish: str | None = None, more: dict[str, Any] | None = None) -> str:
        choice = {"index": 0, "delta": delta, "finish_reason": finish, "logprobs": None}
        return f"data: {json.dumps(head | {'choices': [choice]} | (more or {}))}\n\n"

    reply = completion.choices[0].message
    yield event({"role": "assistant", "content": ""})
    blocks = reply.content.split("\n\n")
    for number, block in enumerate(blocks, 1):
        yield event({"content": block + ("\n\n" if number < len(blocks) else "")})
    annotations = [annotation.model_dump() for annotation in reply.annotations]
    citations = [citation.model_dump() for citation in completion.citations]
    yield event({"annotations": annotations}, "stop", {"citations": citations})
    if with_usage:
        yield f"data: {json.dumps(head | {'choices': [], 'usage': completion.usage.model_dump()})}\n\n"
    yield "data: [DONE]\n\n"
