"""What goes wrong on a bad day: ccbot dies, its event socket breaks, Asterisk dies."""

import asyncio
from collections.abc import Awaitable, Callable
from random import Random

from tests.sim.delays import FRAME_S
from tests.sim.publishing import another_routing
from tests.sim.sim_world import SimWorld

BETWEEN_S = 40.0
"""From one fault to the next, as a mean."""
AWAY_S = 4.0

Fault = Callable[[SimWorld, Random], Awaitable[None]]


async def ccbot_dies(world: SimWorld, rng: Random) -> None:
    """At any instant; it is started again a little later."""
    async with world.ccbot_away():
        await asyncio.sleep(_some(rng, AWAY_S))


async def the_socket_breaks(world: SimWorld, rng: Random) -> None:
    """ccbot lives on; whatever happens until it is connected again, nobody tells it."""
    world.was_away = True
    world.asterisk.feed.refused = "not now"
    world.asterisk.feed.lose_sockets()
    await asyncio.sleep(_some(rng, AWAY_S))
    world.asterisk.feed.refused = None


async def asterisk_dies(world: SimWorld, rng: Random) -> None:
    """Every call is gone, and every account."""
    world.was_away = True
    world.asterisk.restart()


async def another_routing_is_published(world: SimWorld, rng: Random) -> None:
    """Groups go and come back, and the others have other limits."""
    await world.publishes(lambda _: another_routing(world.routing, rng))


async def torments(world: SimWorld, faults: tuple[Fault, ...]) -> None:
    """One fault after another, for ever."""
    rng = world.sim.chance("nemesis")
    while True:
        await asyncio.sleep(_some(rng, BETWEEN_S))
        await rng.choice(faults)(world, rng)


def _some(rng: Random, mean_s: float) -> float:
    return FRAME_S * round(rng.expovariate(1 / mean_s) / FRAME_S)
