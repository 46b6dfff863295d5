"""``up``: what keeps it from starting is told in one line; a Postgres that is away does not."""

import os
import socket
import time
from pathlib import Path

import pytest

from ccbot.embedded import asterisk
from ccbot.embedded import migrate as migrate_module
from ccbot.embedded.only_one import only_one
from ccbot.embedded.supervisor import supervise
from ccbot.settings import Settings, SettingsError, read
from tests.asterisk.hotline import free_port, running_hotline
from tests.store.server import running_server

NOBODY = "postgresql://ccbot@127.0.0.1:1/ccbot"
"""A Postgres where none listens."""
BACK_S_MAX = 60.0


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
@pytest.mark.parametrize("database_url", ["", NOBODY])
def test_no_asterisk_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], database_url: str
) -> None:
    assert supervise(settings(tmp_path, CCBOT_DATABASE_URL=database_url)) == 1
    assert "no Asterisk 22 is installed: run script/setup" in told(capsys)


def test_refer_on_an_asterisk_that_it_can_stop_is_refused_in_one_line(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=r"CCBOT_REFER=on needs Asterisk 22\.11 .* 22\.10"):
        supervise(settings(tmp_path, CCBOT_REFER="on"))


def test_a_failed_migration_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate_module, "_program", lambda: "false")

    assert supervise(settings(tmp_path)) == 1
    assert "the migration failed: no word" in told(capsys)


def test_a_url_that_cannot_be_used_is_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert supervise(settings(tmp_path, CCBOT_DATABASE_URL="mysql://here")) == 1
    assert "CCBOT_DATABASE_URL cannot be used" in told(capsys)


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


def test_calls_are_taken_while_postgres_is_away_and_the_schema_follows(tmp_path: Path) -> None:
    with running_server() as server:
        server.psql("create database fresh")
        url = server.url("fresh")
        server.stop()
        with running_hotline(tmp_path, CCBOT_DATABASE_URL=url):
            assert "Postgres is away" in (tmp_path / "up.log").read_text()
            server.start()
            until = time.monotonic() + BACK_S_MAX
            while server.psql("select to_regclass('public.calls')", "fresh") != "calls":
                assert time.monotonic() < until, (tmp_path / "up.log").read_text()
                time.sleep(0.1)
