"""Files: what is listed, what is passed over, why a file is not read, and how a change is noticed."""

from __future__ import annotations

import hashlib
import os
import socket
import sys
import time
from pathlib import Path

import pytest

from index import files as files_module
from index.errors import LimitError, UnreadableFileError
from index.files import find_files, read_bytes, stamp_of
from index.reading import Limits

posix_only = pytest.mark.skipif(os.name != "posix", reason="needs POSIX files")
linux_only = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has names of any bytes")
not_root = pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="nothing is forbidden to root")


def sources(folder: Path) -> list[str]:
    """The paths that are listed."""
    return [file.source for file in find_files(folder, folder / ".askfolder")]


def reasons(folder: Path) -> dict[str, str | None]:
    """Why each listed file is not read."""
    return {file.source: file.reason for file in find_files(folder, folder / ".askfolder")}


def test_files_are_listed_in_the_order_of_their_paths(folder: Path) -> None:
    """All folders are looked into, and the list is sorted by the whole path."""
    for source in ("b/2.txt", "b.txt", "a/z.md", "a/b/c/d.html", "B.TXT", "ä.pdf", "b/10.docx", "README"):
        (folder / source).parent.mkdir(parents=True, exist_ok=True)
        (folder / source).write_text("Text.")
    assert sources(folder) == ["B.TXT", "README", "a/b/c/d.html", "a/z.md", "b.txt", "b/10.docx", "b/2.txt", "ä.pdf"]
    assert set(reasons(folder).values()) == {None}


def test_files_of_an_empty_folder_are_none(folder: Path) -> None:
    """An empty folder, and one of empty folders, hold no files."""
    (folder / "a" / "b").mkdir(parents=True)
    assert find_files(folder, folder / ".askfolder") == []


def test_files_hidden_and_locks_are_passed_over(folder: Path) -> None:
    """Hidden files and folders, Office's lock files and the index are not even listed."""
    for source in (".hidden.txt", ".git/a.txt", ".askfolder/b.txt", "~$letter.docx", "a/.b.txt", "kept.txt", "~x.txt"):
        (folder / source).parent.mkdir(exist_ok=True)
        (folder / source).write_text("Text.")
    assert sources(folder) == ["kept.txt", "~x.txt"]


@pytest.mark.parametrize("way", ["as it is", "with dots", "through a link"])
def test_files_of_the_index_are_passed_over_wherever_it_is(folder: Path, tmp_path: Path, way: str) -> None:
    """An index that is kept in the folder under another name is left out, however either path is written."""
    (folder / "my index").mkdir()
    (folder / "my index" / "seq").write_text("12")
    (folder / "a.txt").write_text("Text.")
    as_written = folder
    if way == "with dots":
        as_written = folder / ".." / folder.name
    elif way == "through a link":
        as_written = tmp_path / "link"
        as_written.symlink_to(folder, target_is_directory=True)
    assert [file.source for file in find_files(as_written, folder / "my index")] == ["a.txt"]
    assert [file.source for file in find_files(folder, as_written / "my index")] == ["a.txt"]


def test_files_carry_size_and_stamp(folder: Path) -> None:
    """Size and times are those of the file."""
    (folder / "a.txt").write_bytes(b"12345")
    (found,) = find_files(folder, folder / ".askfolder")
    assert (found.size, found.stamp) == (5, stamp_of((folder / "a.txt").stat()))


def test_files_of_an_unknown_kind_are_listed_with_the_reason(folder: Path) -> None:
    """A suffix without a reader is named; case does not matter."""
    for source in ("a.png", "b.ZIP", "c.TXT"):
        (folder / source).write_text("Text.")
    assert reasons(folder) == {
        "a.png": "no reader for .png files",
        "b.ZIP": "no reader for .zip files",
        "c.TXT": None,
    }


def test_files_too_large_are_listed_with_the_reason(folder: Path) -> None:
    """A file above the limit is not opened, and the reason says which limit would let it be."""
    for name, size in (("a.txt", 200_000_000), ("b.txt", 200_000_001)):
        with (folder / name).open("wb") as file:
            file.truncate(size)
    too_large = "it is larger than 200 MB; --limit file_mb=201 reads it"
    assert reasons(folder) == {"a.txt": None, "b.txt": too_large}
    (folder / "c.txt").write_bytes(b"x" * 1_000_001)
    found = find_files(folder, folder / ".askfolder", Limits(file_mb=1))
    assert found[-1].reason == "it is larger than 1 MB; --limit file_mb=2 reads it"


@posix_only
def test_files_behind_links_are_read_only_within_the_folder(folder: Path, tmp_path: Path) -> None:
    """A link to a file in the folder is a file; one that leads out, to a folder, or nowhere says so."""
    (tmp_path / "secret.txt").write_text("Secret.")
    (tmp_path / "documents-too").mkdir()
    (tmp_path / "documents-too" / "b.txt").write_text("Text.")
    (folder / "real").mkdir()
    (folder / "real" / "a.txt").write_text("Text.")
    (folder / "inside.txt").symlink_to("real/a.txt")
    (folder / "out.txt").symlink_to("../secret.txt")
    (folder / "beside.txt").symlink_to(tmp_path / "documents-too" / "b.txt")
    (folder / "twice.txt").symlink_to("out.txt")
    (folder / "up").symlink_to("..")
    (folder / "again").symlink_to("real")
    (folder / "self.txt").symlink_to("self.txt")
    (folder / "nowhere.txt").symlink_to("missing.txt")
    out = "it is a link that leads out of the folder"
    assert reasons(folder) == {
        "again": "it is a link to a folder, and those are not followed",
        "beside.txt": out,
        "inside.txt": None,
        "nowhere.txt": "No such file or directory",
        "out.txt": out,
        "real/a.txt": None,
        "self.txt": os.strerror(40) if sys.platform == "linux" else "Too many levels of symbolic links",
        "twice.txt": out,
        "up": out,
    }


@posix_only
def test_files_of_a_folder_that_is_itself_a_link_are_listed(folder: Path, tmp_path: Path) -> None:
    """A folder named by a link is as good as by its own name, links within it included."""
    (folder / "a.txt").write_text("Text.")
    (folder / "b.txt").symlink_to("a.txt")
    (tmp_path / "link").symlink_to(folder, target_is_directory=True)
    assert reasons(tmp_path / "link") == {"a.txt": None, "b.txt": None}


@posix_only
def test_files_that_are_pipes_are_not_opened(folder: Path) -> None:
    """A pipe would block whoever opens it; it is listed with the reason."""
    os.mkfifo(folder / "pipe.txt")
    assert reasons(folder) == {"pipe.txt": "it is no ordinary file"}


@posix_only
def test_files_that_are_sockets_and_devices_are_not_opened(folder: Path) -> None:
    """Neither a socket nor a link to a device is opened; the device is outside of the folder as well."""
    with socket.socket(socket.AF_UNIX) as listening:
        old = Path.cwd()
        os.chdir(folder)  # a socket's path may have about a hundred bytes only
        try:
            listening.bind("socket.txt")
        finally:
            os.chdir(old)
        (folder / "zero.txt").symlink_to("/dev/zero")
        assert reasons(folder) == {
            "socket.txt": "it is no ordinary file",
            "zero.txt": "it is a link that leads out of the folder",
        }


@linux_only
def test_files_are_listed_by_any_name(folder: Path) -> None:
    """Newlines, control characters, 255 bytes and names that look like paths are names like others."""
    names = [
        "a\nb.txt",
        "a\x1b[2J.txt",
        "a\tb.txt",
        "a...txt",
        "a..\\..\\b.txt",
        "C:\\a.txt",
        "-rf.txt",
        "a\u202egnp.txt",
        "ä" * 125 + "x.txt",
        " a.txt ",
        "%2e%2e%2f.txt",
    ]
    for name in names:
        (folder / name).write_text("Text.")
    assert sources(folder) == sorted(names)
    assert set(reasons(folder).values()) == {None}
    for name in names:
        assert read_bytes(folder / name, within=folder).data == b"Text."


@linux_only
def test_files_too_deep_for_the_system_are_told(folder: Path) -> None:
    """Where paths get longer than the system takes, the folder is listed with the reason."""
    old = Path.cwd()
    try:
        os.chdir(folder)
        for _ in range(20):
            Path("d" * 250).mkdir()
            os.chdir("d" * 250)
        Path("a.txt").write_text("Text.")
    finally:
        os.chdir(old)
    (found,) = find_files(folder, folder / ".askfolder")
    assert found.reason == "the folder cannot be opened: File name too long"


@linux_only
def test_files_with_names_that_are_no_text_are_listed_with_the_reason(folder: Path) -> None:
    """Bytes of a name that are no UTF-8 are shown as escapes, in files and in folders, and not read."""
    directory = os.fsencode(folder)
    with open(directory + b"/caf\xe9.txt", "wb") as file:  # noqa: PTH123 (pathlib takes no bytes)
        file.write(b"Text.")
    os.mkdir(directory + b"/d\xff")  # noqa: PTH102 (pathlib takes no bytes)
    with open(directory + b"/d\xff/a.txt", "wb") as file:  # noqa: PTH123 (pathlib takes no bytes)
        file.write(b"Text.")
    (folder / "café.txt").write_text("Text.")
    assert reasons(folder) == {
        "caf\\udce9.txt": "its name is not valid text: rename it",
        "café.txt": None,
        "d\\udcff/a.txt": "its name is not valid text: rename it",
    }


@not_root
def test_files_of_a_folder_that_may_not_be_opened_are_told(folder: Path) -> None:
    """A folder without permission is listed with the reason, and the others are looked into."""
    (folder / "closed").mkdir()
    (folder / "a.txt").write_text("Text.")
    (folder / "closed").chmod(0)
    try:
        assert reasons(folder) == {"a.txt": None, "closed": "the folder cannot be opened: Permission denied"}
    finally:
        (folder / "closed").chmod(0o700)


@not_root
def test_files_that_may_not_be_opened_are_unreadable(folder: Path) -> None:
    """A file without permission is an error with the reason."""
    (folder / "a.txt").write_text("Text.")
    (folder / "a.txt").chmod(0)
    with pytest.raises(UnreadableFileError, match=r"^it cannot be opened: Permission denied$"):
        read_bytes(folder / "a.txt")


def test_files_that_are_gone_are_unreadable(folder: Path) -> None:
    """A file that vanished since it was listed is an error with the reason."""
    with pytest.raises(UnreadableFileError, match=r"^it cannot be opened: No such file or directory$"):
        read_bytes(folder / "a.txt")


@posix_only
@pytest.mark.parametrize("kind", ["pipe", "device", "folder"])
def test_files_that_have_become_something_else_are_unreadable(folder: Path, kind: str) -> None:
    """What took a file's place since it was listed is not read, and a pipe is not waited for."""
    path = folder / "a.txt"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path.symlink_to("/dev/zero")
    else:
        path.mkdir()
    with pytest.raises(UnreadableFileError, match=r"^it is no ordinary file$"):
        read_bytes(path)


@posix_only
@pytest.mark.parametrize("target", ["/dev/zero", "pipe"])
def test_files_swapped_between_the_look_and_the_opening_are_unreadable(
    folder: Path, monkeypatch: pytest.MonkeyPatch, target: str
) -> None:
    """A pipe or a device that takes a file's place after the look is found out once it is open, without a wait."""
    os.mkfifo(folder / "pipe")
    (folder / "a.txt").write_text("Text.")
    looked = (folder / "a.txt").stat()
    (folder / "a.txt").unlink()
    (folder / "a.txt").symlink_to(target)
    monkeypatch.setattr(Path, "stat", lambda _, **__: looked)
    with pytest.raises(UnreadableFileError, match=r"^it is no ordinary file$"):
        read_bytes(folder / "a.txt")


@posix_only
@pytest.mark.parametrize("link", ["the file", "its folder"])
def test_files_that_have_become_links_out_of_the_folder_are_unreadable(folder: Path, tmp_path: Path, link: str) -> None:
    """A link that was set since the file was listed, on it or above it, is not followed out of the folder."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "a.txt").write_text("Secret.")
    if link == "the file":
        (folder / "b").mkdir()
        (folder / "b" / "a.txt").symlink_to(tmp_path / "outside" / "a.txt")
    else:
        (folder / "b").symlink_to(tmp_path / "outside")
    with pytest.raises(UnreadableFileError, match=r"^it is a link that leads out of the folder$"):
        read_bytes(folder / "b" / "a.txt", within=folder)
    (folder / "c.txt").write_text("Text.")
    (folder / "d.txt").symlink_to("c.txt")
    assert read_bytes(folder / "d.txt", within=folder).data == b"Text."


def test_files_that_grow_beyond_the_limit_are_not_read_on(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file that is longer than when it was looked at is read up to the limit and no further."""
    path = folder / "a.txt"
    path.write_bytes(b"x" * 1_000_000)
    assert len(read_bytes(path, Limits(file_mb=1)).data) == 1_000_000
    path.write_bytes(b"x" * 3_500_000)
    with pytest.raises(LimitError, match=r"^it is larger than 1 MB; --limit file_mb=4 reads it$") as caught:
        read_bytes(path, Limits(file_mb=1))
    assert caught.value.lacking == ("file_mb",)


def test_files_that_grow_while_they_are_read_are_read_up_to_the_limit(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is written between the look and the reading is read as well, but not beyond the limit."""
    path = folder / "a.txt"
    fstat = os.fstat

    def look_and_write(number: int) -> os.stat_result:
        looked = fstat(number)
        if looked.st_size == 5:
            path.write_bytes(b"x" * 1_000_001)
        return looked

    monkeypatch.setattr(os, "fstat", look_and_write)
    path.write_text("Text.")
    content = read_bytes(path, Limits(file_mb=2))
    assert (len(content.data), content.stamp) == (1_000_001, None)
    path.write_text("Text.")
    with pytest.raises(LimitError, match=r"^it is larger than 1 MB; --limit file_mb=2 reads it$"):
        read_bytes(path, Limits(file_mb=1))


def test_file_bytes_are_those_of_the_file(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bytes and checksum are the file's, and the stamp is that of the list once the file has come to rest."""
    (folder / "a.txt").write_bytes(b"a\r\n\0\xff")
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 5_000_000_000)
    content = read_bytes(folder / "a.txt")
    (found,) = find_files(folder, folder / ".askfolder")
    assert content.data == b"a\r\n\0\xff"
    assert content.sha256 == hashlib.sha256(b"a\r\n\0\xff").hexdigest()
    assert content.stamp == found.stamp


@pytest.mark.parametrize(
    ("mtime_ns", "age_ns", "settled"),
    [
        (1_700_000_000_123_456_789, 100_000_000, False),
        (1_700_000_000_123_456_789, 100_000_001, True),
        (1_700_000_000_000_000_000, 2_000_000_000, False),
        (1_700_000_000_000_000_000, 2_000_000_001, True),
    ],
)
def test_file_stamp_waits_until_no_change_could_hide(
    folder: Path, monkeypatch: pytest.MonkeyPatch, mtime_ns: int, age_ns: int, settled: bool
) -> None:
    """A file written so shortly before that another write might have the same times gets no stamp."""
    path = folder / "a.txt"
    path.write_text("Text.")
    os.utime(path, ns=(mtime_ns, mtime_ns))
    changed_ns = path.stat().st_ctime_ns
    monkeypatch.setattr(time, "time_ns", lambda: changed_ns + age_ns)
    assert read_bytes(path).stamp == (stamp_of(path.stat()) if settled else None)


def test_file_stamp_is_none_where_the_file_changed_while_it_was_read(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file that grows while it is read gets no stamp, and is looked at again."""
    path = folder / "a.txt"
    path.write_text("Text.")
    stamps = iter(["5-1-1", "9-2-2"])
    now = time.time_ns()
    monkeypatch.setattr(time, "time_ns", lambda: now + 5_000_000_000)
    monkeypatch.setattr(files_module, "stamp_of", lambda _: next(stamps))
    assert read_bytes(path).stamp is None


def test_file_stamp_changes_with_the_bytes(folder: Path) -> None:
    """Other bytes, of another length or of the same with the old time put back, make another stamp."""
    path = folder / "a.txt"
    path.write_text("Text.")
    first = path.stat()
    time.sleep(0.02)  # file systems' clocks tick every few milliseconds
    path.write_text("Tent.")
    os.utime(path, ns=(first.st_atime_ns, first.st_mtime_ns))
    second = path.stat()
    path.write_text("Texts.")
    assert len({stamp_of(first), stamp_of(second), stamp_of(path.stat())}) == (3 if os.name == "posix" else 2)
