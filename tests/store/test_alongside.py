"""A fact and the checkpoint written with it are on file together, or neither is."""

import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from ccbot.core.facts import Stamped, decode, encode
from ccbot.store.outbox import Outbox, open_outbox
from tests.store.stories import CountedIds, entered


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "outbox.sqlite"


def latest(outbox: Outbox) -> Stamped | None:
    batch = outbox.pending(1_000_000)
    if batch is None:
        return None
    row = batch.rows[-1]
    return Stamped(row.at, decode(row.line))


@pytest.mark.parametrize("lines", [1, 50, 300])
def test_kill_9_leaves_the_checkpoint_of_the_last_fact(path: Path, lines: int) -> None:
    command = [sys.executable, "-m", "tests.store.killed", "keep", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        for _ in range(lines):
            process.stdout.readline()
        process.send_signal(signal.SIGKILL)
        process.stdout.read()
    with open_outbox(path, CountedIds()) as outbox:
        last = latest(outbox)
        assert last is not None
        assert outbox.load("latest") == encode(last.fact)


def test_fact_is_not_on_file_without_its_checkpoint(path: Path) -> None:
    with open_outbox(path, CountedIds()) as outbox, capture_logs() as logs:

        def fails(_: Stamped) -> None:
            outbox.save("one", b"half")
            raise sqlite3.OperationalError("database or disk is full")

        outbox.alongside = fails
        assert outbox.append(entered("call-1")) == 0
        assert (latest(outbox), outbox.load("one"), outbox.lost) == (None, None, 1)
        outbox.alongside = lambda stamped: outbox.save("one", encode(stamped.fact))
        assert outbox.append(entered("call-2")) == 1
        assert outbox.load("one") == encode(entered("call-2").fact)
    assert [one["event"] for one in logs] == ["fact not stored"]


def test_disk_that_fills_up_takes_fact_and_checkpoint_or_neither(path: Path) -> None:
    """SQLite's own limit stands for the disk: it refuses in the middle of a step as a disk does."""
    with open_outbox(path, CountedIds()) as outbox, capture_logs():
        outbox.alongside = lambda one: outbox.save("latest", encode(one.fact) * 2000)
        outbox.append(entered("call-0"))
        [pages] = outbox._db.execute("pragma page_count").fetchone()
        outbox._db.execute(f"pragma max_page_count = {pages + 8}")
        outbox.alongside = lambda one: outbox.save(
            one.fact.__class__.__name__, encode(one.fact) * 99
        )
        taken = [outbox.append(entered(f"call-{number}")) for number in range(1, 600)]
        assert 0 in taken
        last = latest(outbox)
        assert last is not None
        assert outbox.load("CallEntered") == encode(last.fact) * 99
        outbox._db.execute("pragma max_page_count = 1000000")
        assert outbox.append(entered("call-after")) == max(taken) + 1
