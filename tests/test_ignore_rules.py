"""Ignore rules: what patterns leave out is what git leaves out by the same patterns."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from index.files import FoundFile, find_files
from index.ignore_rules import parse_ignore_rules

linux_only = pytest.mark.skipif(sys.platform != "linux", reason="names that only Linux has, and its letters' case")
posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")

# Patterns, what they keep, what they leave out: as git 2.39 has it, which only counts bytes where people see letters.
CASES: list[tuple[str, tuple[str, ...], tuple[str, ...]]] = [
    ("a.txt", ("a.txt.bak", "b.txt"), ("a.txt", "x/a.txt")),
    ("/a.txt", ("x/a.txt",), ("a.txt",)),
    ("x/a.txt", ("y/x/a.txt",), ("x/a.txt",)),
    ("foo/", ("y/foo",), ("foo/a.txt", "x/foo/a.txt")),
    ("foo", (), ("foo/a.txt", "x/foo/a.txt", "y/foo")),
    ("*.txt\n!keep.txt", ("keep.txt", "x/keep.txt"), ("a.txt",)),
    ("!keep.txt\n*.txt", (), ("a.txt", "keep.txt")),
    ("x/\n!x/keep.txt", (), ("x/a.txt", "x/keep.txt")),
    ("x/*\n!x/keep.txt", ("x/keep.txt",), ("x/a.txt", "x/y/a.txt")),
    ("*\n!*/\n!*.txt", ("a.txt", "x/a.txt", "x/y/a.txt"), ("a.pdf", "x/a.pdf", "x/y/a.pdf")),
    ("/*\n!/x/", ("x/a.txt",), ("a.txt", "y/a.txt")),
    ("/*\n!/x\n/x/*\n!/x/y", ("x/y/a.txt",), ("a.txt", "x/a.txt", "x/z/a.txt")),
    ("**/foo", (), ("foo/a.txt", "x/foo/a.txt", "x/y/foo")),
    ("**/foo/bar.txt", ("foo/y/bar.txt",), ("foo/bar.txt", "x/foo/bar.txt")),
    ("foo/**", ("foo.txt", "x/foo/a.txt"), ("foo/a.txt", "foo/x/a.txt")),
    ("foo/**\n!foo/a.txt", ("foo/a.txt",), ("foo/b.txt", "foo/x/a.txt")),
    ("foo/**\n!foo/**/\n!foo/**/a.txt", ("foo/a.txt", "foo/x/a.txt"), ("foo/b.txt", "foo/x/b.txt")),
    ("a/**/b", ("ab/f.txt", "x/a/b/f.txt"), ("a/b/f.txt", "a/x/b/f.txt", "a/x/y/b/f.txt")),
    ("a/**b", ("a/x/b",), ("a/xb", "a/xyb")),
    ("a**b", ("a/b",), ("ab", "axxb", "x/ayb")),
    ("**", (), ("a", "x/a")),
    ("**/", ("a",), ("x/a",)),
    ("*/", ("a",), ("x/a", "x/y/a")),
    ("/", ("a", "x/a"), ()),
    ("[ab].txt", ("c.txt",), ("a.txt", "b.txt")),
    ("[!ab].txt", ("a.txt",), ("c.txt",)),
    ("[^ab].txt", ("a.txt",), ("c.txt",)),
    ("[a-c]x", ("dx",), ("ax", "bx")),
    ("[]a]x", ("bx",), ("]x", "ax")),
    ("[]-]x", ("bx",), ("-x", "]x")),
    ("[!]a]x", ("]x", "ax"), ("bx",)),
    ("[a", ("[a", "a"), ()),
    ("[[:digit:]]x", (":x", "ax"), ("1x",)),
    ("[[:alpha:]_]x", ("1x",), ("_x", "ax")),
    ("[\\]]x", ("\\x",), ("]x",)),
    ("[a/b]x", ("a/bx",), ("ax", "bx")),
    ("x[/]y", ("x/y", "xy"), ()),
    ("\\#a.txt", ("a.txt",), ("#a.txt",)),
    ("#a.txt", ("#a.txt", "a.txt"), ()),
    ("\\!a.txt", ("a.txt",), ("!a.txt",)),
    ("a\\ b.txt", (), ("a b.txt",)),
    ("a.txt   ", ("a.txt   ",), ("a.txt",)),
    ("a.txt\\ ", ("a.txt",), ("a.txt ",)),
    ("a.txt\\ \\  ", ("a.txt ",), ("a.txt  ",)),
    (" a.txt", ("a.txt",), (" a.txt",)),
    ("a b.txt", ("b.txt",), ("a b.txt",)),
    ("a.txt\t", ("a.txt",), ("a.txt\t",)),
    ("\\*.txt", ("a.txt",), ("*.txt",)),
    ("a\\?.txt", ("ab.txt",), ("a?.txt",)),
    ("\\a.txt", ("\\a.txt",), ("a.txt",)),
    ("a\\", ("a", "a\\"), ()),
    ("?.txt", ("ab.txt",), ("a.txt", "x/b.txt", "ä.txt")),
    ("*.TXT", ("a.txt",), ("a.TXT",)),
    ("a?b", ("a/b",), ("acb",)),
    ("a*b", ("a/b",), ("axb", "axyb")),
    ("a/*/b", ("a/b", "a/x/y/b"), ("a/x/b",)),
    ("/a/*.txt", ("a/b/x.txt",), ("a/x.txt",)),
    ("a/b/", ("x/a/b/c",), ("a/b/c",)),
    ("./a.txt", ("a.txt",), ()),
    ("a.txt/", ("a.txt",), ()),
    ("a//b", ("a/b",), ()),
    ("a.txt\r", (), ("a.txt",)),
    ("\ufeffa.txt\nb.txt", (), ("a.txt", "b.txt")),
    ("*.tmp\n\n   \n# c", ("   ", "# c"), ("a.tmp",)),
    ("drafts\n!drafts/", ("drafts/a.txt",), ("x/drafts",)),
    ("drafts/\n!drafts", ("drafts/a.txt", "x/drafts"), ()),
    ("a+b(c).txt\n{d,e}.txt\n$x^.txt", ("aab(c).txt", "d.txt"), ("$x^.txt", "a+b(c).txt", "{d,e}.txt")),
    ("***/a", (), ("a", "x/a", "x/y/a")),
    ("a/***", (), ("a/b", "a/c/d")),
    ("Entwürfe/", ("Entwurfe/a.txt",), ("Entwürfe/a.txt",)),
    ("*a*a*b", ("ab",), ("aaab", "aab", "xaab")),
    ("[z-a]x", ("-x", "ax"), ("zx",)),
    ("!\n!!a\n*.q", ("!", "!a", "a"), ("a.q",)),
    ("x/**/", ("x/a",), ("x/y/a",)),
    ("**/x/**", ("z/x",), ("x/a", "x/y/a", "y/x/a")),
    ("a/**/*.txt", ("a/c/d/e.pdf", "b.txt"), ("a/b.txt", "a/c/b.txt")),
]
# The patterns of several folders, what they keep, what they leave out.
FOLDERS: list[tuple[dict[str, str], tuple[str, ...], tuple[str, ...]]] = [
    ({"": "*.txt", "x": "!a.txt"}, ("x/a.txt", "x/y/a.txt"), ("a.txt", "x/b.txt")),
    ({"": "!a.txt", "x": "a.txt"}, ("a.txt",), ("x/a.txt", "x/y/a.txt")),
    ({"x": "/a.txt\ny/b.txt"}, ("a.txt", "x/y/a.txt", "y/b.txt"), ("x/a.txt", "x/y/b.txt")),
    ({"": "x/", "x": "!a.txt"}, (), ("x/a.txt",)),
    ({"": "x/y/", "x": "!y/"}, ("x/b.txt", "x/y/a.txt"), ()),
    ({"": "*\n!*/", "x": "!*.md", "x/y": "*.md"}, ("x/a.md", "x/z/b.md"), ("a.md", "x/y/a.md")),
]


def fill(folder: Path, *sources: str) -> None:
    """Make files."""
    for source in sources:
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text("Text.")


def found(folder: Path) -> list[FoundFile]:
    """What is listed of a folder."""
    return find_files(folder, folder / ".askfolder")


def sources(folder: Path) -> list[str]:
    """The paths that are listed."""
    return [file.source for file in found(folder)]


def told(folder: Path) -> dict[str, str]:
    """What is said of the ignore files."""
    return {file.source: file.reason for file in found(folder) if file.reason is not None}


@linux_only
@pytest.mark.parametrize(("patterns", "kept", "left_out"), CASES, ids=[repr(case[0]) for case in CASES])
def test_ignore_rules_mean_what_they_mean_to_git(
    folder: Path, patterns: str, kept: tuple[str, ...], left_out: tuple[str, ...]
) -> None:
    """Each kind of pattern leaves out what git would leave out, in the folder and below."""
    fill(folder, *kept, *left_out)
    (folder / ".askfolderignore").write_text(patterns, encoding="utf-8", newline="")
    assert [source for source in sources(folder) if source != ".askfolderignore"] == list(kept)


@linux_only
@pytest.mark.parametrize(("patterns", "kept", "left_out"), FOLDERS, ids=[repr(case[0]) for case in FOLDERS])
def test_ignore_rules_of_the_nearest_folder_win(
    folder: Path, patterns: dict[str, str], kept: tuple[str, ...], left_out: tuple[str, ...]
) -> None:
    """A folder's own patterns come before those above it, but nothing below a folder that is left out comes back."""
    fill(folder, *kept, *left_out)
    for at, text in patterns.items():
        (folder / at / ".askfolderignore").write_text(text, encoding="utf-8")
    assert sources(folder) == list(kept)


@linux_only
@pytest.mark.skipif(shutil.which("git") is None, reason="needs git to compare with")
@pytest.mark.parametrize("seed", range(2))
def test_ignore_rules_agree_with_git_on_random_patterns(tmp_path: Path, seed: int) -> None:
    """Whatever the patterns, the files that are kept are those that git would keep."""
    chance = random.Random(seed)
    marks = [*"abx*?/!#- ][.\\", "**", "***", "[ab]", "[!a]", "[^b]", "[a-c]", "[]a]", "[[:alpha:]]", "[\\]a]", "[a/b]"]
    marks += ["[b-a]", "a", "b", "/"]
    names = ["a", "b", "x", "ab", "ax", "a b", "!a", "#a", "a]", "[a", "-", "aa", "axb", "a ", "*a", "a\\b"]
    for number in range(150):
        folder = tmp_path / str(number)
        folder.mkdir()
        for _ in range(12):
            source = "/".join(chance.choices(names, k=chance.choice((1, 1, 2, 3, 4))))
            if not any((folder / above).is_file() for above in (source, *map(str, Path(source).parents))):
                (folder / source).parent.mkdir(parents=True, exist_ok=True)
                if not (folder / source).is_dir():
                    (folder / source).write_text("Text.")
        lines = ("".join(chance.choices(marks, k=chance.randint(1, 6))) for _ in range(chance.choice((1, 1, 2, 4))))
        for name in (".gitignore", ".askfolderignore"):
            (folder / name).write_text(
                "\n".join(lines) if name == ".gitignore" else (folder / ".gitignore").read_text()
            )
    subprocess.run(["git", "init", "--quiet", tmp_path], check=True)
    git = ["git", "-C", str(tmp_path), "-c", "core.ignorecase=false", "-c", "core.excludesFile=/dev/null"]
    listing = [*git, "ls-files", "-z", "--others", "--exclude-per-directory=.gitignore"]
    kept = subprocess.run(listing, check=True, capture_output=True).stdout.decode().split("\0")
    ours = [file.source for file in found(tmp_path) if not file.source.endswith(".askfolderignore")]
    # git lists hidden files, and a pattern may name the ignore files themselves.
    assert ours == sorted(source for source in kept if source and "/." not in source)


def test_ignore_rules_left_out_are_not_looked_into(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that is left out is never opened, and what lies in it is not listed as unread."""
    fill(folder, "drafts/a.txt", "drafts/b.png", "kept/a.txt", "c.png")
    (folder / ".askfolderignore").write_text("drafts/\n*.png\n")
    opened: list[str] = []
    scandir = os.scandir

    def watched(path: str) -> object:
        opened.append(os.path.relpath(path, folder))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", watched)
    assert found(folder) == [file for file in found(folder) if file.source == "kept/a.txt" and file.reason is None]
    assert set(opened) == {".", "kept"}


def test_ignore_rules_that_are_no_patterns_are_told(folder: Path) -> None:
    """A line that can match nothing is skipped, the ignore file is listed with the line, and the others hold."""
    fill(folder, "a.txt", "b.txt", "[c.txt", "sub/d.txt")
    (folder / ".askfolderignore").write_text("a.txt\n[c.txt\n\\\n[[:letter:]]\n./b.txt\n../a\n[\n[a-\nx//y\n")
    (folder / "sub" / ".askfolderignore").write_text("[")
    assert sources(folder) == [".askfolderignore", "[c.txt", "b.txt", "sub/.askfolderignore", "sub/d.txt"]
    not_closed = "a bracket is not closed; for the character itself write \\["
    outside = "no part of a path is empty, '.' or '..'; paths begin in the folder of this file"
    assert told(folder) == {
        ".askfolderignore": f"line 2, '[c.txt': {not_closed}; "
        "line 3, '\\\\': nothing stands behind the last backslash; "
        "line 4, '[[:letter:]]': there is no class of characters [:letter:]; "
        f"line 5, './b.txt': {outside}; line 6, '../a': {outside}; and 3 more lines",
        "sub/.askfolderignore": f"line 1, '[': {not_closed}",
    }


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"a.txt\n\xe4\n", "nothing is left out by it: it is no UTF-8 text; save it as that"),
        (b"a.txt\0b\n", "nothing is left out by it: it is no text"),
        (b"a.txt\n" * 20_000, "nothing is left out by it: it is larger than 100 kB"),
        (b"\xff\xfea", "nothing is left out by it: it is no UTF-8 text; save it as that"),
    ],
)
def test_ignore_files_that_are_no_text_are_told(folder: Path, content: bytes, reason: str) -> None:
    """An ignore file that cannot be read leaves nothing out, and says so where unread files are listed."""
    fill(folder, "a.txt")
    (folder / ".askfolderignore").write_bytes(content)
    assert told(folder) == {".askfolderignore": reason}
    assert sources(folder) == [".askfolderignore", "a.txt"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_ignore_files_are_read_as_windows_writes_them(folder: Path, encoding: str) -> None:
    """A byte order mark and lines that end in a carriage return change nothing."""
    fill(folder, "Entwürfe/a.txt", "b.txt", "c.txt")
    (folder / ".askfolderignore").write_bytes("Entwürfe/\r\nb.txt\r\n".encode(encoding))
    assert sources(folder) == ["c.txt"]


def test_ignore_rules_take_letters_however_they_are_composed(folder: Path) -> None:
    """A letter and its accent are one letter or two characters, in the pattern and in the name."""
    fill(folder, "Entw\u00fcrfe/a.txt", "Caf\u0065\u0301.txt", "b.txt")
    (folder / ".askfolderignore").write_text("Entwu\u0308rfe/\nCaf\u00e9.txt\n", encoding="utf-8")
    assert sources(folder) == ["b.txt"]


@posix_only
def test_ignore_files_that_are_links_or_no_files_are_told(folder: Path, tmp_path: Path) -> None:
    """A link is not followed, a pipe not opened and a folder not taken for a file."""
    (tmp_path / "patterns").write_text("a.txt")
    fill(folder, "a.txt", "b/a.txt", "c/a.txt")
    (folder / ".askfolderignore").symlink_to(tmp_path / "patterns")
    os.mkfifo(folder / "b" / ".askfolderignore")
    (folder / "c" / ".askfolderignore").mkdir()
    assert told(folder) == {
        ".askfolderignore": "nothing is left out by it: it is a link",
        "b/.askfolderignore": "nothing is left out by it: it is no ordinary file",
        "c/.askfolderignore": "nothing is left out by it: it is no ordinary file",
    }


@posix_only
def test_ignore_rules_for_folders_do_not_match_links_to_folders(folder: Path) -> None:
    """A link is no folder, as for git."""
    fill(folder, "real/a.txt")
    (folder / "again").symlink_to("real")
    (folder / ".askfolderignore").write_text("again/\n")
    assert sources(folder) == ["again", "real/a.txt"]
    (folder / ".askfolderignore").write_text("again\n")
    assert sources(folder) == ["real/a.txt"]


def test_ignore_rules_made_to_be_slow_are_not() -> None:
    """Stars upon stars are matched without going back and forth."""
    rules = parse_ignore_rules("*a" * 100 + "b\n" + "**/a*/" * 100 + "b\n" + "a**" * 200 + "c\n")
    started = time.perf_counter()
    assert rules.decide("/".join(["a" * 200] * 200), is_folder=False) is None
    assert rules.decide("/".join(["a" * 200] * 200 + ["b"]), is_folder=False) is True
    assert time.perf_counter() - started < 1
