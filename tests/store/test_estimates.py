"""What callers were told of their wait, on a real Postgres."""

from collections.abc import Sequence
from datetime import timedelta

from msgspec.json import encode
from msgspec.structs import replace

from ccbot.core.facts import CallEntered, EstimateTold, Stamped
from ccbot.core.ids import CallId
from ccbot.core.records import record
from ccbot.store.outbox import Batch, EndedCall
from ccbot.store.pool import Pool, connection
from ccbot.store.writer import ship
from tests.core.story import routing
from tests.store.stories import T0, whole_call


async def log(pool: Pool, *calls: Sequence[Stamped]) -> None:
    told = [EndedCall(call=record(facts).call_id, facts=tuple(facts)) for facts in calls]
    async with connection(pool) as connected:
        batch = Batch(rows=(), ended=tuple(told))
        await ship(connected, "outbox-1", batch, [record(facts) for facts in calls])


def told(name: str, minutes: int) -> list[Stamped]:
    """A call that waits on for 3.25 seconds after it was told."""
    first, menu, queued, *rest = whole_call(name)
    estimate = EstimateTold(call=CallId(name), minutes=minutes)
    return [first, menu, queued, Stamped(T0 + timedelta(seconds=10), estimate), *rest]


async def test_each_is_kept_once_and_the_hits_are_counted(pool: Pool) -> None:
    trial = told("call-3", 1)
    assert isinstance(trial[0].fact, CallEntered)
    trial[0] = Stamped(T0, replace(trial[0].fact, test=True))
    await log(pool, told("call-1", 1), told("call-2", 5), trial, whole_call("call-4"))
    await log(pool, told("call-1", 1))

    rows = await pool.fetch("select call_id, no, minutes, waited_ms, hit from estimates order by 1")
    assert [tuple(row) for row in rows] == [
        ("call-1", 1, 1, 3250, True),
        ("call-2", 1, 5, 3250, False),
        ("call-3", 1, 1, 3250, True),
    ]
    (counted,) = await pool.fetch("select * from estimate_hits")
    assert (counted["group_key"], str(counted["day"])) == ("service", "2026-03-02")
    assert (counted["told"], counted["judged"], counted["hits"]) == (2, 2, 1)
    assert counted["hit_percent"] == 50


async def test_hits_are_counted_by_the_days_of_the_live_document(pool: Pool) -> None:
    """Told at nine in the morning, UTC: in Honolulu it is the day before still."""
    there = replace(routing(), time_zone="Pacific/Honolulu")
    await pool.execute(
        "insert into routing_versions (version, who, why, yaml, document, sha256) "
        "values (1, 'x', 'x', 'x', $1, repeat('0', 64))",
        encode(there).decode(),
    )
    await log(pool, told("call-1", 1))
    assert str(await pool.fetchval("select day from estimate_hits")) == "2026-03-01"
