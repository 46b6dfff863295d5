"""People in every stage of a call, and what they must not notice."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass

from ccbot.phone.rtp import Counts, Sound
from tests.asterisk.real_world import RealAgent, RealCaller, RealWorld
from tests.faults.centre import until
from tests.faults.routing import MENU_ENTRY, QUEUE_ENTRY, TALK_ENTRY, lane, lane_entry

SETUP_S_MAX = 5.0
GAP_S_MAX = 0.1
"""Between two packets of a talk: so much more than in a stream that only this machine carries."""
CATCH_UP_S_MAX = 2.0
"""What was sent when we look is heard so soon."""
FIRST_AGENT = 1901


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Customer and agent who talk."""

    caller: RealCaller
    agent: RealAgent

    def counts(self) -> tuple[Counts, Counts]:
        assert self.agent.leg is not None
        return self.caller.call.sound.counts, self.agent.leg.sound.counts


class Listening:
    """What talking phones hear from now on.

    The phones, Asterisk and ccbot share this machine's cores. So what a phone hears is held against
    what the other one sent, and the longest gap against that of a stream which neither Asterisk nor
    ccbot has a part in.
    """

    def __init__(self, pairs: list[Pair], reference: Counts) -> None:
        ways = [(one, other) for pair in pairs for one, other in [pair.counts()]]
        self._ways = [*ways, *((other, one) for one, other in ways)]
        self._reference = reference
        for counts in (reference, *(one for one, _ in self._ways)):
            counts.sent, counts.packets, counts.lost, counts.longest_gap_s = 0, 0, 0, 0.0

    async def were_whole(self, *, gaps_count: bool = True) -> str:
        """No packet is missing and no gap can be heard; the figures."""
        due = [speaker.sent for speaker, _ in self._ways]

        def missing() -> int:
            heard = (one.packets for _, one in self._ways)
            return max(sent - packets for sent, packets in zip(due, heard, strict=True))

        async def all_came() -> bool:
            return missing() <= 0

        with suppress(AssertionError):  # the figures say more
            await until(all_came, within_s=CATCH_UP_S_MAX, what="packets")
        lost = sum(heard.lost for _, heard in self._ways)
        gap_s = max(heard.longest_gap_s for _, heard in self._ways)
        told = (
            f"{len(self._ways)} phones: {lost} packets lost, {max(0, missing())} of {due[0]} "
            f"missing, longest gap {gap_s * 1e3:.0f} ms "
            f"(reference {self._reference.longest_gap_s * 1e3:.0f} ms)"
        )
        assert lost == 0, told
        assert missing() <= 0, told
        assert not gaps_count or gap_s <= GAP_S_MAX + self._reference.longest_gap_s, told
        return told


@asynccontextmanager
async def listening(pairs: list[Pair]) -> AsyncIterator[Listening]:
    """Listen to these talks, and beside them to a stream from this process to itself."""
    loop = asyncio.get_running_loop()

    def sound() -> Sound:
        return Sound(on_frame=lambda _frame, _at_s: None, on_key=lambda: None)

    ends = [
        (await loop.create_datagram_endpoint(sound, local_addr=("127.0.0.1", 0)))[1]
        for _ in range(2)
    ]
    try:
        for one, other in (ends, ends[::-1]):
            one.start(("127.0.0.1", other.port), None)
        yield Listening(pairs, ends[0].counts)
    finally:
        for end in ends:
            end.close()


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


async def waiting_callers(
    world: RealWorld, count: int, *, until_music: bool = True
) -> list[RealCaller]:
    """So many wait, in this order, and nobody is there for them yet."""
    callers = []
    for _ in range(count):
        callers.append(await world.caller(QUEUE_ENTRY))
        await callers[-1].call.answered(within_s=SETUP_S_MAX)
    for caller in callers:
        if until_music:
            await caller.hears_music(SETUP_S_MAX + 10)
        else:
            await caller.hears("queue.busy", SETUP_S_MAX)
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
