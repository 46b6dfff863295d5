"""What customer and agent hear of a recording."""

from tests.world.steps import talking
from tests.world.world import TAPED_ENTRY, World


async def who_was_not_told_hears_it_before_she_meets_the_agent(world: World) -> None:
    agent = await world.agent("1901", ("taped",))
    caller = await world.caller(TAPED_ENTRY)
    await agent.rings(world.patience(4))
    await agent.answers()
    await caller.hears("notice.recording", world.patience(1))
    await caller.hears_agent(world.patience(6))
    await world.passes(1)
    caller.hang_up()

    row = await world.row(caller)

    assert (row.outcome, row.agents) == ("answered", ("1901",))
    assert not agent.heard("notice.recording")


async def both_hear_that_the_recording_is_paused_and_goes_on(world: World) -> None:
    agent = await world.agent("1901")
    caller, _ = await talking(world, agent)
    await world.passes(4.5)
    agent.press("*8")
    await caller.hears("record.pause", world.patience(2))
    await agent.hears("record.pause", world.patience(1))
    await world.passes(3)
    agent.press("*8")
    await agent.hears("record.resume", world.patience(2))
    await caller.hears("record.resume", world.patience(1))
    caller.hang_up()

    assert (await world.row(caller)).outcome == "answered"
