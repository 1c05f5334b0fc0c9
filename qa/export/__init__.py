"""Answers and conversations as files to keep and to share: Markdown, and one page of HTML with its sources.

Knows what an answer is and that a document can be had by its id; nothing of how an answer is found or shown.
"""

from qa.export.conversation import Conversation, Exchange
from qa.export.markdown import answer_as_markdown, conversation_as_markdown
from qa.export.page import conversation_as_html

__all__ = ["Conversation", "Exchange", "answer_as_markdown", "conversation_as_html", "conversation_as_markdown"]
