"""Follow-up tasks and the survey's counts, on a real Postgres."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from msgspec.structs import replace

from ccbot.core.facts import CallEntered, ReasonLeft, Stamped, SurveyResolved
from ccbot.core.ids import CallId
from ccbot.core.records import record
from ccbot.store.outbox import Batch, EndedCall
from ccbot.store.pool import Pool, connection
from ccbot.store.writer import ship
from tests.store.stories import T0, ended, entered, rated_call, whole_call

LATE_IN_THE_EVENING = datetime(2026, 3, 2, 16, 30, tzinfo=UTC)
"""Half past midnight in Shanghai, of the third of March."""


async def log(pool: Pool, *calls: Sequence[Stamped]) -> None:
    """Ship calls that have ended."""
    told = [EndedCall(call=record(facts).call_id, facts=tuple(facts)) for facts in calls]
    async with connection(pool) as connected:
        batch = Batch(rows=(), ended=tuple(told))
        await ship(connected, "outbox-1", batch, [record(facts) for facts in calls])


async def test_low_score_leaves_one_task_however_often_it_is_shipped(pool: Pool) -> None:
    why = ReasonLeft(call=CallId("call-1"), recording="ccbot-reason-1", duration_s=3.0)
    unhappy = rated_call("call-1", 2, why)
    await log(pool, unhappy, whole_call("call-2"))
    await pool.execute("update follow_ups set done_at = created_at, note = 'called back'")
    await log(pool, unhappy)

    (task,) = await pool.fetch("select * from follow_ups")

    assert (task["call_id"], task["kind"], task["reason"]) == (
        "call-1",
        "low_score",
        "ccbot-reason-1",
    )
    assert task["due_at"] == T0 + timedelta(seconds=76, hours=24)
    assert task["note"] == "called back"


async def test_surveys_are_counted_by_agent_and_day_in_shanghai(pool: Pool) -> None:
    yes = SurveyResolved(call=CallId("call-2"), resolved=True)
    no = SurveyResolved(call=CallId("call-3"), resolved=False)
    left = [*whole_call("call-4")[:-2], ended("call-4", T0 + timedelta(seconds=78))]
    await log(
        pool,
        whole_call("call-1"),
        rated_call("call-2", 4, yes),
        rated_call("call-3", 1, no),
        left,
        rated_call("call-5", 3, at=LATE_IN_THE_EVENING),
        [entered("call-6"), ended("call-6")],
    )

    first, second = [
        dict(row) for row in await pool.fetch("select * from survey_by_agent order by day")
    ]

    assert (first["agent"], str(first["day"]), str(second["day"])) == (
        "1001",
        "2026-03-02",
        "2026-03-03",
    )
    assert (first["offered"], first["answered"], first["hung_up"]) == (4, 3, 1)
    assert (first["no_input"], first["invalid"]) == (0, 0)
    assert first["average_score"] == Decimal("3.33")
    assert (first["resolved_yes"], first["resolved_no"]) == (1, 1)
    assert (second["offered"], second["average_score"]) == (1, Decimal("3.00"))


async def test_test_calls_are_not_counted(pool: Pool) -> None:
    first, *rest = whole_call("call-1")
    assert isinstance(first.fact, CallEntered)
    trial = Stamped(first.at, replace(first.fact, test=True))
    await log(pool, [trial, *rest])
    assert await pool.fetchval("select count(*) from calls") == 1
    assert await pool.fetchval("select count(*) from survey_by_agent") == 0
