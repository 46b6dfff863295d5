"""The doctor, called to a machine: sound, and broken in one way at a time."""

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from ccbot.settings import PROJECT
from tests.asterisk.hotline import free_port
from tests.cli.conftest import Done, Run
from tests.store.server import Server


@pytest.fixture(autouse=True)
def _own_ports(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Ports that nobody has, and a range that no centre of other tests is in."""
    sip, web = free_port(socket.SOCK_DGRAM), free_port(socket.SOCK_STREAM)
    monkeypatch.setenv("CCBOT_SIP_BIND", f"127.0.0.1:{sip}")
    monkeypatch.setenv("CCBOT_WEB_BIND", f"127.0.0.1:{web}")
    monkeypatch.setenv("CCBOT_RTP_PORTS", "61000-65000")


def found(done: Done, check: str) -> list[tuple[str, str]]:
    """What was found by one check: levels and words."""
    return [
        (one["level"], f"{one['says']}; {one['mend']}")
        for one in json.loads(done.out)
        if one["check"] == check
    ]


def test_a_centre_that_was_never_started_has_nothing_wrong(run_anywhere: Run) -> None:
    done = run_anywhere("doctor", "--json")
    wrong = {one["check"] for one in json.loads(done.out) if one["level"] == "wrong"}
    assert not wrong - {"host name", "disk"}, "these two are not the centre's"
    assert (done.status, done.err) == (1 if wrong else 0, "")
    assert found(done, "ccbot") == [("not looked at", "it does not run: script/up starts it; ")]


def test_the_table_says_the_worst_first(run_anywhere: Run, home: Path) -> None:
    (home / "routing.yaml").write_text("groups: [")
    done = run_anywhere("doctor")
    head, *lines = done.out.splitlines()
    assert head.split() == ["level", "check", "finding"]
    ranks = ["wrong", "warning", "not", "good"]
    told = [ranks.index(line.split()[0]) for line in lines]
    assert told == sorted(told)
    assert told[0] == 0


def test_a_taken_port_is_wrong_and_its_holder_is_named(run_anywhere: Run) -> None:
    address = os.environ["CCBOT_SIP_BIND"]
    with socket.socket(type=socket.SOCK_DGRAM) as taker:
        taker.bind(("127.0.0.1", int(address.rpartition(":")[2])))
        done = run_anywhere("doctor", "--json")
    assert done.status == 1
    (level, words), *_ = found(done, "ports")
    assert level == "wrong"
    assert address in words
    assert f"process {os.getpid()}" in words


def test_the_load_can_be_stated(run_anywhere: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCBOT_RTP_PORTS", "61000-61099")
    heavy = run_anywhere("doctor", "--json", "--calls", "50", "--per-second", "2")
    light = run_anywhere("doctor", "--json", "--calls", "5", "--per-second", "0.1")
    assert (heavy.status, light.status) == (1, 0)
    ((_, words),) = found(heavy, "sound ports")
    assert "at least 328 ports" in words


@pytest.mark.parametrize("words", [("--calls", "0"), ("--calls", "x"), ("--per-second", "nan")])
def test_a_load_that_is_none_is_refused(run_anywhere: Run, words: tuple[str, str]) -> None:
    done = run_anywhere("doctor", *words)
    assert done.status == 2
    assert words[0] in done.err


def test_a_migrated_postgres_is_good_and_its_clock_agrees(run: Run) -> None:
    done = run("doctor", "--json")
    assert found(done, "Postgres") == [("good", "it serves, with the newest schema; ")]
    assert not [words for _, words in found(done, "clock") if "Postgres" in words]


def test_an_empty_database_lacks_migrations(
    run_anywhere: Run, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.psql("drop database if exists empty")
    server.psql("create database empty")
    monkeypatch.setenv("CCBOT_DATABASE_URL", server.url("empty"))
    done = run_anywhere("doctor", "--json")
    ((level, words),) = found(done, "Postgres")
    assert (done.status, level) == (1, "wrong")
    assert "script/ccbot migrate" in words


@pytest.mark.parametrize("url", ["postgresql://x:hidden@127.0.0.1:1/x", "nonsense"])
def test_a_postgres_that_does_not_serve_is_wrong(
    run_anywhere: Run, monkeypatch: pytest.MonkeyPatch, url: str
) -> None:
    monkeypatch.setenv("CCBOT_DATABASE_URL", url)
    done = run_anywhere("doctor", "--json")
    ((level, words),) = found(done, "Postgres")
    assert level == "wrong"
    assert "does not serve" in words
    assert "hidden" not in done.out


def test_an_asterisk_that_does_not_answer_is_wrong(
    run_anywhere: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCBOT_ARI_URL", "http://ccbot:hidden@127.0.0.1:1")
    done = run_anywhere("doctor", "--json")
    ((level, _),) = found(done, "Asterisk")
    assert level == "wrong"
    assert "hidden" not in done.out


def test_a_routing_document_that_cannot_be_read_is_wrong(run_anywhere: Run, home: Path) -> None:
    (home / "routing.yaml").write_text("groups: [")
    done = run_anywhere("doctor", "--json")
    assert found(done, "routing")[0][0] == "wrong"


@pytest.fixture
def other_centre(tmp_path_factory: pytest.TempPathFactory) -> Iterator["subprocess.Popen[bytes]"]:
    """Something that looks like a centre beside ours: it waits for a Postgres that never comes."""
    environment = {
        "PATH": os.environ["PATH"],
        "PYTHONPATH": str(PROJECT),
        "CCBOT_HOME": str(tmp_path_factory.mktemp("other")),
        "CCBOT_RTP_PORTS": "65300-65400",
        "CCBOT_SIP_BIND": os.environ["CCBOT_SIP_BIND"],
    }
    argv = [sys.executable, "-m", "ccbot", "part", "ccbot"]
    with subprocess.Popen(argv, env=environment) as process:
        try:
            yield process
        finally:
            process.kill()


def test_a_centre_on_the_same_machine_that_is_in_the_way_is_found(
    run_anywhere: Run, other_centre: "subprocess.Popen[bytes]", monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCBOT_RTP_PORTS", "65200-65300")
    done = run_anywhere("doctor", "--json")
    mine = [words for _, words in found(done, "neighbours") if str(other_centre.pid) in words]
    assert done.status == 1
    assert [words.split("=")[0] for words in mine] == ["CCBOT_RTP_PORTS", "CCBOT_SIP_BIND"]
