"""What /readyz and /metrics tell of facts that were lost."""

from datetime import timedelta
from pathlib import Path

from prometheus_client import CollectorRegistry

from ccbot.core.facts import Stamped
from ccbot.store.outbox import open_outbox
from ccbot.store.pool import open_pool
from ccbot.store.writer import Writer
from ccbot.web.health import Degraded, readiness
from ccbot.web.metrics import LogGauges
from tests.store.stories import T0, CountedIds, EvenRng, StillClock, entered

NOBODY = "postgresql://127.0.0.1:1/nobody"


async def test_facts_that_were_lost_are_told_with_the_first_ones_time(tmp_path: Path) -> None:
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds(), bytes_max=0) as outbox:
        async with open_pool(NOBODY) as pool:
            writer = Writer(outbox, pool, StillClock(), EvenRng())
            registry = CollectorRegistry()
            registry.register(LogGauges(writer.state))
            assert readiness(writer.state(), connected=True).degraded == []

            first = entered("call-1")
            outbox.append(first)
            outbox.append(Stamped(first.at + timedelta(minutes=1), first.fact))

            why = "2 facts are in the program's log alone: the outbox holds 0 bytes, its limit"
            told = readiness(writer.state(), connected=True)
            assert told.ready
            assert told.degraded == [Degraded(what="outbox", why=why, since=T0)]
            assert registry.get_sample_value("ccbot_facts_lost") == 2
            assert registry.get_sample_value("ccbot_outbox_full") == 1


async def test_without_asterisk_no_calls_are_taken(tmp_path: Path) -> None:
    with open_outbox(tmp_path / "outbox.sqlite", CountedIds()) as outbox:
        async with open_pool(NOBODY) as pool:
            state = Writer(outbox, pool, StillClock(), EvenRng()).state()

            told = readiness(state, connected=False)

    assert not told.ready
    assert [one.what for one in told.degraded] == ["asterisk"]
