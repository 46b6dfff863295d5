"""Logs are their owner's alone, and do not grow for ever."""

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
