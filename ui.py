"""The chat page, and the web application around it: questions at the left, the source or the documents at the right.

The page shows what `qa` answers and what `index` keeps of a document; it searches and reads nothing itself. What it
shows, and in which words, stands in `qa.page`; here are its components and what happens at each event.
"""

from __future__ import annotations

import asyncio
import os
import re
import threading
from collections.abc import AsyncIterator  # noqa: TC003 - Gradio resolves the annotations of its handlers
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from importlib import resources
from typing import TYPE_CHECKING, Any, NamedTuple

# Gradio reads these when it is imported; without them it calls home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr

from index.errors import AskfolderError
from qa import confidence
from qa.export import Conversation, Exchange, answer_as_markdown, conversation_as_html, conversation_as_markdown
from qa.feedback import Feedback
from qa.page import style
from qa.page.inert import inert, line, seen
from qa.page.reply import actions, reply
from qa.page.source import open_source
from qa.page.words import ENGLISH, LANGUAGES, words_for
from qa.service.application import PATHS, make_service
from qa.service.collection import Collection
from qa.service.desk import Desk
from qa.service.guard import Access, guard
from qa.service.serving import DEFAULT_PORT, is_local, names, serve_app
from qa.suggestions import suggest

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi import FastAPI

    from qa.answer import Answer
    from qa.evaluation.judgements import Verdict
    from qa.folder import Folder
    from qa.page.words import Words

PRODUCT = "askfolder"
SHORTEST_TOKEN = 12  # characters
FEEDBACK = "feedback.jsonl"  # in the index
SUGGESTIONS_LOOKED_FOR = 0.5  # seconds between two looks whether they are there

_SCRIPTS = ("pane.js", "source.js", "documents.js", "conversation.js")
# The right pane begins anew, and the question is ready to be typed.
_NEW_JS = """() => {
  document.dispatchEvent(new Event('askfolder-new'));
  document.querySelector('#q textarea').focus();
}"""
# What was just asked comes into view; when its answer is there, the question goes to the top with the answer below it.
_TO_LATEST_JS = """() => requestAnimationFrame(() => requestAnimationFrame(() => {
  const last = (rows) => rows[rows.length - 1];
  const answer = last(document.querySelectorAll('#chat .bot-row'));
  if (!answer) return;
  if (answer.querySelector('em')) answer.scrollIntoView({block: 'nearest'});
  else last(document.querySelectorAll('#chat .user-row')).scrollIntoView({block: 'start'});
}))"""
# What the scripts know and Gradio does not goes to the handlers in the place of a component's value.
_CHOSEN_JS = "(...values) => [...values.slice(0, -1), window.askfolder.chosen()]"
_WISH_JS = "(...values) => [...values.slice(0, -1), window.askfolder.wish]"
_DONE_JS = "(made) => { window.askfolder.done(made); }"


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation.

    Attributes:
        question: As asked.
        asked_at: When.
        documents: Sources of the documents that alone are asked; empty for all.
        progress: What to show until there is a reply.
        answer: The answer, when it is there.
        said: What is said in place of an answer.
        judged: What the user thinks of the answer: of each entry by its place, or of its silence, which is None.
        given_up: Set when the user no longer waits; the answer is then dropped when it comes.
    """

    question: str
    asked_at: datetime
    documents: tuple[str, ...]
    progress: str
    answer: Answer | None = None
    said: str = ""
    judged: tuple[tuple[int | None, Verdict], ...] = ()
    given_up: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)

    @property
    def waits(self) -> bool:
        """Whether there is no reply yet."""
        return self.answer is None and not self.said


class _Page:
    """What the page does: each method is the handler of one event, and keeps nothing between two of them."""

    def __init__(self, desk: Desk, suggestions: Sequence[str]) -> None:
        self.desk = desk
        self.folder = desk.folder
        self.suggestions = tuple(suggestions)
        self.suggesting: threading.Thread | None = None
        self.feedback = Feedback(self.folder.index.path / FEEDBACK)

    def header(self, words: Words) -> str:
        """Name the folder and count what is in it, as inert HTML."""
        documents = self.folder.documents()
        paragraphs = sum(document.paragraph_count for document in documents)
        name = self.folder.path.name or str(self.folder.path)
        counts = " · ".join(
            (words.count(len(documents), words.document_count), words.count(paragraphs, words.paragraph_count))
        )
        return (
            f"<header><h1>{inert(name)}</h1><p><span class='counts'>{counts}</span>"
            f" <span class='path'>{inert(str(self.folder.path))}</span></p></header>"
        )

    def refresh(self, request: gr.Request) -> tuple[Any, ...]:
        """Show the folder as it is now, in the browser's language."""
        words = _words(request)
        examples = [{"text": seen(text)} for text in self.suggestions]
        return (
            self.header(words),
            gr.update(placeholder=words.welcome, examples=examples, label=words.conversation),
            gr.update(placeholder=words.question_here, label=words.question, submit_btn=words.ask),
            _hint(words),
            gr.update(value=words.new),
            _saving(words),
        )

    async def offer(self) -> dict[str, Any]:
        """Show the suggestions as soon as they are there."""
        while self.suggesting is not None and self.suggesting.is_alive():
            await asyncio.sleep(SUGGESTIONS_LOOKED_FOR)
        return gr.update(examples=[{"text": seen(text)} for text in self.suggestions])

    async def ask(
        self, question: str | None, turns: tuple[Turn, ...], chosen: list[str] | None, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Take a question and show how far its answer is; then show the answer."""
        words = _words(request)
        if turns and turns[-1].waits:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        if not question or not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), _hint(words, wanting=True)
            return
        documents = tuple(source for source in chosen or () if isinstance(source, str))
        turn = Turn(question, datetime.now().astimezone(), documents, _searching(words, documents, self.folder))
        yield *self._waiting((*turns, turn), words), _hint(words)
        reading: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        answering = asyncio.ensure_future(self.desk.ask(question, documents or None, report_reading=_noting(reading)))
        await asyncio.wait((reading, answering), return_when=asyncio.FIRST_COMPLETED)
        if reading.done() and not turn.given_up.is_set():
            turn = replace(turn, progress=words.count(reading.result(), words.reading))
            yield *self._waiting((*turns, turn), words), gr.skip()
        try:
            done = replace(turn, answer=await answering)
        except AskfolderError as error:
            done = replace(turn, said=str(error))
        if turn.given_up.is_set():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        else:
            yield *self._replied((*turns, done), words), gr.skip()

    async def ask_suggested(
        self, event: gr.SelectData, turns: tuple[Turn, ...], chosen: list[str] | None, request: gr.Request
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Take a suggested question that was clicked."""
        question = event.value.get("text") if isinstance(event.value, dict) else None
        async for update in self.ask(question if isinstance(question, str) else None, turns, chosen, request):
            yield update

    def stop(self, turns: tuple[Turn, ...], request: gr.Request) -> tuple[Any, ...]:
        """Give up the question that is being answered; the search itself runs on to its end, unseen."""
        if turns:
            turns[-1].given_up.set()
        return self._ended(turns, _words(request).stopped, request)

    def fail(self, turns: tuple[Turn, ...], request: gr.Request) -> tuple[Any, ...]:
        """Say that the program failed at the question that is being answered."""
        return self._ended(turns, _words(request).failed, request)

    def begin_anew(self, turns: tuple[Turn, ...], request: gr.Request) -> tuple[Any, ...]:
        """Forget the conversation."""
        if turns:
            turns[-1].given_up.set()
        words = _words(request)
        return (), [], gr.update(value="", submit_btn=words.ask, stop_btn=False), _hint(words)

    def act(self, turns: tuple[Turn, ...], wish: object, request: gr.Request) -> tuple[Any, ...]:
        """Do what was clicked below a reply or below the conversation.

        Returns:
            The turns, the conversation and the question as they are then, and what is left to the page's script.
        """
        words = _words(request)
        unchanged: tuple[Any, ...] = (gr.skip(), gr.skip(), gr.skip())
        match wish:
            case ["save_markdown" | "save_page" as how, *_]:
                return *unchanged, self._saved(turns, as_page=how == "save_page", words=words)
            case [str(what), str(number), *rest] if number.isdecimal() and int(number) < len(turns):
                turn = turns[int(number)]
            case _:
                return *unchanged, None
        if what == "edit" or what == "again":
            return gr.skip(), gr.skip(), gr.update(value=turn.question), {what: True}
        if turn.answer is None:
            return *unchanged, None
        if what == "copy":
            return *unchanged, {"copy": answer_as_markdown(turn.answer)}
        if what not in ("right", "wrong"):
            return *unchanged, None
        entry = int(str(rest[0])) if rest and str(rest[0]).isdecimal() else None
        if entry is not None and entry >= len(turn.answer.entries):
            return *unchanged, None
        verdict: Verdict = "right" if what == "right" else "wrong"
        if (entry, verdict) in turn.judged:
            verdict = "withdrawn"
        try:
            self.feedback.judge(
                turn.answer,
                verdict,
                entry=None if entry is None else turn.answer.entries[entry],
                documents=turn.documents,
            )
        except AskfolderError as error:
            return *unchanged, {"say": seen(str(error))}
        judged = tuple(one for one in turn.judged if one[0] != entry)
        if verdict != "withdrawn":
            judged = (*judged, (entry, verdict))
        place = int(number)
        turns = (*turns[:place], replace(turn, judged=judged), *turns[place + 1 :])
        said = {"right": words.judged_right, "wrong": words.judged_wrong}.get(verdict, words.judged_not)
        return turns, self._messages(turns, words), gr.skip(), {"say": said}

    def _saved(self, turns: tuple[Turn, ...], *, as_page: bool, words: Words) -> dict[str, str]:
        exchanges = tuple(
            Exchange(turn.question, turn.asked_at, turn.answer, turn.said, turn.documents)
            for turn in turns
            if not turn.waits
        )
        if not exchanges:
            return {"say": words.nothing_to_save}
        now = datetime.now().astimezone()
        name = self.folder.path.name or str(self.folder.path)
        conversation = Conversation(name, len(self.folder.documents()), now, exchanges)
        plain = re.sub(r"[^\w .-]", "_", name)
        stem = f"{PRODUCT} {plain} {now:%Y-%m-%d %H.%M}"
        if as_page:
            text = conversation_as_html(conversation, self.folder.document)
            return {"save": text, "name": f"{stem}.html", "type": "text/html"}
        return {"save": conversation_as_markdown(conversation), "name": f"{stem}.md", "type": "text/markdown"}

    def _ended(self, turns: tuple[Turn, ...], said: str, request: gr.Request) -> tuple[Any, ...]:
        """Put words under the question that waits for a reply, and make ready for the next."""
        if turns and turns[-1].waits:
            turns = (*turns[:-1], replace(turns[-1], said=said))
        return self._replied(turns, _words(request))

    def _waiting(self, turns: tuple[Turn, ...], words: Words) -> tuple[Any, ...]:
        return turns, self._messages(turns, words), gr.update(value="", submit_btn=False, stop_btn=words.stop)

    def _replied(self, turns: tuple[Turn, ...], words: Words) -> tuple[Any, ...]:
        return turns, self._messages(turns, words), gr.update(submit_btn=words.ask, stop_btn=False)

    def _messages(self, turns: tuple[Turn, ...], words: Words) -> list[dict[str, str]]:
        """Give a conversation as the Chatbot takes it."""
        messages = []
        explained = False
        for number, turn in enumerate(turns):
            lines = [part.strip() for part in turn.question.strip().splitlines()]
            messages.append({"role": "user", "content": inert("\n".join(lines))})
            messages.append({"role": "assistant", "content": self._reply(number, turn, words, explained=explained)})
            explained = explained or bool(turn.answer and turn.answer.found)
        return messages

    def _reply(self, number: int, turn: Turn, words: Words, *, explained: bool) -> str:
        if turn.waits:
            return f"*{turn.progress}*"
        if turn.answer is None:
            return f"{inert(line(turn.said))}\n\n{actions(number, words, of=None)}"
        least = confidence.threshold(with_reader=any(passage.reader is not None for passage in turn.answer.passages))
        text = reply(turn.answer, words, turn=number, judged=dict(turn.judged), least=least, explained=explained)
        return f"{text}\n\n{actions(number, words, of=turn.answer, judged=dict(turn.judged))}"


def _noting(reading: asyncio.Future[int]) -> Callable[[int], None]:
    """Make what is called from another thread when reading begins."""
    loop = asyncio.get_running_loop()

    def set_once(count: int) -> None:
        if not reading.done():
            reading.set_result(count)

    def note(count: int) -> None:
        loop.call_soon_threadsafe(set_once, count)

    return note


def _words(request: gr.Request) -> Words:
    return words_for(request.headers.get("accept-language"))


def _searching(words: Words, chosen: Sequence[str], folder: Folder) -> str:
    count = len(folder.documents())
    if not chosen:
        return words.count(count, words.searching_all)
    return words.count(count, words.searching_some, chosen=words.number(len(chosen)))


def _hint(words: Words, *, wanting: bool = False) -> str:
    """Give the line under the question, as HTML: how to ask, or that there is nothing to ask."""
    said = words.no_question if wanting else words.hint
    return f"<p class='{'wanting' if wanting else 'usual'}' role='status'>{said}</p>"


def _saving(words: Words) -> str:
    """Give what stands below the question, as HTML: which documents are asked, what was done, and how to save."""
    links = "".join(
        f"<a href='#do={how}:0' role='button'>{label}</a>"
        for how, label in (("save_markdown", words.save_markdown), ("save_page", words.save_page))
    )
    return f"<p id='scope' role='status'></p><p id='told' role='status'></p><p id='saving'>{links}</p>"


class _Parts(NamedTuple):
    """The components of the page that its events read or change."""

    turns: gr.State
    header: gr.HTML
    chat: gr.Chatbot
    question: gr.Textbox
    hint: gr.HTML
    new: gr.Button
    saving: gr.HTML
    do: gr.Button
    from_script: gr.JSON
    to_script: gr.JSON


def _lay_out(page: _Page) -> _Parts:
    """Make the components inside the Blocks that are open."""

    def open_place(asked: object) -> dict[str, Any]:
        match asked:  # Gradio puts a mark on what the browser may call; a method takes none
            case {"place": place, "language": str(language)}:
                return open_source(page.folder, place, LANGUAGES.get(language, ENGLISH))
            case _:
                return {"error": ENGLISH.no_passage}

    open_place.__name__ = "open_source"
    words = ENGLISH  # until the page is loaded and its browser says otherwise
    turns = gr.State(())
    header = gr.HTML(page.header(words), elem_id="header", apply_default_css=False)
    with gr.Row(elem_id="panes"):
        with gr.Column(elem_id="asking", min_width=0):
            chat = gr.Chatbot(
                elem_id="chat",
                label=words.conversation,
                show_label=False,
                height="100%",
                layout="panel",
                placeholder=words.welcome,
                examples=[{"text": seen(text)} for text in page.suggestions],
                latex_delimiters=[],
                allow_tags=False,
                buttons=[],  # copying would give the Markdown source
                feedback_options=None,
                autoscroll=False,
                group_consecutive_messages=False,
            )
            question = gr.Textbox(
                elem_id="q",
                label=words.question,
                show_label=False,
                placeholder=words.question_here,
                submit_btn=words.ask,
                max_lines=6,
                autofocus=True,
            )
            hint = gr.HTML(_hint(words), elem_id="hint", apply_default_css=False)
            with gr.Row(elem_id="foot"):
                saving = gr.HTML(_saving(words), elem_id="below", apply_default_css=False)
                new = gr.Button(words.new, elem_id="new", size="sm")
            do = gr.Button("", elem_id="do", visible="hidden")
            from_script, to_script = gr.JSON(visible=False), gr.JSON(visible=False)
        with gr.Column(elem_id="reading", min_width=0):
            gr.HTML(
                html_template="<section class='documents'></section><section class='viewer' hidden></section>",
                js_on_load="{\n" + "\n".join(map(_asset, _SCRIPTS)) + "\n}",  # names of their own, besides Gradio's
                words={language: each.to_dict() for language, each in LANGUAGES.items()},
                apply_default_css=False,
                elem_id="viewer",
                server_functions=[open_place],
            )
    return _Parts(turns, header, chat, question, hint, new, saving, do, from_script, to_script)


def _connect(page: _Page, parts: _Parts) -> None:
    """Say what happens at each event; none is offered to programs."""
    turns, header, chat, question, hint, new, saving, do, from_script, to_script = parts
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    at_once: dict[str, Any] = {**private, "queue": False}
    conversation = [turns, chat, question]
    # Each press of Enter reaches `ask`, which takes one question at a time; after Stop, Gradio would drop the next one.
    # How many are answered at a time, the desk sees to.
    answered: dict[str, Any] = {**private, "trigger_mode": "multiple", "concurrency_limit": None, "js": _CHOSEN_JS}
    for asked in (
        question.submit(page.ask, [question, turns, from_script], [*conversation, hint], **answered),
        chat.example_select(page.ask_suggested, [turns, from_script], [*conversation, hint], **answered),
    ):
        asked.failure(page.fail, turns, conversation, **at_once)
    chat.change(None, js=_TO_LATEST_JS, **at_once)
    question.stop(page.stop, turns, conversation, **at_once)
    new.click(page.begin_anew, turns, [*conversation, hint], js=_NEW_JS, **at_once)
    done = do.click(page.act, [turns, from_script], [*conversation, to_script], js=_WISH_JS, **at_once)
    done.then(None, to_script, js=_DONE_JS, **at_once)
    gr.on(None, page.refresh, None, [header, chat, question, hint, new, saving], **at_once)
    if page.suggesting is not None:
        gr.on(None, page.offer, None, chat, **at_once)


def _make_page(page: _Page) -> gr.Blocks:
    title = f"{seen(page.folder.path.name)} · {PRODUCT}"
    demo = gr.Blocks(title=title, fill_width=True, analytics_enabled=False)
    with demo:
        _connect(page, _lay_out(page))
    demo.queue()
    return demo


def _asset(name: str) -> str:
    return (resources.files("qa.page") / name).read_text("utf-8")


def _theme() -> gr.themes.Base:
    theme = gr.themes.Base(
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "monospace"],
        radius_size=gr.themes.sizes.radius_sm,
    )
    return theme.set(**style.themed(), block_border_width="0px", block_label_border_width="0px")


# Of Gradio's own paths, those that the page asks for.
_PAGE_PATHS = re.compile(
    r"/(?:(?:config|theme\.css|favicon\.ico|manifest\.json|(?:assets|static)/.+"
    r"|gradio_api/(?:run/predict|queue/join|queue/data|cancel|reset|component_server|heartbeat/\w+))/?)?"
)


def _serves(path: str) -> bool:
    return bool(PATHS.fullmatch(path) or _PAGE_PATHS.fullmatch(path))


def make_app(folder: Folder, *, access: Access | None = None, suggestions: Sequence[str] | None = None) -> FastAPI:
    """Make the web application of a folder: the chat page, and the service beside it.

    Args:
        folder: The folder to ask; it is called from several threads at once.
        access: Who may come in; by default whoever is on this machine.
        suggestions: Questions to offer before the first one is asked; drawn from the documents when None.
    """
    desk = Desk(folder)
    app = make_service(desk, Collection(folder))
    guard(app, access or Access(), _serves)
    page = _Page(desk, suggestions or ())
    if suggestions is None:
        page.suggesting = threading.Thread(target=_suggest, args=(page,), name="suggestions", daemon=True)
        page.suggesting.start()
    demo = _make_page(page)
    demo.has_launched = True  # mounting does not set it, and until it is set a client may name any file as its upload
    gr.mount_gradio_app(
        app, demo, path="/", theme=_theme(), css=style.palettes() + _asset("style.css"),
        head='<meta name="color-scheme" content="light dark">', run_history=False, footer_links=[], show_error=False,
        enable_monitoring=False, ssr_mode=False, mcp_server=False, pwa=False, allowed_paths=[],
    )  # fmt: skip
    return app


def _suggest(page: _Page) -> None:
    page.suggestions = suggest(page.folder)


def serve(
    folder: Folder,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    open_browser: bool = True,
    token: str | None = None,
    suggestions: Sequence[str] | None = None,
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat page of a folder until Ctrl-C or SIGTERM.

    Args:
        folder: The folder to ask.
        host: The address to listen on; "0.0.0.0" or "::" listens on all of the machine's addresses.
        port: The port, 0 for any. Where the default one is in use, the next free one of ten is taken.
        open_browser: Whether to open the page in the user's browser, where there is one.
        token: What every client has to know; it may be left out on an address that only this machine reaches.
        suggestions: As for `make_app`.
        on_ready: Called once, from another thread, with the page's address as soon as the server answers there.

    Raises:
        AskfolderError: The port is in use or may not be used, or the host is no address of this machine.
        ValueError: `port` is not in [0, 65535]; or `token` is missing, or shorter than 12 characters.
    """
    if (token is None and not is_local(host)) or (token is not None and len(token) < SHORTEST_TOKEN):
        raise ValueError(
            f"Whoever reaches {host} could read these documents: a token of at least {SHORTEST_TOKEN} characters is "
            "needed."
        )
    make = partial(make_app, folder, access=Access(names(host), token), suggestions=suggestions)
    serve_app(make, host, port, open_browser=open_browser, on_ready=on_ready)
