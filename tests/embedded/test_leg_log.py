"""Asterisk's log of channels, read as it grows, whatever becomes of the file."""

import os
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccbot.pbx import leg_log
from ccbot.pbx.leg_log import LegLogFile


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "legs.csv"


def line(leg: str, kind: str = "CHAN_START", at: str = "1795000000.25") -> str:
    return f'"{kind}","{at}","{leg}","from-trunk","10000","13800001234"\n'


def write(path: Path, text: str | bytes) -> None:
    with path.open("ab") as file:
        file.write(text if isinstance(text, bytes) else text.encode())


def legs(log: LegLogFile) -> list[str]:
    return [event.leg for event in log.news()]


def test_each_line_is_news_once(path: Path) -> None:
    log = LegLogFile(path)
    assert log.news() == []
    write(path, line("a") + line("a", "HANGUP") + line("a", "ANSWER"))

    began, ended = log.news()

    assert (began.leg, began.ended, ended.ended) == ("a", False, True)
    assert (began.at.timestamp(), began.context) == (1795000000.25, "from-trunk")
    assert (began.dialled, began.caller) == ("10000", "13800001234")
    assert log.news() == []


def test_line_that_is_being_written_is_read_when_it_is_whole(path: Path) -> None:
    log = LegLogFile(path)
    write(path, line("a") + line("b")[:20])
    assert legs(log) == ["a"]

    write(path, line("b")[20:])

    assert legs(log) == ["b"]


def test_file_that_was_replaced_is_read_from_its_beginning(path: Path) -> None:
    log = LegLogFile(path)
    write(path, line("a"))
    assert legs(log) == ["a"]
    path.rename(path.with_suffix(".old"))
    assert legs(log) == []
    write(path, line("b") + line("c"))

    assert legs(log) == ["b", "c"]


def test_file_that_was_emptied_is_read_from_its_beginning(path: Path) -> None:
    log = LegLogFile(path)
    write(path, line("a") + line("b"))
    assert legs(log) == ["a", "b"]
    os.truncate(path, 0)
    write(path, line("c"))

    assert legs(log) == ["c"]


def test_large_file_begins_anew_and_no_line_is_lost(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg_log, "FILE_BYTES_MAX", 200)
    monkeypatch.setattr(leg_log, "READ_BYTES_MAX", 150)
    log = LegLogFile(path)
    read: list[str] = []
    for number in range(20):
        write(path, line(f"leg-{number}"))
        read += legs(log)
    for _ in range(20):
        read += legs(log)

    assert read == [f"leg-{number}" for number in range(20)]
    assert path.with_name("legs.csv.old").exists()
    assert not path.exists() or path.stat().st_size <= 400


@pytest.mark.parametrize("when", ["before", "after"])
@pytest.mark.parametrize("restarted", [False, True], ids=["", "by the next process"])
def test_line_written_while_the_file_is_put_aside_is_read(
    path: Path, monkeypatch: pytest.MonkeyPatch, when: str, restarted: bool
) -> None:
    """Asterisk opens the file for each line: it may have done so just before."""
    monkeypatch.setattr(leg_log, "FILE_BYTES_MAX", 10)
    replace = Path.replace

    def meanwhile(source: Path, target: Path) -> Path:
        with source.open("ab") as late:
            if when == "before":
                late.write(line("late").encode())
                late.flush()
            moved = replace(source, target)
            if when == "after":
                late.write(line("late").encode())
        monkeypatch.setattr(Path, "replace", replace)
        return moved

    monkeypatch.setattr(Path, "replace", meanwhile)
    log = LegLogFile(path)
    write(path, line("a"))
    assert legs(log) == ["a"]
    write(path, line("b"))
    if restarted:
        mark = log.mark()
        log = LegLogFile(path)
        log.go_on_from(mark)

    assert legs(log) + legs(log) == ["late", "b"]


def test_half_a_line_in_the_file_that_was_put_aside_hides_nothing(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg_log, "FILE_BYTES_MAX", 10)
    log = LegLogFile(path)
    write(path, line("a"))
    assert legs(log) == ["a"]
    write(path.with_name("legs.csv.old"), line("b")[:20])
    write(path, line("c"))

    assert legs(log) == ["c"]


def test_large_file_that_cannot_be_moved_is_read_on(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg_log, "FILE_BYTES_MAX", 10)
    old = path.with_name("legs.csv.old")
    old.mkdir()
    log = LegLogFile(path)
    write(path, line("a"))
    assert legs(log) == ["a"]
    write(path, line("b"))

    assert legs(log) == ["b"]


def test_file_that_cannot_be_read_is_no_news_and_no_fault(path: Path) -> None:
    path.mkdir()
    with capture_logs() as logs:
        assert LegLogFile(path).news() == []

    assert [one["event"] for one in logs] == ["the log of channels cannot be read"]


GARBAGE = {
    "not a line of ours": b"\x00\xff\xfe garbage\n",
    "too few columns": b'"CHAN_START","1"\n',
    "empty": b"\n",
    "a stray quote": b'"CHAN_START","1795000000.25","x"y","from-trunk","10000","1"38\n',
    "a quote that is never closed": b'"CHAN_START","1795000000.25","x\n',
    "no time": line("x", at="soon").encode(),
    "not a number": line("x", at="nan").encode(),
    "never": line("x", at="inf").encode(),
    "too late a time": line("x", at="1e30").encode(),
    "a huge column": b'"' + b"x" * 200_000 + b'"\n',
}


@pytest.mark.parametrize("garbage", GARBAGE.values(), ids=GARBAGE)
def test_line_that_makes_no_sense_does_not_hide_the_next(path: Path, garbage: bytes) -> None:
    log = LegLogFile(path)
    write(path, line("a"))
    write(path, garbage)
    write(path, line("b"))
    with capture_logs() as logs:
        read = legs(log)

    assert [leg for leg in read if leg in {"a", "b"}] == ["a", "b"]
    assert len(read) + len(logs) == 3


def test_garbage_without_any_line_does_not_stop_the_reading(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leg_log, "READ_BYTES_MAX", 100)
    write(path, b"x" * 250 + b"\n")
    write(path, line("a"))
    log = LegLogFile(path)
    read = [leg for _ in range(5) for leg in legs(log)]

    assert read == ["a"]


def test_next_process_reads_on_from_the_mark(path: Path) -> None:
    log = LegLogFile(path)
    write(path, line("a"))
    assert legs(log) == ["a"]
    mark = log.mark()
    write(path, line("b"))

    again = LegLogFile(path)
    again.go_on_from(mark)

    assert legs(again) == ["b"]


@pytest.mark.parametrize("mark", [b"", b"soon", b"1", b"1 2 3"])
def test_mark_that_makes_no_sense_means_from_the_beginning(path: Path, mark: bytes) -> None:
    write(path, line("a"))
    log = LegLogFile(path)
    log.go_on_from(mark)

    assert legs(log) == ["a"]


def test_mark_of_a_file_that_was_replaced_since_means_from_the_beginning(path: Path) -> None:
    log = LegLogFile(path)
    write(path, line("a"))
    log.news()
    mark = log.mark()
    path.rename(path.with_suffix(".old"))
    write(path, line("b"))

    again = LegLogFile(path)
    again.go_on_from(mark)

    assert legs(again) == ["b"]
