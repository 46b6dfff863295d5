"""How the network treated each leg, on a real Postgres, beside the segments of its call."""

from datetime import timedelta

from msgspec.structs import replace

from ccbot.core.facts import LegMeasured, Stamped, Whose, encode
from ccbot.core.ids import CallId
from ccbot.core.records import record
from ccbot.store.outbox import Batch, Row
from ccbot.store.pool import Pool, connection
from ccbot.store.writer import ship
from tests.store.stories import T0, whole_call

CALL = CallId("call-1")
LEG = LegMeasured(
    call=CALL, leg="leg-1", whose=Whose.AGENT, line="1001", lasted_s=40.0, received=1800, lost=200,
    jitter_ms=12.5, jitter_ms_max=30.0, mes=45.0, mes_min=44.0,
)  # fmt: skip


async def ships(pool: Pool, *legs: Stamped, call: bool = True) -> None:
    rows = [
        Row(seq=number, at=one.at, call=CALL, line=encode(one.fact))
        for number, one in enumerate(legs, 1)
    ]
    records = [record(whole_call(CALL))] if call else []
    async with connection(pool) as connected:
        await ship(connected, "outbox-1", Batch(rows=tuple(rows), ended=()), records)


async def test_a_leg_stands_beside_the_talk_in_which_it_was_measured(pool: Pool) -> None:
    await ships(pool, Stamped(T0 + timedelta(seconds=65), LEG))

    rows = await pool.fetch("select * from segment_quality")
    assert [(one["call_id"], one["kind"], one["line"]) for one in rows] == [(CALL, "talk", "1001")]
    assert (float(rows[0]["loss_percent"]), rows[0]["mes"]) == (10.0, 45.0)


async def test_it_may_come_long_after_its_call_and_twice(pool: Pool) -> None:
    leg = Stamped(T0 + timedelta(seconds=65), LEG)
    await ships(pool)
    await ships(pool, leg, call=False)
    await ships(pool, leg, call=False)

    assert await pool.fetchval("select count(*) from segment_quality") == 1


async def test_legs_of_another_talk_of_the_call_stand_elsewhere(pool: Pool) -> None:
    early = Stamped(T0 + timedelta(seconds=12), replace(LEG, leg="leg-2", lasted_s=5.0))
    await ships(pool, early)

    assert await pool.fetchval("select count(*) from leg_quality") == 1
    assert await pool.fetchval("select count(*) from segment_quality") == 0
