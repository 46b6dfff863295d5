"""A talk that is steered by the API: its parties hear what they hear after the agent's keys."""

from datetime import UTC, datetime
from typing import Any, cast

from ccbot.core.kinds import Role
from ccbot.core.rights import Holder, Right
from ccbot.store.pool import Pool
from ccbot.store.users import User
from ccbot.web.api import talks
from ccbot.web.api.table import Asked, Office
from tests.sim.loop import Sim, simulate
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import talking

MANAGER = User(
    name="陈静",
    role=Role.MANAGER,
    groups=(),
    phone=None,
    token_sha256=b"",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)


def asked(world: SimWorld, body: talks.Wish) -> Asked[Any]:
    """The manager asks for it, for the only call."""
    [call] = world.centre.desk.floor.calls
    return Asked(
        office=Office(desk=world.centre.desk, pool=cast("Pool", None)),
        user=MANAGER,
        holder=Holder(role=Role.MANAGER),
        right=Right.CALLS_STEER,
        path={"call": call},
        body=body,
    )


def test_a_customer_is_held_and_comes_back() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            agent = await world.agent("1901")
            caller, _ = await talking(world, agent)
            await world.passes(2)
            await talks.hold(asked(world, talks.Wish(why="试")))
            await caller.hears_music(world.patience(1))
            await talks.resume(asked(world, talks.Wish(why="试")))
            await caller.hears_agent(world.patience(1))
            caller.hang_up()
            await agent.is_let_go(world.patience(1))

    simulate(1, story)


def test_a_consultation_goes_through_all_its_turns() -> None:
    async def story(sim: Sim) -> None:
        async with sim_world(sim) as world:
            first = await world.agent("1901")
            caller, _ = await talking(world, first)
            second = await world.agent("1902", ["tech"])
            await world.passes(2)
            consult = talks.HandOn(why="试", to_agent=cast("Any", "1902"))
            await talks.consult(asked(world, consult))
            await second.rings(world.patience(3))
            await second.answers()
            await world.passes(5)
            await talks.swap(asked(world, talks.Wish(why="试")))
            await caller.hears_agent(world.patience(1))
            await talks.swap(asked(world, talks.Wish(why="试")))
            await caller.hears_music(world.patience(1))
            await talks.conference(asked(world, talks.Wish(why="试")))
            await caller.hears_agent(world.patience(1))
            await talks.complete(asked(world, talks.Wish(why="试")))
            await first.is_let_go(world.patience(1))
            caller.hang_up()
            await second.is_let_go(world.patience(1))

    simulate(1, story)
