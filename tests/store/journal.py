"""A journal in Postgres, as the writer ships it."""

from datetime import timedelta

from ccbot.core import facts as f
from ccbot.core.ids import AgentId, CallId, GroupKey
from ccbot.core.records import record
from ccbot.store.call_index import CallIndex
from ccbot.store.outbox import Batch, EndedCall, Row
from ccbot.store.pool import Pool, connection
from ccbot.store.writer import ship
from tests.store.stories import T0, ended, entered, whole_call

WANG = AgentId("1001")
SECOND = timedelta(seconds=1)


def own(fact: f.AnyFact, at_s: float) -> f.Stamped:
    return f.Stamped(T0 + at_s * SECOND, fact)


CONFIGURED = f.AgentConfigured(agent=WANG, name="王芳", groups=(GroupKey("service"),))
DAY = [
    own(CONFIGURED, -20),
    own(f.AgentSignedIn(agent=WANG), -10),
    *whole_call("call-1"),
    own(f.WrapUpEnded(agent=WANG), 120),
    *whole_call("call-2", T0 + 200 * SECOND),
    entered("call-3", T0 + 300 * SECOND),
    ended("call-3", T0 + 301 * SECOND),
    own(f.AgentSignedOut(agent=WANG), 400),
]


async def put(
    pool: Pool,
    facts: list[f.Stamped],
    outbox: str = "outbox-1",
    first: int = 1,
) -> None:
    """Facts in the journal, and the rows of the calls that end among them."""
    index, rows = CallIndex(), []
    of_calls: dict[CallId, list[f.Stamped]] = {}
    ends: list[EndedCall] = []
    for seq, stamped in enumerate(facts, start=first):
        call = index.call_of(stamped.fact)
        index.add(seq, call, stamped.fact)
        rows.append(Row(seq, stamped.at, call, f.encode(stamped.fact)))
        if call is not None:
            of_calls.setdefault(call, []).append(stamped)
            own_facts = of_calls[call]
            whole = isinstance(own_facts[0].fact, f.CallEntered)
            if whole and isinstance(stamped.fact, f.CallEnded):
                ends.append(EndedCall(call, tuple(own_facts)))
    batch = Batch(rows=tuple(rows), ended=tuple(ends))
    async with connection(pool) as connected:
        await ship(connected, outbox, batch, [record(one.facts) for one in ends])
