"""Whole days of the centre, simulated: people do as they like, and the checkers watch."""

import asyncio

import pytest

from tests.sim import nemesis
from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.people import TALKATIVE, Pace, a_day
from tests.sim.sim_world import SimWorld, sim_world
from tests.sim.tuned import TUNED_PACES, tuned

PACES = {
    "quiet": Pace(lasts_s=3600, between_calls_s=60, agents=4),
    "busy": Pace(lasts_s=1200, between_calls_s=8, agents=8, hands_on=0.3),
    "stormy": Pace(lasts_s=300, between_calls_s=0.5, agents=6, hands_on=0.2),
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """As many seeds as ``--days`` says."""
    metafunc.parametrize("seed", range(1, metafunc.config.getoption("days") + 1))


@pytest.mark.parametrize("pace", PACES.values(), ids=PACES)
def test_day(pace: Pace, seed: int) -> None:
    async def story(sim: Sim) -> int:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            return await a_day(world, pace)

    assert simulate(seed, story) > 0


@pytest.mark.parametrize("pace", TUNED_PACES.values(), ids=TUNED_PACES)
def test_tuned_day(pace: Pace, seed: int) -> None:
    async def story(sim: Sim) -> int:
        delays = ChanceDelays(sim.chance("delays"))
        async with sim_world(sim, delays=delays, document=tuned()) as world:
            return await a_day(world, pace)

    assert simulate(seed, story) > 0


def test_talkative_day(seed: int) -> None:
    async def story(sim: Sim) -> int:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            return await a_day(world, TALKATIVE)

    assert simulate(seed, story) > 0


@pytest.mark.parametrize("fault", ["ccbot", "socket"])
def test_bad_talkative_day(fault: str, seed: int) -> None:
    async def story(sim: Sim) -> int:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            return await a_bad_day(world, TALKATIVE, FAULTS[fault])

    assert simulate(seed, story) > 0


FAULTS = {
    "ccbot": (nemesis.ccbot_dies,),
    "socket": (nemesis.the_socket_breaks,),
    "asterisk": (nemesis.asterisk_dies,),
    "publish": (nemesis.another_routing_is_published,),
    "all": (
        nemesis.another_routing_is_published,
        nemesis.ccbot_dies,
        nemesis.the_socket_breaks,
        nemesis.asterisk_dies,
    ),
}


async def a_bad_day(world: SimWorld, pace: Pace, faults: tuple[nemesis.Fault, ...]) -> int:
    async with asyncio.TaskGroup() as tasks:
        fate = tasks.create_task(nemesis.torments(world, faults))
        callers = await a_day(world, pace)
        fate.cancel()
    await world.calms_down()
    return callers


@pytest.mark.parametrize("faults", FAULTS.values(), ids=FAULTS)
def test_bad_day(faults: tuple[nemesis.Fault, ...], seed: int) -> None:
    async def story(sim: Sim) -> int:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            return await a_bad_day(world, PACES["busy"], faults)

    assert simulate(seed, story) > 0


@pytest.mark.parametrize("fault", ["ccbot", "socket"])
def test_bad_tuned_day(fault: str, seed: int) -> None:
    async def story(sim: Sim) -> int:
        delays = ChanceDelays(sim.chance("delays"))
        async with sim_world(sim, delays=delays, document=tuned()) as world:
            return await a_bad_day(world, TUNED_PACES["busy"], FAULTS[fault])

    assert simulate(seed, story) > 0
