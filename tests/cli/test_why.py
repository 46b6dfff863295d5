"""``calls why``: the same story on the command line, from the facts in Postgres."""

import asyncio

import pytest

from ccbot.core import facts as f
from ccbot.core.ids import CallId, OfferId
from ccbot.store.outbox import Batch, Row
from ccbot.store.pool import connection, open_pool
from ccbot.store.writer import ship
from tests.cli.conftest import Run
from tests.core.story import routing
from tests.core.test_why import Written


def written(database_url: str, journal: list[f.Stamped], calls: dict[OfferId, CallId]) -> None:
    """A journal in Postgres; ``calls``: offer → call."""

    def row(seq: int, one: f.Stamped) -> Row:
        call: CallId | None = getattr(one.fact, "call", None)
        call = call or calls.get(getattr(one.fact, "offer", OfferId("")))
        return Row(seq, one.at, call, f.encode(one.fact))

    async def put() -> None:
        rows = tuple(row(seq, one) for seq, one in enumerate(journal, 1))
        async with open_pool(database_url) as pool, connection(pool) as connected:
            await ship(connected, "outbox-1", Batch(rows=rows, ended=()), [])

    asyncio.run(put())


@pytest.fixture
def asked(database_url: str) -> None:
    """One agent declined, another one answered; a third one is in a talk."""
    story = Written(routing())
    for number in ("1001", "1002", "1003"):
        story.agent(number)
        story.wait(30)
    story.caller("call-1")
    story.connect()
    story.caller("call-2", number="13800001234")
    story.post(f.OfferMissed(offer=story.offers[-1].offer, reason=f.Missed.DECLINED))
    story.wait(7)
    story.connect()
    story.post(f.TalkEnded(call=story.offers[-1].call, agent=story.offers[-1].agent, by=AGENT))
    story.post(f.CallEnded(call=story.offers[-1].call, by=AGENT))
    offers = {one.offer: one.call for one in story.offers}
    written(database_url, story.journal, offers)


AGENT = f.EndedBy.AGENT


@pytest.mark.usefixtures("asked")
def test_why_tells_who_was_asked_and_who_was_not(run: Run) -> None:
    told = run("calls", "why", "call-2").out
    assert told.splitlines() == [
        "call-2: 138****1234 dialled 1 (times in UTC)",
        "12:01:30  came to service; 0 ahead of her",
        "          could be asked: 1002, 1003",
        "          talking: 1001",
        "12:01:30  1002 was asked, idle for the longest time",
        "          of 1002 (idle 60 s), 1003 (idle 30 s)",
        "          talking: 1001",
        "12:01:30  1002 did not take it: declined",
        "12:01:30  1003 was asked, idle for the longest time",
        "          nobody else could be asked",
        "          talking: 1001",
        "          resting after an offer in vain: 1002",
        "12:01:37  1003 answered, 7 s after she came in line",
        "12:01:37  the call ended, by agent",
    ]


@pytest.mark.usefixtures("asked")
def test_why_says_the_same_in_json(run: Run) -> None:
    told = run("calls", "why", "call-2", "--json").json
    assert isinstance(told, dict)
    offers = [one for one in told["moments"] if one["what"] == "offered"]
    assert [(one["agent"], one["candidates"]) for one in offers] == [
        ("1002", ["1002", "1003"]),
        ("1003", ["1003"]),
    ]
    assert offers[1]["excluded"] == {"1001": "talking", "1002": "resting"}


@pytest.mark.usefixtures("asked")
def test_a_call_that_is_none_is_one_line_and_status_2(run: Run) -> None:
    assert "there is no call 'nonsense'" in run("calls", "why", "nonsense").refused(2)


@pytest.mark.usefixtures("asked")
def test_a_fact_of_a_newer_ccbot_is_one_line(run: Run, database_url: str) -> None:
    async def put() -> None:
        async with open_pool(database_url) as pool:
            await pool.execute(
                "insert into facts (outbox_id, seq, at, call_id, fact) "
                "select outbox_id, max(seq) + 1, max(at), 'call-2', "
                "jsonb_build_object('fact', 'of_tomorrow') from facts group by 1"
            )

    asyncio.run(put())
    assert "a newer ccbot" in run("calls", "why", "call-2").refused(1)


def test_a_journal_without_a_beginning_is_one_line_and_status_2(
    run: Run, database_url: str
) -> None:
    story = Written(routing())
    story.caller("call-1")
    written(database_url, story.journal[1:], {})
    assert "older than what the journal can explain" in run("calls", "why", "call-1").refused(2)
