"""Customers, agents and a supervisor at real phones who do what comes to their minds."""

import asyncio
import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress

from msgspec.structs import replace

from ccbot.core.kinds import Role
from ccbot.core.routing_document import RoutingDocument
from ccbot.phone import CallFailedError, OverdueError
from ccbot.phone.legs import Incoming
from tests.asterisk.real_world import RealAgent, RealCaller, RealWorld
from tests.world.handovers import HUB, HUB_ENTRY, SECOND

AGENTS = tuple(str(number) for number in range(1901, 1913))
SUPERVISOR = "8001"
GROUPS = {number: (HUB,) if place % 2 else (SECOND, HUB) for place, number in enumerate(AGENTS)}

CODES = (*("*1", "*2", "*3", "*3", "*4", "*5") * 2, "*1", "*3", "*6", "*6", "*7", "*8", "*8")
"""What an agent presses in a talk."""
ASKS_FOR_A_TARGET = {"*2", "*3"}
TARGETS = (*AGENTS, *AGENTS, "1", "2", "2", "3", "4", "1999")
SUPERVISES = ("1", "2", "3", "3", "4", "9")

QUIET_S_MAX = 6.0
"""A phone that was not rung for so long: its agent sees to it that he is signed in and ready."""
PATIENCE_S_MIN, PATIENCE_S_MAX = 2.0, 24.0
CALL_S_MAX = 90.0
"""Whoever is still there then has been forgotten."""
DIALS_S_MAX = 12.0


def _records(document: RoutingDocument) -> RoutingDocument:
    """One group's are, the other one's are not: transfers begin and end recordings, too."""
    second = replace(document.groups[SECOND], recording="two_sides", wrap_up_s=1)
    return replace(document, groups={**document.groups, SECOND: second})


class Shift:
    """Everybody of one test."""

    def __init__(self, world: RealWorld, seed: int) -> None:
        self.world = world
        self.rng = random.Random(seed)
        self.agents: list[RealAgent] = []
        self.customers: list[RealCaller] = []

    async def begins(self) -> None:
        """Talks are recorded from now on, and all sign in; the supervisor has no group."""
        await self.world.publishes(_records)
        async with asyncio.TaskGroup() as tasks:
            coming = [tasks.create_task(self.world.agent(one, GROUPS[one])) for one in AGENTS]
        self.agents += [one.result() for one in coming]

    @asynccontextmanager
    async def at_work(self) -> AsyncIterator[None]:
        """Agents answer, and the supervisor watches, for the length of the block."""
        boss = await self.world.agent(
            SUPERVISOR, (), signed_in=False, role=Role.SUPERVISOR, leads=(HUB, SECOND)
        )
        async with asyncio.TaskGroup() as tasks:
            working = [tasks.create_task(self._works(one)) for one in self.agents]
            working.append(tasks.create_task(self._watches(boss)))
            yield
            for task in working:
                task.cancel()
        for one in (*self.agents, boss):
            for call in one.phone.calls:
                call.hang_up()

    # ---- customers ------------------------------------------------------------------------------

    async def calls(self, count: int, *, at_once: int) -> None:
        """So many customers call, so many at a time."""
        places = asyncio.Semaphore(at_once)

        async def one() -> None:
            async with places:
                await self._customer()

        async with asyncio.TaskGroup() as tasks:
            for _ in range(count):
                tasks.create_task(one())

    async def _customer(self) -> None:
        caller = await self.world.caller(HUB_ENTRY)
        self.customers.append(caller)
        patience_s = self.rng.uniform(PATIENCE_S_MIN, PATIENCE_S_MAX)
        with suppress(OverdueError, CallFailedError, TimeoutError):
            async with asyncio.timeout(patience_s):
                await caller.call.answered(within_s=patience_s)
                await caller.call.hears_anything(within_s=patience_s)
                caller.press(self.rng.choice("112"))
                await caller.call.ended(within_s=patience_s)
        caller.hang_up()
        await caller.call.ended(within_s=CALL_S_MAX)

    # ---- agents ---------------------------------------------------------------------------------

    async def _works(self, agent: RealAgent) -> None:
        while True:
            try:
                incoming = await agent.phone.rings(within_s=QUIET_S_MAX)
            except OverdueError:
                await self._dials(agent, "*71")
            else:
                await self._serves(incoming)

    async def _serves(self, incoming: Incoming) -> None:
        await asyncio.sleep(self.rng.uniform(0, 0.8))
        deed = self.rng.random()
        if deed < 0.07:
            await incoming.decline()
        elif deed < 0.14:
            with suppress(OverdueError):
                await incoming.ended(within_s=DIALS_S_MAX)
        else:
            with suppress(CallFailedError):
                await incoming.answer()
                await self._talks(incoming)
        incoming.hang_up()

    async def _talks(self, call: Incoming) -> None:
        while call.ending is None:
            with suppress(OverdueError):
                await call.ended(within_s=self.rng.uniform(0.2, 1.8))
                return
            if self.rng.random() < 0.08:
                return
            code = self.rng.choice(CODES)
            target = f"{self.rng.choice(TARGETS)}#" if code in ASKS_FOR_A_TARGET else ""
            call.press(code + target)

    async def _dials(self, agent: RealAgent, code: str) -> None:
        """A code from a phone that may be rung at this very moment."""
        call = await agent.phone.dial(f"sip:{code}@{self.world.server}")
        with suppress(OverdueError, CallFailedError):
            await call.ended(within_s=DIALS_S_MAX)
        call.hang_up()

    # ---- the supervisor -------------------------------------------------------------------------

    async def _watches(self, boss: RealAgent) -> None:
        while True:
            await asyncio.sleep(self.rng.uniform(0.2, 2.0))
            number = self.rng.choice(AGENTS)
            call = await boss.phone.dial(f"sip:*75{number}@{self.world.server}")
            with suppress(OverdueError, CallFailedError):
                await call.answered(within_s=DIALS_S_MAX)
                for _ in range(self.rng.randrange(1, 5)):
                    with suppress(OverdueError):
                        await call.ended(within_s=self.rng.uniform(0.5, 3.0))
                        break
                    call.press(self.rng.choice(SUPERVISES))
            call.hang_up()
