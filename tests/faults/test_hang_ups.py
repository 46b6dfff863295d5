"""Hang-ups swept over the moments at which something else happens."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable

import pytest

from ccbot.phone.legs import Incoming
from tests.asterisk.real_world import TONE_HZ, RealAgent, RealCaller, RealWorld
from tests.faults.centre import Apart, numbers, tell, until
from tests.faults.routing import RING_S, USED_AT_ONCE, lane_entry
from tests.faults.steps import SETUP_S_MAX, lane_agents

pytestmark = [
    pytest.mark.slow,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.xdist_group("faults"),
]

FREE_S_MAX = 1.0
TALK_S = 0.5
NEAREST_S, FURTHEST_S = -0.040, 0.300
"""She hangs up so long before or after him. From his answer to the bridging is some 20 ms, and a
few times that on a busy machine: the steps are the smaller the nearer they are to the answer."""

SHORT, FULL = 24, 300
OUTCOMES = {"answered", "abandoned_ringing", "abandoned_waiting"}


async def around_the_answer(caller: RealCaller, agent: RealAgent, offset_s: float) -> None:
    """She hangs up as he picks up."""
    await both(agent.answers, caller, offset_s)


async def around_the_time_out(caller: RealCaller, agent: RealAgent, offset_s: float) -> None:
    """She hangs up as his phone has rung for long enough."""
    leg = incoming(agent)
    assert leg.rang_s is not None
    until_s = leg.rang_s + RING_S + offset_s - asyncio.get_running_loop().time()
    await asyncio.sleep(until_s)
    caller.hang_up()


async def around_his_hang_up(caller: RealCaller, agent: RealAgent, offset_s: float) -> None:
    """She hangs up as he does."""
    await agent.answers()
    incoming(agent).say_tone(TONE_HZ)
    await caller.call.hears_tone(TONE_HZ, within_s=SETUP_S_MAX)
    await asyncio.sleep(TALK_S)
    await both(agent.hangs_up, caller, offset_s)


KINDS = (around_the_answer, around_the_time_out, around_his_hang_up)


async def both(what: Callable[[], Awaitable[None]], caller: RealCaller, offset_s: float) -> None:
    """He does something, and she hangs up so much later, or sooner."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(after(max(0.0, -offset_s), what))
        await asyncio.sleep(max(0.0, offset_s))
        caller.hang_up()


async def after(delay_s: float, what: Callable[[], Awaitable[None]]) -> None:
    await asyncio.sleep(delay_s)
    await what()


def offset_s(step: int, steps: int) -> float:
    """Where in the sweep this step is."""
    return NEAREST_S + (FURTHEST_S - NEAREST_S) * (step / max(1, steps - 1)) ** 2


def incoming(agent: RealAgent) -> Incoming:
    assert isinstance(agent.leg, Incoming)
    return agent.leg


class Lane:
    """One agent, and customers who dial in for him one after the other."""

    def __init__(self, world: RealWorld, number: int, agent: RealAgent) -> None:
        self._world = world
        self._entry = lane_entry(number)
        self._agent = agent
        self.callers: list[RealCaller] = []
        self.kinds: dict[str, str] = {}
        """Caller → what was done around her hang-up."""
        self.free_s: list[float] = []

    async def runs(self, cases: list[int], count: int) -> None:
        """Play these of all the cases, and one customer more."""
        for case in cases:
            caller = await self._rung()
            kind = KINDS[case % len(KINDS)]
            self.kinds[caller.number] = kind.__name__
            await kind(caller, self._agent, offset_s(case // len(KINDS), count // len(KINDS)))
            await until(self._is_let_go, within_s=FREE_S_MAX, what="the agent is let go")
        last = await self._rung()
        last.hang_up()
        await self._agent.stops_ringing(FREE_S_MAX)

    async def _is_let_go(self) -> bool:
        return not self._agent.phone.calls

    async def _rung(self) -> RealCaller:
        """The next customer, as soon as the last one left; his phone rings within a second."""
        loop = asyncio.get_running_loop()
        began_s = loop.time()
        caller = await self._world.caller(self._entry)
        self.callers.append(caller)
        # An offer of the last call, made as she left, is taken back before this one is answered.
        await caller.call.answered(within_s=SETUP_S_MAX)
        await self._agent.rings(SETUP_S_MAX)
        self.free_s.append(loop.time() - began_s)
        return caller


@pytest.mark.parametrize("count", [SHORT, pytest.param(FULL, marks=pytest.mark.slow)])
async def test_whoever_hangs_up_when_his_agent_is_free_at_once(apart: Apart, count: int) -> None:
    async with apart.world() as world:
        lanes = [
            Lane(world, n, agent) for n, agent in enumerate(await lane_agents(world, USED_AT_ONCE))
        ]
        async with asyncio.TaskGroup() as tasks:
            for n, lane in enumerate(lanes):
                tasks.create_task(lane.runs(list(range(n, count, USED_AT_ONCE)), count))
        rows = await apart.rows(numbers(caller for lane in lanes for caller in lane.callers))
        kinds = {caller: kind for lane in lanes for caller, kind in lane.kinds.items()}
        told = Counter((kinds.get(row["caller"], "the last"), row["outcome"]) for row in rows)
        free_s = sorted(free for lane in lanes for free in lane.free_s)
        tell(f"{count} hang-ups: the next customer's phone rang after {free_s[-1]:.2f} s at most")
        tell(str(dict(told)))
        assert {outcome for _, outcome in told} <= OUTCOMES
        assert told["around_the_answer", "answered"], "none hung up after the bridging"
        assert told["around_the_answer", "abandoned_ringing"], "none hung up before it"
        assert free_s[-1] <= FREE_S_MAX
