"""People in every stage of a call, and what they must not notice."""

import asyncio
from dataclasses import dataclass

from ccbot.phone.rtp import Counts
from tests.asterisk.real_world import RealAgent, RealCaller, RealWorld
from tests.faults.routing import MENU_ENTRY, QUEUE_ENTRY, TALK_ENTRY, lane, lane_entry

SETUP_S_MAX = 5.0
FRAME_S = 0.02
GAP_S_MAX = 0.2
"""Two processes start on two cores while the phones of this test want to hear every 20 ms."""
MISSING_SHARE_MAX = 0.02
FIRST_AGENT = 1901


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Customer and agent who talk."""

    caller: RealCaller
    agent: RealAgent

    def counts(self) -> list[Counts]:
        assert self.agent.leg is not None
        return [self.caller.call.sound.counts, self.agent.leg.sound.counts]


class Listening:
    """What talking phones hear from now on."""

    def __init__(self, pairs: list[Pair]) -> None:
        self._counts = [counts for pair in pairs for counts in pair.counts()]
        self._began_s = asyncio.get_running_loop().time()
        for counts in self._counts:
            counts.packets, counts.lost, counts.longest_gap_s = 0, 0, 0.0
        self.longest_gap_s = 0.0
        self.lost = 0

    def was_whole(self) -> str:
        """No packet is missing and no gap can be heard; the figures."""
        lasted_s = asyncio.get_running_loop().time() - self._began_s
        fewest = min(counts.packets for counts in self._counts)
        lost = sum(counts.lost for counts in self._counts)
        gap_s = max(counts.longest_gap_s for counts in self._counts)
        told = (
            f"{len(self._counts)} phones heard for {lasted_s:.1f} s: {lost} packets lost, "
            f"at least {fewest} of {lasted_s / FRAME_S:.0f} came, longest gap {gap_s * 1e3:.0f} ms"
        )
        assert lost == 0, told
        assert fewest >= (1 - MISSING_SHARE_MAX) * lasted_s / FRAME_S - 2, told
        assert gap_s <= GAP_S_MAX, told
        return told


async def lane_agents(world: RealWorld, count: int) -> list[RealAgent]:
    """One ready agent in each of so many lanes."""
    async with asyncio.TaskGroup() as tasks:
        signing = [
            tasks.create_task(world.agent(str(FIRST_AGENT + n), (lane(n),))) for n in range(count)
        ]
    return [one.result() for one in signing]


async def talking_pairs(world: RealWorld, count: int) -> list[Pair]:
    """So many talks, each in a lane of its own."""
    pairs = []
    for n, agent in enumerate(await lane_agents(world, count)):
        caller = await world.caller(lane_entry(n))
        await agent.rings(SETUP_S_MAX)
        await agent.answers()
        pairs.append(Pair(caller=caller, agent=agent))
    for pair in pairs:
        await pair.caller.hears_agent(SETUP_S_MAX)
    return pairs


async def ringing_pair(world: RealWorld) -> Pair:
    """A customer for whom a phone rings."""
    agent = await world.agent("1801", ("talk",))
    caller = await world.caller(TALK_ENTRY)
    await agent.rings(SETUP_S_MAX)
    return Pair(caller=caller, agent=agent)


async def resting_agent(world: RealWorld) -> RealAgent:
    """The agent of the queue, signed in but not ready: customers wait for him."""
    agent = await world.agent("1802", ("queue",))
    await agent.dials("*721", "agent.not_ready")
    return agent


async def waiting_callers(world: RealWorld, count: int) -> list[RealCaller]:
    """So many wait, in this order, and nobody is there for them yet."""
    callers = []
    for _ in range(count):
        callers.append(await world.caller(QUEUE_ENTRY))
        await callers[-1].call.answered(within_s=SETUP_S_MAX)
    for caller in callers:
        await caller.hears_music(SETUP_S_MAX + 10)
    return callers


async def callers_in_the_menu(world: RealWorld, count: int) -> list[RealCaller]:
    """So many hear the menu."""
    callers = [await world.caller(MENU_ENTRY) for _ in range(count)]
    for caller in callers:
        await caller.hears("menu.main", SETUP_S_MAX)
    return callers


async def are_served_in_order(
    world: RealWorld, agent: RealAgent, callers: list[RealCaller]
) -> None:
    """The agent rings for each in turn: he stops ringing when she, and nobody else, hangs up."""
    for caller in callers:
        await agent.rings(world.patience(1))
        caller.hang_up()
        await agent.stops_ringing(world.patience(1))
