"""The error of an evaluation: a file of questions, or of an earlier run, cannot be used."""

from __future__ import annotations

from index import AskfolderError


class EvaluationError(AskfolderError):
    """A file of questions or of an earlier run cannot be used; the message names the file, the line and the value."""
