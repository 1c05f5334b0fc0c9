"""The chat page: questions at the left, the source at the right, and the web application around them.

The page shows what `qa` answers and what `index` keeps of a document; it searches and reads nothing itself. Every text
of a document or of a user is hostile here until it is made inert: by `_inert` for Markdown and HTML, by `textContent`
in the source pane. Gradio's own templates are no such way: they run what stands in `${…}` after filling it in.
"""

from __future__ import annotations

import contextlib
import errno
import http.client
import os
import re
import signal
import socket
import sys
import threading
import time
import webbrowser
from collections import Counter
from collections.abc import AsyncIterator, Iterator  # noqa: TC003 - Gradio resolves the annotations of its handlers
from dataclasses import asdict, dataclass, field, replace
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

# Gradio reads these when it is imported; without them it calls home.
os.environ["GRADIO_ANALYTICS_ENABLED"] = "False"
os.environ.setdefault("HF_HUB_OFFLINE", "1")
os.environ.setdefault("HF_HUB_DISABLE_TELEMETRY", "1")

import gradio as gr
import uvicorn

from index.documents import page_at
from index.errors import AskfolderError, UnknownDocumentError
from qa.answer import SHOWN
from qa.answer_text import cut, how_sure, numbered
from qa.service.application import PATHS, make_service
from qa.service.collection import Collection
from qa.service.desk import Desk
from qa.service.guard import Access, guard

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from fastapi import FastAPI

    from index.documents import Document, PageSpan
    from qa.answer import Answer, Citation
    from qa.answer_text import Numbered
    from qa.folder import Folder


class Say:
    """Every sentence and label of the page."""

    PRODUCT = "askfolder"
    CONVERSATION = "Conversation"
    WELCOME = "Answers come in the documents’ own words, each with the place where it stands."
    QUESTION = "Question"
    QUESTION_HERE = "Ask about these documents"
    ASK = "Ask"
    STOP = "Stop"
    NEW = "New conversation"
    ONLY_IN = "Look only in"
    ALL_DOCUMENTS = "All documents"
    HINT = "Enter asks. Shift and Enter begins a new line."
    NO_QUESTION = "Please type a question first."
    STOPPED = "Stopped before an answer was found."
    FAILED = "This question could not be answered because of a fault in askfolder. The terminal says more."
    VERBATIM = "In the documents’ own words."
    SURE = "A percentage is how probable it is, by askfolder’s estimate, that the quotation answers the question."
    SAME_WORDS = "Word for word also in:"
    OTHER_WORDS = "The same answer in:"
    NEAREST_ONE = "This passage comes nearest to the question. It is no answer:"
    NEAREST = "These passages come nearest to the question. They are no answer:"
    NOTE = "Note:"
    SOURCE = "Source"
    SOURCE_TEXT = "Text of the document"
    CHOOSE = "Choose a citation number, such as [1], to read the passage where it stands."
    NOT_HERE = "This passage is not in “{folder}”. Its document was removed, or has changed since the address was made."
    NO_PASSAGE = (
        "This address names no passage. Choose a citation in the conversation, or copy the whole address again."
    )
    NOT_LOADED = "The source could not be loaded. Is askfolder still running?"
    BACK = "Back to the answer"
    CUT_BEFORE = "The document begins earlier."
    CUT_AFTER = "The document goes on."
    NO_PORT = "{port} is no port; choose one from 0 to {last}."
    NO_TOKEN = "Whoever reaches {host} could read these documents: a token of at least {shortest} characters is needed."  # noqa: S105 - says that there is none
    PORT_TAKEN = "Port {port} is in use by another program; choose another with --port."
    PORTS_TAKEN = "Ports {first} to {last} are all in use; choose another with --port."
    PORT_REFUSED = "askfolder may not use port {port} of {host}: {reason}. Choose another with --port."
    HOST_UNKNOWN = "{host!r} is no address of this machine: {reason}. Choose another with --host."

    @staticmethod
    def count(n: int, noun: str) -> str:
        """Write a number with its noun: "1 document", "1,204 paragraphs"."""
        return f"{n:,} {noun}" if n == 1 else f"{n:,} {noun}s"

    @staticmethod
    def searching(chosen: int, documents: int) -> str:
        """Say that the search is under way, and in how many documents."""
        where = f"{chosen:,} of {Say.count(documents, 'document')}" if chosen else Say.count(documents, "document")
        return f"Searching {where}…"

    @staticmethod
    def more(n: int) -> str:
        """Offer the entries that are not shown at once."""
        return Say.count(n, "more quotation")

    @staticmethod
    def page(number: int) -> str:
        """Name a page."""
        return f"page\u00a0{number:,}"

    @staticmethod
    def recognised(share: float) -> str:
        """Say that a text was read from an image, and how sure its letters are."""
        return f"read from an image, {share:.0%} sure"

    @staticmethod
    def paragraph(number: int) -> str:
        """Name a paragraph."""
        return f"paragraph\u00a0{number:,}"


DEFAULT_PORT = 7860
LAST_PORT = 65535
PORTS_TRIED = 10
SHORTEST_TOKEN = 12  # characters
CONTEXT_CHARACTERS = 8_000  # shown of a document on either side of the quotation
EXCERPT_CHARACTERS = 320  # shown in the conversation of a passage that is no answer
NEAREST_SHOWN = 3
SECONDS_TO_CLOSE = 1
SECONDS_TO_ANSWER = 30  # what the server may take to give its first page

_LIGHT = {
    "paper": "#f6f5f1", "sheet": "#ffffff", "ink": "#1c1e21", "muted": "#595d63", "line": "#dedbd2",
    "edge": "#85827a", "accent": "#1e4a78", "fill": "#1e4a78", "fill-hover": "#16395e", "on-fill": "#ffffff",
    "tint": "#edf2f7", "mark": "#ffe89c", "mark-ink": "#1c1e21", "mark-edge": "#b98a12", "answer": "#ffcf4d",
}  # fmt: skip
_DARK = {
    "paper": "#141619", "sheet": "#1b1e22", "ink": "#e6e4df", "muted": "#a5a9af", "line": "#32363c",
    "edge": "#747a83", "accent": "#9cc4ee", "fill": "#2b659f", "fill-hover": "#3674b3", "on-fill": "#ffffff",
    "tint": "#232d38", "mark": "#6a5412", "mark-ink": "#fff8e1", "mark-edge": "#d8b34a", "answer": "#8c6d0c",
}  # fmt: skip
_THEMED = {
    "body_background_fill": "paper", "body_text_color": "ink", "body_text_color_subdued": "muted",
    "background_fill_primary": "sheet", "background_fill_secondary": "paper",
    "border_color_primary": "line", "border_color_accent": "accent", "color_accent_soft": "tint",
    "link_text_color": "accent", "link_text_color_hover": "accent", "link_text_color_active": "accent",
    "link_text_color_visited": "accent", "loader_color": "accent",
    "block_background_fill": "sheet", "block_border_color": "line", "block_label_background_fill": "sheet",
    "block_label_text_color": "muted", "block_title_text_color": "muted", "block_info_text_color": "muted",
    "input_background_fill": "sheet", "input_background_fill_focus": "sheet", "input_border_color": "edge",
    "input_border_color_focus": "accent", "input_placeholder_color": "muted",
    "button_primary_background_fill": "fill", "button_primary_background_fill_hover": "fill-hover",
    "button_primary_text_color": "on-fill", "button_primary_border_color": "fill",
    "button_secondary_background_fill": "sheet", "button_secondary_background_fill_hover": "tint",
    "button_secondary_text_color": "ink", "button_secondary_border_color": "edge",
}  # fmt: skip


def _theme() -> gr.themes.Base:
    colours = {name: _LIGHT[role] for name, role in _THEMED.items()}
    colours |= {f"{name}_dark": _DARK[role] for name, role in _THEMED.items()}
    flat = dict.fromkeys(("block_shadow", "input_shadow", "input_shadow_focus", "button_primary_shadow"), "none")
    theme = gr.themes.Base(
        font=["system-ui", "-apple-system", "Segoe UI", "Roboto", "sans-serif"],
        font_mono=["ui-monospace", "SFMono-Regular", "Consolas", "monospace"],
        radius_size=gr.themes.sizes.radius_sm,
    )
    return theme.set(**colours, **flat, block_border_width="0px", block_label_border_width="0px")


def _palette(selector: str, colours: dict[str, str]) -> str:
    return f"{selector} {{ {' '.join(f'--ask-{name}: {colour};' for name, colour in colours.items())} }}\n"


_CSS = (
    _palette(":root", _LIGHT)
    + _palette(".dark", _DARK)
    + """
:root {
  --ask-serif: Charter, "Bitstream Charter", "Iowan Old Style", "Sitka Text", Cambria, Georgia, "Noto Serif", serif;
  --ask-head: 60px;
}
html, body { background: var(--ask-paper); }
footer, #chat .icon-button-wrapper, #chat .scroll-down-button-container { display: none !important; }
:focus-visible { outline: 3px solid var(--ask-accent) !important; outline-offset: 2px !important; }
.gradio-container .main { padding: 0 !important; max-width: none !important; }
.gradio-container main.contain > .column { gap: 0 !important; }
#header, #panes, #asking, #reading, #viewer, #hint { border: 0; border-radius: 0; padding: 0; }
.html-container { padding: 0 !important; }
.form { background: none; border: 0; box-shadow: none; overflow: visible; }
.prose.chatbot { opacity: 1; }

#header header {
  box-sizing: border-box; min-height: var(--ask-head); padding: 10px 24px; display: flex; flex-wrap: wrap;
  align-items: baseline; align-content: center; gap: 2px 16px; border-bottom: 1px solid var(--ask-line);
}
#header h1 { font: 600 1.2rem/1.3 var(--ask-serif); color: var(--ask-ink); margin: 0; overflow-wrap: anywhere; }
#header p {
  flex: 1; display: flex; flex-wrap: wrap; justify-content: space-between; gap: 0 16px; margin: 0;
  color: var(--ask-muted); font-size: .875rem; overflow-wrap: anywhere;
}

#panes {
  display: grid; grid-template-columns: minmax(0, 11fr) minmax(0, 13fr); gap: 0; height: calc(100dvh - var(--ask-head));
}
#asking { display: flex; flex-direction: column; gap: 10px; height: 100%; min-height: 0; padding: 0 24px 14px; }
#reading { height: 100%; min-height: 0; background: var(--ask-sheet); border-left: 1px solid var(--ask-line); }

#chat { flex: 1 1 0; min-height: 0; background: none; border: 0; overflow: hidden !important; }
#chat .wrapper { background: none; }
#chat [role="log"] { padding: 0 4px; background: none; overflow-y: auto; scrollbar-gutter: stable; }
#chat .placeholder-content {
  height: 100%; align-items: stretch; justify-content: flex-end; padding: 24px 0 16px; gap: 16px;
}
#chat .placeholder {
  height: auto; align-items: flex-start; justify-content: flex-start; flex: 0 0 auto; padding: 0; margin: 0;
  text-align: left;
}
#chat .placeholder p {
  font: 1.15rem/1.5 var(--ask-serif); color: var(--ask-ink); margin: 0; max-width: 46ch; text-wrap: balance;
}
#chat .examples {
  display: flex; flex-direction: column; align-items: flex-start; gap: 8px; padding: 0; margin: 0; width: 100%;
}
#chat .example {
  width: auto; max-width: 100%; min-height: 0; padding: 9px 14px; text-align: left; color: var(--ask-accent);
  background: var(--ask-sheet); border: 1px solid var(--ask-line); border-radius: 6px; box-shadow: none;
  transform: none;
}
#chat .example:hover { background: var(--ask-tint); border-color: var(--ask-accent); }
#chat .example-content { padding: 0; height: auto; }
#chat .example-text { font-size: .95rem; line-height: 1.4; color: inherit; overflow-wrap: anywhere; }

#chat .message-row {
  background: none !important; border: 0 !important; padding: 0 !important; margin: 0 !important; max-width: none;
}
#chat .message { background: none !important; border: 0 !important; padding: 0 !important; box-shadow: none; }
#chat .message-wrap { gap: 0; padding-bottom: 20px; }
#chat .user-row { scroll-margin-top: 0; padding: 22px 0 10px !important; }
#chat .bot-row + .user-row { margin-top: 24px !important; border-top: 1px solid var(--ask-line) !important; }
#chat .user-row p { font-size: 1.0625rem; line-height: 1.45; font-weight: 650; color: var(--ask-ink); margin: 0; }
#chat .bot-row p { font-size: .9375rem; line-height: 1.55; color: var(--ask-ink); margin: 0 0 12px; }
#chat .message p, #chat .message li { overflow-wrap: anywhere; unicode-bidi: plaintext; }
#chat .bot-row em { font-style: normal; color: var(--ask-muted); animation: ask-search 1.8s ease-in-out infinite; }
@keyframes ask-search { 50% { opacity: .55; } }
#chat blockquote {
  margin: 0 0 18px; padding: 2px 0 2px 16px; border: 0; border-left: 3px solid var(--ask-mark-edge);
}
#chat blockquote p:first-child { font: 1.0938rem/1.6 var(--ask-serif); margin: 0 0 6px; }
#chat .bot-row blockquote p:first-child { font-size: 1.0938rem; }
#chat blockquote p:not(:first-child), #chat li p:not(:first-child) {
  font-size: .8438rem; line-height: 1.5; color: var(--ask-muted); margin: 0;
}
#chat blockquote strong, #chat li strong { display: block; color: var(--ask-ink); font-weight: 600; }
#chat li p { display: block; }
#chat mark, .viewer mark strong { color: var(--ask-mark-ink); font-weight: 650; }
#chat mark { background: var(--ask-mark); padding: .08em 0; }
.viewer mark strong { background: var(--ask-answer); }
#chat blockquote p:not(:first-child):has(a) { line-height: 1.9; }
#chat summary { padding: 8px 0; font-size: .9375rem; color: var(--ask-accent); cursor: pointer; }
#chat details { margin: 0 0 12px; }
#chat ul { list-style: none; margin: 0; padding: 0; }
#chat li { margin: 0 0 16px; padding: 0 0 0 16px; border-left: 3px dotted var(--ask-line); }
#chat li p:first-child { font: .9375rem/1.55 var(--ask-serif); color: var(--ask-muted); margin: 0 0 4px; }
#chat a[href^="#cite="] {
  padding: 2px 5px; white-space: nowrap; font: 600 .8125rem/1.5 var(--font);
  color: var(--ask-accent); background: var(--ask-tint); border: 1px solid currentColor; border-radius: 4px;
  text-decoration: none; vertical-align: baseline; unicode-bidi: isolate;
}
#chat a[href^="#cite="]:hover { text-decoration: underline; }
#chat a[aria-current] { color: var(--ask-mark-ink); background: var(--ask-mark); border-color: var(--ask-mark-edge); }

#q { flex: none; padding: 0; background: none; border: 0; overflow: visible !important; }
#q .input-container {
  align-items: flex-end; background: var(--ask-sheet); border: 1px solid var(--ask-edge); border-radius: 8px;
  padding: 5px;
}
#q .input-container:focus-within { border-color: var(--ask-accent); box-shadow: 0 0 0 2px var(--ask-accent); }
#q textarea {
  border: 0 !important; box-shadow: none !important; outline: none !important; background: none; padding: 9px 10px;
  font-size: 1rem; line-height: 1.45; color: var(--ask-ink);
}
#q button {
  position: static; width: auto; min-width: 76px; height: 40px; margin: 0; padding: 0 16px; border-radius: 5px;
  font-size: .9375rem; font-weight: 600; color: var(--ask-on-fill); background: var(--ask-fill);
}
#q button:hover { background: var(--ask-fill-hover); }
#q .stop-button { color: var(--ask-ink); background: var(--ask-sheet); border: 1px solid var(--ask-edge); }
#q .stop-button:hover { background: var(--ask-tint); }

#foot { flex: none; flex-wrap: nowrap; align-items: flex-start; gap: 12px; }
#docs {
  flex: 1 1 auto; min-width: 0 !important; padding: 0; background: none; border: 0; overflow: visible !important;
}
#docs .container { display: flex; align-items: baseline; gap: 10px; }
#docs [data-testid="block-info"] { flex: none; margin: 0; font-size: .875rem; color: var(--ask-muted); }
#docs .wrap {
  flex: 1 1 auto; min-width: 0; min-height: 36px; border: 1px solid var(--ask-line); border-radius: 6px;
  background: var(--ask-sheet); box-shadow: none;
}
#docs .wrap:focus-within { border-color: var(--ask-accent); box-shadow: 0 0 0 2px var(--ask-accent); }
#docs .wrap-inner { padding: 2px 6px; gap: 4px; }
#docs input { outline: none !important; font-size: .875rem; margin: 3px 2px; color: var(--ask-ink); }
#docs input::placeholder { color: var(--ask-muted); opacity: 1; }
#docs .wrap-inner:has(.token) input::placeholder { color: transparent; }
#docs .token {
  max-width: 100%; font-size: .8125rem; border-radius: 4px; background: var(--ask-tint); color: var(--ask-ink);
  border: 0;
}
#docs .token > span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
#new {
  flex: none; width: auto; min-width: 0; height: 38px; padding: 0 14px; font-size: .875rem; font-weight: 500;
  border: 1px solid var(--ask-line); border-radius: 6px;
}
#new:hover { border-color: var(--ask-edge); }
#hint { flex: none; min-height: 20px; }
#hint p { margin: 0; font-size: .8125rem; line-height: 20px; color: var(--ask-muted); }
#hint .wanting { color: var(--ask-ink); font-weight: 600; }

#viewer, #viewer .html-container, #viewer .html-container > div { height: 100%; }
.viewer { height: 100%; display: flex; flex-direction: column; color: var(--ask-ink); }
.viewer .message {
  margin: auto; max-width: 36ch; padding: 24px; font-size: .9375rem; line-height: 1.55; text-align: center;
  color: var(--ask-muted);
}
.viewer .message[role="alert"] { color: var(--ask-ink); }
.viewer header { position: relative; flex: none; padding: 16px 32px 12px; border-bottom: 1px solid var(--ask-line); }
.viewer .title {
  font: 600 1.1875rem/1.35 var(--ask-serif); margin: 0; display: table; max-width: calc(100% - 140px);
  overflow-wrap: anywhere;
}
.viewer .facts, .viewer .where {
  margin: 3px 0 0; font-size: .8438rem; line-height: 1.5; color: var(--ask-muted); overflow-wrap: anywhere;
}
.viewer .back {
  position: absolute; top: 13px; right: 24px; padding: 4px 10px; font: 500 .8125rem/1.5 var(--font); cursor: pointer;
  color: var(--ask-accent); background: none; border: 1px solid var(--ask-line); border-radius: 5px;
}
.viewer .back:hover { background: var(--ask-tint); }
.viewer .doc { position: relative; flex: 1 1 0; min-height: 0; overflow-y: auto; padding: 12px 32px 48px 72px; }
.viewer .doc:focus-visible { outline-offset: -3px !important; }
.viewer .doc > * { max-width: 66ch; }
.viewer .block {
  position: relative; margin: 0 0 .85em; font: 1.0313rem/1.65 var(--ask-serif); white-space: pre-wrap;
  overflow-wrap: anywhere; unicode-bidi: plaintext; color: var(--ask-ink);
}
.viewer .block[data-number]::before {
  content: attr(data-number); position: absolute; left: -60px; width: 40px; text-align: right; direction: ltr;
  font-family: var(--font); font-size: .75rem; line-height: 2.25; font-variant-numeric: tabular-nums;
  color: var(--ask-muted);
}
.viewer .cited[data-number]::before { font-weight: 700; color: var(--ask-ink); }
.viewer .heading { font: 650 1.0313rem/1.4 var(--font); margin: 1.5em 0 .6em; }
.viewer .block.title { font: 600 1.25rem/1.35 var(--ask-serif); margin: .4em 0 .8em; padding: 0; }
.viewer .item { padding-left: 1.4em; }
.viewer .code { font: .875rem/1.55 var(--font-mono); }
.viewer .note, .viewer .caption, .viewer .byline { font-size: .9375rem; }
.viewer .running-head, .viewer .navigation, .viewer .tail, .viewer .quoted-history {
  font-size: .875rem; color: var(--ask-muted);
}
.viewer .table-head { font: 600 .8125rem/1.5 var(--font); color: var(--ask-muted); margin-bottom: .35em; }
.viewer .row { font-variant-numeric: tabular-nums; margin-bottom: .35em; }
.viewer mark {
  padding: .08em 0; color: var(--ask-mark-ink); background: var(--ask-mark);
  box-shadow: 0 2px 0 var(--ask-mark-edge); -webkit-box-decoration-break: clone; box-decoration-break: clone;
}
.viewer .page {
  display: flex; align-items: center; gap: 12px; margin: 1.6em 0 1em; font-size: .75rem; color: var(--ask-muted);
}
.viewer .page::after { content: ""; flex: 1; border-top: 1px solid var(--ask-line); }
.viewer .cut { margin: .4em 0 1.2em; font-size: .8125rem; color: var(--ask-muted); }

@media (max-width: 800px) {
  #header header { padding: 10px 16px; }
  #header .path { display: none; }
  #panes { grid-template-columns: minmax(0, 1fr); height: auto; }
  #asking { height: auto; min-height: calc(100dvh - var(--ask-head)); padding: 0 16px 16px; }
  #chat { flex: 1 0 auto; height: auto !important; overflow: visible !important; }
  #chat [role="log"] { overflow: visible; height: auto; padding: 0; }
  #chat a[href^="#cite="] { padding: 5px 9px; }
  #chat blockquote p:not(:first-child):has(a) { line-height: 2.6; }
  #foot { flex-wrap: wrap; }
  #foot .form { flex: 1 1 100%; }
  #reading { height: auto; border-left: 0; border-top: 1px solid var(--ask-line); }
  .viewer { height: auto; }
  .viewer:has(.doc) { height: 100dvh; }
  .viewer header { padding: 12px 16px; }
  .viewer .back { position: static; margin: 0 0 10px; min-height: 40px; }
  .viewer .title { max-width: 100%; }
  .viewer .doc { padding: 8px 16px 32px 46px; }
  .viewer .block[data-number]::before { left: -42px; width: 30px; }
}
@media (pointer: coarse) {
  #hint .usual { visibility: hidden; }
}
@media (prefers-reduced-motion: reduce) {
  *, *::before, *::after {
    animation: none !important; transition: none !important; scroll-behavior: auto !important;
  }
}
"""
)
_HEAD = """
<meta name="color-scheme" content="light dark">
"""

_VIEWER_WORDS = {
    "all": Say.ALL_DOCUMENTS,
    "back": Say.BACK,
    "choose": Say.CHOOSE,
    "cut_after": Say.CUT_AFTER,
    "cut_before": Say.CUT_BEFORE,
    "no_passage": Say.NO_PASSAGE,
    "not_loaded": Say.NOT_LOADED,
    "text": Say.SOURCE_TEXT,
}
_VIEWER_JS = r"""
const words = props.words;
const viewer = element.querySelector('.viewer');
let latest = 0, opener = null;

const make = (tag, name, text, ...children) => {
  const made = document.createElement(tag);
  if (name) made.className = name;
  if (text) made.textContent = text;      // the only way in for the text of a document
  made.append(...children);
  return made;
};
const say = (text, role) => {
  const message = make('p', 'message', text);
  if (role) message.setAttribute('role', role);
  viewer.replaceChildren(message);
};
const paragraph = (block) => {
  const made = make(block.heading ? 'h3' : 'p', 'block ' + block.kind);
  if (block.number) made.dataset.number = block.number;
  const [lead, answer, trail] = block.marked;
  const mark = make('mark', '', lead, ...(answer ? [make('strong', '', answer)] : []), trail);
  if (mark.textContent) made.classList.add('cited');
  made.append(block.before, ...(mark.textContent ? [mark] : []), block.after);
  return made;
};
const back = () => {
  const button = make('button', 'back', words.back);
  button.type = 'button';
  button.addEventListener('click', () => {
    const to = opener && opener.isConnected ? opener : document.querySelector('#q textarea');
    to.scrollIntoView({block: 'center'});
    to.focus({preventScroll: true});
  });
  return button;
};
const show = (source) => {
  const title = make('h2', 'title', source.title);
  title.tabIndex = -1;
  const text = make('div', 'doc', '');
  text.tabIndex = 0;
  text.setAttribute('role', 'region');
  text.setAttribute('aria-label', words.text);
  if (source.cut_before) text.append(make('p', 'cut', words.cut_before));
  let page = '';
  for (const block of source.blocks) {
    if (block.page && block.page !== page) text.append(make('div', 'page', block.page));
    page = block.page || page;
    text.append(paragraph(block));
  }
  if (source.cut_after) text.append(make('p', 'cut', words.cut_after));
  const head = make('header', '', '', back(), title);
  if (source.facts) head.append(make('p', 'facts', source.facts));
  const where = make('p', 'where', '', make('bdi', 'file', source.file));
  for (const place of source.places) where.append(' · ', place);
  head.append(where);
  viewer.replaceChildren(head, text);
  const mark = text.querySelector('mark strong') || text.querySelector('mark');
  const above = (each) => each.getBoundingClientRect().top;
  if (mark) text.scrollTop += above(mark) - above(text) - text.clientHeight / 4;
  title.focus({preventScroll: true});
};
const open = async (address, link) => {
  if (!address.startsWith('#cite=')) return;
  const mine = ++latest;
  const parts = /^#cite=([0-9a-f]{64}):(\d{1,12}):(\d{1,12})(?::(\d{1,12}):(\d{1,12}))?$/.exec(address);
  let source = {error: words.no_passage};
  if (parts) {
    viewer.setAttribute('aria-busy', 'true');
    const place = {sha256: parts[1], start: +parts[2], end: +parts[3]};
    if (parts[4]) place.answer = [+parts[4], +parts[5]];
    // Gradio gives undefined where the server cannot be reached, and throws where it refuses.
    source = await server.open_source(place).catch(() => null) || {error: words.not_loaded};
  }
  if (mine !== latest) return;
  viewer.removeAttribute('aria-busy');
  opener = link || null;
  if (source.error) say(source.error, 'alert'); else show(source);
  if (matchMedia('(max-width: 800px)').matches) element.scrollIntoView({block: 'start'});
  for (const each of document.querySelectorAll('#chat a[href^="#cite="]'))
    each.toggleAttribute('aria-current', each === link || (!link && each.getAttribute('href') === address));
};
document.addEventListener('click', (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#cite="]');
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  history.replaceState(null, '', link.getAttribute('href'));
  open(link.getAttribute('href'), link);
}, true);
window.addEventListener('hashchange', () => open(location.hash));
document.addEventListener('askfolder-new', () => {
  latest++;
  history.replaceState(null, '', location.pathname + location.search);
  say(words.choose);
});
// Gradio labels each message with its Markdown source, which a screen reader would spell out, gives the suggestions a
// list's role without items, and a dropdown no placeholder. Its parts come and go, so they are mended as they appear.
const mend = () => {
  document.querySelectorAll('#chat [data-testid][aria-label]').forEach((each) => each.removeAttribute('aria-label'));
  document.querySelectorAll('#chat .examples[role]').forEach((each) => each.removeAttribute('role'));
  document.querySelectorAll('#docs input').forEach((each) => { each.placeholder = words.all; });
};
new MutationObserver(mend).observe(document.body,
  {subtree: true, childList: true, attributes: true, attributeFilter: ['aria-label']});
mend();
say(words.choose);
open(location.hash);
"""

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

_HEADINGS = ("title", "heading")
_REST = "rest"  # what is neither paragraph nor part
# Embeddings, overrides and isolates can make a line read otherwise than it is written.
_REORDERING = "".join(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A))))
_SHA256 = re.compile("[0-9a-f]{64}")
_UNSEEN = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f{_REORDERING}]")


def _seen(text: str) -> str:
    """Drop the control characters and those that reorder a line; new line and tab stay."""
    return _UNSEEN.sub("", text)


def _line(text: str) -> str:
    """Write a text on one line, without the characters that are not seen."""
    return " ".join(_seen(text).split())


def _inert(text: str) -> str:
    """Write text so that Markdown and HTML show its characters and obey none, those that may be markup as &#NN;."""
    return "".join(c if c.isalnum() or c in " \n" else f"&#{ord(c)};" for c in _seen(text))


@dataclass(frozen=True, slots=True)
class Turn:
    """One question of a conversation.

    Attributes:
        question: As asked.
        reply: What the page shows under it, Markdown; None while the answer is being looked for.
        progress: What to show meanwhile.
        given_up: Set when the user no longer waits; the answer is then dropped when it comes.
    """

    question: str
    reply: str | None
    progress: str = ""
    given_up: threading.Event = field(default_factory=threading.Event, compare=False, repr=False)


def _messages(turns: tuple[Turn, ...]) -> list[dict[str, str]]:
    """Give a conversation as the Chatbot takes it."""
    messages = []
    for turn in turns:
        lines = [line.strip() for line in turn.question.strip().splitlines()]
        messages.append({"role": "user", "content": _inert("\n".join(lines))})
        messages.append({"role": "assistant", "content": f"*{turn.progress}*" if turn.reply is None else turn.reply})
    return messages


def _link(number: int, citation: Citation) -> str:
    return rf"[\[{number}\]]({citation.anchor})"


def _where(citation: Citation) -> str:
    """Name file, page and paragraph of a quotation, as inert Markdown."""
    parts = [_inert(_line(citation.source)), Say.paragraph(citation.paragraph)]
    if citation.page is not None:
        parts.insert(1, _inert(_line(citation.page_name)) if citation.page_name else Say.page(citation.page))
    if citation.ocr is not None:
        parts.append(Say.recognised(citation.ocr))
    return " · ".join(parts)


def _place(citation: Citation) -> list[str]:
    """Say where a quotation stands, as paragraphs of inert Markdown: title, file, page and paragraph; what is above."""
    title = f"**{_inert(_line(citation.title))}** " if citation.title else ""
    return [title + _where(citation), *([_inert(_line(citation.above))] if citation.headings else [])]


def _entry(each: Numbered) -> str:
    """Write one entry as Markdown in which nothing of the documents has an effect."""
    (number, citation), *same = each.same
    before, answer, after = (_inert(re.sub(r"\s+", " ", _seen(words))) for words in cut(citation))
    marked = f"<mark>{answer}</mark>" if answer else ""
    lines = [
        f"“{before.lstrip()}{marked}{after.rstrip()}”\u00a0{_link(number, citation)}",
        f'<span class="sure" title="{Say.SURE}">{how_sure(each.entry.confidence).capitalize()}</span>',
        *_place(citation),
    ]
    for label, others in ((Say.SAME_WORDS, same), (Say.OTHER_WORDS, each.other)):
        if others:
            lines.append(f"{label} " + "; ".join(f"{_where(other)}\u00a0{_link(n, other)}" for n, other in others))
    return "\n>\n".join(f"> {line}" for line in lines)


def _nearest(answer: Answer) -> list[str]:
    """Write the passages that come nearest to a question without an answer."""
    nearest = [passage.citation for passage in answer.passages[:NEAREST_SHOWN]]
    lines = [Say.NEAREST_ONE if len(nearest) == 1 else Say.NEAREST] if nearest else []
    for number, citation in enumerate(nearest, 1):
        excerpt = f"- “{_inert(_excerpt(_line(citation.quote)))}”\u00a0{_link(number, citation)}"
        lines.append("\n\n  ".join([excerpt, *_place(citation)]))
    return lines


def _reply(answer: Answer, *, explained: bool = False) -> str:
    """Write an answer as Markdown; unless it was done before, explain how sure it says to be."""
    if answer.found:
        entries = [_entry(each) for each in numbered(answer.entries)]
        lines = [Say.VERBATIM if explained else f"{Say.VERBATIM} {Say.SURE}", *entries[:SHOWN]]
        if entries[SHOWN:]:
            summary = Say.more(len(entries) - SHOWN)
            lines += [f"<details><summary>{summary}</summary>", *entries[SHOWN:], "</details>"]
    else:
        text = _inert(_line(answer.text))
        lines = [f"**{text}**" if answer.passages else text, *_nearest(answer)]
    lines += [f"**{Say.NOTE}** {_inert(_line(warning))}" for warning in answer.warnings]
    return "\n\n".join(lines)


def _excerpt(text: str) -> str:
    if len(text) <= EXCERPT_CHARACTERS:
        return text
    return text[:EXCERPT_CHARACTERS].rsplit(" ", 1)[0] + " …"


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph or part of a document as the source pane shows it.

    It is cut where the quotation begins and ends; what of the quotation is in it, where the answer begins and ends.
    """

    kind: str
    heading: bool
    number: int | None
    page: str
    before: str
    marked: tuple[str, str, str]
    after: str


class _Stretch(NamedTuple):
    """`document.text[start:end]`: a paragraph, a part or what lies between."""

    start: int
    end: int
    kind: str
    number: int | None = None
    page: str = ""


def _stretches(document: Document) -> Iterator[_Stretch]:
    """Cover a document's text in order."""
    known = [_Stretch(p.start, p.end, p.kind, p.number, _page_name(p.pages, p.start)) for p in document.paragraphs]
    known += [_Stretch(p.start, p.end, p.role, None, _page_name(p.pages, p.start)) for p in document.parts]
    known.sort(key=lambda stretch: stretch.start)
    reached = 0
    for stretch in known:
        if stretch.start > reached:
            yield _Stretch(reached, stretch.start, _REST)
        yield stretch
        reached = max(reached, stretch.end)
    yield _Stretch(reached, len(document.text), _REST)


class _Quotation(NamedTuple):
    """`document.text[start:end]`, in which `[answer_start:answer_end]` answers: nothing at its end if unmarked."""

    start: int
    answer_start: int
    answer_end: int
    end: int


def _blocks(document: Document, quotation: _Quotation) -> list[_Block]:
    """Give the blocks around a quotation, with it and its answer cut out in them."""
    low, high = quotation.start - CONTEXT_CHARACTERS, quotation.end + CONTEXT_CHARACTERS

    def piece(first: int, last: int) -> str:
        return re.sub(r"\n{3,}", "\n\n", _seen(document.text[max(first, low) : min(last, high)]))

    blocks = []
    for first, last, kind, number, page in _stretches(document):
        if last <= low or first >= high:
            continue
        opens, answers, answered, closes = (min(max(edge, first), last) for edge in quotation)
        text = document.text[first:last]
        if not text.strip() or (kind == _REST and opens == closes and not any(map(str.isalnum, text))):
            continue  # marks of Markdown, rules and the like, which the blocks' looks stand for
        blocks.append(
            _Block(
                kind=kind.replace(" ", "-"),
                heading=kind in _HEADINGS,
                number=number,
                page=page,
                before=piece(first, opens).lstrip("\n"),
                marked=(piece(opens, answers), piece(answers, answered), piece(answered, closes)),
                after=piece(closes, last).rstrip("\n"),
            )
        )
    return blocks


def _source(document: Document, quotation: _Quotation) -> dict[str, Any]:
    """Give what the source pane shows of a document, as JSON types."""
    start, end = quotation.start, quotation.end
    paragraph = next((p for p in document.paragraphs if p.start <= start < p.end), None)
    places = []
    if paragraph:
        page = _page_name(paragraph.pages, start)
        places = [*([page] if page else []), Say.paragraph(paragraph.number)]
    return {
        "title": _line(document.name),
        "facts": " · ".join(_line(fact) for fact in (document.author, document.date) if fact),
        "file": _line(document.source),
        "places": places,
        "cut_before": start > CONTEXT_CHARACTERS,
        "cut_after": end + CONTEXT_CHARACTERS < len(document.text),
        "blocks": [asdict(block) for block in _blocks(document, quotation)],
    }


def _page_name(pages: tuple[PageSpan, ...], offset: int) -> str:
    """Name the page on which a character stands; "" for kinds of file without pages."""
    span = page_at(pages, offset)
    if span is None:
        return ""
    return _line(span.name) if span.name else Say.page(span.page)


def _hint(*, wanting: bool = False) -> str:
    """Give the line under the question, as HTML: how to ask, or that there is nothing to ask."""
    return (
        f"<p class='{'wanting' if wanting else 'usual'}' role='status'>{Say.NO_QUESTION if wanting else Say.HINT}</p>"
    )


class _Page:
    """What the page does: each method is the handler of one event, and keeps nothing between two of them."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.folder = desk.folder

    def header(self) -> str:
        """Name the folder and count what is in it, as inert HTML."""
        documents = self.folder.documents()
        paragraphs = sum(document.paragraph_count for document in documents)
        name = self.folder.path.name or str(self.folder.path)
        counts = f"{Say.count(len(documents), 'document')} · {Say.count(paragraphs, 'paragraph')}"
        return (
            f"<header><h1>{_inert(name)}</h1><p><span>{counts}</span>"
            f" <span class='path'>{_inert(str(self.folder.path))}</span></p></header>"
        )

    def choices(self) -> list[tuple[str, str]]:
        """Give the documents to choose from as (label, source); two of one title also show their files."""
        documents = self.folder.documents()
        names = [_line(document.name) for document in documents]
        counts = Counter(names)
        return [
            (name if counts[name] == 1 else f"{name} ({_seen(document.source)})", document.source)
            for name, document in zip(names, documents, strict=True)
        ]

    def refresh(self) -> tuple[str, dict[str, Any]]:
        """Show the folder as it is now."""
        return self.header(), gr.update(choices=self.choices())

    async def ask(
        self, question: str | None, turns: tuple[Turn, ...], sources: list[str]
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Take a question and show that it is being answered; then show its answer."""
        if turns and turns[-1].reply is None:
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        if not question or not question.strip():
            yield gr.skip(), gr.skip(), gr.skip(), _hint(wanting=True)
            return
        turns = (*turns, Turn(question, None, Say.searching(len(sources), len(self.folder.documents()))))
        yield turns, _messages(turns), gr.update(value="", submit_btn=False, stop_btn=Say.STOP), _hint()
        try:
            answer = await self.desk.ask(question, sources or None)
            reply = _reply(answer, explained=any(Say.SURE in (turn.reply or "") for turn in turns))
        except AskfolderError as error:
            reply = _inert(_line(str(error)))
        if turns[-1].given_up.is_set():
            yield gr.skip(), gr.skip(), gr.skip(), gr.skip()
        else:
            yield *self.finish(turns, reply), gr.skip()

    async def ask_suggested(
        self, event: gr.SelectData, turns: tuple[Turn, ...], sources: list[str]
    ) -> AsyncIterator[tuple[Any, ...]]:
        """Take a suggested question that was clicked."""
        question = event.value.get("text") if isinstance(event.value, dict) else None
        async for update in self.ask(question if isinstance(question, str) else None, turns, sources):
            yield update

    def stop(self, turns: tuple[Turn, ...]) -> tuple[Any, ...]:
        """Give up the question that is being answered; the search itself runs on to its end, unseen."""
        if turns:
            turns[-1].given_up.set()
        return self.finish(turns, Say.STOPPED)

    def fail(self, turns: tuple[Turn, ...]) -> tuple[Any, ...]:
        """Say that the program failed at the question that is being answered."""
        return self.finish(turns, Say.FAILED)

    def finish(self, turns: tuple[Turn, ...], reply: str) -> tuple[Any, ...]:
        """Put a reply under the question that waits for one, and make ready for the next."""
        if turns and turns[-1].reply is None:
            turns = (*turns[:-1], replace(turns[-1], reply=reply))
        return turns, _messages(turns), gr.update(submit_btn=Say.ASK, stop_btn=False)

    def begin_anew(self, turns: tuple[Turn, ...]) -> tuple[Any, ...]:
        """Forget the conversation."""
        if turns:
            turns[-1].given_up.set()
        return (), [], gr.update(value="", submit_btn=Say.ASK, stop_btn=False), _hint()

    def open_source(self, place: object) -> dict[str, Any]:
        """Give the source pane what it shows for a citation's address, or why it cannot."""
        match place:
            case {"sha256": str(sha256), "start": int(start), "end": int(end), "answer": [int(first), int(last)]}:
                quotation = _Quotation(start, first, last, end)
            case {"sha256": str(sha256), "start": int(start), "end": int(end), **rest} if not rest:
                quotation = _Quotation(start, end, end, end)
            case _:
                return {"error": Say.NO_PASSAGE}
        if not _SHA256.fullmatch(sha256) or list(quotation) != sorted(quotation):
            return {"error": Say.NO_PASSAGE}
        try:
            document = self.folder.document(sha256)
        except UnknownDocumentError:
            return {"error": Say.NOT_HERE.format(folder=_seen(self.folder.path.name))}
        except AskfolderError as error:
            return {"error": _seen(str(error))}
        if not 0 <= start < end <= len(document.text):
            return {"error": Say.NO_PASSAGE}
        return _source(document, quotation)


class _Parts(NamedTuple):
    """The components of the page that its events read or change."""

    turns: gr.State
    header: gr.HTML
    chat: gr.Chatbot
    question: gr.Textbox
    hint: gr.HTML
    chosen: gr.Dropdown
    new: gr.Button


def _lay_out(page: _Page, suggestions: Sequence[str]) -> _Parts:
    """Make the components inside the Blocks that are open."""

    def open_source(place: object) -> dict[str, Any]:
        return page.open_source(place)  # Gradio puts a mark on what the browser may call; a method takes none

    turns = gr.State(())
    header = gr.HTML(page.header(), elem_id="header", apply_default_css=False)
    with gr.Row(elem_id="panes"):
        with gr.Column(elem_id="asking", min_width=0):
            chat = gr.Chatbot(
                elem_id="chat",
                label=Say.CONVERSATION,
                show_label=False,
                height="100%",
                layout="panel",
                placeholder=Say.WELCOME,
                examples=[{"text": _seen(text)} for text in suggestions],
                latex_delimiters=[],
                allow_tags=False,
                buttons=[],  # copying would give the Markdown source
                feedback_options=None,
                autoscroll=False,
                group_consecutive_messages=False,
            )
            question = gr.Textbox(
                elem_id="q",
                label=Say.QUESTION,
                show_label=False,
                placeholder=Say.QUESTION_HERE,
                submit_btn=Say.ASK,
                max_lines=6,
                autofocus=True,
            )
            hint = gr.HTML(_hint(), elem_id="hint", apply_default_css=False)
            with gr.Row(elem_id="foot"):
                chosen = gr.Dropdown(page.choices(), value=[], multiselect=True, label=Say.ONLY_IN, elem_id="docs")
                new = gr.Button(Say.NEW, elem_id="new", size="sm")
        with gr.Column(elem_id="reading", min_width=0):
            gr.HTML(
                html_template=f'<section class="viewer" aria-label="{Say.SOURCE}"></section>',
                js_on_load=_VIEWER_JS,
                words=_VIEWER_WORDS,
                apply_default_css=False,
                elem_id="viewer",
                server_functions=[open_source],
            )
    return _Parts(turns, header, chat, question, hint, chosen, new)


def _connect(page: _Page, parts: _Parts) -> None:
    """Say what happens at each event; none is offered to programs."""
    turns, _, chat, question, hint, chosen, new = parts
    private: dict[str, Any] = {"api_visibility": "private", "show_progress": "hidden"}
    at_once: dict[str, Any] = {**private, "queue": False}
    conversation = [turns, chat, question]
    # Each press of Enter reaches `ask`, which takes one question at a time; after Stop, Gradio would drop the next one.
    answered: dict[str, Any] = {
        **private,
        "trigger_mode": "multiple",
        "concurrency_limit": None,  # the desk sees to it
    }
    for asked in (
        question.submit(page.ask, [question, turns, chosen], [*conversation, hint], **answered),
        chat.example_select(page.ask_suggested, [turns, chosen], [*conversation, hint], **answered),
    ):
        asked.failure(page.fail, turns, conversation, **at_once)
    chat.change(None, js=_TO_LATEST_JS, **at_once)
    question.stop(page.stop, turns, conversation, **at_once)
    new.click(page.begin_anew, turns, [*conversation, hint], js=_NEW_JS, **at_once)


def _make_page(desk: Desk, suggestions: Sequence[str]) -> gr.Blocks:
    folder, page = desk.folder, _Page(desk)
    demo = gr.Blocks(title=f"{_seen(folder.path.name)} · {Say.PRODUCT}", fill_width=True, analytics_enabled=False)
    with demo:
        parts = _lay_out(page, suggestions)
        _connect(page, parts)
        shown = [parts.header, parts.chosen]
        demo.load(page.refresh, None, shown, queue=False, show_progress="hidden", api_visibility="private")
    demo.queue()
    return demo


_PAGE_PATHS = re.compile(
    r"/(?:(?:config|theme\.css|favicon\.ico|manifest\.json|(?:assets|static)/.+"
    r"|gradio_api/(?:run/predict|queue/join|queue/data|cancel|reset|component_server|heartbeat/\w+))/?)?"
)


def _serves(path: str) -> bool:
    return bool(PATHS.fullmatch(path) or _PAGE_PATHS.fullmatch(path))


def make_app(folder: Folder, *, access: Access | None = None, suggestions: Sequence[str] = ()) -> FastAPI:
    """Make the web application of a folder: the chat page, and the service beside it.

    Args:
        folder: The folder to ask; it is called from several threads at once.
        access: Who may come in; by default whoever is on this machine.
        suggestions: Questions to offer before the first one is asked.
    """
    desk = Desk(folder)
    app = make_service(desk, Collection(folder))
    guard(app, access or Access(), _serves)
    demo = _make_page(desk, suggestions)
    demo.has_launched = True  # mounting does not set it, and until it is set a client may name any file as its upload
    gr.mount_gradio_app(
        app, demo, path="/", theme=_theme(), css=_CSS, head=_HEAD, run_history=False, footer_links=[], show_error=False,
        enable_monitoring=False, ssr_mode=False, mcp_server=False, pwa=False, allowed_paths=[],
    )  # fmt: skip
    return app


def serve(
    folder: Folder,
    *,
    host: str = "127.0.0.1",
    port: int = DEFAULT_PORT,
    open_browser: bool = True,
    token: str | None = None,
    suggestions: Sequence[str] = (),
    on_ready: Callable[[str], None] | None = None,
) -> None:
    """Serve the chat page of a folder until Ctrl-C or SIGTERM.

    Args:
        folder: The folder to ask.
        host: The address to listen on; "0.0.0.0" or "::" listens on all of the machine's addresses.
        port: The port, 0 for any. Where the default one is in use, the next free one of ten is taken.
        open_browser: Whether to open the page in the user's browser, where there is one.
        token: What every client has to know; it may be left out on an address that only this machine reaches.
        suggestions: Questions to offer before the first one is asked.
        on_ready: Called once, from another thread, with the page's address as soon as the server answers there.

    Raises:
        AskfolderError: The port is in use or may not be used, or the host is no address of this machine.
        ValueError: `port` is not in [0, 65535]; or `token` is missing, or shorter than 12 characters.
    """
    if not 0 <= port <= LAST_PORT:
        raise ValueError(Say.NO_PORT.format(port=port, last=LAST_PORT))
    if (token is None and not is_local(host)) or (token is not None and len(token) < SHORTEST_TOKEN):
        raise ValueError(Say.NO_TOKEN.format(host=host, shortest=SHORTEST_TOKEN))
    listening = _listen(host, port)
    address = listening.getsockname()
    with contextlib.closing(listening):
        app = make_app(folder, access=Access(_names(host), token), suggestions=suggestions)
        config = uvicorn.Config(app, log_level="warning", timeout_graceful_shutdown=SECONDS_TO_CLOSE)
        server = _Server(config)
        url = _url(host, address[1])
        threading.Thread(target=_announce, args=(server, url, open_browser, on_ready), daemon=True).start()
        with _quiet_signals(), contextlib.suppress(KeyboardInterrupt):
            server.run(sockets=[listening])


class _Server(uvicorn.Server):
    """Closes at once though pages are open: their streams never end, so uvicorn would wait, then cancel them loudly."""

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        for connection in list(self.server_state.connections):
            if connection.transport is not None:
                connection.transport.close()
        await super().shutdown(sockets)


_ALL_ADDRESSES = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - looked up, never listened on by itself


def is_local(host: str) -> bool:
    """Say whether an address is reached from this machine only."""
    return host in ("127.0.0.1", "localhost", "::1")


def _listen(host: str, port: int) -> socket.socket:
    """Listen on the port, or on the next free one where it is the default."""
    ports = range(port, port + PORTS_TRIED) if port == DEFAULT_PORT else range(port, port + 1)
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    except OSError as error:
        raise AskfolderError(Say.HOST_UNKNOWN.format(host=host, reason=error.strerror)) from error
    for number in ports:
        listening = socket.socket(family, kind)
        try:
            if sys.platform != "win32":  # on Windows the option would let two programs share a port
                listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listening.bind((address[0], number, *address[2:]))
            listening.listen()
        except OSError as error:
            listening.close()
            if error.errno == errno.EADDRNOTAVAIL:
                raise AskfolderError(Say.HOST_UNKNOWN.format(host=host, reason=error.strerror)) from error
            if error.errno != errno.EADDRINUSE:
                refused = Say.PORT_REFUSED.format(port=number, host=host, reason=error.strerror)
                raise AskfolderError(refused) from error
        else:
            return listening
    if len(ports) == 1:
        raise AskfolderError(Say.PORT_TAKEN.format(port=port))
    raise AskfolderError(Say.PORTS_TAKEN.format(first=ports[0], last=ports[-1]))


def _names(host: str) -> tuple[str, ...]:
    """Give the names under which browsers may address a server that listens at `host`."""
    names = {"127.0.0.1", "localhost", "[::1]", f"[{host}]" if ":" in host else host}
    if host in _ALL_ADDRESSES:
        own = socket.gethostname()
        names |= {own, f"{own}.local"}
        with contextlib.suppress(OSError):
            names |= {str(found[4][0]) for found in socket.getaddrinfo(own, None, socket.AF_INET)}
        with contextlib.suppress(OSError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as outward:
            outward.connect(("192.0.2.1", 9))  # sends nothing; the system only chooses the address that faces outward
            names.add(outward.getsockname()[0])
    return tuple(sorted(names))


def _url(host: str, port: int) -> str:
    """Give the page's address; where the server listens on all addresses, the one on this machine."""
    reached = _ALL_ADDRESSES.get(host, host)
    return f"http://{f'[{reached}]' if ':' in reached else reached}:{port}/"


def _announce(server: uvicorn.Server, url: str, open_browser: bool, on_ready: Callable[[str], None] | None) -> None:
    """Wait until the server gives its page; then say so and open a browser, where there is one."""
    parts = urlsplit(url)
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while not _answers(parts.hostname or "", parts.port or 0):
        if server.should_exit or time.monotonic() > deadline:
            return
        time.sleep(0.05)
    if on_ready is not None:
        on_ready(url)
    # Without a screen, `webbrowser` would start a text browser in the user's terminal.
    screen = sys.platform in ("darwin", "win32") or os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")
    if open_browser and screen:
        with contextlib.suppress(webbrowser.Error, OSError):
            webbrowser.open(url)


def _answers(host: str, port: int) -> bool:
    connection = http.client.HTTPConnection(host, port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


@contextlib.contextmanager
def _quiet_signals() -> Iterator[None]:
    """Let SIGTERM end `serve` and no more: uvicorn raises it again once it has closed, which would kill the process."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGTERM, lambda *_: None)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
