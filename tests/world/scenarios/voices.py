"""Who hears whom: everybody speaks at a pitch of his own, and every leg has an ear for them."""

from tests.world.hearing import nobody_alone
from tests.world.steps import WELCOME_S_MAX
from tests.world.world import SWIFT_ENTRY, World


async def customer_and_agent_hear_each_other_and_nobody_else(world: World) -> None:
    world.everybody_speaks()
    agent = await world.agent("1901", ("swift",))
    caller = await world.caller(SWIFT_ENTRY)
    await agent.rings(world.patience(2))
    await caller.hears_only_music(world.patience(WELCOME_S_MAX))
    await agent.answers()
    await caller.hears_only(agent, within_s=world.patience(1))
    await agent.hears_only(caller, within_s=world.patience(1))
    async with world.ccbot_away():
        await world.passes(1)
        assert caller.voices() == {agent.number}
        assert agent.voices() == {caller.number}
    await world.passes(1)
    assert caller.voices() == {agent.number}
    caller.hang_up()
    await agent.is_let_go(world.patience(1))
    nobody_alone(caller, agent)

    assert (await world.row(caller)).outcome == "answered"
