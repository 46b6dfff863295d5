"""Busy hours of a group that tells its callers how long it takes, on the simulated Asterisk."""

import asyncio
import random
from collections import Counter
from datetime import datetime

import pytest
from msgspec import structs

from ccbot.core import facts as f
from ccbot.core.ids import CallId
from ccbot.core.records.estimates_told import told_estimates
from tests.sim.loop import Sim, simulate
from tests.sim.parties import SimAgent, SimCaller
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.world import PATIENT_ENTRY

LASTS_S = 2400.0
BETWEEN_S = 45.0
TALK_S = 150.0
"""As a mean; somewhat more than two agents can serve, so that the queue gets longer."""
PATIENCE_S = 500.0


async def answers_for_ever(agent: SimAgent) -> None:
    while True:
        while not agent.phone.is_ringing:
            await agent.phone.news.wait()
        await asyncio.sleep(2)
        if agent.phone.is_ringing:
            agent.phone.answer()


async def is_away_for_a_while(agent: SimAgent) -> None:
    await asyncio.sleep(LASTS_S / 3)
    agent.phone.unregister()
    await asyncio.sleep(LASTS_S / 3)
    agent.phone.register()


async def calls(world: SimWorld, rng: random.Random) -> None:
    """Waits, talks, and hangs up; or has enough of waiting."""
    caller: SimCaller = await world.caller(PATIENT_ENTRY, f"138{rng.randrange(10**8):08d}")
    try:
        await caller.hears_agent(rng.expovariate(1 / PATIENCE_S))
    except AssertionError:
        caller.hang_up()
        return
    await asyncio.sleep(rng.uniform(0.6, 1.4) * TALK_S)
    caller.hang_up()


async def busy_hours(world: SimWorld, rng: random.Random) -> None:
    """Two agents, one of whom is out of reach for a while in the middle."""
    async with asyncio.TaskGroup() as people:
        agents = [await world.agent(number, ("patient",)) for number in ("1901", "1902")]
        staff = [people.create_task(answers_for_ever(one)) for one in agents]
        customers = [people.create_task(is_away_for_a_while(agents[1]))]
        while world.sim.loop.time() < LASTS_S:
            await asyncio.sleep(rng.expovariate(1 / BETWEEN_S))
            customers.append(people.create_task(calls(world, random.Random(rng.random()))))
        for one in (*customers, *staff):
            one.cancel()


def told(world: SimWorld) -> Counter[CallId]:
    facts = [one.fact for one in world.journal.facts]
    return Counter(one.call for one in facts if isinstance(one, f.EstimateTold))


@pytest.mark.parametrize("seed", range(1, 4))
def test_most_of_what_is_told_is_true_and_what_grows_grows_with_a_word(seed: int) -> None:
    async def story(sim: Sim) -> SimWorld:
        async with sim_world(sim) as world:
            await busy_hours(world, sim.chance("people"))
        return world

    world = simulate(seed, story)
    journal = world.journal
    judged = [
        one.hit
        for call in told(world)
        for one in told_estimates(journal.facts_of(call), journal.record(call))
        if one.hit is not None
    ]
    assert sum(count > 1 for count in told(world).values()) >= 10
    assert sum(judged) / len(judged) >= 0.6


def test_estimates_that_grow_without_a_word_are_found() -> None:
    async def story(sim: Sim) -> list[str]:
        async with sim_world(sim) as world:
            desk = world.centre.desk
            right, more = desk.post, Counter[str]()

            def wrong(fact: f.AnyFact, *, at: datetime | None = None) -> bool:
                if isinstance(fact, f.EstimateTold):
                    more[fact.call] += 3
                    fact = structs.replace(fact, minutes=fact.minutes + more[fact.call])
                return right(fact, at=at)

            desk.post = wrong  # type: ignore[method-assign]
            await busy_hours(world, sim.chance("people"))
            desk.post = right  # type: ignore[method-assign]
            return world.estimate_problems()

    with pytest.raises(AssertionError, match=r"grew by \d+ s without a word"):
        simulate(1, story)


def test_an_estimate_of_which_nothing_is_recorded_was_not_told() -> None:
    async def story(sim: Sim) -> SimWorld:
        async with sim_world(sim) as world:
            for minutes in range(100):
                world.sounds._known[f"queue.eta.{minutes}", "zh"] = None
            await busy_hours(world, sim.chance("people"))
        return world

    assert not told(simulate(1, story))
