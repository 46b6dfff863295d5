"""Old messages go, but none that somebody still has to see to."""

from datetime import timedelta

from ccbot.core.facts import CallEntered, MessageLeft, Stamped
from ccbot.core.ids import CallId
from ccbot.core.records import record
from ccbot.retention import sweep
from ccbot.store.outbox import Batch, EndedCall
from ccbot.store.pool import Pool, connection
from ccbot.store.writer import ship
from tests.store.stories import T0, ended, entered

AFTERWARDS = T0 + timedelta(days=1)


async def left(pool: Pool, name: str) -> None:
    """A call that left a message."""
    call = CallId(name)
    message = MessageLeft(call=call, recording=f"ccbot-message-{name}", duration_s=4.0)
    facts = (entered(name), Stamped(T0, message), ended(name))
    assert isinstance(facts[0].fact, CallEntered)
    async with connection(pool) as connected:
        batch = Batch(rows=(), ended=(EndedCall(call=call, facts=facts),))
        await ship(connected, "outbox-1", batch, [record(facts)])


async def test_sound_of_old_messages_goes_once_they_are_seen_to(pool: Pool) -> None:
    await left(pool, "call-1")
    await left(pool, "call-2")
    await left(pool, "call-3")
    done = "update follow_ups set done_at = created_at where call_id <> 'call-2'"
    await pool.execute(done)
    erased: list[str] = []

    async def erase(name: str) -> bool:
        erased.append(name)
        return name != "ccbot-message-call-3"

    assert await sweep(pool, erase, T0) == 0
    assert erased == []
    assert await sweep(pool, erase, AFTERWARDS) == 1
    assert erased == ["ccbot-message-call-1", "ccbot-message-call-3"]
    kept = await pool.fetch("select call_id, reason from follow_ups order by call_id")
    assert [tuple(one) for one in kept] == [
        ("call-1", None),
        ("call-2", "ccbot-message-call-2"),
        ("call-3", "ccbot-message-call-3"),
    ]
