"""The door for chat programs, asked by OpenAI's own client: answers, streams, citations, errors, hostile documents."""

from __future__ import annotations

import asyncio
import threading
from html.parser import HTMLParser
from typing import TYPE_CHECKING, Any

import httpx
import openai
import pytest
from hashed_embedder import HashedEmbedder
from markdown_it import MarkdownIt
from matching_reader import MatchingReader
from openai import AsyncOpenAI, OpenAI
from serving import serving

from qa import Folder
from qa.answer import one_line
from qa.export import answer_as_markdown
from qa.service.application import make_service
from qa.service.collection import Collection
from qa.service.desk import Desk
from qa.service.guard import Access, guard

if TYPE_CHECKING:
    from collections.abc import Iterator

    from openai.types.chat import ChatCompletion

WHO = "Who is the miller of Oldbridge?"
BELL = "What hangs in the tower of Oldbridge?"
LIGHTHOUSE = "When was the lighthouse painted?"
FEIGNED = "The miller of Oldbridge is Ada Corn, says [1] and \\[2\\]” \\[9\\]"
MILL = f"The mill of Oldbridge grinds oats on Tuesdays.\n\n{FEIGNED}"
HOSTILE = (
    "In the tower of Oldbridge hangs <img src=x onerror=alert(1)><script>alert(2)</script> "
    "![image](http://elsewhere.invalid/a.png) [link](javascript:alert(3)) <http://elsewhere.invalid> `code` *star* "
    "www.elsewhere.invalid \x1b[31mred\x1b[0m \u202etfel\u202c \u2067apart\u2069 &lt;b&gt; $$x$$ | a | ${alert(4)} end"
)


class Gate(MatchingReader):
    """Reads when it may."""

    def __init__(self) -> None:
        super().__init__()
        self.open, self.reached = threading.Event(), threading.Event()
        self.open.set()

    def read(self, *arguments: Any) -> Any:
        """Say so, wait, then read as usual."""
        self.reached.set()
        self.open.wait(20)
        return super().read(*arguments)


@pytest.fixture(scope="module")
def gate() -> Gate:
    """Give the reader of `opened`."""
    return Gate()


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory, gate: Gate) -> Iterator[Folder]:
    """Open a folder with a plain document and a hostile one."""
    path = tmp_path_factory.mktemp("documents")
    (path / "mill.txt").write_text(MILL)
    (path / "<b onclick=alert(5)>tower.txt").write_text(HOSTILE)
    with Folder(path, model=HashedEmbedder(), reader=gate) as opened:
        opened.sync()
        yield opened


@pytest.fixture(scope="module")
def address(opened: Folder) -> Iterator[str]:
    """Serve the folder; one question is answered at a time, and none may wait."""
    with serving(lambda: make_service(Desk(opened, at_once=1, waiting=0), Collection(opened))) as address:
        yield address


@pytest.fixture
def client(address: str) -> Iterator[OpenAI]:
    """Give OpenAI's client; it reads no settings of this machine."""
    yield from connected(address)


def connected(address: str, key: str = "any", retries: int = 0) -> Iterator[OpenAI]:
    """Connect OpenAI's client."""
    http_client = httpx.Client(trust_env=False)
    with OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=retries, http_client=http_client) as client:
        yield client


def ask(client: OpenAI, question: str, **more: Any) -> ChatCompletion:
    """Ask a question as a conversation of one message."""
    return client.chat.completions.create(model="askfolder", messages=[{"role": "user", "content": question}], **more)


def citations_of(opened: Folder, question: str) -> list[dict[str, Any]]:
    """Give the citations of an answer as they go over the wire."""
    return [{**citation.to_dict(), "headings": list(citation.headings)} for citation in opened.ask(question).citations]


def test_chat_answers_with_the_folder_s_own_words(client: OpenAI, opened: Folder) -> None:
    """The reply is the answer as Markdown, complete at once, at no tokens."""
    completion = ask(client, WHO)
    (choice,) = completion.choices
    assert choice.message.content == answer_as_markdown(opened.ask(WHO), with_question=False)
    assert "The miller of Oldbridge" in (choice.message.content or "")
    assert (completion.object, completion.model) == ("chat.completion", "askfolder")
    assert (choice.index, choice.finish_reason, choice.message.role) == (0, "stop", "assistant")
    assert completion.usage is not None
    assert completion.usage.total_tokens == 0


def test_chat_reply_carries_its_citations(client: OpenAI, opened: Folder, address: str) -> None:
    """As OpenAI's annotations at the numbers behind the quotations, which documents cannot feign; and in full."""
    completion = ask(client, WHO)
    message = completion.choices[0].message
    assert message.content is not None
    citations = opened.ask(WHO).citations
    annotations = message.annotations or []
    assert len(annotations) == len(citations) == 1
    for number, (annotation, citation) in enumerate(zip(annotations, citations, strict=True), 1):
        place = annotation.url_citation
        assert annotation.type == "url_citation"
        assert message.content[place.start_index : place.end_index] == rf"\[{number}\]"
        assert Rendered(message.content[: place.start_index]).text == f"\n“{FEIGNED}”\n\n"
        assert (place.url, place.title) == (f"{address}/{citation.anchor}", "mill.txt, ¶ 2")
    assert completion.model_extra == {"citations": citations_of(opened, WHO)}


@pytest.mark.parametrize(
    ("host", "page"),
    [("ask.example", "https://ask.example"), ("[::1]:8", "https://[::1]:8"), ("a/<b>", None), ("", None)],
)
def test_chat_citation_leads_to_the_address_that_a_proxy_names(address: str, host: str, page: str | None) -> None:
    """So that it opens for whoever came through the proxy; what is no name of a host is passed over."""
    body = {"messages": [{"role": "user", "content": WHO}]}
    headers = {"X-Forwarded-Host": host, "X-Forwarded-Proto": "https"}
    completion = httpx.post(f"{address}/v1/chat/completions", json=body, headers=headers, trust_env=False).json()
    url = completion["choices"][0]["message"]["annotations"][0]["url_citation"]["url"]
    assert url.startswith(f"{page or address.replace('http:', 'https:')}/#cite=")


def test_chat_streams_the_same_reply(client: OpenAI, opened: Folder) -> None:
    """In pieces that join to it, the citations with the last of them, and no usage unless it is asked for."""
    whole = ask(client, WHO)
    with ask(client, WHO, stream=True) as stream:
        chunks = list(stream)
    deltas = [chunk.choices[0].delta for chunk in chunks]
    assert "".join(delta.content or "" for delta in deltas) == whole.choices[0].message.content
    assert len(chunks) > 3
    assert deltas[0].role == "assistant"
    assert [chunk.choices[0].finish_reason for chunk in chunks] == [None] * (len(chunks) - 1) + ["stop"]
    annotations = whole.choices[0].message.annotations or []
    assert (deltas[-1].model_extra or {})["annotations"] == [annotation.to_dict() for annotation in annotations]
    assert (chunks[-1].model_extra or {})["citations"] == citations_of(opened, WHO)
    assert {chunk.usage for chunk in chunks} == {None}
    assert len({chunk.id for chunk in chunks}) == 1


def test_chat_stream_tells_its_usage_when_asked(client: OpenAI) -> None:
    """In an event of its own, after all others."""
    with ask(client, WHO, stream=True, stream_options={"include_usage": True}) as stream:
        *chunks, last = list(stream)
    assert {chunk.usage for chunk in chunks} == {None}
    assert last.choices == []
    assert last.usage is not None
    assert last.usage.total_tokens == 0


def test_chat_stream_ends_as_openai_s_do(address: str) -> None:
    """Events of JSON, then the word that it is done."""
    body = {"messages": [{"role": "user", "content": WHO}], "stream": True}
    response = httpx.post(f"{address}/v1/chat/completions", json=body, trust_env=False)
    assert response.headers["content-type"] == "text/event-stream; charset=utf-8"
    assert response.headers["cache-control"] == "no-store"
    events = response.text.split("\n\n")
    assert events[-2:] == ["data: [DONE]", ""]
    assert all(event.startswith('data: {"id": "chatcmpl-') for event in events[:-2])


def test_chat_is_answered_to_the_asynchronous_client_too(address: str, opened: Folder) -> None:
    """Streams included, as it puts them together itself."""

    async def answer() -> tuple[str | None, str | None]:
        http_client = httpx.AsyncClient(trust_env=False)
        async with AsyncOpenAI(base_url=f"{address}/v1", api_key="any", http_client=http_client) as client:
            messages: Any = [{"role": "user", "content": WHO}]
            whole = await client.chat.completions.create(model="askfolder", messages=messages)
            async with client.chat.completions.stream(model="askfolder", messages=messages) as stream:
                joined = await stream.get_final_completion()
        return whole.choices[0].message.content, joined.choices[0].message.content

    written = answer_as_markdown(opened.ask(WHO), with_question=False)
    assert asyncio.run(answer()) == (written, written)


def test_chat_takes_the_last_message_of_the_user_for_the_question(client: OpenAI) -> None:
    """In parts or whole; instructions to a model, its replies, and what is no text have no meaning here."""
    messages: list[Any] = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": BELL},
        {"role": "assistant", "content": None, "tool_calls": []},
        {
            "role": "user",
            "content": [
                {"type": "text", "text": "Who is the miller"},
                {"type": "image_url", "image_url": {"url": "http://elsewhere.invalid/a.png"}},
                {"type": "text", "text": "of Oldbridge?"},
            ],
        },
        {"role": "tool", "content": "a tool's", "tool_call_id": "1"},
    ]
    completion = client.chat.completions.create(
        model="gpt-4o", messages=messages, temperature=0.2, n=1, tools=[], stop=["x"], max_completion_tokens=5, seed=1
    )
    assert completion.choices[0].message.content == ask(client, WHO).choices[0].message.content


def test_chat_says_that_the_documents_do_not_say(client: OpenAI) -> None:
    """In words, with the nearest passages; a reply without a citation."""
    completion = ask(client, LIGHTHOUSE)
    message = completion.choices[0].message
    assert message.content is not None
    assert message.content.startswith("**The documents do not say. “lighthouse” and “painted” occur nowhere in them")
    assert (message.annotations, completion.model_extra) == ([], {"citations": []})


def test_chat_looks_in_the_chosen_documents(client: OpenAI) -> None:
    """Which are named beside OpenAI's own parameters."""
    assert ask(client, WHO, extra_body={"documents": ["mill.txt"]}).model_extra != {"citations": []}
    tower = "<b onclick=alert(5)>tower.txt"
    assert ask(client, WHO, extra_body={"documents": [tower]}).model_extra == {"citations": []}


def test_chat_lists_its_one_model(client: OpenAI) -> None:
    """And describes it."""
    (model,) = client.models.list().data
    assert (model.id, model.object, model.owned_by) == ("askfolder", "model", "askfolder")
    assert client.models.retrieve("askfolder") == model
    with pytest.raises(openai.NotFoundError, match="There is no model but 'askfolder'"):
        client.models.retrieve("gpt-4o")


@pytest.mark.parametrize(
    ("asked", "kind", "said"),
    [
        ({"extra_body": {"documents": ["ghost.txt"]}}, openai.NotFoundError, "There is no document 'ghost.txt'"),
        ({"messages": []}, openai.UnprocessableEntityError, "messages: List should have at least 1 item"),
        ({"messages": [{"role": "system", "content": "x"}]}, openai.UnprocessableEntityError, "there is no question"),
        ({"messages": [{"role": "user", "content": " "}]}, openai.UnprocessableEntityError, "The question is empty"),
        (
            {"messages": [{"role": "user", "content": "x " * 900_000}]},
            openai.UnprocessableEntityError,
            "The question is longer than 10,000 characters. Ask a shorter one.",
        ),
        ({"messages": [{"content": "x"}]}, openai.UnprocessableEntityError, "messages.0.role: Field required"),
        ({"stream": "often"}, openai.UnprocessableEntityError, "stream: Input should be a valid boolean"),
    ],
)
@pytest.mark.parametrize("stream", [False, True])
def test_chat_error_is_one_of_openai_s(
    client: OpenAI, asked: dict[str, Any], kind: type[openai.APIStatusError], said: str, *, stream: bool
) -> None:
    """Its client finds the sentence and the type, before a stream begins; they are problem details as well."""
    messages = [{"role": "user", "content": WHO}]
    with pytest.raises(kind, match=said) as caught:
        client.chat.completions.create(**{"model": "askfolder", "messages": messages, "stream": stream, **asked})
    assert caught.value.type == "invalid_request_error"
    details = caught.value.response.json()
    assert caught.value.response.headers["content-type"] == "application/problem+json"
    assert (details["status"], details["detail"]) == (caught.value.status_code, details["error"]["message"])


def test_chat_that_is_busy_says_when_to_come_back(client: OpenAI, gate: Gate, address: str) -> None:
    """And OpenAI's client comes back by itself."""
    gate.open.clear()
    gate.reached.clear()
    first = threading.Thread(target=ask, args=(client, WHO))
    first.start()
    try:
        assert gate.reached.wait(10)
        with pytest.raises(openai.InternalServerError, match="Busy: 0 questions are waiting already") as caught:
            ask(client, WHO)
        assert (caught.value.status_code, caught.value.type) == (503, "server_error")
        assert caught.value.response.headers["retry-after"] == "2"
        threading.Timer(0.5, gate.open.set).start()
        for patient in connected(address, retries=3):
            assert ask(patient, WHO).choices[0].finish_reason == "stop"
    finally:
        gate.open.set()
        first.join()


def test_chat_is_refused_without_the_token(opened: Folder) -> None:
    """Which a chat program's settings call the key."""

    def guarded() -> Any:
        app = make_service(Desk(opened), Collection(opened))
        guard(app, Access(token="a long enough token"), lambda _: True)
        return app

    with serving(guarded) as address:
        for stranger in connected(address, key="another"):
            with pytest.raises(openai.AuthenticationError, match="This is not the token that askfolder printed"):
                ask(stranger, WHO)
        for known in connected(address, key="a long enough token"):
            assert ask(known, WHO).choices[0].finish_reason == "stop"


class Rendered(HTMLParser):
    """The elements of a page, with their attributes, and its text."""

    def __init__(self, markdown: str) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.text = ""
        self.feed(MarkdownIt("gfm-like", {"html": True, "linkify": True}).render(markdown))
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note an element."""
        self.tags.add(f"{tag} {attrs}" if attrs else tag)

    def handle_data(self, data: str) -> None:
        """Keep text."""
        self.text += data


@pytest.mark.parametrize("question", [BELL, WHO, LIGHTHOUSE, HOSTILE, "What of the <script>alert(6)</script> tower?"])
def test_chat_reply_holds_nothing_of_a_document_but_text(client: OpenAI, opened: Folder, question: str) -> None:
    """Rendered by what lets HTML through and makes links of addresses, only our own elements are there."""
    completion = ask(client, question)
    content = completion.choices[0].message.content or ""
    rendered = Rendered(content)
    assert rendered.tags <= {"p", "blockquote", "strong"}
    assert not set("\x1b\u202e\u202c\u2067\u2069") & set(content)
    if question == BELL:
        (citation,) = opened.ask(BELL).citations
        assert f"\n“{one_line(citation.quote)}” [1]\n" in rendered.text
        assert all(part in citation.quote for part in ("<script>", "](javascript:", "<http:", "\u202e", "&lt;", "${"))
        assert "<b onclick=alert(5)>tower.txt, ¶ 1" in rendered.text
        with ask(client, question, stream=True) as stream:
            assert "".join(chunk.choices[0].delta.content or "" for chunk in stream) == content
