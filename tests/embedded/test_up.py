"""``up``: what keeps it from starting is told in one line."""

import os
import socket
from pathlib import Path

import pytest

from ccbot.embedded import asterisk
from ccbot.embedded import migrate as migrate_module
from ccbot.embedded.only_one import only_one
from ccbot.embedded.supervisor import supervise
from ccbot.settings import Settings, read
from tests.asterisk.hotline import free_port


def settings(home: Path, **more: str) -> Settings:
    """A centre on ports of its own."""
    return read(
        {
            "CCBOT_HOME": str(home),
            "CCBOT_SIP_BIND": f"127.0.0.1:{free_port(socket.SOCK_DGRAM)}",
            "CCBOT_WEB_BIND": f"127.0.0.1:{free_port(socket.SOCK_STREAM)}",
            **more,
        }
    )


def told(capsys: pytest.CaptureFixture[str]) -> str:
    """The one line on stderr."""
    said = capsys.readouterr().err
    assert said.startswith("ccbot up: ")
    assert said.endswith("\n")
    assert said.count("\n") == 1
    return said


@pytest.fixture
def no_asterisk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nowhere is an Asterisk."""
    monkeypatch.setattr(asterisk, "PROJECT", tmp_path)
    monkeypatch.setattr(asterisk, "VERSION_MIN", 1000)


@pytest.mark.usefixtures("no_asterisk")
def test_no_asterisk_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert supervise(settings(tmp_path)) == 1
    assert "no Asterisk 22 is installed: run script/setup" in told(capsys)


def test_a_failed_migration_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate_module, "_program", lambda: "false")

    assert supervise(settings(tmp_path)) == 1
    assert "the migration failed: no word" in told(capsys)


def test_a_home_that_cannot_be_written_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "run").write_text("a file where a folder should be")

    assert supervise(settings(tmp_path)) == 1
    assert "cannot be written" in told(capsys)


def test_a_server_that_the_system_refuses_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "postgres").write_text("a file where a folder should be")

    assert supervise(settings(tmp_path)) == 1
    assert "Postgres did not start" in told(capsys)


def test_a_second_centre_in_one_home_is_told_who_runs_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with only_one(tmp_path):
        assert supervise(settings(tmp_path)) == 1

    assert f"a centre runs in {tmp_path} already (process {os.getpid()})" in told(capsys)
