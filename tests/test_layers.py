"""Imports point one way, and importing costs nothing."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import index
import qa

ROOT = Path(__file__).parents[1]
HEAVY = ("torch", "transformers", "sentence_transformers", "gradio", "faiss", "tantivy")


def imported(path: Path) -> set[str]:
    """Give the top-level names of the modules that a file imports anywhere."""
    names = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add((node.module or "").split(".")[0])
    return names


def sources(package: str) -> list[Path]:
    """Give the Python files of a package of the checkout."""
    return sorted((ROOT / package).rglob("*.py"))


@pytest.mark.parametrize("path", sources("index"), ids=lambda path: path.name)
def test_index_imports_neither_qa_nor_ui(path: Path) -> None:
    """`index` knows nothing of answers or screens."""
    assert imported(path) & {"qa", "ui", "gradio"} == set()


@pytest.mark.parametrize("path", sources("qa"), ids=lambda path: path.name)
def test_qa_imports_no_screen_and_no_engine(path: Path) -> None:
    """`qa` knows no gradio, faiss or tantivy; only the command line opens the page, only `extractive` loads models."""
    allowed = {"command_line.py": {"ui"}, "extractive.py": {"torch", "transformers"}}.get(path.name, set())
    assert imported(path) & ({"ui", *HEAVY} - allowed) == set()


@pytest.mark.parametrize(
    ("library", "module"),
    [
        ("faiss", "vectors.py"),
        ("tantivy", "words.py"),
        ("sentence_transformers", "embedding.py"),
        ("sqlite3", "store.py"),
    ],
)
def test_engine_is_imported_by_one_module(library: str, module: str) -> None:
    """Each engine can be exchanged in one place."""
    using = [path.name for path in sources("index") + sources("qa") if library in imported(path)]
    assert using == [module]


@pytest.mark.parametrize("path", sources("index") + sources("qa"), ids=lambda path: path.name)
def test_web_framework_is_known_to_the_service_alone(path: Path) -> None:
    """What the page shows, and what an answer is, would be the same on another server."""
    if path.parent.name != "service":
        assert imported(path) & {"fastapi", "starlette", "uvicorn", "mcp", "pydantic", "limits"} == set()


def test_importing_loads_no_heavy_library() -> None:
    """`import qa, index` loads neither torch nor transformers, gradio, fastapi, faiss or tantivy."""
    code = f"import sys, qa, index; print([name for name in {(*HEAVY, 'fastapi')} if name in sys.modules])"
    printed = subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True)
    assert printed.stdout.strip() == "[]"


def test_public_names_are_all_there() -> None:
    """What `__all__` promises can be imported, and it is in order."""
    for package in (index, qa):
        assert sorted(package.__all__) == sorted(set(package.__all__))
        assert [name for name in package.__all__ if not hasattr(package, name)] == []
