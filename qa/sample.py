"""The sample collection that comes with the program, and questions to start with."""

from __future__ import annotations

from pathlib import Path

from index.store import FORMAT

QUESTIONS = (
    "When was the treaty signed?",
    "Is the treaty a threat to its neighbours?",
    "Why do some doubt what the pact means?",
)


def sample_folder() -> Path:
    """Give the folder with the sample documents."""
    return Path(__file__).with_name("sample_collection")


def sample_index() -> Path:
    """Give the place of its index: in the user's data directory, for the program's own folder is not to be written."""
    import platformdirs

    # One for each format, so that a new version need not ask anybody to rebuild what he never built.
    return platformdirs.user_data_path("askfolder") / f"sample-{FORMAT}"
