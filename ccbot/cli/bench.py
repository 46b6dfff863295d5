"""``script/ccbot bench``: how long callers and agents wait for ccbot, in the running centre.

Test calls are placed by built-in phones, one lane for each group: its own temporary agent, one
call after another. Times are seen at the phones; only the moment at which a caller entered the
queue is ccbot's own, from the call's facts.
"""

import argparse
import asyncio
import json
import statistics
import sys
from collections.abc import Iterator
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime

import asyncpg

from ccbot.cli import stand_ins
from ccbot.cli.errors import Fault, UsageFault
from ccbot.clock import SystemClock
from ccbot.phone import CallFailedError, OverdueError, Phone
from ccbot.settings import load

CALLS_MAX = 1_000
STEP_S_MAX = 30.0
TALK_S = 1.5
"""A shorter one might pass for a slip of the agent's hand (``answer_guard_s``)."""
FACT_S_MAX = 3.0
FACT_LOOK_S = 0.05
LANES = {"service": "1", "tech": "2", "marketing": "3"}
"""Group to menu key, as in the default routing document."""
_QUEUED = """
    select queued.at from facts entered join facts queued using (call_id)
    where entered.fact ->> 'fact' = 'call_entered' and entered.fact ->> 'dialled_number' = $1
      and queued.fact ->> 'fact' = 'call_queued' and entered.at >= $2
    order by queued.at limit 1
"""


@dataclass(slots=True)
class Waits:
    """What was measured, in seconds."""

    first_sound: list[float] = field(default_factory=list)
    agent_rings: list[float] = field(default_factory=list)
    survey: list[float] = field(default_factory=list)

    def named(self) -> dict[str, list[float]]:
        """Each measure with the words that say from where to where."""
        return {
            "answer -> first sound": self.first_sound,
            "queued -> agent's INVITE": self.agent_rings,
            "agent's hang-up -> survey speech": self.survey,
        }


def register(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    """Adds ``bench`` to the command line."""
    parser = commands.add_parser("bench", help="measure the running centre with test calls")
    parser.add_argument("--calls", type=int, default=50, metavar="N", help="how many calls (50)")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.set_defaults(handler=handle)


def handle(arguments: argparse.Namespace) -> int:
    """Places the calls and prints median, p95 and maximum of each wait."""
    if not 1 <= arguments.calls <= CALLS_MAX:
        raise UsageFault(f"--calls {arguments.calls}: must lie between 1 and {CALLS_MAX}")
    with suppress(KeyboardInterrupt):
        waits = stand_ins.run(_measure(arguments.calls))
        _print(waits, as_json=arguments.json)
        return 0
    print("stopped", file=sys.stderr)
    return 130


async def _measure(calls: int) -> Waits:
    settings = load()
    centre = stand_ins.read_centre(settings.home)
    sounds = stand_ins.sound_book(settings)
    pool = await stand_ins.connect(centre.database_url)
    waits, left = Waits(), iter(range(calls))
    async with AsyncExitStack() as stack:
        stack.push_async_callback(pool.close)
        lanes = []
        for group in LANES:
            agent = await stack.enter_async_context(
                stand_ins.temporary_agent(pool, centre, sounds, [group], quiet=True)
            )
            customer = await stack.enter_async_context(stand_ins.customer(settings, sounds))
            lanes.append(Lane(group, agent, customer, stand_ins.server_of(centre), pool, waits))
        try:
            async with asyncio.TaskGroup() as tasks:
                for lane in lanes:
                    tasks.create_task(lane.run(left, calls))
        except* (OverdueError, CallFailedError, Fault) as failed:
            raise Fault(f"a call did not go as it should: {failed.exceptions[0]}") from None
    return waits


@dataclass(slots=True)
class Lane:
    """One customer and one agent who serve nobody but each other."""

    group: str
    agent: Phone
    customer: Phone
    server: tuple[str, int]
    pool: "asyncpg.Pool[asyncpg.Record]"
    waits: Waits

    async def run(self, left: Iterator[int], calls: int) -> None:
        """Call after call, until all lanes together have placed them all."""
        for number in left:
            print(f"\rcall {number + 1} of {calls}", end="", file=sys.stderr, flush=True)
            await self._call(str(20_000 + number))

    def _uri(self, number: str) -> str:
        host, port = self.server
        return f"sip:{number}@{host}:{port}"

    async def _call(self, dialled: str) -> None:
        loop, clock = asyncio.get_running_loop(), SystemClock()
        began_at = clock.now()
        to_wall_s = began_at.timestamp() - loop.time()
        call = await self.customer.dial(self._uri(dialled))
        await call.answered(within_s=STEP_S_MAX)
        answered_s = loop.time()
        first = await call.hears_which(lambda _: True, "a prompt", within_s=STEP_S_MAX)
        self.waits.first_sound.append(max(0.0, first.began_s - answered_s))
        call.press(LANES[self.group])

        leg = await self.agent.rings(within_s=STEP_S_MAX)
        await leg.answer()
        await asyncio.sleep(TALK_S)
        leg.hang_up()
        hung_up_s = loop.time()
        survey = await call.hears_which(
            lambda sound: sound.name.startswith("survey."), "the survey", within_s=STEP_S_MAX
        )
        self.waits.survey.append(survey.began_s - hung_up_s)

        call.hang_up()
        ends_wrap_up = await self.agent.dial(self._uri("*74"))
        await ends_wrap_up.ended(within_s=STEP_S_MAX)
        await call.ended(within_s=STEP_S_MAX)
        queued_at = await self._queued_at(dialled, began_at)
        self.waits.agent_rings.append(leg.began_s + to_wall_s - queued_at.timestamp())

    async def _queued_at(self, dialled: str, since: datetime) -> datetime:
        for _ in range(int(FACT_S_MAX / FACT_LOOK_S)):
            found: datetime | None = await self.pool.fetchval(_QUEUED, dialled, since)
            if found is not None:
                return found
            await asyncio.sleep(FACT_LOOK_S)
        raise Fault(f"no facts of the call to {dialled} in the database after {FACT_S_MAX:g} s")


def _print(waits: Waits, *, as_json: bool) -> None:
    print(file=sys.stderr)
    figures = {name: _figures(values) for name, values in waits.named().items()}
    if as_json:
        print(json.dumps(figures))
        return
    print(f"{'milliseconds':<34} {'calls':>6} {'median':>8} {'p95':>8} {'max':>8}")
    for name, row in figures.items():
        numbers = f"{row['median_ms']:>8.1f} {row['p95_ms']:>8.1f} {row['max_ms']:>8.1f}"
        print(f"{name:<34} {row['calls']:>6.0f} {numbers}")


def _figures(values: list[float]) -> dict[str, float]:
    p95 = (
        statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]
    )
    return {
        "calls": len(values),
        "median_ms": statistics.median(values) * 1_000,
        "p95_ms": p95 * 1_000,
        "max_ms": max(values) * 1_000,
    }
