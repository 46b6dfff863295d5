"""Hundreds of customers wander through the hotline; together they go down every branch of it.

What each of them hears is checked at the end of the day, as always: no two sounds at once, and no
silence of more than three seconds.
"""

import asyncio

from tests.sim.delays import ChanceDelays
from tests.sim.loop import Sim, simulate
from tests.sim.people import Agent, Customer, Pace
from tests.sim.sim_world import SimWorld, sim_world

CUSTOMERS = 100
BETWEEN_CALLS_S = 3.0
PACE = Pace(lasts_s=0, between_calls_s=BETWEEN_CALLS_S, agents=0)
STAFF = {
    "1001": ("service", "tech"),
    "1003": ("service", "quick"),
    "1004": ("quick", "formal"),
    "1901": ("service",),
    "1902": ("live",),
    "1903": ("short",),
}
"""Nobody serves marketing."""

BRANCHES = {
    "menu.language",
    "error.number",
    "notice.recording",
    "welcome.main",
    "menu.main",
    "menu.invalid",
    "menu.noinput",
    "menu.default",
    "queue.enter.service",
    "queue.enter",
    "queue.busy",
    "queue.next",
    "queue.position.1",
    "queue.comfort",
    "queue.apology",
    "queue.full",
    "queue.timeout",
    "queue.noagents",
    "greeting.1001.name",
    "greeting.1003.own",
    "greeting.1004.id",
    "greet.neutral",
    "survey.csat3",
    "survey.invalid",
    "survey.timeout",
    "survey.thanks",
    "survey.thanks_low",
    "bye",
}
OUTCOMES = {
    "answered",
    "abandoned_menu",
    "abandoned_waiting",
    "abandoned_ringing",
    "waited_too_long",
    "queue_full",
    "no_agents",
}
SEEDS = range(1, 19)
"""Fewer would do today; chance goes other ways with every change."""


async def wander(world: SimWorld, sim: Sim) -> None:
    """Customers come one after another, each with a mind of her own, until all have left."""
    async with asyncio.TaskGroup() as agents:
        working = []
        for number, groups in STAFF.items():
            await world.agent(number, groups, signed_in=False)
            agent = Agent(world.agents[number], sim.chance(f"agent {number}"), PACE)
            working.append(agents.create_task(agent.lives(), name="an agent"))
        async with asyncio.TaskGroup() as visits:
            for count in range(CUSTOMERS):
                chance = sim.chance(f"customer {count}")
                visits.create_task(Customer(world, chance, PACE).lives(), name="a customer")
                await asyncio.sleep(chance.uniform(0, 2 * BETWEEN_CALLS_S))
        for task in working:
            task.cancel()


def test_hundreds_of_wandering_customers_go_down_every_branch() -> None:
    async def story(sim: Sim) -> SimWorld:
        async with sim_world(sim, delays=ChanceDelays(sim.chance("delays"))) as world:
            await wander(world, sim)
        return world

    reached: set[str] = set()
    for seed in SEEDS:
        world = simulate(seed, story)
        assert len(world.callers) >= CUSTOMERS
        reached.update(prompt for caller in world.callers for prompt in caller.ears.prompts())
        journal = world.journal
        reached.update(journal.record(call).outcome.value for call in journal.calls())

    assert (BRANCHES | OUTCOMES) - reached == set()
