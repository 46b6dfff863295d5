"""The call log on the command line."""

import asyncio

import pytest

from ccbot.cli.calls import ENDS
from ccbot.core import facts as f
from ccbot.core.ids import CallId, OfferId
from ccbot.core.records import record
from ccbot.core.records.transfers import TransferEnd
from ccbot.store.outbox import Batch
from ccbot.store.pool import connection, open_pool
from ccbot.store.writer import ship
from tests.cli.conftest import Run
from tests.store.journal import put
from tests.store.stories import T0, ended, entered, handed_on, whole_call


@pytest.fixture
def logged(database_url: str) -> None:
    """An answered call, and one that was left in the greeting."""

    async def fill() -> None:
        records = [record(whole_call("call-1")), record([entered("call-2"), ended("call-2", T0)])]
        async with open_pool(database_url) as pool, connection(pool) as connected:
            await ship(connected, "outbox-1", Batch(rows=(), ended=()), records)

    asyncio.run(fill())


@pytest.mark.usefixtures("logged")
def test_list_shows_calls_masked_and_newest_first(run: Run) -> None:
    listed = run("calls", "list", "--json").json
    assert isinstance(listed, list)
    assert [call["call_id"] for call in listed] == ["call-2", "call-1"]
    assert listed[1]["outcome"] == "answered"
    assert listed[1]["agents"] == ["1001"]
    assert listed[1]["entered_at"] == "2026-03-02T09:00:00Z"
    table = run("calls", "list")
    assert "138****1234" in table.out
    assert "13800001234" not in table.out
    limited = run("calls", "list", "--limit", "1", "--json").json
    assert limited == listed[:1]


@pytest.mark.usefixtures("logged")
def test_show_tells_one_call_with_its_stages(run: Run) -> None:
    shown = run("calls", "show", "call-1", "--json").json
    assert isinstance(shown, dict)
    assert [s["kind"] for s in shown["segments"]] == [
        "greeting",
        "menu",
        "waiting",
        "ringing",
        "talk",
        "survey",
    ]
    text = run("calls", "show", "call-1").out
    assert "outcome             answered" in text
    assert "5  talk" in text


@pytest.fixture
def handed(database_url: str) -> None:
    """A call that was handed on to a group."""
    call, offer = CallId("call-1"), OfferId("call-1-2")
    over = (100.0, f.CallEnded(call=call, by=f.EndedBy.CALLER))

    async def fill() -> None:
        async with open_pool(database_url) as pool:
            await put(pool, handed_on("call-1", (70, f.TalkStarted(offer=offer)), over))

    asyncio.run(fill())


@pytest.mark.usefixtures("handed")
def test_show_tells_who_handed_the_customer_on_why_and_what_became_of_it(run: Run) -> None:
    shown = run("calls", "show", "call-1").out
    assert shown.endswith(
        "transfer 1: after 60.000 s, 1001 wanted to hand her on to tech\n"
        "  why: other group\n"
        "  note: router\n"
        "  after 70.000 s: 1002 has her\n"
    )
    told = run("calls", "show", "call-1", "--json").json
    assert isinstance(told, dict)
    [one] = told["transfers"]
    assert (one["to_group"], one["ended_as"], one["taken_by"]) == ("tech", "completed", "1002")
    assert [s["kind"] for s in told["segments"]][-4:] == ["talk", "waiting", "ringing", "talk"]


@pytest.mark.usefixtures("handed")
def test_show_passes_over_what_a_newer_ccbot_wrote(run: Run, database_url: str) -> None:
    async def write() -> None:
        async with open_pool(database_url) as pool:
            await pool.execute(
                "insert into facts (outbox_id, seq, at, call_id, fact) select outbox_id,"
                " max(seq) + 1, max(at), 'call-1', jsonb_build_object('fact', 'of_tomorrow')"
                " from facts group by 1"
            )

    asyncio.run(write())
    assert "1002 has her" in run("calls", "show", "call-1").out


def test_every_end_of_a_transfer_has_words() -> None:
    assert ENDS.keys() == set(TransferEnd)


def test_empty_log_says_so(run: Run) -> None:
    assert run("calls", "list").out == "no calls yet\n"
    assert run("calls", "list", "--json").json == []


def test_what_no_call_can_be_named_is_bad_input(run: Run) -> None:
    for action in ("show", "why"):
        assert "cannot be asked" in run("calls", action, "a\udcff").refused(2)


def test_unknown_call_is_refused(run: Run) -> None:
    assert "'call-9'" in run("calls", "show", "call-9").refused(1)


@pytest.mark.parametrize("limit", ["0", "-1", "10001"])
def test_limit_that_cannot_be_is_bad_input(run: Run, limit: str) -> None:
    assert "--limit" in run("calls", "list", "--limit", limit).refused(2)


def test_database_prints_its_url(run: Run, database_url: str) -> None:
    assert run("database").out == f"{database_url}\n"
