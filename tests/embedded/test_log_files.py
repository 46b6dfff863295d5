"""Logs are their owner's alone, and do not grow for ever."""

import asyncio
import errno
import sys
from pathlib import Path

import pytest

from ccbot.embedded import log_files
from ccbot.embedded.log_files import KEPT_MAX, open_log
from ccbot.embedded.process import running


def mode(path: Path) -> int:
    return path.stat().st_mode & 0o777


async def test_a_servers_log_and_its_folder_are_the_owners_alone(tmp_path: Path) -> None:
    log = tmp_path / "log" / "server.log"
    log.parent.mkdir()
    log.touch(0o644)

    async with running([sys.executable, "-c", "print('here')"], log=log) as process:
        await process.wait()

    assert (mode(log.parent), mode(log)) == (0o700, 0o600)
    assert log.read_text() == "here\n"


def test_a_large_log_is_put_aside_at_the_start_and_a_few_are_kept(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "ROTATE_BYTES", 3)
    log = tmp_path / "server.log"
    for start in range(KEPT_MAX + 3):
        with open_log(log) as output:
            output.write(f"start {start}\n".encode())

    kept = {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert kept == {
        "server.log": "start 5\n",
        "server.log.1": "start 4\n",
        "server.log.2": "start 3\n",
        "server.log.3": "start 2\n",
    }


async def test_a_large_log_is_put_aside_while_its_server_writes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both what a server prints and what it writes itself; nothing of it is lost here."""
    monkeypatch.setattr(log_files, "ROTATE_BYTES", 2000)
    monkeypatch.setattr(log_files, "LOOK_S", 0.01)
    printed, own = tmp_path / "printed.log", tmp_path / "own.log"
    server = (
        "import sys, time\n"
        f"own = open({str(own)!r}, 'a')\n"
        "for line in range(1000):\n"
        "    for log in (sys.stdout, own):\n"
        "        print(line, file=log, flush=True)\n"
        "    time.sleep(0.002)\n"
    )

    async with running([sys.executable, "-c", server], log=printed, own_logs=[own]) as process:
        assert await process.wait() == 0

    for log in (printed, own):
        kept = sorted(tmp_path.glob(f"{log.name}*"), reverse=True)
        assert [one.name for one in kept][:1] == [f"{log.name}.1"]
        assert all(mode(one) == 0o600 for one in kept if one != own)
        lines = "".join(one.read_text() for one in kept).split()
        # A line may fall between the copying and the emptying.
        assert 998 <= len(lines) <= 1000
        assert lines == sorted(set(lines), key=int)


def test_a_large_log_that_cannot_be_put_aside_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "ROTATE_BYTES", 3)
    log, other = tmp_path / "server.log", tmp_path / "other"
    other.write_text("not a log")
    log.symlink_to(other)

    with pytest.raises(OSError, match="symbolic"):
        log_files.rotate_in_use(log)
    assert other.read_text() == "not a log"
    assert [one.name for one in tmp_path.glob("server.log.*")] == []


async def test_a_disk_that_refuses_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(log_files, "ROTATE_BYTES", 3)
    monkeypatch.setattr(log_files, "LOOK_S", 0.01)
    log, in_the_way = tmp_path / "server.log", tmp_path / "server.log.3"
    log.write_text("large")
    in_the_way.mkdir()
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(log_files.kept_small(log))
        said = ""
        while "stays large" not in said:
            await asyncio.sleep(0.01)
            said += capsys.readouterr().err
        in_the_way.rmdir()
        while log.read_text():
            await asyncio.sleep(0.01)
        watch.cancel()

    assert (tmp_path / "server.log.1").read_text() == "large"


async def test_a_full_disk_that_takes_no_word_either_ends_no_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(log_files, "ROTATE_BYTES", 3)
    monkeypatch.setattr(log_files, "LOOK_S", 0.01)
    log, in_the_way = tmp_path / "server.log", tmp_path / "server.log.3"
    log.write_text("large")
    in_the_way.mkdir()
    refused = asyncio.Event()

    class Full:
        def write(self, _: str) -> None:
            refused.set()
            raise OSError(errno.ENOSPC, "No space left on device")

        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(sys, "stderr", Full())
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        watch = tasks.create_task(log_files.kept_small(log))
        await refused.wait()
        in_the_way.rmdir()
        while log.read_text():
            await asyncio.sleep(0.01)
        watch.cancel()

    assert (tmp_path / "server.log.1").read_text() == "large"


def test_a_small_log_goes_on(tmp_path: Path) -> None:
    log = tmp_path / "server.log"
    for word in ("one ", "two"):
        with open_log(log) as output:
            output.write(word.encode())

    assert log.read_text() == "one two"


def test_a_link_in_a_logs_place_is_not_followed(tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text("not a log")
    (tmp_path / "server.log").symlink_to(other)

    with pytest.raises(OSError, match="symbolic"):
        open_log(tmp_path / "server.log")
    assert other.read_text() == "not a log"
