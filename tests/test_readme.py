"""What the README says is true: its commands, its Python, its numbers."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from index import Limits, ReadingSettings
from index.reading.readers import readers
from qa.sample import sample_folder

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    """Give the README's code blocks in a language."""
    return re.findall(rf"^```{language}\n(.*?)^```", README, re.MULTILINE | re.DOTALL)


def test_readme_has_two_commands_of_one_line_each() -> None:
    """One runs the main job, one the tests; each does all its set-up."""
    assert [block.splitlines() for block in blocks("")][:2] == [
        ["python3 -m venv .venv && .venv/bin/pip install . && .venv/bin/askfolder chat"],
        ['python3 -m venv .venv && .venv/bin/pip install ".[test]" && .venv/bin/pytest'],
    ]


def test_readme_python_runs_as_it_stands(tmp_path: Path) -> None:
    """The example, in a folder that has `papers`, prints passages, an answer and citations."""
    (tmp_path / "papers").symlink_to(sample_folder())
    (tmp_path / "index").mkdir()
    code = blocks("python")[0].replace('qa.open("papers")', f'qa.open("papers", index={str(tmp_path / "index")!r})')
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, encoding="utf-8")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "“The treaty was signed on 19 June 2024, but it could not apply before both" in ran.stdout
    assert "treaty-in-brief.md, ¶ " in ran.stdout


def test_readme_lists_every_command() -> None:
    """Each command in the table exists, and none is missing."""
    from qa.command_line import askfolder

    assert set(re.findall(r"^\| `askfolder (\w+)", README, re.MULTILINE)) == set(askfolder.commands)


def test_readme_pictures_and_pages_are_there() -> None:
    """Every relative link leads to a file."""
    links = re.findall(r"\]\((?!https?:|#)([^)]+)\)", README)
    assert links
    assert [link for link in links if not (ROOT / link).exists()] == []


@pytest.mark.skipif(not (ROOT / ".ci" / "run").exists(), reason="not in a checkout")
def test_ci_takes_the_test_command_from_the_readme() -> None:
    """`.ci/run` looks for the very line that the README holds."""
    pattern = re.search(r"--extended-regexp '(.+?)' README\.md", (ROOT / ".ci" / "run").read_text()).group(1)
    assert [line for line in README.splitlines() if re.fullmatch(pattern, line)] == [blocks("")[1].strip()]


def test_reading_page_lists_every_kind_and_limit() -> None:
    """docs/reading.md names each suffix that is read, and each limit with its default."""
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    kinds = page.split("## Kinds of file")[1].split("What a file is")[0]
    named = set(re.findall(r"`(\.\w+)`", kinds))
    read = {suffix for reader in readers() for suffix in reader.suffixes}
    assert named <= read
    assert read - named == {".markdown", ".mdown", ".mkd", ".text", ".adoc", ".asciidoc"}  # the "…", and Markdown's
    limits = re.findall(r"^\| `(\w+)` \| ([\d,]+) \|", page, re.MULTILINE)
    assert [(name, int(number.replace(",", ""))) for name, number in limits] == [
        (field.name, field.default) for field in fields(Limits)
    ]


def test_reading_page_shows_a_reader_that_works() -> None:
    """The example reads subtitles: what is spoken is a paragraph, numbers and times are not."""
    page = (ROOT / "docs" / "reading.md").read_text(encoding="utf-8")
    names: dict[str, Any] = {}
    exec(re.findall(r"^```python\n(.*?)^```", page, re.MULTILINE | re.DOTALL)[0], names)
    extraction = names["READER"].read(
        b"1\n00:01 --> 00:02\nThe harbour\nis closed.\n\n2\n00:03\nWhy?\n", ReadingSettings()
    )
    assert [(block.kind, extraction.text[block.start : block.end]) for block in extraction.blocks] == [
        ("navigation", "1"),
        ("navigation", "00:01 --> 00:02"),
        ("prose", "The harbour\nis closed."),
        ("navigation", "2"),
        ("navigation", "00:03"),
        ("prose", "Why?"),
    ]
