"""A day's numbers from Postgres: of a closed day the same bytes again, or another revision."""

from datetime import date, datetime, timedelta

import msgspec
import pytest

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, OfferId
from ccbot.core.metrics.day import Frame
from ccbot.core.metrics.ratio import Ratio
from ccbot.store.days import NoSuchRevisionError, Told, tell
from ccbot.store.pool import Pool, connection
from tests.store.journal import DAY, put
from tests.store.stories import LI, T0, ended, entered, handed_on, rated_call, whole_call

FRAME = Frame(day=date(2026, 3, 2), time_zone="Asia/Shanghai")
END = FRAME.bounds()[1]
HOUR = timedelta(hours=1)


async def told(pool: Pool, now_h: float = 1.0, revision: int | None = None) -> Told:
    """What is told so many hours after the day's end."""
    async with connection(pool) as connected:
        return await tell(connected, FRAME, END + now_h * HOUR, revision)


def text(one: Told) -> bytes:
    return msgspec.json.encode(one.numbers)


async def test_day_is_counted_from_the_journal(pool: Pool) -> None:
    await put(pool, DAY)
    found = await told(pool)
    numbers = found.numbers
    assert (found.revision, found.revisions) == (1, 1)
    assert numbers.outcomes == {"answered": 2, "abandoned_menu": 1}
    assert (numbers.calls_seen, numbers.calls_logged) == (3, 3)
    assert numbers.centre.access.answer_rate == Ratio(2, 2)
    assert numbers.centre.handling.talks == 2
    assert numbers.groups["service"].satisfaction.rated == 2
    own = numbers.agents["1001"].presence
    assert own.signed_in_ms == 410_000
    assert own.ready_ms + own.busy_ms + own.all_paused_ms == own.signed_in_ms


async def test_test_calls_are_in_no_count_but_their_agents_time(pool: Pool) -> None:
    first, *rest = whole_call("call-1")
    assert isinstance(first.fact, f.CallEntered)
    tested = f.Stamped(first.at, msgspec.structs.replace(first.fact, test=True))
    signed_in = f.Stamped(T0 - HOUR, f.AgentSignedIn(agent=AgentId("1001")))
    await put(pool, [signed_in, tested, *rest])
    numbers = (await told(pool)).numbers
    assert (numbers.outcomes, numbers.calls_seen, numbers.centre.access.offered) == ({}, 0, 0)
    assert (numbers.centre.handling.talks, numbers.centre.handling.rings) == (0, 0)
    assert numbers.centre.satisfaction.answered == 0
    assert numbers.centre.presence.talking_ms > 0


async def test_callback_is_no_call_that_came_in_and_no_second_one_of_its_customer(
    pool: Pool,
) -> None:
    def back(name: str, at: datetime) -> list[f.Stamped]:
        first, *rest = whole_call(name, at)
        assert isinstance(first.fact, f.CallEntered)
        entered_back = msgspec.structs.replace(first.fact, callback_of=CallId("before"))
        queued = [one for one in rest if not isinstance(one.fact, f.MenuOpened)]
        reached = f.Stamped(queued[0].at, f.CustomerReached(call=CallId(name), leg=name))
        return [f.Stamped(first.at, entered_back), queued[0], reached, *queued[1:]]

    before = T0 - timedelta(days=7)
    await put(pool, [*whole_call("first", before), *back("soon", before + HOUR), *back("now", T0)])
    numbers = (await told(pool)).numbers
    assert (numbers.outcomes, numbers.calls_seen, numbers.centre.access.offered) == ({}, 0, 0)
    assert numbers.centre.satisfaction.repeated == Ratio(0, 2)
    assert (numbers.centre.handling.talks, numbers.centre.handling.rings) == (1, 0)


async def test_closed_day_gives_the_same_bytes_whenever_it_is_asked(pool: Pool) -> None:
    await put(pool, DAY)
    first = await told(pool)
    later = whole_call("call-9", T0 + timedelta(days=1))
    await put(pool, later, "outbox-2")
    assert [text(await told(pool, hours)) for hours in (2, 500)] == [text(first)] * 2
    assert await pool.fetchval("select count(*) from closed_days") == 1


async def test_day_is_closed_an_hour_after_its_end(pool: Pool) -> None:
    await put(pool, DAY)
    before = await told(pool, 0.99)
    assert (before.revision, before.revisions) == (None, 0)
    assert await pool.fetchval("select count(*) from closed_days") == 0
    assert (await told(pool)).revision == 1


async def test_rows_that_come_late_make_a_revision_beside_the_old_one(pool: Pool) -> None:
    await put(pool, DAY)
    first = await told(pool)
    late = [entered("late", T0 + HOUR), ended("late", T0 + HOUR)]
    await put(pool, late, first=100)
    second = await told(pool, 30)
    assert (second.revision, second.revisions) == (2, 2)
    assert second.numbers.outcomes == {"answered": 2, "abandoned_menu": 2}
    assert text(await told(pool, 31)) == text(second)
    old = await told(pool, 31, revision=1)
    assert (text(old), old.revision, old.revisions) == (text(first), 1, 2)
    with pytest.raises(NoSuchRevisionError):
        await told(pool, 31, revision=3)


async def test_day_of_an_older_definition_stays_as_it_was_told(pool: Pool) -> None:
    await put(pool, DAY)
    first = await told(pool)
    changed = text(first).replace(b'"answered":2', b'"answered":7')
    await pool.execute("alter table closed_days disable trigger all")
    await pool.execute("update closed_days set definition = 0, numbers = $1", changed.decode())
    assert text(await told(pool, 2)) == changed


async def test_closed_day_is_never_changed(pool: Pool) -> None:
    await put(pool, DAY)
    await told(pool)
    with pytest.raises(Exception, match="final"):
        await pool.execute("delete from closed_days")


async def test_customer_who_calls_again_within_a_week_was_not_helped_at_once(pool: Pool) -> None:
    before = T0 - timedelta(days=7)
    calls = [
        *rated_call("first", 5, at=before),
        *whole_call("again", before + timedelta(days=6)),
        *whole_call("much-later", before + timedelta(days=8)),
    ]
    await put(pool, calls)
    counted = (await told(pool)).numbers.groups["service"].satisfaction
    assert counted.repeated == Ratio(1, 1)


async def test_customer_who_calls_another_group_did_not_call_again(pool: Pool) -> None:
    before = T0 - timedelta(days=7)
    again = whole_call("again", before + timedelta(days=6))
    moved = [
        one if not isinstance(one.fact, f.CallQueued)
        else f.Stamped(one.at, msgspec.structs.replace(one.fact, group="tech"))
        for one in again
    ]  # fmt: skip
    await put(pool, [*whole_call("first", before), *moved])
    assert (await told(pool)).numbers.centre.satisfaction.repeated == Ratio(0, 1)


async def test_transfer_is_counted_for_its_sender_and_the_talk_for_its_target(pool: Pool) -> None:
    call = CallId("call-1")
    signed_in = [f.Stamped(T0 - HOUR, f.AgentSignedIn(agent=one)) for one in (AgentId("1001"), LI)]
    talk = (70.0, f.TalkStarted(offer=OfferId("call-1-2")))
    over = (100.0, f.CallEnded(call=call, by=f.EndedBy.CALLER))
    left = f.CallEnded(call=CallId("call-2"), by=f.EndedBy.CALLER)
    await put(pool, [*signed_in, *handed_on("call-1", talk, over)])
    await put(pool, handed_on("call-2", (80, left)), "outbox-2")
    numbers = (await told(pool)).numbers
    assert numbers.centre.handing_on.rate == Ratio(1, 2)
    assert numbers.agents["1001"].handing_on.success == Ratio(1, 2)
    assert numbers.agents["1001"].handing_on.abandonment == Ratio(1, 2)
    assert numbers.agents[LI].handing_on.rate == Ratio(0, 1)
    assert numbers.groups["service"].handing_on.rate == Ratio(1, 2)
    assert (numbers.groups["tech"].further.answered, numbers.groups["tech"].access.offered) == (
        1,
        0,
    )
    assert numbers.groups["tech"].further.abandoned == 1
    assert numbers.agents["1001"].handling.talks_held == 2
    rows = await pool.fetch("select sender, to_group, note, ended_as, taken_by from transfers")
    assert {tuple(one) for one in rows} == {
        ("1001", "tech", "router", "completed", "1002"),
        ("1001", "tech", "router", "caller_left", None),
    }
