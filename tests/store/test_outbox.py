"""What the outbox has taken is there, whatever ends the process."""

import asyncio
import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path
from typing import IO

import msgspec
import pytest
from structlog.testing import capture_logs

from ccbot.core.facts import (
    AgentSignedIn,
    AnyFact,
    CallbackBooked,
    CustomerKnown,
    FloorSeen,
    OfferWithdrawn,
    RoutingPublished,
    Stamped,
    Withdrawn,
)
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.core.routing_document import Customers, Lookup
from ccbot.store import outbox as outbox_module
from ccbot.store.outbox import Outbox, OutboxInUseError, open_outbox
from tests.core.story import routing
from tests.store.stories import T0, CountedIds, ended, entered, until, whole_call

SIGNED_IN = Stamped(T0, AgentSignedIn(agent=AgentId("1001")))


def put(outbox: Outbox, *facts: Stamped) -> list[int]:
    return [outbox.append(fact) for fact in facts]


def kept(path: Path, table: str = "facts") -> list[int]:
    with closing(sqlite3.connect(path)) as database:
        return [seq for (seq,) in database.execute(f"select seq from {table} order by seq")]


@contextmanager
def appending(path: Path) -> Iterator[tuple[subprocess.Popen[bytes], IO[bytes]]]:
    """Another process that appends to the outbox, and what it says; killed with the block."""
    command = [sys.executable, "-m", "tests.store.killed", "append", str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process, process.stdout
        finally:
            process.kill()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "outbox.sqlite"


def test_facts_come_out_as_they_went_in_and_in_order(path: Path) -> None:
    story = whole_call("call-1", T0 + timedelta(microseconds=123_457))
    with open_outbox(path, CountedIds()) as outbox:
        assert put(outbox, *story) == list(range(1, len(story) + 1))
    with open_outbox(path, CountedIds()) as outbox:
        batch = outbox.pending(100)
        assert batch is not None
        assert [call for call, _ in batch.ended] == ["call-1"]
        assert list(batch.ended[0].facts) == story
        assert {row.call for row in batch.rows} == {"call-1"}


def test_only_the_owner_may_read_the_files(path: Path) -> None:
    with open_outbox(path, CountedIds()) as outbox:
        put(outbox, SIGNED_IN)
        modes = {file.name: file.stat().st_mode & 0o777 for file in path.parent.iterdir()}
    assert set(modes.values()) == {0o600}
    assert "outbox.sqlite-wal" in modes


def test_file_made_readable_by_others_is_closed_to_them(path: Path) -> None:
    with open_outbox(path, CountedIds()):
        pass
    path.chmod(0o644)
    with open_outbox(path, CountedIds()):
        assert path.stat().st_mode & 0o777 == 0o600


def test_nothing_that_append_returned_is_lost_by_kill_9(path: Path) -> None:
    with appending(path) as (process, lines):
        said = [int(lines.readline()) for _ in range(500)]
        process.send_signal(signal.SIGKILL)
        said += [int(line) for line in lines.read().split(b"\n")[:-1]]
    with open_outbox(path, CountedIds()) as outbox:
        batch = outbox.pending(1_000_000)
        assert batch is not None
        assert {row.seq for row in batch.rows} >= set(said)
        assert len(said) >= 500
        assert len(outbox.open_calls()) == len(batch.rows)
        assert outbox.append(SIGNED_IN) == batch.last_seq + 1


def test_second_process_is_refused_with_one_line_that_names_the_first(path: Path) -> None:
    with appending(path) as (process, lines):
        lines.readline()
        with pytest.raises(OutboxInUseError) as refused, open_outbox(path, CountedIds()):
            pass
    line = str(refused.value)
    assert str(path) in line
    assert str(process.pid) in line
    assert "CCBOT_HOME" in line
    assert "\n" not in line


def test_facts_of_an_open_call_stay_until_it_was_shipped_to_its_end(path: Path) -> None:
    story = whole_call("call-1")
    with open_outbox(path, CountedIds()) as outbox:
        put(outbox, *story[:-1], SIGNED_IN)
        first = outbox.pending(100)
        assert first is not None
        outbox.done(first)
        assert outbox.backlog == 0
        assert kept(path) == list(range(1, len(story)))
    with open_outbox(path, CountedIds()) as outbox:
        assert list(outbox.open_calls()) == ["call-1"]
        put(outbox, story[-1])
        last = outbox.pending(100)
        assert last is not None
        assert (len(last.rows), list(last.ended[0].facts)) == (1, story)
        assert outbox.open_calls() == {}
        outbox.done(last)
        assert kept(path) == []


def test_batch_that_was_not_done_comes_again(path: Path) -> None:
    with open_outbox(path, CountedIds()) as outbox:
        put(outbox, *whole_call("call-1"))
        first = outbox.pending(100)
    with open_outbox(path, CountedIds()) as outbox:
        assert outbox.pending(100) == first


def test_places_are_never_given_twice_even_when_the_file_is_empty_again(path: Path) -> None:
    ids = CountedIds()
    with open_outbox(path, ids) as outbox:
        put(outbox, SIGNED_IN, SIGNED_IN)
        batch = outbox.pending(100)
        assert batch is not None
        outbox.done(batch)
        name = outbox.id
    with open_outbox(path, ids) as outbox:
        assert (outbox.append(SIGNED_IN), outbox.id) == (3, name)


def test_fact_that_comes_after_the_end_of_its_call_is_shipped_and_dropped(path: Path) -> None:
    withdrawn = OfferWithdrawn(offer=OfferId("offer-call-1"), reason=Withdrawn.CALLER_LEFT)
    with open_outbox(path, CountedIds()) as outbox:
        put(outbox, *whole_call("call-1"))
        batch = outbox.pending(100)
        assert batch is not None
        put(outbox, Stamped(T0, withdrawn), ended("call-1"))
        outbox.done(batch)
        late = outbox.pending(100)
        assert late is not None
        assert (len(late.rows), late.ended) == (2, ())
        outbox.done(late)
        put(outbox, ended("call-that-never-entered"))
        strange = outbox.pending(100)
        assert strange is not None
        outbox.done(strange)
        assert kept(path) == []


def test_full_outbox_takes_open_calls_to_their_end_and_logs_the_rest_masked(path: Path) -> None:
    story = whole_call("call-1")
    with open_outbox(path, CountedIds(), bytes_max=100) as outbox, capture_logs() as logs:
        assert all(put(outbox, *story))
        full = [outbox.full]
        assert put(outbox, entered("call-2"), SIGNED_IN) == [0, 0]
        assert outbox.lost == 2
        assert [entry["event"] for entry in logs] == ["fact not stored"] * 2
        assert "138****1234" in str(logs)
        assert "13800001234" not in str(logs)
        batch = outbox.pending(100)
        assert batch is not None
        outbox.done(batch)
        assert [*full, outbox.full] == [True, False]
        assert put(outbox, entered("call-3")) == [len(story) + 1]


def test_no_lost_fact_tells_the_log_who_a_customer_is(path: Path) -> None:
    number, name = "13800001234", "王女士"
    document = msgspec.structs.replace(
        routing(),
        customers=Customers(vip=(number,)),
        lookup=Lookup(url="https://ccbot:geheim@crm.example/"),
    )
    secret: list[AnyFact] = [
        entered("call-1", caller=number).fact,
        CustomerKnown(call=CallId("call-1"), customer=name),
        CallbackBooked(call=CallId("call-1"), callback=CallId("call-2"), number=number),
        FloorSeen(floor=number),
        RoutingPublished(version=1, document=document),
    ]
    with open_outbox(path, CountedIds(), bytes_max=0) as outbox, capture_logs() as logs:
        assert put(outbox, *(Stamped(T0, fact) for fact in secret)) == [0] * len(secret)
    assert len(logs) == len(secret)
    assert number not in str(logs)
    assert name not in str(logs)
    assert "geheim" not in str(logs)


def test_disk_that_takes_no_more_loses_facts_loudly_and_never_raises(path: Path) -> None:
    with open_outbox(path, CountedIds()) as outbox, capture_logs() as logs:
        outbox._db.execute("pragma query_only = on")
        assert put(outbox, entered("call-1")) == [0]
        outbox._db.execute("pragma query_only = off")
        assert put(outbox, entered("call-2")) == [1]
    assert [entry["log_level"] for entry in logs] == ["error"]


def test_set_aside_facts_are_kept_apart_and_come_no_more(path: Path) -> None:
    with open_outbox(path, CountedIds()) as outbox:
        put(outbox, *whole_call("call-1"), SIGNED_IN)
        batch = outbox.pending(10)
        assert batch is not None
        outbox.set_aside(batch, "no use")
        assert kept(path, "rejected") == list(range(1, 11))
        rest = outbox.pending(10)
        assert rest is not None
        assert [row.seq for row in rest.rows] == [11]


def test_checkpoints_are_kept_by_key(path: Path) -> None:
    with open_outbox(path, CountedIds()) as outbox:
        assert outbox.load("agents") is None
        outbox.save("agents", b"one")
        outbox.save("agents", b"two")
    with open_outbox(path, CountedIds()) as outbox:
        assert outbox.load("agents") == b"two"


async def test_wal_is_moved_into_the_file_while_facts_come(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(outbox_module, "CHECKPOINT_CHECK_S", 0.01)
    monkeypatch.setattr(outbox_module, "CHECKPOINT_FACTS", 50)
    with open_outbox(path, CountedIds()) as outbox:

        async def moved() -> bool:
            put(outbox, *[entered(f"call-{n}") for n in range(60)])
            return os.stat(path).st_size > 100_000

        async with asyncio.TaskGroup() as tasks:
            keeper = tasks.create_task(outbox.keep_small())
            await until(moved)
            keeper.cancel()


def test_a_full_disk_loses_a_checkpoint_but_ends_nothing(tmp_path: Path) -> None:
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as outbox:
        outbox._db.execute("pragma max_page_count = 1")
        outbox.save("large", bytes(1 << 20))
        outbox.drop("large")

        assert outbox.load("large") is None
