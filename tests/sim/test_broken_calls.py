"""A call whose checkpoint makes no sense ends once, on record as our fault, and nobody hangs on."""

from collections.abc import Callable
from dataclasses import replace

import msgspec
import pytest

from ccbot.core.agents import Agent, AgentState
from ccbot.core.calls import Stage
from ccbot.recovery.checkpoints import AGENT, CALL
from tests.sim.loop import Sim, simulate
from tests.sim.memory import SimKeeper
from tests.sim.sim_world import SimWorld, sim_world
from tests.world.steps import ringing, talking
from tests.world.world import Row

Harm = Callable[[SimKeeper], None]


def the_agent_is_at_odds(keeper: SimKeeper) -> None:
    """As if the facts that freed him had found the disk full."""
    agent = msgspec.json.decode(keeper.saved(AGENT)[f"{AGENT}1901"], type=Agent)
    free = replace(agent, state=AgentState.READY, offer=None, call=None)
    keeper.save(f"{AGENT}1901", msgspec.json.encode(free))


def the_agent_is_missing(keeper: SimKeeper) -> None:
    keeper.drop(f"{AGENT}1901")


def the_call_cannot_be_read(keeper: SimKeeper) -> None:
    [key] = keeper.saved(CALL)
    keeper.save(key, b"{}")


HARMS = [the_agent_is_at_odds, the_agent_is_missing, the_call_cannot_be_read]


async def _harmed(world: SimWorld, harm: Harm, stage: Stage, *, leaves: bool) -> Row:
    agent = await world.agent("1901")
    if stage is Stage.TALK:
        caller, _ = await talking(world, agent)
        await world.passes(5)  # a talk beyond doubt
    else:
        caller = await ringing(world, agent)
    async with world.ccbot_away():
        harm(world.keeper)
        world.floorwalker = None  # a new one: this one knows of the talk, and awaits a wrap-up
        if leaves:
            caller.hang_up()
            await world.passes(2)
    if not leaves:
        await caller.hears("error.system", 2)
        await caller.is_let_go(10)
    await world.passes(15)  # two audits: his leg is nobody's now
    assert world.agents["1901"].phone.channel is None
    row = await world.row(caller)
    await agent.dials("*71", "agent.signed_in")
    other = await ringing(world, agent)
    other.hang_up()
    return row


@pytest.mark.parametrize("leaves", [False, True], ids=["she stays", "she leaves"])
@pytest.mark.parametrize("stage", [Stage.RINGING, Stage.TALK])
@pytest.mark.parametrize("harm", HARMS)
def test_call_at_odds_with_its_agent_has_one_row_and_leaves_no_line(
    harm: Harm, stage: Stage, leaves: bool
) -> None:
    """That no call has two endings or none is checked at the end of the day, as always."""

    async def story(sim: Sim) -> Row:
        async with sim_world(sim) as world:
            return await _harmed(world, harm, stage, leaves=leaves)

    row = simulate(1, story)

    expected = ("answered", ("1901",)) if stage is Stage.TALK else ("system_error", ())
    assert (row.outcome, row.agents) == expected
    assert row.hung_up_by == "system"
