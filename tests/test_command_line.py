"""The askfolder command: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from collections.abc import Callable
from pathlib import Path

import pytest
from hashed_embedder import HashedEmbedder
from matching_reader import MatchingReader

from index import Limits, ReadingSettings, document_index
from index.reading.workers import ReadingWorkers
from qa import command_line, extractive

Result = tuple[int, str, str]

TREATY = "The treaty\n\nThe treaty was signed in Oslo in 1931. It has nine articles.\n\nNobody has broken it so far.\n"
NOTE = "Note: 1 file of the folder could not be read at all; `askfolder status` says which."


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """One good document, one that cannot be read."""
    documents = tmp_path / "documents"
    documents.mkdir()
    (documents / "treaty.txt").write_text(TREATY)
    (documents / "empty.pdf").write_bytes(b"")
    return documents


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[..., Result]:
    """Run the command in this process, with words hashed and compared in place of the models."""
    embedder = HashedEmbedder()
    monkeypatch.setattr(document_index, "load_embedder", lambda _: embedder)
    monkeypatch.setattr(extractive, "load_reader", lambda _: MatchingReader())

    def call(*arguments: object) -> Result:
        monkeypatch.setattr(sys, "argv", ["askfolder", *map(str, arguments)])
        with pytest.raises(SystemExit) as stopped:
            command_line.main()
        printed = capsys.readouterr()
        return int(stopped.value.code or 0), printed.out, printed.err

    return call


def test_ask_prints_quotations_and_places(run: Callable[..., Result], folder: Path) -> None:
    """The answer, where each quotation stands, and what could not be read; status 0."""
    status, out, err = run("ask", folder, "Where was the treaty signed?")
    assert status == 0
    assert out.splitlines()[0] == "“The treaty was signed in Oslo in 1931.” [1]"
    assert "[1] treaty.txt, ¶ 1  The treaty" in out.splitlines()
    assert out.endswith(f"\n\n{NOTE}\n")
    assert err == ""


def test_ask_without_an_answer_has_status_1(run: Callable[..., Result], folder: Path) -> None:
    """Silence is said, the nearest passages are called no answer, and -k says how many."""
    status, out, _ = run("ask", folder, "Who won the World Cup?", "-k", "1")
    assert status == 1
    said = "The documents do not say. “World Cup” occurs nowhere in them."
    assert out.splitlines()[:3] == [said, "", "The nearest passages, which are no answer:"]
    assert out.splitlines()[4:] == ["", NOTE]


def test_ask_prints_json_for_programs(run: Callable[..., Result], folder: Path) -> None:
    """The whole answer as JSON, whose quotations are slices of the document."""
    status, out, _ = run("ask", folder, "Where was the treaty signed?", "--json")
    answer = json.loads(out)
    assert (status, answer["found"]) == (0, True)
    for citation in answer["citations"]:
        assert TREATY[citation["start"] : citation["end"]] == citation["quote"]


def test_ask_looks_only_in_the_named_document(run: Callable[..., Result], folder: Path) -> None:
    """A document that is not there is an error that names the nearest one."""
    status, out, err = run("ask", folder, "Where was it signed?", "--in", "treaty.tx")
    assert (status, out) == (2, "")
    assert "There is no document 'treaty.tx'" in err
    assert "Did you mean 'treaty.txt'?" in err


def test_search_prints_passages(run: Callable[..., Result], folder: Path) -> None:
    """Each passage with its place and score, as many as asked for."""
    status, out, err = run("search", folder, "treaty signed", "-k", "1")
    assert (status, err) == (0, f"{NOTE}\n")
    assert out == "[1] treaty.txt, ¶ 1  score 1.00\nThe treaty was signed in Oslo in 1931. It has nine articles.\n\n"


def test_index_says_what_it_did(run: Callable[..., Result], folder: Path) -> None:
    """Counts, changes, and what could not be read, with the reason."""
    unread = "Not read    1 file:\n- empty.pdf: the file is empty\n"
    assert run("index", folder) == (0, "1 document, 2 paragraphs: 1 added.\n" + unread, "")
    assert run("index", folder) == (0, "1 document, 2 paragraphs: nothing has changed.\n" + unread, "")
    (folder / "treaty.txt").rename(folder / "pact.txt")
    assert run("index", folder)[1] == "1 document, 2 paragraphs: 1 renamed.\n" + unread
    assert run("index", folder, "--rebuild")[1] == "1 document, 2 paragraphs: 1 added.\n" + unread


def test_status_shows_what_the_index_holds(run: Callable[..., Result], folder: Path) -> None:
    """Documents, paragraphs, model, size, and what could not be read."""
    run("index", folder)
    status, out, err = run("status", folder)
    lines = dict(line.split(maxsplit=1) for line in out.splitlines()[:5])
    assert (status, err) == (0, "")
    assert lines["Folder"] == str(folder)
    assert lines["Index"].startswith(f"{folder / '.askfolder'}, ")
    assert lines["Model"] == "hashed words"
    assert (lines["Documents"], lines["Paragraphs"]) == ("1", "2")
    assert out.splitlines()[-1] == "- empty.pdf: the file is empty"


def test_options_say_how_files_are_read(
    run: Callable[..., Result], folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Limits, each line of a password file, the password in the environment, and --ocr reach the readers."""
    settings: list[ReadingSettings] = []
    workers = ReadingWorkers.__init__

    def watched(self: ReadingWorkers, count: int, given: ReadingSettings) -> None:
        settings.append(given)
        workers(self, count, given)

    monkeypatch.setattr(ReadingWorkers, "__init__", watched)
    secrets = tmp_path / "secrets.txt"
    secrets.write_text("one\n\ntwo words\n", encoding="utf-8-sig")
    monkeypatch.setenv("ASKFOLDER_PASSWORD", "three")
    run("index", folder, "--ocr", "--limit", "pages=7", "--limit", "seconds=5", "--password-file", secrets)
    assert settings == [ReadingSettings(Limits(pages=7, seconds=5), ("one", "two words", "three"), ocr=True)]


def test_status_says_what_was_read_in_part_and_with_care(run: Callable[..., Result], folder: Path) -> None:
    """Files that were not read, parts that were not read, and guesses, each with the document's name."""
    (folder / "old.txt").write_bytes("Le café était fermé.".encode("cp1252"))
    (folder / "long.csv").write_text("name;count\na;1\nb;2\nc;3\n")
    run("index", folder, "--limit", "rows=3")
    lines = run("status", folder)[1].splitlines()
    assert lines[-6:] == [
        "Not read    1 file:",
        "- empty.pdf: the file is empty",
        "In part     1 document:",
        "- long.csv: row 4: more than 3 are not read; --limit rows=4 reads them",
        "With care   1 document:",
        "- old.txt: its encoding was guessed to be cp1252",
    ]


def test_status_of_a_folder_never_indexed_says_so(run: Callable[..., Result], folder: Path) -> None:
    """Nothing is made, and the way on is named."""
    status, out, err = run("status", folder)
    assert (status, out) == (2, "")
    assert err == f"askfolder: {folder} has not been indexed yet. Do so with: askfolder index {folder}\n"
    assert not (folder / ".askfolder").exists()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["ask", "nowhere", "Why?"], "askfolder: There is no folder "),
        (["ask", "{folder}", "   "], "askfolder: The question is empty."),
        (["search", "{folder}", "Why?", "-k", "0"], "Invalid value for '-k'"),
        (["ask", "{folder}"], "Missing argument 'QUESTION'"),
        (["frobnicate"], "No such command 'frobnicate'"),
        (["index", "{folder}", "--limit", "pages"], "'pages' is not NAME=N with N from 1 and one of file_mb, memo"),
        (["index", "{folder}", "--limit", "pages=0"], "'pages=0' is not NAME=N"),
        (["index", "{folder}", "--limit", "wishes=3"], "'wishes=3' is not NAME=N"),
        (["index", "{folder}", "--password-file", "{folder}/none"], "File '{folder}/none' does not exist."),
        (["index", "{folder}", "--password-file", "{folder}/latin.bin"], "latin.bin cannot be read: 'utf-8' codec"),
    ],
)
def test_errors_are_sentences_with_status_2(
    run: Callable[..., Result], folder: Path, arguments: list[str], message: str
) -> None:
    """On stderr, without a traceback."""
    (folder / "latin.bin").write_bytes(b"caf\xe9")
    status, out, err = run(*(argument.format(folder=folder) for argument in arguments))
    assert (status, out) == (2, "")
    assert message.format(folder=folder) in " ".join(err.split())
    assert "Traceback" not in err


def test_names_and_questions_cannot_act_on_the_terminal(run: Callable[..., Result], tmp_path: Path) -> None:
    """Escape sequences in file names, texts and questions come out written, not obeyed."""
    name = "a\x1b[31mred\u202e.txt"
    (tmp_path / name).write_text("Red\x1b[31m text \x9b31m here stands alone.\n")
    (tmp_path / "b\x1b[2J.pdf").write_bytes(b"")
    for arguments in (
        ["ask", tmp_path, "Where is the red text?"],
        ["search", tmp_path, "red"],
        ["index", tmp_path],
        ["status", tmp_path],
    ):
        _, out, err = run(*arguments)
        assert not set(out + err) & {"\x1b", "\x9b", "\u202e"}
    _, _, err = run("ask", tmp_path, "red", "--in", "\x1b[31m")
    assert "\x1b" not in err


def test_help_names_every_command(run: Callable[..., Result]) -> None:
    """`--help` and `--version` work without a folder."""
    status, out, _ = run("--help")
    assert status == 0
    assert [line.split()[0] for line in out.split("Commands:\n")[1].splitlines()] == [
        "ask",
        "chat",
        "eval",
        "index",
        "mcp",
        "search",
        "status",
    ]
    assert run("--version")[:2] == (0, "0.1.0\n")


def test_interrupt_leaves_a_sound_index(
    run: Callable[..., Result], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ctrl-C says that nothing is lost, with the status that shells give it; the same command then goes on."""

    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("index.store.Store.publish", interrupted)
        assert run("index", folder) == (
            130,
            "",
            "\nStopped. What was finished is kept; the same command goes on from there.\n",
        )
    assert run("index", folder)[1].startswith("1 document, 2 paragraphs: 1 added.")


def test_command_answers_with_the_real_model(tmp_path: Path) -> None:
    """A process of its own, the default model, no connection to anywhere: a cited answer, then silence."""
    (tmp_path / "treaty.txt").write_text(TREATY)
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise AssertionError('a connection was tried')\n"
        "socket.socket.connect = socket.getaddrinfo = socket.create_connection = refuse\n"
        "from qa.command_line import main; main()"
    )

    def process(question: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", code, "ask", str(tmp_path), question]
        return subprocess.run(command, capture_output=True, text=True, encoding="utf-8")

    answered = process("In which city was the treaty signed?")
    assert (answered.returncode, answered.stderr) == (0, "")
    assert answered.stdout.startswith("“The treaty was signed in Oslo in 1931.” [1]\n")
    silent = process("Who won the 2022 World Cup?")
    said = "The documents do not say. “2022” and “World Cup” occur nowhere in them."
    assert (silent.returncode, silent.stdout.splitlines()[0]) == (1, said)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGINT for one process")
def test_chat_opens_the_page_on_the_sample_collection(tmp_path: Path) -> None:
    """Without a folder: indexes the sample, prints the address when the page answers there, and stops on Ctrl-C."""
    code = "from qa.command_line import main; main()"
    environment = {**os.environ, "XDG_DATA_HOME": str(tmp_path), "HOME": str(tmp_path)}
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-c", code, "chat", "--no-browser", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment, encoding="utf-8"
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        assert line == f"The page is at http://127.0.0.1:{port}/  (Ctrl-C stops it)\n"
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/") as page:
            assert page.status == 200
        process.send_signal(signal.SIGINT)
        out, err = process.communicate(timeout=30)
    assert (process.returncode, out, err) == (0, "", "")
